import type { Ipv4 } from '../packet/address.ts'
import type { Mac } from '../packet/mac.ts'
import type { Packet } from '../packet/packet.ts'
import type { Simulation } from '../sim/simulation.ts'
import type { DropReason } from './events.ts'
import type { DeviceConf } from './sysctl.ts'

/** Scope of an address or route (`RT_SCOPE_*`). */
export const Scope = { UNIVERSE: 0, SITE: 200, LINK: 253, HOST: 254, NOWHERE: 255 } as const

/** An address on a device (`struct in_ifaddr`). */
export interface InterfaceAddress {
  readonly address: Ipv4
  /** 0 to 32. */
  readonly length: number
  /** `Scope` */
  readonly scope: number
  /** The broadcast address, or 0: none. */
  readonly broadcast: Ipv4
  /** Point to point: the peer's address; the address itself otherwise. */
  readonly peer: Ipv4
  /** Another address of the same network was there first. */
  readonly secondary: boolean
  /** No connected route is made for it. */
  readonly noPrefixRoute: boolean
  /** The label that `ip addr` shows: the device's name unless given. */
  readonly label: string
}

/** What a link asks of the namespace that it is in. */
export interface LinkHost {
  readonly name: string
  readonly sim: Simulation
  /** A frame has arrived on the link (`netif_receive_skb`). */
  receive(packet: Packet, link: Link): void
  /** Sends a frame by the link: shows it to packet sockets and hands it to the driver (`dev_queue_xmit`). */
  transmit(packet: Packet, link: Link): void
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
export abstract class Link {
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
  /** IFF_UP: the administrator's wish. */
  up = false
  /** IFF_NOARP: no neighbours are asked for (lo, dummy). */
  noArp = false
  readonly isLoopback: boolean = false
  /** IFF_PROMISC, counted as the kernel counts. */
  promiscuity = 0
  /** The bridge that it is a port of, or null. */
  master: Link | null = null
  receiveHandler: ReceiveHandler | null = null
  conf!: DeviceConf
  /** In the order in which `ip addr` shows them: primary addresses first, each group in the order of adding. */
  addresses: readonly InterfaceAddress[] = []
  /** A link that the receiving half of this one is told of: `eth0@if3`. Null when there is none. */
  peer: Link | null = null
  txQueueLength = 1000

  constructor(netns: LinkHost, name: string, mac: Mac) {
    this.netns = netns
    this.name = name
    this.mac = mac
  }

  /** Is there somebody at the other end? */
  abstract get carrier(): boolean

  /** The driver's part: a frame leaves (`ndo_start_xmit`). */
  abstract transmitFrame(packet: Packet): void

  /** Called when the administrator's wish changed; a kind passes the news on to its peer or ports. */
  stateChanged(): void {}

  /** Called before it leaves its namespace for good: a kind takes itself apart. */
  removed(): void {}

  /** IFF_RUNNING: up and with a carrier. */
  get running(): boolean {
    return this.up && this.carrier
  }

  /** The arguments of `ip link add` beyond name and kind, to write it out again. */
  describe(): Readonly<Record<string, string | number | boolean>> {
    return {}
  }
}
