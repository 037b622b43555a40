import { hash32 } from '../hash.ts'
import type { Networks } from '../objects/cluster-objects.ts'
import { keyOf } from '../objects/meta.ts'
import { hasClusterIP, isHeadless, type Service, type ServicePort } from '../objects/service.ts'
import { AddressPool, cidrContains, PoolExhausted } from './address-pool.ts'
import type { Filling } from './filling.ts'
import { NodePorts } from './node-ports.ts'

/** The cluster IPs below this one are kept for the few Services that ask for one (`CalculateRangeOffset`-like; kubeadm's DNS has .10). */
const FIRST_DYNAMIC_OFFSET = 16
const KUBERNETES_OFFSET = 1
const DNS_OFFSET = 10

/** The API server's own Service (pkg/controlplane/controller/kubernetesservice/controller.go). */
function kubernetesService(clusterIP: string): Service {
  return {
    kind: 'Service',
    metadata: {
      name: 'kubernetes',
      namespace: 'default',
      labels: { component: 'apiserver', provider: 'kubernetes' },
      annotations: {},
      ownerReferences: [],
    },
    spec: {
      type: 'ClusterIP',
      clusterIP,
      ports: [{ name: 'https', protocol: 'TCP', port: 443, targetPort: 6443 }],
      externalIPs: [],
      loadBalancerSourceRanges: [],
      publishNotReadyAddresses: false,
      sessionAffinity: 'None',
    },
    status: { loadBalancer: { ingress: [] } },
    source: { generatedFor: 'the cluster' },
  }
}

function isDns(service: Service): boolean {
  const { namespace, name, labels } = service.metadata
  return namespace === 'kube-system' && (name === 'kube-dns' || labels['k8s-app'] === 'kube-dns')
}

/**
 * Gives Services what they lack: cluster IPs, node ports, load balancer addresses, and the API's defaults. Of what a cluster printed,
 * only a cluster IP can be lacking: node ports and addresses that are not there were not given.
 *
 * @param input `kubernetes`: is `default/kubernetes` added? `whole`: the Services are taken as if a cluster had printed
 *   them
 */
export function fillServices(
  services: readonly Service[],
  input: { readonly networks: Networks; readonly kubernetes: boolean; readonly whole: boolean },
  filling: Filling,
): readonly Service[] {
  const { networks, kubernetes, whole } = input
  const clusterIps = new ClusterIps(services, networks.services, filling)
  const all = kubernetes ? addKubernetes(services, clusterIps, filling) : services
  const nodePorts = new NodePorts(all, filling)
  const balancers = new AddressPool(networks.loadBalancers)
  for (const { status, spec } of all) {
    for (const { ip } of status.loadBalancer.ingress) if (ip !== undefined) balancers.take(ip)
    for (const address of spec.externalIPs) balancers.take(address)
  }
  return all.map((service) => {
    const clusterIP = clusterIps.of(service)
    const complete = withDefaults(clusterIP === service.spec.clusterIP ? service : withSpec(service, { clusterIP }))
    if (!whole && service.source.live !== true) return withLoadBalancer(nodePorts.fill(complete), balancers, filling)
    notePending(service, filling)
    return complete
  })
}

function withSpec(service: Service, spec: Partial<Service['spec']>): Service {
  return { ...service, spec: { ...service.spec, ...spec } }
}

function addKubernetes(services: readonly Service[], clusterIps: ClusterIps, filling: Filling): readonly Service[] {
  if (services.some((service) => keyOf(service) === 'default/kubernetes')) return services
  const clusterIP = clusterIps.takeFirst()
  if (clusterIP === undefined) return services
  filling.assumptions.add('SERVICES', () => `default/kubernetes ${clusterIP}`)
  return [...services, kubernetesService(clusterIP)]
}

/** The API's defaults (`SetDefaults_Service`, pkg/apis/core/v1/defaults.go). */
function withDefaults(service: Service): Service {
  const { spec } = service
  if (spec.type === 'ExternalName') return service
  const external = spec.type !== 'ClusterIP' || spec.externalIPs.length > 0
  const affinity = spec.sessionAffinity === 'ClientIP'
  return withSpec(service, {
    ports: spec.ports.some(({ targetPort }) => targetPort === undefined) ? spec.ports.map(withTarget) : spec.ports,
    internalTrafficPolicy: spec.internalTrafficPolicy ?? 'Cluster',
    externalTrafficPolicy: spec.externalTrafficPolicy ?? (external ? 'Cluster' : undefined),
    allocateLoadBalancerNodePorts:
      spec.allocateLoadBalancerNodePorts ?? (spec.type === 'LoadBalancer' ? true : undefined),
    sessionAffinityConfig: affinity
      ? { clientIP: { timeoutSeconds: spec.sessionAffinityConfig?.clientIP.timeoutSeconds ?? 10_800 } }
      : spec.sessionAffinityConfig,
  })
}

