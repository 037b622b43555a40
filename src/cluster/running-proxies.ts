import {
  KubeProxy,
  type ProxyRules,
  type ProxyState,
  proxySysctls,
  StaleFlows,
  type Sync,
  type SyncOptions,
  syncBetween,
  syncOperations,
} from '../kubeproxy/index.ts'
import type { ClusterObjects } from '../kubernetes/index.ts'
import type { Tables } from '../netfilter/command/tables.ts'
import { formatEntry } from '../netfilter/conntrack/index.ts'
import { applyOperations } from '../netfilter/operations.ts'
import type { JumpTarget } from '../netfilter/rule.ts'
import type { NetworkNamespace } from '../netns/namespace.ts'
import type { NodeHost } from './node-host.ts'
import type { ClusterOptions } from './options.ts'

/** What a node's kube-proxy did when the cluster changed. */
export interface NodeSync {
  readonly sync: Sync
  /** The connections that it deleted from conntrack, as `conntrack -L` prints them. */
  readonly deletedFlows: readonly string[]
}

const SECOND = 1e9
/** After this time a full sync is due (`FullSyncPeriod`, pkg/proxy/util/utils.go). */
const FULL_SYNC_PERIOD = 3600 * SECOND
/** `iptables.syncPeriod` when nobody sets it, or sets it to zero (pkg/proxy/apis/config/v1alpha1/defaults.go). */
const DEFAULT_SYNC_PERIOD = 30 * SECOND
const CANARY = 'KUBE-PROXY-CANARY'
const CANARY_TABLES = ['mangle', 'nat', 'filter'] as const

/** The kube-proxies of a cluster. @param previous what has not changed since is taken over */
export function kubeProxyOf(objects: ClusterObjects, options: ClusterOptions, previous?: KubeProxy): KubeProxy {
  const { services, endpointSlices, networks } = objects
  const configuration = objects.kubeProxy ?? { clusterCIDR: networks.pods }
  return new KubeProxy({ services, endpointSlices, configuration, facts: options.hostFacts }, previous)
}

/** One node's kube-proxy, on the devices that the node has now. */
export function proxyState(proxy: KubeProxy, { netns, plan: { node } }: NodeHost): ProxyState {
  const interfaceAddresses = [...netns.devices()].flatMap(({ addresses }) => addresses.map(({ local }) => local))
  return { proxy, settings: proxy.settingsOf({ node, interfaceAddresses }), node }
}

/** What a kube-proxy writes in this state, if nothing was there. */
export function rulesOf({ proxy, settings }: ProxyState): ProxyRules {
  return proxy.withSettings(settings)
}

interface Running {
  state: ProxyState
  lastFullSync: number
  /** When it last looked for chains that nothing needs. */
  lastCleanup: number
}

/**
 * The kube-proxies of a network, from their first sync on. Each change of the cluster leads to one sync on each node,
 * applied to the node's own tables: rules that others have written stay, and so do connections, but for the UDP entries
 * that kube-proxy deletes.
 */
export class RunningProxies {
  readonly #running = new Map<NodeHost, Running>()

  /**
   * @param stateOf what each node's tables were made of
   * @param since when that was, virtual nanoseconds
   */
  constructor(nodes: Iterable<NodeHost>, stateOf: (node: NodeHost) => ProxyState, since: number) {
    for (const node of nodes) {
      this.#running.set(node, { state: stateOf(node), lastFullSync: since, lastCleanup: since })
    }
  }

  /** @param stateOf what the kube-proxies see from now on; all with the same `proxy` */
  update(stateOf: (node: NodeHost) => ProxyState): Map<string, NodeSync> {
    const syncs = new Map<string, NodeSync>()
    const stale = new Map<KubeProxy, StaleFlows>()
    for (const [node, running] of this.#running) {
      const state = stateOf(node)
      const sync = this.#sync(node.netns, running, state)
      let flows = stale.get(state.proxy)
      if (flows === undefined) {
        flows = new StaleFlows(state.proxy)
        stale.set(state.proxy, flows)
      }
      syncs.set(node.plan.name, { sync, deletedFlows: sync.cleansConntrack ? deleteStale(node.netns, flows) : [] })
    }
    return syncs
  }

  #sync(netns: NetworkNamespace, running: Running, state: ProxyState): Sync {
    const { netfilter, sim } = netns
    const { now } = sim
    const flushed = CANARY_TABLES.some((name) => netfilter.table(name)?.chains.has(CANARY) !== true)
    const hourly = now - running.lastFullSync > FULL_SYNC_PERIOD
    const options: SyncOptions = {
      full: flushed ? 'flushed' : hourly ? 'hourly' : undefined,
      existingChains: [...(netfilter.table('nat')?.chains.keys() ?? [])],
      looksForStaleChains:
        now - running.lastCleanup > (state.proxy.configuration.iptables?.syncPeriod || DEFAULT_SYNC_PERIOD),
    }
    let sync = syncBetween(running.state, state, options)
    running.state = state
    if (sync.kind === 'none') return sync
    let tables = applyOperations(syncOperations(sync, state), netfilter.tables)
    if (sync.kind === 'partial' && !canLoad(sync, tables)) {
      // What had changed is forgotten by the time that it tries again: that is a full sync, which leaves conntrack alone.
      sync = syncBetween(state, state, { ...options, full: 'failed' })
      tables = applyOperations(syncOperations(sync, state), netfilter.tables)
    }
    if (sync.kind === 'full') running.lastFullSync = now
    const isNewProcess = sync.reasons.some(({ kind }) => kind === 'restart')
    if (!state.proxy.largeCluster || isNewProcess || options.looksForStaleChains === true) running.lastCleanup = now
    netfilter.setTables(tables.values(), { trusted: true, rewritten: sync.rewrittenChains })
    if (isNewProcess) {
      for (const [path, value] of proxySysctls(state.settings, state.proxy.configuration)) netns.sysctl.set(path, value)
    }
    return sync
  }
}

/** A partial sync counts on the chains of earlier ones; iptables-restore refuses rules that jump to one that is gone. */
function canLoad({ rewrittenChains }: Sync, tables: Tables): boolean {
  for (const name of ['filter', 'nat'] as const) {
    const { chains } = tables.get(name)!
    for (const chain of rewrittenChains[name]) {
      for (const { target } of chains.get(chain)!.rules) {
        if (target?.kind === 'jump' && !chains.has((target as JumpTarget).chain)) return false
      }
    }
  }
  return true
}

function deleteStale({ netfilter, sim }: NetworkNamespace, flows: StaleFlows): string[] {
  const { conntrack } = netfilter
  const deleted: string[] = []
  for (const entry of [...conntrack.entries()]) {
    if (flows.isStale(entry) && conntrack.delete(entry, true)) deleted.push(formatEntry(entry, sim.now))
  }
  return deleted
}
