import type { Ipv4, Prefix } from '../packet/address.ts'
import { UnsupportedError } from '../packet/errors.ts'
import { UsageError } from './errors.ts'
import { type MetricName, metricsOf } from './metrics.ts'
import { dsfieldNumber, PROTOCOL_NAMES, SCOPE_NAMES, TABLE_NAMES } from './names.ts'
import type { AddressType, FibHost, RouteSpec } from './types.ts'
import { abbreviates, prefixOf, routeTypeOf, Words, wrong } from './words.ts'

type Draft = { -readonly [name in keyof RouteSpec]?: RouteSpec[name] }

/** Metrics with the name that may be abbreviated, and the rest, with the limit of their value. */
const METRIC_WORDS: readonly { name: MetricName; short: boolean; says: string; limit: number; lockable: boolean }[] = [
  { name: 'mtu', short: false, says: 'mtu', limit: 0xffffffff, lockable: true },
  { name: 'hoplimit', short: false, says: 'hoplimit', limit: 255, lockable: true },
  { name: 'advmss', short: false, says: 'mss', limit: 0xffffffff, lockable: true },
  { name: 'reordering', short: true, says: 'reordering', limit: 0xffffffff, lockable: true },
  { name: 'window', short: true, says: 'window', limit: 0xffffffff, lockable: true },
  { name: 'cwnd', short: true, says: 'cwnd', limit: 0xffffffff, lockable: true },
  { name: 'initcwnd', short: true, says: 'initcwnd', limit: 0xffffffff, lockable: true },
  { name: 'initrwnd', short: true, says: 'initrwnd', limit: 0xffffffff, lockable: true },
  { name: 'quickack', short: true, says: 'quickack', limit: 1, lockable: false },
  { name: 'ssthresh', short: true, says: 'ssthresh', limit: 0xffffffff, lockable: true },
]

/** What `ip route` knows and kubehop does not. */
const UNSUPPORTED = [
  'as',
  'from',
  'nhid',
  'encap',
  'realms',
  'rtt',
  'rttvar',
  'rto_min',
  'features',
  'congctl',
  'pref',
  'expires',
  'ttl-propagate',
  'fastopen_no_cookie',
]

/**
 * Reads the words behind `ip route add`, `replace`, `del` and their like (`iproute_modify`, iproute2 ip/iproute.c).
 *
 * @throws UsageError what `ip` itself refuses, in its words and with its exit code
 * @throws UnsupportedError what `ip` knows and kubehop does not
 */
export function parseRoute(args: readonly string[], host: FibHost): RouteSpec {
  const words = new Words(args)
  const draft: Draft = {}
  const values: Partial<Record<MetricName, number>> = {}
  const locked: MetricName[] = []
  while (!words.atEnd) {
    const word = words.next()
    if (readKey(word, words, draft, host) || readMetric(word, words, values, locked)) continue
    if (word === 'nexthop')
      throw new UnsupportedError('multipath route (nexthop)', { hint: 'give one gateway or device' })
    if (UNSUPPORTED.includes(word)) throw new UnsupportedError(`ip route option ${word}`)
    readDestination(word, words, draft)
  }
  if (draft.destination === undefined)
    throw new UsageError('Usage: ip route { add | del | change | append | replace } ROUTE')
  const metrics = metricsOf(values, locked)
  return { ...draft, destination: draft.destination, ...(Object.keys(values).length > 0 ? { metrics } : {}) }
}

function readKey(word: string, words: Words, draft: Draft, host: FibHost): boolean {
  if (word === 'src') draft.prefsrc = words.address()
  else if (word === 'via') draft.gateway = readGateway(words, draft)
  else if (word === 'tos' || abbreviates(word, 'dsfield')) {
    draft.tos = words.named(dsfieldNumber, '"tos" value is invalid')
  } else if (abbreviates(word, 'metric') || abbreviates(word, 'priority') || word === 'preference') {
    draft.metric = words.number('"metric" value is invalid')
  } else if (word === 'scope') draft.scope = words.named((name) => SCOPE_NAMES.number(name), 'invalid "scope" value')
  else if (word === 'onlink') draft.onlink = true
  else if (abbreviates(word, 'protocol')) {
    draft.protocol = words.named((name) => PROTOCOL_NAMES.number(name), '"protocol" value is invalid')
  } else if (abbreviates(word, 'table')) {
    draft.table = words.named((name) => TABLE_NAMES.number(name), '"table" value is invalid')
  } else if (word === 'dev' || word === 'oif') draft.ifindex = readDevice(words.next(), host)
  else return false
  return true
}

