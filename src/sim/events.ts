import type { KernelEvent } from './types.ts'

/** A run ended because it used up its events: a loop or a storm. */
export interface BudgetEvent extends KernelEvent {
  readonly kind: 'budget'
  /** How many events the run was allowed. */
  readonly events: number
  /** Virtual time in nanoseconds. */
  readonly time: number
}
