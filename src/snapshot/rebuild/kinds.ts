import type { LinkEvidence } from '../evidence.ts'

/** What a device is rebuilt as. `uplink`: hardware, which leads out of the host. `unmodelled`: a kind that kubehop has no model of. */
export type RebuiltKind = 'loopback' | 'veth' | 'bridge' | 'vxlan' | 'dummy' | 'uplink' | 'unmodelled'

const MODELLED: ReadonlySet<string> = new Set(['loopback', 'veth', 'bridge', 'vxlan', 'dummy'])

/** Names by which a device is known when nobody told its kind: those of Docker, flannel, CNI plugins, kube-proxy, NodeLocal DNSCache. */
export const BRIDGE_NAMES = /^(docker0|docker_gwbridge|cni0|cbr0|kube-bridge|br-[0-9a-f]{12}|virbr\d+)$/
const DUMMY_NAMES = /^(dummy\d+|kube-dummy-if|kube-ipvs0|nodelocaldns)$/

/**
 * What a device is. Where its kind was not told (`ip addr` without `-d`) it follows from its name, from its ports and from its other end.
 *
 * @param guessed told when it had to be guessed
 */
export function kindOf(link: LinkEvidence, all: readonly LinkEvidence[], guessed: (kind: string) => void): RebuiltKind {
  if (link.kind === 'physical') return 'uplink'
  if (link.kind !== null) return MODELLED.has(link.kind) ? (link.kind as RebuiltKind) : 'unmodelled'
  if (link.name === 'lo') return 'loopback'
  const kind = guess(link, all)
  guessed(kind === 'uplink' ? 'hardware' : kind === 'unmodelled' ? 'of a kind that has no model' : `a ${kind} device`)
  return kind
}

function guess(link: LinkEvidence, all: readonly LinkEvidence[]): RebuiltKind {
  if (BRIDGE_NAMES.test(link.name) || all.some(({ master }) => master === link.name)) return 'bridge'
  if (DUMMY_NAMES.test(link.name)) return 'dummy'
  if (link.vxlan !== undefined) return 'vxlan'
  if (link.name.startsWith('veth') || link.name.startsWith('cali') || link.peer !== null) return 'veth'
  return link.lower === null && !/^(tun|tap|wg|ipip|gre|sit|tunl|bond|team|wlan|vxlan|flannel)/.test(link.name)
    ? 'uplink'
    : 'unmodelled'
}
