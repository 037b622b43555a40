const DECIMAL = /^(0|[1-9][0-9]*)$/
const HEX = /^0[xX][0-9a-fA-F]+$/
const OCTAL = /^0[0-7]+$/

/**
 * A number of 64 bits in decimal digits: a JavaScript number cannot hold all of them exactly, and iptables-save prints each digit.
 */
export type Uint64 = string

export const MAX_UINT64: Uint64 = '18446744073709551615'

/** An unsigned 64-bit number in any base that C knows; undefined when it is none. */
export function parseUint64(text: string): Uint64 | undefined {
  if (!DECIMAL.test(text) && !HEX.test(text) && !OCTAL.test(text)) return undefined
  const value = BigInt(OCTAL.test(text) ? `0o${text.slice(1)}` : text)
  return value <= BigInt(MAX_UINT64) ? value.toString() : undefined
}

/** Is one less than the other? */
export function lessUint64(a: Uint64, b: Uint64): boolean {
  return BigInt(a) < BigInt(b)
}
