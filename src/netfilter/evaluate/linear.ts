import type { Packet } from '../../packet/packet.ts'
import type { EvaluationContext } from '../context.ts'
import { CONTINUE, RETURN } from '../definition.ts'
import { type HookState, Verdict } from '../hook.ts'
import type { JumpTarget, Rule, Table } from '../rule.ts'
import { TARGETS } from '../target/index.ts'
import { ipMatches } from './ip-test.ts'
import { compileMatch } from './rule-code.ts'

/** A rule that matched, in the order in which it did. */
export interface LinearHit {
  readonly chain: string
  /** From 1; 0: the policy. */
  readonly position: number
}

/** Does the packet match the rule? Straight from the data. Rules that are not modelled match nothing here. */
export function ruleMatches(rule: Rule, packet: Packet, state: HookState, context: EvaluationContext): boolean {
  if (!ipMatches(rule.ip, packet, state)) return false
  return rule.matches.every((match) => match.kind !== 'unsupported' && compileMatch(match)(packet, state, context))
}

/**
 * The definition of what a table does to a packet: every rule of every chain in turn, nothing prepared, nothing remembered. The evaluator
 * must come to the same verdict by the same rules.
 */
export function runLinear(
  table: Table,
  base: string,
  packet: Packet,
  state: HookState,
  context: EvaluationContext,
): { readonly verdict: Verdict; readonly hits: readonly LinearHit[] } {
  const hits: LinearHit[] = []
  const runChain = (name: string): Verdict | typeof RETURN => {
    const rules = table.chains.get(name)!.rules
    for (const [i, rule] of rules.entries()) {
      if (!ruleMatches(rule, packet, state, context)) {
        if (!context.hotdrop) continue
        context.hotdrop = false
        return Verdict.DROP
      }
      hits.push({ chain: name, position: i + 1 })
      const target = rule.target
      if (target === null) continue
      if (target.kind === 'goto') return runChain((target as JumpTarget).chain)
      const result =
        target.kind === 'jump'
          ? runChain((target as JumpTarget).chain)
          : TARGETS.get(target.kind)!.compile(target)(packet, state, context)
      if (target.kind === 'jump' && result === RETURN) continue
      if (result !== CONTINUE) return result
    }
    return RETURN
  }
  const result = runChain(base)
  if (result !== RETURN) return { verdict: result, hits }
  hits.push({ chain: base, position: 0 })
  return { verdict: table.chains.get(base)!.policy === 'DROP' ? Verdict.DROP : Verdict.ACCEPT, hits }
}
