import { tryParseIpv4 } from '../../packet/address.ts'
import { Protocol } from '../../packet/protocol.ts'
import type { ConntrackEntry } from './entry.ts'
import { SCTP_STATE_NAMES } from './protocol/sctp-states.ts'
import { SctpTracking } from './protocol/sctp-tracking.ts'
import { TCP_STATE_NAMES, TcpState } from './protocol/tcp-states.ts'
import { TcpEndFlag, TcpTracking } from './protocol/tcp-tracking.ts'
import { Direction, IPS } from './status.ts'
import type { ConntrackStore } from './store.ts'
import { emptyTuple, invertTuple, type Tuple } from './tuple.ts'
import { makeZone } from './zone.ts'

/** A connection as a line of conntrack(8) tells it. */
export interface KnownConnection {
  readonly original: Tuple
  readonly reply: Tuple
  /** Seconds. */
  readonly lifetime: number
  /** Of TCP and SCTP. */
  readonly state: string | null
  readonly answered: boolean
  readonly assured: boolean
  readonly mark: number
  readonly zone: number
  /** Packets and octets of both directions; null: not counted. */
  readonly counts: readonly [packets: number, bytes: number, packetsBack: number, bytesBack: number] | null
}

/** Lines are not longer. */
const MAX_LINE = 1024

/** Reads a line of `conntrack -L`. Null for what is no connection over IPv4, or one that says more than has a model. */
export function parseConnection(line: string): KnownConnection | null {
  if (line.length > MAX_LINE) return null
  const words = line.trim().split(/\s+/)
  if (words[0] === 'ipv4') words.splice(0, 2)
  const [, number = '', timeout = '', ...rest] = words
  const protocol = decimal(number)
  const lifetime = decimal(timeout)
  if (protocol === null || protocol > 255 || lifetime === null) return null
  const fields = new Fields()
  let state: string | null = null
  for (const [i, word] of rest.entries()) {
    const equals = word.indexOf('=')
    if (equals > 0) fields.put(word.slice(0, equals), word.slice(equals + 1))
    else if (word === '[UNREPLIED]' || word === '[ASSURED]') fields.flags.add(word)
    else if (i === 0 && /^[A-Z_]+\d?$/.test(word)) state = word
    // what bypasses the rules ([OFFLOAD]) is another thing
    else return null
  }
  const original = fields.tuple(0, protocol)
  const reply = fields.tuple(1, protocol)
  if (original === null || reply === null) return null
  return {
    original,
    reply,
    lifetime,
    state,
    answered: !fields.flags.has('[UNREPLIED]'),
    assured: fields.flags.has('[ASSURED]'),
    mark: fields.number('mark', 0) ?? 0,
    zone: fields.zone(),
    counts: fields.counts(),
  }
}

/** `name=value` words, of which some stand there once for each direction. */
class Fields {
  readonly flags = new Set<string>()
  readonly #values = new Map<string, string[]>()

  put(name: string, value: string): void {
    const values = this.#values.get(name)
    if (values === undefined) this.#values.set(name, [value])
    else values.push(value)
  }

  number(name: string, direction: number): number | null {
    return decimal(this.#values.get(name)?.[direction] ?? '')
  }

  tuple(direction: number, protocol: number): Tuple | null {
    const src = tryParseIpv4(this.#values.get('src')?.[direction] ?? '')
    const dst = tryParseIpv4(this.#values.get('dst')?.[direction] ?? '')
    if (src === undefined || dst === undefined) return null
    const value = (name: string): number => this.number(name, direction) ?? 0
    const isIcmp = protocol === Protocol.ICMP
    return {
      src,
      dst,
      protocol,
      sport: isIcmp ? value('id') : value('sport'),
      dport: isIcmp ? (value('type') << 8) | value('code') : value('dport'),
    }
  }

  zone(): number {
    const both = this.number('zone', 0)
    if (both !== null) return both
    const original = this.number('zone-orig', 0)
    if (original !== null) return makeZone(original, Direction.ORIGINAL)
    const reply = this.number('zone-reply', 0)
    return reply === null ? 0 : makeZone(reply, Direction.REPLY)
  }

  counts(): KnownConnection['counts'] {
    const [packets, bytes] = [this.number('packets', 0), this.number('bytes', 0)]
    const [packetsBack, bytesBack] = [this.number('packets', 1), this.number('bytes', 1)]
    return packets === null || bytes === null ? null : [packets, bytes, packetsBack ?? 0, bytesBack ?? 0]
  }
}

function decimal(text: string): number | null {
  return /^\d{1,15}$/.test(text) ? Number(text) : null
}

/**
 * Enters a connection as it was. What a table does not tell (sequence numbers, windows) the tracker takes from the next segment, and holds
 * nothing against it. Null: one of its tuples is taken.
 */
export function reinstate(store: ConntrackStore, known: KnownConnection): ConntrackEntry | null {
  const entry = store.insert(known.original, known.reply, known.lifetime * 1e9, known.zone)
  if (entry === null) return null
  const plain = emptyTuple()
  if (invertTuple(known.original, plain)) {
    if (plain.dst !== known.reply.dst || plain.dport !== known.reply.dport) translated(entry, 'src')
    if (plain.src !== known.reply.src || plain.sport !== known.reply.sport) translated(entry, 'dst')
  }
  if (known.answered) entry.status |= IPS.SEEN_REPLY
  if (known.assured) entry.status |= IPS.ASSURED
  entry.mark = known.mark >>> 0
  if (entry.counters !== null && known.counts !== null) {
    const [packets, bytes, packetsBack, bytesBack] = known.counts
    entry.counters = { packets: [packets, packetsBack], bytes: [bytes, bytesBack] }
  }
  track(entry, known, store.now)
  return entry
}

function translated(entry: ConntrackEntry, end: 'src' | 'dst'): void {
  entry.status |= end === 'src' ? IPS.SRC_NAT : IPS.DST_NAT
  if (end === 'src') entry.sourceTranslation = 'snat'
  else entry.destinationTranslation = 'dnat'
}

function track(entry: ConntrackEntry, { state, assured }: KnownConnection, now: number): void {
  if (entry.protocol === Protocol.TCP) {
    const tcp = new TcpTracking()
    tcp.state = Math.max(0, (TCP_STATE_NAMES as readonly string[]).indexOf(state ?? ''))
    const flags = TcpEndFlag.SACK_PERM | TcpEndFlag.BE_LIBERAL
    // somebody has sent a FIN: a new SYN may open the connection again
    const closing = tcp.state >= TcpState.FIN_WAIT && tcp.state <= TcpState.TIME_WAIT
    tcp.opener.flags = flags | (closing ? TcpEndFlag.CLOSE_INIT : 0)
    tcp.answerer.flags = flags
    entry.tcp = tcp
  } else if (entry.protocol === Protocol.SCTP) {
    entry.sctp = new SctpTracking()
    entry.sctp.state = Math.max(0, (SCTP_STATE_NAMES as readonly string[]).indexOf(state ?? ''))
  } else if (entry.protocol === Protocol.UDP) {
    entry.streamAt = assured ? now : now + 2e9
  }
}
