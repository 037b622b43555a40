import { badRule } from '../text/errors.ts'
import { parseUnsigned } from '../text/numbers.ts'
import { rateOf, secondsOf } from './rate.ts'

/*
 * Rates as extensions/libxt_hashlimit.c keeps them: the time between two packets in millionths of a second, or, for octets, the share
 * of a second's credit that sixteen of them cost. What is printed is worked out from that again.
 */

/** A millionth of a second. */
export const RATE_SCALE = 1_000_000
const MAX_UINT32 = 0xffffffff
/** Octets are counted by sixteens. */
export const OCTET_SHIFT = 4

/** What a number begins with, as atoi(3) reads it: what stands behind it is nobody's business. */
function leadingNumber(text: string): number {
  return Number.parseInt(text, 10) || 0
}

/** `5/second`: the period, and the seconds of the unit that was written. */
export function parseRate(option: string, text: string): { readonly period: number; readonly unit: number } {
  const slash = text.indexOf('/')
  const word = slash < 0 ? 'second' : text.slice(slash + 1).toLowerCase()
  const count = leadingNumber(text)
  const seconds = secondsOf(word)
  if (seconds === undefined || count <= 0) badRule(`hashlimit: Bad value for "--${option}" option: "${text}"`)
  const period = Math.floor((RATE_SCALE * seconds) / count)
  if (period === 0) badRule(`Rate too fast "${text}"`)
  return { period, unit: seconds }
}

/** The rate as it is printed, and the seconds of its unit. */
export function printRate(period: number): { readonly text: string; readonly unit: number } {
  const { rate, unit, seconds } = rateOf(period, RATE_SCALE)
  return { text: `${rate}/${unit}`, unit: seconds }
}

const SIZES: readonly (readonly [string, number])[] = [
  ['mb', 1024 * 1024],
  ['kb', 1024],
  ['b', 1],
]

const FACTORS: { readonly [letter: string]: number } = { k: 1024, m: 1024 * 1024 }

/** `512kb/s` in octets; undefined when the rate is one of packets. */
export function parseOctetRate(option: string, text: string): number | undefined {
  if (!text.includes('b/s')) return undefined
  const octets = leadingNumber(text) * (FACTORS[text.replace(/^[0-9]+/, '')[0]!] ?? 1)
  if (octets <= 0) badRule(`hashlimit: Bad value for "--${option}" option: "${text}"`)
  return octets
}

/** `10`, `512kb`, `1m`: other letters mean nothing. Undefined when it does not begin with a number. */
export function parseBurst(text: string): number | undefined {
  const found = /^(0[xX][0-9a-fA-F]+|[0-9]+)(.?)/.exec(text)
  if (found === null) return undefined
  const number = parseUnsigned(found[1]!)
  return number === undefined ? undefined : number * (FACTORS[found[2]!] ?? 1)
}

/** What sixteen octets cost at a rate of so many octets in a second. */
export function octetCost(octets: number): number {
  return Math.floor(MAX_UINT32 / (Math.floor(octets / 2 ** OCTET_SHIFT) + 1))
}

/** The rate in octets that a cost stands for. */
export function octetsOfCost(cost: number): number {
  return (Math.floor(MAX_UINT32 / cost) - 1) * 2 ** OCTET_SHIFT
}

/** `512kb/s`: in the largest unit that reads back as the same cost. */
export function printOctetRate(cost: number): string {
  const octets = octetsOfCost(cost)
  const unit = SIZES.find(([, size]) => octets >= size && octetCost(octets - (octets % size)) === cost)
  return `${inUnit(octets, unit)}/s`
}

/** `27mb`: in the largest unit, and what is left over is left out. */
export function printOctetBurst(octets: number): string {
  return inUnit(
    octets,
    SIZES.find(([, size]) => octets >= size),
  )
}

function inUnit(octets: number, [name, size]: readonly [string, number] = ['b', 1]): string {
  return `${Math.floor(octets / size)}${name}`
}
