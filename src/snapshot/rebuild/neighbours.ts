import { Bridge } from '../../bridge/index.ts'
import type { Link, NetworkNamespace } from '../../netns/index.ts'
import { Vxlan, type VxlanRemote } from '../../overlay/index.ts'
import type { Ipv4 } from '../../packet/address.ts'
import { isMulticastMac, MAC_ZERO, type Mac } from '../../packet/mac.ts'
import type { FdbEvidence, NamespaceEvidence, NeighbourEvidence } from '../evidence.ts'
import type { Findings } from './findings.ts'

/** Who is known to be where: neighbours, those that ARP answers for, forwarding entries. */
export function rebuildNeighbours(netns: NetworkNamespace, evidence: NamespaceEvidence, findings: Findings): void {
  const { neighbours, proxies, fdb, links, name } = evidence
  if (links !== null && neighbours === null) findings.assume('no neighbours are known (ip neigh)', name)
  for (const entry of neighbours ?? []) addNeighbour(netns, entry)
  for (const { address, dev } of proxies ?? []) {
    const link = dev === null ? null : netns.deviceByName(dev)
    if (link !== undefined) netns.neighbours.proxies.add(address, link)
  }
  for (const link of netns.devices()) if (link instanceof Vxlan) doubtTunnel(link, evidence)
  const remotes = new Map<Vxlan, Map<Mac, VxlanRemote[]>>()
  for (const entry of fdb ?? []) {
    const link = netns.deviceByName(entry.dev)
    if (link === undefined || isMulticastMac(entry.mac)) continue
    if (link instanceof Vxlan && entry.master === null) addRemote(link, entry, evidence, remotes, findings)
    else addBridged(link, entry)
  }
  for (const [link, entries] of remotes) link.fdb.configure(entries)
}

/** What a tunnel needs is configured, not asked for: where nobody told it, nobody knows where a packet goes. */
function doubtTunnel(link: Vxlan, { name, neighbours, fdb, partial }: NamespaceEvidence): void {
  const untold = [
    ...(neighbours === null || partial.has('neighbours') ? ['neighbours'] : []),
    ...(fdb === null || partial.has('fdb') ? ['forwarding entries'] : []),
  ]
  if (untold.length > 0) link.unmodelled ??= `the ${untold.join(' and ')} of ${link.name} in ${name}, which nobody told`
}

/** Who did not answer is asked again by the next packet, as if nobody had asked. */
function addNeighbour(netns: NetworkNamespace, { address, dev, mac, state }: NeighbourEvidence): void {
  const link = netns.deviceByName(dev)
  if (link === undefined || mac === null) return
  if (state.includes('PERMANENT')) netns.neighbours.addPermanent(link, address, mac)
  else if (state.includes('REACHABLE')) netns.neighbours.addLearned(link, address, mac, 'REACHABLE')
  // an entry in DELAY or PROBE is being asked for at this moment; its timer was not told
  else if (/STALE|DELAY|PROBE/.test(state)) netns.neighbours.addLearned(link, address, mac, 'STALE')
}

function addRemote(
  link: Vxlan,
  entry: FdbEvidence,
  { name, links }: NamespaceEvidence,
  remotes: Map<Vxlan, Map<Mac, VxlanRemote[]>>,
  findings: Findings,
): void {
  const { mac, dst, state } = entry
  if (dst === null) return
  if (entry.via !== undefined || (entry.others ?? []).length > 0)
    findings.warn(`a forwarding entry of ${entry.dev} says more than has a model`, name)
  if (state !== 'permanent' && state !== 'static') {
    link.fdb.learn(mac, dst)
    return
  }
  const own = remotes.get(link) ?? new Map<Mac, VxlanRemote[]>()
  remotes.set(link, own)
  const bound = mac === MAC_ZERO && dst === links?.find((each) => each.name === link.name)?.vxlan?.remote
  const remote: VxlanRemote = { address: dst, port: entry.port ?? 0, vni: entry.vni ?? 0, ...(bound && { bound }) }
  own.set(mac, [...(own.get(mac) ?? []), remote])
}

function addBridged(link: Link, { mac, master, self, state }: FdbEvidence): void {
  const bridge = master === null ? (link instanceof Bridge && !self ? link : null) : link.master
  const port = link instanceof Bridge ? null : link.master instanceof Bridge ? link.master.portOf(link) : undefined
  const of = master !== null && link instanceof Bridge ? link : bridge
  if (!(of instanceof Bridge) || port === undefined) return
  if (state === 'permanent' || state === 'static') {
    // a port's own address, and the bridge's, are there already
    if (of.fdb.find(mac) === undefined) of.fdb.add(mac, port, { local: state === 'permanent' })
  } else if (port !== null) of.fdb.learn(mac, port)
}

/** For who looks for an address: the neighbours that a namespace has on a device, by Ethernet address. */
export function addressesBehind(evidence: NamespaceEvidence, dev: string, mac: Mac): Ipv4[] {
  return (evidence.neighbours ?? [])
    .filter((each) => each.dev === dev && each.mac === mac)
    .map(({ address }) => address)
}
