import { ChainQuestion } from './chain-question.ts'
import { MATCHES } from './match/index.ts'
import type { Rule, Table } from './rule.ts'
import { TARGETS } from './target/index.ts'

const asksConntrack = new ChainQuestion(({ rules }) => rules.some(ruleUsesConntrack))

/**
 * Does the table hold a rule that needs connection tracking (`nf_ct_netns_get`)? In any of its chains, reached or not: the kernel starts
 * conntrack when the rule is loaded.
 */
export function usesConntrack(table: Table): boolean {
  return asksConntrack.holdsForAny(table)
}

function ruleUsesConntrack({ matches, target }: Rule): boolean {
  for (const match of matches) if (MATCHES.get(match.kind)?.needsConntrack?.(match) === true) return true
  return target !== null && TARGETS.get(target.kind)?.needsConntrack?.(target) === true
}
