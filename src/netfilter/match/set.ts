import { formatIpv4 } from '../../packet/address.ts'
import type { Packet } from '../../packet/packet.ts'
import type { MatchDefinition } from '../definition.ts'
import type { HookState } from '../hook.ts'
import { askSet } from '../ipset/list-set.ts'
import { type CounterTest, Found, type SetQuery } from '../ipset/types.ts'
import type { Match } from '../rule.ts'
import { badRule } from '../text/errors.ts'
import type { GivenOption } from '../text/options.ts'
import { type Direction, formatSetUse, parseSetUse, type SetUse, sourceBits } from '../text/set-words.ts'
import { parseUint64, type Uint64 } from '../text/uint64.ts'

/** A comparison with a counter of the element that was found. */
export interface CounterCondition {
  readonly compare: CounterTest['compare']
  readonly value: Uint64
}

/** `-m set` (net/netfilter/xt_set.c): is the packet in an ip set? */
export interface SetMatch extends Match, SetUse {
  readonly kind: 'set'
  readonly invert: boolean
  /** Only elements marked `nomatch` count. */
  readonly returnNomatch: boolean
  readonly updateCounters: boolean
  /** Of the sets in a list. */
  readonly updateSubcounters: boolean
  readonly packets?: CounterCondition
  readonly bytes?: CounterCondition
}

const COUNTERS = ['packets', 'bytes'] as const
const COMPARISONS = ['eq', 'lt', 'gt'] as const

/** The one condition for packets, or for bytes. */
function readCondition(given: readonly GivenOption[], counter: 'packets' | 'bytes'): CounterCondition | undefined {
  const options = given.filter(({ spec }) => spec.names[0].startsWith(`${counter}-`))
  if (options.length > 1) badRule(`only one of the --${counter}-[eq|lt|gt] is allowed`)
  const [option] = options
  if (option === undefined) return undefined
  const compare = option.spec.names[0].slice(counter.length + 1) as 'eq' | 'lt' | 'gt'
  if (option.invert && compare !== 'eq') badRule(`--${counter}-${compare} option cannot be inverted`)
  const value = parseUint64(option.value)
  if (value === undefined) badRule(`Cannot parse ${option.value} as a counter value`)
  return { compare: option.invert ? 'ne' : compare, value }
}

function printCondition(counter: string, condition: CounterCondition | undefined): string {
  if (condition === undefined) return ''
  const { compare, value } = condition
  return compare === 'ne' ? ` ! --${counter}-eq ${value}` : ` --${counter}-${compare} ${value}`
}

function toTest(condition: CounterCondition | undefined): CounterTest | null {
  return condition === undefined ? null : { compare: condition.compare, value: Number(condition.value) }
}

export const set: MatchDefinition<SetMatch> = {
  kind: 'set',
  options: [
    { names: ['match-set', 'set'], words: 2, invert: true, repeat: true },
    { names: ['return-nomatch'], words: 0, invert: true, repeat: true },
    { names: ['update-counters'], words: 0, invert: true, repeat: true },
    { names: ['update-subcounters'], words: 0, invert: true, repeat: true },
    ...COUNTERS.flatMap((counter) =>
      COMPARISONS.map(
        (compare) => ({ names: [`${counter}-${compare}`], words: 1, invert: true, repeat: true }) as const,
      ),
    ),
  ],

  parse(options) {
    const uses = options.given.filter(({ spec }) => spec.names[0] === 'match-set')
    if (uses.length > 1) badRule('--match-set can be specified only once')
    const [use] = uses
    if (use === undefined) badRule("You must specify `--match-set' with proper arguments")
    if (options.inverted('return-nomatch')) badRule('--return-nomatch flag cannot be inverted')
    const packets = readCondition(options.given, 'packets')
    const bytes = readCondition(options.given, 'bytes')
    return {
      kind: 'set',
      ...parseSetUse('match-set', use.value, use.value2),
      invert: use.invert,
      returnNomatch: options.has('return-nomatch'),
      updateCounters: !options.inverted('update-counters'),
      updateSubcounters: !options.inverted('update-subcounters'),
      ...(packets && { packets }),
      ...(bytes && { bytes }),
    }
  },

  print(match) {
    return (
      `${match.invert ? ' !' : ''} --match-set ${formatSetUse(match)}` +
      (match.returnNomatch ? ' --return-nomatch' : '') +
      (match.updateCounters ? '' : ' ! --update-counters') +
      (match.updateSubcounters ? '' : ' ! --update-subcounters') +
      printCondition('packets', match.packets) +
      printCondition('bytes', match.bytes)
    )
  },

  compile(match) {
    const { set: name, invert } = match
    const query = queryOf(match)
    return (packet, state, context) => {
      const found = context.sets.get(name)
      return (found !== undefined && askSet(found, packet, state, query) === Found.YES) !== invert
    }
  },

  explain(match, packet, state) {
    return `${match.directions.map((direction, i) => side(direction, i, packet, state)).join(',')} ${match.invert ? '' : 'not '}in set ${match.set}`
  },
}

/** What a direction stands for, in the usual order of parts: address, port, and so on. */
function side(direction: Direction, part: number, packet: Packet, state: HookState): string {
  const ip = packet.ip!
  if (part !== 1) return formatIpv4(direction === 'src' ? ip.src : ip.dst)
  const { l4 } = packet
  if (l4 !== null && l4.kind !== 'icmp') return `${direction === 'src' ? l4.sport : l4.dport}`
  return (direction === 'src' ? state.in : state.out)?.name ?? 'no device'
}

function queryOf(match: SetMatch): SetQuery {
  return {
    dimension: match.directions.length,
    sources: sourceBits(match.directions),
    returnNomatch: match.returnNomatch,
    countPackets: match.updateCounters,
    countSubsets: match.updateSubcounters,
    packets: toTest(match.packets),
    bytes: toTest(match.bytes),
  }
}
