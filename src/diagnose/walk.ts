import type { AddressTest, InterfaceTest, Match, Rule, TableName } from '../netfilter/index.ts'
import { type ConntrackMatch, CtState } from '../netfilter/match/conntrack.ts'
import type { MarkMatch } from '../netfilter/match/mark.ts'
import type { MultiportMatch } from '../netfilter/match/multiport.ts'
import type { StateMatch } from '../netfilter/match/state.ts'
import type { TcpMatch } from '../netfilter/match/tcp.ts'
import type { UdpMatch } from '../netfilter/match/udp.ts'
import type { Ipv4 } from '../packet/address.ts'
import type { PlacedRule, RuleSet } from './rules.ts'

/** What is known of a packet that is sent through a chain in thought; what is absent is not known. */
export interface ThoughtPacket {
  readonly src?: Ipv4
  readonly dst?: Ipv4
  /** The empty name: there is none at this hook. */
  readonly in?: string
  readonly out?: string
  readonly protocol?: number
  readonly sport?: number
  readonly dport?: number
  readonly mark?: number
  /** `CtState` bits. */
  readonly state?: number
}

/** How a packet may leave a table: the verdict, and the rule (or null: the policy) that gave it. */
export interface End {
  readonly verdict: 'accept' | 'refuse' | 'unknown'
  readonly at: PlacedRule | null
}

const YES = 1
const NO = 0
const MAYBE = 2
type Answer = typeof YES | typeof NO | typeof MAYBE

/** A chain jumps at most so deep (iptables' own limit is the number of chains); rules are looked at at most so often. */
const MAX_DEPTH = 64
const BUDGET = 50_000

/**
 * All ways in which such a packet may leave a base chain. A test that the packet's known part does not decide goes both ways, so that
 * "every end refuses" is certain, and nothing else is said.
 */
export function walkChain(rules: RuleSet, table: TableName, chain: string, packet: ThoughtPacket): readonly End[] {
  const base = rules.chain(table, chain)
  if (base === undefined) return [{ verdict: rules.has(table) ? 'accept' : 'unknown', at: null }]
  const walk = new Walk(rules, table, packet)
  const ends = [...walk.chain(chain, 0)]
  if (walk.falls) ends.push({ verdict: base.policy === 'DROP' ? 'refuse' : 'accept', at: null })
  return ends
}

/** The refusals, when every way that the packet may go ends in one. */
export function refusals(ends: readonly End[]): readonly End[] | null {
  return ends.length > 0 && ends.every(({ verdict }) => verdict === 'refuse') ? ends : null
}

class Walk {
  readonly #rules: RuleSet
  readonly #table: TableName
  readonly #packet: ThoughtPacket
  #left = BUDGET
  /** Did the chain that was walked last let packets through to its end? */
  falls = true

  constructor(rules: RuleSet, table: TableName, packet: ThoughtPacket) {
    this.#rules = rules
    this.#table = table
    this.#packet = packet
  }

  chain(name: string, depth: number): End[] {
    const ends: End[] = []
    this.falls = true
    let returns = false
    for (const placed of this.#rules.rulesOf(this.#table, name)) {
      if (this.#left-- <= 0 || depth > MAX_DEPTH) {
        this.falls = false
        return [{ verdict: 'unknown', at: placed }]
      }
      const answer = this.#test(placed.rule)
      if (answer === NO) continue
      const after = this.#target(placed, depth, ends)
      if (after === 'return') {
        returns = true
        if (answer === YES) break
      } else if (after === 'end' && answer === YES) {
        this.falls = returns
        return ends
      }
    }
    this.falls = true
    return ends
  }

