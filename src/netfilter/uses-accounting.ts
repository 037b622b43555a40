import { ChainQuestion } from './chain-question.ts'
import type { Table } from './rule.ts'

const ACCOUNTING = 'netfilter.nf_conntrack_acct'
const looksAtOctets = new ChainQuestion(({ rules }) =>
  rules.some(({ matches }) => matches.some(({ kind }) => kind === 'connbytes')),
)

/** What a table asks of a namespace when it is loaded. */
interface Host {
  sysctlValue(path: string): number | undefined
  setSysctl(path: string, value: number): void
}

/** A new rule that looks at a connection's octets makes conntrack count them from then on (net/netfilter/xt_connbytes.c). */
export function startAccounting(table: Table, before: Table | undefined, host: Host): void {
  if (!looksAtOctets.holdsForAny(table)) return
  for (const [name, chain] of table.chains) {
    if (before?.chains.get(name) === chain || !looksAtOctets.holds(chain)) continue
    if (host.sysctlValue(ACCOUNTING) !== 1) host.setSysctl(ACCOUNTING, 1)
    return
  }
}
