import type { Ipv4 } from '../packet/address.ts'
import type { Mac } from '../packet/mac.ts'
import type { Packet } from '../packet/packet.ts'
import type { FibDevice, FibHost, InterfaceAddress } from '../route/index.ts'
import type { Simulation } from '../sim/simulation.ts'
import type { DropReason } from './drop-reason.ts'
import { LinkCounters, type LinkStatistics } from './link-counters.ts'
import type { NeighbourParameters } from './neighbour-parameters.ts'
import type { DeviceConf, Sysctls } from './sysctl.ts'

/** What a link asks of the namespace that it is in. */
export interface LinkHost extends FibHost {
  readonly name: string
  readonly sim: Simulation
  readonly sysctl: Sysctls
  /** A frame has arrived on the link (`netif_receive_skb`). */
  receive(packet: Packet, link: Link): void
  /** Several frames in one go (`netif_receive_skb_list`): each step of the way is done for all of them before the next. */
  receiveBatch(packets: readonly Packet[], link: Link): void
  /** Sends a frame by the link: shows it to packet sockets and hands it to the driver (`dev_queue_xmit`). */
  /** False: the driver has thrown it away, and told so (NET_XMIT_DROP). */
  transmit(packet: Packet, link: Link): boolean
  /** Tells the probe that a packet ends here, because nobody knows what Linux would do with it. `what` it came to, as a trace names it. */
  unmodelled(packet: Packet, what: string): void
  /** Tells the probe that a packet ends here, why, and what decided. */
  drop(packet: Packet, reason: DropReason, link: Link | null, detail: string): void
  /** The operational state of the link changed: routes learn it. */
  carrierChanged(link: Link): void
}

/** What a master (a bridge) does with the frames of its ports (`dev->rx_handler`). True: it took the frame. */
export type ReceiveHandler = (packet: Packet, port: Link) => boolean

/**
 * A network device. A kind of link extends this class: it says how a frame leaves (`transmitFrame`) and whether there is a carrier.
 * Everything else belongs to the namespace.
 */
export abstract class Link implements FibDevice {
  /** iproute2's name of the kind: `veth`, `bridge`, `vxlan`, `dummy`, `loopback`. */
  abstract readonly kind: string
  /** The namespace that it is in; changes with `ip link set DEV netns NS`. */
  netns: LinkHost
  name: string
  ifindex = 0
  mac: Mac
  /** The address was given by somebody, not made up: a bridge keeps it then (`NET_ADDR_SET`). */
  macIsSet = false
  /** In octets, without the Ethernet header. */
  mtu = 1500
  /** The MTU was given by somebody: a bridge keeps it then. */
  mtuIsSet = false
  /** IFF_UP: the administrator's wish. */
  up = false
  /** It was up at least once, and has a queueing discipline since (`qdisc noqueue` in place of `noop`). */
  everUp = false
  /** IFF_NOARP: no neighbours are asked for (lo, dummy). */
  noArp = false
  readonly loopback: boolean = false
  /** IFF_PROMISC, counted as the kernel counts. */
  promiscuity = 0
  /** Somebody asked for it by `ip link set … promisc on`; only that is shown. */
  promiscuous = false
  /** The bridge that it is a port of, or null. */
  master: Link | null = null
  receiveHandler: ReceiveHandler | null = null
  conf!: DeviceConf
  neigh!: NeighbourParameters
  /** In the order in which `ip addr` shows them. */
  addresses: readonly InterfaceAddress[] = []
  /** Tunnels that were made upon it; they go when it leaves its namespace. */
  uppers: readonly Link[] = []
  /** A link that the receiving half of this one is told of: `eth0@if3`. Null when there is none. */
  peer: Link | null = null
  txQueueLength = 1000
  /** What of it has no model, as a trace names it: of a packet that goes through it nobody knows what becomes. Null: all of it has one. */
  unmodelled: string | null = null
  /** Moved by the kinds of links alone. */
  protected readonly counters: LinkCounters
  /** Without a carrier nothing is sent (the noop queueing discipline); lo and dummy never lack one. */
  readonly stopsWithoutCarrier: boolean = true

