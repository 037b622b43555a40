import { TABLE_NAMES, type TableName } from '../../../netfilter/index.ts'
import { KubehopError } from '../../../packet/index.ts'
import type { IptablesEvidence, Line, Note } from '../../evidence.ts'
import { printOf } from './print-of.ts'
import { type ChainText, type RulesetText, type TableText, writeRuleset } from './ruleset.ts'
import { placeOf, readSave } from './save.ts'

/**
 * Several prints of one namespace make one: `iptables -S` tells of filter, `iptables -t nat -S` of nat. What one of them does not say, another
 * may; what iptables-save and -S say holds before what -L and nft say. One for each back end is left; what does not say its back end goes with the one that does.
 *
 * @throws KubehopError when two prints of a chain differ
 */
export function joinIptables(prints: readonly IptablesEvidence[]): IptablesEvidence[] {
  const known = new Set(prints.map(({ backend }) => backend).filter((backend) => backend !== 'unknown'))
  const only = known.size === 1 ? [...known][0]! : null
  const byBackend = new Map<IptablesEvidence['backend'], IptablesEvidence[]>()
  for (const print of prints) {
    const backend = print.backend === 'unknown' && only !== null ? only : print.backend
    const others = byBackend.get(backend)
    if (others === undefined) byBackend.set(backend, [print])
    else others.push(print)
  }
  return [...byBackend].map(([backend, some]) => {
    if (some.length === 1) return some[0]!.backend === backend ? some[0]! : { ...some[0]!, backend }
    return joined(backend, some)
  })
}

function joined(backend: IptablesEvidence['backend'], prints: readonly IptablesEvidence[]): IptablesEvidence {
  const all: RulesetText = new Map()
  const told = new Set<TableName>()
  const foreign: Line[] = []
  const notes: Note[] = []
  for (const print of prints) {
    const { text, lines, sources, source, missing } = print
    const { tables } = readSave(
      text,
      (i) => lines?.[i] ?? i + 1,
      (i) => sources?.[i] ?? source,
    )
    for (const name of TABLE_NAMES) if (!missing.includes(name)) told.add(name)
    for (const [name, table] of tables) {
      const before = all.get(name)
      if (before === undefined) all.set(name, table)
      else mix(name, before, table)
    }
    for (const each of print.foreign ?? [])
      if (!foreign.some(({ text: known }) => known === each.text)) foreign.push(each)
    notes.push(...(print.notes ?? []))
  }
  return {
    ...writeRuleset(all, backend, told, prints[0]!.source),
    ...(foreign.length > 0 && { foreign }),
    ...(notes.length > 0 && { notes }),
  }
}

function mix(name: TableName, table: TableText, more: TableText): void {
  for (const chain of more.values()) {
    const before = table.get(chain.name)
    if (before === undefined || (!before.told && chain.told)) table.set(chain.name, chain)
    else if (!chain.told) continue
    else if (isExact(before) !== isExact(chain)) {
      if (isExact(chain)) table.set(chain.name, chain)
    } else if (!sameRules(before.rules, chain.rules)) {
      throw new KubehopError(
        'CONTRADICTION',
        `the rules of chain ${chain.name} of table ${name} were given before, and differ`,
        {
          where: placeOf(chain.source, chain.line),
          hint: 'give prints of one namespace, back end and moment',
        },
      )
    }
  }
}

/** iptables-save and -S print each rule as it is; -L and nft say it in other words, and not all of it. */
function isExact({ source: { command } }: ChainText): boolean {
  const form = command === undefined ? undefined : formOf(command)
  return form !== 'list' && form !== 'nft'
}

function formOf(command: string): string | undefined {
  try {
    return printOf(command.split(' '))?.form
  } catch {
    return undefined
  }
}

function sameRules(a: readonly { text: string }[], b: readonly { text: string }[]): boolean {
  return a.length === b.length && a.every(({ text }, i) => withoutCounters(text) === withoutCounters(b[i]!.text))
}

function withoutCounters(text: string): string {
  return text[0] === '[' ? text.slice(text.indexOf('] ') + 2) : text
}
