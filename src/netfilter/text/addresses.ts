import { formatIpv4, type Ipv4, ipv4, lengthOfMask, maskOf, tryParseIpv4 } from '../../packet/address.ts'
import type { AddressTest } from '../rule.ts'
import { badRule } from './errors.ts'
import { parseUnsigned } from './numbers.ts'

/**
 * An address as iptables reads it, which goes through the C library's resolver: one to four numbers in any base, of which the last
 * fills what is left (`10.1` is 10.0.0.1 to inet_aton, but iptables fills up with zeroes at the end: libxtables/xtables.c,
 * `parse_ipnetwork`). Names are not looked up.
 */
export function parseNetwork(text: string): Ipv4 | undefined {
  const strict = tryParseIpv4(text)
  if (strict !== undefined) return strict
  const parts = text.split('.')
  if (parts.length > 4) return undefined
  let value = 0
  for (let i = 0; i < 4; i++) {
    const octet = i < parts.length ? parseUnsigned(parts[i]!, 255) : 0
    if (octet === undefined) return undefined
    value = (value << 8) | octet
  }
  return ipv4(value)
}

function parseMask(text: string): Ipv4 {
  const dotted = tryParseIpv4(text)
  if (dotted !== undefined) return dotted
  const length = /^[0-9]+$/.test(text) ? parseUnsigned(text, 32) : undefined
  if (length === undefined) badRule(`invalid mask \`${text}' specified`)
  return maskOf(length)
}

/** `10.0.0.0/8`, `10.0.0.0/255.0.255.0`, `10/8`. Bits that the mask does not cover become zero, as in iptables. */
export function parseAddressTest(text: string, invert: boolean): AddressTest {
  const slash = text.indexOf('/')
  const host = slash < 0 ? text : text.slice(0, slash)
  // of all names, every machine has this one in its /etc/hosts
  const address = parseNetwork(host === 'localhost' ? '127.0.0.1' : host)
  if (address === undefined) badRule(`host/network \`${host}' not found`)
  const mask = slash < 0 ? maskOf(32) : parseMask(text.slice(slash + 1))
  return { address: ipv4(address & mask), mask, invert }
}

/** `/8`, or `/255.0.255.0` when the mask has holes. */
export function formatMask(mask: Ipv4): string {
  const length = lengthOfMask(mask)
  return length < 0 ? `/${formatIpv4(mask)}` : `/${length}`
}

/** Always with the mask: `10.0.0.1/32`. */
export function formatAddressTest(test: AddressTest): string {
  return formatIpv4(test.address) + formatMask(test.mask)
}

/** A range of addresses, both ends included. */
export interface AddressRange {
  readonly min: Ipv4
  readonly max: Ipv4
}

/** `10.0.0.1` or `10.0.0.1-10.0.0.9`. */
export function formatAddressRange(range: AddressRange): string {
  return range.min === range.max ? formatIpv4(range.min) : `${formatIpv4(range.min)}-${formatIpv4(range.max)}`
}
