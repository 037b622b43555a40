import type { InterfaceTest } from '../rule.ts'
import { badRule } from './errors.ts'

/** IFNAMSIZ without the zero at the end. */
const MAX_LENGTH = 15

/** A device name, perhaps with a `+` at its end (libxtables/xtables.c, `xtables_parse_interface`). */
export function parseInterface(name: string): string {
  if (name.length > MAX_LENGTH) badRule(`interface name \`${name}' must be shorter than IFNAMSIZ (${MAX_LENGTH})`)
  return name
}

/** Does the device have the name, or begin like it where the test ends in `+`; `!` taken into account. */
export function interfaceMatches(test: InterfaceTest, device: string): boolean {
  const { name, invert } = test
  const last = name.length - 1
  const same = name.charCodeAt(last) === 43 ? device.startsWith(name.slice(0, last)) : device === name
  return same !== invert
}
