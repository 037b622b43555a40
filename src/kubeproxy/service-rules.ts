import type { Chain, IpTest, JumpTarget, Match, Rule, RuleOrigin, Target } from '../netfilter/rule.ts'
import { formatIpv4, prefixContains } from '../packet/address.ts'
import type { EndpointChoice } from './categorize.ts'
import { EndpointRules } from './endpoint-rules.ts'
import type { EndpointInfo } from './endpoints.ts'
import type { LocalDetector } from './local-detector.ts'
import {
  ACCEPT,
  addressTest,
  comment,
  DROP,
  DST_LOCAL,
  from,
  jump,
  LOOPBACK_NETWORK,
  nfacct,
  protocolTest,
  REJECT,
  SRC_LOCAL,
  transport,
} from './rule-parts.ts'
import type { Address, ServicePortInfo } from './service-port.ts'
import { CHAIN, COUNTER, WRITER } from './words.ts'

/** A rule in one of the chains that all Services share. */
export interface SharedChainRule {
  readonly table: 'nat' | 'filter'
  readonly chain: string
  readonly rule: Rule
}

/** All rules of one Service port on a node. */
export interface ServicePortRules {
  readonly info: ServicePortInfo
  /** Tells apart the rules of one Service port on nodes that have different ones. */
  readonly variant: string
  /** What stands in the shared chains, in the order in which kube-proxy writes it. */
  readonly shared: readonly SharedChainRule[]
  /** The nat chains of its own in kube-proxy's order: EXT, FW, SVC, SVL, then one SEP for each endpoint. */
  readonly chains: readonly Chain[]
  /**
   * How many rules at the head of the SVC or SVL chain ask for masquerading: kube-proxy writes them ahead of EXT. 0 or
   * 1.
   */
  readonly masqueradeRules: number
}

/** What of a kube-proxy's settings shows in the rules of a Service port. */
export interface RuleStyle {
  readonly masqueradeAll: boolean
  readonly detector: LocalDetector | null
  /** Connections to node ports on 127.0.0.0/8 are counted. */
  readonly countsLocalhost: boolean
  /** More than 1,000 endpoints: no comments in the rules for endpoints (`largeClusterMode`). */
  readonly largeCluster: boolean
}

const LOCALHOST_COUNTER = nfacct(COUNTER.LOCALHOST_NODE_PORTS)

/**
 * Writes the rules of one Service port (the loop over `svcPortMap` in `syncProxyRules`, pkg/proxy/iptables/proxier.go).
 * Rules for endpoints are made once and shared by all nodes.
 */
export class ServicePortWriter {
  readonly info: ServicePortInfo
  readonly #style: RuleStyle
  readonly #endpoints: Map<EndpointInfo, EndpointRules>
  readonly #portText: string
  #clusterChain: { readonly endpoints: readonly EndpointInfo[]; readonly chain: Chain } | null = null

  /** @param endpoints the rules for endpoints made so far: styles share them, but for large clusters */
  constructor(info: ServicePortInfo, style: RuleStyle, endpoints: Map<EndpointInfo, EndpointRules>) {
    this.info = info
    this.#style = style
    this.#endpoints = endpoints
    this.#portText = info.portName === '' ? String(info.port) : info.portName
  }

