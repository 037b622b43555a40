import { Protocol } from '../../packet/protocol.ts'
import type { RandomStream } from '../../sim/random.ts'
import type { Conntrack } from '../conntrack/conntrack.ts'
import type { ConntrackEntry } from '../conntrack/entry.ts'
import { TcpState } from '../conntrack/protocol/tcp-states.ts'
import { sameSource } from '../conntrack/source-index.ts'
import { Direction, IPS, NAT_MASK } from '../conntrack/status.ts'
import { copyTuple, emptyTuple, invertTuple, type Tuple, tuplesEqual } from '../conntrack/tuple.ts'
import { zoneId } from '../conntrack/zone.ts'
import { addressInRange, chooseAddress } from './address-choice.ts'
import { NatFlag, type NatRange } from './range.ts'

/** Which end of a packet is translated. */
export type Manipulation = 'src' | 'dst'

/** Ports tried in one go (`NF_NAT_MAX_ATTEMPTS`). */
const MAX_ATTEMPTS = 128
/** The last of these may evict (`NF_NAT_HARDER_THRESH`). */
const HARDER_THRESHOLD = 32
const RANDOM_ALL = NatFlag.RANDOM | NatFlag.RANDOM_FULLY

const inverse = emptyTuple()

/**
 * Finds the tuple that packets of the entry's opener shall have: within the range, and such that the answers cannot be taken for those of
 * another connection (`get_unique_tuple`, net/netfilter/nf_nat_core.c). When every port is taken the result is a taken one, and the
 * packet is dropped when its connection is confirmed.
 *
 * @param current what they look like up to now
 * @param result filled
 */
export function uniqueTuple(
  conntrack: Conntrack,
  entry: ConntrackEntry,
  range: NatRange,
  manipulation: Manipulation,
  current: Tuple,
  result: Tuple,
): void {
  const random = (range.flags & RANDOM_ALL) !== 0
  if (manipulation === 'src' && !random) {
    // The source stays as it is if it may, or keeps the translation that it has for other destinations.
    if (sourceInRange(current, range)) {
      if (!usedByOther(conntrack, entry, current)) {
        copyTuple(current, result)
        return
      }
    } else if (findSource(conntrack, entry, range, current, result) && !used(conntrack, entry, result)) {
      return
    }
  }

  copyTuple(current, result)
  if ((range.flags & NatFlag.ADDRESS) !== 0) {
    const address = chooseAddress(range, current, zoneId(entry.zone))
    if (manipulation === 'src') result.src = address
    else result.dst = address
  }
  if (!random) {
    if ((range.flags & NatFlag.PORT) === 0) {
      if (!used(conntrack, entry, result)) return
    } else if (
      (range.flags & NatFlag.PORT_OFFSET) === 0 &&
      portInRange(result, manipulation, range) &&
      (range.minPort === range.maxPort || !used(conntrack, entry, result))
    ) {
      return
    }
  }
  uniquePort(conntrack, entry, range, manipulation, result)
}

/** Are the answers to packets with this tuple another connection's already (`nf_nat_used_tuple`)? */
function used(conntrack: Conntrack, entry: ConntrackEntry, tuple: Tuple): boolean {
  invertTuple(tuple, inverse)
  return conntrack.tupleTaken(inverse, entry)
}

/**
 * As `used`, for a tuple that is not translated at all (`nf_nat_used_tuple_new`): two UDP ends may have begun the same connection towards
 * each other at once. Such entries are merged when they are confirmed; a new port would break them.
 */
function usedByOther(conntrack: Conntrack, entry: ConntrackEntry, tuple: Tuple): boolean {
  if (!used(conntrack, entry, tuple)) return false
  if (entry.protocol !== Protocol.UDP || (entry.status & NAT_MASK) !== 0) return true
  const node = conntrack.findNode(tuple, entry.zone) ?? conntrack.findNode(inverse, entry.zone)
  if (node === null) return false
  const other = node.entry
  return (other.status & NAT_MASK) !== 0 || !tuplesEqual(other.original, entry.reply)
}

/**
 * As `used`, but the last attempts of a TCP connection may take the place of one in TIME_WAIT that was translated, if its client
 * has moved on (`nf_nat_used_tuple_harder`).
 */
