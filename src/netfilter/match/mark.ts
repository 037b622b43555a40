import type { MatchDefinition } from '../definition.ts'
import type { Match } from '../rule.ts'
import { formatMasked, unsigned } from '../text/numbers.ts'

/** `-m mark` (net/netfilter/xt_mark.c): the packet's mark, seen through the mask, is this. */
export interface MarkMatch extends Match {
  readonly kind: 'mark'
  readonly mark: number
  readonly mask: number
  readonly invert: boolean
}

export const mark: MatchDefinition<MarkMatch> = {
  kind: 'mark',
  options: [{ names: ['mark'], words: 1, invert: true, required: true }],

  parse(options) {
    const { value, mask } = options.masked('mark')!
    return { kind: 'mark', mark: value, mask, invert: options.inverted('mark') }
  },

  print(match) {
    return `${match.invert ? ' !' : ''} --mark ${formatMasked(match.mark, match.mask)}`
  },

  compile(match) {
    // signed on both sides, as bit operations leave them
    const mask = match.mask | 0
    const value = match.mark | 0
    const invert = match.invert
    return (packet) => ((packet.mark & mask) === value) !== invert
  },

  explain(match, packet) {
    return `mark 0x${unsigned(packet.mark & match.mask).toString(16)}`
  },
}
