import type { Ipv4 } from './address.ts'
import type { ArpHeader, Ipv4Header, SctpHeader, TcpHeader, UdpHeader } from './headers.ts'
import { MAC_ZERO, type Mac } from './mac.ts'
import { EtherType, HeaderLength } from './protocol.ts'

/** RFC 792: echo and errors; an error has the packet that it is about in `quoted`. */
export interface IcmpHeader {
  readonly kind: 'icmp'
  /** `IcmpType` */
  type: number
  code: number
  /** Echo: identifier. 0 otherwise. */
  id: number
  /** Echo: sequence number. 0 otherwise. */
  sequence: number
  /** Fragmentation needed: MTU of the next hop in octets. 0 otherwise. */
  mtu: number
  /** Redirect: the better gateway. 0 otherwise. */
  gateway: Ipv4
  /** Errors: the packet that caused it, cut to what fits (RFC 1812: 576 octets in all). */
  quoted: Packet | null
}

/** What stands behind the IP header. */
export type TransportHeader = UdpHeader | TcpHeader | IcmpHeader | SctpHeader

/** What conntrack attaches to a packet: an entry of `netfilter/conntrack`. Opaque here, as `_nfct` is in the kernel. */
export interface ConntrackAttachment {
  readonly zone: number
}

/** What routing attaches to a packet (`skb_dst`). Opaque here; `netns` gives it a meaning. */
export interface RouteAttachment {
  readonly outputIfindex: number
}

/**
 * What br_netfilter remembers of a bridged packet (`struct nf_bridge_info`). Opaque here; `bridge` gives it a meaning.
 */
export interface BridgeAttachment {
  /** ifindex of the bridge port by which the packet came in, 0 when it did not come by one. */
  readonly physInIfindex: number
  /** ifindex of the bridge port by which it leaves, 0 while that is not known. */
  readonly physOutIfindex: number
  /** The bridge gave the packet to its host, and PREROUTING is not asked again (`sabotage_in_done`); it stays known by which port it came. */
  handedUp?: boolean
}

/** Is the packet on its way through a bridge, and br_netfilter shows it to iptables? No longer once the bridge handed it up. */
export function isBridged({ bridge }: Packet): boolean {
  return bridge !== null && bridge.handedUp !== true
}

/** Application data. Only its length matters to the network; the octets are there for programs such as nc. */
export interface Payload {
  /** In octets. */
  readonly length: number
  /** The octets, when someone cares; zeroes otherwise. */
  readonly data: Uint8Array | null
  /** A UDP payload that is a VXLAN header and a whole frame. `length` covers both. */
  readonly vxlan: { readonly vni: number; readonly inner: Packet } | null
  /** The payload of a fragment: a slice of this whole packet's IP payload (`ip.fragmentOffset`, `length`). */
  readonly fragmentOf: Packet | null
  /**
   * The transport checksum, where it must not be computed: 0 for a UDP datagram sent without one, or as it was read
   * from a packet that was not whole (a fragment, a packet quoted by an ICMP error). Absent: it is the right one.
   */
  readonly checksum?: number
}

/** No data; one object for all, frozen. */
export const EMPTY_PAYLOAD: Payload = Object.freeze({ length: 0, data: null, vxlan: null, fragmentOf: null })

/** Application data of `length` octets, or exactly these octets. */
export function payloadOf(content: number | Uint8Array): Payload {
  if (typeof content === 'number') {
    return content === 0 ? EMPTY_PAYLOAD : { length: content, data: null, vxlan: null, fragmentOf: null }
  }
  return content.length === 0 ? EMPTY_PAYLOAD : { length: content.length, data: content, vxlan: null, fragmentOf: null }
}

/**
 * `Packet.socket` of what the kernel itself sends by a socket of its own: answers of ICMP, resets of closed ports. No program owns it.
 */
export const KERNEL_SOCKET = -1

/**
 * What of a packet's transport checksum is still to be done, as bits. Programs leave it to the device (CHECKSUM_PARTIAL); inside a tunnel
 * it stays to be done there while the outer checksum is complete (`udp_set_csum`, `lco_csum`). NAT then corrects the outer one as if it
 * were the one to be done, and makes it wrong (`inet_proto_csum_replace4`, net/core/utils.c): nobody looks before a device does the work.
 */
export const Sum = { LEFT: 1, INNER: 2, WRONG: 4 } as const

/** How a frame relates to the device that received it (`skb->pkt_type`). */
export const PacketType = { HOST: 0, BROADCAST: 1, MULTICAST: 2, OTHERHOST: 3, OUTGOING: 4, LOOPBACK: 5 } as const

/** `enum ip_conntrack_info`: which direction and state conntrack found. The numbers are the kernel's. */
export const CtInfo = {
  ESTABLISHED: 0,
  RELATED: 1,
  NEW: 2,
  ESTABLISHED_REPLY: 3,
  RELATED_REPLY: 4,
  UNTRACKED: 7,
} as const

/**
 * A packet on its way through the simulated kernel: the header objects, and what the kernel keeps beside them (`struct
 * sk_buff`). One object travels; where the kernel clones (a flood, a packet socket) so does `clone()`.
 */
