import { NO_TABLES, type Tables } from './command/tables.ts'
import { LayeredChains } from './layered-chains.ts'
import { BASE_CHAINS, type Chain, type Policy, type Rule, TABLE_NAMES, type Table, type TableName } from './rule.ts'
import { sameRule } from './text/same-rule.ts'

/**
 * What a program does to the tables of a host, as data: the few iptables calls by which writers of rules (kube-proxy,
 * kubelet, flannel, Docker) live together in one set of tables. Later calls see what earlier ones did, so the order of
 * the programs shows in the order of the rules.
 */
export type TableOperation =
  /** `iptables -N CHAIN`; nothing when it is there already. */
  | { readonly kind: 'chain'; readonly table: TableName; readonly chain: string }
  /** `iptables -I CHAIN`, unless `iptables -C` finds an equal rule. */
  | { readonly kind: 'prepend'; readonly table: TableName; readonly chain: string; readonly rule: Rule }
  /** `iptables -A CHAIN`, unless `iptables -C` finds an equal rule. */
  | { readonly kind: 'append'; readonly table: TableName; readonly chain: string; readonly rule: Rule }
  /** `iptables -P CHAIN POLICY` */
  | { readonly kind: 'policy'; readonly table: TableName; readonly chain: string; readonly policy: Policy }
  /**
   * `iptables-restore --noflush` of whole user chains: what they held before is gone. They stand in the order of their
   * names.
   */
  | { readonly kind: 'restore'; readonly table: TableName; readonly chains: ReadonlyMap<string, Chain> }
  /** `iptables -X CHAIN` of a user chain that no rule jumps to any more; nothing when there is none. */
  | { readonly kind: 'delete'; readonly table: TableName; readonly chain: string }

const NO_CHAINS: ReadonlyMap<string, Chain> = new Map()

/** One table under work: a map of chains that may be shared with other hosts, and what is different here. */
class TableDraft {
  readonly #name: TableName
  #shared: ReadonlyMap<string, Chain> = NO_CHAINS
  /** Shared chains that this host does not have. */
  #hidden: Set<string>
  readonly #own: Map<string, Chain>

  constructor(name: TableName, before: Table | undefined) {
    this.#name = name
    const chains = before?.chains
    const isLayered = chains instanceof LayeredChains
    if (isLayered) this.#shared = chains.shared
    this.#hidden = new Set(isLayered ? chains.hidden : [])
    this.#own = new Map(isLayered ? chains.own : chains)
    if (before !== undefined) return
    for (const base of BASE_CHAINS[name]) this.#own.set(base, { name: base, policy: 'ACCEPT', rules: [] })
  }

  apply(operation: TableOperation): void {
    switch (operation.kind) {
      case 'restore':
        this.#restore(operation.chains)
        break
      case 'policy':
        this.#own.set(operation.chain, { ...this.#chain(operation.chain), policy: operation.policy })
        break
      case 'chain':
        this.#own.set(operation.chain, this.#chain(operation.chain))
        break
      case 'delete':
        this.#own.delete(operation.chain)
        if (this.#shared.has(operation.chain)) this.#hidden.add(operation.chain)
        break
      default: {
        const chain = this.#chain(operation.chain)
        const { rule } = operation
        if (chain.rules.some((there) => sameRule(there, rule))) break
        const rules = operation.kind === 'prepend' ? [rule, ...chain.rules] : [...chain.rules, rule]
        this.#own.set(operation.chain, { ...chain, rules })
      }
    }
  }

  #chain(name: string): Chain {
    const policy = BASE_CHAINS[this.#name].includes(name) ? 'ACCEPT' : null
    return this.#own.get(name) ?? this.#sharedChain(name) ?? { name, policy, rules: [] }
  }

  #sharedChain(name: string): Chain | undefined {
    return this.#hidden.has(name) ? undefined : this.#shared.get(name)
  }

  /**
   * The largest restored map is kept as it is, for it may belong to many hosts; a smaller one is laid over it.
   */
  #restore(chains: ReadonlyMap<string, Chain>): void {
    if (this.#shared.size > 0 && chains.size <= this.#shared.size / 2) {
      for (const [name, chain] of chains) this.#own.set(name, chain)
      return
    }
    for (const name of this.#own.keys()) if (chains.has(name)) this.#own.delete(name)
    for (const [name, chain] of this.#shared) {
      if (!chains.has(name) && !this.#hidden.has(name) && !this.#own.has(name)) this.#own.set(name, chain)
    }
    this.#shared = chains
    this.#hidden = new Set()
  }

  table(): Table {
    const base = BASE_CHAINS[this.#name].filter((name) => this.#own.has(name))
    const user = [...this.#own.keys()].filter((name) => !base.includes(name)).sort()
    const own = new Map([...base, ...user].map((name) => [name, this.#own.get(name)!]))
    return {
      name: this.#name,
      chains: this.#shared === NO_CHAINS ? own : new LayeredChains(this.#shared, own, this.#hidden),
    }
  }
}

/**
 * The tables of a host after its programs have run, one after the other. A table has all its base chains; one that
 * nobody wrote into is not there.
 *
 * @param before the tables that they found
 */
export function applyOperations(operations: Iterable<TableOperation>, before: Tables = NO_TABLES): Tables {
  const drafts = new Map<TableName, TableDraft>()
  for (const operation of operations) {
    let draft = drafts.get(operation.table)
    if (draft === undefined) {
      draft = new TableDraft(operation.table, before.get(operation.table))
      drafts.set(operation.table, draft)
    }
    draft.apply(operation)
  }
  const tables = new Map<TableName, Table>()
  for (const name of TABLE_NAMES) {
    const table = drafts.get(name)?.table() ?? before.get(name)
    if (table !== undefined) tables.set(name, table)
  }
  return tables
}
