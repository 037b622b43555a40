import type { TargetDefinition } from '../definition.ts'
import { CONTINUE } from '../definition.ts'
import type { Target } from '../rule.ts'
import { badRule } from '../text/errors.ts'
import { hexOctet } from '../text/numbers.ts'
import { parseTos } from '../text/tos.ts'

/** `-j TOS` (net/netfilter/xt_DSCP.c): clears the bits of the mask in the octet, then flips those of the value. */
export interface TosTarget extends Target {
  readonly kind: 'TOS'
  readonly value: number
  readonly mask: number
}

const OPERATIONS = ['set-tos', 'and-tos', 'or-tos', 'xor-tos'] as const

export const TOS: TargetDefinition<TosTarget> = {
  kind: 'TOS',
  tables: ['mangle'],
  options: OPERATIONS.map((name) => ({
    names: [name],
    words: 1,
    excludes: OPERATIONS.filter((other) => other !== name),
  })),

  parse(options) {
    const given = options.given[0]
    if (given === undefined) badRule('TOS: An action is required')
    const name = given.spec.names[0]
    if (name === 'set-tos') return { kind: 'TOS', ...parseTos(given.value, false) }
    const bits = options.integer(name, 255)!
    if (name === 'and-tos') return { kind: 'TOS', value: 0, mask: ~bits & 0xff }
    return { kind: 'TOS', value: bits, mask: name === 'or-tos' ? bits : 0 }
  },

  print(target) {
    return ` --set-tos ${hexOctet(target.value)}/${hexOctet(target.mask)}`
  },

  compile({ value, mask }) {
    return (packet) => {
      const ip = packet.ip!
      ip.tos = (ip.tos & ~mask) ^ value
      return CONTINUE
    }
  },
}
