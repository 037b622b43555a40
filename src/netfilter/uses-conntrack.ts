import { MATCHES } from './match/index.ts'
import type { Chain, Rule, Table } from './rule.ts'
import { TARGETS } from './target/index.ts'

const known = new WeakMap<Chain, boolean>()

/**
 * Does the table hold a rule that needs connection tracking (`nf_ct_netns_get`)? In any of its chains, reached or not: the kernel starts
 * conntrack when the rule is loaded.
 */
export function usesConntrack(table: Table): boolean {
  for (const chain of table.chains.values()) {
    let uses = known.get(chain)
    if (uses === undefined) {
      uses = chain.rules.some(ruleUsesConntrack)
      known.set(chain, uses)
    }
    if (uses) return true
  }
  return false
}

function ruleUsesConntrack({ matches, target }: Rule): boolean {
  for (const match of matches) if (MATCHES.get(match.kind)?.needsConntrack?.(match) === true) return true
  return target !== null && TARGETS.get(target.kind)?.needsConntrack?.(target) === true
}
