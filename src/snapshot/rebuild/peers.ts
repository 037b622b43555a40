import { macOf } from '../../cluster/plan.ts'
import { NetworkNamespace, Veth } from '../../netns/index.ts'
import { Vxlan } from '../../overlay/index.ts'
import {
  formatIpv4,
  type Ipv4,
  isLoopback,
  networkOf,
  type Prefix,
  parsePrefix,
  prefixContains,
  tryParseIpv4,
} from '../../packet/address.ts'
import { isMulticastMac, MAC_ZERO, type Mac } from '../../packet/mac.ts'
import { LOOPBACK_IFINDEX, Scope, TableId } from '../../route/index.ts'
import type { Simulation } from '../../sim/index.ts'
import { installSockets, whoamiServer } from '../../sockets/index.ts'
import type { LinkEvidence, NamespaceEvidence } from '../evidence.ts'
import type { Findings } from './findings.ts'
import { addressesBehind } from './neighbours.ts'
import { type Outside, routersAt } from './outside.ts'
import { destinationsOf } from './ruled-addresses.ts'
import { faceOf, type Plug, type Segment, waysBy } from './segments.ts'
import { servicesOf } from './services.ts'

const ANYWHERE: Prefix = { address: 0 as Ipv4, length: 0 }

/** Somebody at the other end of a pair that nobody recorded: a container, with what its host knows of it. */
export function standBehind(
  sim: Simulation,
  space: NamespaceEvidence,
  link: LinkEvidence,
  own: NetworkNamespace,
  findings: Findings,
): { readonly device: Veth; readonly standIn: NetworkNamespace; readonly finish: () => void } {
  const face = faceOf({ space, link })
  const mac = macBehind(space, link)
  const standIn = new NetworkNamespace(sim, `${space.name}/behind-${link.name}`)
  const [device, eth0] = Veth.pair(
    { netns: own, name: link.name, mac: link.mac },
    { netns: standIn, name: 'eth0', mac },
  )
  installSockets(standIn, { defaultListener: whoamiServer('', standIn.name) })
  const addresses = new Set<Ipv4>(addressesBehind(space, face.name, mac))
  for (const { destination, gateway } of waysBy(space, link.name)) {
    const address = tryParseIpv4(destination)
    if (address !== undefined && gateway === null) addresses.add(address)
  }
  const finish = (): void => {
    eth0.ifindex = link.peer?.ifindex ?? 0
    standIn.attach(eth0)
    standIn.setMtu(eth0, link.mtu)
    const [near] =
      face.addresses.length > 0
        ? face.addresses
        : (space.links ?? []).flatMap((each) => each.addresses.filter(({ scope }) => scope === 'global'))
    for (const address of addresses)
      standIn.addAddress(eth0, { address, length: face.addresses.length > 0 ? near!.length : 32 })
    standIn.setUp(standIn.loopback, true)
    if (link.carrier !== false) standIn.setUp(eth0, true)
    if (near === undefined || !eth0.up || addresses.size === 0) return
    standIn.fib.add({ destination: ANYWHERE, gateway: near.address, ifindex: eth0.ifindex, onlink: true })
    if (face === link) standIn.neighbours.addPermanent(eth0, near.address, link.mac)
  }
  const told =
    addresses.size === 0
      ? 'nothing is known of its addresses'
      : `it has ${[...addresses].map(formatIpv4).join(', ')}, and answers`
  findings.assume(`nobody recorded what is behind ${link.name}; ${told}`, space.name)
  return { device, standIn, finish }
}

/** The address that was heard behind a port. */
function macBehind({ fdb, neighbours }: NamespaceEvidence, link: LinkEvidence): Mac {
  const heard = fdb?.find(
    ({ dev, mac, self, state }) =>
      dev === link.name && !self && mac !== link.mac && state !== 'permanent' && !isMulticastMac(mac),
  )
  const known = neighbours?.find(({ dev, mac }) => dev === link.name && mac !== null)
  return heard?.mac ?? known?.mac ?? macOf(0x2200, link.ifindex as Ipv4)
}

