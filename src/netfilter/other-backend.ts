import type { Simulation } from '../sim/simulation.ts'
import type { Tables } from './command/tables.ts'
import { entryOf } from './conntrack/classify.ts'
import { IPS } from './conntrack/status.ts'
import type { EvaluationContext } from './context.ts'
import { CompiledTable } from './evaluate/compiled-table.ts'
import { RuleCounters } from './evaluate/counters.ts'
import { TableEvaluator } from './evaluate/evaluator.ts'
import { Hook, type HookFunction, Verdict } from './hook.ts'
import type { TableName } from './rule.ts'
import type { Backend, CounterLookup } from './text/save.ts'

/**
 * The rules of the other iptables beside those of a namespace's own: both are in force where both have any (iptables-legacy's tables of
 * net/ipv4/netfilter, and iptables-nft's chains in nf_tables). They are read in as they were found, and nobody changes them.
 */
export class OtherBackend {
  readonly backend: Backend
  readonly tables: Tables
  readonly #evaluators = new Map<TableName, TableEvaluator>()

  constructor(backend: Backend, tables: Tables, context: EvaluationContext) {
    this.backend = backend
    this.tables = tables
    for (const [name, table] of tables) {
      const compiled = CompiledTable.of(table)
      const counters = new RuleCounters(compiled)
      counters.policyHooks = 0b11111
      this.#evaluators.set(name, new TableEvaluator(context, compiled, counters))
    }
  }

  /** What runs the packets of a table; undefined: it has no such table. */
  evaluator(name: TableName): TableEvaluator | undefined {
    return this.#evaluators.get(name)
  }

  /** Reads the counters of a table. */
  counters(name: TableName): CounterLookup {
    const counters = this.#evaluators.get(name)?.counters
    return (chain, position) => counters?.get(chain, position) ?? { packets: 0, bytes: 0 }
  }
}

/** Is there anything in a chain to which order could matter? */
export function decidesAnything(tables: Tables, table: TableName, chain: string): boolean {
  const found = tables.get(table)?.chains.get(chain)
  return found !== undefined && (found.rules.length > 0 || found.policy === 'DROP')
}

/**
 * Which of two tables of one priority comes first: the one that was registered last (`nf_hook_entries_grow`, net/netfilter/core.c), and
 * nothing that the tools print tells which that was. Who supposes nothing gets nft first.
 */
export function nftFirst(sim: Simulation, netns: string, table: TableName): boolean {
  if (sim.decider?.suppose === undefined) return true
  return sim.ask({
    subject: `order of iptables in ${netns}`,
    key: table,
    yes: `the ${table} table of iptables-nft comes before that of iptables-legacy in ${netns}`,
    no: `the ${table} table of iptables-legacy comes before that of iptables-nft in ${netns}`,
  })
}

/** One part after the other, as long as the packet is let through. */
export function bothOf(first: () => boolean, a: HookFunction, b: HookFunction): HookFunction {
  return (packet, state) => {
    const [one, two] = first() ? [a, b] : [b, a]
    const verdict = one(packet, state)
    return verdict === Verdict.ACCEPT ? two(packet, state) : verdict
  }
}

/** The same of lookups for NAT: the first that has decided is the last to be asked (`nf_nat_inet_fn`, net/netfilter/nf_nat_core.c). */
export function bothLookups(first: () => boolean, a: HookFunction, b: HookFunction): HookFunction {
  return (packet, state) => {
    const [one, two] = first() ? [a, b] : [b, a]
    const verdict = one(packet, state)
    if (verdict !== Verdict.ACCEPT) return verdict
    const source = state.hook === Hook.INPUT || state.hook === Hook.POSTROUTING
    const done = source ? IPS.SRC_NAT_DONE : IPS.DST_NAT_DONE
    return ((entryOf(packet)?.status ?? 0) & done) !== 0 ? verdict : two(packet, state)
  }
}
