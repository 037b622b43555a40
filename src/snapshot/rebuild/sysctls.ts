import { isOfDevice, isOfTheMachine, type NetworkNamespace } from '../../netns/index.ts'
import { KubehopError } from '../../packet/errors.ts'
import type { NamespaceEvidence } from '../evidence.ts'
import type { Findings } from './findings.ts'

/** Settings that no model follows and that change what happens to IPv4 packets, with the value at which they do not. */
const DECIDING: readonly (readonly [path: RegExp, harmless: RegExp, what: string])[] = [
  [/^ipv4\.fib_multipath_hash_policy$/, /^0$/, 'how multipath routes are chosen'],
  [/^ipv4\.(tcp|udp)_l3mdev_accept$/, /^0$/, 'sockets across VRFs'],
  [/^ipv4\.conf\.[^.]+\.medium_id$/, /^0$/, 'media of devices'],
  [/^ipv4\.conf\.[^.]+\.arp_evict_nocarrier$/, /^1$/, 'what is forgotten without a carrier'],
  [/^netfilter\.nf_conntrack_helper$/, /^0$/, 'helpers of conntrack'],
  [/^netfilter\.nf_hooks_lwtunnel$/, /^0$/, 'hooks of light-weight tunnels'],
  [/^ipv4\.tcp_syncookies$/, /^[01]$/, 'SYN cookies for each connection'],
]

/** Gives a namespace the settings that were told, those of its devices too. */
export function rebuildSysctls(
  netns: NetworkNamespace,
  evidence: NamespaceEvidence,
  host: NamespaceEvidence | undefined,
  findings: Findings,
): void {
  const { sysctls, name } = evidence
  if (sysctls === null) {
    if (evidence.isHost || evidence.links !== null) assumeDefaults(netns, evidence, findings)
    return
  }
  const settings = [...sysctls].flatMap(([key, value]) =>
    key.startsWith('net.') ? [[key.slice(4), value] as const] : [],
  )
  // what stands for all of them first, what one device has of its own last
  const order = (path: string): number =>
    path === 'ipv4.ip_forward' ? 0 : /\.(all|default)\./.test(path) ? 1 : isOfDevice(path) ? 3 : 2
  for (const [path, value] of settings.sort(([a], [b]) => order(a) - order(b)))
    set(netns, path, value.trim(), name, findings)
  if (evidence.partial.has('sysctls')) {
    if (!sysctls.has('net.ipv4.ip_forward')) assumeDefaults(netns, evidence, findings)
    return
  }
  // where br_netfilter is not loaded, or keeps its switch for the whole machine (before Linux 5.3), a namespace has none
  const bridged = 'bridge.bridge-nf-call-iptables'
  if (!sysctls.has(`net.${bridged}`)) netns.sysctl.set(bridged, Number(host?.sysctls?.get(`net.${bridged}`) ?? 0))
}

/** A namespace that has several devices is there to forward. */
function assumeDefaults(
  netns: NetworkNamespace,
  { name, isHost, links, sysctls }: NamespaceEvidence,
  findings: Findings,
): void {
  const forwards = isHost || links?.some(({ kind }) => kind === 'bridge') === true
  if (forwards && sysctls?.has('net.ipv4.ip_forward') !== true) netns.sysctl.set('ipv4.ip_forward', 1)
  findings.assume(
    forwards
      ? 'ip_forward and bridge-nf-call-iptables are 1, all other sysctls as Linux has them'
      : 'sysctls are as Linux has them',
    name,
  )
}

function set(netns: NetworkNamespace, path: string, value: string, place: string, findings: Findings): void {
  const now = netns.sysctl.getText(path)
  if (now === undefined) {
    const found = DECIDING.find(([pattern, harmless]) => pattern.test(path) && !harmless.test(value))
    if (found !== undefined) findings.warn(`net.${path} = ${value} has no model (${found[2]})`, place)
    return
  }
  if (isSame(now, value) || (path.endsWith('nf_conntrack_buckets') && isOfTheMachine(path))) return
  try {
    netns.sysctl.setText(path, value)
  } catch (error) {
    if (!(error instanceof KubehopError)) throw error
    findings.warn(`net.${path} = ${value} is left out: ${error.message}`, place)
  }
}

function isSame(a: string, b: string): boolean {
  return a === b || a.split(/\s+/).join(' ') === b.split(/\s+/).join(' ')
}
