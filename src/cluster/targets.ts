import {
  type Endpoint,
  isEndpointReady,
  isHeadless,
  isPodReady,
  isPodTerminal,
  type Pod,
  parseReference,
  podPort,
  type Resolved,
  resolveReference,
  type Service,
  type ServicePort,
} from '../kubernetes/index.ts'
import type { NetworkNamespace } from '../netns/namespace.ts'
import {
  formatPrefix,
  type Ipv4,
  isLimitedBroadcast,
  isLoopback,
  isMulticast,
  isZeronet,
  parseIpv4,
  prefixContains,
} from '../packet/address.ts'
import { KubehopError, UnsupportedError } from '../packet/errors.ts'
import type { ClusterNetwork } from './network.ts'
import { podNetnsName } from './pod-host.ts'
import { requireIptablesMode } from './proxy-mode.ts'
import { type Side, senderAt, sideOf } from './sender.ts'

/** The transports that a trace can use, as `--protocol` has them. */
export type FlowProtocol = 'tcp' | 'udp' | 'sctp' | 'icmp'

/** Where a packet starts. */
export interface Source {
  readonly name: string
  readonly netns: NetworkNamespace
  /** The sender's own address when it has to be this one; 0: routing chooses. */
  readonly address: Ipv4
  readonly isExternal: boolean
}

/** Where it is sent. */
export interface Target {
  readonly name: string
  readonly address: Ipv4
  readonly port: number | undefined
  readonly protocol: FlowProtocol
  /** Share of the clients that end up here: less than 1 for one of several addresses that DNS gives. */
  readonly probability: number
}

const SIDES: Readonly<Record<Side, string>> = {
  'own sockets': 'is an address of',
  pods: 'is a pod on the bridge of',
  outside: 'is outside, and what it sends goes to',
}

/** Finds the senders and receivers that references name. What had to be supposed is told. */
export class TargetFinder {
  readonly #network: ClusterNetwork
  readonly #namespace: string | undefined
  readonly assumptions: string[] = []

  constructor(network: ClusterNetwork, namespace: string | undefined) {
    this.#network = network
    this.#namespace = namespace
  }

