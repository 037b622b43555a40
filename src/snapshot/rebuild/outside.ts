import { Bridge } from '../../bridge/index.ts'
import { macOf } from '../../cluster/plan.ts'
import { NetworkNamespace, Veth } from '../../netns/index.ts'
import {
  addressAt,
  broadcastOf,
  formatIpv4,
  type Ipv4,
  type Prefix,
  parsePrefix,
  prefixContains,
} from '../../packet/address.ts'
import { TableId } from '../../route/index.ts'
import type { Simulation } from '../../sim/index.ts'
import { installSockets, whoamiServer } from '../../sockets/index.ts'
import type { Segment } from './segments.ts'

const ANYWHERE: Prefix = { address: 0 as Ipv4, length: 0 }
/** Between the routers and the host that stands for the rest of the world: documentation's own (RFC 5737). */
const TRANSIT: readonly Prefix[] = ['198.51.100.0/24', '203.0.113.0/24', '192.0.2.0/24'].map(parsePrefix)
/** What comes from the world goes to the networks of the segments, and nowhere else. */
const FROM_WORLD = 100

/**
 * What is between the recorded hosts and beyond them: for each segment a switch with a router on it, where a host has one, and behind all
 * routers one host that stands for the rest of the world. Like `Fabric` of a made-up cluster, but that hosts come with devices, addresses and
 * gateways of their own.
 */
export class Outside {
  readonly external: NetworkNamespace
  /** Those that were made to stand for somebody: packets that are lost there have left what is known. */
  readonly standIns: NetworkNamespace[] = []
  readonly #sim: Simulation
  readonly #segments: readonly Segment[]
  readonly #switches = new Map<Segment, { readonly netns: NetworkNamespace; readonly bridge: Bridge }>()
  readonly #transit: Prefix
  #ports = 0
  #leaving: (() => void)[] | null = null

  constructor(sim: Simulation, segments: readonly Segment[]) {
    this.#sim = sim
    this.#segments = segments
    const isFree = (prefix: Prefix): boolean =>
      !segments.some(({ networks }) => networks.some((each) => prefixContains(each, addressAt(prefix.address, 1))))
    this.#transit = TRANSIT.find(isFree) ?? TRANSIT[0]!
    this.external = new NetworkNamespace(sim, 'external')
    installSockets(this.external, { defaultListener: true })
    this.external.setUp(this.external.loopback, true)
    for (const [i, segment] of segments.entries()) this.#makeSwitch(segment, i)
  }

