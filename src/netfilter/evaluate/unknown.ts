import { formatIpv4 } from '../../packet/address.ts'
import { formatMac } from '../../packet/mac.ts'
import type { Packet } from '../../packet/packet.ts'
import { LOOPBACK_IFINDEX } from '../../route/types.ts'
import type { Answer, Question } from '../../sim/types.ts'
import type { MatchFunction } from '../definition.ts'
import type { Device } from '../hook.ts'
import { MATCHES } from '../match/index.ts'
import type { MacMatch } from '../match/mac.ts'
import type { OwnerMatch } from '../match/owner.ts'
import type { InterfaceTest, Match, Rule, RuleUnknowns } from '../rule.ts'
import { interfaceMatches } from '../text/interfaces.ts'
import type { NumberRange } from '../text/numbers.ts'
import { printMatch } from '../text/rule-printer.ts'
import type { UnsupportedMatch } from '../unsupported.ts'

/** Matches that change something when they are asked: what nobody told is asked before them. */
export const CHANGES: ReadonlySet<string> = new Set([
  'connlimit',
  'hashlimit',
  'limit',
  'nfacct',
  'quota',
  'recent',
  'set',
  'statistic',
])

/**
 * What a rule asks beyond its addresses and protocol, where parts of it cannot be known (`Rule.unknown`): the known matches, then
 * questions to the simulation, then matches that leave a mark. So a packet that the rule is not for asks nothing.
 */
export function matchesOf(rule: Rule, unknown: RuleUnknowns): MatchFunction[] {
  if (unknown.idle === true) return [() => false]
  const known = rule.matches.filter(
    (match) => !unknown.matches.has(match) && match.kind !== 'comment' && match.kind !== 'unsupported',
  )
  const compiled = (match: Match): MatchFunction => MATCHES.get(match.kind)!.compile(match)
  const { in: inTest, out: outTest } = rule.ip
  return [
    ...known.filter(({ kind }) => !CHANGES.has(kind)).map(compiled),
    ...(inTest === undefined || unknown.in === undefined ? [] : [deviceQuestion(inTest, 'in')]),
    ...(outTest === undefined || unknown.out === undefined ? [] : [deviceQuestion(outTest, 'out')]),
    ...rule.matches.filter((match) => unknown.matches.has(match)).map(matchQuestion),
    ...known.filter(({ kind }) => CHANGES.has(kind)).map(compiled),
  ]
}

/**
 * Is it a device of which nobody told the name? What stands for it has a name with a blank, which no device can have (`dev_valid_name`,
 * net/core/dev.c).
 */
export function isUnnamed(device: Device): boolean {
  return device.name.includes(' ')
}

/** Is the device the one that the rule asks for? For one without a name that is a question, which fits what was supposed of it before. */
function deviceQuestion(test: InterfaceTest, side: 'in' | 'out'): MatchFunction {
  return (_packet, state, context) => {
    const device = state[side]
    if (device === null || !isUnnamed(device)) return interfaceMatches(test, device === null ? '' : device.name)
    // what stands for it is a real device
    if (test.name === 'lo') return test.invert
    return context.host.sim.ask(new DeviceName(device.name, test.name)) !== test.invert
  }
}

/** Is a device called so? A `+` at the end stands for any ending. */
class DeviceName implements Question {
  readonly subject: string
  readonly key: string
  readonly #device: string

  constructor(device: string, name: string) {
    this.subject = `name of the ${device}`
    this.key = name
    this.#device = device
  }

  get yes(): string {
    return `the ${this.#device} is ${this.#name}`
  }

  get no(): string {
    return `the ${this.#device} is not ${this.#name}`
  }

  get #name(): string {
    return this.key.endsWith('+') ? `one of ${this.key}` : this.key
  }

  follows(earlier: readonly Answer[]): boolean | null {
    for (const { question, answer } of earlier) {
      const known = question.key
      if (answer ? !overlap(known, this.key) : covers(known, this.key)) return false
      if (answer && covers(this.key, known)) return true
    }
    return null
  }
}

/** Is every device that the second test takes one for the first, too? */
function covers(test: string, other: string): boolean {
  if (!test.endsWith('+')) return test === other
  const start = test.slice(0, -1)
  return (other.endsWith('+') ? other.slice(0, -1) : other).startsWith(start)
}

function overlap(one: string, other: string): boolean {
  return covers(one, other) || covers(other, one)
}

