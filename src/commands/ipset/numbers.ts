import { parseUint64 } from '../../netfilter/text/uint64.ts'
import { syntaxError } from './errors.ts'

/** A number in any base that C knows, in a range (lib/parse.c, `string_to_number_ll`). @throws IpsetSyntaxError */
export function readNumber(text: string, max: number | bigint, min = 0): number {
  const negative = /^-\d+$/.test(text)
  const value = parseUint64(text)
  if (value === undefined && !negative && !/^\d+$/.test(text)) syntaxError(`'${text}' is invalid as number`)
  if (value === undefined || BigInt(value) > BigInt(max) || Number(value) < min) {
    syntaxError(`'${text}' is out of range ${min}-${max}`)
  }
  return Number(value)
}

/** A prefix length of IPv4. */
export function readPrefixLength(text: string, min = 0): number {
  const length = readNumber(text, 255)
  if (length < min || length > 32) syntaxError(`'${text}' is out of range ${min}-32`)
  return length
}

export const MAX_UINT32 = 0xffffffff
/** Half of 32 bits of milliseconds. */
export const MAX_TIMEOUT = 2147483
/** The largest number of 64 bits stands for "not given". */
export const MAX_COUNTER = 18446744073709551614n
