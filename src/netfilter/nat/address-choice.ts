import { addressAt, compareIpv4, type Ipv4 } from '../../packet/address.ts'
import type { Tuple } from '../conntrack/tuple.ts'
import { finalMix, rotate, swap32 } from '../jhash.ts'
import { NatFlag, type NatRange } from './range.ts'

/** Is the address in the range's? */
export function addressInRange(address: Ipv4, range: NatRange): boolean {
  return compareIpv4(address, range.minAddress) >= 0 && compareIpv4(address, range.maxAddress) <= 0
}

/**
 * The address that a connection gets of a range (`find_best_ips_proto`, net/netfilter/nf_nat_core.c). A hash without a seed, so every
 * kernel chooses the same: by source and destination, or by source alone with `--persistent`.
 */
export function chooseAddress(range: NatRange, tuple: Tuple, zone: number): Ipv4 {
  if (range.minAddress === range.maxAddress) return range.minAddress
  const seed = (range.flags & NatFlag.PERSISTENT) !== 0 ? 0 : swap32(tuple.dst) ^ zone
  const hash = hashAddress(swap32(tuple.src), seed)
  const count = (range.maxAddress - range.minAddress + 1) >>> 0
  // `reciprocal_scale`: the product has up to 64 bits, so only its high half is made.
  return addressAt(range.minAddress, Math.floor((hash / 2 ** 32) * count))
}

const INITIAL = 0xdeadbeef
/** An address is hashed with the room that an IPv6 address would take: four words. */
const WORDS = 4

/** `jhash2` (include/linux/jhash.h, Bob Jenkins' lookup3) of the words `address, 0, 0, 0`. Unsigned. */
function hashAddress(address: number, seed: number): number {
  let a = (INITIAL + (WORDS << 2) + seed) | 0
  let b = a
  let c = a
  a = (a + address) | 0
  a = ((a - c) ^ rotate(c, 4)) | 0
  c = (c + b) | 0
  b = ((b - a) ^ rotate(a, 6)) | 0
  a = (a + c) | 0
  c = ((c - b) ^ rotate(b, 8)) | 0
  b = (b + a) | 0
  a = ((a - c) ^ rotate(c, 16)) | 0
  c = (c + b) | 0
  b = ((b - a) ^ rotate(a, 19)) | 0
  a = (a + c) | 0
  c = ((c - b) ^ rotate(b, 4)) | 0
  b = (b + a) | 0
  // the fourth word is zero
  return finalMix(a, b, c) >>> 0
}
