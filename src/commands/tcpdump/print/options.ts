import type { Octets } from '../octets.ts'
import type { Dump } from './hex.ts'
import type { Names } from './names.ts'

/** How packets are printed. */
export interface PrintOptions {
  /** `-e` */
  readonly linkHeader: boolean
  /** `-q` */
  readonly quick: boolean
  /** How often `-v` was said. */
  readonly verbose: number
  /** `-S` */
  readonly absolute: boolean
  /** `-T vxlan`: each datagram is read as one. */
  readonly vxlan: boolean
  /** `-x`, `-X`, `-A`: the octets below each line. */
  readonly dump: Dump
  /** These letters twice: with the link header. */
  readonly dumpsLink: boolean
}

/** The first sequence numbers of a TCP connection, by its ends in an order of their own. */
export interface Conversation {
  readonly seq: number
  readonly ack: number
}

/** What printing of one packet needs to know, and of those before it. */
export interface Printer {
  readonly options: PrintOptions
  readonly names: Names
  readonly conversations: Map<string, Conversation>
  /** A whole frame, as in a tunnel. */
  frame(octets: Octets): string
  /** An IP packet in an ICMP message, from its IP header on. */
  quoted(octets: Octets): string
}
