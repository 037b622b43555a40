import type { HookState } from '../netfilter/hook.ts'
import type { NetfilterHost, RejectType } from '../netfilter/host.ts'
import { Netfilter, type NetfilterOptions } from '../netfilter/netfilter.ts'
import { formatIpv4, type Ipv4 } from '../packet/address.ts'
import { KubehopError } from '../packet/errors.ts'
import type { Mac } from '../packet/mac.ts'
import { KERNEL_SOCKET, type Packet, PacketType } from '../packet/packet.ts'
import { EtherType, IcmpType, Protocol, UnreachCode } from '../packet/protocol.ts'
import {
  type AddressDeletion,
  type AddressType,
  addAddress,
  deleteAddress,
  deviceUp,
  Fib,
  type FibHost,
  type InterfaceAddress,
  type NewAddress,
  PathExceptions,
  removeDevice,
  routeMtu,
  Scope,
} from '../route/index.ts'
import type { Simulation } from '../sim/simulation.ts'
import type { Stateful } from '../sim/types.ts'
import { arpNotify, arpReceive, arpSolicit } from './arp.ts'
import { Defragmenter, type DefragmentUser } from './defragment.ts'
import type { DropReason } from './drop-reason.ts'
import type { Dst } from './dst.ts'
import type { DropEvent, FrameEvent, RouteEvent, UnmodelledEvent } from './events.ts'
import { icmpSend } from './icmp-send.ts'
import { InetPeers } from './inet-peers.ts'
import { ipReceive, ipReceiveFinish, ipReceiveStart } from './ip-input.ts'
import { ipLocalOut } from './ip-output.ts'
import { leadsBack } from './leads-back.ts'
import type { Link } from './link.ts'
import { Loopback } from './loopback.ts'
import { type NeighbourHost, NeighbourTable } from './neighbour.ts'
import { mayBecomeGateway } from './redirect.ts'
import { sendReject } from './reject.ts'
import { inputDst, outputDst } from './routing.ts'
import { type Counter, Snmp } from './snmp.ts'
import type { OutputKey, Stack, TransportProtocol } from './stack.ts'
import { Sysctls } from './sysctl.ts'

/** So many transmissions may be inside each other (include/linux/netdevice.h, `__dev_queue_xmit`). */
const XMIT_RECURSION_LIMIT = 8

/**
 * A network namespace: its devices, addresses, routes, neighbours, rules, sockets (`struct net`). Everything in it is found from here;
 * nothing is shared with another one but the simulation, and the links that lead from one to the other.
 */
export class NetworkNamespace implements Stack, NetfilterHost, NeighbourHost, FibHost, Stateful {
  touchedAt = 0
  readonly name: string
  readonly sim: Simulation
  readonly sysctl = new Sysctls()
  readonly fib: Fib
  readonly netfilter: Netfilter
  readonly neighbours: NeighbourTable
  readonly defragmenter: Defragmenter
  readonly snmp: Snmp
  readonly peers: InetPeers
  /** Path MTUs and redirects that were learned. */
  readonly exceptions: PathExceptions
  readonly loopback: Loopback
  readonly protocols: (TransportProtocol | undefined)[] = []
  readonly tunnels = new Map<number, readonly ((packet: Packet) => boolean)[]>()
  /** Who gets a copy of every frame that comes in (packet sockets, net/packet/af_packet.c); null when nobody does. */
  packetSockets: readonly ((packet: Packet, link: Link) => void)[] | null = null
  /** Who is shown every frame that comes in or goes out, and keeps nothing of it (captures); null when nobody is. */
  taps: readonly ((packet: Packet, link: Link, direction: 'in' | 'out') => void)[] | null = null
  readonly #byIndex = new Map<number, Link>()
  readonly #byName = new Map<string, Link>()
  #nextIfindex = 1
  #linkdownVersion = -1
  #ignoresLinkdown = false
  #ipId = 0
  #icmpBusy = false

