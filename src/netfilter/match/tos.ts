import type { MatchDefinition } from '../definition.ts'
import type { Match } from '../rule.ts'
import { hexOctet } from '../text/numbers.ts'
import { parseTos } from '../text/tos.ts'

/** `-m tos` (net/netfilter/xt_dscp.c): the type-of-service octet, seen through the mask. */
export interface TosMatch extends Match {
  readonly kind: 'tos'
  readonly value: number
  readonly mask: number
  readonly invert: boolean
}

export const tos: MatchDefinition<TosMatch> = {
  kind: 'tos',
  options: [{ names: ['tos'], words: 1, invert: true, required: true }],

  parse(options) {
    return { kind: 'tos', ...parseTos(options.text('tos')!, false), invert: options.inverted('tos') }
  },

  print(match) {
    return `${match.invert ? ' !' : ''} --tos ${hexOctet(match.value)}/${hexOctet(match.mask)}`
  },

  compile({ value, mask, invert }) {
    return (packet) => ((packet.ip!.tos & mask) === value) !== invert
  },

  explain(_match, packet) {
    return `tos ${hexOctet(packet.ip!.tos)}`
  },
}
