import { badRule } from './errors.ts'
import type { OptionReader } from './options.ts'

/** Names of DSCP classes (extensions/dscp_helper.c). */
const CLASSES: { readonly [name: string]: number } = {
  cs0: 0x00,
  cs1: 0x08,
  cs2: 0x10,
  cs3: 0x18,
  cs4: 0x20,
  cs5: 0x28,
  cs6: 0x30,
  cs7: 0x38,
  be: 0x00,
  af11: 0x0a,
  af12: 0x0c,
  af13: 0x0e,
  af21: 0x12,
  af22: 0x14,
  af23: 0x16,
  af31: 0x1a,
  af32: 0x1c,
  af33: 0x1e,
  af41: 0x22,
  af42: 0x24,
  af43: 0x26,
  ef: 0x2e,
}

/** A DSCP, 0 to 63, from the option with the number or the one with the class. */
export function readDscp(options: OptionReader, number: string, klass: string): number | undefined {
  const name = options.text(klass)
  if (name === undefined) return options.integer(number, 63)
  const dscp = CLASSES[name.toLowerCase()]
  if (dscp === undefined) badRule(`Invalid DSCP value \`${name}'`)
  return dscp
}
