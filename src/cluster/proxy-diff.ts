import {
  conntrackCommand,
  type KubeProxy,
  type ProxyRules,
  type ProxyState,
  StaleFlows,
  type SyncReason,
  syncBetween,
  syncOperations,
} from '../kubeproxy/index.ts'
import { parseFlow } from '../netfilter/conntrack/parse-flow.ts'
import { applyOperations } from '../netfilter/operations.ts'
import type { Chain } from '../netfilter/rule.ts'
import { saveTables } from '../netfilter/text/save.ts'
import { formatIpv4 } from '../packet/address.ts'
import { Simulation } from '../sim/simulation.ts'
import { byName } from './by-name.ts'
import type { Cluster } from './cluster.ts'
import { proxyHost } from './node-host.ts'
import { nodeTables } from './node-tables.ts'
import { planCluster } from './plan.ts'
import { requireIptablesMode } from './proxy-mode.ts'
import { kubeProxyOf, rulesOf } from './running-proxies.ts'

/** A chain that a sync writes or deletes. */
export interface ProxyDiffChain {
  readonly table: 'filter' | 'nat'
  readonly name: string
  /** `same`: it is emptied and filled with what was in it, so that its rules count from zero. */
  readonly change: 'new' | 'changed' | 'same' | 'deleted'
  /** `namespace/name` of the Service that it belongs to, when it is not shared by all. */
  readonly service?: string | undefined
  /** The Service port: its name, or its number when it has none. */
  readonly port?: string | undefined
  /** `ip:port`: the chain of one endpoint. */
  readonly endpoint?: string | undefined
}

/** UDP connections that are deleted after a sync, should they be there. */
export interface ProxyDiffFlows {
  /** `namespace/name:port` */
  readonly service: string
  /** The address that the client sent to; null: any, with a node port. */
  readonly originalDestination: string | null
  readonly originalPort: number
  /** `ip:port` that they lead to; null: nobody has translated them. */
  readonly endpoint: string | null
  /** The call of conntrack(8) that deletes the same. */
  readonly command: string
}

/** What kube-proxy does on a node when its cluster changes: the data of `kubehop proxy-diff -o json`. */
export interface ProxyDiff {
  /** Of this format. */
  readonly version: 1
  readonly node: string
  readonly sync: 'full' | 'partial' | 'none'
  readonly reasons: readonly SyncReason[]
  /** The Services whose own chains a partial sync writes; null in a full one: all. */
  readonly services: readonly string[] | null
  /** In the order of the text; deleted ones last. */
  readonly chains: readonly ProxyDiffChain[]
  /** The input of `iptables-restore --noflush --counters`; empty when there is no sync. */
  readonly restore: string
  readonly conntrack: {
    /** Does kube-proxy look through conntrack? */
    readonly cleaned: boolean
    /** What this change makes stale, if everything was right before. */
    readonly flows: readonly ProxyDiffFlows[]
    /** Of the entries that were given, those that are deleted; absent when none were given. */
    readonly entries?: readonly string[] | undefined
  }
}

/** What is known of the node beside its cluster. */
export interface ProxyDiffOptions {
  /** What `conntrack -L` prints on the node before the change. */
  readonly conntrack?: string | undefined
}

/** One node's kube-proxy in a cluster; no network is built for it. */
function stateIn({ objects, options }: Cluster, name: string, previous?: KubeProxy): ProxyState {
  requireIptablesMode(objects)
  const proxy = kubeProxyOf(objects, options, previous)
  const plan = planCluster(objects, options, new Simulation().random('mac'))
  const node = byName(new Map(plan.nodes.map((each) => [each.name, each])), name)
  const host = proxyHost(plan, node)
  return { proxy, settings: proxy.settingsOf(host), node: node.node }
}

