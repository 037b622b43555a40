import type { ObjectSource } from './meta.ts'

/**
 * `KubeProxyConfiguration`, as far as the iptables mode has a use for it (k8s.io/kube-proxy/config/v1alpha1/types.go).
 * Nothing is filled in here: kube-proxy's defaults are kube-proxy's.
 */
export interface KubeProxyConfiguration {
  /** Absent: iptables. */
  readonly mode?: string | undefined
  /** The IPv4 one, when there are two. */
  readonly clusterCIDR?: string | undefined
  readonly hostnameOverride?: string | undefined
  readonly bindAddress?: string | undefined
  readonly detectLocalMode?: 'ClusterCIDR' | 'NodeCIDR' | 'BridgeInterface' | 'InterfaceNamePrefix' | undefined
  readonly detectLocal?:
    | { readonly bridgeInterface?: string | undefined; readonly interfaceNamePrefix?: string | undefined }
    | undefined
  /** Networks, or `primary` alone. */
  readonly nodePortAddresses: readonly string[]
  readonly iptables: {
    readonly masqueradeBit?: number | undefined
    readonly masqueradeAll?: boolean | undefined
    readonly localhostNodePorts?: boolean | undefined
    /** Nanoseconds. */
    readonly syncPeriod?: number | undefined
  }
  readonly conntrack: {
    readonly maxPerCore?: number | undefined
    readonly min?: number | undefined
    /** Nanoseconds. */
    readonly tcpEstablishedTimeout?: number | undefined
    /** Nanoseconds. */
    readonly tcpCloseWaitTimeout?: number | undefined
    readonly tcpBeLiberal?: boolean | undefined
    /** Nanoseconds. */
    readonly udpTimeout?: number | undefined
    /** Nanoseconds. */
    readonly udpStreamTimeout?: number | undefined
  }
  /** `ip:port`, or an address alone. */
  readonly healthzBindAddress?: string | undefined
  readonly featureGates: Readonly<Record<string, boolean>>
  readonly source: ObjectSource
}
