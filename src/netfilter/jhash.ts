/** Bob Jenkins' lookup3 over up to three 32-bit words (include/linux/jhash.h, `jhash2`): a signed 32-bit number. */
export function jhash(words: number, k0: number, k1: number, k2: number, seed: number): number {
  let a = (0xdeadbeef + (words << 2) + seed) | 0
  const b = words > 1 ? (a + k1) | 0 : a
  const c = words > 2 ? (a + k2) | 0 : a
  a = (a + k0) | 0
  return finalMix(a, b, c)
}

/** The end of the hash (`__jhash_final`): a signed 32-bit number. */
export function finalMix(first: number, second: number, third: number): number {
  let a = first
  let b = second
  let c = third
  c = ((c ^ b) - rotate(b, 14)) | 0
  a = ((a ^ c) - rotate(c, 11)) | 0
  b = ((b ^ a) - rotate(a, 25)) | 0
  c = ((c ^ b) - rotate(b, 16)) | 0
  a = ((a ^ c) - rotate(c, 4)) | 0
  b = ((b ^ a) - rotate(a, 14)) | 0
  return ((c ^ b) - rotate(b, 24)) | 0
}

/** `rol32` */
export function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits))
}

/** A number of network order as a little-endian machine reads it: what the kernel hashes. */
export function swap32(value: number): number {
  return ((value & 0xff) << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24)
}

export function swap16(value: number): number {
  return ((value & 0xff) << 8) | (value >>> 8)
}
