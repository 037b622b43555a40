import type { Packet } from '../../../packet/packet.ts'
import { IcmpType } from '../../../packet/protocol.ts'
import type { ConntrackEntry } from '../entry.ts'
import { type Direction, Tracked } from '../status.ts'
import type { Tracker } from './tracker.ts'

/** ICMP information request and address mask request (RFC 792, RFC 950). */
const INFO_REQUEST = 15
const ADDRESS_REQUEST = 17

/** `nf_conntrack_icmp_packet`, net/netfilter/nf_conntrack_proto_icmp.c: only questions open a connection. */
export function trackIcmp(tracker: Tracker, entry: ConntrackEntry, packet: Packet, direction: Direction): Tracked {
  const type = entry.original.dport >> 8
  if (type !== IcmpType.ECHO && type !== IcmpType.TIMESTAMP && type !== INFO_REQUEST && type !== ADDRESS_REQUEST) {
    return Tracked.INVALID
  }
  tracker.refresh(entry, direction, packet, tracker.settings.icmp)
  return Tracked.ACCEPT
}

/** Is it about another packet, which it quotes (`icmp_is_err`, include/linux/icmp.h)? */
export function isIcmpError(type: number): boolean {
  return (
    type === IcmpType.DEST_UNREACH ||
    type === IcmpType.SOURCE_QUENCH ||
    type === IcmpType.REDIRECT ||
    type === IcmpType.TIME_EXCEEDED ||
    type === IcmpType.PARAMETER_PROBLEM
  )
}
