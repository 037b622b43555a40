import type { NamespacedMeta, ObjectSource, StringMap } from './meta.ts'

/** `v1.Protocol` */
export type Protocol = 'TCP' | 'UDP' | 'SCTP'

/** `v1.ServiceType` */
export type ServiceType = 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName'

/** `v1.ServiceExternalTrafficPolicy` and `v1.ServiceInternalTrafficPolicy`: endpoints everywhere, or on the same node only. */
export type TrafficPolicy = 'Cluster' | 'Local'

/** `v1.ServicePort` */
export interface ServicePort {
  /** Empty when the only port has no name. */
  readonly name: string
  readonly protocol: Protocol
  readonly port: number
  /** Number or name of a container port; filled in with `port` where the input leaves it out. */
  readonly targetPort?: number | string | undefined
  readonly nodePort?: number | undefined
  readonly appProtocol?: string | undefined
}

/** `v1.LoadBalancerIngress` */
export interface LoadBalancerIngress {
  readonly ip?: string | undefined
  readonly hostname?: string | undefined
  /** VIP when left out: nodes take the address as their own. Proxy: they leave it alone. */
  readonly ipMode?: 'VIP' | 'Proxy' | undefined
}

/** `v1.ServiceSpec` */
export interface ServiceSpec {
  readonly type: ServiceType
  /** An address, `None` (headless), or absent until it is filled in; always absent for ExternalName. */
  readonly clusterIP?: string | undefined
  /** Absent: the endpoints are managed by somebody else. An empty selector is the same. */
  readonly selector?: StringMap | undefined
  readonly ports: readonly ServicePort[]
  readonly externalIPs: readonly string[]
  readonly externalName?: string | undefined
  readonly externalTrafficPolicy?: TrafficPolicy | undefined
  readonly internalTrafficPolicy?: TrafficPolicy | undefined
  readonly healthCheckNodePort?: number | undefined
  readonly loadBalancerIP?: string | undefined
  readonly loadBalancerClass?: string | undefined
  readonly loadBalancerSourceRanges: readonly string[]
  readonly allocateLoadBalancerNodePorts?: boolean | undefined
  readonly publishNotReadyAddresses: boolean
  readonly sessionAffinity: 'None' | 'ClientIP'
  readonly sessionAffinityConfig?: { readonly clientIP: { readonly timeoutSeconds?: number | undefined } } | undefined
  /** PreferSameZone, PreferSameNode, or the old PreferClose. */
  readonly trafficDistribution?: string | undefined
}

/** `v1.Service` */
export interface Service {
  readonly kind: 'Service'
  readonly metadata: NamespacedMeta
  readonly spec: ServiceSpec
  readonly status: { readonly loadBalancer: { readonly ingress: readonly LoadBalancerIngress[] } }
  readonly source: ObjectSource
}

/** Without a cluster IP: DNS gives the endpoints themselves, and kube-proxy writes nothing. */
export function isHeadless(service: Service): boolean {
  return service.spec.clusterIP === 'None'
}

/** Does it have a cluster IP, as an address (`IsServiceIPSet`, pkg/apis/core/v1/helper)? */
export function hasClusterIP(service: Service): boolean {
  const { clusterIP } = service.spec
  return clusterIP !== undefined && clusterIP !== 'None' && clusterIP !== ''
}
