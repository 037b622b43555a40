import { BASE_CHAINS, TABLE_NAMES, TARGETS, type TableName } from '../../../netfilter/index.ts'
import { UNTOLD } from '../../../netfilter/text/rule-parser.ts'
import { splitWords } from '../../../netfilter/text/tokens.ts'
import { UNSUPPORTED_TARGETS } from '../../../netfilter/unsupported.ts'
import type { IptablesEvidence, Source } from '../../evidence.ts'

/** A rule as iptables-save writes it, `[1:2] -A X -j ACCEPT`. */
export interface RuleText {
  readonly text: string
  /** The line that it was read from; 0: none. */
  readonly line: number
  readonly source: Source
}

/** A chain while it is read. */
export interface ChainText {
  readonly name: string
  /** Null: a user chain. */
  policy: string | null
  /** `[packets:bytes]` */
  counters: string
  line: number
  source: Source
  /** False: there is such a chain, but its rules were not told. */
  told: boolean
  rules: RuleText[]
}

/** The chains of a table by their names. */
export type TableText = Map<string, ChainText>

/** Tables while they are read. */
export type RulesetText = Map<TableName, TableText>

/** The one rule of a chain whose rules nobody told: what reaches it depends on them. */
const UNTOLD_RULE = `-j ${UNTOLD} "nobody told the rules of this chain"`

/** The chain of that name, made if it is not there. */
export function chainIn(table: TableText, name: string, source: Source, line: number): ChainText {
  let chain = table.get(name)
  if (chain === undefined) {
    chain = { name, policy: null, counters: '[0:0]', line, source, told: true, rules: [] }
    table.set(name, chain)
  }
  return chain
}

/** Is it the rule that stands for those which nobody told? */
export function isUntoldRule(text: string): boolean {
  return text.endsWith(UNTOLD_RULE)
}

/** Marks the base chains of a table as not told of which nothing is there. */
export function addUntoldBases(name: TableName, table: TableText, source: Source): void {
  for (const base of BASE_CHAINS[name]) if (!table.has(base)) chainIn(table, base, source, 0).told = false
}

/** Chains that are only spoken of. What stands alone behind `-j` and is no target that is known is taken for one. */
export function addUntoldChains(table: TableText, source: Source): void {
  for (const { rules } of [...table.values()]) {
    for (const { text, line } of rules) {
      const words = splitWords(text)
      const at = words.findLastIndex((word) => word === '-j' || word === '-g')
      const to = words[at + 1]
      if (at < 0 || to === undefined || table.has(to)) continue
      const isChain = words[at] === '-g' || at + 2 === words.length
      if (isChain && !TARGETS.has(to) && !UNSUPPORTED_TARGETS.has(to)) chainIn(table, to, source, line).told = false
    }
  }
}

/** The text of iptables-save for it all. */
export function writeRuleset(
  ruleset: RulesetText,
  backend: IptablesEvidence['backend'],
  told: ReadonlySet<TableName>,
  source: Source,
): IptablesEvidence {
  const texts: string[] = []
  const lines: number[] = []
  const sources: Source[] = []
  let several = false
  const put = (text: string, line: number, from: Source): void => {
    texts.push(text)
    lines.push(line)
    sources.push(from)
    if (from !== source) several = true
  }
  for (const [name, table] of ruleset) {
    put(`*${name}`, 0, source)
    const bases = BASE_CHAINS[name]
    const chains = [...table.values()]
    const ordered = [
      ...bases.flatMap((base) => table.get(base) ?? []),
      ...chains.filter((chain) => !bases.includes(chain.name)),
    ]
    for (const chain of ordered) {
      const policy = bases.includes(chain.name) ? (chain.policy ?? 'ACCEPT') : '-'
      put(`:${chain.name} ${policy} ${chain.counters}`, chain.line, chain.source)
    }
    for (const chain of ordered) {
      for (const rule of chain.rules) put(rule.text, rule.line, rule.source)
      if (!chain.told) put(`-A ${chain.name} ${UNTOLD_RULE}`, chain.line, chain.source)
    }
    put('COMMIT', 0, source)
  }
  const text = texts.length === 0 ? '' : `${texts.join('\n')}\n`
  const missing = TABLE_NAMES.filter((name) => !told.has(name))
  return { backend, text, missing, lines, ...(several ? { sources } : {}), source }
}
