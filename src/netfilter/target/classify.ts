import type { TargetDefinition } from '../definition.ts'
import { CONTINUE } from '../definition.ts'
import type { Target } from '../rule.ts'
import { badRule } from '../text/errors.ts'

/**
 * `-j CLASSIFY` (net/netfilter/xt_CLASSIFY.c): says the class of a queueing discipline. There are none in the simulation, so nothing
 * follows from it.
 */
export interface ClassifyTarget extends Target {
  readonly kind: 'CLASSIFY'
  readonly major: number
  readonly minor: number
}

/** As sscanf(3) reads `%x:%x`: whatever stands behind it. */
const CLASS = /^[ \t-\r]*([-+]?)(?:0[xX])?([0-9a-fA-F]+):[ \t-\r]*([-+]?)(?:0[xX])?([0-9a-fA-F]+)/

function half(sign: string, digits: string): number {
  const value = Number.parseInt(digits, 16)
  return (sign === '-' ? -value : value) & 0xffff
}

export const CLASSIFY: TargetDefinition<ClassifyTarget> = {
  kind: 'CLASSIFY',
  hooks: ['FORWARD', 'OUTPUT', 'POSTROUTING'],
  options: [{ names: ['set-class'], words: 1, required: true }],

  parse(options) {
    const text = options.text('set-class')!
    const found = CLASS.exec(text)
    if (found === null) badRule(`Bad class value "${text}"`)
    return { kind: 'CLASSIFY', major: half(found[1]!, found[2]!), minor: half(found[3]!, found[4]!) }
  },

  print(target) {
    const hex = (value: number) => value.toString(16).padStart(4, '0')
    return ` --set-class ${hex(target.major)}:${hex(target.minor)}`
  },

  compile() {
    return () => CONTINUE
  },
}
