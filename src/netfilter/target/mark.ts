import type { TargetDefinition } from '../definition.ts'
import { CONTINUE } from '../definition.ts'
import type { Target } from '../rule.ts'
import { badRule } from '../text/errors.ts'
import { type MaskedValue, parseUnsigned, unsigned } from '../text/numbers.ts'
import type { GivenOption } from '../text/options.ts'

/** `-j MARK` (net/netfilter/xt_mark.c): clears the bits of the mask in the packet's mark, then flips those of the value. */
export interface MarkTarget extends Target {
  readonly kind: 'MARK'
  readonly value: number
  readonly mask: number
}

const OPERATIONS = ['set-xmark', 'set-mark', 'and-mark', 'or-mark', 'xor-mark'] as const

/** All five ways of saying it come to a value and a mask, and iptables-save prints `--set-xmark` for each. */
export function readMarkOperation(kind: string, { spec, value: text }: GivenOption, masked: MaskedValue): MaskedValue {
  const { value, mask } = masked
  switch (spec.names[0]) {
    case 'set-xmark':
      return { value, mask }
    case 'set-mark':
      return { value, mask: unsigned(value | mask) }
    default: {
      const bits = parseUnsigned(text)
      if (bits === undefined) badRule(`${kind}: bad integer value for option "--${spec.names[0]}", or out of range.\n`)
      if (spec.names[0] === 'and-mark') return { value: 0, mask: unsigned(~bits) }
      return spec.names[0] === 'or-mark' ? { value: bits, mask: bits } : { value: bits, mask: 0 }
    }
  }
}

export const MARK: TargetDefinition<MarkTarget> = {
  kind: 'MARK',
  options: OPERATIONS.map((name) => ({
    names: [name],
    words: 1,
    excludes: OPERATIONS.filter((other) => other !== name),
  })),

  parse(options) {
    options.failWithout('MARK: One of the --set-xmark, --{and,or,xor,set}-mark options is required')
    const given = options.given[0]!
    return { kind: 'MARK', ...readMarkOperation('MARK', given, options.masked(given.spec.names[0])!) }
  },

  print(target) {
    return ` --set-xmark 0x${target.value.toString(16)}/0x${target.mask.toString(16)}`
  },

  compile({ value, mask }) {
    const keep = ~mask
    return (packet) => {
      packet.mark = ((packet.mark & keep) ^ value) >>> 0
      return CONTINUE
    }
  },
}