/** What is known of a host that nobody recorded: the other nodes of a cluster, of which one node's routes and tunnels speak. */
interface Unrecorded {
  /** Networks that the others send there. */
  readonly networks: Map<string, Prefix>
  /** The ends of tunnels there. */
  readonly tunnels: { readonly link: LinkEvidence; readonly mac: Mac; readonly address: Ipv4 | null }[]
}

/** Makes hosts that nobody recorded, and that those that were recorded send to by routes and tunnels. */
export function standForHosts(
  spaces: readonly NamespaceEvidence[],
  segments: readonly Segment[],
  outside: Outside,
  findings: Findings,
): void {
  const found = new Map<Ipv4, Unrecorded>()
  const recorded = new Set(
    spaces.flatMap(({ links }) => (links ?? []).flatMap((link) => link.addresses.map(({ address }) => address))),
  )
  const at = (address: Ipv4): Unrecorded | null => {
    const segment = outside.segmentOf(address)
    if (recorded.has(address) || segment === null || routersAt(segment).some((router) => router.address === address))
      return null
    const entry = found.get(address) ?? { networks: new Map(), tunnels: [] }
    found.set(address, entry)
    return entry
  }
  for (const space of spaces) {
    for (const link of space.links ?? []) if (link.vxlan !== undefined) throughTunnel(space, link, at)
  }
  for (const { space, face } of segments.flatMap(({ plugs }) =>
    plugs.map((plug) => ({ space: plug.space, face: faceOf(plug) })),
  )) {
    for (const { destination, gateway } of waysBy(space, face.name)) {
      if (gateway === null || destination === 'default') continue
      const network = prefixOf(destination)
      if (network !== null) at(gateway)?.networks.set(destination, network)
    }
  }
  for (const segment of segments) {
    const near = routersAt(segment)
    for (const router of segment.routers) if (!near.includes(router)) at(router.address)
  }
  for (const [address, entry] of found) {
    const netns = outside.neighbour(address)
    if (netns === null) continue
    stand(netns, entry, spaces, segments)
    const networks = [...entry.networks.keys()]
    const forWhom = networks.length === 0 ? '' : `, and for whoever is in ${networks.join(', ')}`
    findings.standIn(netns.name, `${formatIpv4(address)} was not recorded: somebody answers there${forWhom}`)
  }
}

function throughTunnel(space: NamespaceEvidence, link: LinkEvidence, at: (address: Ipv4) => Unrecorded | null): void {
  for (const { dev, dst, mac } of space.fdb ?? []) {
    if (dev !== link.name || dst === null || isMulticastMac(mac)) continue
    const entry = at(dst)
    if (entry === null) continue
    const [address = null] = mac === MAC_ZERO ? [] : addressesBehind(space, link.name, mac)
    if (!entry.tunnels.some((each) => each.mac === mac)) entry.tunnels.push({ link, mac, address })
    for (const { destination, gateway } of waysBy(space, link.name)) {
      const network = prefixOf(destination)
      if (gateway !== null && gateway === address && network !== null) entry.networks.set(destination, network)
    }
  }
}

function prefixOf(text: string): Prefix | null {
  const address = tryParseIpv4(text)
  if (address !== undefined) return { address, length: 32 }
  return /^[0-9.]+\/\d+$/.test(text) && tryParseIpv4(text.split('/')[0]!) !== undefined ? parsePrefix(text) : null
}

/** The host answers for its networks, and knows the way back to those of the hosts that were recorded. */
function stand(
  netns: NetworkNamespace,
  { networks, tunnels }: Unrecorded,
  spaces: readonly NamespaceEvidence[],
  segments: readonly Segment[],
): void {
  const eth0 = netns.link('eth0')
  netns.sysctl.set('ipv4.ip_forward', 1)
  for (const destination of networks.values())
    netns.fib.add({ destination, type: 'local', ifindex: LOOPBACK_IFINDEX, table: TableId.LOCAL, scope: Scope.HOST })
  for (const { link, mac, address } of tunnels) makeTunnel(netns, link, mac, address, spaces)
  if (tunnels.length > 0) return
  for (const plug of segments.flatMap((segment) => segment.plugs)) {
    const [own] = faceOf(plug).addresses
    if (own === undefined) continue
    for (const destination of networksBehind(plug))
      netns.fib.add({ destination, gateway: own.address, ifindex: eth0.ifindex, onlink: true }, 'replace')
  }
}

