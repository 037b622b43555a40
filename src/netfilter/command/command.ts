import type { Rule } from '../rule.ts'
import type { CounterPair } from '../text/rule-parser.ts'

/** What one iptables call does to one table. Positions count from 1. */
export type Command =
  | {
      readonly kind: 'append'
      readonly chain: string
      readonly rules: readonly Rule[]
      readonly counters?: CounterPair
    }
  | {
      readonly kind: 'insert'
      readonly chain: string
      readonly position: number
      readonly rules: readonly Rule[]
      readonly counters?: CounterPair
    }
  | {
      readonly kind: 'replace'
      readonly chain: string
      readonly position: number
      readonly rule: Rule
      readonly counters?: CounterPair
    }
  | { readonly kind: 'delete'; readonly chain: string; readonly rules: readonly Rule[] }
  | { readonly kind: 'delete-at'; readonly chain: string; readonly position: number }
  /** Fails when there is no such rule. */
  | { readonly kind: 'check'; readonly chain: string; readonly rules: readonly Rule[] }
  | { readonly kind: 'flush'; readonly chain?: string }
  /** Sets counters to zero: all, a chain's, a rule's. */
  | { readonly kind: 'zero'; readonly chain?: string; readonly position?: number }
  | { readonly kind: 'new-chain'; readonly chain: string }
  | { readonly kind: 'delete-chain'; readonly chain?: string }
  | { readonly kind: 'rename-chain'; readonly chain: string; readonly to: string }
  | { readonly kind: 'policy'; readonly chain: string; readonly policy: string }
