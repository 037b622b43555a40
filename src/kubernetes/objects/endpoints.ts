import type { ObjectReference } from './endpoint-slice.ts'
import type { NamespacedMeta, ObjectSource } from './meta.ts'
import type { Protocol } from './service.ts'

/** `v1.EndpointAddress` */
export interface EndpointAddress {
  readonly ip: string
  readonly hostname?: string | undefined
  readonly nodeName?: string | undefined
  readonly targetRef?: ObjectReference | undefined
}

/** `v1.EndpointSubset`: every address with every port. */
export interface EndpointSubset {
  readonly addresses: readonly EndpointAddress[]
  readonly notReadyAddresses: readonly EndpointAddress[]
  readonly ports: readonly { readonly name: string; readonly port: number; readonly protocol: Protocol }[]
}

/** `v1.Endpoints`: the older form of EndpointSlices. kube-proxy reads only the slices made of it. */
export interface Endpoints {
  readonly kind: 'Endpoints'
  readonly metadata: NamespacedMeta
  readonly subsets: readonly EndpointSubset[]
  readonly source: ObjectSource
}
