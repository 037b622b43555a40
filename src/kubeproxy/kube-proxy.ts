import type { Chain } from '../netfilter/rule.ts'
import { compareText, type EndpointsByPort, endpointsOfSlices, NO_ENDPOINTS, slicesByService } from './endpoints.ts'
import type { EndpointSliceInput, KubeProxyConfigurationInput, ServiceInput } from './input.ts'
import { byName, ProxyRules } from './proxy-rules.ts'
import { isSame } from './same.ts'
import { ServiceEntry } from './service-entry.ts'
import { namespacedName, servicePorts } from './service-port.ts'
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
  readonly #styles: Map<string, RuleStyle>
  readonly #shared = new Map<RuleStyle, Shared>()
  readonly #nodes = new Map<string, ProxyRules>()

  constructor(input: ClusterServices, previous?: KubeProxy) {
    this.configuration = input.configuration ?? {}
    this.#facts = input.facts ?? {}
    this.#styles = previous === undefined ? new Map() : previous.#styles
    this.#services = readServices(input, previous === undefined ? undefined : previous.#services)
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

  /**
   * The Services (`namespace/name`) that say something else than in an earlier state, or whose endpoints do: a partial
   * sync writes their chains.
   */
  changedSince(previous: KubeProxy): Set<string> {
    const changed = new Set<string>()
    for (const [name, entries] of this.#services) if (previous.#services.get(name) !== entries) changed.add(name)
    return changed
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
  before: ReadonlyMap<string, ServiceEntries> | undefined,
): Map<string, ServiceEntries> {
  const slices = slicesByService(input.endpointSlices)
  const services = new Map<string, ServiceEntries>()
  for (const service of input.services) {
    const name = namespacedName(service.metadata)
    services.set(name, readService(service, slices.get(name) ?? NO_SLICES, before?.get(name)))
  }
  return services
}

function readService(
  service: ServiceInput,
  slices: readonly EndpointSliceInput[],
  before: ServiceEntries | undefined,
): ServiceEntries {
  if (before !== undefined && before.service === service && isSameList(before.slices, slices)) return before
  const infos = servicePorts(service)
  const endpoints: EndpointsByPort = infos.length === 0 ? new Map() : endpointsOfSlices(slices)
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
