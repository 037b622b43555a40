import { IPV4_ANY, type Ipv4 } from '../packet/address.ts'
import type { FibResult } from './flow.ts'
import type { Rule } from './rule.ts'
import { type AddressType, type Route, Scope } from './types.ts'

/** Why a packet that came in is dropped by routing alone (include/net/dropreason-core.h). */
export type MartianReason =
  | 'NOT_SPECIFIED'
  | 'IP_RPFILTER'
  | 'IP_LOCAL_SOURCE'
  | 'IP_INVALID_SOURCE'
  | 'IP_INVALID_DEST'
  | 'IP_LOCALNET'

/**
 * What routing decided for one packet (`struct rtable`, before path MTU and redirects are looked at). Filled by `routeOutput` and
 * `routeInput`; one object can serve many decisions.
 */
export class RouteDecision {
  /** The errno: 0 there is a way. A packet that came in and finds none is answered by ICMP according to it. */
  error = 0
  /** Set for a packet that came in and is dropped without an answer; then nothing else means anything. */
  martian: MartianReason | null = null
  /** `local`: for this host; `unicast`: to be sent; `broadcast`, `multicast`: see `local`; `unreachable`: no way for what came in. */
  type: AddressType = 'unspec'
  /** This host gets the packet, or a copy of it (`RTCF_LOCAL`). */
  local = false
  /** The device by which it leaves; the loopback device for what stays here. */
  ifindex = 0
  /** The gateway that is the next hop, 0 when the destination itself is. */
  gateway: Ipv4 = IPV4_ANY
  /** The source address: the one that was given, or else the one that was chosen. */
  source: Ipv4 = IPV4_ANY
  /** The destination: the one that was given, unless that was 0.0.0.0. */
  destination: Ipv4 = IPV4_ANY
  /** The device that the packet's receiver will believe it came in on, 0 unless local (`rt_iif`). */
  iif = 0
  /** It leaves by the device on which it came in, to a next hop that the sender could ask itself (`IPSKB_DOREDIRECT`). */
  redirect = false
  /** The route that decided. Null where no table was asked, or none had an answer. */
  route: Route | null = null
  rule: Rule | null = null
  /** As the kernel reports it, see `FibResult`; 0 for no table. */
  table = 0

  /** Empties it for the next question: one object serves many packets. */
  reset(): this {
    this.error = 0
    this.martian = null
    this.type = 'unspec'
    this.local = false
    this.ifindex = 0
    this.gateway = IPV4_ANY
    this.source = IPV4_ANY
    this.destination = IPV4_ANY
    this.iif = 0
    this.redirect = false
    this.route = null
    this.rule = null
    this.table = 0
    return this
  }

  /** Takes over what a lookup found. */
  found(result: FibResult): void {
    this.route = result.route
    this.rule = result.rule
    this.table = result.table
  }
}

/** The gateway that is to be used as the next hop, or 0: one that is an address of this host is not (`rt_set_nexthop`). */
export function gatewayOf(route: Route): Ipv4 {
  return route.nexthopScope === Scope.LINK ? route.gateway : IPV4_ANY
}
