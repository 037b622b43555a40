import type { NamespacedMeta, ObjectSource, StringMap } from './meta.ts'
import type { Protocol } from './service.ts'

/** `v1.ContainerPort` */
export interface ContainerPort {
  readonly name?: string | undefined
  readonly containerPort: number
  readonly protocol: Protocol
  readonly hostPort?: number | undefined
  readonly hostIP?: string | undefined
}

/** `v1.Container`, as far as it matters here. */
export interface Container {
  readonly name: string
  readonly image?: string | undefined
  readonly command?: readonly string[] | undefined
  readonly args?: readonly string[] | undefined
  readonly ports: readonly ContainerPort[]
}

/** `v1.Toleration` */
export interface Toleration {
  /** Absent: every key. */
  readonly key?: string | undefined
  readonly operator: 'Exists' | 'Equal' | 'Lt' | 'Gt'
  readonly value: string
  /** Absent: every effect. */
  readonly effect?: string | undefined
}

/** `v1.NodeSelectorRequirement` */
export interface NodeSelectorRequirement {
  readonly key: string
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt'
  readonly values: readonly string[]
}

/** `v1.NodeSelectorTerm`: all of it must hold. */
export interface NodeSelectorTerm {
  readonly matchExpressions: readonly NodeSelectorRequirement[]
  readonly matchFields: readonly NodeSelectorRequirement[]
}

/** `v1.DNSPolicy` */
export type DnsPolicy = 'ClusterFirst' | 'ClusterFirstWithHostNet' | 'Default' | 'None'

/** `v1.PodDNSConfig`: what is written in a pod's resolv.conf beside, or in place of, what its policy gives. */
export interface PodDnsConfig {
  readonly nameservers: readonly string[]
  readonly searches: readonly string[]
  readonly options: readonly { readonly name: string; readonly value?: string | undefined }[]
}

/** `v1.HostAlias`: a line of the pod's /etc/hosts. */
export interface HostAlias {
  readonly ip: string
  readonly hostnames: readonly string[]
}

/** `v1.PodSpec`, as far as it matters here. */
export interface PodSpec {
  readonly nodeName?: string | undefined
  readonly hostNetwork: boolean
  readonly nodeSelector: StringMap
  /** Required node affinity: one of the terms must hold. Absent: no such wish. */
  readonly nodeAffinity?: readonly NodeSelectorTerm[] | undefined
  readonly tolerations: readonly Toleration[]
  readonly containers: readonly Container[]
  /** Init containers that keep running beside the others (`restartPolicy: Always`): their ports count as the containers'. */
  readonly sidecars: readonly Container[]
  readonly hostname?: string | undefined
  readonly subdomain?: string | undefined
  /** Absent: ClusterFirst. */
  readonly dnsPolicy?: DnsPolicy | undefined
  readonly dnsConfig?: PodDnsConfig | undefined
  readonly hostAliases?: readonly HostAlias[] | undefined
}

/** `v1.PodPhase` */
export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown'

/** What a container is at (`v1.ContainerState`): one of three. */
export type ContainerState =
  | { readonly kind: 'waiting'; readonly reason?: string | undefined }
  | { readonly kind: 'running' }
  | {
      readonly kind: 'terminated'
      readonly reason?: string | undefined
      readonly exitCode: number
      readonly signal?: number | undefined
    }

/** `v1.ContainerStatus`, as far as it matters here. */
export interface ContainerStatus {
  readonly name: string
  readonly ready: boolean
  readonly restartCount: number
  readonly started?: boolean | undefined
  readonly state?: ContainerState | undefined
}

/** `v1.PodStatus`, as far as it matters here. */
export interface PodStatus {
  readonly phase?: PodPhase | undefined
  /** The IPv4 address. */
  readonly podIP?: string | undefined
  readonly hostIP?: string | undefined
  readonly conditions?: readonly { readonly type: string; readonly status: string }[] | undefined
  /** What a cluster said; absent in a manifest. */
  readonly containerStatuses?: readonly ContainerStatus[] | undefined
  readonly initContainerStatuses?: readonly ContainerStatus[] | undefined
  /** Why it is in its phase: `Evicted`. */
  readonly reason?: string | undefined
}

/** `v1.Pod` */
export interface Pod {
  readonly kind: 'Pod'
  readonly metadata: NamespacedMeta
  readonly spec: PodSpec
  readonly status: PodStatus
  readonly source: ObjectSource
}

/** Has it run to its end? Its address is free again then (`isPodPhaseTerminal`, endpointslice/util/controller_utils.go). */
export function isPodTerminal(pod: Pod): boolean {
  return pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed'
}

/**
 * Is it ready? As its Ready condition says (`IsPodReady`, endpointslice/util/controller_utils.go). A manifest has no conditions;
 * such a pod is taken as ready unless its phase says otherwise.
 */
export function isPodReady(pod: Pod): boolean {
  const { conditions, phase } = pod.status
  if (conditions === undefined) return phase === undefined || phase === 'Running'
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True')
}

/** Is it being deleted? */
export function isPodTerminating(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp !== undefined
}
