/** The Internet checksum (RFC 1071): the one's complement of the one's complement sum of 16-bit words. */

/** Adds the octets from `start` to `end` to a running sum; an odd last octet counts as the high half of a word. */
export function addWords(sum: number, bytes: Uint8Array, start: number, end: number): number {
  let total = sum
  let i = start
  for (; i + 1 < end; i += 2) total += (bytes[i]! << 8) | bytes[i + 1]!
  return i < end ? total + (bytes[i]! << 8) : total
}

/** The checksum of a running sum, 0 to 65535. A sum over words that contain their right checksum gives 0. */
export function finishChecksum(sum: number): number {
  let folded = sum
  while (folded > 0xffff) folded = (folded & 0xffff) + Math.floor(folded / 0x10000)
  return ~folded & 0xffff
}

/** The checksum of the octets from `start` to `end`. */
export function internetChecksum(bytes: Uint8Array, start = 0, end = bytes.length): number {
  return finishChecksum(addWords(0, bytes, start, end))
}

/** The running sum of the pseudo header that TCP and UDP checksums begin with (RFC 793, RFC 768). */
export function pseudoHeaderSum(src: number, dst: number, protocol: number, length: number): number {
  return (src >>> 16) + (src & 0xffff) + (dst >>> 16) + (dst & 0xffff) + protocol + length
}
