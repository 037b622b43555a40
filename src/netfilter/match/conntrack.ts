import { formatIpv4, type Ipv4, maskOf } from '../../packet/address.ts'
import { CtInfo, type Packet } from '../../packet/packet.ts'
import type { ConntrackEntry } from '../conntrack/entry.ts'
import { IPS } from '../conntrack/status.ts'
import type { MatchDefinition } from '../definition.ts'
import type { Match } from '../rule.ts'
import { parseHostMask } from '../text/addresses.ts'
import { badRule } from '../text/errors.ts'
import { formatRange, type NumberRange } from '../text/numbers.ts'
import type { GivenOption, OptionReader, OptionSpec } from '../text/options.ts'
import { resolvePortRange } from '../text/ports.ts'
import { parseProtocol } from '../text/protocols.ts'

/** An address test of conntrack's tuples; the host bits are kept, though they test nothing. */
export interface TupleAddressTest {
  readonly address: Ipv4
  /** 0 to 32: holes in a mask are not possible here. */
  readonly length: number
  readonly invert: boolean
}

/** A list of states or status bits. */
export interface BitsTest {
  /** `CtState` or `IPS` bits. */
  readonly bits: number
  readonly invert: boolean
}

/** `-m conntrack` (net/netfilter/xt_conntrack.c) */
export interface ConntrackMatch extends Match {
  readonly kind: 'conntrack'
  readonly states?: BitsTest
  readonly protocol?: { readonly number: number; readonly invert: boolean }
  readonly origSrc?: TupleAddressTest
  readonly origDst?: TupleAddressTest
  readonly replSrc?: TupleAddressTest
  readonly replDst?: TupleAddressTest
  readonly origSrcPort?: NumberRange
  readonly origDstPort?: NumberRange
  readonly replSrcPort?: NumberRange
  readonly replDstPort?: NumberRange
  readonly status?: BitsTest
  /** Seconds that are left. */
  readonly expire?: NumberRange
  readonly direction?: 'ORIGINAL' | 'REPLY'
}

/** States as bits: those of a connection in the order of `CtInfo` behind INVALID, then the others (uapi xt_conntrack.h). */
export const CtState = {
  INVALID: 1 << 0,
  ESTABLISHED: 1 << 1,
  RELATED: 1 << 2,
  NEW: 1 << 3,
  SNAT: 1 << 6,
  DNAT: 1 << 7,
  UNTRACKED: 1 << 8,
} as const

/** In the order in which iptables prints them. */
const STATES: readonly (readonly [string, number])[] = [
  ['INVALID', CtState.INVALID],
  ['NEW', CtState.NEW],
  ['RELATED', CtState.RELATED],
  ['ESTABLISHED', CtState.ESTABLISHED],
  ['UNTRACKED', CtState.UNTRACKED],
  ['SNAT', CtState.SNAT],
  ['DNAT', CtState.DNAT],
]
const STATUSES: readonly (readonly [string, number])[] = [
  ['EXPECTED', IPS.EXPECTED],
  ['SEEN_REPLY', IPS.SEEN_REPLY],
  ['ASSURED', IPS.ASSURED],
  ['CONFIRMED', IPS.CONFIRMED],
]

/** The state of a packet as one bit: what `--ctstate` looks at, but for SNAT and DNAT. */
export function stateBit(packet: Packet): number {
  if (packet.ct !== null) return CtState.ESTABLISHED << (packet.ctInfo % CtInfo.ESTABLISHED_REPLY)
  return packet.ctInfo === CtInfo.UNTRACKED ? CtState.UNTRACKED : CtState.INVALID
}

/** Reads a list such as `NEW,RELATED`. */
export function parseBits(text: string, names: readonly (readonly [string, number])[], what: string): number {
  let bits = 0
  for (let at = 0; at <= text.length; ) {
    const comma = text.indexOf(',', at)
    const end = comma < 0 ? text.length : comma
    const word = text.slice(at, end).toUpperCase()
    // a name may be cut short: `N` is NEW
    const known = word === '' ? undefined : names.find(([name]) => name.startsWith(word))
    if (known === undefined) badRule(`Bad ${what} "${text.slice(at)}"`)
    bits |= known[1]
    at = end + 1
    if (comma < 0) break
  }
  return bits
}

