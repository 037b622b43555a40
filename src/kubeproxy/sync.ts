import { isServiceChainName } from './chain-names.ts'
import { compareText } from './endpoints.ts'
import type { KubeProxy } from './kube-proxy.ts'
import { type NodeState, nodeChange } from './node-change.ts'
import type { ProxyRules } from './proxy-rules.ts'
import { CHAIN, FILTER_CHAINS, NAT_CHAINS } from './words.ts'

/** One node's kube-proxy at one moment. */
export interface ProxyState extends NodeState {
  /** What it sees of the cluster; made with the earlier state as `previous`, so that what has not changed is known. */
  readonly proxy: KubeProxy
}

/** Why kube-proxy syncs. */
export interface SyncReason {
  /**
   * - `start`: it has just been started.
   * - `restart`: it ended and was started again, because of its node or its configuration.
   * - `topology`: the node has another zone.
   * - `flushed`: the canary chains were gone.
   * - `failed`: the sync before could not be loaded.
   * - `hourly`: the last full sync is more than an hour ago.
   * - `services`, `endpoints`: objects have changed.
   * - `asked`: nothing asks for it but the caller.
   */
  readonly kind: 'start' | 'restart' | 'topology' | 'flushed' | 'failed' | 'hourly' | 'services' | 'endpoints' | 'asked'
  /** What has changed, for a person: names of Services, or what of the node. Empty when `kind` says it all. */
  readonly what: string
}

/** What happened to kube-proxy beside the change of the objects. */
export interface SyncOptions {
  /** The nat table's chains, where others are left than the earlier state wrote. */
  readonly existingChains?: Iterable<string> | undefined
  /**
   * Does kube-proxy look for chains that nothing needs any more? In a large cluster only when it has just been started,
   * or `iptables.syncPeriod` has passed since it last did; otherwise always. Default true.
   */
  readonly looksForStaleChains?: boolean | undefined
  /** A full sync is due, whatever has changed. */
  readonly full?: 'flushed' | 'failed' | 'hourly' | undefined
  /** It syncs even if nothing has changed. Otherwise it does nothing then. */
  readonly always?: boolean | undefined
}

/** What kube-proxy writes when it goes from one state to another. */
export interface Sync {
  /**
   * - `full`: the jumps from the base chains where they are missing, and all chains.
   * - `partial`: the chains that Services share, and those of the Services that changed.
   * - `none`: nothing has changed, so it does nothing.
   */
  readonly kind: 'full' | 'partial' | 'none'
  readonly reasons: readonly SyncReason[]
  /** The input of `iptables-restore --noflush --counters`; empty for `none`. */
  readonly text: string
  /** The Services (`namespace/name`) whose chains are written in a partial sync; null in a full one. */
  readonly services: ReadonlySet<string> | null
  /** Chains that are written anew, in the order in which the text declares them. */
  readonly rewrittenChains: { readonly filter: readonly string[]; readonly nat: readonly string[] }
  /** Chains of the nat table that are deleted, by name. */
  readonly deletedChains: readonly string[]
  /** It looks through conntrack afterwards: see {@link StaleFlows}. */
  readonly cleansConntrack: boolean
}

const NONE: Sync = {
  kind: 'none',
  reasons: [],
  text: '',
  services: new Set(),
  rewrittenChains: { filter: [], nat: [] },
  deletedChains: [],
  cleansConntrack: false,
}

/**
 * The sync that leads from one state to the next (`syncProxyRules`, pkg/proxy/iptables/proxier.go, at 531be812).
 *
 * In some cases the tables are not what a kube-proxy that starts on an empty host would write, because the real one
 * leaves them so, too: in a partial sync that makes the cluster a large one or ends that, the chains of other Services
 * keep or lack their comments until the next full sync; with `looksForStaleChains` false chains stay that nothing needs;
 * without localhost node ports the rule in KUBE-FIREWALL that an earlier configuration wrote stays.
 *
 * @param before null: the first sync on a host on which none was before
 */
export function syncBetween(before: ProxyState | null, after: ProxyState, options: SyncOptions = {}): Sync {
  const changes = before === null ? null : after.proxy.changesSince(before.proxy)
  const fullReasons = whyFull(before, after, options)
  const isNewProcess = fullReasons.some(({ kind }) => kind === 'start' || kind === 'restart')
  const reasons = [...fullReasons]
  if (changes !== null && changes.services.size > 0) reasons.push({ kind: 'services', what: listed(changes.services) })
  if (changes !== null && changes.endpoints.size > 0)
    reasons.push({ kind: 'endpoints', what: listed(changes.endpoints) })
  if (reasons.length === 0) {
    if (options.always !== true) return NONE
    reasons.push({ kind: 'asked', what: '' })
  }

  const rules = after.proxy.withSettings(after.settings)
  const isFull = fullReasons.length > 0 || changes === null
  const services = isFull ? null : new Set([...changes.services, ...changes.endpoints])
  const looks = !after.proxy.largeCluster || isNewProcess || (options.looksForStaleChains ?? true)
  const deletedChains = looks ? staleChains(before, rules, options.existingChains) : []
  return {
    kind: isFull ? 'full' : 'partial',
    reasons,
    // for who only applies it to tables there is no need of a text
    get text() {
      return rules.restoreText({ services: services ?? undefined, staleChains: deletedChains })
    },
    services,
    rewrittenChains: rewrittenChains(rules, services),
    deletedChains,
    cleansConntrack: isNewProcess || changes === null ? after.proxy.hasUdpEndpoints() : changes.udpEndpoints,
  }
}

/** `needFullSync`, and the hour of `FullSyncPeriod`. */
function whyFull(before: ProxyState | null, after: ProxyState, { full }: SyncOptions): SyncReason[] {
  const reasons: SyncReason[] = []
  if (before === null) reasons.push({ kind: 'start', what: '' })
  else {
    const { restart, topology } = nodeChange(before, after)
    if (restart !== null) reasons.push({ kind: 'restart', what: restart })
    if (topology !== null) reasons.push({ kind: 'topology', what: topology })
  }
  if (full !== undefined) reasons.push({ kind: full, what: '' })
  return reasons
}

function listed(names: ReadonlySet<string>): string {
  return [...names].sort(compareText).join(', ')
}

/** kube-proxy has the order of a Go map here. */
function staleChains(before: ProxyState | null, after: ProxyRules, existing?: Iterable<string>): string[] {
  const names = existing ?? (before === null ? [] : before.proxy.withSettings(before.settings).nat.keys())
  const stale: string[] = []
  for (const name of names) if (isServiceChainName(name) && !after.nat.has(name)) stale.push(name)
  return stale.sort(compareText)
}

function rewrittenChains({ parts }: ProxyRules, services: ReadonlySet<string> | null): Sync['rewrittenChains'] {
  const filter: string[] = [...FILTER_CHAINS]
  if (parts.statics.kubeletFirewall !== null) filter.push(CHAIN.KUBELET_FIREWALL)
  const nat: string[] = [...NAT_CHAINS]
  for (const { info, chains } of parts.services) {
    if (services === null || services.has(info.service)) for (const { name } of chains) nat.push(name)
  }
  return { filter, nat }
}
