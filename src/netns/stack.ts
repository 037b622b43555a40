import type { Netfilter } from '../netfilter/netfilter.ts'
import type { Ipv4 } from '../packet/address.ts'
import type { Packet } from '../packet/packet.ts'
import type { AddressType, Fib } from '../route/index.ts'
import type { Defragmenter } from './defragment.ts'
import type { Dst } from './dst.ts'
import type { InetPeers } from './inet-peers.ts'
import type { Link, LinkHost } from './link.ts'
import type { NeighbourTable } from './neighbour.ts'
import type { Counter, Snmp } from './snmp.ts'

/** What a transport protocol registers with a namespace (`struct net_protocol`). */
export interface TransportProtocol {
  /** A whole packet for an address of this host has passed INPUT. */
  receive(packet: Packet): void
  /** An ICMP error has come about a packet of this protocol; `quoted` is that packet, `icmp` the message. */
  error(icmp: Packet, quoted: Packet): void
  /**
   * Has a socket here sent the packet that an ICMP message quotes? The handlers of transports look for it first: without one neither a
   * path MTU nor a redirect is believed. Absent: it is not asked.
   */
  sent?(message: Packet, quoted: Packet): boolean
}

/** What a sender asks a route for (`struct flowi4`). */
export interface OutputKey {
  readonly destination: Ipv4
  /** 0: not chosen yet. */
  readonly source: Ipv4
  readonly tos: number
  readonly mark: number
  /** Bound to this device, or 0. */
  readonly oif: number
  /** The source need not be one of this host's addresses (`FLOWI_FLAG_ANYSRC`). */
  readonly anySource?: boolean
  /** For policy rules that ask; 0: not told. */
  readonly protocol?: number
  readonly sourcePort?: number
  readonly destinationPort?: number
}

/**
 * A network namespace as the IP path sees it: the paths are functions over it (`ip-input.ts`, `ip-output.ts`, …), `NetworkNamespace`
 * implements it and ties them together.
 */
export interface Stack extends LinkHost {
  readonly fib: Fib
  readonly netfilter: Netfilter
  readonly neighbours: NeighbourTable
  readonly defragmenter: Defragmenter
  readonly snmp: Snmp
  /** Whom this host has told of errors lately. */
  readonly peers: InetPeers
  readonly loopback: Link
  /** By IP protocol number. */
  readonly protocols: readonly (TransportProtocol | undefined)[]

  /**
   * Kernel sockets that take whole packets of a UDP port (`encap_rcv`), in the order of their making: a tunnel that returns true has taken it.
   */
  readonly tunnels: Map<number, readonly ((packet: Packet) => boolean)[]>

  /** In the order in which they came here. */
  devices(): Iterable<Link>
  /** The device with that ifindex, or null. */
  linkByIndex(ifindex: number): Link | null
  /** What kind of address this is here: local, broadcast … (`inet_addr_type`); with `ifindex`, as that device alone sees it. */
  addressType(address: Ipv4, ifindex?: number): AddressType
  /** The source address for a destination on a device (`inet_select_addr`): 0 when it has none of that scope. */
  selectAddress(ifindex: number, destination: Ipv4, scope?: number): Ipv4
  /** Routes a packet that has come in by a link (`ip_route_input`). */
  /** `packet`: whose protocol and ports policy rules may ask for; ARP has none. */
  routeInput(link: Link, destination: Ipv4, source: Ipv4, tos: number, mark: number, packet?: Packet): Dst
  /** Routes a packet that this host sends (`ip_route_output_key`). */
  routeOutput(key: OutputKey): Dst
  /** Counts in /proc/net/snmp and netstat. */
  count(counter: Counter): void

  /**
   * Sends an IP packet of this host: routing if it has no route, OUTPUT, POSTROUTING, neighbour (`ip_local_out`). The packet needs
   * `ip`, `l4`, `payload`; its journey is filled in. False: it was dropped on the way (the event says why).
   */
  localOut(packet: Packet): boolean

  /** Receives a copy of a packet that this host has sent; bound, to be scheduled. */
  readonly receiveOwn: (packet: Packet) => void

  /**
   * Sends a packet by the kernel's own ICMP socket. While it is on its way out, nothing else can be sent by it: an error about an ICMP packet of
   * this host's own that OUTPUT refuses is never sent (`icmp_xmit_lock`).
   */
  icmpOut(packet: Packet): void

  /** Sends an ICMP error about a packet, if the rules allow one (`icmp_send`). `mtu` for fragmentation needed, `gateway` for redirects. */
  icmpSend(about: Packet, type: number, code: number, info?: { mtu?: number; gateway?: Ipv4 }): void

  /** Path MTU towards a destination in octets, by route, exception and device (`ip_dst_mtu_maybe_forward`, `ipv4_mtu`). */
  pathMtu(dst: Dst, forwarding: boolean): number

  /** A router said that packets like the quoted one are too long (`ipv4_update_pmtu`): remembered for ten minutes. */
  learnPathMtu(quoted: Packet, mtu: number): void
  /** A router named a better gateway (`__ip_do_redirect`). */
  learnRedirect(quoted: Packet, from: Ipv4, gateway: Ipv4, ifindex: number): void

  /** A number for the identification field of the next packet (`__ip_select_ident`). */
  nextIpId(): number
}
