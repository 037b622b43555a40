import { maskOf } from '../../packet/address.ts'
import type { Packet } from '../../packet/packet.ts'
import type { EvaluationContext } from '../context.ts'
import type { MatchDefinition } from '../definition.ts'
import type { Match } from '../rule.ts'
import { badRule } from '../text/errors.ts'
import type { OptionReader } from '../text/options.ts'
import type { UnsupportedMatch } from '../unsupported.ts'
import {
  OCTET_SHIFT,
  octetCost,
  octetsOfCost,
  parseBurst,
  parseOctetRate,
  parseRate,
  printOctetBurst,
  printOctetRate,
  printRate,
} from './hashlimit-rate.ts'
import { type Allowance, type HashlimitKey, HashlimitTable } from './hashlimit-table.ts'

const MODES = ['srcip', 'srcport', 'dstip', 'dstport'] as const

/** `-m hashlimit` (net/netfilter/xt_hashlimit.c): a rate for each of many. */
export interface HashlimitMatch extends Match {
  readonly kind: 'hashlimit'
  /** Matches what is over the rate; without it what is within. */
  readonly above: boolean
  /** By octets, not by packets. */
  readonly octets: boolean
  /** Packets: millionths of a second from one to the next. Octets: what sixteen of them cost. */
  readonly cost: number
  /** Packets: so many at once. Octets: how often the rate may be had at once, 0: not. */
  readonly burst: number
  readonly mode: readonly (typeof MODES)[number][]
  readonly name: string
  readonly srcMask: number
  readonly dstMask: number
  /** Buckets and keys at most; 0: by the machine's memory. */
  readonly size: number
  readonly max: number
  /** Milliseconds between two sweeps, and after which a key is forgotten. */
  readonly gcInterval: number
  readonly expire: number
}

const MAX_NAME = 254
const MAX_BURST = 1_000_000
const DEFAULT_BURST = 5
const DEFAULT_GC = 1000
/** Milliseconds after which a key is forgotten, with octets: without and with a burst. */
const OCTET_EXPIRE = 15_000
const OCTET_EXPIRE_BURST = 60_000
const MILLISECOND = 1e6
/** Nanoseconds of credit that a millionth of a second costs. */
const MICROSECOND = 1000

/** Credit of one second with 250 ticks a second, the kernel's `CREDITS_PER_JIFFY_BYTES * HZ`. */
const OCTET_CREDIT = 250 * 2 ** 24
/** What the kernel's counting of packets can hold, `HZ * CREDITS_PER_JIFFY` over a million: products must fit into 64 bits. */
const CREDIT_FACTOR = (250n * 2n ** 39n) / 1_000_000n

const LIMITS = ['hashlimit-upto', 'hashlimit-above'] as const

function readMode(text: string | undefined): HashlimitMatch['mode'] {
  if (text === undefined) return []
  const words = text.split(',')
  const bad = words.some((word) => !MODES.some((mode) => mode === word))
  if (bad) badRule(`hashlimit: Bad value for "--hashlimit-mode" option: "${text}"`)
  return MODES.filter((mode) => words.includes(mode))
}

/** How fast, how much at once, and for how long it is remembered. */
function readLimit(options: OptionReader): Pick<HashlimitMatch, 'above' | 'octets' | 'cost' | 'burst' | 'expire'> {
  const option = LIMITS.find((name) => options.has(name))
  if (option === undefined) badRule('You have to specify --hashlimit')
  const text = options.text(option)!
  const above = (option === 'hashlimit-above') !== options.inverted(option)
  const expire = options.integer('hashlimit-htable-expire')
  const octets = parseOctetRate(option, text)
  if (octets === undefined) {
    const { period, unit } = parseRate(option, text)
    return { above, octets: false, cost: period, burst: readBurst(options), expire: expire ?? unit * 1000 }
  }
  const cost = octetCost(octets)
  const rate = octetsOfCost(cost)
  const wanted = options.text('hashlimit-burst')
  if (wanted === undefined) return { above, octets: true, cost, burst: 0, expire: expire ?? OCTET_EXPIRE }
  const burst = parseBurst(wanted) ?? 0
  // iptables divides by it, and dies
  if (rate === 0) badRule('Floating point exception')
  if (burst < rate) badRule(`burst cannot be smaller than ${rate}b`)
  // compared as it is, and then cut to 32 bits
  return { above, octets: true, cost, burst: Math.ceil((burst >>> 0) / rate), expire: expire ?? OCTET_EXPIRE_BURST }
}

