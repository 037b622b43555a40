import type { Prefix } from '../packet/address.ts'

/** First and last, both included. */
export interface NumberRange {
  readonly first: number
  readonly last: number
}

/** What a policy rule does with what it matches (`FR_ACT_*`, include/uapi/linux/fib_rules.h). */
export type RuleAction = 'table' | 'goto' | 'nop' | 'blackhole' | 'unreachable' | 'prohibit'

/** A policy rule (`ip rule`), immutable. Null, zero and the empty name match everything. */
export interface Rule {
  /** The smaller is asked earlier. */
  readonly priority: number
  /** `not`: match what the selectors do not match. */
  readonly invert: boolean
  readonly from: Prefix | null
  readonly to: Prefix | null
  /** The DS field. */
  readonly tos: number
  /** `fwmark`, compared under `markMask`; a mask of 0 asks nothing. */
  readonly mark: number
  readonly markMask: number
  /** By name: a device of this name may come later. */
  readonly iif: string
  readonly oif: string
  readonly ipProtocol: number
  readonly sourcePorts: NumberRange | null
  readonly destinationPorts: NumberRange | null
  readonly uids: NumberRange | null
  readonly action: RuleAction
  /** The table of the action `table`, 0 otherwise. */
  readonly table: number
  /** The priority of the rule that `goto` leads to, 0 otherwise. */
  readonly target: number
  /** Reject what the table finds when its prefix is not longer than this; -1: never. */
  readonly suppressPrefixLength: number
  /** Who installed it (`RTPROT_*`). */
  readonly protocol: number
}

/** A rule that matches everything and looks up `table`, to be changed by spreading. */
export function plainRule(priority: number, table: number, protocol: number): Rule {
  return {
    priority,
    invert: false,
    from: null,
    to: null,
    tos: 0,
    mark: 0,
    markMask: 0,
    iif: '',
    oif: '',
    ipProtocol: 0,
    sourcePorts: null,
    destinationPorts: null,
    uids: null,
    action: 'table',
    table,
    target: 0,
    suppressPrefixLength: -1,
    protocol,
  }
}

/** Do two prefixes say the same? Host bits count, as the kernel keeps them. */
export function samePrefix(a: Prefix | null, b: Prefix | null): boolean {
  if (a === null || b === null) return a === b
  return a.address === b.address && a.length === b.length
}

/** Do two ranges say the same? */
export function sameRange(a: NumberRange | null, b: NumberRange | null): boolean {
  if (a === null || b === null) return a === b
  return a.first === b.first && a.last === b.last
}
