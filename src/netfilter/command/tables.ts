import { BASE_CHAINS, type Chain, type Policy, type Rule, type Table, type TableName } from '../rule.ts'

/** The tables of a namespace that exist. */
export type Tables = ReadonlyMap<TableName, Table>

/** No table at all: what a namespace has before anybody loads rules. */
export const NO_TABLES: Tables = new Map()

/** A chain as programs write it. */
export interface ChainInput {
  readonly name: string
  readonly rules: readonly Rule[]
  /** Base chains; default ACCEPT. */
  readonly policy?: Policy
}

/**
 * A table of its chains, put into the order in which iptables-save prints them: base chains first, then user chains by name.
 * Base chains are known by their names; those not given do not exist.
 */
export function makeTable(name: TableName, chains: readonly ChainInput[]): Table {
  const base = BASE_CHAINS[name]
  const byName = new Map(chains.map((chain) => [chain.name, chain]))
  const ordered = new Map<string, Chain>()
  for (const chainName of base) {
    const chain = byName.get(chainName)
    if (chain !== undefined)
      ordered.set(chainName, { name: chainName, policy: chain.policy ?? 'ACCEPT', rules: chain.rules })
  }
  const users = [...byName.keys()].filter((chainName) => !base.includes(chainName)).sort()
  for (const chainName of users)
    ordered.set(chainName, { name: chainName, policy: null, rules: byName.get(chainName)!.rules })
  return { name, chains: ordered }
}

/** A table with all its base chains, empty and accepting: what the legacy back end makes of a table at its first use. */
export function emptyTable(name: TableName): Table {
  return makeTable(
    name,
    BASE_CHAINS[name].map((chain) => ({ name: chain, rules: [] })),
  )
}
