import type { RuleEvent } from '../netfilter/events.ts'
import type { JumpTarget, Match, Rule, Table, TableName } from '../netfilter/rule.ts'
import { printMatch } from '../netfilter/text/rule-printer.ts'
import type { Stack } from '../netns/stack.ts'
import type { Draw } from './model.ts'
import { ruleText } from './rule-text.ts'

/** Where a draw fell. */
interface DrawPlace {
  readonly table: string
  readonly chain: string
}

/**
 * Finds the rule for which lots are drawn. Only its match is known to the one who draws, so the table is searched: first the chain in which
 * a rule matched last, or into which it led.
 */
export class DrawFinder {
  #netns = ''
  #name: TableName = 'filter'
  #table: Table | null = null
  #host: Stack | null = null
  /** Chains that the packet has been led into, the last one at the end. */
  #chains: string[] = []

  /** A packet enters a base chain. */
  begin(host: Stack | null, netns: string, table: TableName, chain: string): void {
    this.#host = host
    this.#netns = netns
    this.#name = table
    this.#table = null
    this.#chains = [chain]
  }

  /** A rule matched. */
  matched({ verdict, rule }: RuleEvent): void {
    if (verdict === 'JUMP' || verdict === 'GOTO') this.#chains.push((rule.target as JumpTarget).chain)
  }

  find(what: object, probability: number, matched: boolean): { readonly draw: Draw; readonly place: DrawPlace | null } {
    const found = this.#search(what)
    if (found === null) {
      const rule = 'kind' in what ? printMatch(what as Match).trim() : 'not a rule'
      return { draw: { rule, probability, matched }, place: null }
    }
    const { chain, position, rule } = found
    const origin = rule.origin
    const table = this.#name
    return {
      draw: {
        rule: ruleText(chain, rule),
        probability,
        matched,
        netns: this.#netns,
        table,
        chain,
        position,
        ...(origin === undefined ? {} : { origin }),
      },
      place: { table, chain },
    }
  }

  #search(what: object): { readonly chain: string; readonly position: number; readonly rule: Rule } | null {
    this.#table ??= this.#host?.netfilter.table(this.#name) ?? null
    const table = this.#table
    if (table === null) return null
    for (let i = this.#chains.length - 1; i >= 0; i--) {
      const chain = this.#chains[i]!
      const rules = table.chains.get(chain)?.rules ?? []
      const index = rules.findIndex(({ matches }) => matches.includes(what as Match))
      if (index >= 0) return { chain, position: index + 1, rule: rules[index]! }
    }
    return null
  }
}
