import type { MatchDefinition } from '../definition.ts'
import type { Match } from '../rule.ts'
import { readDscp } from '../text/dscp.ts'
import { badRule } from '../text/errors.ts'
import { hexOctet } from '../text/numbers.ts'

/** `-m dscp` (net/netfilter/xt_dscp.c): the upper six bits of the type-of-service octet. */
export interface DscpMatch extends Match {
  readonly kind: 'dscp'
  /** 0 to 63. */
  readonly dscp: number
  readonly invert: boolean
}

export const dscp: MatchDefinition<DscpMatch> = {
  kind: 'dscp',
  options: [
    { names: ['dscp'], words: 1, invert: true, excludes: ['dscp-class'] },
    { names: ['dscp-class'], words: 1, invert: true, excludes: ['dscp'] },
  ],

  parse(options) {
    const value = readDscp(options, 'dscp', 'dscp-class')
    if (value === undefined) badRule('DSCP match: Parameter --dscp is required')
    return { kind: 'dscp', dscp: value, invert: options.given[0]!.invert }
  },

  print(match) {
    return `${match.invert ? ' !' : ''} --dscp ${hexOctet(match.dscp)}`
  },

  compile({ dscp: value, invert }) {
    return (packet) => (packet.ip!.tos >> 2 === value) !== invert
  },

  explain(_match, packet) {
    return `dscp ${hexOctet(packet.ip!.tos >> 2)}`
  },
}
