import { formatIpv4, type Ipv4, ipv4, lengthOfMask, maskOf, tryParseIpv4 } from '../../packet/address.ts'
import type { AddressTest } from '../rule.ts'
import { badRule } from './errors.ts'
import { parseUnsigned } from './numbers.ts'

/** One to four octets in any base, filled up with zeroes at the end: `10.1` is 10.1.0.0 (libxtables/xtables.c, `__numeric_to_ipaddr`). */
export function parseOctets(text: string): Ipv4 | undefined {
  const strict = tryParseIpv4(text)
  if (strict !== undefined) return strict
  const octets = text.split('.').map((part) => parseUnsigned(part, 255))
  if (octets.length > 4 || octets.includes(undefined)) return undefined
  return ipv4(octets.reduce<number>((value, octet, i) => value | (octet! << (24 - 8 * i)), 0))
}

/**
 * An address as the C library reads it, for the extensions that leave it to getaddrinfo(3): the last number fills what is left, so that `10.1` is
 * 10.0.0.1 (inet_aton(3)). Of all names, every machine has `localhost`; others are not looked up.
 */
export function resolveAddress(text: string): Ipv4 | undefined {
  if (text === 'localhost') return ipv4(0x7f000001)
  const strict = tryParseIpv4(text)
  if (strict !== undefined) return strict
  const parts = text.split('.')
  const last = parseUnsigned(parts.pop()!, 2 ** (8 * (4 - parts.length)) - 1)
  const octets = parts.map((part) => parseUnsigned(part, 255))
  if (octets.length > 3 || last === undefined || octets.includes(undefined)) return undefined
  return ipv4(octets.reduce<number>((value, octet, i) => value | (octet! << (24 - 8 * i)), last))
}

/** An address behind `-s` and `-d`: octets, or else what the C library makes of it. */
export function parseNetwork(text: string): Ipv4 | undefined {
  return parseOctets(text) ?? resolveAddress(text)
}

/** A length of a mask; one with holes and one beyond 32 mean 32 (libxtables/xtoptions.c, `xtopt_parse_plenmask`). */
export function parseMaskLength(kind: string, option: string, text: string): number {
  const dotted = text.includes('.') ? parseOctets(text) : undefined
  const length = dotted === undefined ? parseUnsigned(text) : lengthOfMask(dotted)
  if (length === undefined) {
    badRule(`${kind}: bad value for option "--${option}", neither a valid network mask nor valid CIDR (0-32).\n`)
  }
  return length < 0 || length > 32 ? 32 : length
}

/** `10.0.0.0/8` of an option; what the mask does not cover is left as it is. */
export function parseHostMask(kind: string, option: string, text: string): { address: Ipv4; length: number } {
  const slash = text.indexOf('/')
  const address = resolveAddress(slash < 0 ? text : text.slice(0, slash))
  if (address === undefined) badRule('getaddrinfo: Temporary failure in name resolution')
  return { address, length: slash < 0 ? 32 : parseMaskLength(kind, option, text.slice(slash + 1)) }
}

function parseMask(text: string): Ipv4 {
  const dotted = tryParseIpv4(text)
  if (dotted !== undefined) return dotted
  const length = parseUnsigned(text, 32)
  if (length === undefined) badRule(`invalid mask \`${text}' specified`)
  return maskOf(length)
}

/** `10.0.0.0/8`, `10.0.0.0/255.0.255.0`, `10/8`. Bits that the mask does not cover become zero, as in iptables. */
export function parseAddressTest(text: string, invert: boolean): AddressTest {
  const slash = text.indexOf('/')
  const host = slash < 0 ? text : text.slice(0, slash)
  const mask = slash < 0 ? maskOf(32) : parseMask(text.slice(slash + 1))
  // whatever stands before a mask of 0 is not looked at (libxtables/xtables.c, `xtables_ipparse_multiple`)
  if (mask === 0) return { address: ipv4(0), mask, invert }
  const address = parseNetwork(host)
  if (address === undefined) badRule(`host/network \`${host}' not found`)
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
