import { formatIpv4, type Ipv4, maskOf } from '../../packet/address.ts'
import type { Packet } from '../../packet/packet.ts'
import { entryOf } from '../conntrack/classify.ts'
import type { Conntrack } from '../conntrack/conntrack.ts'
import { TcpState } from '../conntrack/protocol/tcp-states.ts'
import { copyTuple, emptyTuple, type Tuple, tupleOfPacket, tuplesEqual } from '../conntrack/tuple.ts'
import type { MatchDefinition } from '../definition.ts'
import type { Match } from '../rule.ts'
import { parseMaskLength } from '../text/addresses.ts'
import { badRule } from '../text/errors.ts'

/** `-m connlimit` (net/netfilter/xt_connlimit.c, nf_conncount.c): how many connections a host, or a network of them, has. */
export interface ConnlimitMatch extends Match {
  readonly kind: 'connlimit'
  /** More than `limit` of them; without it: at most so many. */
  readonly above: boolean
  readonly limit: number
  /** Hosts with so many equal bits count as one, 0 to 32. */
  readonly mask: number
  readonly side: 'saddr' | 'daddr'
}

/** A connection that some packet of it made known. */
interface Counted extends Tuple {
  zone: number
}

/** What a rule has counted, by masked address. */
interface Counts {
  readonly lists: Map<number, Counted[]>
}

const scratch = emptyTuple()

export const connlimit: MatchDefinition<ConnlimitMatch> = {
  kind: 'connlimit',
  needsConntrack: () => true,
  options: [
    { names: ['connlimit-upto'], words: 1, invert: true, excludes: ['connlimit-above'] },
    { names: ['connlimit-above'], words: 1, invert: true, excludes: ['connlimit-upto'] },
    { names: ['connlimit-mask'], words: 1 },
    { names: ['connlimit-saddr'], words: 0, excludes: ['connlimit-daddr'] },
    { names: ['connlimit-daddr'], words: 0, excludes: ['connlimit-saddr'] },
  ],

  parse(options) {
    const above = options.integer('connlimit-above')
    const upto = options.integer('connlimit-upto')
    const limit = above ?? upto
    if (limit === undefined) badRule('You must specify "--connlimit-above" or "--connlimit-upto".')
    const invert = options.inverted('connlimit-above') || options.inverted('connlimit-upto')
    const mask = options.text('connlimit-mask')
    return {
      kind: 'connlimit',
      above: (above !== undefined) !== invert,
      limit,
      mask: mask === undefined ? 32 : parseMaskLength('connlimit', 'connlimit-mask', mask),
      side: options.has('connlimit-daddr') ? 'daddr' : 'saddr',
    }
  },

  print({ above, limit, mask, side }) {
    return ` --connlimit-${above ? 'above' : 'upto'} ${limit} --connlimit-mask ${mask} --connlimit-${side}`
  },

  compile(match) {
    const { above, limit, side } = match
    const mask = maskOf(match.mask)
    return (packet, _state, context) => {
      const entry = entryOf(packet)
      const tuple: Tuple | null = entry !== null ? entry.original : tupleOfPacket(packet, scratch) ? scratch : null
      if (tuple === null) return false
      const counts = context.state(match, newCounts, cloneCounts)
      const zone = entry === null ? 0 : entry.zone
      const key = (addressOf(packet, side) & mask) * 0x10000 + (zone & 0xffff)
      return count(counts, key, tuple, zone, context.conntrack) > limit === above
    }
  },

  explain({ mask, side }, packet) {
    return `${formatIpv4((addressOf(packet, side) & maskOf(mask)) as Ipv4)}/${mask}`
  },
}

function addressOf(packet: Packet, side: ConnlimitMatch['side']): number {
  return side === 'daddr' ? packet.ip!.dst : packet.ip!.src
}

/** Counts the connections that are still there, this one among them (`nf_conncount_add`). */
function count({ lists }: Counts, key: number, tuple: Tuple, zone: number, conntrack: Conntrack): number {
  const before = lists.get(key) ?? []
  let known = false
  const list = before.filter((other) => {
    const node = conntrack.findNode(other, other.zone)
    if (node === null) return false
    if (other.zone === zone && tuplesEqual(other, tuple)) {
      known = true
      return true
    }
    return !isClosed(node.entry.tcp?.state)
  })
  if (!known) {
    const counted: Counted = { ...emptyTuple(), zone }
    copyTuple(tuple, counted)
    list.push(counted)
  }
  lists.set(key, list)
  return list.length
}

function isClosed(state: number | undefined): boolean {
  return state === TcpState.TIME_WAIT || state === TcpState.CLOSE
}

function newCounts(): Counts {
  return { lists: new Map() }
}

/** Lists are replaced, never changed. */
function cloneCounts({ lists }: Counts): Counts {
  return { lists: new Map(lists) }
}
