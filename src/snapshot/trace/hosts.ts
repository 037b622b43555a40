import { formatIpv4, formatMac, KubehopError } from '../../packet/index.ts'
import type { NamespaceEvidence } from '../evidence.ts'
import type { HostSnapshot } from '../format.ts'
import { evidenceOf } from '../parse/snapshot-evidence.ts'

/**
 * What snapshots tell of all their hosts. Two hosts that call themselves the same get names of their own.
 *
 * @throws KubehopError `SAME_HOST` when one of them was recorded twice: in one network its two recordings would claim each other's packets
 */
export function evidenceOfHosts(
  hosts: readonly { readonly host: HostSnapshot; readonly file?: string }[],
): NamespaceEvidence[] {
  const taken = new Set<string>()
  const faces = new Map<string, string>()
  return hosts.flatMap(({ host, file }) => {
    let name = host.name
    for (let number = 2; taken.has(name); number++) name = `${host.name}.${number}`
    taken.add(name)
    const evidence = evidenceOf({ ...host, name }, file)
    const own = facesOf(evidence).map((face) => `${host.name}: ${face}`)
    for (const face of own) {
      const other = faces.get(face)
      if (other !== undefined) {
        throw new KubehopError(
          'SAME_HOST',
          `a host was recorded twice${other === '' ? '' : `, in ${other} too`}: ${face}`,
          {
            where: { ...(file !== undefined && { file }) },
            hint: 'give one snapshot of each host; kubehop diff compares an earlier one with a later one',
          },
        )
      }
    }
    for (const face of own) faces.set(face, file ?? '')
    return evidence
  })
}

/**
 * By what a host is known: a device of its own with its MAC and its address. A MAC alone does not do, for machines that were copied may share
 * that of a tunnel (systemd derives it from the machine-id), and are two all the same.
 */
function facesOf(evidence: readonly NamespaceEvidence[]): string[] {
  const links = evidence.find(({ isHost }) => isHost)?.links ?? []
  return links.flatMap(({ name, mac, addresses }) =>
    mac === 0 || name === 'lo'
      ? []
      : addresses.map(({ address }) => `${name} has ${formatMac(mac)} and ${formatIpv4(address)}`),
  )
}
