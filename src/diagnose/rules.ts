import {
  type Chain,
  formatRule,
  NO_TABLES,
  type RestoredCounter,
  type Rule,
  restoreTables,
  type Table,
  type TableName,
  type Tables,
} from '../netfilter/index.ts'
import type { IptablesEvidence, Source } from '../snapshot/index.ts'
import type { Proof } from './finding.ts'

/** A rule, and where it stands. */
export interface PlacedRule {
  readonly table: TableName
  readonly chain: string
  /** From 1. */
  readonly position: number
  readonly rule: Rule
}

/** The rules of one back end in one namespace, read once. */
export class RuleSet {
  readonly evidence: IptablesEvidence
  readonly tables: Tables
  readonly #counters: readonly RestoredCounter[]
  #lines: ReadonlyMap<string, number> | undefined
  #count: number | undefined

  constructor(evidence: IptablesEvidence) {
    this.evidence = evidence
    // what is no rule at all was told when the text was read; here the rest counts
    const { tables, counters } = restoreTables(evidence.text, NO_TABLES, { keepUnsupported: true, counters: true })
    this.tables = tables
    this.#counters = counters
  }

  /** Was the table told? One that was told and is empty is an empty table. */
  has(table: TableName): boolean {
    return !this.evidence.missing.includes(table)
  }

  table(name: TableName): Table | undefined {
    return this.tables.get(name)
  }

  chain(table: TableName, name: string): Chain | undefined {
    return this.tables.get(table)?.chains.get(name)
  }

  /** How many rules there are in all tables. */
  get size(): number {
    this.#count ??= [...this.tables.values()].reduce(
      (sum, { chains }) => sum + [...chains.values()].reduce((count, { rules }) => count + rules.length, 0),
      0,
    )
    return this.#count
  }

  /** The rules of a chain, placed. */
  *rulesOf(table: TableName, name: string): Iterable<PlacedRule> {
    const chain = this.chain(table, name)
    if (chain === undefined) return
    for (const [index, rule] of chain.rules.entries()) yield { table, chain: name, position: index + 1, rule }
  }

  /** All rules of a table, placed. */
  *all(table: TableName): Iterable<PlacedRule> {
    for (const name of this.tables.get(table)?.chains.keys() ?? []) yield* this.rulesOf(table, name)
  }

  /** How often the rule was used; position 0: the chain's policy. */
  packets({ table, chain, position }: Omit<PlacedRule, 'rule'>): number {
    const counter = this.#counters.find(
      (one) => one.table === table && one.chain === chain && one.position === position,
    )
    return counter?.packets ?? 0
  }

  proof(placed: PlacedRule): Proof {
    return {
      text: formatRule(placed.chain, placed.rule),
      source: this.#source(`${placed.table} ${placed.chain} ${placed.position}`),
    }
  }

  /** The line of a chain: its policy. */
  chainProof(table: TableName, chain: string): Proof {
    const policy = this.chain(table, chain)?.policy ?? '-'
    return { text: `:${chain} ${policy}`, source: this.#source(`${table} ${chain} 0`) }
  }

  /** That something is not there. */
  absence(text: string): Proof {
    return { text, source: this.evidence.source }
  }

  #source(key: string): Source {
    this.#lines ??= lineNumbers(this.evidence.text)
    const line = this.#lines.get(key)
    if (line === undefined) return this.evidence.source
    const { lines, source } = this.evidence
    // the first line of the text is that of the source, unless somebody kept count
    return { ...source, line: lines?.[line - 1] ?? (source.line ?? 1) + line - 1 }
  }
}

/** Where each rule and each chain's policy stands in a text of iptables-save: `nat KUBE-SERVICES 3` → line. */
function lineNumbers(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>()
  const positions = new Map<string, number>()
  let table = ''
  for (const [index, line] of text.split('\n').entries()) {
    if (line.startsWith('*')) table = line.slice(1).trim()
    else if (line.startsWith(':')) lines.set(`${table} ${line.slice(1).split(' ', 1)[0]} 0`, index + 1)
    else {
      const from = line.startsWith('[') ? line.indexOf(']') + 2 : 0
      if (!line.startsWith('-A ', from)) continue
      const chain = `${table} ${line.slice(from + 3).split(' ', 1)[0]}`
      const position = (positions.get(chain) ?? 0) + 1
      positions.set(chain, position)
      lines.set(`${chain} ${position}`, index + 1)
    }
  }
  return lines
}
