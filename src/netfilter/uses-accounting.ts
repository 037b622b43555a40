import type { Chain, Table } from './rule.ts'

const ACCOUNTING = 'netfilter.nf_conntrack_acct'
const known = new WeakMap<Chain, boolean>()

/** What a table asks of a namespace when it is loaded. */
interface Host {
  sysctlValue(path: string): number | undefined
  setSysctl(path: string, value: number): void
}

/** A new rule that looks at a connection's octets makes conntrack count them from then on (net/netfilter/xt_connbytes.c). */
export function startAccounting(table: Table, before: Table | undefined, host: Host): void {
  for (const [name, chain] of table.chains) {
    if (before?.chains.get(name) === chain || !usesAccounting(chain)) continue
    if (host.sysctlValue(ACCOUNTING) !== 1) host.setSysctl(ACCOUNTING, 1)
    return
  }
}

function usesAccounting(chain: Chain): boolean {
  let uses = known.get(chain)
  if (uses === undefined) {
    uses = chain.rules.some(({ matches }) => matches.some(({ kind }) => kind === 'connbytes'))
    known.set(chain, uses)
  }
  return uses
}
