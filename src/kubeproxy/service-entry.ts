import { categorizeEndpoints, dependsOnPlace } from './categorize.ts'
import type { EndpointRules } from './endpoint-rules.ts'
import type { EndpointInfo } from './endpoints.ts'
import type { ServicePortInfo } from './service-port.ts'
import { isNodeInRanges, type RuleStyle, type ServicePortRules, ServicePortWriter } from './service-rules.ts'
import type { ProxySettings } from './settings.ts'

/** What was made for one style: the writer, and its rules by variant. */
interface Made {
  readonly writer: ServicePortWriter
  readonly rules: Map<string, ServicePortRules>
}

/**
 * One Service port with its endpoints, and the rules made of them so far: as many as there are different ones among the
 * nodes.
 */
export class ServiceEntry {
  readonly info: ServicePortInfo
  readonly endpoints: readonly EndpointInfo[]
  /** Can two nodes of one style have different rules for it? */
  readonly dependsOnNode: boolean
  readonly #made = new Map<RuleStyle, Made>()
  /** The rules for single endpoints, without comments (large clusters) and with them. */
  readonly #endpointRules = [new Map<EndpointInfo, EndpointRules>(), new Map<EndpointInfo, EndpointRules>()] as const

  constructor(info: ServicePortInfo, endpoints: readonly EndpointInfo[]) {
    this.info = info
    this.endpoints = endpoints
    const hasFirewall = info.loadBalancerVIPs.length > 0 && info.loadBalancerSourceRanges.length > 0
    this.dependsOnNode = hasFirewall || dependsOnPlace(info, endpoints)
  }

  /** The rules on a node; the very same object for nodes that have the same ones. */
  rulesFor(style: RuleStyle, settings: ProxySettings): ServicePortRules {
    let made = this.#made.get(style)
    if (made === undefined) {
      const endpointRules = this.#endpointRules[style.largeCluster ? 0 : 1]
      made = { writer: new ServicePortWriter(this.info, style, endpointRules), rules: new Map() }
      this.#made.set(style, made)
    }
    const choice = categorizeEndpoints(this.endpoints, this.info, settings)
    const fromNode = isNodeInRanges(this.info, settings.nodeIP)
    const variant = this.dependsOnNode
      ? `${fromNode ? 'node ' : ''}${this.#positions(choice.cluster)} ${this.#positions(choice.local)}`
      : ''
    let rules = made.rules.get(variant)
    if (rules === undefined) {
      rules = made.writer.write(choice, fromNode, variant)
      made.rules.set(variant, rules)
    }
    return rules
  }

  #positions(chosen: readonly EndpointInfo[]): string {
    if (chosen === this.endpoints) return 'all'
    return chosen.map((endpoint) => this.endpoints.indexOf(endpoint)).join(',')
  }
}
