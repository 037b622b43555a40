import { BASE_CHAINS, type Rule, type Table, type TableName } from '../rule.ts'
import { printRule } from './rule-printer.ts'

/** Which of the two implementations of iptables is imitated: on nf_tables (the default everywhere today), or the older one. */
export type Backend = 'nft' | 'legacy'

/** Counters of a table: of a rule (position from 1) or of a chain's policy (position 0). */
export type CounterLookup = (chain: string, position: number) => { readonly packets: number; readonly bytes: number }

/** How iptables-save is called. */
export interface SaveOptions {
  /** `-c`: counters before each rule. */
  readonly counters?: boolean
  /** Where to read them; without it they are zero. */
  readonly lookup?: (table: TableName) => CounterLookup
}

/** iptables-nft-save prints the tables in this order, whenever they were made (iptables/nft.h, `enum nft_table_type`). */
export const SAVE_ORDER: readonly TableName[] = ['mangle', 'security', 'raw', 'filter', 'nat']

const ZERO = { packets: 0, bytes: 0 }

/** The text of iptables-save without its comment lines: all tables, in the order of the nf_tables back end. */
export function saveTables(tables: ReadonlyMap<TableName, Table>, options: SaveOptions = {}): string {
  let text = ''
  for (const name of SAVE_ORDER) {
    const table = tables.get(name)
    if (table !== undefined) text += saveTable(table, options)
  }
  return text
}

/** One table, from `*nat` to `COMMIT`. Base chains that do not exist are printed as if they did, as iptables-nft-save does. */
export function saveTable(table: Table, options: SaveOptions = {}): string {
  const lookup = options.lookup?.(table.name) ?? (() => ZERO)
  const lines = [`*${table.name}`]
  for (const base of BASE_CHAINS[table.name]) {
    const policy = table.chains.get(base)?.policy ?? 'ACCEPT'
    const { packets, bytes } = lookup(base, 0)
    lines.push(`:${base} ${policy} [${packets}:${bytes}]`)
  }
  for (const chain of table.chains.values()) if (chain.policy === null) lines.push(`:${chain.name} - [0:0]`)
  for (const { name, rules } of table.chains.values()) {
    for (let i = 0; i < rules.length; i++) {
      const rule = `-A ${name}${printRule(rules[i]!)}`
      lines.push(options.counters === true ? withCounters(rule, lookup(name, i + 1)) : rule)
    }
  }
  lines.push('COMMIT', '')
  return lines.join('\n')
}

function withCounters(rule: string, { packets, bytes }: { packets: number; bytes: number }): string {
  return `[${packets}:${bytes}] ${rule}`
}

/**
 * `iptables -S [CHAIN [POSITION]]`. `table` is null when it does not exist: the nf_tables back end then prints empty base chains.
 *
 * @param counters `-v`: where to read what is written behind `-c`
 */
export function listRules(
  name: TableName,
  table: Table | null,
  chain?: string,
  position?: number,
  counters?: CounterLookup,
): string {
  const lines: string[] = []
  const counted = (chainName: string, at: number): string => {
    if (counters === undefined) return ''
    const { packets, bytes } = counters(chainName, at)
    return ` -c ${packets} ${bytes}`
  }
  const policyOf = (base: string): string => {
    return `-P ${base} ${table?.chains.get(base)?.policy ?? 'ACCEPT'}${counted(base, 0)}`
  }
  const rulesOf = (chainName: string, rules: readonly Rule[]) => {
    rules.forEach((rule, i) => {
      if (position !== undefined && position !== i + 1) return
      // counters stand between what is asked and what is done
      const asked = printRule({ ...rule, target: null })
      lines.push(`-A ${chainName}${asked}${counted(chainName, i + 1)}${printRule(rule).slice(asked.length)}`)
    })
  }
  if (chain !== undefined) {
    const found = table?.chains.get(chain)
    if (position === undefined) {
      const base = BASE_CHAINS[name].includes(chain)
      if (base || found !== undefined) lines.push(base ? policyOf(chain) : `-N ${chain}`)
    }
    if (found !== undefined) rulesOf(chain, found.rules)
  } else {
    for (const base of BASE_CHAINS[name]) lines.push(policyOf(base))
    for (const each of table?.chains.values() ?? []) if (each.policy === null) lines.push(`-N ${each.name}`)
    for (const each of table?.chains.values() ?? []) rulesOf(each.name, each.rules)
  }
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`
}
