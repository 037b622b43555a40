import { formatIpv4, formatMac, type Ipv4, type Mac } from '../../packet/index.ts'

/** There are no more octets where some are asked for. */
export class OutOfOctets extends Error {}

/** A run of octets: a frame, or a part of it. Whoever reads behind its end gets `OutOfOctets`. */
export class Octets {
  readonly #all: Uint8Array
  readonly #start: number
  readonly length: number

  constructor(all: Uint8Array, start = 0, end = all.length) {
    this.#all = all
    this.#start = start
    this.length = Math.max(end - start, 0)
  }

  u8(at: number): number {
    if (at < 0 || at >= this.length) throw new OutOfOctets()
    return this.#all[this.#start + at]!
  }

  u16(at: number): number {
    return (this.u8(at) << 8) | this.u8(at + 1)
  }

  u32(at: number): number {
    return this.u16(at) * 0x10000 + this.u16(at + 2)
  }

  ip(at: number): string {
    return formatIpv4((this.u32(at) | 0) as Ipv4)
  }

  mac(at: number): string {
    return formatMac((this.u16(at) * 2 ** 32 + this.u32(at + 2)) as Mac)
  }

  /** From here to the end, or so many of them as there are. */
  from(at: number, length = this.length): Octets {
    return new Octets(
      this.#all,
      this.#start + Math.min(at, this.length),
      this.#start + Math.min(at + length, this.length),
    )
  }

  /** The one's complement sum of all, on top of another (RFC 1071). */
  sum(before = 0): number {
    let sum = before
    for (let at = 0; at < this.length; at += 2) sum += (this.u8(at) << 8) | (at + 1 < this.length ? this.u8(at + 1) : 0)
    while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000)
    return sum
  }

  toArray(): Uint8Array {
    return this.#all.slice(this.#start, this.#start + this.length)
  }
}
