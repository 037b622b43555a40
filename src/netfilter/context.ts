import type { Tables } from './command/tables.ts'
import type { Conntrack } from './conntrack/conntrack.ts'
import type { NetfilterHost } from './host.ts'
import type { IpSets } from './ipset/sets.ts'
import type { Nat } from './nat/nat.ts'

/** What matches and targets reach of the namespace in which their rule is evaluated. */
export interface EvaluationContext {
  readonly host: NetfilterHost
  readonly conntrack: Conntrack
  readonly nat: Nat
  readonly sets: IpSets
  /** The tables that the namespace has now. */
  readonly tables: Tables
  /** A match that answers false has found that the packet itself is to go (`hotdrop`, include/linux/netfilter/x_tables.h). */
  hotdrop: boolean
  /**
   * Run-time state of one rule's match or target (the packets that `nth` counted), or of a name that several share (a `recent` list),
   * made on first use; journalled, so that a trace leaves no mark.
   */
  state<T extends object>(key: object | string, create: () => T, clone: (state: T) => T): T
}
