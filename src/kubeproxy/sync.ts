import { isServiceChainName } from './chain-names.ts'
import { compareText } from './endpoints.ts'
import type { KubeProxy } from './kube-proxy.ts'
import type { ProxyRules } from './proxy-rules.ts'
import { isSame } from './same.ts'
import type { ProxySettings } from './settings.ts'

/** One node's kube-proxy at one moment. */
export interface ProxyState {
  /** What it sees of the cluster; made with the earlier state as `previous`, so that what has not changed is known. */
  readonly proxy: KubeProxy
  readonly settings: ProxySettings
}

/** What kube-proxy writes when it goes from one state to another. */
export interface Sync {
  /**
   * Full: everything, as at the start, after somebody flushed the tables, when the node's zone changed or kube-proxy
   * was started with another configuration. Partial: the shared chains, and the chains of what changed.
   */
  readonly kind: 'full' | 'partial'
  /** The input of `iptables-restore --noflush --counters`. */
  readonly text: string
  /** The Services (`namespace/name`) whose chains are written in a partial sync; null in a full one. */
  readonly services: ReadonlySet<string> | null
  /** Chains that are deleted, by name. */
  readonly deletedChains: readonly string[]
}

/**
 * The sync that leads from one state to the next (`syncProxyRules`, pkg/proxy/iptables/proxier.go). In large clusters
 * kube-proxy looks for stale chains only every `iptables.syncPeriod`; here that time has always passed.
 */
export function syncBetween(before: ProxyState | null, after: ProxyState): Sync {
  const rules = after.proxy.withSettings(after.settings)
  if (before === null) return { kind: 'full', text: rules.restoreText(), services: null, deletedChains: [] }
  const deletedChains = staleChains(before.proxy.withSettings(before.settings), rules)
  const services = isSame(before.settings, after.settings) ? after.proxy.changedSince(before.proxy) : null
  return {
    kind: services === null ? 'full' : 'partial',
    text: rules.restoreText({ services: services ?? undefined, staleChains: deletedChains }),
    services,
    deletedChains,
  }
}

/** kube-proxy has the order of a Go map here. */
function staleChains(before: ProxyRules, after: ProxyRules): string[] {
  const stale: string[] = []
  for (const name of before.nat.keys()) if (isServiceChainName(name) && !after.nat.has(name)) stale.push(name)
  return stale.sort(compareText)
}