export function formatBits(bits: number, names: readonly (readonly [string, number])[]): string {
  let text = ''
  for (const [name, bit] of names) if ((bits & bit) !== 0) text += text === '' ? name : `,${name}`
  return text
}

const STATUSES_READ: readonly (readonly [string, number])[] = [['NONE', 0], ...STATUSES]

/** Tuple fields: option, field of the match, field of a tuple, whether of the reply's. In the order in which they are printed. */
const ADDRESSES = [
  ['ctorigsrc', 'origSrc'],
  ['ctorigdst', 'origDst'],
  ['ctreplsrc', 'replSrc'],
  ['ctrepldst', 'replDst'],
] as const
const PORTS = [
  ['ctorigsrcport', 'origSrcPort'],
  ['ctorigdstport', 'origDstPort'],
  ['ctreplsrcport', 'replSrcPort'],
  ['ctrepldstport', 'replDstPort'],
] as const

function parseTupleAddress({ spec, value, invert }: GivenOption): TupleAddressTest {
  return { ...parseHostMask('conntrack', spec.names[0], value), invert }
}

function printTupleAddress(option: string, test: TupleAddressTest | undefined): string {
  if (test === undefined) return ''
  const length = test.length === 32 ? '' : `/${test.length}`
  return `${test.invert ? ' !' : ''} --${option} ${formatIpv4(test.address)}${length}`
}

function parseTuplePort({ spec, value, invert }: GivenOption): NumberRange {
  return resolvePortRange('conntrack', spec.names[0], value, invert)
}

function printRange(option: string, range: NumberRange | undefined): string {
  return range === undefined ? '' : `${range.invert ? ' !' : ''} --${option} ${formatRange(range)}`
}

function parseDirection(options: OptionReader): 'ORIGINAL' | 'REPLY' | undefined {
  const text = options.text('ctdir')
  const upper = text?.toUpperCase()
  if (upper === undefined || upper === 'ORIGINAL' || upper === 'REPLY') return upper
  return badRule(`conntrack: Bad value for "--ctdir" option: "${text}"`)
}

const option = (name: string): OptionSpec => ({ names: [name], words: 1, invert: true })

