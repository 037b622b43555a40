import type { TableOperation } from '../netfilter/operations.ts'
import type { Chain } from '../netfilter/rule.ts'
import { byName } from './proxy-rules.ts'
import type { ProxyState, Sync } from './sync.ts'

/**
 * What a sync does to the tables of its host: what iptables-restore makes of its text, but with rules that know where
 * they come from, and in a full sync the jumps before it. An earlier sync must have been there, unless it is full.
 *
 * @param after the state that the sync leads to
 */
export function syncOperations(sync: Sync, after: ProxyState): TableOperation[] {
  if (sync.kind === 'none') return []
  const rules = after.proxy.withSettings(after.settings)
  if (sync.kind === 'full') return [...rules.operations(), ...deletions(sync)]
  const chains = (table: 'filter' | 'nat'): ReadonlyMap<string, Chain> =>
    byName(sync.rewrittenChains[table].map((name) => rules[table].get(name)!))
  return [
    { kind: 'restore', table: 'filter', chains: chains('filter') },
    { kind: 'restore', table: 'nat', chains: chains('nat') },
    ...deletions(sync),
  ]
}

function deletions({ deletedChains }: Sync): TableOperation[] {
  return deletedChains.map((chain) => ({ kind: 'delete', table: 'nat', chain }))
}
