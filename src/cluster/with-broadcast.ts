import { broadcastOf, type Ipv4, type Prefix } from '../packet/address.ts'

/**
 * An address as CNI plugins, Docker and those who set up hosts add it: with the network's broadcast address, where there is room for one
 * (`addrHandle`, vishvananda/netlink addr_linux.go). iproute2 leaves it out unless asked.
 */
export function withBroadcast(address: Prefix): Prefix & { readonly broadcast?: Ipv4 } {
  return address.length < 31 ? { ...address, broadcast: broadcastOf(address.address, address.length) } : address
}
