import {
  type ConntrackEntry,
  type ConntrackEvent,
  CtEvent,
  IPS,
  stateName,
  type Tuple,
} from '../../netfilter/conntrack/index.ts'
import { isWholeZone } from '../../netfilter/conntrack/zone.ts'
import { formatIpv4, Protocol } from '../../packet/index.ts'
import type { RecordedConntrackEntry, RecordedConntrackEvent, RecordedTuple } from '../record/index.ts'

const PROTOCOL_NAMES: Readonly<Record<number, string>> = {
  [Protocol.ICMP]: 'icmp',
  [Protocol.TCP]: 'tcp',
  [Protocol.UDP]: 'udp',
}

/** The bits of the status that a record names. */
const STATUS_NAMES: readonly (readonly [bit: number, name: string])[] = [
  [IPS.EXPECTED, 'EXPECTED'],
  [IPS.SEEN_REPLY, 'SEEN_REPLY'],
  [IPS.ASSURED, 'ASSURED'],
  [IPS.SRC_NAT, 'SRC_NAT'],
  [IPS.DST_NAT, 'DST_NAT'],
  [IPS.SEQ_ADJUST, 'SEQ_ADJUST'],
]

const ACTIONS = { new: 'NEW', update: 'UPDATE', destroy: 'DESTROY' } as const

/** What ctnetlink tells of an event (`ctnetlink_conntrack_event`, net/netfilter/nf_conntrack_netlink.c). */
export function conntrackEvent({ action, entry, events }: ConntrackEvent, step: number): RecordedConntrackEvent {
  const recorded: RecordedConntrackEvent = {
    ev: ACTIONS[action],
    proto: PROTOCOL_NAMES[entry.protocol] ?? String(entry.protocol),
    orig: tuple(entry.original),
    reply: tuple(entry.reply),
    status: STATUS_NAMES.filter(([bit]) => (entry.status & bit) !== 0).map(([, name]) => name),
    step,
  }
  // the state is told when it changed, and when the connection goes
  const state = entry.tcp === null ? null : stateName(entry)
  if (state !== null && (events & (CtEvent.PROTOINFO | CtEvent.DESTROY)) !== 0) recorded.state = state
  if (entry.mark !== 0) recorded.mark = entry.mark
  if (isWholeZone(entry.zone)) recorded.zone = entry.zone
  return recorded
}

/** A line of `conntrack -L -o extended`. */
export function conntrackEntry(entry: ConntrackEntry): RecordedConntrackEntry {
  const recorded: RecordedConntrackEntry = {
    proto: PROTOCOL_NAMES[entry.protocol] ?? LISTED_NAMES[entry.protocol] ?? 'unknown',
    orig: tuple(entry.original),
    reply: tuple(entry.reply),
  }
  const state = entry.tcp === null ? null : stateName(entry)
  if (state !== null) recorded.state = state
  const flags: string[] = []
  if ((entry.status & IPS.SEEN_REPLY) === 0) flags.push('UNREPLIED')
  if ((entry.status & IPS.ASSURED) !== 0) flags.push('ASSURED')
  if (flags.length > 0) recorded.flags = flags
  if (entry.mark !== 0) recorded.mark = entry.mark
  if (isWholeZone(entry.zone)) recorded.zone = entry.zone
  else if (entry.original.zone !== 0) recorded['zone-orig'] = entry.original.zone
  else if (entry.reply.zone !== 0) recorded['zone-reply'] = entry.reply.zone
  return recorded
}

/** Names that `conntrack -L` knows and events do not need. */
const LISTED_NAMES: Readonly<Record<number, string>> = { 47: 'gre', 132: 'sctp' }

function tuple(of: Tuple): RecordedTuple {
  const recorded: RecordedTuple = { src: formatIpv4(of.src), dst: formatIpv4(of.dst) }
  if (of.protocol === Protocol.ICMP) {
    recorded.type = of.dport >> 8
    recorded.code = of.dport & 255
    recorded.id = of.sport
  } else if (of.protocol === Protocol.TCP || of.protocol === Protocol.UDP || of.protocol === Protocol.SCTP) {
    recorded.sport = of.sport
    recorded.dport = of.dport
  }
  return recorded
}
