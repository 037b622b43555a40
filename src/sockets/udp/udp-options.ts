import type { PmtuDiscovery } from '../pmtu-discovery.ts'

/** What may be changed while the socket lives. */
export interface UdpSettings {
  /** IP_TTL, 1 to 255. Default: net.ipv4.ip_default_ttl. */
  readonly ttl?: number
  /** IP_TOS */
  readonly tos?: number
  /** SO_MARK */
  readonly mark?: number
  /** Default: `want`, or `dont` where net.ipv4.ip_no_pmtu_disc is set. */
  readonly pmtuDiscovery?: PmtuDiscovery
}

export interface UdpOptions extends UdpSettings {
  /** SO_REUSEADDR */
  readonly reuseAddress?: boolean
  /** SO_REUSEPORT */
  readonly reusePort?: boolean
  /** SO_BROADCAST: may send to broadcast addresses. */
  readonly broadcast?: boolean
  /** SO_BINDTODEVICE: an ifindex; only packets by this device. */
  readonly device?: number
  /** IP_RECVERR: ICMP errors are reported also when the socket is not connected or the error is not fatal. */
  readonly receiveErrors?: boolean
}
