import type { HostSnapshot, NamespaceEvidence } from '../snapshot/index.ts'

/** A host as it was recorded, and what that comes to. */
export interface RecordedHost {
  readonly host: HostSnapshot
  readonly evidence: readonly NamespaceEvidence[]
}

/**
 * Of one machine that was recorded several times, the last time counts; the others are what was before. It is the same one when it has the same name,
 * another time, and a device of its own with the same MAC address.
 */
export function latestOf<T extends RecordedHost>(
  hosts: readonly T[],
): { readonly latest: readonly T[]; readonly earlier: readonly T[] } {
  const latest: T[] = []
  const earlier: T[] = []
  const inTime = [...hosts].sort((a, b) => ((a.host.time ?? '') < (b.host.time ?? '') ? 1 : -1))
  for (const one of inTime) (latest.some((other) => isSame(one, other)) ? earlier : latest).push(one)
  return { latest: hosts.filter((one) => latest.includes(one)), earlier }
}

function isSame(a: RecordedHost, b: RecordedHost): boolean {
  if (a.host.name !== b.host.name || a.host.time === undefined || b.host.time === undefined) return false
  if (a.host.time === b.host.time) return false
  const macs = macsOf(a)
  return [...macsOf(b)].some((mac) => macs.has(mac))
}

/** Of the host's own devices: what makes itself draws a new address each time. */
function macsOf({ evidence }: RecordedHost): ReadonlySet<number> {
  const links = evidence.find(({ isHost }) => isHost)?.links ?? []
  return new Set(
    links.filter(({ kind, mac }) => mac !== 0 && (kind === 'physical' || kind === 'vxlan')).map(({ mac }) => mac),
  )
}
