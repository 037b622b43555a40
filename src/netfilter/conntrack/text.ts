import { Protocol } from '../../packet/protocol.ts'
import type { ConntrackEntry } from './entry.ts'
import type { ConntrackEvent } from './events.ts'
import { SCTP_STATE_NAMES } from './protocol/sctp-states.ts'
import { TCP_STATE_NAMES } from './protocol/tcp-states.ts'
import type { Settings } from './settings.ts'
import { CtEvent, Direction, IPS } from './status.ts'
import { formatTuple } from './tuple.ts'
import { isWholeZone, zoneId } from './zone.ts'

const GRE = 47
const NAMES: ReadonlyMap<number, string> = new Map<number, string>([
  [Protocol.ICMP, 'icmp'],
  [Protocol.TCP, 'tcp'],
  [Protocol.UDP, 'udp'],
  [Protocol.SCTP, 'sctp'],
  [GRE, 'gre'],
])

/** `tcp`, `udp`, …; `unknown` for protocols without a tracker. */
export function protocolName(protocol: number): string {
  return NAMES.get(protocol) ?? 'unknown'
}

/** The state of a TCP or SCTP connection as conntrack(8) writes it, or null. */
export function stateName(entry: ConntrackEntry): string | null {
  if (entry.tcp !== null) return TCP_STATE_NAMES[entry.tcp.state]!
  if (entry.sctp !== null) return SCTP_STATE_NAMES[entry.sctp.state]!
  return null
}

/** A line of `conntrack -L` (conntrack-tools 1.4.7). @param now virtual nanoseconds */
export function formatEntry(entry: ConntrackEntry, now: number): string {
  const zone = isWholeZone(entry.zone) ? ` zone=${entry.zone}` : ''
  return `${head(entry)} ${secondsLeft(entry, now)} ${body(entry)} mark=${entry.mark}${zone} use=1`
}

/** A line of /proc/net/nf_conntrack (`ct_seq_show`, net/netfilter/nf_conntrack_standalone.c). */
export function formatProcEntry(entry: ConntrackEntry, now: number, settings: Settings): string {
  const gre = entry.protocol === GRE ? `timeout=${settings.gre / 1e9}, stream_timeout=${settings.greStream / 1e9} ` : ''
  const rest = `${secondsLeft(entry, now)} ${gre}${body(entry)} mark=${entry.mark} zone=${zoneId(entry.zone)} use=2`
  return `${'ipv4'.padEnd(8)} 2 ${head(entry)} ${rest}`
}

/** A line of `conntrack -E`. */
export function formatEvent(event: ConntrackEvent, now: number): string {
  const { action, entry, events } = event
  const left = secondsLeft(entry, now)
  // An entry that goes because its time is over has none left to show.
  const timeout = action === 'destroy' && left === 0 ? '' : ` ${left}`
  const mark = entry.mark !== 0 || (events & CtEvent.MARK) !== 0 ? ` mark=${entry.mark}` : ''
  const zone = isWholeZone(entry.zone) ? ` zone=${entry.zone}` : ''
  return `${`[${action.toUpperCase()}]`.padStart(9)} ${head(entry)}${timeout} ${body(entry)}${mark}${zone}`
}

function head(entry: ConntrackEntry): string {
  return `${protocolName(entry.protocol).padEnd(8)} ${entry.protocol}`
}

/** State, tuples, counters, flags. */
function body(entry: ConntrackEntry): string {
  const state = stateName(entry)
  const parts = state === null ? [] : [state]
  parts.push(formatTuple(entry.original), ...counters(entry, 0), ...oneWayZone(entry, Direction.ORIGINAL))
  if ((entry.status & IPS.SEEN_REPLY) === 0) parts.push('[UNREPLIED]')
  parts.push(formatTuple(entry.reply), ...counters(entry, 1), ...oneWayZone(entry, Direction.REPLY))
  if ((entry.status & IPS.ASSURED) !== 0) parts.push('[ASSURED]')
  return parts.join(' ')
}

/** A zone of one direction stands behind the tuple of that direction. */
function oneWayZone(entry: ConntrackEntry, direction: Direction): string[] {
  const id = isWholeZone(entry.zone) ? 0 : entry.tuple(direction).zone
  return id === 0 ? [] : [`zone-${direction === Direction.ORIGINAL ? 'orig' : 'reply'}=${id}`]
}

function counters(entry: ConntrackEntry, direction: 0 | 1): string[] {
  if (entry.counters === null) return []
  return [`packets=${entry.counters.packets[direction]}`, `bytes=${entry.counters.bytes[direction]}`]
}

function secondsLeft(entry: ConntrackEntry, now: number): number {
  return Math.max(0, Math.floor((entry.expiresAt - now) / 1e9))
}
