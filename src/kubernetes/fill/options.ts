import type { Validation } from '../read/context.ts'

/** What a cluster is given that its input leaves out. Networks are in CIDR notation. */
export interface FillOptions {
  /** How many nodes to make when the input has none. Default 2. */
  readonly nodes?: number | undefined
  /**
   * What somebody wants to know about. A node of that name is made when the input is about kube-proxy alone (EndpointSlices or a
   * KubeProxyConfiguration, no pods and workloads) and has no Nodes; an address is not given to anybody else.
   */
  readonly asked?: { readonly node?: string | undefined; readonly address?: string | undefined } | undefined
  /**
   * The pods' network. Default: flannel's Network, kube-proxy's clusterCIDR, kube-controller-manager's `--cluster-cidr`, what holds the
   * nodes' podCIDRs, 10.244.0.0/16.
   */
  readonly podCidr?: string | undefined
  /** The network of cluster IPs. Default: kube-apiserver's `--service-cluster-ip-range`, what holds the input's cluster IPs, 10.96.0.0/12. */
  readonly serviceCidr?: string | undefined
  /** The network of the nodes. Default: what holds the input's node addresses, 192.168.0.0/24. */
  readonly nodeCidr?: string | undefined
  /** Where load balancer addresses come from. Default 203.0.113.0/24. */
  readonly loadBalancerPool?: string | undefined
  /** Prefix length of a node's pod network. Default 24. */
  readonly nodeCidrMaskSize?: number | undefined
  /**
   * Is the Service `default/kubernetes` added when the input lacks it? Every cluster has it. Default true; false for an input of
   * Services out of a cluster and a KubeProxyConfiguration, without pods and workloads.
   */
  readonly defaultService?: boolean | undefined
  /** Changes the names, cluster IPs and node ports that are made up. Default 0. */
  readonly seed?: number | undefined
  /** `lenient`: what an API server refuses and kube-proxy takes is a note. Default `strict`. */
  readonly validation?: Validation | undefined
}
