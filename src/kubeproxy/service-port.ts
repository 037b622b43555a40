import { formatIpv4, type Ipv4, type Prefix } from '../packet/address.ts'
import { Protocol } from '../packet/protocol.ts'
import { CHAIN_PREFIX, chainHash } from './chain-names.ts'
import type { ServiceInput, ServicePortInput } from './input.ts'
import { parseAddressSloppily, parseCidrSloppily } from './sloppy-address.ts'

/** A transport protocol as iptables spells it. */
export type ProtocolName = 'tcp' | 'udp' | 'sctp'

const PROTOCOL_NUMBER = { tcp: Protocol.TCP, udp: Protocol.UDP, sctp: Protocol.SCTP } as const

/** The label by which a Service tells kube-proxy that another proxy serves it (pkg/proxy/apis/well_known_labels.go). */
const LABEL_SERVICE_PROXY_NAME = 'service.kubernetes.io/service-proxy-name'

/** What the API server fills in where `sessionAffinityConfig` is missing (`DefaultClientIPServiceAffinitySeconds`). */
const DEFAULT_AFFINITY_SECONDS = 10800

/** An address with its text, which rules and comments need again and again. */
export interface Address {
  readonly value: Ipv4
  readonly text: string
}

/**
 * One port of one Service as kube-proxy sees it: `BaseServicePortInfo`, pkg/proxy/serviceport.go. It is the same on
 * every node.
 */
export interface ServicePortInfo {
  /** `namespace/name` */
  readonly service: string
  /** `namespace/name:port`, without the colon when the port has no name (`ServicePortName.String`). */
  readonly name: string
  readonly portName: string
  readonly protocol: ProtocolName
  readonly protocolNumber: number
  readonly clusterIP: Address
  readonly port: number
  /** 0: none. */
  readonly nodePort: number
  readonly externalIPs: readonly Address[]
  /** Load balancer addresses with ipMode VIP. */
  readonly loadBalancerVIPs: readonly Address[]
  readonly loadBalancerSourceRanges: readonly Prefix[]
  /** Seconds that a client stays with its endpoint; 0: no session affinity. */
  readonly affinitySeconds: number
  /** 0: none. */
  readonly healthCheckNodePort: number
  readonly externalPolicyLocal: boolean
  readonly internalPolicyLocal: boolean
  /** There is another way in than the ClusterIP. */
  readonly externallyAccessible: boolean
  /** Traffic can go to endpoints on any node. */
  readonly usesClusterEndpoints: boolean
  /** Traffic can be limited to endpoints on this node. */
  readonly usesLocalEndpoints: boolean
  readonly clusterPolicyChain: string
  readonly localPolicyChain: string
  readonly externalChain: string
  readonly firewallChain: string
}

/** `namespace/name` of an object; a missing namespace is `default`. */
export function namespacedName(metadata: {
  readonly name: string
  readonly namespace?: string | null | undefined
}): string {
  return `${metadata.namespace ?? 'default'}/${metadata.name}`
}

/** The protocol of a Service or EndpointSlice port in lower case; undefined for one that no rule can name. */
export function protocolName(protocol: string | null | undefined): ProtocolName | undefined {
  const name = (protocol ?? 'TCP').toLowerCase()
  return name === 'tcp' || name === 'udp' || name === 'sctp' ? name : undefined
}

/**
 * The ports of a Service for which kube-proxy writes IPv4 rules, none for a headless or ExternalName Service, for one
 * without an IPv4 ClusterIP and for one that another proxy serves (`serviceToServiceMap`,
 * pkg/proxy/servicechangetracker.go; the selectors of `Run`, cmd/kube-proxy/app/server.go).
 */
export function servicePorts(service: ServiceInput): ServicePortInfo[] {
  const { spec } = service
  const labels = service.metadata.labels
  if (labels != null && LABEL_SERVICE_PROXY_NAME in labels) return []
  if (spec.type === 'ExternalName') return []
  const clusterIP = clusterIPv4(service)
  if (clusterIP === undefined) return []

  const shared = sharedByPorts(service)
  const infos = new Map<string, ServicePortInfo>()
  for (const port of spec.ports ?? []) {
    const protocol = protocolName(port.protocol)
    if (protocol === undefined) continue
    // a map in kube-proxy: of two ports with one name and protocol the last one counts
    infos.set(`${port.name ?? ''}/${protocol}`, servicePortInfo(service, port, protocol, clusterIP, shared))
  }
  return [...infos.values()]
}

