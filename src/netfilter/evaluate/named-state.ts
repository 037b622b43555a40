import type { Tables } from '../command/tables.ts'
import type { Chain, Match } from '../rule.ts'

/**
 * State that rules share by a name, and that is gone with the last rule that says it: lists of `recent` and tables of
 * `hashlimit` (`recent_mt_destroy`, net/netfilter/xt_recent.c; `htable_put`, net/netfilter/xt_hashlimit.c). Accounts of
 * nfacct are objects of their own and stay.
 */
export function isOfRules(key: object | string): key is string {
  return typeof key === 'string' && (key.startsWith('recent ') || key.startsWith('hashlimit '))
}

const known = new WeakMap<Chain, ReadonlySet<string>>()
const NONE: ReadonlySet<string> = new Set()

function namesOf(chain: Chain): ReadonlySet<string> {
  let names = known.get(chain)
  if (names === undefined) {
    let found: Set<string> | undefined
    for (const { matches } of chain.rules) {
      for (const match of matches as readonly (Match & { readonly name?: string })[]) {
        if (match.kind !== 'recent' && match.kind !== 'hashlimit') continue
        found ??= new Set()
        found.add(`${match.kind} ${match.name}`)
      }
    }
    names = found ?? NONE
    known.set(chain, names)
  }
  return names
}

/** Does any rule say this name? */
export function isNamed(key: string, tables: Tables): boolean {
  for (const { chains } of tables.values())
    for (const chain of chains.values()) if (namesOf(chain).has(key)) return true
  return false
}
