import { Protocol } from '../../packet/protocol.ts'
import type { MatchDefinition } from '../definition.ts'
import type { Match } from '../rule.ts'
import { badRule } from '../text/errors.ts'
import { formatRange } from '../text/numbers.ts'

/** `-m tcpmss` (net/netfilter/xt_tcpmss.c): the maximum segment size that a SYN offers. */
export interface TcpmssMatch extends Match {
  readonly kind: 'tcpmss'
  readonly min: number
  readonly max: number
  readonly invert: boolean
}

export const tcpmss: MatchDefinition<TcpmssMatch> = {
  kind: 'tcpmss',
  options: [{ names: ['mss'], words: 1, invert: true, required: true }],

  parse(options) {
    const range = options.range('mss', 65535)!
    if (range.min > range.max) badRule('tcpmss: invalid range given')
    return { kind: 'tcpmss', ...range }
  },

  print(match) {
    return `${match.invert ? ' !' : ''} --mss ${formatRange(match)}`
  },

  check(_match, rule) {
    return rule.ip.protocol?.number === Protocol.TCP && !rule.ip.protocol.invert
  },

  compile({ min, max, invert }) {
    return (packet) => {
      const l4 = packet.l4
      // without the option only the denied form holds
      if (l4 === null || l4.kind !== 'tcp' || l4.mss === 0) return invert
      return (l4.mss >= min && l4.mss <= max) !== invert
    }
  },

  explain(_match, packet) {
    return packet.l4?.kind === 'tcp' ? `mss ${packet.l4.mss}` : 'no TCP header'
  },
}