export const conntrack: MatchDefinition<ConntrackMatch> = {
  kind: 'conntrack',
  needsConntrack: () => true,
  options: [
    option('ctstate'),
    option('ctproto'),
    ...ADDRESSES.map(([name]) => option(name)),
    ...PORTS.map(([name]) => option(name)),
    option('ctstatus'),
    option('ctexpire'),
    { names: ['ctdir'], words: 1 },
  ],

  parse(options) {
    options.failWithout('conntrack: At least one option is required')
    const match: { -readonly [K in keyof ConntrackMatch]: ConntrackMatch[K] } = { kind: 'conntrack' }
    const states = options.find('ctstate')
    if (states) match.states = { bits: parseBits(states.value, STATES, 'ctstate'), invert: states.invert }
    const protocol = options.find('ctproto')
    if (protocol) match.protocol = { number: parseProtocol(protocol.value), invert: protocol.invert }
    for (const [name, field] of ADDRESSES) {
      const given = options.find(name)
      if (given) match[field] = parseTupleAddress(given)
    }
    for (const [name, field] of PORTS) {
      const given = options.find(name)
      if (given) match[field] = parseTuplePort(given)
    }
    const status = options.find('ctstatus')
    if (status) match.status = { bits: parseBits(status.value, STATUSES_READ, 'ctstatus'), invert: status.invert }
    const expire = options.range('ctexpire', 0xffffffff)
    if (expire) match.expire = expire
    const direction = parseDirection(options)
    if (direction) match.direction = direction
    return match
  },

  print(match) {
    const { states, protocol, status } = match
    let text = ''
    if (states) text += `${states.invert ? ' !' : ''} --ctstate ${formatBits(states.bits, STATES)}`
    if (protocol) text += `${protocol.invert ? ' !' : ''} --ctproto ${protocol.number}`
    for (const [name, field] of ADDRESSES) text += printTupleAddress(name, match[field])
    for (const [name, field] of PORTS) text += printRange(name, match[field])
    if (status) text += `${status.invert ? ' !' : ''} --ctstatus ${formatBits(status.bits, STATUSES) || 'NONE'}`
    text += printRange('ctexpire', match.expire)
    if (match.direction) text += ` --ctdir ${match.direction}`
    return text
  },

  compile(match) {
    const { states, ...others } = match
    const stateTest = states === undefined ? null : compileStates(states)
    if (stateTest !== null && Object.keys(others).length === 1) return stateTest
    return (packet, _state, context) => {
      if (stateTest !== null && !stateTest(packet)) return false
      // without a connection only the state can be tested, and then the rest is passed over
      if (packet.ct === null) return stateTest !== null
      return entryMatches(others, packet, packet.ct as ConntrackEntry, context.host.sim.now)
    }
  },

  explain(match, packet) {
    const entry = packet.ct as ConntrackEntry | null
    const state = formatBits(stateBit(packet), STATES)
    if (entry === null) return `ctstate ${state}`
    const nat = (entry.status & IPS.SRC_NAT ? ',SNAT' : '') + (entry.status & IPS.DST_NAT ? ',DNAT' : '')
    return match.status === undefined
      ? `ctstate ${state}${nat}`
      : `ctstatus ${formatBits(entry.status, STATUSES) || 'NONE'}`
  },
}

function compileStates({ bits, invert }: BitsTest): (packet: Packet) => boolean {
  const natBits = bits & (CtState.SNAT | CtState.DNAT)
  if (natBits === 0) return (packet) => ((stateBit(packet) & bits) !== 0) !== invert
  return (packet) => {
    let state = stateBit(packet)
    if (packet.ct !== null) {
      const status = (packet.ct as ConntrackEntry).status
      if (status & IPS.SRC_NAT) state |= CtState.SNAT
      if (status & IPS.DST_NAT) state |= CtState.DNAT
    }
    return ((state & bits) !== 0) !== invert
  }
}

function addressFails(test: TupleAddressTest | undefined, address: Ipv4): boolean {
  return test !== undefined && (((address ^ test.address) & maskOf(test.length)) === 0) === test.invert
}

function rangeFails(range: NumberRange | undefined, value: number): boolean {
  return range !== undefined && (value >= range.min && value <= range.max) === range.invert
}

const SECOND = 1e9

function entryMatches(
  match: Omit<ConntrackMatch, 'states'>,
  packet: Packet,
  entry: ConntrackEntry,
  now: number,
): boolean {
  if (match.direction !== undefined) {
    const reply = packet.ctInfo >= CtInfo.ESTABLISHED_REPLY
    if (reply !== (match.direction === 'REPLY')) return false
  }
  const { original, reply } = entry
  if (addressFails(match.origSrc, original.src) || addressFails(match.origDst, original.dst)) return false
  if (addressFails(match.replSrc, reply.src) || addressFails(match.replDst, reply.dst)) return false
  if (match.protocol !== undefined && (original.protocol === match.protocol.number) === match.protocol.invert)
    return false
  if (rangeFails(match.origSrcPort, original.sport) || rangeFails(match.origDstPort, original.dport)) return false
  if (rangeFails(match.replSrcPort, reply.sport) || rangeFails(match.replDstPort, reply.dport)) return false
  if (match.status !== undefined && ((entry.status & match.status.bits) !== 0) === match.status.invert) return false
  if (match.expire !== undefined) {
    // before confirmation the field holds a life time, and the kernel reads it as a time all the same: long past
    const left = entry.confirmed ? Math.max(0, Math.floor((entry.expiresAt - now) / SECOND)) : 0
    if (rangeFails(match.expire, left)) return false
  }
  return true
}