  /**
   * @param name as `ip netns` knows it; free text, unique in a simulation for the sake of readable traces
   */
  constructor(sim: Simulation, name: string, options: NetfilterOptions = {}) {
    this.sim = sim
    this.name = name
    this.snmp = new Snmp(sim)
    this.peers = new InetPeers(sim)
    this.exceptions = new PathExceptions(sim, this.sysctl.path)
    this.fib = new Fib(this)
    this.neighbours = new NeighbourTable(this)
    this.defragmenter = new Defragmenter(this)
    this.netfilter = new Netfilter(this, options)
    this.loopback = new Loopback(this)
    this.attach(this.loopback)
  }

  // devices

  /** In the order in which they came here, as `ip link` lists them. */
  devices(): Iterable<Link> {
    return this.#byIndex.values()
  }

  device(ifindex: number): Link | undefined {
    return this.#byIndex.get(ifindex)
  }

  deviceByName(name: string): Link | undefined {
    return this.#byName.get(name)
  }

  /** The device with that ifindex, or null. */
  deviceByIndex(ifindex: number): Link | null {
    return this.#byIndex.get(ifindex) ?? null
  }

  linkByIndex(ifindex: number): Link | null {
    return this.#byIndex.get(ifindex) ?? null
  }

  /** @throws KubehopError `NO_DEVICE` */
  link(name: string): Link {
    const link = this.#byName.get(name)
    if (link === undefined) {
      throw new KubehopError('NO_DEVICE', `Cannot find device "${name}" in ${this.name}`, {
        hint: `there are ${[...this.#byName.keys()].join(', ')}`,
      })
    }
    return link
  }

  routesChanged(): void {
    if (!this.exceptions.isEmpty) this.exceptions.routesChanged(this.fib.routes())
  }

