import type { Chain } from '../netfilter/rule.ts'
import { compareText, type EndpointsByPort, endpointsOfSlices, NO_ENDPOINTS, slicesByService } from './endpoints.ts'
import type { EndpointSliceInput, KubeProxyConfigurationInput, ServiceInput } from './input.ts'
import { byName, ProxyRules } from './proxy-rules.ts'
import { isSame } from './same.ts'
import { ServiceEntry } from './service-entry.ts'
import { namespacedName, type ServicePortInfo, servicePorts } from './service-port.ts'
import type { RuleStyle, ServicePortRules } from './service-rules.ts'
import { type HostFacts, type ProxyHost, type ProxySettings, proxySettings } from './settings.ts'
import { nodePortJumps, staticRules } from './static-rules.ts'
import { LARGE_CLUSTER_ENDPOINTS } from './words.ts'

/** What all kube-proxies of a cluster see. */
export interface ClusterServices {
  readonly services: readonly ServiceInput[]
  readonly endpointSlices: readonly EndpointSliceInput[]
  readonly configuration?: KubeProxyConfigurationInput | undefined
  /** What every kube-proxy finds on its host. */
  readonly facts?: HostFacts | undefined
}

/** What kube-proxy's trackers have collected between two states: what a sync is about. */
export interface ProxyChanges {
  /**
   * Services (`namespace/name`) whose ports say something else, new and deleted ones among them
   * (`ServiceChangeTracker.Update`, pkg/proxy/servicechangetracker.go).
   */
  readonly services: ReadonlySet<string>
  /**
   * Services that an EndpointSlice belongs to which differs in anything, whether there is such a Service or not: the
   * tracker compares whole objects (`esDataChanged`, pkg/proxy/endpointslicecache.go).
   */
  readonly endpoints: ReadonlySet<string>
  /** One of those has, or had, endpoints of a UDP port: conntrack is cleaned up (`ConntrackCleanupRequired`). */
  readonly udpEndpoints: boolean
}

/** The ports of one Service, with what they were made of. */
interface ServiceEntries {
  readonly service: ServiceInput
  readonly slices: readonly EndpointSliceInput[]
  readonly entries: readonly ServiceEntry[]
}

/** What all nodes of one style share. */
interface Shared {
  readonly style: RuleStyle
  /** By position of the Service port: its rules, or null where each node must look for itself. */
  readonly rules: readonly (ServicePortRules | null)[]
  /** The chains of those rules, in the order of their names. */
  readonly chains: ReadonlyMap<string, Chain>
}

const NO_SLICES: readonly EndpointSliceInput[] = Object.freeze([])

type Slices = ReadonlyMap<string, readonly EndpointSliceInput[]>

/**
 * The kube-proxies of a cluster in iptables mode: Services and EndpointSlices in, the rules of each node out. What
 * several nodes have in common is made once and is one object; what has not changed since `previous` is taken over from
 * there.
 *
 * Service ports stand in the order of `namespace/name:port` and protocol, where kube-proxy has the order of a Go map.
 */
export class KubeProxy {
  readonly configuration: KubeProxyConfigurationInput
  /** All Service ports that kube-proxy serves, in order. */
  readonly entries: readonly ServiceEntry[]
  /** More than 1,000 endpoints in all. */
  readonly largeCluster: boolean
  readonly #facts: HostFacts
  readonly #services: ReadonlyMap<string, ServiceEntries>
  /** By Service (`namespace/name`). */
  readonly #slices: Slices
  /** The feature gate PreferSameTrafficDistribution, on by default since Kubernetes 1.34. */
  readonly #readsNodeHints: boolean
  readonly #styles: Map<string, RuleStyle>
  readonly #shared = new Map<RuleStyle, Shared>()
  /** What was found out last: every node asks the same. */
  #changes: { readonly previous: WeakRef<KubeProxy>; readonly found: ProxyChanges } | null = null
  readonly #nodes = new Map<string, ProxyRules>()

