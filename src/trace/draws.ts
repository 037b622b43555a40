import type { RuleEvent } from '../netfilter/events.ts'
import type { Chain, JumpTarget, Match, Rule, Table, TableName } from '../netfilter/rule.ts'
import { printMatch } from '../netfilter/text/rule-printer.ts'
import type { Stack } from '../netns/stack.ts'
import type { Draw } from './model.ts'
import { ruleText } from './rule-text.ts'

/** Lots that were drawn for rules of one chain, and the rule that they led to. */
interface DrawRecord {
  readonly netns: string
  readonly table: TableName
  readonly chain: string
  /** Of all of them together. */
  probability: number
  /** How many rules lots were drawn for in vain. */
  misses: number
  /** The rule that matched in the end, or the last one that lots were drawn for. */
  position: number
  rule: Rule
  matched: boolean
}

/** Which rule of a chain has a match: a chain of a thousand endpoints is asked a thousand times. */
const positions = new WeakMap<Chain, ReadonlyMap<Match, number>>()

function positionsIn(chain: Chain): ReadonlyMap<Match, number> {
  let known = positions.get(chain)
  if (known === undefined) {
    const made = new Map<Match, number>()
    chain.rules.forEach(({ matches }, index) => {
      for (const match of matches) if (match.kind === 'statistic' && !made.has(match)) made.set(match, index + 1)
    })
    known = made
    positions.set(chain, known)
  }
  return known
}

/**
 * Writes down which rules lots decided about. Only its match is known to the one who draws, so the rule is looked for:
 * in the chain in which a rule matched last, or into which it led, and then in those before.
 *
 * Draws in a row for rules of one chain are one choice, which the next rule of that chain that matches is the outcome
 * of: of three endpoints the last one has no lot of its own.
 */
export class DrawLog {
  readonly #draws: (DrawRecord | Draw)[] = []
  /** Somebody follows the packet that rules are asked about. */
  watched = true
  #open: DrawRecord | null = null
  #host: Stack | null = null
  #netns = ''
  #name: TableName = 'filter'
  #table: Table | null = null
  /** Chains that the packet has been led into, the last one at the end. */
  readonly #chains: string[] = []

  /** A packet enters a base chain. @param watched it is followed */
  begin(watched: boolean, host: Stack | null, netns: string, table: TableName, chain: string): void {
    this.watched = watched
    this.#open = null
    this.#host = host
    this.#netns = netns
    this.#name = table
    this.#table = null
    this.#chains.length = 0
    this.#chains.push(chain)
  }

  /** A rule matched. The odds of the draws that led to it; undefined when there were none. */
  matched({ verdict, rule, table, chain, position }: RuleEvent): number | undefined {
    if (verdict === 'JUMP' || verdict === 'GOTO') this.#chains.push((rule.target as JumpTarget).chain)
    const open = this.#open
    if (open === null || open.chain !== chain || open.table !== table) return undefined
    open.position = position
    open.rule = rule
    open.matched = true
    this.#open = null
    return open.probability
  }

  /** Lots were drawn. @param odds of this outcome */
  drawn(what: object, odds: number, matched: boolean): void {
    const found = this.#search(what as Match)
    if (found === null) {
      const rule = 'kind' in what ? printMatch(what as Match).trim() : 'not a rule'
      this.#draws.push({ rule, probability: odds, matched })
      return
    }
    let open = this.#open
    if (open === null || open.chain !== found.chain.name) {
      const { chain, position, rule } = found
      open = {
        netns: this.#netns,
        table: this.#name,
        chain: chain.name,
        probability: 1,
        misses: 0,
        position,
        rule,
        matched: false,
      }
      this.#open = open
      this.#draws.push(open)
    }
    open.probability *= odds
    open.position = found.position
    open.rule = found.rule
    if (!matched) open.misses++
  }

  /** All draws, in words. */
  list(): Draw[] {
    return this.#draws.map((draw) => (typeof draw.rule === 'string' ? (draw as Draw) : wordsOf(draw as DrawRecord)))
  }

  #search(what: Match): { readonly chain: Chain; readonly position: number; readonly rule: Rule } | null {
    this.#table ??= this.#host?.netfilter.table(this.#name) ?? null
    const table = this.#table
    if (table === null) return null
    for (let i = this.#chains.length - 1; i >= 0; i--) {
      const chain = table.chains.get(this.#chains[i]!)
      const position = chain === undefined ? undefined : positionsIn(chain).get(what)
      if (chain !== undefined && position !== undefined) return { chain, position, rule: chain.rules[position - 1]! }
    }
    return null
  }
}

function wordsOf({ netns, table, chain, probability, misses, position, rule, matched }: DrawRecord): Draw {
  return {
    rule: ruleText(chain, rule),
    probability,
    matched,
    misses,
    netns,
    table,
    chain,
    position,
    ...(rule.origin === undefined ? {} : { origin: rule.origin }),
  }
}