/**
 * Endpoints that are nobody's of those recorded: somewhere out there, or beside the hosts. One that would be on a host's own bridge is not
 * there, for all namespaces of the host were recorded.
 */
export function standForEndpoints(
  namespaces: readonly { readonly netns: NetworkNamespace }[],
  segments: readonly Segment[],
  outside: Outside,
  findings: Findings,
): void {
  const inner = segments.flatMap((segment) =>
    segment.plugs.flatMap((plug) => networksBehind(plug).map((network) => ({ segment, plug, network }))),
  )
  for (const { segment, plug, network } of inner) {
    const [gateway] = faceOf(plug).addresses
    if (gateway !== undefined) outside.doubt(segment, network, gateway.address)
  }
  for (const { netns } of namespaces) for (const { address } of servicesOf(netns)) outside.withhold(address)
  const all = [...namespaces.map(({ netns }) => netns), ...outside.namespaces]
  for (const address of new Set(namespaces.flatMap(({ netns }) => destinationsOf(netns)))) {
    if (isLoopback(address) || all.some((netns) => netns.addressType(address) === 'local')) continue
    if (inner.some(({ network }) => prefixContains(network, address))) continue
    // of a host that nobody recorded
    if (namespaces.some(({ netns }) => isBehindTunnel(netns, address))) continue
    const netns = outside.host(address)
    const where = netns === outside.external ? 'out there' : 'beside the hosts'
    findings.standIn(
      netns.name,
      `${formatIpv4(address)}, to which rules send, was not recorded: somebody ${where} has it, and answers`,
    )
  }
}

/** Does a route lead there through a tunnel? */
function isBehindTunnel(netns: NetworkNamespace, address: Ipv4): boolean {
  const { route, link } = netns.routeOutput({ destination: address, source: 0 as Ipv4, tos: 0, mark: 0, oif: 0 })
  return route !== null && link instanceof Vxlan
}

/** What a host has beside the segment: the networks of its containers. */
function networksBehind({ space, link }: Plug): Prefix[] {
  const face = faceOf({ space, link })
  return (space.links ?? [])
    .filter(({ name, kind }) => name !== face.name && kind === 'bridge')
    .flatMap(({ addresses }) =>
      addresses.map(({ address, length }) => ({ address: networkOf(address, length), length })),
    )
}

function makeTunnel(
  netns: NetworkNamespace,
  { name, mtu, vxlan }: LinkEvidence,
  mac: Mac,
  address: Ipv4 | null,
  spaces: readonly NamespaceEvidence[],
): void {
  if (vxlan === undefined || netns.deviceByName(name) !== undefined) return
  const own = mac === MAC_ZERO ? macOf(0x2600, address ?? (0 as Ipv4)) : mac
  const device = new Vxlan(netns, name, own, {
    ...vxlan,
    local: 0 as Ipv4,
    dev: netns.link('eth0'),
    learning: mac === MAC_ZERO || vxlan.learning,
  })
  netns.attach(device)
  device.mtu = mtu
  if (address !== null) netns.addAddress(device, { address, length: 32 })
  netns.setUp(device, true)
  for (const space of spaces) {
    const other = space.links?.find((link) => link.vxlan?.id === vxlan.id && link.vxlan.dstport === vxlan.dstport)
    const local = other?.vxlan?.local ?? null
    if (other === undefined || local === null) continue
    device.fdb.set(other.mac, { address: local, port: 0, vni: 0 }, 'replace')
    const [gateway] = other.addresses
    if (gateway === undefined) continue
    netns.neighbours.addPermanent(device, gateway.address, other.mac)
    for (const destination of networksBehind({ space, link: other }))
      netns.fib.add({ destination, gateway: gateway.address, ifindex: device.ifindex, onlink: true }, 'replace')
  }
}