function readBurst(options: OptionReader): number {
  const text = options.text('hashlimit-burst')
  if (text === undefined) return DEFAULT_BURST
  const burst = parseBurst(text) ?? 0
  if (burst < 1 || burst > MAX_BURST)
    badRule(`bad value for option "--hashlimit-burst", or out of range (1-${MAX_BURST}).`)
  return burst
}

function readName(text: string): string {
  if (text === '') badRule('Argument must have a minimum length of 1 characters\n')
  return text.slice(0, MAX_NAME)
}

/** Only said with `--hashlimit-rate-match`, but read in any case: as atoi(3) does it. */
function checkInterval(text: string | undefined): void {
  if (text === undefined) return
  const seconds = Number(/^\d+/.exec(text)?.[0] ?? 0) | 0
  if (seconds <= 0) badRule(`hashlimit: Bad value for "--hashlimit-rate-interval" option: "${text}"\n`)
}

export const hashlimit: MatchDefinition<HashlimitMatch | UnsupportedMatch> = {
  kind: 'hashlimit',
  options: [
    { names: ['hashlimit-upto', 'hashlimit'], words: 1, invert: true, excludes: ['hashlimit-above'] },
    { names: ['hashlimit-above'], words: 1, invert: true, excludes: ['hashlimit-upto'] },
    { names: ['hashlimit-burst'], words: 1 },
    { names: ['hashlimit-mode'], words: 1 },
    { names: ['hashlimit-name'], words: 1, required: true },
    { names: ['hashlimit-srcmask'], words: 1 },
    { names: ['hashlimit-dstmask'], words: 1 },
    { names: ['hashlimit-htable-size'], words: 1 },
    { names: ['hashlimit-htable-max'], words: 1 },
    { names: ['hashlimit-htable-gcinterval'], words: 1 },
    { names: ['hashlimit-htable-expire'], words: 1 },
    { names: ['hashlimit-rate-match'], words: 0 },
    { names: ['hashlimit-rate-interval'], words: 1 },
  ],

  parse(options) {
    const limit = readLimit(options)
    checkInterval(options.text('hashlimit-rate-interval'))
    if (options.has('hashlimit-rate-match')) {
      return { kind: 'unsupported', name: 'hashlimit', text: wordsOf(options) }
    }
    return {
      kind: 'hashlimit',
      ...limit,
      mode: readMode(options.text('hashlimit-mode')),
      name: readName(options.text('hashlimit-name')!),
      srcMask: options.integer('hashlimit-srcmask') ?? 32,
      dstMask: options.integer('hashlimit-dstmask') ?? 32,
      size: options.integer('hashlimit-htable-size') ?? 0,
      max: options.integer('hashlimit-htable-max') ?? 0,
      gcInterval: options.integer('hashlimit-htable-gcinterval') ?? DEFAULT_GC,
    }
  },

  print(match) {
    if (match.kind !== 'hashlimit') return match.text
    const { octets, cost, burst, mode, name } = match
    const rate = octets ? null : printRate(cost)
    const expire = rate !== null ? rate.unit * 1000 : burst === 0 ? OCTET_EXPIRE : OCTET_EXPIRE_BURST
    const atOnce = rate !== null ? `${burst}` : burst === 0 ? '' : printOctetBurst(octetsOfCost(cost) * burst)
    return (
      ` --hashlimit-${match.above ? 'above' : 'upto'} ${rate?.text ?? printOctetRate(cost)}` +
      (atOnce === '' ? '' : ` --hashlimit-burst ${atOnce}`) +
      (mode.length === 0 ? '' : ` --hashlimit-mode ${mode.join(',')}`) +
      ` --hashlimit-name ${name}` +
      (match.size === 0 ? '' : ` --hashlimit-htable-size ${match.size}`) +
      (match.max === 0 ? '' : ` --hashlimit-htable-max ${match.max}`) +
      (match.gcInterval === DEFAULT_GC ? '' : ` --hashlimit-htable-gcinterval ${match.gcInterval}`) +
      (match.expire === expire ? '' : ` --hashlimit-htable-expire ${match.expire}`) +
      (match.srcMask === 32 ? '' : ` --hashlimit-srcmask ${match.srcMask}`) +
      (match.dstMask === 32 ? '' : ` --hashlimit-dstmask ${match.dstMask}`)
    )
  },

  check(match) {
    if (match.kind !== 'hashlimit') return true
    const { name, srcMask, dstMask, gcInterval, expire } = match
    if (srcMask > 32 || dstMask > 32 || gcInterval === 0 || expire === 0) return false
    if (name === '.' || name === '..' || name.includes('/')) return false
    return match.octets || fits(match.cost, match.burst)
  },

  compile(match) {
    if (match.kind !== 'hashlimit') return () => false
    const key = `hashlimit ${match.name}`
    const scratch: HashlimitKey = { src: 0, dst: 0, ports: 0 }
    return (packet, _state, context) => {
      const table = context.state(key, () => newTable(match, context), cloneShared)
      fillKey(scratch, table.rule, packet)
      const allowance = allowanceOf(table, scratch, context.host.sim.now)
      if (allowance === null) {
        // no room for one more
        context.hotdrop = true
        return false
      }
      const cost = match.octets ? octetsCost(allowance, packet.ip!.totalLength, table.rule) : match.cost * MICROSECOND
      const within = allowance.credit >= cost
      if (within) allowance.credit -= cost
      return within !== match.above
    }
  },
}