function readGateway(words: Words, { destination }: Draft): Ipv4 {
  // only a destination with an address says which family is meant
  const said = words.skip('inet') || (destination !== undefined && destination.length > 0)
  if (words.skip('inet6')) throw new UnsupportedError('IPv6 gateway (via inet6)')
  return words.address(said ? 'inet' : 'any valid')
}

/** @throws UsageError when there is no such device */
function readDevice(name: string, host: FibHost): number {
  const device = host.deviceByName(name)
  if (device == null) throw new UsageError(`Cannot find device "${name}"`, 1)
  return device.ifindex
}

function readMetric(
  word: string,
  words: Words,
  values: Partial<Record<MetricName, number>>,
  locked: MetricName[],
): boolean {
  const metric = METRIC_WORDS.find(({ name, short }) => (short ? abbreviates(word, name) : word === name))
  if (metric === undefined) return false
  if (metric.lockable && words.skip('lock')) locked.push(metric.name)
  values[metric.name] = words.number(`"${metric.says}" value is invalid`, metric.limit)
  return true
}

function readDestination(first: string, words: Words, draft: Draft): void {
  let word = first === 'to' ? words.next() : first
  if (!/^[0-9]/.test(word)) {
    const type = routeTypeOf(word)
    if (type !== undefined) {
      draft.type = type
      word = words.next()
    }
  }
  if (draft.destination !== undefined) {
    throw new UsageError(`Error: either "to" is duplicate, or "${word}" is a garbage.`)
  }
  draft.destination = prefixOf(word)
}

/** What `ip route show` and `flush` select by, and so do not print. */
export interface RouteFilter {
  /** 0: all tables. */
  readonly table: number
  /** `table cache`: what was learned, not what is configured. */
  readonly cache: boolean
  readonly ifindex?: number
  readonly protocol?: number
  readonly scope?: number
  readonly type?: AddressType
  readonly tos?: number
  readonly metric?: number
  readonly via?: Prefix
  readonly src?: Prefix
  /** Routes to this prefix and to those in it. */
  readonly root?: Prefix
  /** Routes to this prefix and to those that hold it. */
  readonly match?: Prefix
}

/**
 * Reads the words behind `ip route show` or `flush` (`iproute_list_flush_or_save`).
 *
 * @throws UsageError
 */
export function parseRouteFilter(args: readonly string[], host: FibHost): RouteFilter {
  const words = new Words(args)
  const filter: { -readonly [name in keyof RouteFilter]: RouteFilter[name] } = { table: 254, cache: false }
  while (!words.atEnd) {
    const word = words.next()
    if (abbreviates(word, 'table')) readTable(words, filter)
    else if (abbreviates(word, 'cached') || abbreviates(word, 'cloned')) filter.cache = true
    else if (word === 'tos' || abbreviates(word, 'dsfield'))
      filter.tos = words.named(dsfieldNumber, 'TOS value is invalid')
    else if (abbreviates(word, 'protocol')) {
      filter.protocol = words.named((name) => PROTOCOL_NAMES.number(name), 'invalid "protocol"')
    } else if (abbreviates(word, 'scope')) {
      filter.scope = words.named((name) => SCOPE_NAMES.number(name), 'invalid "scope"')
    } else if (abbreviates(word, 'type')) {
      const name = words.next()
      const type = routeTypeOf(name)
      if (type === undefined) throw wrong(name, 'node type value is invalid\n')
      filter.type = type
    } else if (abbreviates(word, 'metric') || abbreviates(word, 'priority') || word === 'preference') {
      filter.metric = words.number('"metric" value is invalid')
    } else if (word === 'dev' || word === 'oif') filter.ifindex = readDevice(words.next(), host)
    else if (word === 'via') filter.via = words.prefix()
    else if (word === 'src') filter.src = words.prefix()
    else readSelector(word, words, filter)
  }
  return filter
}

function readTable(words: Words, filter: { table: number; cache: boolean }): void {
  const name = words.next()
  const table = TABLE_NAMES.number(name)
  if (table !== undefined) filter.table = table
  else if (name === 'all') filter.table = 0
  else if (name === 'cache') filter.cache = true
  else throw wrong(name, 'table id value is invalid\n')
}

function readSelector(first: string, words: Words, filter: { root?: Prefix; match?: Prefix }): void {
  const word = abbreviates(first, 'to') ? words.next() : first
  if (abbreviates(word, 'root')) filter.root = words.prefix()
  else if (abbreviates(word, 'match')) filter.match = words.prefix()
  else {
    const exact = abbreviates(word, 'exact') ? words.prefix() : prefixOf(word)
    filter.root = exact
    filter.match = exact
  }
}