function withTarget(port: ServicePort): ServicePort {
  return port.targetPort === undefined ? { ...port, targetPort: port.port } : port
}

/** Cluster IPs: those given, and new ones that depend on the Service's name, so that one more Service moves no other. */
class ClusterIps {
  readonly #pool: AddressPool
  readonly #filling: Filling
  readonly #owners = new Map<string, Service>()

  constructor(services: readonly Service[], network: string, filling: Filling) {
    this.#pool = new AddressPool(network)
    this.#filling = filling
    this.#pool.takeAt(KUBERNETES_OFFSET)
    for (const service of services) {
      if (!hasClusterIP(service)) continue
      const address = service.spec.clusterIP!
      this.#pool.take(address)
      const other = this.#owners.get(address)
      if (other !== undefined) {
        filling.refused(
          'CLUSTER_IP_CLASH',
          service,
          'spec.clusterIP',
          `${address} is also the cluster IP of Service ${keyOf(other)}`,
        )
      }
      this.#owners.set(address, service)
      if (filling.options.serviceCidr !== undefined && !cidrContains(network, address)) {
        filling.refused(
          'CLUSTER_IP_OUTSIDE',
          service,
          'spec.clusterIP',
          `${address} is outside the Service network ${network}`,
        )
      }
    }
  }

  /** The address of `default/kubernetes`; undefined when another Service has it. */
  takeFirst(): string | undefined {
    const address = this.#pool.takeAt(KUBERNETES_OFFSET)
    const other = this.#owners.get(address)
    if (other === undefined) return address
    this.#filling.refused(
      'CLUSTER_IP_CLASH',
      other,
      'spec.clusterIP',
      `${address} is that of Service default/kubernetes`,
    )
    return undefined
  }

  of(service: Service): string | undefined {
    const { spec } = service
    if (spec.type === 'ExternalName' || hasClusterIP(service) || isHeadless(service)) return spec.clusterIP
    try {
      const dns = isDns(service) && this.#pool.isFree(DNS_OFFSET)
      const first = this.#pool.size > 4 * FIRST_DYNAMIC_OFFSET ? FIRST_DYNAMIC_OFFSET : KUBERNETES_OFFSET
      const hash = hash32(`clusterIP ${keyOf(service)}`, this.#filling.seed)
      const address = dns ? this.#pool.takeAt(DNS_OFFSET) : this.#pool.pick(hash, first)
      this.#filling.assumptions.add('CLUSTER_IPS', () => `${keyOf(service)} ${address}`)
      return address
    } catch (error) {
      if (!(error instanceof PoolExhausted)) throw error
      const message = `the Service network ${this.#pool.cidr} has no address left for it`
      this.#filling.problem('POOL_EXHAUSTED', service, 'spec.clusterIP', message, 'give a larger one: --service-cidr')
      return undefined
    }
  }
}

function notePending(service: Service, filling: Filling): void {
  if (service.spec.type !== 'LoadBalancer' || service.status.loadBalancer.ingress.length > 0) return
  filling.note('LOAD_BALANCER_PENDING', 'Services of type LoadBalancer have no address yet, and get none here', service)
}

/** A manifest's load balancer address: the one that it asks for, or one from the pool. */
function withLoadBalancer(service: Service, pool: AddressPool, filling: Filling): Service {
  const { spec, status } = service
  if (spec.type !== 'LoadBalancer' || status.loadBalancer.ingress.length > 0) return service
  try {
    const ip = spec.loadBalancerIP ?? pool.next()
    if (spec.loadBalancerIP === undefined)
      filling.assumptions.add('LOAD_BALANCER_ADDRESSES', () => `${keyOf(service)} ${ip}`)
    return { ...service, status: { loadBalancer: { ingress: [{ ip, ipMode: 'VIP' }] } } }
  } catch (error) {
    if (!(error instanceof PoolExhausted)) throw error
    const message = `the load balancer pool ${pool.cidr} has no address left for it`
    filling.problem(
      'POOL_EXHAUSTED',
      service,
      'status.loadBalancer',
      message,
      'give a larger one: --load-balancer-pool',
    )
    return service
  }
}
