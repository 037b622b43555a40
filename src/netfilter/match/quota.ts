import type { MatchDefinition } from '../definition.ts'
import type { Match } from '../rule.ts'
import { badRule } from '../text/errors.ts'
import { MAX_UINT64, parseUint64, type Uint64 } from '../text/uint64.ts'

/** `-m quota` (net/netfilter/xt_quota.c): matches until so many octets have gone by. */
export interface QuotaMatch extends Match {
  readonly kind: 'quota'
  readonly quota: Uint64
  readonly invert: boolean
}

/** Octets that are left. */
interface Rest {
  octets: number
}

export const quota: MatchDefinition<QuotaMatch> = {
  kind: 'quota',
  options: [{ names: ['quota'], words: 1, invert: true, required: true }],

  parse(options) {
    const octets = parseUint64(options.text('quota')!)
    if (octets === undefined) badRule(`quota: bad value for option "--quota", or out of range (0-${MAX_UINT64}).\n`)
    return { kind: 'quota', quota: octets, invert: options.inverted('quota') }
  },

  print(match) {
    return `${match.invert ? ' !' : ''} --quota ${match.quota}`
  },

  compile(match) {
    const { invert } = match
    const octets = Number(match.quota)
    return (packet, _state, context) => {
      const rest: Rest = context.state(match, () => ({ octets }), cloneRest)
      const { totalLength } = packet.ip!
      if (rest.octets >= totalLength) {
        rest.octets -= totalLength
        return !invert
      }
      // once a packet was too large, smaller ones come too late
      rest.octets = 0
      return invert
    }
  },
}

function cloneRest({ octets }: Rest): Rest {
  return { octets }
}