  constructor(netns: LinkHost, name: string, mac: Mac) {
    this.netns = netns
    this.name = name
    this.mac = mac
    this.counters = new LinkCounters(netns.sim)
  }

  /** What has gone through it since it was made (`ip -s link`, /proc/net/dev). */
  get statistics(): LinkStatistics {
    return this.counters
  }

  /** Megabits a second; 0: it has none to tell (`__ethtool_get_link_ksettings`). */
  get speed(): number {
    return 0
  }

  /** Largest MTU that it takes, in octets. */
  get maxMtu(): number {
    return 65535
  }

  /** Is there somebody at the other end? */
  abstract get carrier(): boolean

  /** The driver's part: a frame leaves (`ndo_start_xmit`). */
  abstract transmitFrame(packet: Packet): void

  /** Does the driver throw a frame away at once, and tell the sender (NET_XMIT_DROP)? */
  refuses(_packet: Packet): boolean {
    return false
  }

  /** `ip link set DEV address` */
  changeMac(mac: Mac): void {
    this.mac = mac
    this.macIsSet = true
  }

  /** A bridge: a port of it changed state, address or MTU. */
  portChanged(_port: Link): void {}

  /** A bridge: a port of it leaves its namespace, for another one or for good. */
  portGone(_port: Link): void {}

  /** Called when the administrator's wish changed; a kind passes the news on to its peer or ports. */
  stateChanged(): void {}

  /** Called before it leaves its namespace for good: a kind takes itself apart. */
  removed(): void {}

  /** IFF_RUNNING: up and with a carrier. */
  get running(): boolean {
    return this.up && this.carrier
  }

  // What routing asks of a device: the switches of `all` and of this device combined as include/linux/inetdevice.h does it.

  get forwarding(): boolean {
    return this.conf.forwarding !== 0
  }
  get rpFilter(): number {
    return Math.max(this.netns.sysctl.all.rp_filter, this.conf.rp_filter)
  }
  get acceptLocal(): boolean {
    return (this.netns.sysctl.all.accept_local | this.conf.accept_local) !== 0
  }
  get routeLocalnet(): boolean {
    return (this.netns.sysctl.all.route_localnet | this.conf.route_localnet) !== 0
  }
  get srcValidMark(): boolean {
    return (this.netns.sysctl.all.src_valid_mark | this.conf.src_valid_mark) !== 0
  }
  get sendRedirects(): boolean {
    return (this.netns.sysctl.all.send_redirects | this.conf.send_redirects) !== 0
  }
  get sharedMedia(): boolean {
    return (this.netns.sysctl.all.shared_media | this.conf.shared_media) !== 0
  }
  get secureRedirects(): boolean {
    return (this.netns.sysctl.all.secure_redirects | this.conf.secure_redirects) !== 0
  }
  get bcForwarding(): boolean {
    return (this.netns.sysctl.all.bc_forwarding & this.conf.bc_forwarding) !== 0
  }
  get promoteSecondaries(): boolean {
    return (this.netns.sysctl.all.promote_secondaries | this.conf.promote_secondaries) !== 0
  }
  get ignoreRoutesWithLinkdown(): boolean {
    return (this.netns.sysctl.all.ignore_routes_with_linkdown | this.conf.ignore_routes_with_linkdown) !== 0
  }
  /** IPv4 multicast has no model; the group of all hosts is always joined. */
  hasJoined(group: Ipv4): boolean {
    return group === (0xe0000001 | 0)
  }

  /** The arguments of `ip link add` beyond name and kind, to write it out again. */
  describe(): Readonly<Record<string, string | number | boolean>> {
    return {}
  }
}