/**
 * What a node's kube-proxy does when one cluster becomes the other, by an edit or in whatever way.
 *
 * ```ts
 * const after = cluster.edit((objects) => { objects.workloads[0].spec.replicas = 5 })
 * proxyDiff(cluster, after, 'node-1').chains.filter(({ change }) => change === 'new')
 * ```
 *
 * @throws KubehopError `NOT_FOUND` when one of them has no such node
 * @throws UnsupportedError when kube-proxy runs in another mode than iptables
 */
export function proxyDiff(before: Cluster, after: Cluster, node: string, options: ProxyDiffOptions = {}): ProxyDiff {
  const one = stateIn(before, node)
  const two = stateIn(after, node, one.proxy)
  const sync = syncBetween(one, two)
  const [old, now] = [one, two].map(rulesOf) as [ProxyRules, ProxyRules]
  const chains = (['filter', 'nat'] as const).flatMap((table) =>
    sync.rewrittenChains[table].map((name) => writtenChain(table, old[table].get(name), now[table].get(name)!)),
  )
  const deleted = sync.deletedChains.map((name) => describe('nat', old.nat.get(name)!, 'deleted'))
  const stale = sync.cleansConntrack ? new StaleFlows(two.proxy) : null
  return {
    version: 1,
    node,
    sync: sync.kind,
    reasons: sync.reasons,
    services: sync.services === null ? null : [...sync.services].sort(),
    chains: [...chains, ...deleted],
    restore: sync.text,
    conntrack: {
      cleaned: sync.cleansConntrack,
      flows: (stale?.filtersSince(one.proxy) ?? []).map((filter) => ({
        service: filter.service,
        originalDestination: filter.originalDestination === null ? null : formatIpv4(filter.originalDestination),
        originalPort: filter.originalPort,
        endpoint: filter.endpoint === null ? null : `${formatIpv4(filter.endpoint.address)}:${filter.endpoint.port}`,
        command: conntrackCommand(filter),
      })),
      ...(options.conntrack === undefined ? {} : { entries: staleLines(options.conntrack, stale) }),
    },
  }
}

/**
 * kube-proxy's chains on a node, and the jumps to them, before and after the sync, as iptables-save prints them on a host where nobody
 * else writes rules.
 *
 * @throws KubehopError `NOT_FOUND` when one of the clusters has no such node
 * @throws UnsupportedError when kube-proxy runs in another mode than iptables
 */
export function proxyTables(before: Cluster, after: Cluster, node: string): { before: string; after: string } {
  const one = stateIn(before, node)
  const two = stateIn(after, node, one.proxy)
  const old = nodeTables({ kubeProxy: rulesOf(one).operations() })
  const now = applyOperations(syncOperations(syncBetween(one, two), two), old)
  return { before: saveTables(old), after: saveTables(now) }
}

function staleLines(text: string, stale: StaleFlows | null): string[] {
  if (stale === null) return []
  return text.split('\n').filter((line) => {
    const flow = parseFlow(line)
    return flow !== null && stale.isStale(flow)
  })
}

function writtenChain(table: 'filter' | 'nat', old: Chain | undefined, now: Chain): ProxyDiffChain {
  if (old === undefined) return describe(table, now, 'new')
  return describe(table, now, printed(table, old) === printed(table, now) ? 'same' : 'changed')
}

function printed(table: 'filter' | 'nat', chain: Chain): string {
  return saveTables(new Map([[table, { name: table, chains: new Map([[chain.name, chain]]) }]]))
}

function describe(table: 'filter' | 'nat', chain: Chain, change: ProxyDiffChain['change']): ProxyDiffChain {
  const { service, port, endpoint } = /^KUBE-(SVC|SVL|EXT|FW|SEP)-/.test(chain.name)
    ? (chain.rules[0]?.origin ?? {})
    : {}
  const isEndpoints = chain.name.startsWith('KUBE-SEP-')
  return {
    table,
    name: chain.name,
    change,
    ...(service === undefined ? {} : { service, port }),
    ...(isEndpoints && endpoint !== undefined ? { endpoint } : {}),
  }
}
