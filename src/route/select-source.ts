import { IPV4_ANY, type Ipv4, maskOf } from '../packet/address.ts'
import { type FibDevice, type FibHost, type InterfaceAddress, Scope } from './types.ts'

/** Does the address lie in the network of this interface address (`inet_ifa_match`)? */
export function isInNetwork(address: Ipv4, of: InterfaceAddress): boolean {
  return ((address ^ of.address) & maskOf(of.length)) === 0
}

/**
 * The source address that suits a destination on a device best (`inet_select_addr`, net/ipv4/devinet.c): the first primary
 * address in whose network the destination lies, else the first one whose scope is wide enough, else one of another device. 0: none.
 */
export function selectAddress(host: FibHost, device: FibDevice, destination: Ipv4, scope: number): Ipv4 {
  const localnetScope = device.routeLocalnet ? Scope.LINK : Scope.HOST
  let found: Ipv4 = IPV4_ANY
  for (const candidate of device.addresses) {
    if (candidate.secondary || Math.min(candidate.scope, localnetScope) > scope) continue
    if (destination === IPV4_ANY || isInNetwork(destination, candidate)) return candidate.local
    if (found === IPV4_ANY) found = candidate.local
  }
  if (found !== IPV4_ANY) return found
  for (const other of host.devices()) {
    for (const candidate of other.addresses) {
      // An address for this link alone says nothing on another one.
      if (!candidate.secondary && candidate.scope !== Scope.LINK && candidate.scope <= scope) return candidate.local
    }
  }
  return IPV4_ANY
}

/**
 * Is an address one of these devices' own, with a scope that is wide enough and in the network of `destination` (`inet_confirm_addr`)? The
 * address; 0 when it is not.
 *
 * @param destination 0: the network does not matter
 */
export function confirmAddress(devices: Iterable<FibDevice>, destination: Ipv4, local: Ipv4, scope: number): Ipv4 {
  for (const device of devices) {
    const localnetScope = device.routeLocalnet ? Scope.LINK : Scope.HOST
    const isIts = device.addresses.some((each) => each.local === local && Math.min(each.scope, localnetScope) <= scope)
    const isNear = (each: InterfaceAddress): boolean =>
      isInNetwork(local, each) && (destination === IPV4_ANY || isInNetwork(destination, each))
    if (isIts && device.addresses.some(isNear)) return local
  }
  return IPV4_ANY
}
