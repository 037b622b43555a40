import { CtInfo, type Packet } from '../../packet/packet.ts'
import { ConntrackEntry } from './entry.ts'
import { Direction, IPS } from './status.ts'
import { emptyTuple } from './tuple.ts'

/** A packet's state as `--ctstate` names it. */
export type CtState = 'NEW' | 'ESTABLISHED' | 'RELATED' | 'INVALID' | 'UNTRACKED'

/** The connection of a packet; null when it is not tracked, invalid, or has only a template. */
export function entryOf(packet: Packet): ConntrackEntry | null {
  const entry = packet.ct as ConntrackEntry | null
  return entry === null || (entry.status & IPS.TEMPLATE) !== 0 ? null : entry
}

/** In which direction of its connection a packet goes (`CTINFO2DIR`). */
export function direction(packet: Packet): Direction {
  return packet.ctInfo >= CtInfo.ESTABLISHED_REPLY ? Direction.REPLY : Direction.ORIGINAL
}

/** What `-m conntrack --ctstate` compares (net/netfilter/xt_conntrack.c). */
export function ctState(packet: Packet): CtState {
  if (packet.ct === null) return packet.ctInfo === CtInfo.UNTRACKED ? 'UNTRACKED' : 'INVALID'
  switch (packet.ctInfo) {
    case CtInfo.NEW:
      return 'NEW'
    case CtInfo.RELATED:
    case CtInfo.RELATED_REPLY:
      return 'RELATED'
    default:
      return 'ESTABLISHED'
  }
}

/** Forgets what conntrack knew of a packet: it goes to another namespace, or into a tunnel (`nf_reset_ct`). */
export function resetConntrack(packet: Packet): void {
  packet.ct = null
  packet.ctInfo = CtInfo.ESTABLISHED
}

/** NOTRACK: conntrack is not to look at the packet. */
export function setUntracked(packet: Packet): void {
  packet.ct = null
  packet.ctInfo = CtInfo.UNTRACKED
}

/**
 * Relates a packet that the kernel itself sends because of another one (an ICMP error, a reset of REJECT) to that one's connection,
 * so that its translations are undone although the connection may not be confirmed (`nf_conntrack_attach`; net/ipv4/icmp.c calls it
 * for all errors, in `icmp_glue_bits`).
 */
export function attachRelated(packet: Packet, cause: Packet): void {
  const entry = entryOf(cause)
  if (entry === null) {
    // Trap: to `nf_conntrack_attach` "untracked" is an answer's direction; what comes of it is tracked, and cannot be exempted any more.
    if (cause.ctInfo === CtInfo.UNTRACKED) packet.ctInfo = CtInfo.RELATED
    return
  }
  packet.ct = entry
  packet.ctInfo = direction(cause) === Direction.ORIGINAL ? CtInfo.RELATED_REPLY : CtInfo.RELATED
}

/** What the CT target hangs on a packet in the raw table: the packet is then tracked in this zone. */
export function conntrackTemplate(zone: number): ConntrackEntry {
  const nothing = emptyTuple()
  const template = new ConntrackEntry(0, zone, nothing, nothing)
  template.status = IPS.TEMPLATE
  return template
}
