import { KubehopError } from './errors.ts'

declare const ipv4Brand: unique symbol

/**
 * An IPv4 address as a signed 32-bit integer in host order (`10.0.0.1` is `0x0a000001`, `192.168.0.1` is negative).
 * Signed, because V8 keeps such numbers unboxed; so addresses are compared and printed by this module alone.
 */
export type Ipv4 = number & { readonly [ipv4Brand]: true }

/** An address with a prefix length: a network when the host bits are zero, an interface address otherwise. */
export interface Prefix {
  readonly address: Ipv4
  /** 0 to 32. */
  readonly length: number
}

/** 0.0.0.0 */
export const IPV4_ANY = 0 as Ipv4
/** 255.255.255.255 */
export const IPV4_BROADCAST = -1 as Ipv4
/** 127.0.0.1 */
export const IPV4_LOOPBACK = 0x7f000001 as Ipv4

/** The number as an address: keeps the low 32 bits. */
export function ipv4(value: number): Ipv4 {
  return (value | 0) as Ipv4
}

/** The address `offset` addresses above `address`; wraps at the end of the address space. */
export function addressAt(address: Ipv4, offset: number): Ipv4 {
  return ((address + offset) | 0) as Ipv4
}

const DOT = 46
const ZERO = 48

/**
 * The address, or undefined when the text is not exactly four decimal octets without leading zeros (as Kubernetes
 * reads).
 */
export function tryParseIpv4(text: string): Ipv4 | undefined {
  let value = 0
  let octet = -1
  let octets = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === DOT) {
      if (octet < 0 || octets === 3) return undefined
      value = (value << 8) | octet
      octets++
      octet = -1
      continue
    }
    const digit = code - ZERO
    if (digit < 0 || digit > 9 || octet === 0) return undefined
    octet = octet < 0 ? digit : octet * 10 + digit
    if (octet > 255) return undefined
  }
  if (octets !== 3 || octet < 0) return undefined
  return ((value << 8) | octet) as Ipv4
}

/** @throws KubehopError `BAD_ADDRESS` unless the text is a plain dotted quad. */
export function parseIpv4(text: string): Ipv4 {
  const address = tryParseIpv4(text)
  if (address === undefined) {
    throw new KubehopError('BAD_ADDRESS', `"${text}" is not an IPv4 address`, {
      hint: 'write four decimal octets, such as 10.0.0.1',
    })
  }
  return address
}

/** `10.0.0.1` */
export function formatIpv4(address: Ipv4): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`
}

/** Less than zero, zero, more than zero: in the order of the addresses read as unsigned numbers. */
export function compareIpv4(a: Ipv4, b: Ipv4): number {
  return (a >>> 0) - (b >>> 0)
}

/** The netmask of a prefix length: `maskOf(24)` is 255.255.255.0. */
export function maskOf(length: number): Ipv4 {
  return (length === 0 ? 0 : -1 << (32 - length)) as Ipv4
}

/** The prefix length of a netmask, or -1 when its ones are not contiguous. */
export function lengthOfMask(mask: Ipv4): number {
  const length = 32 - (mask === 0 ? 32 : 31 - Math.clz32(mask & -mask))
  return maskOf(length) === mask ? length : -1
}

/** The first address of the network that holds `address`. */
export function networkOf(address: Ipv4, length: number): Ipv4 {
  return (address & maskOf(length)) as Ipv4
}

/** The last address of the network that holds `address`: its broadcast address. */
export function broadcastOf(address: Ipv4, length: number): Ipv4 {
  return (address | ~maskOf(length)) as Ipv4
}

/** Does the prefix contain the address? The host bits of the prefix do not count. */
export function prefixContains(prefix: Prefix, address: Ipv4): boolean {
  return ((prefix.address ^ address) & maskOf(prefix.length)) === 0
}

/** Do two prefixes share an address? */
export function prefixesOverlap(a: Prefix, b: Prefix): boolean {
  return ((a.address ^ b.address) & maskOf(Math.min(a.length, b.length))) === 0
}

/** `10.0.0.0/8`; a bare address is a /32. Host bits are kept. @throws KubehopError `BAD_PREFIX` */
export function parsePrefix(text: string): Prefix {
  const slash = text.indexOf('/')
  if (slash < 0) return { address: parseIpv4(text), length: 32 }
  const address = tryParseIpv4(text.slice(0, slash))
  const suffix = text.slice(slash + 1)
  const length = /^(0|[1-9][0-9]?)$/.test(suffix) ? Number(suffix) : 33
  if (address === undefined || length > 32) {
    throw new KubehopError('BAD_PREFIX', `"${text}" is not an IPv4 prefix`, {
      hint: 'write ADDRESS/LENGTH, such as 10.244.0.0/16',
    })
  }
  return { address, length }
}

/** `10.0.0.0/8`, always with its length. */
export function formatPrefix(prefix: Prefix): string {
  return `${formatIpv4(prefix.address)}/${prefix.length}`
}

/** 127.0.0.0/8 (`ipv4_is_loopback`, include/linux/in.h). */
export function isLoopback(address: Ipv4): boolean {
  return address >>> 24 === 127
}

/** 224.0.0.0/4 (`ipv4_is_multicast`). */
export function isMulticast(address: Ipv4): boolean {
  return address >>> 28 === 14
}

/** 255.255.255.255 (`ipv4_is_lbcast`). */
export function isLimitedBroadcast(address: Ipv4): boolean {
  return address === -1
}

/** 0.0.0.0/8 (`ipv4_is_zeronet`). */
export function isZeronet(address: Ipv4): boolean {
  return address >>> 24 === 0
}

/** 169.254.0.0/16 (`ipv4_is_linklocal_169`). */
export function isLinkLocal(address: Ipv4): boolean {
  return address >>> 16 === 0xa9fe
}
