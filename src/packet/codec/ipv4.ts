import { ipv4 } from '../address.ts'
import { internetChecksum } from '../checksum.ts'
import { UnsupportedError } from '../errors.ts'
import type { Ipv4Header } from '../headers.ts'
import { HeaderLength } from '../protocol.ts'
import { get16, get32, put16, put32 } from './bytes.ts'
import { malformed } from './malformed.ts'

const DONT_FRAGMENT = 0x4000
const MORE_FRAGMENTS = 0x2000
const OFFSET_MASK = 0x1fff

export function writeIpv4(bytes: Uint8Array, at: number, ip: Ipv4Header): void {
  bytes[at] = 0x45
  bytes[at + 1] = ip.tos
  put16(bytes, at + 2, ip.totalLength)
  put16(bytes, at + 4, ip.id)
  put16(bytes, at + 6, (ip.df ? DONT_FRAGMENT : 0) | (ip.mf ? MORE_FRAGMENTS : 0) | (ip.fragmentOffset >>> 3))
  bytes[at + 8] = ip.ttl
  bytes[at + 9] = ip.protocol
  put32(bytes, at + 12, ip.src)
  put32(bytes, at + 16, ip.dst)
  put16(bytes, at + 10, internetChecksum(bytes, at, at + HeaderLength.IPV4))
}

/** Is there an IPv4 header without options, to its own word? What it says of lengths is not looked at. */
export function looksLikeIpv4(bytes: Uint8Array, at: number, end: number): boolean {
  return end - at >= HeaderLength.IPV4 && bytes[at] === 0x45
}

/** Reads the fields and checks nothing. */
export function readIpv4Fields(bytes: Uint8Array, at: number): Ipv4Header {
  const fragment = get16(bytes, at + 6)
  return {
    src: ipv4(get32(bytes, at + 12)),
    dst: ipv4(get32(bytes, at + 16)),
    protocol: bytes[at + 9]!,
    ttl: bytes[at + 8]!,
    tos: bytes[at + 1]!,
    id: get16(bytes, at + 4),
    df: (fragment & DONT_FRAGMENT) !== 0,
    mf: (fragment & MORE_FRAGMENTS) !== 0,
    fragmentOffset: (fragment & OFFSET_MASK) << 3,
    totalLength: get16(bytes, at + 2),
  }
}

/** Reads a header with the checks of the kernel's `ip_rcv_core` (net/ipv4/ip_input.c). */
export function readIpv4(bytes: Uint8Array, at: number, end: number, verify: boolean): Ipv4Header {
  if (end - at < HeaderLength.IPV4) throw malformed('IPv4 header cut short', at)
  const version = bytes[at]! >>> 4
  const words = bytes[at]! & 15
  if (version !== 4) throw malformed(`IP version ${version} in an IPv4 packet`, at)
  if (words < 5) throw malformed(`IPv4 header length of ${words * 4} octets`, at)
  if (words > 5) throw new UnsupportedError('an IPv4 header with options')
  if (verify && internetChecksum(bytes, at, at + HeaderLength.IPV4) !== 0) {
    throw malformed('wrong IPv4 header checksum', at + 10)
  }
  const ip = readIpv4Fields(bytes, at)
  if (ip.totalLength < HeaderLength.IPV4) throw malformed(`IPv4 total length of ${ip.totalLength} octets`, at + 2)
  if (ip.totalLength > end - at) {
    throw malformed(`IPv4 packet cut short: ${end - at} octets of ${ip.totalLength}`, at + 2)
  }
  return ip
}
