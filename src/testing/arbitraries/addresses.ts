import fc from 'fast-check'
import { addressAt, type Ipv4, ipv4, networkOf, type Prefix, parsePrefix } from '../../packet/address.ts'
import { MAC_BROADCAST, type Mac } from '../../packet/mac.ts'

/**
 * IPv4 addresses, of a network (`10.244.0.0/16`) or of the whole address space. They shrink towards the network's first one.
 *
 * @throws KubehopError `BAD_PREFIX`
 */
export function ipv4Addresses(network: string | Prefix = '0.0.0.0/0'): fc.Arbitrary<Ipv4> {
  const { address, length } = typeof network === 'string' ? parsePrefix(network) : network
  const first = networkOf(address, length)
  return fc.integer({ min: 0, max: 2 ** (32 - length) - 1 }).map((offset) => addressAt(first, offset))
}

/** Networks: no bit is set beyond the length. */
export function ipv4Prefixes(options: { readonly min?: number; readonly max?: number } = {}): fc.Arbitrary<Prefix> {
  return fc
    .tuple(
      fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      fc.integer({ min: options.min ?? 0, max: options.max ?? 32 }),
    )
    .map(([bits, length]) => ({ address: networkOf(ipv4(bits), length), length }))
}

/** Ethernet addresses of single stations: neither broadcast nor a group. */
export function macAddresses(): fc.Arbitrary<Mac> {
  const GROUP_BIT = 2 ** 40
  return fc
    .integer({ min: 0, max: MAC_BROADCAST })
    .map((mac) => (Math.floor(mac / GROUP_BIT) % 2 === 1 ? mac - GROUP_BIT : mac) as Mac)
}

/** Ports, those with a meaning more often than others: 1 to 65535. */
export function ports(): fc.Arbitrary<number> {
  return fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom(53, 80, 443, 8080, 6443, 30000, 32767, 65535) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 65535 }) },
  )
}
