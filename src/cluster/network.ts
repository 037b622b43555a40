import type { KubeProxy } from '../kubeproxy/index.ts'
import {
  type ClusterObjects,
  type EndpointSlice,
  isEndpointReady,
  isPodTerminal,
  ObjectIndex,
  type Pod,
  type Service,
  serviceNameOf,
} from '../kubernetes/index.ts'
import type { NetworkNamespace } from '../netns/namespace.ts'
import { type Ipv4, parseIpv4, prefixContains, tryParseIpv4 } from '../packet/address.ts'
import { Protocol } from '../packet/protocol.ts'
import { Simulation } from '../sim/simulation.ts'
import { Fabric } from './fabric.ts'
import { HealthServers } from './health-servers.ts'
import { type NodeHost, proxyHost, wireNode } from './node-host.ts'
import type { ClusterOptions } from './options.ts'
import { type ClusterPlan, isAboutKubeProxy, planCluster } from './plan.ts'
import { type BindFailure, listenDeclared, type PodHost, podNetnsName, wirePod } from './pod-host.ts'
import { kubeProxyOf, type NodeSync, proxyState, RunningProxies, rulesOf } from './running-proxies.ts'
import { StandIns, sandboxWiring } from './stand-ins.ts'
import { changesOfPods, checkUpdate } from './update.ts'

/** An address that the router sends to a node: a load balancer's, or an external IP. */
export interface AttractedAddress {
  readonly address: string
  readonly service: Service
  readonly node: NodeHost
}

/** The simulated machines of a cluster: every node and pod as namespaces of one simulation, and the fabric between them. */
export class ClusterNetwork {
  readonly sim: Simulation
  readonly plan: ClusterPlan
  readonly fabric: Fabric
  /** By node name. */
  readonly nodes = new Map<string, NodeHost>()
  /** By `namespace/name`. */
  readonly pods = new Map<string, PodHost>()
  /** Ports of host-network pods that were taken already. */
  readonly bindFailures: readonly BindFailure[]
  /** Who answers at endpoints that no pod is told for. */
  readonly standIns: StandIns
  /** Nodes and pods by their own address. */
  readonly #hosts = new Map<Ipv4, NetworkNamespace>()
  /** The nodes that sandboxes with their own address are on. */
  readonly #nodesOfSandboxes = new Map<NetworkNamespace, NodeHost>()
  /** Addresses of pods that are gone: nobody answers there, whatever EndpointSlices still say. */
  readonly #deserted = new Set<Ipv4>()
  readonly #options: ClusterOptions
  readonly #health: HealthServers
  #proxies: RunningProxies | null = null
  #objects: ClusterObjects
  #index: ObjectIndex
  #kubeProxy: KubeProxy
  #attracted: readonly AttractedAddress[]

  constructor(objects: ClusterObjects, options: ClusterOptions) {
    const sim = new Simulation({ seed: options.seed ?? 0 })
    this.sim = sim
    this.#options = options
    this.#objects = objects
    this.#index = new ObjectIndex(objects)
    this.plan = planCluster(objects, options, sim.random('mac'))
    this.fabric = new Fabric(sim, this.plan)
    this.#kubeProxy = kubeProxyOf(objects, options)
    for (const node of this.plan.nodes) {
      const proxy = this.kubeProxy.forNode(proxyHost(this.plan, node))
      const host = wireNode(sim, this.fabric, this.plan, node, proxy, this.kubeProxy.configuration, options)
      this.nodes.set(node.name, host)
      for (const address of [node.address, ...node.moreAddresses]) this.#hosts.set(address, host.netns)
    }
    this.standIns = new StandIns(this.fabric, this.plan, this.nodes)
    this.bindFailures = this.#wirePods(objects.pods)
    this.#placeEndpoints()
    this.#health = new HealthServers(this.nodes.values(), this.#kubeProxy)
    this.#attracted = this.#attract()
  }

  /** What the network was made of, or what `update` was told last. */
  get objects(): ClusterObjects {
    return this.#objects
  }

  get index(): ObjectIndex {
    return this.#index
  }

