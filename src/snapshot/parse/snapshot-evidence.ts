import type { NamespaceEvidence } from '../evidence.ts'
import type { HostSnapshot, NamespaceSnapshot } from '../format.ts'
import { EvidenceBuilder } from './builder.ts'

/**
 * What a snapshot tells of each namespace of a host: the host's own first, and then in the order of the file.
 *
 * @param file the snapshot's name, for errors
 * @throws KubehopError `BAD_PRINT` when a print is not what its command prints
 */
export function evidenceOf(host: HostSnapshot, file?: string): NamespaceEvidence[] {
  const ids = new Map<string, number>()
  // a collector gives those without a name their inode for one
  for (const { id } of host.namespaces) ids.set(String(id), id)
  // where nothing below /run/netns names it, the collector does, by its inode
  for (const { id } of host.namespaces) ids.set(String(id), id)
  for (const { id, names } of host.namespaces) for (const name of names ?? []) ids.set(name, id)
  const ordered = [...host.namespaces].sort((a, b) => Number(b.host === true) - Number(a.host === true))
  return ordered.map((namespace) => {
    const isHost = namespace.host === true
    const builder = new EvidenceBuilder({
      name: isHost ? host.name : `${host.name}/${shortName(namespace)}`,
      host: host.name,
      id: namespace.id,
      isHost,
      owners: namespace.owners ?? [],
      ids,
    })
    for (const [command, print] of Object.entries(namespace.prints)) {
      const source = { ...(file !== undefined && { file }), command }
      if (!builder.add(command, print, source)) builder.note(`kubehop does not read ${command}`, source)
    }
    return builder.finish()
  })
}

/** As people call it: its name below /run/netns, or its inode. */
function shortName({ names, id }: NamespaceSnapshot): string {
  return names?.[0] ?? String(id)
}
