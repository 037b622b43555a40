import { addressAt, broadcastOf, type Ipv4, type Prefix, parsePrefix, prefixesOverlap } from '../../packet/address.ts'

/** Where networks that nobody gave a subnet are cut from (`localScopeDefaultNetworks`, daemon/libnetwork/ipamutils/utils.go). */
const POOLS: readonly (readonly [pool: string, size: number])[] = [
  ['172.17.0.0/16', 16],
  ['172.18.0.0/16', 16],
  ['172.19.0.0/16', 16],
  ['172.20.0.0/14', 16],
  ['172.24.0.0/14', 16],
  ['172.28.0.0/14', 16],
  ['192.168.0.0/16', 20],
]

/** The first subnet that overlaps with none of those; undefined: there is none left. */
export function freeSubnet(taken: readonly Prefix[]): Prefix | undefined {
  for (const [text, length] of POOLS) {
    const pool = parsePrefix(text)
    const count = 2 ** (length - pool.length)
    for (let i = 0; i < count; i++) {
      const subnet = { address: addressAt(pool.address, i * 2 ** (32 - length)), length }
      if (!taken.some((other) => prefixesOverlap(subnet, other))) return subnet
    }
  }
  return undefined
}

/** The first address that nobody has, of those that a host may have; undefined: there is none left. */
export function freeAddress(subnet: Prefix, taken: ReadonlySet<Ipv4>): Ipv4 | undefined {
  const last = broadcastOf(subnet.address, subnet.length)
  for (let i = 1; addressAt(subnet.address, i) !== last; i++) {
    const address = addressAt(subnet.address, i)
    if (!taken.has(address)) return address
  }
  return undefined
}