  #makeSwitch(segment: Segment, i: number): void {
    const netns = new NetworkNamespace(this.#sim, this.#segments.length === 1 ? 'underlay' : `underlay-${i + 1}`)
    netns.sysctl.set('ipv4.ip_forward', 1)
    // the switch is no firewall, and the router need not tell of better ways
    netns.sysctl.set('bridge.bridge-nf-call-iptables', 0)
    netns.sysctl.set('ipv4.conf.all.send_redirects', 0)
    netns.sysctl.set('ipv4.conf.default.send_redirects', 0)
    const [router] = segment.routers
    const known = router === undefined ? undefined : segment.macs.get(router.address)
    const bridge = new Bridge(netns, 'switch0', known ?? macOf(0x0a00, this.#number()))
    bridge.macIsSet = true
    netns.attach(bridge)
    netns.setMtu(bridge, segment.mtu)
    netns.setUp(netns.loopback, true)
    netns.setUp(bridge, true)
    this.#switches.set(segment, { netns, bridge })
    for (const { address, length } of routersAt(segment)) netns.addAddress(bridge, { address, length })
    if (segment.routers.length > 0) this.#connectWorld(segment, netns, i)
  }

  #connectWorld(segment: Segment, netns: NetworkNamespace, i: number): void {
    const { external } = this
    const [inner, outer] = Veth.pair(
      { netns, name: 'wan0', mac: macOf(0x0e00, this.#number()) },
      { netns: external, name: `eth${i}`, mac: macOf(0x0e00, this.#number()) },
    )
    external.attach(outer)
    netns.attach(inner)
    const near = addressAt(this.externalAddress, 2 * i)
    const far = addressAt(near, 1)
    external.addAddress(outer, { address: near, length: 31 })
    netns.addAddress(inner, { address: far, length: 31 })
    external.setUp(outer, true)
    netns.setUp(inner, true)
    netns.fib.add({ destination: ANYWHERE, gateway: near, ifindex: inner.ifindex })
    const { bridge } = this.#switches.get(segment)!
    netns.fib.addRule({ priority: 1, iif: 'wan0', table: FROM_WORLD })
    netns.fib.add({ destination: ANYWHERE, type: 'unreachable', table: FROM_WORLD })
    for (const destination of segment.networks) {
      netns.fib.add({ destination, ifindex: bridge.ifindex, table: FROM_WORLD }, 'replace')
      external.fib.add({ destination, gateway: far, ifindex: outer.ifindex }, 'replace')
    }
    if (external.fib.routes(TableId.MAIN).every(({ length }) => length > 0))
      external.fib.add({ destination: ANYWHERE, gateway: far, ifindex: outer.ifindex })
  }

  /** Unique, for addresses of devices that nobody recorded. */
  #number(): Ipv4 {
    return ++this.#ports as Ipv4
  }

  /** Makes the device of a host that is plugged into a segment; the host still has to take it. */
  plug(segment: Segment, netns: NetworkNamespace, name: string, mac: Veth['mac'], mtu: number): Veth {
    const { netns: underlay, bridge } = this.#switches.get(segment)!
    const [own, port] = Veth.pair(
      { netns, name, mac },
      { netns: underlay, name: portName(netns.name, underlay), mac: macOf(0x0600, this.#number()) },
    )
    underlay.attach(port)
    underlay.setMtu(port, Math.max(mtu, segment.mtu))
    bridge.addPort(port)
    underlay.setUp(port, true)
    return own
  }

  /** A host that nobody recorded and that somebody speaks of: on the segment that its address belongs to. */
  neighbour(address: Ipv4, answers = true): NetworkNamespace | null {
    const segment = this.segmentOf(address)
    if (segment === null) return null
    const network = segment.networks.find((each) => prefixContains(each, address))!
    const netns = new NetworkNamespace(this.#sim, `host-${formatIpv4(address)}`)
    installSockets(netns, { defaultListener: answers && whoamiServer('', netns.name) })
    const mac = segment.macs.get(address) ?? macOf(0x0200, address)
    const eth0 = this.plug(segment, netns, 'eth0', mac, segment.mtu)
    netns.attach(eth0)
    netns.setMtu(eth0, segment.mtu)
    netns.addAddress(eth0, { address, length: network.length, broadcast: broadcastOf(network.address, network.length) })
    netns.setUp(netns.loopback, true)
    netns.setUp(eth0, true)
    const [router] = segment.routers
    if (router !== undefined)
      netns.fib.add({ destination: ANYWHERE, gateway: router.address, ifindex: eth0.ifindex, onlink: true })
    this.standIns.push(netns)
    this.#leaving?.push(() => {
      this.standIns.splice(this.standIns.indexOf(netns), 1)
      netns.remove(eth0)
    })
    return netns
  }

  /** The outside host's own address. */
  get externalAddress(): Ipv4 {
    return addressAt(this.#transit.address, 10)
  }

  /** The address that a host has on a segment; null: it is on none. */
  addressOn(netns: NetworkNamespace): Ipv4 | null {
    for (const { networks } of this.#segments) {
      for (const link of netns.devices()) {
        const found = link.addresses.find(({ local }) => networks.some((each) => prefixContains(each, local)))
        if (found !== undefined) return found.local
      }
    }
    return null
  }

  /** The segment in whose network an address is. */
  segmentOf(address: Ipv4): Segment | null {
    return this.#segments.find(({ networks }) => networks.some((each) => prefixContains(each, address))) ?? null
  }

  /** Somebody out there with this address: the host that stands for the rest of the world, or a neighbour of the hosts. */
  host(address: Ipv4): NetworkNamespace {
    const { external } = this
    if (external.addressType(address) === 'local') return external
    for (const each of [...this.standIns, ...[...this.#switches.values()].map(({ netns }) => netns)])
      if (each.addressType(address) === 'local') return each
    const neighbour = this.neighbour(address)
    if (neighbour !== null) return neighbour
    const added = external.addAddress(external.loopback, { address, length: 32, scope: 0 })
    this.#leaving?.push(() => external.deleteAddress(external.loopback, added))
    return external
  }

  /** Nobody out there has an address of Services: the routers send it nowhere. */
  withhold(address: Ipv4): void {
    for (const { netns } of this.#switches.values())
      netns.fib.add({ destination: { address, length: 32 }, type: 'unreachable' }, 'replace')
  }

  /** Whether the routers know the way to a network of containers was not told. */
  doubt(segment: Segment, network: Prefix, gateway: Ipv4): void {
    const [router] = segment.routers
    if (router === undefined) return
    const { netns, bridge } = this.#switches.get(segment)!
    const unmodelled = `the routes of the router at ${formatIpv4(router.address)}, which nobody recorded`
    netns.fib.add({ destination: network, gateway, ifindex: bridge.ifindex, onlink: true, unmodelled }, 'replace')
  }

  /** The routers send an address to a host on the segment: whoever is in front of them does, with an external IP or a load balancer's. */
  attract(address: Ipv4, gateway: Ipv4): void {
    const segment = this.segmentOf(gateway)
    if (segment === null || segment.routers.length === 0) return
    const { netns, bridge } = this.#switches.get(segment)!
    const route = { destination: { address, length: 32 }, gateway, ifindex: bridge.ifindex }
    for (const table of [FROM_WORLD, TableId.MAIN]) {
      netns.fib.add({ ...route, table, onlink: true }, 'replace')
      this.#leaving?.push(() => netns.fib.delete({ ...route, table }))
    }
  }

  /** Whoever `host` brings in during the work leaves when it is done: what one trace asks for, the next does not find. */
  withGuests<T>(work: () => T): T {
    const leaving: (() => void)[] = []
    this.#leaving = leaving
    try {
      return work()
    } finally {
      this.#leaving = null
      for (const leave of leaving.reverse()) leave()
    }
  }

  /** Those beyond which a packet has left what is known: the routers are none of them. */
  get beyond(): NetworkNamespace[] {
    return [this.external, ...this.standIns]
  }

  /** All that is not recorded. */
  get namespaces(): NetworkNamespace[] {
    return [this.external, ...[...this.#switches.values()].map(({ netns }) => netns), ...this.standIns]
  }
}

/** Those routers that are one to the hosts: they know one Ethernet address of them, or none. Others are hosts beside it. */
export function routersAt({ routers, macs }: Segment): readonly Prefix[] {
  const [first] = routers
  if (first === undefined) return []
  const mac = macs.get(first.address)
  return routers.filter(({ address }) => macs.get(address) === undefined || macs.get(address) === mac)
}

/** A device name has 15 characters at most (IFNAMSIZ). */
function portName(host: string, netns: NetworkNamespace): string {
  const base = host.replace(/[^A-Za-z0-9_.-]/g, '-').slice(0, 12)
  let name = host.length <= 15 && !host.includes('/') ? host : base
  for (let number = 2; netns.deviceByName(name) !== undefined; number++) name = `${base}.${number}`
  return name
}
