import type { HostFacts } from '../kubeproxy/index.ts'
import type { FillOptions } from '../kubernetes/index.ts'

/** What a cluster is, beyond its objects. Everything that is left out and matters is told as an assumption. */
export interface ClusterOptions extends FillOptions {
  /** The bridge that pods are attached to: `cni0` as flannel's CNI plugin makes it (default), or Docker's own. */
  readonly bridge?: 'cni0' | 'docker0' | undefined
  /** flannel's backend. Default: what the input's kube-flannel-cfg says, else vxlan. */
  readonly backend?: 'vxlan' | 'host-gw' | undefined
  /** flanneld's `--ip-masq`. Default: what the input's DaemonSet says, else true. */
  readonly ipMasq?: boolean | undefined
  /** vxlan: plain routes between nodes of one network. Default: what the input says, else false. */
  readonly directRouting?: boolean | undefined
  /**
   * Which ports pods listen on: every port of every protocol (default), or only those that their containers declare.
   */
  readonly listeners?: 'all' | 'declared' | undefined
  /** What kube-proxy finds on its hosts: iptables with `--random-fully`, nfacct counters. Default: both. */
  readonly hostFacts?: HostFacts | undefined
  /** MTU of the nodes' network in octets. Default 1500. */
  readonly mtu?: number | undefined
  /** net.bridge.bridge-nf-call-iptables on the nodes. Default true, as every Kubernetes guide has it set. */
  readonly bridgeNfCallIptables?: boolean | undefined
  /** Hairpin mode of the pods' bridge ports. Default: what the input's cni-conf.json says, else true. */
  readonly hairpinMode?: boolean | undefined
}
