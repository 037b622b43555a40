import { Link } from '../netns/link.ts'
import type { Stack } from '../netns/stack.ts'
import { packetTypeFor } from '../netns/veth.ts'
import { isLinkLocalMac, isMulticastMac, MAC_BROADCAST, MAC_ZERO, type Mac } from '../packet/mac.ts'
import { type Packet, PacketType, sumInside } from '../packet/packet.ts'
import { HeaderLength } from '../packet/protocol.ts'
import { BridgeNetfilter } from './br-netfilter.ts'
import type { BridgeEvent } from './events.ts'
import { ForwardingDatabase } from './fdb.ts'
import { BLOCKING, BridgePort, FORWARDING, type PortSettings } from './port.ts'
import { type BridgeSettings, DEFAULT_BRIDGE_SETTINGS } from './settings.ts'

const ETHERNET_MTU = 1500

/**
 * A Linux bridge: docker0, cni0 (net/bridge). A device of its own towards the host, a learning switch between its ports.
 *
 * Spanning tree, VLAN filtering and multicast snooping have no model: multicast frames are flooded like broadcasts, as a bridge does
 * that knows no querier.
 */
export class Bridge extends Link {
  readonly kind = 'bridge'
  declare netns: Stack
  readonly fdb: ForwardingDatabase
  settings: BridgeSettings = DEFAULT_BRIDGE_SETTINGS
  /** Virtual time when it was last set up, in nanoseconds. */
  upSince = 0
  readonly #netfilter: BridgeNetfilter
  /** Newest first: the order in which the kernel's list is walked, and so in which it floods. */
  #ports: readonly BridgePort[] = []
  readonly #portOf = new Map<Link, BridgePort>()
  /** The lowest number that no port has. */
  #freeNumber = 1
  #hadPorts = false
  #carrier = true
  /** The ports that forward. */
  readonly #running = new Set<BridgePort>()

  constructor(netns: Stack, name: string, mac: Mac) {
    super(netns, name, mac)
    this.fdb = new ForwardingDatabase(netns.sim)
    this.#netfilter = new BridgeNetfilter(this)
    this.fdb.add(mac, null, { local: true })
  }