export class Packet {
  // Ethernet
  dmac: Mac = MAC_ZERO
  smac: Mac = MAC_ZERO
  etherType: number = EtherType.IPV4

  // network and transport; null where absent
  arp: ArpHeader | null = null
  ip: Ipv4Header | null = null
  /** null for protocols without a model and for fragments after the first. */
  l4: TransportHeader | null = null
  payload: Payload = EMPTY_PAYLOAD

  // what the kernel keeps beside the octets
  /** `PacketType`, set on reception. */
  packetType: number = PacketType.HOST
  /** ifindex of the device that it is on (`skb->dev`): the receiving one on input, the sending one on output. */
  ifindex = 0
  /** ifindex of the device by which it came in (`skb_iif`), also when it is on its way out again. 0: it began here. */
  iif = 0
  /** fwmark, unsigned 32-bit. */
  mark = 0
  /** The conntrack entry, or null: not tracked, or INVALID. */
  ct: ConntrackAttachment | null = null
  /** `CtInfo`; means something when `ct` is set or the value is UNTRACKED. */
  ctInfo: number = CtInfo.ESTABLISHED
  /** The route that was chosen, or null. */
  route: RouteAttachment | null = null
  /** What br_netfilter remembers, or null. */
  bridge: BridgeAttachment | null = null
  /** The socket that sent it or that it belongs to (`skb->sk`): its id, `KERNEL_SOCKET`, or 0. For `-m owner` and local errors. */
  socket = 0
  /** The hash of its flow (`skb->hash`): its socket's, or made of its headers, negative if of addresses alone. 0: none. Tunnels spread flows by it. */
  txHash = 0
  /** The largest fragment that made up this reassembled packet in octets, or 0 (`IPCB(skb)->frag_max_size`). */
  fragmentMaxSize = 0
  /**
   * The IP payloads of the fragments that made it up, in octets and in order, where they are still known (`frag_list`): it may be cut
   * there again.
   */
  fragmentSizes: readonly number[] | null = null
  /**
   * The TTL was not decremented because the packet is bridged, or it was already forwarded once (`IPSKB_FORWARDED`).
   */
  forwarded = false
  /** Its socket leaves it to the kernel: it may be cut all the same when NAT leads it to a smaller MTU (`skb->ignore_df`). */
  ignoreDf = false
  /** POSTROUTING is not to be run again (`IPSKB_REROUTED`). */
  rerouted = false
  /** `Sum`; 0: it is there and right. */
  sum = 0
  /** The driver of the device has thrown it away, and told so (NET_XMIT_DROP). */
  lost = false
  /** Some netfilter rule has asked for tracing (`skb->nf_trace`). */
  nfTrace = false

  // lineage, for traces
  /** The journey that this packet belongs to: kept by clones, fragments and encapsulation. 0: none. */
  journey = 0
  /** The journey of the packet that made the kernel or a program send this one. 0: none. */
  cause = 0

  /** Whole frame in octets, without preamble and checksum. */
  get frameLength(): number {
    return (
      HeaderLength.ETHERNET +
      (this.ip !== null ? this.ip.totalLength : this.arp !== null ? HeaderLength.ARP : this.payload.length)
    )
  }

  /** A copy that can be changed without the original noticing. Payloads are immutable and shared. */
  clone(): Packet {
    const copy = new Packet()
    copy.dmac = this.dmac
    copy.smac = this.smac
    copy.etherType = this.etherType
    copy.arp = this.arp === null ? null : { ...this.arp }
    copy.ip = this.ip === null ? null : { ...this.ip }
    copy.l4 = this.l4 === null ? null : cloneTransport(this.l4)
    copy.payload = this.payload
    copy.packetType = this.packetType
    copy.ifindex = this.ifindex
    copy.iif = this.iif
    copy.mark = this.mark
    copy.ct = this.ct
    copy.ctInfo = this.ctInfo
    copy.route = this.route
    copy.bridge = this.bridge === null ? null : { ...this.bridge }
    copy.socket = this.socket
    copy.txHash = this.txHash
    copy.fragmentMaxSize = this.fragmentMaxSize
    copy.fragmentSizes = this.fragmentSizes
    copy.forwarded = this.forwarded
    copy.ignoreDf = this.ignoreDf
    copy.rerouted = this.rerouted
    copy.sum = this.sum
    copy.nfTrace = this.nfTrace
    copy.journey = this.journey
    copy.cause = this.cause
    return copy
  }
}

function cloneTransport(l4: TransportHeader): TransportHeader {
  return l4.kind === 'icmp' && l4.quoted !== null ? { ...l4, quoted: l4.quoted.clone() } : { ...l4 }
}

/**
 * A device that cannot leave checksums inside of tunnels to anybody has them done before it sends (`validate_xmit_skb`, net/core/dev.c, with
 * `hw_enc_features`): loopback, bridges and tunnels are such, veth is not.
 */
export function sumInside(packet: Packet): void {
  packet.sum &= ~Sum.INNER
}
