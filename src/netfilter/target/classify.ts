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

const CLASS = /^([0-9a-fA-F]{1,4}):([0-9a-fA-F]{1,4})$/

export const CLASSIFY: TargetDefinition<ClassifyTarget> = {
  kind: 'CLASSIFY',
  hooks: ['FORWARD', 'OUTPUT', 'POSTROUTING'],
  options: [{ names: ['set-class'], words: 1, required: true }],

  parse(options) {
    const text = options.text('set-class')!
    const found = CLASS.exec(text)
    if (found === null) badRule(`Bad class value "${text}"`)
    return { kind: 'CLASSIFY', major: Number.parseInt(found[1]!, 16), minor: Number.parseInt(found[2]!, 16) }
  },

  print(target) {
    const hex = (value: number) => value.toString(16).padStart(4, '0')
    return ` --set-class ${hex(target.major)}:${hex(target.minor)}`
  },

  compile() {
    return () => CONTINUE
  },
}
