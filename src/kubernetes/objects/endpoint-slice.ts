import { lookup, type NamespacedMeta, type ObjectSource } from './meta.ts'
import type { Protocol } from './service.ts'

/** The label by which a slice belongs to a Service (discovery/v1/well_known_labels.go). */
export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name'
/** The label that says which controller keeps a slice. */
export const MANAGED_BY_LABEL = 'endpointslice.kubernetes.io/managed-by'

/** `v1.ObjectReference`, as far as it matters here. */
export interface ObjectReference {
  readonly kind: string
  readonly namespace?: string | undefined
  readonly name: string
}

/** `discovery.EndpointHints` */
export interface EndpointHints {
  readonly forZones: readonly string[]
  readonly forNodes: readonly string[]
}

/** `discovery.Endpoint` */
export interface Endpoint {
  readonly addresses: readonly string[]
  readonly conditions: {
    /** Absent counts as true. */
    readonly ready?: boolean | undefined
    /** Absent: as `ready`. */
    readonly serving?: boolean | undefined
    /** Absent counts as false. */
    readonly terminating?: boolean | undefined
  }
  readonly nodeName?: string | undefined
  readonly zone?: string | undefined
  readonly hostname?: string | undefined
  readonly hints?: EndpointHints | undefined
  readonly targetRef?: ObjectReference | undefined
}

/** `discovery.EndpointPort` */
export interface EndpointPort {
  /** The name of the Service's port; empty when it has none. */
  readonly name: string
  readonly protocol: Protocol
  /** Absent: all ports. */
  readonly port?: number | undefined
  readonly appProtocol?: string | undefined
}

/** `discovery.EndpointSlice` */
export interface EndpointSlice {
  readonly kind: 'EndpointSlice'
  readonly metadata: NamespacedMeta
  /** IPv6 slices are left out when the input is read. */
  readonly addressType: 'IPv4' | 'FQDN'
  readonly endpoints: readonly Endpoint[]
  readonly ports: readonly EndpointPort[]
  readonly source: ObjectSource
}

/** Name of the Service that the slice belongs to. */
export function serviceNameOf(slice: EndpointSlice): string | undefined {
  const name = lookup(slice.metadata.labels, SERVICE_NAME_LABEL)
  return name === '' ? undefined : name
}

/** Ready as consumers read it: not told counts as ready (pkg/proxy/endpointslicecache.go). */
export function isEndpointReady(endpoint: Endpoint): boolean {
  return endpoint.conditions.ready !== false
}
