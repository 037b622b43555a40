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