  #target(placed: PlacedRule, depth: number, ends: End[]): 'end' | 'return' | 'on' {
    const { target } = placed.rule
    if (target === null) return 'on'
    switch (target.kind) {
      case 'ACCEPT':
        ends.push({ verdict: 'accept', at: placed })
        return 'end'
      case 'DROP':
      case 'REJECT':
        ends.push({ verdict: 'refuse', at: placed })
        return 'end'
      case 'RETURN':
        return 'return'
      case 'jump':
      case 'goto': {
        ends.push(...this.chain((target as { chain?: string }).chain ?? '', depth + 1))
        if (!this.falls) return 'end'
        return target.kind === 'goto' ? 'return' : 'on'
      }
      case 'unsupported':
        ends.push({ verdict: 'unknown', at: placed })
        return 'on'
      default:
        return 'on'
    }
  }

  #test({ ip, matches }: Rule): Answer {
    const packet = this.#packet
    let answer = both(
      both(testAddress(ip.src, packet.src), testAddress(ip.dst, packet.dst)),
      both(testInterface(ip.in, packet.in), testInterface(ip.out, packet.out)),
    )
    if (ip.protocol !== undefined)
      answer = both(answer, decide(packet.protocol, ip.protocol.number, ip.protocol.invert))
    // a first fragment, or none
    if (ip.fragment !== undefined) answer = both(answer, ip.fragment.invert ? YES : NO)
    for (const match of matches) {
      if (answer === NO) return NO
      answer = both(answer, testMatch(match, packet))
    }
    return answer
  }
}

function both(a: Answer, b: Answer): Answer {
  if (a === NO || b === NO) return NO
  return a === MAYBE || b === MAYBE ? MAYBE : YES
}

function not(answer: Answer): Answer {
  return answer === MAYBE ? MAYBE : answer === YES ? NO : YES
}

function decide(known: number | undefined, wanted: number, invert: boolean): Answer {
  if (known === undefined) return MAYBE
  return (known === wanted) !== invert ? YES : NO
}

function testAddress(test: AddressTest | undefined, address: Ipv4 | undefined): Answer {
  if (test === undefined) return YES
  if (address === undefined) return test.mask === 0 ? (test.invert ? NO : YES) : MAYBE
  return ((address & test.mask) === (test.address & test.mask)) !== test.invert ? YES : NO
}

function testInterface(test: InterfaceTest | undefined, name: string | undefined): Answer {
  if (test === undefined) return YES
  if (name === undefined) return MAYBE
  const matches = test.name.endsWith('+') ? name.startsWith(test.name.slice(0, -1)) : name === test.name
  return matches !== test.invert ? YES : NO
}

interface Range {
  readonly min: number
  readonly max: number
  readonly invert?: boolean
}

function testRange(range: Range | undefined, value: number | undefined): Answer {
  if (range === undefined) return YES
  if (value === undefined) return MAYBE
  return (value >= range.min && value <= range.max) !== (range.invert === true) ? YES : NO
}

function testMatch(match: Match, packet: ThoughtPacket): Answer {
  switch (match.kind) {
    case 'comment':
    case 'nfacct':
      return YES
    case 'tcp': {
      const { sport, dport, flags, option } = match as TcpMatch
      const rest = flags === undefined && option === undefined ? YES : MAYBE
      return both(rest, both(testRange(sport, packet.sport), testRange(dport, packet.dport)))
    }
    case 'udp': {
      const { sport, dport } = match as UdpMatch
      return both(testRange(sport, packet.sport), testRange(dport, packet.dport))
    }
    case 'multiport':
      return testMultiport(match as MultiportMatch, packet)
    case 'mark': {
      const { mark, mask, invert } = match as MarkMatch
      if (packet.mark === undefined) return MAYBE
      return (((packet.mark & mask) | 0) === (mark | 0)) !== invert ? YES : NO
    }
    case 'state': {
      const { states, invert } = match as StateMatch
      return testState(states, invert, packet.state)
    }
    case 'conntrack': {
      const { kind, states, ...others } = match as ConntrackMatch
      const rest = Object.values(others).some((value) => value !== undefined) ? MAYBE : YES
      return states === undefined ? rest : both(rest, testState(states.bits, states.invert, packet.state))
    }
    default:
      return MAYBE
  }
}

/** Whether it was translated (SNAT, DNAT) is a state of its own, which nobody knows here. */
const TRANSLATED = CtState.SNAT | CtState.DNAT

function testState(states: number, invert: boolean, state: number | undefined): Answer {
  if (state === undefined) return MAYBE
  const answer = (states & state) !== 0 ? YES : (states & TRANSLATED) !== 0 ? MAYBE : NO
  return invert ? not(answer) : answer
}

function testMultiport({ side, ports, invert }: MultiportMatch, packet: ThoughtPacket): Answer {
  const value = side === 'dports' ? packet.dport : side === 'sports' ? packet.sport : undefined
  if (value === undefined) return MAYBE
  return ports.some(({ min, max }) => value >= min && value <= max) !== invert ? YES : NO
}
