import { IPV4_ANY, IPV4_BROADCAST, IPV4_LOOPBACK, type Ipv4, isLoopback, isMulticast } from '../packet/address.ts'
import { gatewayOf, type RouteDecision } from './decision.ts'
import { Errno } from './errors.ts'
import type { Fib } from './fib.ts'
import { FibResult, type FlowKey } from './flow.ts'
import { type AddressType, type FibDevice, LOOPBACK_IFINDEX, Scope } from './types.ts'

const result = new FibResult()

/** 224.0.0.0/24, which no router forwards (`ipv4_is_local_multicast`). */
function isLocalMulticast(address: Ipv4): boolean {
  return address >>> 8 === 0xe00000
}

/**
 * Routes a packet that this host sends (`ip_route_output_key_hash_rcu`, `__mkroute_output`, net/ipv4/route.c): finds route, device and
 * next hop, and chooses the source address when the key has none. Returns the errno, 0 for success. The key's `iif` must
 * be the loopback device, as `FlowKey.reset` leaves it; the key is not changed.
 */
export function routeOutput(fib: Fib, key: FlowKey, decision: RouteDecision): number {
  decision.reset()
  decision.source = key.source
  decision.destination = key.destination
  decision.iif = key.oif
  decision.error = decide(fib, key, decision)
  return decision.error
}

function decide(fib: Fib, key: FlowKey, decision: RouteDecision): number {
  const { source, destination } = key
  if (source !== IPV4_ANY) {
    if (isMulticast(source) || source === IPV4_BROADCAST) return Errno.EINVAL
    if (key.oif === 0 && (isMulticast(destination) || destination === IPV4_BROADCAST)) {
      // A sender tells by its source address where such a packet goes.
      const ifindex = fib.deviceOf(source)
      return ifindex === 0 ? Errno.ENETUNREACH : make(fib, decision, ifindex, 'unspec')
    }
    if (!key.anySource && fib.deviceOf(source) === 0) return Errno.ENETUNREACH
  }
  const bound = key.oif === 0 ? null : fib.host.device(key.oif)
  if (key.oif !== 0) {
    if (bound == null) return Errno.ENODEV
    if (!bound.up) return Errno.ENETUNREACH
    if (isLocalMulticast(destination) || destination === IPV4_BROADCAST) {
      if (source === IPV4_ANY) decision.source = fib.selectAddress(bound, IPV4_ANY, Scope.LINK)
      return make(fib, decision, key.oif, 'unspec')
    }
    if (source === IPV4_ANY) {
      if (isMulticast(destination)) decision.source = fib.selectAddress(bound, IPV4_ANY, key.scope)
      else if (destination === IPV4_ANY) decision.source = fib.selectAddress(bound, IPV4_ANY, Scope.HOST)
    }
  }
  if (destination === IPV4_ANY) {
    if (decision.source === IPV4_ANY) decision.source = IPV4_LOOPBACK
    decision.destination = decision.source
    decision.local = true
    return make(fib, decision, LOOPBACK_IFINDEX, 'local')
  }
  return ask(fib, key, decision, bound ?? null)
}

/** Asks the tables. The source that was chosen for a multicast goes with the question. */
function ask(fib: Fib, key: FlowKey, decision: RouteDecision, bound: FibDevice | null): number {
  const given = key.source
  key.source = decision.source
  const error = fib.lookup(key, result)
  key.source = given
  decision.rule = result.rule
  if (error !== 0) {
    decision.route = result.route
    if (bound === null) return error
    // With a device the packet goes out even though no route says so: its destination is taken to be on the link.
    decision.route = null
    decision.rule = null
    if (decision.source === IPV4_ANY) decision.source = fib.selectAddress(bound, IPV4_ANY, Scope.LINK)
    return make(fib, decision, bound.ifindex, 'unicast')
  }
  decision.found(result)
  const route = result.route!
  if (route.type === 'local') {
    if (decision.source === IPV4_ANY) decision.source = route.prefsrc !== IPV4_ANY ? route.prefsrc : key.destination
    decision.local = true
    decision.iif = route.ifindex
    return make(fib, decision, LOOPBACK_IFINDEX, 'local')
  }
  if (decision.source === IPV4_ANY) decision.source = fib.sourceFor(route)
  return make(fib, decision, route.ifindex, route.type)
}

/** `__mkroute_output` */
function make(fib: Fib, decision: RouteDecision, ifindex: number, type: AddressType): number {
  const device = fib.host.device(ifindex)
  if (device == null) return Errno.EINVAL
  if (isLoopback(decision.source) && !device.loopback && !device.routeLocalnet) return Errno.EINVAL
  decision.ifindex = ifindex
  decision.type = type
  let { route } = decision
  if (decision.destination === IPV4_BROADCAST) {
    decision.type = 'broadcast'
    route = null
  } else if (isMulticast(decision.destination)) {
    decision.type = 'multicast'
    // The default route says by which device a group is reached, but its gateway is not asked.
    if (route !== null && route.length < 4) route = null
  }
  if (decision.type === 'broadcast') decision.local = true
  else if (decision.type === 'multicast') decision.local = device.hasJoined(decision.destination)
  else if (device.loopback) decision.local = true
  decision.gateway = route === null ? IPV4_ANY : gatewayOf(route)
  return 0
}
