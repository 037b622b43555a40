import type { NamespaceEvidence } from '../evidence.ts'
import type { HostSnapshot } from '../format.ts'
import { evidenceOf } from '../parse/snapshot-evidence.ts'

/** What snapshots tell of all their hosts. Two hosts that call themselves the same get names of their own. */
export function evidenceOfHosts(
  hosts: readonly { readonly host: HostSnapshot; readonly file?: string }[],
): NamespaceEvidence[] {
  const taken = new Set<string>()
  return hosts.flatMap(({ host, file }) => {
    let name = host.name
    for (let number = 2; taken.has(name); number++) name = `${host.name}.${number}`
    taken.add(name)
    return evidenceOf({ ...host, name }, file)
  })
}
