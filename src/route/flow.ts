import { IPV4_ANY, type Ipv4 } from '../packet/address.ts'
import type { Rule } from './rule.ts'
import { LOOPBACK_IFINDEX, type Route, Scope } from './types.ts'

/**
 * Routes and rules look at these bits of the DS field only, those of the old type of service (`fib_dscp_masked_match`,
 * include/net/ip_fib.h).
 */
export const LEGACY_TOS_MASK = 0x1c

/**
 * What a lookup goes by (`struct flowi4`). One object is filled anew for every lookup, so that the packet path allocates nothing:
 * `reset()` first, then set what differs.
 */
export class FlowKey {
  destination: Ipv4 = IPV4_ANY
  /** 0: not chosen yet. */
  source: Ipv4 = IPV4_ANY
  /** The receiving device; the loopback device for packets that the host sends itself. */
  iif: number = LOOPBACK_IFINDEX
  /** The device that the sender insists on, 0 for any. */
  oif = 0
  /** The DS field; routes and rules look at some of its bits. */
  tos = 0
  /** fwmark, unsigned. */
  mark = 0
  /** Only routes at least this near will do. */
  scope: number = Scope.UNIVERSE
  /** IP protocol, for rules that ask. 0: unknown. */
  protocol = 0
  sourcePort = 0
  destinationPort = 0
  uid = 0
  /** The source need not be an address of this host (`FLOWI_FLAG_ANYSRC`: IP_TRANSPARENT, re-routing). */
  anySource = false

  /** Empties it for the next packet: one object serves many. */
  reset(): this {
    this.destination = IPV4_ANY
    this.source = IPV4_ANY
    this.iif = LOOPBACK_IFINDEX
    this.oif = 0
    this.tos = 0
    this.mark = 0
    this.scope = Scope.UNIVERSE
    this.protocol = 0
    this.sourcePort = 0
    this.destinationPort = 0
    this.uid = 0
    this.anySource = false
    return this
  }
}

/** What a lookup found (`struct fib_result`). Filled by `Fib.lookup`; keep what you need of it before the next one. */
export class FibResult {
  /** The errno, 0 when there is a usable route. */
  error = 0
  /** The route that decided; also set when it is one that refuses. Null: no route. */
  route: Route | null = null
  /** The policy rule that decided, or null when none did. */
  rule: Rule | null = null
  /**
   * The table as the kernel reports it. As long as nobody has touched the policy rules the kernel keeps `local` and `main` in one
   * trie and reports `main` for both; `route.table` tells them apart.
   */
  table = 0
}
