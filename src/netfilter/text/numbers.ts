import { badRule } from './errors.ts'

const ZERO = 48
const DECIMAL = /^(0|[1-9][0-9]*)$/
const HEX = /^0[xX][0-9a-fA-F]+$/
const OCTAL = /^0[0-7]+$/
/** strtoul(3) reads over these. */
const BEFORE = /^[ \t-\r]*\+?/

/**
 * An unsigned number in any base that C knows: `10`, `0xa`, `012`, `+10` (libxtables/xtables.c, `xtables_strtoui` with base 0).
 * Undefined when it is not one or lies out of range.
 */
export function parseUnsigned(word: string, max = 0xffffffff, min = 0): number | undefined {
  const text = word.charCodeAt(0) < ZERO ? word.replace(BEFORE, '') : word
  let value: number
  if (DECIMAL.test(text)) value = Number(text)
  else if (HEX.test(text)) value = Number(text)
  else if (OCTAL.test(text)) value = Number.parseInt(text, 8)
  else return undefined
  return value >= min && value <= max ? value : undefined
}

/** `value[/mask]`, both 32 bits wide: marks. The mask is all ones when it is not given. */
export interface MaskedValue {
  readonly value: number
  readonly mask: number
}

/** Reads `value[/mask]` of an option. */
export function parseMasked(kind: string, option: string, text: string): MaskedValue {
  const slash = text.indexOf('/')
  const value = parseUnsigned(slash < 0 ? text : text.slice(0, slash))
  const mask = slash < 0 ? 0xffffffff : parseUnsigned(text.slice(slash + 1))
  if (value === undefined || mask === undefined) {
    badRule(`${kind}: bad integer value for option "--${option}", or out of range.\n`)
  }
  return { value, mask }
}

/** `0x4000/0x4000`; without the mask when it is all ones. */
export function formatMasked(value: number, mask: number): string {
  return mask === 0xffffffff ? `0x${value.toString(16)}` : `0x${value.toString(16)}/0x${mask.toString(16)}`
}

/** Bit operations on marks leave signed numbers behind: this makes them unsigned again. */
export function unsigned(value: number): number {
  return value >>> 0
}

/** Two hexadecimal digits at least: `0x0a`. */
export function hexOctet(value: number): string {
  return `0x${value.toString(16).padStart(2, '0')}`
}

/** A range of numbers, both ends included. */
export interface NumberRange {
  readonly min: number
  readonly max: number
  readonly invert: boolean
}

/** `5`, `5:9`, `:9`, `5:` between 0 and `limit` (libxtables/xtoptions.c, `xtopt_parse_mint`). */
export function parseRange(kind: string, option: string, text: string, limit: number, invert: boolean): NumberRange {
  if (text.split(':').length > 2) badRule(`${kind}: Too many components for option "--${option}" (max: 2)\n`)
  const colon = text.indexOf(':')
  const first = colon < 0 ? text : text.slice(0, colon)
  const second = colon < 0 ? text : text.slice(colon + 1)
  const min = first === '' && colon >= 0 ? 0 : parseUnsigned(first, limit)
  const max = second === '' && colon >= 0 ? limit : parseUnsigned(second, limit)
  if (min === undefined || max === undefined) {
    const near = min === undefined ? text : `${colon < 0 ? '' : ':'}${second}`
    badRule(`${kind}: bad value for option "--${option}" near "${near}", or out of range (0-${limit}).\n`)
  }
  return { min, max, invert }
}

/** `5` or `5:9`. */
export function formatRange(range: { readonly min: number; readonly max: number }): string {
  return range.min === range.max ? `${range.min}` : `${range.min}:${range.max}`
}
