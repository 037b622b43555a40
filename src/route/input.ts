import { IPV4_ANY, IPV4_BROADCAST, type Ipv4, isLoopback, isMulticast } from '../packet/address.ts'
import { gatewayOf, type MartianReason, type RouteDecision } from './decision.ts'
import { Errno } from './errors.ts'
import type { Fib } from './fib.ts'
import { FibResult, type FlowKey } from './flow.ts'
import { isInNetwork } from './select-source.ts'
import { type FibDevice, LOOPBACK_IFINDEX, type Route } from './types.ts'
import { validateSource } from './validate-source.ts'

const result = new FibResult()

/**
 * Routes a packet that came in (`ip_route_input_rcu`, `ip_route_input_slow`, `__mkroute_input`, net/ipv4/route.c). The key holds its
 * addresses, DS field, mark, and the receiving device as `iif`.
 *
 * Three outcomes: `martian` is set, drop it silently for that reason; `error` is set, answer it as `ip_error` does; otherwise deliver
 * (`local`) or forward it. Returns true for the last one.
 */
export function routeInput(fib: Fib, key: FlowKey, device: FibDevice, decision: RouteDecision): boolean {
  decision.reset()
  decision.source = key.source
  decision.destination = key.destination
  decision.iif = key.iif
  decision.martian = isMulticast(key.destination)
    ? decideMulticast(fib, key, device, decision)
    : decide(fib, key, device, decision)
  return decision.martian === null && decision.error === 0
}

function decideMulticast(fib: Fib, key: FlowKey, device: FibDevice, decision: RouteDecision): MartianReason | null {
  if (!device.hasJoined(key.destination)) return 'NOT_SPECIFIED'
  if (isMulticast(key.source) || key.source === IPV4_BROADCAST) return 'IP_INVALID_SOURCE'
  if (isLoopback(key.source) && !device.routeLocalnet) return 'IP_LOCALNET'
  if (key.source === IPV4_ANY) {
    // 224.0.0.0/24 may come from a host that has no address yet.
    if (key.destination >>> 8 !== 0xe00000) return 'IP_INVALID_SOURCE'
  } else {
    const check = validateSource(fib, device, key.source, IPV4_ANY, key.tos, 0, key.mark, key)
    if (check !== 'ok' && check !== 'on-link') return check
  }
  return deliver(decision, 'multicast')
}

function decide(fib: Fib, key: FlowKey, device: FibDevice, decision: RouteDecision): MartianReason | null {
  const { source, destination } = key
  if (isMulticast(source) || source === IPV4_BROADCAST) return 'IP_INVALID_SOURCE'
  if (destination === IPV4_BROADCAST || (source === IPV4_ANY && destination === IPV4_ANY)) {
    return deliverBroadcast(fib, key, device, decision)
  }
  if (source === IPV4_ANY) return 'IP_INVALID_SOURCE'
  if (destination === IPV4_ANY) return 'IP_INVALID_DEST'
  if ((isLoopback(destination) || isLoopback(source)) && !device.routeLocalnet) return 'IP_LOCALNET'

  const error = fib.lookup(key, result)
  decision.found(result)
  if (error !== 0) return noWay(decision, device.forwarding ? error : Errno.EHOSTUNREACH)
  const route = result.route!
  if (route.type === 'broadcast') {
    return device.bcForwarding
      ? forward(fib, key, device, decision, route)
      : deliverBroadcast(fib, key, device, decision)
  }
  if (route.type === 'local') {
    const check = validateSource(fib, device, source, destination, key.tos, 0, key.mark, key)
    return check === 'ok' || check === 'on-link' ? deliver(decision, 'local') : check
  }
  if (!device.forwarding) return noWay(decision, Errno.EHOSTUNREACH)
  return route.type === 'unicast' ? forward(fib, key, device, decision, route) : 'IP_INVALID_DEST'
}

/** There is no way: the packet gets an answer by its `error`. */
function noWay(decision: RouteDecision, error: number): null {
  decision.type = 'unreachable'
  decision.error = error
  decision.ifindex = LOOPBACK_IFINDEX
  return null
}

function deliver(decision: RouteDecision, type: 'local' | 'broadcast' | 'multicast'): null {
  decision.type = type
  decision.local = true
  decision.ifindex = LOOPBACK_IFINDEX
  return null
}

function deliverBroadcast(fib: Fib, key: FlowKey, device: FibDevice, decision: RouteDecision): MartianReason | null {
  if (key.source !== IPV4_ANY) {
    const check = validateSource(fib, device, key.source, IPV4_ANY, key.tos, 0, key.mark, key)
    if (check !== 'ok' && check !== 'on-link') return check
  }
  return deliver(decision, 'broadcast')
}

/** `__mkroute_input` */
function forward(
  fib: Fib,
  key: FlowKey,
  device: FibDevice,
  decision: RouteDecision,
  route: Route,
): MartianReason | null {
  const check = validateSource(fib, device, key.source, key.destination, key.tos, route.ifindex, key.mark, key)
  if (check !== 'ok' && check !== 'on-link') return check
  decision.type = route.type
  decision.ifindex = route.ifindex
  decision.gateway = gatewayOf(route)
  decision.redirect =
    route.ifindex === device.ifindex &&
    check === 'on-link' &&
    device.sendRedirects &&
    (device.sharedMedia || areOnLink(device, key.source, route.gateway))
  return null
}

/** Do both lie in a network of the device (`inet_addr_onlink`)? The second may be absent. */
function areOnLink(device: FibDevice, a: Ipv4, b: Ipv4): boolean {
  return device.addresses.some((address) => isInNetwork(a, address) && (b === IPV4_ANY || isInNetwork(b, address)))
}
