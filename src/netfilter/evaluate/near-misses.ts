import { formatIpv4 } from '../../packet/address.ts'
import type { Packet } from '../../packet/packet.ts'
import type { EvaluationContext } from '../context.ts'
import type { HookState } from '../hook.ts'
import { MATCHES } from '../match/index.ts'
import type { IpTest, Rule, Table } from '../rule.ts'
import { formatProtocol } from '../text/protocols.ts'
import { printIpTest, printMatch, printRule } from '../text/rule-printer.ts'
import { ipMatches } from './ip-test.ts'
import { knownTest } from './known-test.ts'
import { compileMatch } from './rule-code.ts'

/** A rule that a packet was held against and that it did not match. */
export interface NearMiss {
  /** From 1. */
  readonly position: number
  readonly rule: Rule
  /** The first part of the rule that did not hold, as iptables-save prints it: `-d 10.96.0.1/32`. */
  readonly part: string
  /** What the packet has instead: `destination 10.96.0.10`. */
  readonly found: string
}

/** Matches whose outcome changes something, or is drawn: asking again would not tell what happened. */
const NOT_ASKED: ReadonlySet<string> = new Set([
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
 * Why rules of a chain did not match a packet, for `detailed` traces: looks at the rules up to `until` (the one that matched, from 1;
 * default all) and changes nothing. The packet must be as it was when the chain saw it. At most `limit` are given, the last ones, because
 * those came closest in order; `skipped` counts the others.
 */
export function explainNearMisses(
  table: Table,
  chain: string,
  packet: Packet,
  state: HookState,
  context: EvaluationContext,
  options: { readonly until?: number; readonly limit?: number } = {},
): { readonly misses: readonly NearMiss[]; readonly skipped: number } {
  const rules = table.chains.get(chain)?.rules ?? []
  const until = Math.min(options.until ?? rules.length + 1, rules.length + 1)
  const misses: NearMiss[] = []
  for (let position = 1; position < until; position++) {
    const rule = rules[position - 1]!
    const miss = explainMiss(rule, packet, state, context)
    if (miss !== null) misses.push({ position, rule, ...miss })
  }
  const limit = options.limit ?? misses.length
  const skipped = Math.max(0, misses.length - limit)
  return { misses: misses.slice(skipped), skipped }
}

/** Why a rule does not match; null when it does, or when that cannot be said without changing something. */
export function explainMiss(
  rule: Rule,
  packet: Packet,
  state: HookState,
  context: EvaluationContext,
): Pick<NearMiss, 'part' | 'found'> | null {
  const test = knownTest(rule)
  if (!ipMatches(test, packet, state)) return explainIp(test, packet, state)
  for (const match of rule.matches) {
    if (rule.unknown?.matches.has(match) === true) continue
    const definition = MATCHES.get(match.kind)
    if (definition === undefined) return null
    const part = printMatch(match).slice(1)
    if (NOT_ASKED.has(match.kind)) {
      // it came to this one, and what it said then is not known any more: the rule did not match, so it must have been no
      if (match.kind === 'statistic') return { part, found: 'the draw went to another rule' }
      if (match.kind === 'set') return { part, found: definition.explain!(match, packet, state, context) }
      return { part, found: 'did not hold' }
    }
    if (compileMatch(match)(packet, state, context)) continue
    return { part, found: definition.explain?.(match, packet, state, context) ?? 'did not hold' }
  }
  // all that is known of it holds, so it must be what was supposed
  return rule.unknown === undefined
    ? null
    : { part: printRule(rule).slice(1), found: 'a part of it is supposed not to hold' }
}

/** The parts of an `IpTest` one by one: option, what the packet has. */
function explainIp(test: IpTest, packet: Packet, state: HookState): Pick<NearMiss, 'part' | 'found'> {
  const ip = packet.ip!
  const parts: readonly (readonly [keyof IpTest, string])[] = [
    ['src', `source ${formatIpv4(ip.src)}`],
    ['dst', `destination ${formatIpv4(ip.dst)}`],
    ['in', state.in === null ? 'no input device' : `in ${state.in.name}`],
    ['out', state.out === null ? 'no output device' : `out ${state.out.name}`],
    ['protocol', `protocol ${formatProtocol(ip.protocol)}`],
    ['fragment', ip.fragmentOffset === 0 ? 'not a further fragment' : 'a further fragment'],
  ]
  for (const [key, found] of parts) {
    const value = test[key]
    if (value === undefined) continue
    const single: IpTest = { [key]: value }
    if (!ipMatches(single, packet, state)) return { part: printIpTest(single).slice(1), found }
  }
  return { part: '', found: '' }
}
