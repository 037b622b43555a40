import type { Packet } from '../packet/packet.ts'
import type { KernelEvent } from '../sim/types.ts'

/** A socket sends a packet because of one that it has received: a datagram and its answer, SYN and SYN-ACK. */
export interface AnsweredEvent extends KernelEvent {
  readonly kind: 'answered'
  readonly netns: string
  /** The packet that is sent; its `cause` is the journey of `about`. */
  readonly packet: Packet
  /** The packet that was received. */
  readonly about: Packet
}

/** A socket came to be bound, to listen, to be connected, or to an end. */
export interface SocketEvent extends KernelEvent {
  readonly kind: 'socket'
  readonly netns: string
  /** As ss(8) names it: `udp 0.0.0.0:53`, `tcp 10.0.0.1:40000 10.0.0.2:80`. */
  readonly socket: string
  readonly state: 'bound' | 'listening' | 'connecting' | 'connected' | 'closed'
}

/** All that sockets emit. */
export type SocketsEvent = AnsweredEvent | SocketEvent
