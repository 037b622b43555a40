import type { Packet } from '../../../packet/packet.ts'
import type { ConntrackEntry } from '../entry.ts'
import type { Settings } from '../settings.ts'
import type { Direction, Tracked } from '../status.ts'

/** What the protocols' trackers ask of conntrack. */
export interface Tracker {
  readonly settings: Settings
  /** Virtual nanoseconds. */
  readonly now: number
  /** Lets the entry live for `lifetime` nanoseconds from now, and counts the packet (`nf_ct_refresh_acct`). */
  refresh(entry: ConntrackEntry, direction: Direction, packet: Packet, lifetime: number): void
  /** Removes the entry and counts the packet (`nf_ct_kill_acct`). False when it was removed before. */
  kill(entry: ConntrackEntry, direction: Direction, packet: Packet): boolean
}

/** Looks at one packet of an entry, and moves the entry's state. */
export type TrackFunction = (tracker: Tracker, entry: ConntrackEntry, packet: Packet, direction: Direction) => Tracked