/** The table of a name, made as the first rule with that name says. */
interface SharedTable {
  readonly rule: HashlimitMatch
  readonly table: HashlimitTable
}

function newTable(match: HashlimitMatch, context: EvaluationContext): SharedTable {
  const rule = firstWithName(match, context)
  const { now } = context.host.sim
  return { rule, table: new HashlimitTable(roomOf(rule), rule.gcInterval * MILLISECOND, now) }
}

/** Buckets of a table that nobody says the size of, on a machine with a gigabyte or more (`htable_create`). */
const DEFAULT_SIZE = 8192

/** How many entries a table takes: never fewer than it has buckets. */
function roomOf({ size, max }: HashlimitMatch): number {
  const buckets = size === 0 ? DEFAULT_SIZE : size
  return max === 0 ? 8 * buckets : Math.max(max, buckets)
}

function firstWithName(match: HashlimitMatch, { tables }: EvaluationContext): HashlimitMatch {
  for (const { chains } of tables.values()) {
    for (const { rules } of chains.values()) {
      for (const { matches } of rules) {
        for (const other of matches) {
          if (other.kind === 'hashlimit' && (other as HashlimitMatch).name === match.name)
            return other as HashlimitMatch
        }
      }
    }
  }
  return match
}

function cloneShared({ rule, table }: SharedTable): SharedTable {
  return { rule, table: table.clone() }
}

function fillKey(key: HashlimitKey, { mode, srcMask, dstMask }: HashlimitMatch, packet: Packet): void {
  const ip = packet.ip!
  const { l4 } = packet
  const ported = l4 !== null && l4.kind !== 'icmp'
  key.src = mode.includes('srcip') ? ip.src & maskOf(srcMask) : 0
  key.dst = mode.includes('dstip') ? ip.dst & maskOf(dstMask) : 0
  key.ports =
    (ported && mode.includes('srcport') ? l4.sport << 16 : 0) | (ported && mode.includes('dstport') ? l4.dport : 0)
}

/** The allowance of a key with the credit that time has brought it. */
function allowanceOf({ rule, table }: SharedTable, key: HashlimitKey, now: number): Allowance | null {
  const cap = rule.octets ? OCTET_CREDIT : rule.cost * MICROSECOND * rule.burst
  let allowance = table.find(key, now)
  if (allowance === null) allowance = table.add(key, cap, now, rule.burst)
  else {
    const passed = now - allowance.last
    const earned = rule.octets ? Math.floor((passed * OCTET_CREDIT) / 1e9) : passed
    allowance.credit = Math.min(cap, allowance.credit + earned)
    allowance.last = now
  }
  if (allowance !== null) allowance.expires = now + rule.expire * MILLISECOND
  return allowance
}

/** What a packet costs by its octets (`hashlimit_byte_cost`); a burst fills the credit up when it is not enough. */
function octetsCost(allowance: Allowance, octets: number, { cost }: HashlimitMatch): number {
  const one = Math.floor((cost * OCTET_CREDIT) / 2 ** 32)
  const price = Math.min(OCTET_CREDIT, ((octets >> OCTET_SHIFT) + 1) * one)
  if (allowance.credit < price && allowance.bursts > 0) {
    allowance.bursts--
    allowance.credit = OCTET_CREDIT
  }
  return price
}

/** A rate so slow that its burst overflows the kernel's counters is refused. */
function fits(cost: number, burst: number): boolean {
  const one = BigInt.asUintN(64, BigInt(cost) * CREDIT_FACTOR)
  return BigInt.asUintN(64, BigInt(cost) * BigInt(burst) * CREDIT_FACTOR) >= one
}

function wordsOf(options: OptionReader): string {
  return options.given
    .map(({ spec, invert, value }) => `${invert ? ' !' : ''} --${spec.names[0]}${spec.words === 0 ? '' : ` ${value}`}`)
    .join('')
}
