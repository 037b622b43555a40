import { EvidenceBuilder, type NamespaceEvidence } from '../../../src/snapshot/index.ts'

/** Evidence of a namespace of which these commands were printed. @throws when one is not read */
export function evidenceOfPrints(prints: ReadonlyMap<string, unknown>, commands: Iterable<string>): NamespaceEvidence {
  const builder = new EvidenceBuilder({
    name: 'host',
    host: 'host',
    id: 1,
    isHost: true,
    owners: [],
    ids: new Map([
      ['peer', 5],
      ['other', 6],
    ]),
  })
  for (const command of commands) {
    const print = prints.get(command)
    if (print === undefined || !builder.add(command, print)) throw new Error(`${command} is not read`)
  }
  return builder.finish()
}

/** Evidence of what one command printed. */
export function evidenceOfPrint(command: string, print: unknown): NamespaceEvidence {
  return evidenceOfPrints(new Map([[command, print]]), [command])
}

/** Without where each thing stands: that is what differs from form to form. */
export function withoutSources<T>(value: T): T {
  if (value instanceof Map) return new Map([...value].map(([key, each]) => [key, withoutSources(each)])) as T
  if (value instanceof Set) return value
  if (Array.isArray(value)) return value.map(withoutSources) as T
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([key]) => key !== 'source')
  return Object.fromEntries(entries.map(([key, each]) => [key, withoutSources(each)])) as T
}
