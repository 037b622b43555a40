import type { Tables } from '../../src/netfilter/operations.ts'
import type { TableName } from '../../src/netfilter/rule.ts'
import { formatRule } from '../../src/netfilter/text/rule-printer.ts'

/** One table as iptables-save prints it, without comments and counters. */
export function savedTable(tables: Tables, name: TableName): string {
  const chains = [...tables.get(name)!.chains.values()]
  const lines = [
    `*${name}`,
    ...chains.map((chain) => `:${chain.name} ${chain.policy ?? '-'}`),
    ...chains.flatMap((chain) => chain.rules.map((rule) => formatRule(chain.name, rule))),
    'COMMIT',
  ]
  return `${lines.join('\n')}\n`
}

/** All tables, in the order of iptables-nft-save. */
export function savedTables(tables: Tables): string {
  return [...tables.keys()].map((name) => savedTable(tables, name)).join('')
}