  constructor(input: ClusterServices, previous?: KubeProxy) {
    this.configuration = input.configuration ?? {}
    this.#facts = input.facts ?? {}
    this.#styles = previous === undefined ? new Map() : previous.#styles
    this.#slices = slicesByService(input.endpointSlices)
    this.#readsNodeHints = this.configuration.featureGates?.PreferSameTrafficDistribution !== false
    // what was read with another setting of the gate says something else
    const isSameReading = previous !== undefined && previous.#readsNodeHints === this.#readsNodeHints
    const before = isSameReading ? previous.#services : undefined
    this.#services = readServices(input, this.#slices, this.#readsNodeHints, before)
    const entries: ServiceEntry[] = []
    for (const service of this.#services.values()) entries.push(...service.entries)
    entries.sort((a, b) => compareText(a.info.name, b.info.name) || compareText(a.info.protocol, b.info.protocol))
    this.entries = entries
    let endpoints = 0
    for (const entry of entries) endpoints += entry.endpoints.length
    this.largeCluster = endpoints > LARGE_CLUSTER_ENDPOINTS
  }

  /**
   * The rules of one node's kube-proxy; the very same object for nodes that have the same rules.
   *
   * @throws KubehopError `BAD_KUBE_PROXY_CONFIGURATION`
   */
  forNode(host: ProxyHost): ProxyRules {
    return this.withSettings(this.settingsOf(host))
  }

  /** What this configuration means on a node. @throws KubehopError `BAD_KUBE_PROXY_CONFIGURATION` */
  settingsOf(host: ProxyHost): ProxySettings {
    return proxySettings(this.configuration, host, this.#facts)
  }

  /** The same, with settings that are worked out already. */
  withSettings(settings: ProxySettings): ProxyRules {
    const shared = this.#sharedBy(this.#style(settings), settings)
    const own: ServicePortRules[] = []
    const key: (string | number | boolean)[] = [styleKey(shared.style), staticKey(settings)]
    for (let i = 0; i < shared.rules.length; i++) {
      if (shared.rules[i] !== null) continue
      const rules = this.entries[i]!.rulesFor(shared.style, settings)
      own.push(rules)
      key.push(rules.variant)
    }
    const nodeKey = key.join(';')
    let rules = this.#nodes.get(nodeKey)
    if (rules === undefined) {
      let next = 0
      const all = own.length === 0 ? shared.rules : shared.rules.map((known) => known ?? own[next++]!)
      rules = new ProxyRules({
        services: all as readonly ServicePortRules[],
        own,
        sharedChains: shared.chains,
        statics: staticRules(settings),
        nodePortJumps: nodePortJumps(settings),
        routeLocalnet: settings.localhostNodePorts,
      })
      this.#nodes.set(nodeKey, rules)
    }
    return rules
  }

  /** What has changed since an earlier state, as kube-proxy's trackers see it. */
  changesSince(previous: KubeProxy): ProxyChanges {
    if (this.#changes?.previous.deref() !== previous) {
      this.#changes = { previous: new WeakRef(previous), found: this.#findChanges(previous) }
    }
    return this.#changes.found
  }

  #findChanges(previous: KubeProxy): ProxyChanges {
    const services = new Set<string>()
    const before = previous.#services
    for (const name of namesOf(before, this.#services)) {
      const one = before.get(name)
      const two = this.#services.get(name)
      if (one !== two && !isSame(infosOf(one), infosOf(two))) services.add(name)
    }
    const endpoints = new Set<string>()
    for (const name of namesOf(previous.#slices, this.#slices)) {
      if (!sameSlices(previous.#slices.get(name), this.#slices.get(name))) endpoints.add(name)
    }
    const hasUdp = (name: string) =>
      hasUdpEndpoints(previous.#slices.get(name)) || hasUdpEndpoints(this.#slices.get(name))
    return { services, endpoints, udpEndpoints: [...endpoints].some(hasUdp) }
  }

  /** Does any EndpointSlice hold endpoints of a UDP port? To a kube-proxy that starts all of them are new. */
  hasUdpEndpoints(): boolean {
    return [...this.#slices.values()].some(hasUdpEndpoints)
  }

  #style(settings: ProxySettings): RuleStyle {
    const style: RuleStyle = {
      masqueradeAll: settings.masqueradeAll,
      detector: settings.detector,
      countsLocalhost: settings.localhostNodePorts && settings.nfacctLocalhostNodePorts,
      largeCluster: this.largeCluster,
    }
    const key = styleKey(style)
    const known = this.#styles.get(key)
    if (known !== undefined) return known
    this.#styles.set(key, style)
    return style
  }

  #sharedBy(style: RuleStyle, settings: ProxySettings): Shared {
    let shared = this.#shared.get(style)
    if (shared === undefined) {
      const chains: Chain[] = []
      const rules = this.entries.map((entry) => {
        if (entry.dependsOnNode) return null
        const made = entry.rulesFor(style, settings)
        for (const chain of made.chains) chains.push(chain)
        return made
      })
      shared = { style, rules, chains: byName(chains) }
      this.#shared.set(style, shared)
    }
    return shared
  }
}

function styleKey(style: RuleStyle): string {
  return [style.masqueradeAll, style.detector?.key ?? '', style.countsLocalhost, style.largeCluster].join()
}

/** What of the settings shows in rules that belong to no Service. */
function staticKey(settings: ProxySettings): string {
  return [
    settings.masqueradeMark,
    settings.randomFully,
    settings.localhostNodePorts,
    settings.conntrackTCPLiberal,
    settings.nfacctInvalidDropped,
    settings.nodePortAddresses?.join(' ') ?? 'all',
  ].join()
}

/**
 * Reads each Service with its slices; one that says what it said before keeps its entries, and the rules made of them.
 */
function readServices(
  input: ClusterServices,
  slices: Slices,
  withNodeHints: boolean,
  before: ReadonlyMap<string, ServiceEntries> | undefined,
): Map<string, ServiceEntries> {
  const services = new Map<string, ServiceEntries>()
  for (const service of input.services) {
    const name = namespacedName(service.metadata)
    services.set(name, readService(service, slices.get(name) ?? NO_SLICES, withNodeHints, before?.get(name)))
  }
  return services
}

function readService(
  service: ServiceInput,
  slices: readonly EndpointSliceInput[],
  withNodeHints: boolean,
  before: ServiceEntries | undefined,
): ServiceEntries {
  if (before !== undefined && before.service === service && isSameList(before.slices, slices)) return before
  const infos = servicePorts(service)
  const endpoints: EndpointsByPort = infos.length === 0 ? new Map() : endpointsOfSlices(slices, withNodeHints)
  const entries = infos.map(
    (info) => new ServiceEntry(info, endpoints.get(`${info.portName}/${info.protocol}`) ?? NO_ENDPOINTS),
  )
  if (before !== undefined && isSame(entries.map(content), before.entries.map(content))) return before
  return { service, slices, entries }
}

function content({ info, endpoints }: ServiceEntry): object {
  return { info, endpoints }
}

function isSameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index])
}

function* namesOf(before: ReadonlyMap<string, unknown>, after: ReadonlyMap<string, unknown>): Iterable<string> {
  yield* after.keys()
  for (const name of before.keys()) if (!after.has(name)) yield name
}

function infosOf(service: ServiceEntries | undefined): readonly ServicePortInfo[] {
  return service === undefined ? [] : service.entries.map(({ info }) => info)
}

/** The slices of one Service by name; where an object was read from is not part of it. */
function sameSlices(
  before: readonly EndpointSliceInput[] = NO_SLICES,
  after: readonly EndpointSliceInput[] = NO_SLICES,
): boolean {
  if (isSameList(before, after)) return true
  if (before.length !== after.length) return false
  const byName = new Map(before.map((slice) => [slice.metadata.name, slice]))
  return after.every((slice) => {
    const other = byName.get(slice.metadata.name)
    return other !== undefined && (other === slice || isSame(partsOf(other), partsOf(slice)))
  })
}

function partsOf({ metadata, addressType, endpoints, ports }: EndpointSliceInput): object {
  return { metadata, addressType, endpoints, ports }
}

function hasUdpEndpoints(slices: readonly EndpointSliceInput[] = NO_SLICES): boolean {
  for (const key of endpointsOfSlices(slices).keys()) if (key.endsWith('/udp')) return true
  return false
}