function usedHarder(conntrack: Conntrack, entry: ConntrackEntry, tuple: Tuple, attemptsLeft: number): boolean {
  const tcp = entry.tcp
  if (attemptsLeft > HARDER_THRESHOLD || tcp === null || tcp.state !== TcpState.SYN_SENT) {
    return used(conntrack, entry, tuple)
  }
  invertTuple(tuple, inverse)
  const node = conntrack.findNode(inverse, entry.zone)
  if (node === null) return false
  const other = node.entry
  if (node.direction === Direction.ORIGINAL || other.tcp === null) return true
  if (other.tcp.state < TcpState.TIME_WAIT) return true
  if ((other.status & (IPS.FIXED_TIMEOUT | IPS.DYING)) !== 0 || (other.status & IPS.SRC_NAT) === 0) return true
  // Late packets of the old connection must not be valid in the new one.
  if (((tcp.opener.end - other.tcp.opener.end) | 0) <= 0) return true
  return !conntrack.delete(other)
}

/** Could the tuple be the result of translating its source into the range? */
function sourceInRange(tuple: Tuple, range: NatRange): boolean {
  if ((range.flags & NatFlag.ADDRESS) !== 0 && !addressInRange(tuple.src, range)) return false
  return (range.flags & NatFlag.PORT) === 0 || portInRange(tuple, 'src', range)
}

/** `l4proto_in_range` */
function portInRange(tuple: Tuple, manipulation: Manipulation, range: NatRange): boolean {
  switch (tuple.protocol) {
    case Protocol.ICMP:
      return tuple.sport >= range.minPort && tuple.sport <= range.maxPort
    case Protocol.TCP:
    case Protocol.UDP:
    case Protocol.SCTP: {
      const port = manipulation === 'src' ? tuple.sport : tuple.dport
      return port >= range.minPort && port <= range.maxPort
    }
    default:
      return true
  }
}

/** Has this source a translation into the range already (`find_appropriate_src`)? Fills `result` with it. */
function findSource(
  conntrack: Conntrack,
  own: ConntrackEntry,
  range: NatRange,
  current: Tuple,
  result: Tuple,
): boolean {
  for (let entry = conntrack.sources.chain(current, own.original.zone); entry !== null; entry = entry.nextOfSource) {
    if (!sameSource(entry, current, own.original.zone) || conntrack.expired(entry)) continue
    invertTuple(entry.reply, result)
    result.dst = current.dst
    result.dport = current.dport
    if (sourceInRange(result, range)) return true
  }
  return false
}

/** Finds a free port (`nf_nat_l4proto_unique_tuple`). */
function uniquePort(
  conntrack: Conntrack,
  entry: ConntrackEntry,
  range: NatRange,
  manipulation: Manipulation,
  tuple: Tuple,
): void {
  const icmp = tuple.protocol === Protocol.ICMP
  if (!icmp && tuple.protocol !== Protocol.TCP && tuple.protocol !== Protocol.UDP && tuple.protocol !== Protocol.SCTP)
    return
  // An identifier stands for both ends.
  const source = icmp || manipulation === 'src'
  const port = source ? tuple.sport : tuple.dport
  let first: number
  let last: number
  if ((range.flags & NatFlag.PORT) !== 0) {
    first = Math.min(range.minPort, range.maxPort)
    last = Math.max(range.minPort, range.maxPort)
  } else if (icmp) {
    first = 0
    last = 65535
  } else if (!source) {
    return
  } else {
    // Ports below 512 vouch for who uses them (rsh); the others below 1024 are privileged, too.
    first = port < 512 ? 1 : port < 1024 ? 600 : 1024
    last = port < 512 ? 511 : port < 1024 ? 1023 : 65535
  }
  const size = last - first + 1

  const chance = conntrack.host.sim.random('nat')
  let offset = firstOffset(range, manipulation, port, chance)
  let attempts = Math.min(size, MAX_ATTEMPTS)
  for (;;) {
    for (let i = 0; i < attempts; i++, offset = (offset + 1) & 0xffff) {
      const candidate = first + (offset % size)
      if (source) tuple.sport = candidate
      else tuple.dport = candidate
      if (!usedHarder(conntrack, entry, tuple, attempts - i)) return
    }
    if (attempts >= size || attempts < 16) return
    attempts >>= 1
    offset = chance.below(65536)
  }
}

/** Where the search begins: a colliding source gets a random port, not the next one. */
function firstOffset(range: NatRange, manipulation: Manipulation, port: number, chance: RandomStream): number {
  if ((range.flags & NatFlag.PORT_OFFSET) !== 0) return (port - range.basePort) & 0xffff
  return (range.flags & RANDOM_ALL) !== 0 || manipulation === 'src' ? chance.below(65536) : 0
}