  #resolve(text: string): Resolved {
    return resolveReference(parseReference(text, { namespace: this.#namespace }), this.#network.index)
  }

  /** @throws KubehopError `BAD_REFERENCE`, `NOT_FOUND`, `NOT_RUNNING` */
  source(text: string): Source {
    const found = this.#resolve(text)
    switch (found.kind) {
      case 'pod':
        return this.#podSource(found.pod)
      case 'workload':
        return this.#podSource(this.#readyPod(text, found.pods))
      case 'node':
        return {
          name: `node/${found.node.metadata.name}`,
          netns: this.#nodeOf(found.node.metadata.name),
          address: 0 as Ipv4,
          isExternal: false,
        }
      case 'external': {
        const address = this.#outside(text, found.address)
        return { name: text, netns: this.#network.fabric.host(address), address, isExternal: true }
      }
      case 'ip': {
        const address = parseIpv4(found.address)
        const owner = isHostAddress(address) ? this.#network.netnsAt(address) : undefined
        if (owner !== undefined) return { name: text, netns: owner, address, isExternal: false }
        const outside = this.#outside(text, found.address)
        return { name: text, netns: this.#network.fabric.host(outside), address, isExternal: true }
      }
      case 'service':
        throw new KubehopError('BAD_REFERENCE', `"${text}" cannot send: a Service is an address that pods answer for`, {
          hint: 'name a pod, a workload, a node or external',
        })
    }
  }

  /**
   * Somebody with a source address whose packets enter at a node, whether or not there is such a host, and where they go.
   *
   * @param at `node/NAME`
   * @throws KubehopError `BAD_REFERENCE`, `NOT_FOUND`, `NOT_RUNNING`
   * @throws UnsupportedError kube-proxy runs in another mode than iptables
   */
  entering(
    at: string,
    text: string,
    to: string,
    protocol: FlowProtocol | undefined,
  ): { from: Source; targets: Target[]; node: string } {
    const place = this.#resolve(at)
    if (place.kind !== 'node' || place.port !== undefined)
      throw new KubehopError('BAD_REFERENCE', `"${at}": packets enter at a node`, { hint: 'write node/NAME' })
    const given = this.#resolve(text)
    if (given.kind !== 'ip' || given.port !== undefined) {
      throw new KubehopError('BAD_REFERENCE', `"${text}": who enters at ${at} is told by an address`, {
        hint: 'write an IPv4 address, such as 203.0.113.2',
      })
    }
    const node = this.#network.nodes.get(place.node.metadata.name)
    if (node === undefined) throw new KubehopError('NOT_FOUND', `there is no node ${place.node.metadata.name}`)
    requireIptablesMode(this.#network.objects)
    const address = parseIpv4(given.address)
    const side = sideOf(this.#network, node, address)
    const source = { name: text, netns: node.netns, address, isExternal: side === 'outside' }
    const targets = this.targets(to, source, protocol)
    this.assumptions.push(`${text} ${SIDES[side]} ${at}`)
    const destinations = targets.map((each) => each.address)
    const netns = senderAt(this.#network, node, address, side, destinations)
    return { from: { ...source, netns }, targets, node: node.netns.name }
  }

  /**
   * The addresses that a destination stands for: one, or, for a headless Service, one for each ready endpoint.
   *
   * @throws KubehopError `BAD_REFERENCE`, `NOT_FOUND`, `NOT_RUNNING`
   */
  targets(text: string, from: Source, protocol: FlowProtocol | undefined): Target[] {
    const found = this.#resolve(text)
    switch (found.kind) {
      case 'service':
        return this.#serviceTargets(text, found.service, found.port, from, protocol)
      case 'workload': {
        const pod = this.#readyPod(text, found.pods)
        return [this.#podTarget(text, pod, podPort(pod, found.port), protocol)]
      }
      case 'pod':
        return [this.#podTarget(text, found.pod, found.port, protocol)]
      case 'node': {
        const node = this.#network.nodes.get(found.node.metadata.name)
        if (node === undefined) throw new KubehopError('NOT_FOUND', `there is no node ${found.node.metadata.name}`)
        return [target(text, node.plan.address, found.port, protocol)]
      }
      case 'external': {
        const address = this.#outside(text, found.address)
        this.#network.fabric.host(address)
        return [target(text, address, found.port, protocol)]
      }
      case 'ip':
        return [target(text, parseIpv4(found.address), found.port, protocol)]
    }
  }

  #serviceTargets(
    text: string,
    service: Service,
    port: ServicePort | undefined,
    from: Source,
    protocol: FlowProtocol | undefined,
  ): Target[] {
    const { spec, metadata } = service
    if (spec.type === 'ExternalName') {
      throw new UnsupportedError(
        `DNS, for which Service ${metadata.namespace}/${metadata.name} is another name of ${spec.externalName ?? 'something'},`,
        { hint: 'trace external, or the address that the name has' },
      )
    }
    const chosen = port ?? spec.ports[0]
    if (port === undefined && spec.ports.length > 1)
      this.assumptions.push(`${text} has ${spec.ports.length} ports: the first one, ${chosen?.port}, is meant`)
    const transport = protocol ?? (chosen === undefined ? 'icmp' : lower(chosen.protocol))
    const number = transport === 'icmp' ? undefined : chosen?.port
    if (isHeadless(service)) return this.#headlessTargets(text, service, chosen, transport, number)
    const { ingress } = service.status.loadBalancer
    const balanced = ingress.find(({ ip, ipMode }) => ip !== undefined && ipMode !== 'Proxy')?.ip
    if (from.isExternal && balanced === undefined && ingress.some(({ ipMode }) => ipMode === 'Proxy')) {
      throw new UnsupportedError(
        `the load balancer in front of Service ${metadata.namespace}/${metadata.name}, which is a proxy (ipMode Proxy),`,
        { hint: 'trace from external to a node port, to which it connects' },
      )
    }
    if (from.isExternal && balanced !== undefined) {
      this.assumptions.push(
        `from outside ${text} is its load balancer address ${balanced}, which the router sends to one node`,
      )
      return [{ ...target(text, parseIpv4(balanced), number, transport), probability: 1 }]
    }
    return [target(text, parseIpv4(spec.clusterIP ?? ''), number, transport)]
  }

  /** DNS answers with every ready endpoint; clients take them in turn. The port stays the one that the client asks for. */
  #headlessTargets(
    text: string,
    service: Service,
    port: ServicePort | undefined,
    protocol: FlowProtocol,
    number: number | undefined,
  ): Target[] {
    const endpoints = this.#readyEndpoints(service)
    if (endpoints.length === 0) {
      throw new KubehopError(
        'NO_ENDPOINTS',
        `headless Service ${service.metadata.namespace}/${service.metadata.name} has no ready endpoint: DNS gives no address`,
      )
    }
    if (port?.targetPort !== undefined && port.targetPort !== port.port) {
      this.assumptions.push(
        `${text} is headless: its clients connect to port ${number} of the pod itself, the targetPort does not count`,
      )
    }
    return endpoints.map(({ address }) => ({
      ...target(text, parseIpv4(address), number, protocol),
      probability: 1 / endpoints.length,
    }))
  }

  #readyEndpoints(service: Service): { address: string; endpoint: Endpoint }[] {
    return this.#network.index
      .slicesOf(service)
      .flatMap((slice) => slice.endpoints)
      .filter((endpoint) => isEndpointReady(endpoint) || service.spec.publishNotReadyAddresses)
      .flatMap((endpoint) => endpoint.addresses.slice(0, 1).map((address) => ({ address, endpoint })))
      .sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0))
  }

  #podTarget(text: string, pod: Pod, port: number | undefined, protocol: FlowProtocol | undefined): Target {
    const host = this.#network.pod(pod)
    if (host === undefined) throw notRunning(text, pod)
    if (port !== undefined || protocol !== undefined) return target(text, host.address, port, protocol)
    const declared = pod.spec.containers.flatMap((container) => container.ports)[0]
    if (declared === undefined) return target(text, host.address, undefined, 'icmp')
    this.assumptions.push(
      `${text} is asked on its first container port, ${declared.containerPort}/${lower(declared.protocol)}`,
    )
    return target(text, host.address, declared.containerPort, lower(declared.protocol))
  }

  #podSource(pod: Pod): Source {
    const host = this.#network.pod(pod)
    if (host === undefined) throw notRunning(`pod/${pod.metadata.name}`, pod)
    return { name: `pod/${podNetnsName(pod)}`, netns: host.netns, address: 0 as Ipv4, isExternal: false }
  }

  #readyPod(text: string, pods: readonly Pod[]): Pod {
    const running = pods.filter((pod) => this.#network.pod(pod) !== undefined)
    const pod = running.find(isPodReady) ?? running[0]
    if (pod === undefined) {
      throw new KubehopError('NOT_RUNNING', `${text} has no running pod`, {
        hint:
          pods.length === 0
            ? 'it has no pods at all: is replicas 0?'
            : `of its ${pods.length} pods none runs on a node`,
      })
    }
    if (pods.length > 1) this.assumptions.push(`${text} is pod ${podNetnsName(pod)}, the first of ${pods.length}`)
    return pod
  }

  /** The address of a host beyond the nodes. @throws KubehopError `BAD_REFERENCE`: it can be no such host's */
  #outside(text: string, given: string | undefined): Ipv4 {
    const { fabric, plan, attracted } = this.#network
    if (given === undefined) return fabric.externalAddress
    const address = parseIpv4(given)
    if (!isHostAddress(address)) refuse(text, `${given} is no single host's address`)
    const owner = this.#network.netnsAt(address)
    if (owner !== undefined) refuse(text, `${given} belongs to ${owner.name}, which is not outside`)
    if (prefixContains(plan.pods, address))
      refuse(text, `${given} lies in the pods' network ${formatPrefix(plan.pods)}, and no pod has it`)
    if (prefixContains(plan.services, address))
      refuse(text, `${given} lies in the Services' network ${formatPrefix(plan.services)}`)
    const service = attracted.find((each) => each.address === given)?.service.metadata
    if (service !== undefined) refuse(text, `${given} leads to Service ${service.namespace}/${service.name}`)
    return address
  }

  #nodeOf(name: string): NetworkNamespace {
    const node = this.#network.nodes.get(name)
    if (node === undefined) throw new KubehopError('NOT_FOUND', `there is no node ${name}`)
    return node.netns
  }
}

function target(name: string, address: Ipv4, port: number | undefined, protocol: FlowProtocol | undefined): Target {
  return { name, address, port, protocol: protocol ?? (port === undefined ? 'icmp' : 'tcp'), probability: 1 }
}

/** Not loopback, not a group's, not everybody's. */
function isHostAddress(address: Ipv4): boolean {
  return !isLoopback(address) && !isMulticast(address) && !isLimitedBroadcast(address) && !isZeronet(address)
}

function refuse(text: string, why: string): never {
  throw new KubehopError('BAD_REFERENCE', `"${text}": ${why}`, {
    hint: 'name a pod, a node or a Service, or an address that is nobody’s in the cluster',
  })
}

function lower(protocol: string): FlowProtocol {
  return protocol.toLowerCase() as FlowProtocol
}

function notRunning(text: string, pod: Pod): KubehopError {
  const ended = isPodTerminal(pod) || pod.spec.nodeName !== undefined
  const why = ended ? `its phase is ${pod.status.phase ?? 'unknown'}` : 'it is on no node'
  return new KubehopError('NOT_RUNNING', `${text} does not run: ${why}`)
}
