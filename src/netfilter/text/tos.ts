import { badRule } from './errors.ts'
import { parseUnsigned } from './numbers.ts'

/** The TOS octet seen through a mask. */
export interface TosValue {
  readonly value: number
  readonly mask: number
}

/** Names of RFC 1349 (extensions/tos_values.c). */
const NAMES: { readonly [name: string]: number } = {
  'minimize-delay': 0x10,
  'maximize-throughput': 0x08,
  'maximize-reliability': 0x04,
  'minimize-cost': 0x02,
  'normal-service': 0x00,
}
/** A name leaves the two bits of ECN alone. */
const NAME_MASK = 0x3f

/** `0x10`, `0x10/0x3f`, `Minimize-Delay`. */
export function parseTos(text: string, bitsOfValueJoinMask: boolean): TosValue {
  const named = NAMES[text.toLowerCase()]
  if (named !== undefined) return { value: named, mask: NAME_MASK }
  const slash = text.indexOf('/')
  const value = parseUnsigned(slash < 0 ? text : text.slice(0, slash), 255)
  if (value === undefined) badRule(`Symbolic name "${text}" is unknown`)
  if (slash < 0) return { value, mask: 0xff }
  const mask = parseUnsigned(text.slice(slash + 1), 255)
  if (mask === undefined) badRule(`Illegal value: "${text}"`)
  return { value, mask: bitsOfValueJoinMask ? value | mask : mask }
}
