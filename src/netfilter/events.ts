import type { Packet } from '../packet/packet.ts'
import type { KernelEvent } from '../sim/types.ts'
import type { HookState } from './hook.ts'
import type { Rule, TableName } from './rule.ts'

/** What a rule did, in nf_tables' words. */
export type RuleVerdict = 'ACCEPT' | 'DROP' | 'CONTINUE' | 'JUMP' | 'GOTO' | 'RETURN' | 'STOLEN'

/** What the events of one packet in one table have in common. Live objects: copy what you want to keep. */
export interface TableStep extends KernelEvent {
  /** The network namespace. */
  readonly netns: string
  readonly packet: Packet
  readonly state: HookState
  readonly table: TableName
  /** The chain that the event happened in: a base chain for `table` and `policy`. */
  readonly chain: string
}

/** A packet enters a base chain. It looks now as the chain's first rule sees it. */
export interface TableEvent extends TableStep {
  readonly kind: 'table'
}

/** A packet matched a rule, and the rule has done its work: `packet.mark` is the mark after it. */
export interface RuleEvent extends TableStep {
  readonly kind: 'rule'
  /** Its number in the chain, from 1. */
  readonly position: number
  readonly rule: Rule
  readonly verdict: RuleVerdict
}

/** A packet came to the end of a base chain (or a rule of it said RETURN): the policy decided. */
export interface PolicyEvent extends TableStep {
  readonly kind: 'policy'
  readonly verdict: 'ACCEPT' | 'DROP'
  /** The chain has no rules. */
  readonly empty: boolean
}

/** A packet reached a rule that is not modelled: nobody can say what Linux would do. It was dropped here. */
export interface DependsEvent extends TableStep {
  readonly kind: 'depends'
  readonly position: number
  readonly rule: Rule
  /** What is not modelled: `match u32`, `target TEE`. */
  readonly what: string
}

/** A packet matched a LOG rule. */
export interface LogEvent extends KernelEvent {
  readonly kind: 'log'
  readonly netns: string
  readonly prefix: string
  /** 0 (emerg) to 7 (debug). */
  readonly level: number
  readonly packet: Packet
  readonly state: HookState
}

/** A packet matched an NFLOG rule. */
export interface NflogEvent extends KernelEvent {
  readonly kind: 'nflog'
  readonly netns: string
  readonly group: number
  readonly prefix: string
  readonly packet: Packet
  readonly state: HookState
}

/** A packet was dropped by a hook. */
export interface HookDropEvent extends KernelEvent {
  readonly kind: 'hook-drop'
  readonly netns: string
  readonly packet: Packet
  readonly state: HookState
  /** The table that said so; null when it was conntrack, NAT, the lack of a route after OUTPUT, or a hook of somebody else. */
  readonly table: TableName | null
}

/** All that rule tables and hooks emit. */
export type NetfilterEvent = TableEvent | RuleEvent | PolicyEvent | DependsEvent | LogEvent | NflogEvent | HookDropEvent
