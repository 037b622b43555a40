import type { Ipv4 } from '../packet/address.ts'
import type { Mac } from '../packet/mac.ts'
import type { Packet } from '../packet/packet.ts'
import type { KernelEvent } from '../sim/types.ts'
import type { DropReason } from './drop-reason.ts'
import type { Dst } from './dst.ts'
import type { Link } from './link.ts'
import type { NeighbourState } from './neighbour-state.ts'

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

/** A packet has come to something that has no model: it ends here, and what Linux would do is not known. */
export interface UnmodelledEvent extends KernelEvent {
  readonly kind: 'unmodelled'
  readonly netns: string
  readonly packet: Packet
  /** As a trace names it: `the device tun0 (tun)`. */
  readonly what: string
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

/** All that a namespace emits of its own devices, routing, neighbours and IP path. */
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
  | UnmodelledEvent
