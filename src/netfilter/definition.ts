import type { Packet } from '../packet/packet.ts'
import type { EvaluationContext } from './context.ts'
import type { HookState, Verdict } from './hook.ts'
import type { Match, Rule, TableName, Target } from './rule.ts'
import type { OptionReader, OptionSpec } from './text/options.ts'

/** Does the packet match? Shared by all namespaces that load the rule: what belongs to one of them comes in by `context`. */
export type MatchFunction = (packet: Packet, state: HookState, context: EvaluationContext) => boolean

/**
 * What a target does. A verdict ends the table, `CONTINUE` goes on with the next rule, `RETURN` leaves the chain.
 * Jumps are the evaluator's own business.
 */
export type TargetFunction = (packet: Packet, state: HookState, context: EvaluationContext) => TargetResult

/** The rule has done its work; the next one is looked at (`XT_CONTINUE`). */
export const CONTINUE = -1

/** Back to the rule behind the jump; from a base chain, to its policy (`XT_RETURN`). */
export const RETURN = -5

/** A verdict that ends the table, or where to go on. */
export type TargetResult = Verdict | typeof CONTINUE | typeof RETURN

/** What matches and targets have in common. */
export interface ExtensionDefinition {
  /** The options that it takes. */
  readonly options: readonly OptionSpec[]
  /** Only valid in these tables (the kernel extension's `.table`); absent: everywhere. */
  readonly tables?: readonly TableName[]
  /** Base chains from which it may be reached (the kernel extension's `.hooks`); absent: everywhere. */
  readonly hooks?: readonly string[]
}

/** One kind of match: how it is read, written, and done. One file each in `match/`; `match/index.ts` lists them. */
export interface MatchDefinition<M extends Match = Match> extends ExtensionDefinition {
  /** The name behind `-m`. */
  readonly kind: M['kind']
  /** Reads its options, and checks them as the iptables extension does. Null: iptables makes nothing of it. */
  parse(options: OptionReader, rule: RuleDraft): M | null
  /** The options as iptables-save prints them behind `-m KIND`, with a leading blank; empty when there are none. */
  print(match: M): string
  /** The test itself, prepared once for all packets. */
  compile(match: M): MatchFunction
  /** False: the kernel refuses such a rule (`.checkentry`). `chain` is the one that the rule stands in, and means something if it is a base chain. */
  check?(match: M, rule: Rule, chain: string): boolean
  /** A namespace that loads such a rule starts connection tracking (`nf_ct_netns_get` in the kernel extension's `.checkentry`). */
  needsConntrack?(match: M): boolean
  /** For `detailed` traces: the value in the packet that the match looked at, for instance `dport 8080`. */
  explain?(match: M, packet: Packet, state: HookState, context: EvaluationContext): string
}

/** One kind of target; as `MatchDefinition`. */
export interface TargetDefinition<T extends Target = Target> extends ExtensionDefinition {
  /** The name behind `-j`. */
  readonly kind: T['kind']
  /** Reads its options, and checks them as the iptables extension does. */
  parse(options: OptionReader, rule: RuleDraft): T
  /** The options as iptables-save prints them behind `-j KIND`, with a leading blank; empty when there are none. */
  print(target: T): string
  /** What it does, prepared once for all packets. */
  compile(target: T): TargetFunction
  /** False: the kernel refuses such a rule (`.checkentry`). */
  check?(target: T, rule: Rule, chain: string): boolean
  /** A namespace that loads such a rule starts connection tracking. */
  needsConntrack?(target: T): boolean
}

/** The rule as far as it has been read: some extensions ask for `-p tcp`. */
export interface RuleDraft {
  ip: Rule['ip']
  matches: Match[]
  target: Target | null
}
