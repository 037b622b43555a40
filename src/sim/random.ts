import type { Stateful } from './types.ts'

/** Told before a stream draws, so that a transaction can put it back: a `Simulation`. */
export interface RandomOwner {
  /** The stream is about to change. */
  touch(owner: Stateful): void
}

/**
 * A seeded stream of chance: sfc32 (Chris Doty-Humphrey's small fast chaotic generator, PractRand). Equal seeds and
 * names give equal numbers on every platform; streams of different names do not disturb each other.
 */
export class RandomStream implements Stateful {
  touchedAt = 0
  readonly #owner: RandomOwner | null
  #a: number
  #b: number
  #c: number
  #counter = 1

  constructor(seed: number, name: string, owner: RandomOwner | null = null) {
    this.#owner = owner
    const text = `${seed}/${name}`
    this.#a = hash(text, 0x9e3779b9)
    this.#b = hash(text, 0x243f6a88)
    this.#c = hash(text, 0xb7e15162)
    // The generator's author runs it a dozen times so that the seed's bits spread.
    for (let i = 0; i < 12; i++) this.#next()
  }

  /** 0 to 2^32 - 1. */
  uint32(): number {
    if (this.#owner !== null) this.#owner.touch(this)
    return this.#next() >>> 0
  }

  /** A whole number from 0 to `n - 1`, each equally likely. @param n 1 to 2^32 */
  below(n: number): number {
    // Numbers beyond the last whole multiple of n would favour the low results: draw again.
    const limit = 2 ** 32 - (2 ** 32 % n)
    let value = this.uint32()
    while (value >= limit) value = this.uint32()
    return value % n
  }

  /** From 0 up to but not including 1, with 53 random bits. */
  float(): number {
    const high = this.uint32() >>> 6
    const low = this.uint32() >>> 5
    return (high * 2 ** 27 + low) / 2 ** 53
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.float() < probability
  }

  /** `length` random octets. */
  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length)
    let word = 0
    for (let i = 0; i < length; i++) {
      word = i % 4 === 0 ? this.uint32() : word >>> 8
      bytes[i] = word
    }
    return bytes
  }

  capture(): () => void {
    const a = this.#a
    const b = this.#b
    const c = this.#c
    const counter = this.#counter
    return () => {
      this.#a = a
      this.#b = b
      this.#c = c
      this.#counter = counter
    }
  }

  #next(): number {
    const result = (((this.#a + this.#b) | 0) + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + result) | 0
    return result
  }
}

/** FNV-1a over UTF-16 units, with MurmurHash3's last mixing step. */
function hash(text: string, seed: number): number {
  let h = seed | 0
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
