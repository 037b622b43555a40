import type { SocketHost } from './host.ts'

/**
 * IP_MTU_DISCOVER: `want` (the default) forbids fragmentation of what fits the path MTU and has the rest fragmented here; `do` refuses
 * what does not fit; `dont` never forbids it; `probe` forbids it and heeds the device's MTU alone.
 */
export type PmtuDiscovery = 'want' | 'do' | 'dont' | 'probe'

/** What a new socket begins with (`inet_create`). */
export function defaultPmtuDiscovery(host: SocketHost): PmtuDiscovery {
  return host.sysctl.get('ipv4.ip_no_pmtu_disc') === 1 ? 'dont' : 'want'
}