  /** Asked with every lookup, so kept until a sysctl or a device changes. */
  get anyIgnoresLinkdown(): boolean {
    if (this.#linkdownVersion !== this.sysctl.version) {
      this.#linkdownVersion = this.sysctl.version
      const confs = [this.sysctl.all, ...[...this.#byIndex.values()].map((link) => link.conf)]
      this.#ignoresLinkdown = confs.some((conf) => conf.ignore_routes_with_linkdown !== 0)
    }
    return this.#ignoresLinkdown
  }

  /**
   * A link comes into this namespace: newly made, or moved with its ifindex if that is free here. It is down.
   *
   * @throws KubehopError `EEXIST` when the name is taken
   */
  attach(link: Link): void {
    if (this.#byName.has(link.name))
      throw new KubehopError('EEXIST', `a device ${link.name} exists already in ${this.name}`)
    link.netns = this
    if (link.ifindex === 0 || this.#byIndex.has(link.ifindex)) {
      while (this.#byIndex.has(this.#nextIfindex)) this.#nextIfindex++
      link.ifindex = this.#nextIfindex++
    }
    link.conf = this.sysctl.device(link.name)
    link.neigh = this.sysctl.neighbours.device(link.name)
    this.#byIndex.set(link.ifindex, link)
    this.#byName.set(link.name, link)
    this.#linkdownVersion = -1
    this.fib.devicesChanged()
  }

  /** The next device that comes here gets a number that none had before (`dev_index_reserve`, net/core/dev.c). */
  skipIfindexes(): void {
    this.#nextIfindex = Math.max(this.#nextIfindex, ...this.#byIndex.keys()) + 1
  }

  /** A link leaves, for another namespace or for good: its addresses, routes and neighbours go. */
  detach(link: Link): void {
    for (const upper of link.uppers) (upper.netns as NetworkNamespace).remove(upper)
    this.setUp(link, false)
    // its queueing discipline goes (`dev_shutdown`)
    link.everUp = false
    link.master?.portGone(link)
    removeDevice(this.fib, link)
    link.addresses = []
    this.neighbours.linkDown(link)
    this.sysctl.renameDevice(link.name, null)
    this.#byIndex.delete(link.ifindex)
    this.#byName.delete(link.name)
    this.fib.devicesChanged()
  }

  /** `ip link del`: it is gone, and the other end of a pair with it. */
  remove(link: Link): void {
    const { peer } = link
    this.detach(link)
    link.removed()
    if (peer !== null) (peer.netns as NetworkNamespace).remove(peer)
  }

  /** `ip link set DEV name NAME` */
  rename(link: Link, name: string): void {
    if (this.#byName.has(name)) throw new KubehopError('EEXIST', `a device ${name} exists already in ${this.name}`)
    this.#byName.delete(link.name)
    this.sysctl.renameDevice(link.name, name)
    link.name = name
    link.conf = this.sysctl.device(name)
    link.neigh = this.sysctl.neighbours.device(name)
    this.#byName.set(name, link)
    this.fib.devicesChanged()
  }

  /** `ip link set DEV up|down` (`__dev_change_flags`, and what `inetdev_event` and `fib_netdev_event` do then). */
  setUp(link: Link, up: boolean): void {
    if (link.up === up) return
    link.up = up
    if (up) {
      link.everUp = true
      if (link.loopback && link.addresses.length === 0)
        this.addAddress(link, { address: 0x7f000001 as Ipv4, length: 8 })
      deviceUp(this.fib, link)
    } else {
      this.fib.deviceDown(link.ifindex)
      this.neighbours.linkDown(link)
      this.netfilter.nat.deviceDown(link.ifindex)
    }
    link.stateChanged()
    link.master?.portChanged(link)
    if (up) arpNotify(this, link)
  }

  carrierChanged(link: Link): void {
    this.fib.generation++
    // nobody is known to be at the other end of a cut cable (net.ipv4.conf.DEV.arp_evict_nocarrier)
    if (link.up && !link.carrier) this.neighbours.forget(link)
    link.master?.portChanged(link)
  }

  /** `ip link set DEV address MAC` */
  setMac(link: Link, mac: Mac): void {
    link.changeMac(mac)
    this.neighbours.forgetAll(link)
    link.master?.portChanged(link)
    arpNotify(this, link)
  }

  /** `ip link set DEV mtu MTU` in octets, 68 and more. @throws KubehopError `EINVAL` */
  setMtu(link: Link, mtu: number): void {
    if (mtu < 68 || mtu > link.maxMtu) {
      throw new KubehopError('EINVAL', mtu < 68 ? 'mtu less than device minimum' : 'mtu greater than device maximum')
    }
    this.exceptions.deviceMtuChanged(link.ifindex, mtu, link.mtu)
    link.mtu = mtu
    link.mtuIsSet = true
    link.master?.portChanged(link)
  }

  // addresses

  /**
   * `ip addr add`. The scope is universe (host for 127.0.0.0/8), there is no broadcast address unless given, as with iproute2.
   *
   * @throws NetlinkError `EEXIST`
   */
  addAddress(link: Link, address: Partial<NewAddress> & { address: Ipv4; length: number }): InterfaceAddress {
    const local = address.local ?? address.address
    const added = addAddress(this.fib, link, {
      local,
      address: address.address,
      length: address.length,
      broadcast: address.broadcast ?? (0 as Ipv4),
      scope: address.scope ?? (local >>> 24 === 127 ? Scope.HOST : Scope.UNIVERSE),
      noprefixroute: address.noprefixroute ?? false,
      metric: address.metric ?? 0,
      label: address.label ?? link.name,
    })
    this.fib.generation++
    return added
  }

  /** `ip addr del`. @throws NetlinkError `EADDRNOTAVAIL` */
  deleteAddress(link: Link, address: InterfaceAddress): AddressDeletion {
    const deletion = deleteAddress(this.fib, link, address)
    // with its last address a device loses IP altogether (`fib_disable_ip`)
    if (link.addresses.length === 0) this.neighbours.linkDown(link)
    this.netfilter.nat.addressRemoved(link.ifindex, address.local)
    return deletion
  }

  addressType(address: Ipv4, ifindex?: number): AddressType {
    return this.fib.addressType(address, ifindex)
  }

  selectAddress(ifindex: number, destination: Ipv4, scope: number = Scope.UNIVERSE): Ipv4 {
    const link = this.#byIndex.get(ifindex)
    return link === undefined ? (0 as Ipv4) : this.fib.selectAddress(link, destination, scope)
  }

  primaryAddress(ifindex: number): Ipv4 {
    return this.#byIndex.get(ifindex)?.addresses[0]?.local ?? (0 as Ipv4)
  }

  // routing

  routeInput(link: Link, destination: Ipv4, source: Ipv4, tos: number, mark: number, packet?: Packet): Dst {
    return inputDst(this, link, destination, source, tos, mark, packet)
  }

  routeOutput(key: OutputKey): Dst {
    return outputDst(this, key)
  }

  nextHop(packet: Packet): Ipv4 {
    const dst = packet.route as Dst | null
    return dst === null || dst.gateway === 0 ? (packet.ip?.dst ?? (0 as Ipv4)) : dst.gateway
  }

  routeMeHarder(packet: Packet): boolean {
    const ip = packet.ip
    if (ip === null) return false
    const type = this.addressType(ip.src)
    const anySource = type === 'local' || type === 'unicast'
    const dst = this.routeOutput({
      destination: ip.dst,
      source: anySource ? ip.src : (0 as Ipv4),
      anySource: true,
      tos: ip.tos,
      mark: packet.mark,
      oif: 0,
    })
    if (this.sim.probe !== null) {
      this.sim.probe.emit({ kind: 'route', netns: this.name, packet, direction: 'reroute', dst } satisfies RouteEvent)
    }
    if (dst.error !== null) {
      this.drop(packet, 'IP_OUTNOROUTES', null, `no route to the new destination ${formatIpv4(ip.dst)}`)
      return false
    }
    packet.route = dst
    packet.ifindex = dst.link.ifindex
    return true
  }

  pathMtu(dst: Dst, forwarding: boolean): number {
    if (dst.exception === undefined)
      return routeMtu(dst.route, undefined, dst.link.mtu, dst.gateway !== 0, forwarding, false)
    const useLearned = this.sysctl.get('ipv4.ip_forward_use_pmtu') === 1
    return routeMtu(dst.route, dst.exception, dst.link.mtu, dst.gateway !== 0, forwarding, useLearned)
  }

  routeMtu(packet: Packet): number | undefined {
    const dst = packet.route as Dst | null
    return dst === null ? undefined : this.pathMtu(dst, false)
  }

  mtuTowards(address: Ipv4): number | undefined {
    const dst = this.routeOutput({ destination: address, source: 0 as Ipv4, tos: 0, mark: 0, oif: 0 })
    return dst.error === null ? this.pathMtu(dst, false) : undefined
  }

  leadsBack(
    ifindex: number,
    source: Ipv4,
    destination: number,
    tos: number,
    mark: number,
    options: { readonly loose: boolean; readonly acceptLocal: boolean },
  ): boolean {
    const link = this.#byIndex.get(ifindex)
    return link !== undefined && leadsBack(this.fib, link, source, destination as Ipv4, tos, mark, options)
  }

  learnPathMtu(quoted: Packet, mtu: number): void {
    const ip = quoted.ip
    if (ip === null) return
    const dst = this.routeOutput({ destination: ip.dst, source: ip.src, anySource: true, tos: ip.tos, mark: 0, oif: 0 })
    if (dst.error === null && dst.route !== null) {
      this.exceptions.updatePmtu(dst.route, ip.dst, mtu, this.pathMtu(dst, false))
      // a connected socket asks for its way again at once (`ipv4_sk_update_pmtu`, `inet_csk_update_pmtu`)
      if (ip.protocol !== Protocol.ICMP) this.exceptions.use(dst.route, ip.dst)
    }
  }

  learnRedirect(quoted: Packet, from: Ipv4, gateway: Ipv4, ifindex: number): void {
    const ip = quoted.ip
    const link = this.#byIndex.get(ifindex)
    if (ip === null || link === undefined) return
    if (!mayBecomeGateway(this, link, from, gateway)) return
    const dst = this.routeOutput({ destination: ip.dst, source: ip.src, anySource: true, tos: ip.tos, mark: 0, oif: 0 })
    if (dst.error !== null || dst.route === null || dst.link !== link || dst.gateway !== from) return
    // a gateway that nobody has heard of is asked for first: only the next redirect is followed
    if (this.neighbours.find(link, gateway)?.valid === true) this.exceptions.redirect(dst.route, ip.dst, gateway)
    else this.neighbours.ask(link, gateway)
  }

  // packets

  receive(packet: Packet, link: Link): void {
    if (!this.#arrives(packet, link)) return
    if (packet.etherType === EtherType.IPV4) ipReceive(this, packet, link)
    else if (packet.etherType === EtherType.ARP) arpReceive(this, packet, link)
  }

  receiveBatch(packets: readonly Packet[], link: Link): void {
    const arrived = packets.filter((packet) => this.#arrives(packet, link))
    const ip = arrived.filter((packet) => packet.etherType === EtherType.IPV4 && ipReceiveStart(this, packet, link))
    for (const packet of ip) ipReceiveFinish(this, packet, link)
    for (const packet of arrived) if (packet.etherType === EtherType.ARP) arpReceive(this, packet, link)
  }

  readonly receiveOwn = (packet: Packet): void => {
    const link = this.linkByIndex(packet.ifindex)
    if (link === null) return
    packet.iif = link.ifindex
    ipReceive(this, packet, link)
  }

  /** Packet sockets see the frame; then the bridge that the link is a port of may take it. False: it is not for the host. */
  #arrives(packet: Packet, link: Link): boolean {
    if (!link.up) {
      this.drop(packet, 'DEV_READY', link, 'the device is down')
      return false
    }
    packet.ifindex = link.ifindex
    packet.iif = link.ifindex
    if (this.sim.probe !== null) {
      this.sim.probe.emit({ kind: 'frame', netns: this.name, link, direction: 'in', packet } satisfies FrameEvent)
    }
    if (this.taps !== null) for (const tap of this.taps) tap(packet, link, 'in')
    if (this.packetSockets !== null) for (const receive of this.packetSockets) receive(packet, link)
    if (link.unmodelled !== null) {
      this.unmodelled(packet, link.unmodelled)
      return false
    }
    return link.receiveHandler?.(packet, link) !== true
  }

  transmit(packet: Packet, link: Link): boolean {
    if (!link.up || (!link.carrier && link.stopsWithoutCarrier)) {
      this.drop(packet, 'DEV_READY', link, link.up ? 'no carrier' : 'the device is down')
      return true
    }
    const { sim } = this
    if (sim.transmitDepth > XMIT_RECURSION_LIMIT) {
      this.drop(packet, 'RECURSION_LIMIT', link, 'devices hand it on to each other without end')
      return true
    }
    packet.ifindex = link.ifindex
    if (sim.probe !== null) {
      sim.probe.emit({ kind: 'frame', netns: this.name, link, direction: 'out', packet } satisfies FrameEvent)
    }
    if (this.taps !== null) for (const tap of this.taps) tap(packet, link, 'out')
    if (link.unmodelled !== null) {
      this.unmodelled(packet, link.unmodelled)
      return true
    }
    const taken = !link.refuses(packet)
    sim.transmitDepth++
    try {
      link.transmitFrame(packet)
    } finally {
      sim.transmitDepth--
    }
    return taken
  }

  localOut(packet: Packet): boolean {
    const ip = packet.ip
    if (ip === null) return false
    if (packet.journey === 0) packet.journey = this.sim.newJourney()
    if (packet.route === null) {
      const { src: source, dst: destination, tos, protocol } = ip
      const dst = this.routeOutput({ destination, source, tos, mark: packet.mark, oif: 0, protocol })
      this.#announceRoute(packet, dst)
      if (dst.error !== null) {
        this.drop(packet, 'IP_OUTNOROUTES', null, `connect: ${dst.error}`)
        return false
      }
      packet.route = dst
      if (ip.src === 0) ip.src = dst.source
    } else {
      this.#announceRoute(packet, packet.route as Dst)
    }
    packet.packetType = PacketType.HOST
    return ipLocalOut(this, packet)
  }

  #announceRoute(packet: Packet, dst: Dst): void {
    if (this.sim.probe !== null) {
      this.sim.probe.emit({ kind: 'route', netns: this.name, packet, direction: 'output', dst } satisfies RouteEvent)
    }
  }

  icmpOut(packet: Packet): void {
    packet.socket = KERNEL_SOCKET
    if (this.#icmpBusy) return
    this.#icmpBusy = true
    try {
      this.localOut(packet)
    } finally {
      this.#icmpBusy = false
    }
  }

  icmpSend(about: Packet, type: number, code: number, info: { mtu?: number; gateway?: Ipv4 } = {}): void {
    if (!this.#icmpBusy) icmpSend(this, about, type, code, info)
  }

  sendReject(packet: Packet, state: HookState, type: RejectType): void {
    sendReject(this, packet, state, type)
  }

  defragment(packet: Packet, user: DefragmentUser): Packet | null {
    return this.defragmenter.add(packet, user)
  }

  solicit(link: Link, address: Ipv4, unicastTo: Mac | null, trigger: Packet | null): void {
    arpSolicit(this, link, address, unicastTo, trigger)
  }

  neighbourFailed(packet: Packet): void {
    this.icmpSend(packet, IcmpType.DEST_UNREACH, UnreachCode.HOST)
  }

  /** Tells the probe that a packet ends here, because nobody knows what Linux would do with it. */
  unmodelled(packet: Packet, what: string): void {
    if (this.sim.probe !== null) {
      this.sim.probe.emit({ kind: 'unmodelled', netns: this.name, packet, what } satisfies UnmodelledEvent)
    }
  }

  drop(packet: Packet, reason: DropReason, link: Link | null, detail: string): void {
    if (this.sim.probe !== null) {
      this.sim.probe.emit({ kind: 'drop', netns: this.name, packet, reason, link, detail } satisfies DropEvent)
    }
  }

  // settings and counters

  get sysctlVersion(): number {
    return this.sysctl.version
  }

  sysctlValue(path: string): number | undefined {
    return this.sysctl.get(path)
  }

  /** How long fragments wait for the rest of their packet, s (`net.ipv4.ipfrag_time`). */
  setSysctl(path: string, value: number): void {
    this.sysctl.set(path, value)
  }

  /** How long fragments wait for the rest of their packet, s (`net.ipv4.ipfrag_time`). */
  fragmentTime(): number {
    return this.sysctl.get('ipv4.ipfrag_time') ?? 30
  }

  count(counter: Counter): void {
    this.snmp.count(counter)
  }

  nextIpId(): number {
    this.sim.touch(this)
    this.#ipId = (this.#ipId + 1) & 0xffff
    return this.#ipId
  }

  /** Of its own the namespace has nothing that packets change but the last identification. */
  capture(): () => void {
    const id = this.#ipId
    return () => {
      this.#ipId = id
    }
  }

  toString(): string {
    return this.name
  }
}
