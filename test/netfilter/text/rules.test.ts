import { describe, expect, it } from 'vitest'
import { restoreTables } from '../../../src/netfilter/command/restore.ts'
import { NO_TABLES } from '../../../src/netfilter/command/tables.ts'
import type { IptablesError } from '../../../src/netfilter/text/errors.ts'
import { printRule } from '../../../src/netfilter/text/rule-printer.ts'
import recorded from './iptables-1.8.9.json'

/**
 * What the real tool makes of each rule: iptables-restore and iptables-save 1.8.9 (nf_tables) on Linux 6.18. Without `out` it prints what it
 * read; `error` is what it says, without the program's name.
 */
interface Recorded {
  readonly in: string
  readonly table?: string
  readonly chain?: string
  readonly out?: string | readonly string[]
  readonly error?: string
}

function load({ in: rule, table = 'filter', chain = 'X' }: Recorded) {
  const head = chain === 'X' ? ':X - [0:0]\n' : ''
  const result = restoreTables(`*${table}\n${head}-A ${chain} ${rule}\nCOMMIT\n`, NO_TABLES)
  const rules = [...result.tables.values()].flatMap((each) => each.chains.get(chain)?.rules ?? [])
  return { rules, errors: result.errors }
}

const cases: readonly Recorded[] = recorded

describe('rules are read, refused and printed as iptables does it', () => {
  it.each(cases.filter(({ error }) => error === undefined))('$table $in', (each) => {
    const { rules, errors } = load(each)
    expect(errors).toEqual([])
    const printed = rules.map((rule) => printRule(rule).slice(1))
    expect(printed).toEqual([each.out ?? each.in].flat())
  })

  it.each(cases.filter(({ error }) => error !== undefined))('$table $in is refused', (each) => {
    const { rules, errors } = load(each)
    expect(rules).toEqual([])
    expect(errors).toHaveLength(1)
    expect((errors[0] as IptablesError).text.trim()).toBe(each.error)
    expect(errors[0]!.where.line).toBe(each.chain === undefined ? 3 : each.chain === 'X' ? 3 : 2)
  })

  // iptables itself cannot read what it prints of these
  const unreadable = /\\lo'|"a b" *$|physdev-in ""/
  const readable = cases.filter(
    ({ error, in: rule }) => error === undefined && !(unreadable.test(rule) && !rule.includes('--comment "')),
  )

  it.each(readable)('what is printed reads as the same: $table $in', (each) => {
    const { rules } = load(each)
    for (const rule of rules) {
      const again = load({ ...each, in: printRule(rule) }).rules
      expect(again).toEqual([rule])
    }
  })
})
