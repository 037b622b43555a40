import { KubeProxy } from '../kubeproxy/index.ts'
import type { ClusterObjects, Node, Pod } from '../kubernetes/index.ts'
import { isPodTerminal, keyOf, nodeAddress } from '../kubernetes/index.ts'
import type { NetworkNamespace } from '../netns/namespace.ts'
import { formatIpv4, type Ipv4, tryParseIpv4 } from '../packet/address.ts'
import { Protocol } from '../packet/protocol.ts'
import { Simulation } from '../sim/simulation.ts'
import { Fabric } from './fabric.ts'
import { type NodeHost, wireNode } from './node-host.ts'
import type { ClusterOptions } from './options.ts'
import { type ClusterPlan, planCluster } from './plan.ts'
import { type BindFailure, listenDeclared, type PodHost, podNetnsName, wirePod } from './pod-host.ts'

/** The simulated machines of a cluster: every node and pod as namespaces of one simulation, and the fabric between them. */
export class ClusterNetwork {
  readonly sim: Simulation
  readonly objects: ClusterObjects
  readonly plan: ClusterPlan
  readonly kubeProxy: KubeProxy
  readonly fabric: Fabric
  /** By node name. */
  readonly nodes = new Map<string, NodeHost>()
  /** By `namespace/name`. */
  readonly pods = new Map<string, PodHost>()
  /** Ports of host-network pods that were taken already. */
  readonly bindFailures: readonly BindFailure[]

  constructor(objects: ClusterObjects, options: ClusterOptions) {
    const sim = new Simulation({ seed: options.seed ?? 0 })
    this.sim = sim
    this.objects = objects
    this.plan = planCluster(objects, options, sim.random('mac'))
    this.fabric = new Fabric(sim, this.plan)
    this.kubeProxy = new KubeProxy({
      services: objects.services,
      endpointSlices: objects.endpointSlices,
      configuration: objects.kubeProxy ?? { clusterCIDR: objects.networks.pods },
      facts: options.hostFacts,
    })
    for (const node of this.plan.nodes) {
      const proxy = this.kubeProxy.forNode({ node: node.node })
      this.nodes.set(
        node.name,
        wireNode(sim, this.fabric, this.plan, node, proxy, this.kubeProxy.configuration, options),
      )
    }
    this.bindFailures = this.#wirePods(options)
    this.#serveControlPlane()
    this.#placeOutsiders()
  }

  /** Every namespace, in a fixed order: the fabric, the nodes, their pods. */
  *namespaces(): Iterable<NetworkNamespace> {
    yield this.fabric.underlay
    yield this.fabric.external
    yield* this.fabric.neighbours
    for (const node of this.nodes.values()) yield node.netns
    for (const pod of this.pods.values()) if (pod.port !== null) yield pod.netns
  }

  pod(pod: Pod): PodHost | undefined {
    return this.pods.get(podNetnsName(pod))
  }

  #wirePods(options: ClusterOptions): BindFailure[] {
    const failures: BindFailure[] = []
    const random = this.sim.random('pod')
    for (const pod of this.objects.pods) {
      const node = this.nodes.get(pod.spec.nodeName ?? '')
      if (node === undefined || isPodTerminal(pod) || pod.status.podIP === undefined) continue
      if (pod.spec.hostNetwork) {
        failures.push(...listenDeclared(pod, node.sockets))
        this.pods.set(podNetnsName(pod), {
          pod,
          netns: node.netns,
          sockets: node.sockets,
          address: node.plan.address,
          port: null,
        })
        continue
      }
      const host = wirePod(pod, {
        node: node.netns,
        bridge: node.bridge,
        subnet: node.plan.lease.subnet,
        network: this.plan.flannel.network,
        mtu: node.podMtu,
        hairpinMode: this.plan.hairpinMode,
        docker: this.plan.bridge === 'docker0',
        listensEverywhere: (options.listeners ?? 'all') === 'all',
        random,
      })
      this.pods.set(podNetnsName(pod), host)
    }
    return failures
  }

  /** The API server listens where `default/kubernetes` points, when that is a node. */
  #serveControlPlane(): void {
    for (const slice of this.objects.endpointSlices) {
      if (keyOf(slice) !== 'default/kubernetes' && slice.metadata.name !== 'kubernetes') continue
      for (const address of slice.endpoints.flatMap((endpoint) => endpoint.addresses)) {
        const node = this.#nodeAt(address)
        for (const port of slice.ports)
          if (port.port !== undefined) node?.sockets.serve(Protocol[port.protocol], port.port, 'kube-apiserver')
      }
    }
  }

  /** Endpoints that are neither pods nor nodes answer from where their address is; load balancers and external IPs are sent to a node. */
  #placeOutsiders(): void {
    const known = new Set([
      ...this.objects.pods.map((pod) => pod.status.podIP),
      ...this.objects.nodes.map((node) => nodeAddress(node)),
    ])
    for (const slice of this.objects.endpointSlices) {
      for (const text of slice.endpoints.flatMap((endpoint) => endpoint.addresses)) {
        const address = known.has(text) ? undefined : tryParseIpv4(text)
        if (address !== undefined) this.fabric.host(address)
      }
    }
    for (const service of this.objects.services) {
      const balanced = service.status.loadBalancer.ingress.flatMap(({ ip }) => (ip === undefined ? [] : [ip]))
      const addresses = [...balanced, ...service.spec.externalIPs]
      if (addresses.length === 0) continue
      const node = this.entryNode(service)
      for (const text of addresses) {
        const address = tryParseIpv4(text)
        if (address !== undefined && node !== undefined) this.fabric.attract(address, node.plan.address)
      }
    }
  }

  /** The node that outside traffic for a Service comes in by: the first one, or, with externalTrafficPolicy Local, the first that has an endpoint. */
  entryNode(service: ClusterObjects['services'][number]): NodeHost | undefined {
    const [first] = this.nodes.values()
    if (service.spec.externalTrafficPolicy !== 'Local') return first
    const { namespace, name } = service.metadata
    const names = this.objects.endpointSlices
      .filter(
        (slice) =>
          slice.metadata.namespace === namespace && slice.metadata.labels['kubernetes.io/service-name'] === name,
      )
      .flatMap((slice) => slice.endpoints)
      .filter((endpoint) => endpoint.conditions.ready !== false)
      .map((endpoint) => endpoint.nodeName)
    for (const node of this.nodes.values()) if (names.includes(node.plan.name)) return node
    return first
  }

  #nodeAt(address: string): NodeHost | undefined {
    for (const node of this.nodes.values()) if (formatIpv4(node.plan.address) === address) return node
    return undefined
  }

  /** Who has this address in the cluster: for the names in traces. */
  ownerOf(address: Ipv4): Node | Pod | undefined {
    for (const pod of this.pods.values()) if (pod.address === address && pod.port !== null) return pod.pod
    for (const node of this.nodes.values()) if (node.plan.address === address) return node.plan.node
    return undefined
  }
}
