import type { Rule } from '../netfilter/rule.ts'
import { printRule } from '../netfilter/text/rule-printer.ts'
import type { RuleRecord } from './record.ts'

/** Rules are immutable and shared by nodes and traces: each is printed once. */
const texts = new WeakMap<Rule, string>()

/** A rule as `iptables -S` writes it. */
export function ruleText(chain: string, rule: Rule): string {
  let text = texts.get(rule)
  if (text === undefined) {
    text = printRule(rule)
    texts.set(rule, text)
  }
  return `-A ${chain}${text}`
}

/** The rule or policy of a record: `-A FORWARD -j DROP`, `-P FORWARD DROP`. */
export function hitText({ chain, rule, verdict }: RuleRecord): string {
  return rule === null ? `-P ${chain} ${verdict}` : ruleText(chain, rule)
}

/** The same with its table, as one would type it: `-t filter -A FORWARD -j DROP`. */
export function commandOf(record: RuleRecord): string {
  return `-t ${record.table} ${hitText(record)}`
}
