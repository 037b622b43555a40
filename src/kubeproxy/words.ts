/** `RuleOrigin.writer` of kube-proxy's rules. */
export const WRITER = 'kube-proxy'

/** The chains that all Services share (constants at the head of pkg/proxy/iptables/proxier.go). */
export const CHAIN = {
  SERVICES: 'KUBE-SERVICES',
  EXTERNAL_SERVICES: 'KUBE-EXTERNAL-SERVICES',
  NODEPORTS: 'KUBE-NODEPORTS',
  POSTROUTING: 'KUBE-POSTROUTING',
  MARK_MASQ: 'KUBE-MARK-MASQ',
  FORWARD: 'KUBE-FORWARD',
  PROXY_FIREWALL: 'KUBE-PROXY-FIREWALL',
  /** Empty; kube-proxy looks whether somebody has flushed the tables by looking whether it is still there. */
  CANARY: 'KUBE-PROXY-CANARY',
  /** kubelet's; kube-proxy writes the same rule into it. */
  KUBELET_FIREWALL: 'KUBE-FIREWALL',
} as const

/** nfacct counters (pkg/proxy/metrics/metrics.go). */
export const COUNTER = {
  INVALID_DROPPED: 'ct_state_invalid_dropped_pkts',
  LOCALHOST_NODE_PORTS: 'localhost_nps_accepted_pkts',
} as const

/** With more endpoints than this kube-proxy writes fewer comments (`largeClusterEndpointsThreshold`). */
export const LARGE_CLUSTER_ENDPOINTS = 1000

/** The chains that kube-proxy declares in each sync, in its order. */
export const FILTER_CHAINS = [
  CHAIN.SERVICES,
  CHAIN.EXTERNAL_SERVICES,
  CHAIN.FORWARD,
  CHAIN.NODEPORTS,
  CHAIN.PROXY_FIREWALL,
] as const
export const NAT_CHAINS = [CHAIN.SERVICES, CHAIN.NODEPORTS, CHAIN.POSTROUTING, CHAIN.MARK_MASQ] as const
