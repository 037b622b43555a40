import type { Assumption } from '../fill/assumptions.ts'
import type { KubernetesObjects } from './kubernetes-objects.ts'

/** The networks of a cluster, in CIDR notation. */
export interface Networks {
  readonly pods: string
  readonly services: string
  /** The nodes' networks: one, unless the input's node addresses lie in several that have nothing in common. */
  readonly nodes: readonly string[]
  readonly loadBalancers: string
}

/**
 * A complete cluster: every node has a name, an InternalIP and a podCIDR; every running pod a node and an address; every Service that
 * needs one a cluster IP, node ports, a load balancer address; every Service that has endpoints its EndpointSlices.
 */
export interface ClusterObjects extends KubernetesObjects {
  readonly networks: Networks
  /** What the input did not say. */
  readonly assumptions: readonly Assumption[]
}