/** `GetClusterIPByFamily`, pkg/proxy/util/utils.go. */
function clusterIPv4({ spec }: ServiceInput): Address | undefined {
  if (spec.clusterIP == null || spec.clusterIP === '' || spec.clusterIP === 'None') return undefined
  const families = spec.ipFamilies ?? []
  let text: string | undefined
  if (families.length === 0) text = spec.clusterIP
  else {
    const index = families.indexOf('IPv4')
    text = index < 0 ? undefined : spec.clusterIPs?.[index]
  }
  return text === undefined ? undefined : address(text)
}

function address(text: string): Address | undefined {
  const value = parseAddressSloppily(text)
  return value === undefined ? undefined : { value, text: formatIpv4(value) }
}

function present<T>(values: readonly (T | undefined)[]): T[] {
  return values.filter((value) => value !== undefined)
}

type Shared = Pick<
  ServicePortInfo,
  | 'externalIPs'
  | 'loadBalancerVIPs'
  | 'loadBalancerSourceRanges'
  | 'affinitySeconds'
  | 'healthCheckNodePort'
  | 'externalPolicyLocal'
  | 'internalPolicyLocal'
>

function sharedByPorts({ spec, status }: ServiceInput): Shared {
  const externalIPs = present((spec.externalIPs ?? []).map(address))
  const ingress = status?.loadBalancer?.ingress ?? []
  // pkg/api/v1/service/util.go: ExternalPolicyLocal holds only for a Service that is externally accessible by its type
  const accessibleByType =
    spec.type === 'LoadBalancer' || spec.type === 'NodePort' || (spec.externalIPs ?? []).length > 0
  const externalPolicyLocal = accessibleByType && spec.externalTrafficPolicy === 'Local'
  return {
    externalIPs,
    loadBalancerVIPs: present(
      ingress.filter((entry) => (entry.ipMode ?? 'VIP') === 'VIP').map((entry) => address(entry.ip ?? '')),
    ),
    // validation lets blanks around a range pass
    loadBalancerSourceRanges: present(
      (spec.loadBalancerSourceRanges ?? []).map((range) => parseCidrSloppily(range.trim())),
    ),
    affinitySeconds:
      spec.sessionAffinity === 'ClientIP'
        ? (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? DEFAULT_AFFINITY_SECONDS)
        : 0,
    healthCheckNodePort: spec.type === 'LoadBalancer' && externalPolicyLocal ? (spec.healthCheckNodePort ?? 0) : 0,
    externalPolicyLocal,
    internalPolicyLocal: spec.internalTrafficPolicy === 'Local',
  }
}

function servicePortInfo(
  service: ServiceInput,
  port: ServicePortInput,
  protocol: ProtocolName,
  clusterIP: Address,
  shared: Shared,
): ServicePortInfo {
  const owner = namespacedName(service.metadata)
  const portName = port.name ?? ''
  const name = portName === '' ? owner : `${owner}:${portName}`
  const hash = chainHash(name + protocol)
  const nodePort = port.nodePort ?? 0
  const externallyAccessible = nodePort !== 0 || shared.loadBalancerVIPs.length !== 0 || shared.externalIPs.length !== 0
  return {
    service: owner,
    name,
    portName,
    protocol,
    protocolNumber: PROTOCOL_NUMBER[protocol],
    clusterIP,
    port: port.port,
    nodePort,
    ...shared,
    externallyAccessible,
    // with an external policy Local, too: pods and the node itself reach all endpoints by an external address
    usesClusterEndpoints: !shared.internalPolicyLocal || externallyAccessible,
    usesLocalEndpoints: shared.internalPolicyLocal || (shared.externalPolicyLocal && externallyAccessible),
    clusterPolicyChain: CHAIN_PREFIX.SVC + hash,
    localPolicyChain: CHAIN_PREFIX.SVL + hash,
    externalChain: CHAIN_PREFIX.EXT + hash,
    firewallChain: CHAIN_PREFIX.FW + hash,
  }
}
