import type { MatchDefinition } from '../definition.ts'
import type { Match } from '../rule.ts'
import { formatRange } from '../text/numbers.ts'

/** `-m length` (net/netfilter/xt_length.c): the length of the whole IP packet in octets. */
export interface LengthMatch extends Match {
  readonly kind: 'length'
  readonly min: number
  readonly max: number
  readonly invert: boolean
}

export const length: MatchDefinition<LengthMatch> = {
  kind: 'length',
  options: [{ names: ['length'], words: 1, invert: true, required: true }],

  parse(options) {
    return { kind: 'length', ...options.range('length', 65535)! }
  },

  print(match) {
    return `${match.invert ? ' !' : ''} --length ${formatRange(match)}`
  },

  compile({ min, max, invert }) {
    return (packet) => {
      const octets = packet.ip!.totalLength
      return (octets >= min && octets <= max) !== invert
    }
  },

  explain(_match, packet) {
    return `length ${packet.ip!.totalLength}`
  },
}
