import { BASE_CHAINS, TABLE_NAMES, type TableName } from '../../netfilter/index.ts'

/**
 * The table that has these base chains. filter and security have the same; it is filter, for security has to be asked for by name. Null: none, or
 * not all of a table's are there. Before Linux 2.6.36 nat had no INPUT.
 */
export function tableByChains(chains: ReadonlySet<string>): TableName | null {
  const same = (bases: readonly string[]): boolean =>
    bases.length === chains.size && bases.every((base) => chains.has(base))
  if (same(['PREROUTING', 'OUTPUT', 'POSTROUTING'])) return 'nat'
  return TABLE_NAMES.find((name) => same(BASE_CHAINS[name])) ?? null
}