  get kubeProxy(): KubeProxy {
    return this.#kubeProxy
  }

  /** Where the router sends what comes from outside. */
  get attracted(): readonly AttractedAddress[] {
    return this.#attracted
  }

  /**
   * The objects change while the network runs. Pods come and go; each node's kube-proxy syncs what is different and
   * deletes the UDP connections that lead to no serving endpoint any more. All else stays as it is: other connections,
   * neighbours, counters, the clock.
   *
   * Returns what the kube-proxy of each node did, by the node's name.
   *
   * @param objects complete ones (`refill`)
   * @throws UnsupportedError for a change that no running network of kubehop can follow: nodes that come, go or move, host-network pods that come or go,
   *   addresses that flannel would have to learn. Nothing has changed then
   */
  update(objects: ClusterObjects): Map<string, NodeSync> {
    const pods = changesOfPods(this, objects)
    checkUpdate(this, objects, pods)
    const started = this.#kubeProxy
    this.#proxies ??= new RunningProxies(this.nodes.values(), (node) => proxyState(started, node), 0)
    for (const host of pods.gone) this.#unwirePod(host)
    this.#objects = objects
    this.#index = new ObjectIndex(objects)
    this.#kubeProxy = kubeProxyOf(objects, this.#options, this.#kubeProxy)
    for (const { host, pod } of pods.kept) this.pods.set(podNetnsName(pod), { ...host, pod })
    this.#wirePods(pods.come)
    this.#placeEndpoints()
    this.#health.update(this.#kubeProxy)
    const before = this.#attracted
    this.#attracted = this.#attract()
    const still = new Set(this.#attracted.map(({ address }) => address))
    for (const { address } of before) if (!still.has(address)) this.fabric.release(parseIpv4(address))
    const named = new Map(objects.nodes.map((node) => [node.metadata.name, node]))
    for (const host of this.nodes.values()) host.plan = { ...host.plan, node: named.get(host.plan.name)! }
    const syncs = this.#proxies.update((node) => proxyState(this.#kubeProxy, node))
    for (const host of this.nodes.values()) host.proxy = rulesOf(proxyState(this.#kubeProxy, host))
    return syncs
  }

  #unwirePod(host: PodHost): void {
    const { netns, port, address } = host
    this.pods.delete(podNetnsName(host.pod))
    const node = this.#nodesOfSandboxes.get(netns)
    if (port === null || node === undefined) return
    // a route of its own goes with the bridge port's address: see `wireSandbox`
    if (!prefixContains(node.plan.lease.subnet, address)) {
      node.netns.fib.delete({ destination: { address, length: 32 }, ifindex: node.bridge.ifindex })
    }
    node.netns.remove(port)
    this.#hosts.delete(address)
    this.#nodesOfSandboxes.delete(netns)
    this.#deserted.add(address)
  }

  /** Every namespace, in a fixed order: the fabric, the nodes, their pods. */
  *namespaces(): Iterable<NetworkNamespace> {
    yield this.fabric.underlay
    yield this.fabric.external
    yield* this.fabric.neighbours
    for (const node of this.nodes.values()) yield node.netns
    for (const pod of this.pods.values()) if (pod.port !== null) yield pod.netns
    yield* this.standIns.namespaces
  }

  /** Whoever has this address on the bridge of a node: a pod, or an endpoint without one. */
  sandboxOn(node: NodeHost, address: Ipv4): NetworkNamespace | undefined {
    const netns = this.#hosts.get(address)
    return netns !== undefined && this.#nodesOfSandboxes.get(netns) === node ? netns : undefined
  }

  /** The namespace, wiring and listeners of a pod; undefined when it runs nowhere. */
  pod(pod: Pod): PodHost | undefined {
    return this.pods.get(podNetnsName(pod))
  }

  /** The node or pod that has this address, on any of its devices. */
  netnsAt(address: Ipv4): NetworkNamespace | undefined {
    const host = this.#hosts.get(address)
    if (host !== undefined) return host
    // flannel.1 and the bridges: addresses that nobody is known by
    for (const { netns } of this.nodes.values()) if (netns.addressType(address) === 'local') return netns
    return undefined
  }

  #wirePods(pods: readonly Pod[]): BindFailure[] {
    const failures: BindFailure[] = []
    const random = this.sim.random('pod')
    for (const pod of pods) {
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
      const listensEverywhere = (this.#options.listeners ?? 'all') === 'all'
      const host = wirePod(pod, { ...sandboxWiring(this.plan, node), listensEverywhere, random })
      this.pods.set(podNetnsName(pod), host)
      this.#hosts.set(host.address, host.netns)
      this.#nodesOfSandboxes.set(host.netns, node)
      this.#deserted.delete(host.address)
    }
    return failures
  }

  /**
   * Endpoints that are neither pods nor nodes answer from where their address is: in the pods' network as if they were pods. The API
   * server listens where `default/kubernetes` points, when that is a node. Who else listens on a node is told by its pods, where the input has any.
   */
  #placeEndpoints(): void {
    const podsAreTold = !isAboutKubeProxy(this.objects)
    for (const slice of this.objects.endpointSlices) {
      for (const { addresses, nodeName } of slice.endpoints) {
        for (const text of addresses) {
          const address = tryParseIpv4(text)
          if (address === undefined || this.#deserted.has(address)) continue
          const host = this.#hosts.get(address)
          if (host !== undefined) {
            if (isApiServers(slice)) this.#serve(slice, host, 'kube-apiserver')
            else if (!podsAreTold) this.#serve(slice, host)
          } else if (prefixContains(this.plan.pods, address)) this.#standIn(address, nodeName)
          else this.fabric.host(address)
        }
      }
    }
  }

  #standIn(address: Ipv4, nodeName: string | undefined): void {
    const { netns, node } = this.standIns.add(address, nodeName)
    this.#hosts.set(address, netns)
    if (node !== null) this.#nodesOfSandboxes.set(netns, node)
  }

  #serve(slice: EndpointSlice, host: NetworkNamespace, name?: string): void {
    const node = this.nodes.get(host.name)
    for (const { port, protocol } of slice.ports)
      if (port !== undefined) node?.sockets.serve(Protocol[protocol], port, name)
  }

