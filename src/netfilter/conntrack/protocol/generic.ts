import type { Packet } from '../../../packet/packet.ts'
import type { ConntrackEntry } from '../entry.ts'
import { CtEvent, type Direction, IPS, Tracked } from '../status.ts'
import type { Tracker } from './tracker.ts'

/** Protocols that have no tracker of their own (`generic_packet`, net/netfilter/nf_conntrack_core.c): addresses and protocol alone. */
export function trackGeneric(tracker: Tracker, entry: ConntrackEntry, packet: Packet, direction: Direction): Tracked {
  tracker.refresh(entry, direction, packet, tracker.settings.generic)
  return Tracked.ACCEPT
}

/** GRE without PPTP (`nf_conntrack_gre_packet`, net/netfilter/nf_conntrack_proto_gre.c): version 0 has no key in its tuple. */
export function trackGre(tracker: Tracker, entry: ConntrackEntry, packet: Packet, direction: Direction): Tracked {
  const settings = tracker.settings
  if ((entry.status & IPS.SEEN_REPLY) === 0) {
    tracker.refresh(entry, direction, packet, settings.gre)
    return Tracked.ACCEPT
  }
  tracker.refresh(entry, direction, packet, settings.greStream)
  if ((entry.status & IPS.ASSURED) === 0) {
    entry.status |= IPS.ASSURED
    entry.pendingEvents |= CtEvent.ASSURED
  }
  return Tracked.ACCEPT
}
