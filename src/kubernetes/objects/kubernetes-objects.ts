import type { Note } from '../problems.ts'
import type { EndpointSlice } from './endpoint-slice.ts'
import type { Endpoints } from './endpoints.ts'
import type { FlannelConfig } from './flannel.ts'
import type { KubeProxyConfiguration } from './kube-proxy.ts'
import type { Namespace } from './namespace.ts'
import type { Node } from './node.ts'
import type { Pod } from './pod.ts'
import type { Service } from './service.ts'
import type { Workload } from './workload.ts'

/** The objects of an input, as it has them: plain data, never changed in place. */
export interface KubernetesObjects {
  readonly nodes: readonly Node[]
  readonly namespaces: readonly Namespace[]
  readonly pods: readonly Pod[]
  readonly services: readonly Service[]
  readonly endpointSlices: readonly EndpointSlice[]
  readonly endpoints: readonly Endpoints[]
  readonly workloads: readonly Workload[]
  readonly flannel?: FlannelConfig | undefined
  readonly kubeProxy?: KubeProxyConfiguration | undefined
  /** What was passed over or looks odd: warnings for the user. */
  readonly notes: readonly Note[]
}

/** No objects at all. */
export const NO_OBJECTS: KubernetesObjects = Object.freeze({
  nodes: [],
  namespaces: [],
  pods: [],
  services: [],
  endpointSlices: [],
  endpoints: [],
  workloads: [],
  notes: [],
})