function matchQuestion(match: Match): MatchFunction {
  if (match.kind === 'owner') return ownerQuestion(match as OwnerMatch)
  if (match.kind === 'mac') return macQuestion(match as MacMatch)
  const invert = 'invert' in match && match.invert === true
  const plain = invert ? ({ ...match, invert: false } as Match) : match
  const text = printMatch(plain).trim()
  // what time it is, is the same for all packets
  const same = match.kind === 'unsupported' && (match as UnsupportedMatch).name === 'time'
  return (packet, _state, context) => {
    const { ip, cause } = packet
    const subject = same ? text : `${text} of ${formatIpv4(ip!.src)} > ${formatIpv4(ip!.dst)}`
    const [yes, no] = wordsOf(plain, text, same ? '' : cause === 0 ? ' for it' : ' for the answer')
    return context.host.sim.ask({ subject, key: '', yes, no }) !== invert
  }
}

/** What it means that a match holds, and that it does not. */
function wordsOf(match: Match, text: string, whom: string): readonly [string, string] {
  switch (match.kind) {
    case 'limit':
    case 'hashlimit':
    case 'quota':
      return [`there is something left${whom} of ${text}`, `there is nothing left${whom} of ${text}`]
    default:
      return [`${text} holds${whom}`, `${text} does not hold${whom}`]
  }
}

/** Who owns the socket that sent it. What no socket sent, or the kernel's own, has no owner: that is known. */
function ownerQuestion(match: OwnerMatch): MatchFunction {
  const known = MATCHES.get('owner')!.compile(match)
  const { socketExists, uid, gid } = match
  return (packet, state, context) => {
    if (packet.socket <= 0) return known(packet, state, context)
    if (socketExists?.invert === true) return false
    const who = packet.cause === 0 ? 'sends it' : 'answers'
    const { sim } = context.host
    const is = (kind: string, range: NumberRange | undefined): boolean =>
      range === undefined || sim.ask(new IdRange(`${kind} of the program that ${who}`, range)) !== range.invert
    return is('user', uid) && is('group', gid)
  }
}

/** Is a number in a range? */
class IdRange implements Question {
  readonly subject: string
  readonly key: string
  readonly #range: NumberRange

  constructor(subject: string, range: NumberRange) {
    this.subject = subject
    this.key = range.min === range.max ? `${range.min}` : `${range.min}-${range.max}`
    this.#range = range
  }

  get yes(): string {
    return `the ${this.subject} is ${this.key}`
  }

  get no(): string {
    return `the ${this.subject} is not ${this.key}`
  }

  follows(earlier: readonly Answer[]): boolean | null {
    let possible: readonly Span[] = [{ min: 0, max: 0xfffffffe }]
    for (const { question, answer } of earlier) {
      if (!(question instanceof IdRange)) continue
      possible = possible.flatMap((span) => (answer ? within : without)(span, question.#range))
    }
    if (possible.flatMap((span) => within(span, this.#range)).length === 0) return false
    return possible.flatMap((span) => without(span, this.#range)).length === 0 ? true : null
  }
}

interface Span {
  readonly min: number
  readonly max: number
}

function within(span: Span, { min, max }: Span): Span[] {
  const both = { min: Math.max(span.min, min), max: Math.min(span.max, max) }
  return both.min <= both.max ? [both] : []
}

function without(span: Span, { min, max }: Span): Span[] {
  return [...within(span, { min: 0, max: min - 1 }), ...within(span, { min: max + 1, max: 0xffffffff })]
}

/** Who sent the frame. What came by lo, and what this host sends, was in none: that is known. */
function macQuestion({ source, invert }: MacMatch): MatchFunction {
  return (packet, state, context) => {
    if (state.in === null || state.in.ifindex === LOOPBACK_IFINDEX) return false
    return context.host.sim.ask(new SenderMac(packet, formatMac(source))) !== invert
  }
}

class SenderMac implements Question {
  readonly subject: string
  readonly key: string

  constructor(packet: Packet, mac: string) {
    this.subject = `Ethernet source of packets from ${formatIpv4(packet.ip!.src)}`
    this.key = mac
  }

  get yes(): string {
    return `the ${this.subject} is ${this.key}`
  }

  get no(): string {
    return `the ${this.subject} is not ${this.key}`
  }

  follows(earlier: readonly Answer[]): boolean | null {
    return earlier.some(({ answer }) => answer) ? false : null
  }
}
