import { UnsupportedError } from '../../packet/errors.ts'
import type { Packet } from '../../packet/packet.ts'
import type { EvaluationContext } from '../context.ts'
import type { MatchFunction, TargetFunction } from '../definition.ts'
import { CONTINUE, RETURN } from '../definition.ts'
import { type HookState, Verdict } from '../hook.ts'
import { MATCHES } from '../match/index.ts'
import type { IpTest, JumpTarget, Match, Rule } from '../rule.ts'
import { TARGETS } from '../target/index.ts'
import { interfaceMatches } from '../text/interfaces.ts'
import { knownTest } from './known-test.ts'
import { matchesOf } from './unknown.ts'

/** What a rule does once it matches: a verdict, `CONTINUE`, `RETURN`, or one of these. */
export const Action = { JUMP: -3, GOTO: -4, CALL: 10, DEPENDS: 11 } as const

/** Which tests of the IP header a rule makes. */
const SRC = 1
const DST = 2
const PROTOCOL = 4
const OTHERS = 8

/** One rule, ready to run: numbers and functions, no objects to look into. Shared by all namespaces. */
export class RuleCode {
  readonly rule: Rule
  /** A verdict, `CONTINUE`, `RETURN` or an `Action`. */
  readonly action: number
  /** `Action.CALL` */
  readonly call: TargetFunction | null
  /** Tell of the match before the target runs, because what it does is told of, too. */
  readonly tellFirst: boolean
  /** One of its matches may set `hotdrop`. */
  readonly mayDrop: boolean

  readonly #ip: IpTest
  readonly #tests: number
  readonly #src: number
  readonly #srcMask: number
  readonly #srcInvert: boolean
  readonly #dst: number
  readonly #dstMask: number
  readonly #dstInvert: boolean
  readonly #protocol: number
  readonly #protocolInvert: boolean
  readonly #match0: MatchFunction | null
  readonly #matches: readonly MatchFunction[]

  constructor(rule: Rule) {
    const ip = knownTest(rule)
    const { src, dst, protocol, fragment } = ip
    const others = ip.in !== undefined || ip.out !== undefined || fragment !== undefined
    this.rule = rule
    this.#ip = ip
    this.#tests =
      (src === undefined ? 0 : SRC) |
      (dst === undefined ? 0 : DST) |
      (protocol === undefined ? 0 : PROTOCOL) |
      (others ? OTHERS : 0)
    this.#src = src?.address ?? 0
    this.#srcMask = src?.mask ?? 0
    this.#srcInvert = src?.invert ?? false
    this.#dst = dst?.address ?? 0
    this.#dstMask = dst?.mask ?? 0
    this.#dstInvert = dst?.invert ?? false
    this.#protocol = protocol?.number ?? 0
    this.#protocolInvert = protocol?.invert ?? false

    const { unknown } = rule
    const unsupported =
      (rule.target?.kind === 'unsupported' && unknown?.passes !== true) ||
      rule.matches.some((match) => match.kind === 'unsupported' && unknown?.matches.has(match) !== true)
    const matches = unknown === undefined ? compileMatches(rule) : matchesOf(rule, unknown)
    this.#match0 = matches[0] ?? null
    this.#matches = matches.slice(1)
    const target = unsupported || rule.target === null ? null : TARGETS.get(rule.target.kind)
    this.action = unsupported ? Action.DEPENDS : unknown?.passes === true ? CONTINUE : actionOf(rule)
    this.call = this.action === Action.CALL ? target!.compile(rule.target!) : null
    this.mayDrop = rule.matches.some(({ kind }) => kind === 'connlimit' || kind === 'hashlimit')
    this.tellFirst = rule.target?.kind === 'REJECT'
  }

  matches(packet: Packet, state: HookState, context: EvaluationContext): boolean {
    const tests = this.#tests
    if (tests !== 0) {
      const ip = packet.ip!
      if ((tests & DST) !== 0 && ((ip.dst & this.#dstMask) === this.#dst) === this.#dstInvert) return false
      if ((tests & SRC) !== 0 && ((ip.src & this.#srcMask) === this.#src) === this.#srcInvert) return false
      if ((tests & PROTOCOL) !== 0 && (ip.protocol === this.#protocol) === this.#protocolInvert) return false
      if ((tests & OTHERS) !== 0 && !this.#othersMatch(packet, state)) return false
    }
    const first = this.#match0
    if (first === null) return true
    if (!first(packet, state, context)) return false
    const matches = this.#matches
    for (let i = 0; i < matches.length; i++) if (!matches[i]!(packet, state, context)) return false
    return true
  }

  #othersMatch(packet: Packet, state: HookState): boolean {
    const test = this.#ip
    if (test.in !== undefined && !interfaceMatches(test.in, state.in === null ? '' : state.in.name)) return false
    if (test.out !== undefined && !interfaceMatches(test.out, state.out === null ? '' : state.out.name)) return false
    return test.fragment === undefined || (packet.ip!.fragmentOffset !== 0) !== test.fragment.invert
  }

  /** The chain that a jump or goto leads to. */
  get chain(): string {
    return (this.rule.target as JumpTarget).chain
  }
}

function compileMatches({ matches }: Rule): MatchFunction[] {
  return matches.filter(({ kind }) => kind !== 'comment' && kind !== 'unsupported').map(compileMatch)
}

/** The function of a match. @throws UnsupportedError for a kind that nobody knows */
export function compileMatch(match: Match): MatchFunction {
  const definition = MATCHES.get(match.kind)
  if (definition === undefined) throw new UnsupportedError(`match ${match.kind}`)
  return definition.compile(match)
}

function actionOf({ target }: Rule): number {
  switch (target?.kind) {
    case undefined:
      return CONTINUE
    case 'ACCEPT':
      return Verdict.ACCEPT
    case 'DROP':
      return Verdict.DROP
    case 'RETURN':
      return RETURN
    case 'jump':
      return Action.JUMP
    case 'goto':
      return Action.GOTO
    default:
      if (!TARGETS.has(target!.kind)) throw new UnsupportedError(`target ${target!.kind}`)
      return Action.CALL
  }
}
