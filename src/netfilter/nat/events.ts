import type { Ipv4 } from '../../packet/address.ts'
import type { Packet } from '../../packet/packet.ts'
import type { KernelEvent } from '../../sim/types.ts'
import type { ConntrackEntry, TranslationKind } from '../conntrack/entry.ts'
import type { Hook } from '../hook.ts'
import type { Manipulation } from './unique-tuple.ts'

/** An address (and port) of a packet was changed. */
export interface TranslatedEvent extends KernelEvent {
  readonly kind: 'translated'
  readonly netns: string
  readonly hook: Hook
  readonly packet: Packet
  readonly entry: ConntrackEntry
  /** Which end of the packet. */
  readonly manipulation: Manipulation
  /** The target that asked for it, when the connection began. */
  readonly by: TranslationKind
  /** The packet goes the other way: its translation is undone. */
  readonly undo: boolean
  /** It is the packet that an ICMP error quotes whose end was changed. `packet` is the error. */
  readonly quoted: boolean
  readonly from: Endpoint
  readonly to: Endpoint
}

/** An address and port, before or after translation. */
export interface Endpoint {
  readonly address: Ipv4
  /** ICMP: the identifier; -1 when the protocol has no ports. */
  readonly port: number
}
