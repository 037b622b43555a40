import { formatIpv4, type Ipv4, maskOf } from '../../packet/address.ts'
import type { Packet } from '../../packet/packet.ts'
import { LOOPBACK_IFINDEX } from '../../route/types.ts'
import { entryOf } from '../conntrack/classify.ts'
import type { Conntrack } from '../conntrack/conntrack.ts'
import type { ConntrackEntry } from '../conntrack/entry.ts'
import { TcpState } from '../conntrack/protocol/tcp-states.ts'
import { IPS } from '../conntrack/status.ts'
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

/** The connections of one masked address, and the tick of the kernel's clock in which they were last gone through. */
interface CountedList {
  readonly connections: readonly Counted[]
  readonly tick: number
}

/** What a rule has counted, by masked address. */
interface Counts {
  readonly lists: Map<number, CountedList>
}

/** Nanoseconds of a tick at 250 Hz, Debian's choice. */
const TICK = 4e6

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
    return (packet, state, context) => {
      const entry = entryOf(packet)
      const tuple: Tuple | null = entry !== null ? entry.original : tupleOfPacket(packet, scratch) ? scratch : null
      if (tuple === null) return false
      const counts = context.state(match, newCounts, cloneCounts)
      const zone = entry === null ? 0 : entry.zone
      const key = (addressOf(packet, side) & mask) * 0x10000 + (zone & 0xffff)
      const tick = Math.floor(context.host.sim.now / TICK)
      const before = counts.lists.get(key)
      const list =
        before === undefined
          ? { connections: [toCounted(tuple, zone)], tick }
          : entry !== null && isAssured(entry) && state.in?.ifindex !== LOOPBACK_IFINDEX
            ? clean(before, tick, context.conntrack)
            : // a connection that begins is not looked for again within a tick, so each rule or hook that it meets counts it once more
              before.tick === tick && entry?.confirmed !== true
              ? { connections: [...before.connections, toCounted(tuple, zone)], tick }
              : walk(before, tuple, zone, tick, context.conntrack)
      counts.lists.set(key, list)
      if (list.connections.length === 0) {
        // nobody left to count, not even the sender: it has closed, and its last packet does not pass
        context.hotdrop = true
        return false
      }
      return list.connections.length > limit === above
    }
  },

  explain({ mask, side }, packet) {
    return `${formatIpv4((addressOf(packet, side) & maskOf(mask)) as Ipv4)}/${mask}`
  },
}

function addressOf(packet: Packet, side: ConnlimitMatch['side']): number {
  return side === 'daddr' ? packet.ip!.dst : packet.ip!.src
}

/**
 * Forgets connections that are gone or closed, and adds this one (`__nf_conncount_add`). It is looked for on the way, and what stands behind it
 * is not looked at then.
 */
function walk(before: CountedList, tuple: Tuple, zone: number, tick: number, conntrack: Conntrack): CountedList {
  const old = before.connections
  const connections: Counted[] = []
  for (let i = 0; i < old.length; i++) {
    const other = old[i]!
    const node = conntrack.findNode(other, other.zone)
    if (node === null) continue
    if (other.zone === zone && tuplesEqual(other, tuple)) {
      return { connections: [...connections, ...old.slice(i)], tick: before.tick }
    }
    if (!isClosed(node.entry.tcp?.state)) connections.push(other)
  }
  connections.push(toCounted(tuple, zone))
  return { connections, tick }
}

/** An assured connection adds nothing; what is gone or closed is forgotten, once in a tick (`nf_conncount_gc_list`). */
function clean(before: CountedList, tick: number, conntrack: Conntrack): CountedList {
  if (before.tick === tick) return before
  const connections = before.connections.filter((other) => {
    const node = conntrack.findNode(other, other.zone)
    return node !== null && !isClosed(node.entry.tcp?.state)
  })
  return { connections, tick }
}

function isAssured(entry: ConntrackEntry): boolean {
  return (entry.status & IPS.ASSURED) !== 0
}

function toCounted(tuple: Tuple, zone: number): Counted {
  const counted: Counted = { ...emptyTuple(), zone }
  copyTuple(tuple, counted)
  return counted
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