  /** Load balancer addresses and external IPs: somebody out there sends them to one node. */
  #attract(): AttractedAddress[] {
    const attracted: AttractedAddress[] = []
    for (const { address, moreAddresses } of this.plan.nodes) {
      for (const other of moreAddresses)
        if (!prefixContains(this.plan.underlay, other)) this.fabric.attract(other, address)
    }
    for (const service of this.objects.services) {
      // a load balancer that is a proxy keeps its address for itself, and comes by node ports
      const balanced = service.status.loadBalancer.ingress.flatMap(({ ip, ipMode }) =>
        ip === undefined || ipMode === 'Proxy' ? [] : [ip],
      )
      const addresses = [...balanced, ...service.spec.externalIPs]
      const node = addresses.length === 0 ? undefined : this.#entryNode(service)
      if (node === undefined) continue
      for (const text of addresses) {
        const address = tryParseIpv4(text)
        // a node's own address (k3s' servicelb, externalIPs that name nodes) leads there by itself
        if (address === undefined || this.#hosts.has(address)) continue
        this.fabric.attract(address, node.plan.address)
        attracted.push({ address: text, service, node })
      }
    }
    return attracted
  }

  /** The first node, or, with externalTrafficPolicy Local, the first that has a ready endpoint. */
  #entryNode(service: Service): NodeHost | undefined {
    const [first] = this.nodes.values()
    if (service.spec.externalTrafficPolicy !== 'Local') return first
    const ready = this.index
      .slicesOf(service)
      .flatMap(({ endpoints }) => endpoints)
      .filter(isEndpointReady)
    const places = new Set(ready.map(({ nodeName }) => nodeName))
    for (const node of this.nodes.values()) if (places.has(node.plan.name)) return node
    return first
  }
}

function isApiServers(slice: EndpointSlice): boolean {
  const { namespace, name } = slice.metadata
  return namespace === 'default' && (serviceNameOf(slice) === 'kubernetes' || name === 'kubernetes')
}
