import type { Dst } from '../netns/dst.ts'
import { NO_METRICS } from '../route/index.ts'
import type { SocketHost } from './host.ts'

// What a route says to the packets of a socket beyond where they go.

/** TTL for a socket that has none of its own (`ip4_dst_hoplimit`); multicast stays on its link (`mc_ttl`). */
export function hopLimit(host: SocketHost, dst: Dst): number {
  if (dst.type === 'multicast') return 1
  const limit = dst.route === null ? 0 : dst.route.metrics.hoplimit
  return limit !== 0 ? limit : host.sysctl.ttl
}

/** The path MTU is fixed by somebody, or lower than anyone should claim: then nothing says "don't fragment" (`ip_mtu_locked`). */
export function isMtuLocked(dst: Dst): boolean {
  if (dst.exception?.locked === true) return true
  return dst.route !== null && dst.route.metrics !== NO_METRICS && dst.route.metrics.locked.includes('mtu')
}