  /** In the order in which they joined. */
  get ports(): readonly BridgePort[] {
    return [...this.#ports].reverse()
  }

  /** It has had ports, if only for a while. */
  get hadPorts(): boolean {
    return this.#hadPorts
  }

  /** The lower half of its identifier: nobody's address until it has a port or was given one (`br_stp_change_bridge_id`). */
  get idAddress(): Mac {
    return this.macIsSet || this.#ports.length > 0 ? this.mac : MAC_ZERO
  }

  /** The port that a link is, if it is one of this bridge. */
  portOf(link: Link): BridgePort | undefined {
    return this.#portOf.get(link)
  }

  /**
   * A bridge has a carrier while one of its ports forwards, and, as the kernel has it, until the first of them did
   * (`br_port_state_selection`).
   */
  get carrier(): boolean {
    return this.#carrier
  }

  /** `ip link set DEV master BRIDGE` (`br_add_if`). */
  addPort(link: Link): BridgePort {
    const port = new BridgePort(link, this.#freeNumber)
    this.#hadPorts = true
    link.master = this
    link.promiscuity++
    link.receiveHandler = (packet) => this.#handleFrame(packet, port)
    this.#ports = [port, ...this.#ports]
    this.#portOf.set(link, port)
    this.#findFreeNumber()
    this.fdb.add(link.mac, port, { local: true })
    this.#recalculate()
    this.#noticePort(port)
    return port
  }

  /** `find_portno` */
  #findFreeNumber(): void {
    // ports come one after the other: nearly always it is the next one
    if (this.#freeNumber === this.#ports.length) {
      this.#freeNumber++
      return
    }
    const taken = new Set(this.#ports.map(({ number }) => number))
    this.#freeNumber = 1
    while (taken.has(this.#freeNumber)) this.#freeNumber++
  }

  /** `ip link set DEV nomaster` (`br_del_if`). */
  removePort(link: Link): void {
    const port = this.portOf(link)
    if (port === undefined) return
    this.#ports = this.#ports.filter((other) => other !== port)
    this.#portOf.delete(link)
    this.#freeNumber = Math.min(this.#freeNumber, port.number)
    link.master = null
    link.promiscuity--
    link.receiveHandler = null
    this.fdb.flush(port, true)
    this.#recalculate()
    if (this.#running.delete(port)) this.#selectState()
  }

  /** A port was deleted, or leaves for another namespace. */
  override portGone(link: Link): void {
    this.removePort(link)
  }

  /** Changes settings of a port (`bridge link set`); a link that is no port of this bridge is passed over. */
  setPort(link: Link, settings: Partial<PortSettings>): void {
    const port = this.portOf(link)
    if (port === undefined) return
    // without the spanning tree protocol nothing keeps a port blocked (`br_make_forwarding`)
    const state = settings.state === BLOCKING ? FORWARDING : (settings.state ?? port.settings.state)
    port.settings = { ...port.settings, ...settings, state }
    this.#noticePort(port)
  }

  /** A port went up or down, or its address or MTU changed. */
  override portChanged(link: Link): void {
    const port = this.portOf(link)
    if (port === undefined) return
    if (!port.forwarding) this.fdb.flush(port)
    this.#recalculate()
    this.#noticePort(port)
  }

  /** A port began or ceased to forward: the carrier follows. */
  #noticePort(port: BridgePort): void {
    const runs = this.up && port.forwarding
    if (runs === this.#running.has(port)) return
    if (runs) {
      this.#running.add(port)
      port.forwardingSince = this.netns.sim.now
    } else this.#running.delete(port)
    this.#selectState()
  }

  /** It had ports, and none of them forwards any more: nothing carries it, where otherwise it had never had one (`br_port_state_selection`). */
  loseCarrier(): void {
    if (!this.#carrier || this.#running.size > 0) return
    this.#hadPorts = true
    this.#carrier = false
    this.netns.carrierChanged(this)
  }

  #selectState(): void {
    const carrier = this.#running.size > 0
    if (carrier === this.#carrier) return
    this.#carrier = carrier
    this.netns.carrierChanged(this)
  }

  /** The address was set by hand: it stays. */
  override changeMac(mac: Mac): void {
    // that of a port, whose address it had taken, stays (`br_fdb_change_mac_address`)
    if (this.fdb.find(this.mac)?.port === null) this.fdb.delete(this.mac)
    this.mac = mac
    this.macIsSet = true
    this.fdb.add(mac, null, { local: true })
  }

  override stateChanged(): void {
    if (this.up) this.upSince = this.netns.sim.now
    for (const port of this.#ports) {
      // `br_stp_disable_bridge` disables each port, and a disabled one forgets
      if (!this.up) this.fdb.flush(port)
      this.#noticePort(port)
    }
    this.netns.carrierChanged(this)
  }

  override removed(): void {
    for (const port of this.#ports) this.removePort(port.link)
  }

  /** The host sends by the bridge (`br_dev_xmit`). */
  transmitFrame(packet: Packet): void {
    if (this.#netfilter.resume(packet)) return
    sumInside(packet)
    this.counters.sent(packet.frameLength)
    if (isMulticastMac(packet.dmac)) {
      this.#flood(packet, null, false)
      return
    }
    const entry = this.fdb.find(packet.dmac)
    if (entry === undefined) this.#flood(packet, null, false)
    else if (entry.port !== null) this.#forward(packet, entry.port, null, false)
    else this.netns.drop(packet, 'NO_TX_TARGET', this, 'the frame is for the bridge itself')
  }

  /** A frame has come in by a port (`br_handle_frame`). */
  #handleFrame(packet: Packet, port: BridgePort): boolean {
    if (packet.packetType === PacketType.LOOPBACK) return false
    if (packet.smac === MAC_ZERO || isMulticastMac(packet.smac)) {
      this.netns.drop(packet, 'MAC_INVALID_SOURCE', port.link, 'the source is no unicast address')
      return true
    }
    if (isLinkLocalMac(packet.dmac)) return false
    if (!port.forwarding || !this.up) {
      this.netns.drop(packet, 'BRIDGE_INGRESS_STP_STATE', port.link, 'the port or the bridge is down')
      return true
    }
    if (packet.dmac === this.mac) packet.packetType = PacketType.HOST
    if (!this.#netfilter.preRouting(packet, port)) this.handleFrameFinish(packet, port)
    return true
  }

  /** Learns, and decides where the frame goes (`br_handle_frame_finish`). */
  handleFrameFinish(packet: Packet, port: BridgePort): void {
    if (!port.forwarding) return
    if (port.settings.learning && this.fdb.learn(packet.smac, port))
      this.#emit('learned', packet, port, packet.smac, [])
    const toHost = this.promiscuity > 0
    if (isMulticastMac(packet.dmac)) {
      this.#flood(packet, port, true)
      this.#passUp(packet, port)
      return
    }
    const entry = this.fdb.find(packet.dmac)
    if (entry === undefined) {
      this.#flood(packet, port, toHost)
      if (toHost) this.#passUp(packet, port)
    } else if (entry.local) {
      this.#passUp(packet, port)
    } else {
      if (entry.port !== null) this.#forward(packet, entry.port, port, toHost)
      if (toHost) this.#passUp(packet, port)
    }
  }

  /** To one port, if it may leave there (`br_forward`). */
  #forward(packet: Packet, to: BridgePort, from: BridgePort | null, keep: boolean): void {
    if (!this.#mayLeave(to, from)) {
      if (!keep) this.netns.drop(packet, 'NO_TX_TARGET', to.link, leaveRefusal(to, from))
      return
    }
    this.#emit('forwarded', packet, from, packet.dmac, [to.link.name])
    this.#deliver(keep ? packet.clone() : packet, to, from)
  }

  /** To every port that may have it, newest first (`br_flood`). With `keep` the caller still needs the packet. */
  #flood(packet: Packet, from: BridgePort | null, keep: boolean): void {
    const broadcast = packet.dmac === MAC_BROADCAST
    const unicast = !isMulticastMac(packet.dmac)
    const targets = this.#ports.filter(({ settings }, index) => {
      const port = this.#ports[index]
      if (port === undefined || !this.#mayLeave(port, from)) return false
      return unicast ? settings.flood : broadcast ? settings.bcast_flood : settings.mcast_flood
    })
    if (this.netns.sim.probe !== null)
      this.#emit(
        'flooded',
        packet,
        from,
        packet.dmac,
        targets.map((port) => port.link.name),
      )
    targets.forEach((port, index) => {
      this.#deliver(keep || index < targets.length - 1 ? packet.clone() : packet, port, from)
    })
    if (targets.length === 0 && !keep)
      this.netns.drop(packet, 'BRIDGE_NO_EGRESS_PORT', this, 'no port may have the frame')
  }

  /** `should_deliver` */
  #mayLeave(to: BridgePort, from: BridgePort | null): boolean {
    if (!to.forwarding) return false
    if (to === from && !to.settings.hairpin) return false
    return !(from?.settings.isolated === true && to.settings.isolated)
  }

  /** `__br_forward`: a bridged frame passes FORWARD and POSTROUTING of br_netfilter, one of the host's own does not. */
  #deliver(packet: Packet, to: BridgePort, from: BridgePort | null): void {
    packet.ifindex = to.link.ifindex
    if (from !== null && !this.#netfilter.forward(packet, from, to)) return
    this.pushOut(packet, to)
  }

  /** Out by a port (`br_dev_queue_push_xmit`); too long frames end here. */
  pushOut(packet: Packet, to: BridgePort): void {
    if (packet.frameLength > to.link.mtu + HeaderLength.ETHERNET + 4) {
      this.netns.drop(packet, 'PKT_TOO_BIG', to.link, `longer than the MTU of the port, ${to.link.mtu}`)
      return
    }
    this.netns.transmit(packet, to.link)
  }

  /** Up to the host, as if it had come in by the bridge device (`br_pass_frame_up`). */
  #passUp(packet: Packet, from: BridgePort): void {
    this.#emit('local', packet, from, packet.dmac, [])
    // by then the Ethernet header is off
    this.counters.received(packet.frameLength - HeaderLength.ETHERNET)
    // a frame for another host is seen (promiscuous) but not taken
    if (packet.packetType === PacketType.OTHERHOST || packet.packetType === PacketType.HOST) {
      packet.packetType = packet.packetType === PacketType.HOST ? PacketType.HOST : packetTypeFor(packet.dmac, this.mac)
    }
    this.#netfilter.localIn(packet)
    packet.ifindex = this.ifindex
    this.netns.receive(packet, this)
  }

  /**
   * The bridge takes the lowest address and the lowest MTU of its ports, unless they were given (`br_stp_recalculate_bridge_id`,
   * `br_mtu_auto_adjust`). Without ports it has no address left, and the MTU of Ethernet.
   */
  #recalculate(): void {
    const { length } = this.#ports
    let mac = length === 0 ? MAC_ZERO : Number.POSITIVE_INFINITY
    let mtu = length === 0 ? ETHERNET_MTU : Number.POSITIVE_INFINITY
    for (const { link } of this.#ports) {
      if (link.mac < mac) mac = link.mac
      if (link.mtu < mtu) mtu = link.mtu
    }
    if (!this.macIsSet && mac !== this.mac) {
      if (this.fdb.find(this.mac)?.port === null) this.fdb.delete(this.mac)
      this.mac = mac as Mac
    }
    if (!this.mtuIsSet) this.mtu = mtu
  }

  #emit(action: BridgeEvent['action'], packet: Packet, port: BridgePort | null, mac: Mac, to: readonly string[]): void {
    const probe = this.netns.sim.probe
    if (probe === null) return
    probe.emit({
      kind: 'bridge',
      netns: this.netns.name,
      bridge: this.name,
      port: port === null ? null : port.link.name,
      packet,
      action,
      mac,
      to,
    } satisfies BridgeEvent)
  }
}

function leaveRefusal(to: BridgePort, from: BridgePort | null): string {
  if (!to.forwarding) return `port ${to.link.name} is down`
  if (to === from) return `it would leave by ${to.link.name}, where it came in, and hairpin mode is off`
  return 'both ports are isolated'
}