  /**
   * @param choice the endpoints that the node uses
   * @param fromNode the node's own address is in a source range: it may reach the load balancer's addresses by
   *   themselves
   */
  write(choice: EndpointChoice, fromNode: boolean, variant: string): ServicePortRules {
    const { info } = this
    const hasInternal = info.internalPolicyLocal ? choice.local.length > 0 : choice.hasAny
    const hasExternal = info.externalPolicyLocal ? choice.local.length > 0 : choice.hasAny
    const usesFirewall = choice.hasAny && info.loadBalancerVIPs.length > 0 && info.loadBalancerSourceRanges.length > 0
    const shared = this.#sharedChainRules(choice.hasAny, hasInternal, hasExternal, usesFirewall)

    const masquerade = hasInternal ? this.#masqueradeInternal() : []
    const chains: Chain[] = []
    if (choice.hasAny && info.externallyAccessible) chains.push(this.#externalChain(hasExternal))
    if (usesFirewall) chains.push(this.#firewallChain(fromNode))
    if (choice.cluster.length > 0 && info.usesClusterEndpoints) {
      chains.push(this.#clusterPolicyChain(info.internalPolicyLocal ? [] : masquerade, choice.cluster))
    }
    if (choice.local.length > 0 && info.usesLocalEndpoints) {
      chains.push(this.#policyChain(info.localPolicyChain, info.internalPolicyLocal ? masquerade : [], choice.local))
    }
    for (const endpoint of choice.reachable) chains.push(this.#endpoint(endpoint).chain)
    return { info, variant, shared, chains, masqueradeRules: masquerade.length }
  }

  #origin(why: string): RuleOrigin {
    return { writer: WRITER, why, service: this.info.service, port: this.#portText }
  }

  #endpoint(endpoint: EndpointInfo): EndpointRules {
    let rules = this.#endpoints.get(endpoint)
    if (rules === undefined) {
      rules = new EndpointRules(this.info, this.#portText, endpoint, this.#style.largeCluster)
      this.#endpoints.set(endpoint, rules)
    }
    return rules
  }

  /** `-p PROTOCOL [-d ADDRESS] … -m PROTOCOL --dport PORT` */
  #toPort(dst: Address | null): IpTest {
    const protocol = protocolTest(this.info.protocolNumber)
    return dst === null ? { protocol } : { dst: addressTest(dst.value), protocol }
  }

  #sharedChainRules(
    hasAny: boolean,
    hasInternal: boolean,
    hasExternal: boolean,
    usesFirewall: boolean,
  ): SharedChainRule[] {
    const { info } = this
    const rules: SharedChainRule[] = []
    const add = (table: 'nat' | 'filter', chain: string, ip: IpTest, matches: Match[], target: Target, why: string) => {
      rules.push({ table, chain, rule: { ip, matches, target, origin: this.#origin(why) } })
    }
    const port = transport(info.protocol, info.port)
    // no endpoint anywhere: the client is told. None on this node under the policy Local: silence, as if the packet was
    // lost
    const refusal = hasAny ? DROP : REJECT
    const reason = hasAny ? 'no local endpoints' : 'no endpoints'
    const refused = comment(`${info.name} has ${reason}`)
    const refuse = (chain: string, dst: Address, why: string): void => {
      add('filter', chain, this.#toPort(dst), [refused, port], refusal, `${why}: ${reason}`)
    }

    if (hasInternal) {
      const chain = info.internalPolicyLocal ? info.localPolicyChain : info.clusterPolicyChain
      const matches = [comment(`${info.name} cluster IP`), port]
      add('nat', CHAIN.SERVICES, this.#toPort(info.clusterIP), matches, jump(chain), 'cluster IP')
    } else {
      refuse(CHAIN.SERVICES, info.clusterIP, 'cluster IP')
    }

    for (const ip of info.externalIPs) {
      if (hasAny) {
        const matches = [comment(`${info.name} external IP`), port]
        add('nat', CHAIN.SERVICES, this.#toPort(ip), matches, jump(info.externalChain), 'external IP')
      }
      if (!hasExternal) refuse(CHAIN.EXTERNAL_SERVICES, ip, 'external IP')
    }

    for (const ip of info.loadBalancerVIPs) {
      if (hasAny) {
        const matches = [comment(`${info.name} loadbalancer IP`), port]
        const chain = usesFirewall ? info.firewallChain : info.externalChain
        add('nat', CHAIN.SERVICES, this.#toPort(ip), matches, jump(chain), 'load balancer IP')
      }
      if (usesFirewall) {
        const matches = [comment(`${info.name} traffic not accepted by ${info.firewallChain}`), port]
        add('filter', CHAIN.PROXY_FIREWALL, this.#toPort(ip), matches, DROP, 'outside of the source ranges')
      }
    }
    if (!hasExternal) {
      for (const ip of info.loadBalancerVIPs) refuse(CHAIN.EXTERNAL_SERVICES, ip, 'load balancer IP')
    }

    if (info.nodePort !== 0) {
      const nodePort = transport(info.protocol, info.nodePort)
      if (hasAny) {
        const name = comment(info.name)
        const target = jump(info.externalChain)
        if (this.#style.countsLocalhost) {
          const ip = { dst: LOOPBACK_NETWORK, protocol: protocolTest(info.protocolNumber) }
          add('nat', CHAIN.NODEPORTS, ip, [name, nodePort, LOCALHOST_COUNTER], target, 'node port on localhost')
        }
        add('nat', CHAIN.NODEPORTS, this.#toPort(null), [name, nodePort], target, 'node port')
      }
      if (!hasExternal) {
        const matches = [refused, DST_LOCAL, nodePort]
        add('filter', CHAIN.EXTERNAL_SERVICES, this.#toPort(null), matches, refusal, `node port: ${reason}`)
      }
    }

    if (info.healthCheckNodePort !== 0) {
      const matches = [comment(`${info.name} health check node port`), transport('tcp', info.healthCheckNodePort)]
      const ip = { protocol: protocolTest(6) }
      add('filter', CHAIN.NODEPORTS, ip, matches, ACCEPT, 'health check node port')
    }
    return rules
  }

  /** Off-cluster traffic to the ClusterIP may be sent on to another node, whose answer must come back here. */
  #masqueradeInternal(): Rule[] {
    const { masqueradeAll, detector } = this.#style
    if (!masqueradeAll && detector === null) return []
    const { info } = this
    const ip = masqueradeAll
      ? this.#toPort(info.clusterIP)
      : { ...this.#toPort(info.clusterIP), ...detector!.ifNotLocal }
    const matches = [comment(`${info.name} cluster IP`), transport(info.protocol, info.port)]
    const why = masqueradeAll ? 'all traffic to the cluster IP is masqueraded' : 'traffic that is not from a pod'
    return [{ ip, matches, target: jump(CHAIN.MARK_MASQ), origin: this.#origin(why) }]
  }

  #externalChain(hasExternal: boolean): Chain {
    const { info } = this
    const destinations = `${info.name} external destinations`
    const rules: Rule[] = []
    const add = (ip: IpTest, matches: Match[], target: JumpTarget, why: string): void => {
      rules.push({ ip, matches, target, origin: this.#origin(why) })
    }
    const toCluster = jump(info.clusterPolicyChain)
    if (!info.externalPolicyLocal) {
      add(
        {},
        [comment(`masquerade traffic for ${destinations}`)],
        jump(CHAIN.MARK_MASQ),
        'the endpoint may be on another node',
      )
    } else {
      const { detector } = this.#style
      if (detector !== null) {
        // as if the packet had gone out to the load balancer and come back in on a node with an endpoint
        add(detector.ifLocal, [comment(`pod traffic for ${destinations}`)], toCluster, 'pods may use all endpoints')
      }
      const masquerade = comment(`masquerade LOCAL traffic for ${destinations}`)
      add({}, [masquerade, SRC_LOCAL], jump(CHAIN.MARK_MASQ), 'traffic of the node itself')
      const route = comment(`route LOCAL traffic for ${destinations}`)
      add({}, [route, SRC_LOCAL], toCluster, 'the node itself may use all endpoints')
    }
    if (hasExternal) {
      const target = info.externalPolicyLocal ? jump(info.localPolicyChain) : toCluster
      add({}, [], target, `external traffic policy ${info.externalPolicyLocal ? 'Local' : 'Cluster'}`)
    }
    return { name: info.externalChain, policy: null, rules }
  }

  #firewallChain(fromNode: boolean): Chain {
    const { info } = this
    const name = comment(`${info.name} loadbalancer IP`)
    const target = jump(info.externalChain)
    const rules: Rule[] = info.loadBalancerSourceRanges.map((range) => ({
      ip: from(range),
      matches: [name],
      target,
      origin: this.#origin('source range'),
    }))
    if (fromNode) {
      // a node that has the load balancer's address as its own talks to it from that very address
      for (const ip of info.loadBalancerVIPs) {
        const origin = this.#origin(`the node as ${formatIpv4(ip.value)}`)
        rules.push({ ip: { src: addressTest(ip.value) }, matches: [name], target, origin })
      }
    }
    rules.push({
      ip: {},
      matches: [comment(`other traffic to ${info.name} will be dropped by ${CHAIN.PROXY_FIREWALL}`)],
      target: null,
      origin: this.#origin('outside of the source ranges'),
    })
    return { name: info.firewallChain, policy: null, rules }
  }

  /** The same chain for all nodes that use the same endpoints. */
  #clusterPolicyChain(head: readonly Rule[], endpoints: readonly EndpointInfo[]): Chain {
    if (this.#clusterChain?.endpoints !== endpoints) {
      this.#clusterChain = { endpoints, chain: this.#policyChain(this.info.clusterPolicyChain, head, endpoints) }
    }
    return this.#clusterChain.chain
  }

  /** `writeServiceToEndpointRules`: the clients that have an endpoint already, then a draw among all. */
  #policyChain(name: string, head: readonly Rule[], endpoints: readonly EndpointInfo[]): Chain {
    const rules: Rule[] = [...head]
    const affinity = this.info.affinitySeconds !== 0
    if (affinity) {
      for (const endpoint of endpoints) rules.push(this.#endpoint(endpoint).affinityRule())
    }
    const count = endpoints.length
    for (let i = 0; i < count; i++) rules.push(this.#endpoint(endpoints[i]!).drawRule(count - i))
    return { name, policy: null, rules }
  }
}

/** Is the node's own address in one of the ranges that may use the load balancer (`allowFromNode`)? */
export function isNodeInRanges(info: ServicePortInfo, nodeIP: Parameters<typeof prefixContains>[1]): boolean {
  return info.loadBalancerSourceRanges.some((range) => prefixContains(range, nodeIP))
}
