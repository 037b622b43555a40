import type { Packet } from '../../packet/packet.ts'
import type { KernelEvent } from '../../sim/types.ts'
import type { Hook } from '../hook.ts'
import type { CtState } from './classify.ts'
import type { ConntrackEntry } from './entry.ts'
import type { Direction } from './status.ts'

/**
 * A connection came, changed or went: what `conntrack -E` shows, at the same moments (net/netfilter/nf_conntrack_ecache.c,
 * nf_conntrack_netlink.c). New ones are told when their first packet has passed all hooks; changes when the packet that made them has,
 * or the next one that does.
 */
export interface ConntrackEvent extends KernelEvent {
  readonly kind: 'conntrack'
  readonly netns: string
  readonly action: 'new' | 'update' | 'destroy'
  readonly entry: ConntrackEntry
  /** `CtEvent` bits: all that happened since the last event. */
  readonly events: number
  /** It was removed because a program asked for it: `conntrack -D`, kube-proxy. */
  readonly asked: boolean
}

/** A packet was looked up: what conntrack thinks of it. */
export interface TrackedEvent extends KernelEvent {
  readonly kind: 'tracked'
  readonly netns: string
  readonly hook: Hook
  readonly packet: Packet
  /** Null when the packet is INVALID. */
  readonly entry: ConntrackEntry | null
  readonly state: CtState
  readonly direction: Direction
}

/** Conntrack itself drops a packet. */
export interface ConntrackDropEvent extends KernelEvent {
  readonly kind: 'conntrack-drop'
  readonly netns: string
  readonly packet: Packet
  /**
   * `table-full`: as the kernel logs, nf_conntrack: table full, dropping packet. `clash`: another connection took one of its tuples while the
   * packet was on its way. `dying`: the connection was removed meanwhile.
   */
  readonly why: 'table-full' | 'clash' | 'dying'
}
