import type { Ipv4 } from '../packet/address.ts'
import type { Mac } from '../packet/mac.ts'
import type { Packet } from '../packet/packet.ts'
import type { KernelEvent } from '../sim/types.ts'
import type { Dst } from './dst.ts'
import type { Link } from './link.ts'
import type { NeighbourState } from './neighbour.ts'

/** A frame on a device, where a packet socket would see it. */
export interface FrameEvent extends KernelEvent {
  readonly kind: 'frame'
  readonly netns: string
  readonly link: Link
  readonly direction: 'in' | 'out'
  readonly packet: Packet
}

/** A routing decision; `dst.error` tells why there is no way. */
export interface RouteEvent extends KernelEvent {
  readonly kind: 'route'
  readonly netns: string
  readonly packet: Packet
  readonly direction: 'input' | 'output' | 'reroute'
  readonly dst: Dst
}

/** The end of a packet. */
export interface DropEvent extends KernelEvent {
  readonly kind: 'drop'
  readonly netns: string
  readonly packet: Packet
  readonly reason: DropReason
  /** The device on which it happened, or null. */
  readonly link: Link | null
  /** What decided it, in words: the neighbour, the MTU, the sysctl. */
  readonly detail: string
}

/** A packet was handed to a protocol of this host. */
export interface DeliverEvent extends KernelEvent {
  readonly kind: 'deliver'
  readonly netns: string
  readonly packet: Packet
  /** What took it: `icmp`, or a socket such as `udp 0.0.0.0:53`. */
  readonly to: string
}

/** The TTL was decremented: the packet is forwarded. */
export interface ForwardEvent extends KernelEvent {
  readonly kind: 'forward'
  readonly netns: string
  readonly packet: Packet
}

/** A neighbour entry changed. */
export interface NeighbourEvent extends KernelEvent {
  readonly kind: 'neighbour'
  readonly netns: string
  readonly link: Link
  readonly address: Ipv4
  readonly state: NeighbourState
  readonly mac: Mac
}

/** A packet was cut into fragments. */
export interface FragmentEvent extends KernelEvent {
  readonly kind: 'fragment'
  readonly netns: string
  readonly packet: Packet
  readonly mtu: number
  readonly fragments: number
}

/** Fragments were put together; `packet` is whole again. */
export interface DefragmentEvent extends KernelEvent {
  readonly kind: 'defragment'
  readonly netns: string
  readonly packet: Packet
}

/** The kernel answers a packet with an ICMP message or a TCP reset of its own. */
export interface AnswerEvent extends KernelEvent {
  readonly kind: 'answer'
  readonly netns: string
  /** The answer. */
  readonly packet: Packet
  /** The packet that it is about. */
  readonly about: Packet
}

export type NetnsEvent =
  | FrameEvent
  | RouteEvent
  | DropEvent
  | DeliverEvent
  | ForwardEvent
  | NeighbourEvent
  | FragmentEvent
  | DefragmentEvent
  | AnswerEvent

/**
 * Why a packet ended (include/net/dropreason-core.h, without `SKB_DROP_REASON_`). `LINK_LOSS` and `LINK_QUEUE` are kubehop's own:
 * a wire that was told to lose or to queue.
 */
export type DropReason =
  | 'NOT_SPECIFIED'
  | 'NO_SOCKET'
  | 'TCP_FLAGS'
  | 'SOCKET_RCVBUFF'
  | 'NETFILTER_DROP'
  | 'OTHERHOST'
  | 'IP_INHDR'
  | 'IP_RPFILTER'
  | 'UNICAST_IN_L2_MULTICAST'
  | 'IP_NOPROTO'
  | 'IP_OUTNOROUTES'
  | 'IP_INNOROUTES'
  | 'IP_INADDRERRORS'
  | 'IP_INVALID_SOURCE'
  | 'IP_INVALID_DEST'
  | 'IP_LOCALNET'
  | 'IP_LOCAL_SOURCE'
  | 'NEIGH_CREATEFAIL'
  | 'NEIGH_FAILED'
  | 'NEIGH_QUEUEFULL'
  | 'DEV_HDR'
  | 'DEV_READY'
  | 'FULL_RING'
  | 'HDR_TRUNC'
  | 'PKT_TOO_BIG'
  | 'DUP_FRAG'
  | 'FRAG_REASM_TIMEOUT'
  | 'FRAG_TOO_FAR'
  | 'ICMP_CSUM'
  | 'INVALID_PROTO'
  | 'PROTO_MEM'
  | 'VXLAN_INVALID_HDR'
  | 'VXLAN_VNI_NOT_FOUND'
  | 'MAC_INVALID_SOURCE'
  | 'VXLAN_ENTRY_EXISTS'
  | 'NO_TX_TARGET'
  | 'MAC_IEEE_MAC_CONTROL'
  | 'BRIDGE_INGRESS_STP_STATE'
  | 'BRIDGE_NO_EGRESS_PORT'
  | 'TTL_EXCEEDED'
  | 'LINK_LOSS'
  | 'LINK_QUEUE'
