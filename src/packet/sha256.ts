import { utf8Bytes } from './utf8.ts'

/**
 * SHA-256 (FIPS 180-4) in plain JavaScript: kube-proxy's chain names are cut from it, they are wanted synchronously,
 * and browsers only offer it asynchronously.
 */

/** The first 32 bits of the fractional parts of roots of the first primes. */
function fractions(count: number, root: (n: number) => number): Int32Array {
  const words = new Int32Array(count)
  for (let n = 2, found = 0; found < count; n++) {
    let prime = true
    for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false
    if (prime) words[found++] = Math.floor((root(n) % 1) * 2 ** 32)
  }
  return words
}

const INITIAL = fractions(8, Math.sqrt)
const ROUND = fractions(64, Math.cbrt)
const BLOCK = 64

/** The 32 octets of the digest. Text is hashed as UTF-8. */
export function sha256(content: Uint8Array | string): Uint8Array {
  const state = digest(typeof content === 'string' ? utf8Bytes(content) : content)
  const out = new Uint8Array(32)
  for (let i = 0; i < 32; i++) out[i] = state[i >> 2]! >>> (24 - 8 * (i & 3))
  return out
}

/** The digest in hexadecimal. */
export function sha256Hex(content: Uint8Array | string): string {
  let out = ''
  for (const octet of sha256(content)) out += octet.toString(16).padStart(2, '0')
  return out
}

function digest(content: Uint8Array): Int32Array {
  const state = INITIAL.slice()
  const schedule = new Int32Array(64)
  const whole = content.length - (content.length % BLOCK)
  for (let at = 0; at < whole; at += BLOCK) {
    loadBlock(schedule, content, at)
    compress(state, schedule)
  }
  // A one bit, zeroes, and the length in bits in the last eight octets: one block, or two when they do not fit.
  const rest = content.length - whole
  const tail = new Uint8Array(rest + 9 <= BLOCK ? BLOCK : 2 * BLOCK)
  tail.set(content.subarray(whole))
  tail[rest] = 0x80
  const view = new DataView(tail.buffer)
  view.setUint32(tail.length - 8, Math.floor(content.length / 2 ** 29))
  view.setUint32(tail.length - 4, content.length << 3)
  for (let at = 0; at < tail.length; at += BLOCK) {
    loadBlock(schedule, tail, at)
    compress(state, schedule)
  }
  return state
}

function loadBlock(schedule: Int32Array, bytes: Uint8Array, at: number): void {
  for (let i = 0, from = at; i < 16; i++, from += 4) {
    schedule[i] = (bytes[from]! << 24) | (bytes[from + 1]! << 16) | (bytes[from + 2]! << 8) | bytes[from + 3]!
  }
}

function compress(state: Int32Array, schedule: Int32Array): void {
  for (let i = 16; i < 64; i++) {
    const x = schedule[i - 15]!
    const y = schedule[i - 2]!
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10)
    schedule[i] = (schedule[i - 16]! + s0 + schedule[i - 7]! + s1) | 0
  }
  let a = state[0]!
  let b = state[1]!
  let c = state[2]!
  let d = state[3]!
  let e = state[4]!
  let f = state[5]!
  let g = state[6]!
  let h = state[7]!
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + ROUND[i]! + schedule[i]!) | 0
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + t1) | 0
    d = c
    c = b
    b = a
    a = (t1 + t2) | 0
  }
  state[0]! += a
  state[1]! += b
  state[2]! += c
  state[3]! += d
  state[4]! += e
  state[5]! += f
  state[6]! += g
  state[7]! += h
}
