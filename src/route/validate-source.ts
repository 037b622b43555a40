import type { Ipv4 } from '../packet/address.ts'
import type { Fib } from './fib.ts'
import { FibResult, FlowKey } from './flow.ts'
import { type FibDevice, LOOPBACK_IFINDEX, Scope } from './types.ts'

/**
 * What source validation found: the source is good; it is good and on the link of the receiving device itself, so that a redirect
 * may tell it a shorter way; or the name of the drop reason.
 */
export type SourceCheck = 'ok' | 'on-link' | 'IP_RPFILTER' | 'IP_LOCAL_SOURCE' | 'IP_INVALID_SOURCE'

/** The part of a flow that only some policy rules look at. */
export type Transport = Pick<FlowKey, 'protocol' | 'sourcePort' | 'destinationPort'>

const UNKNOWN: Transport = { protocol: 0, sourcePort: 0, destinationPort: 0 }
const key = new FlowKey()
const result = new FibResult()

/**
 * May a packet with this source come in by this device (`fib_validate_source`, net/ipv4/fib_frontend.c)? rp_filter asks for a route
 * back to it, strictly by the same device; without it only the host's own addresses are refused.
 *
 * @param destination 0 when the packet is for this host by broadcast
 * @param oif the device by which it would go on, 0 when it is for this host
 * @param mark counts only with src_valid_mark
 * @param packet what is known of its protocol and ports
 */
export function validateSource(
  fib: Fib,
  device: FibDevice,
  source: Ipv4,
  destination: Ipv4,
  tos: number,
  oif: number,
  mark: number,
  packet: Transport = UNKNOWN,
): SourceCheck {
  const strictness = device.rpFilter
  if (strictness === 0 && (device.ifindex !== oif || !device.sendRedirects)) {
    if (device.acceptLocal) return 'ok'
    if (!fib.needsFullSourceCheck) return fib.isAssigned(source) ? 'IP_LOCAL_SOURCE' : 'ok'
  }
  key.reset()
  key.destination = source
  key.source = destination
  key.tos = tos
  // The way back as this host would send it, or as the next device would receive it.
  key.iif = oif !== 0 ? oif : LOOPBACK_IFINDEX
  key.mark = device.srcValidMark ? mark : 0
  key.protocol = packet.protocol
  key.sourcePort = packet.destinationPort
  key.destinationPort = packet.sourcePort
  if (fib.lookup(key, result) !== 0) return strictness !== 0 ? 'IP_RPFILTER' : 'ok'
  const route = result.route!
  if (route.type !== 'unicast') {
    if (route.type !== 'local') return 'IP_INVALID_SOURCE'
    if (!device.acceptLocal) return 'IP_LOCAL_SOURCE'
  }
  if (route.ifindex === device.ifindex || (route.type === 'local' && device.ifindex === LOOPBACK_IFINDEX)) {
    return route.nexthopScope >= Scope.HOST ? 'on-link' : 'ok'
  }
  if (device.addresses.length === 0) return strictness !== 0 ? 'IP_RPFILTER' : 'ok'
  if (strictness === 1) return 'IP_RPFILTER'
  key.oif = device.ifindex
  if (
    fib.lookup(key, result, false) === 0 &&
    result.route!.type === 'unicast' &&
    result.route!.nexthopScope >= Scope.HOST
  ) {
    return 'on-link'
  }
  return 'ok'
}
