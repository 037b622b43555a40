import type { MatchDefinition } from '../definition.ts'
import type { Match } from '../rule.ts'
import { badRule } from '../text/errors.ts'
import { parseUnsigned } from '../text/numbers.ts'
import { rateOf, secondsOf } from './rate.ts'

/** `-m limit`: at most so many packets a unit of time, after a burst. */
export interface LimitMatch extends Match {
  readonly kind: 'limit'
  /** Packets in each unit. */
  readonly rate: number
  readonly unit: 'sec' | 'min' | 'hour' | 'day'
  readonly burst: number
}

/** iptables keeps the time between two packets in ten-thousandths of a second (XT_LIMIT_SCALE). */
const SCALE = 10000
const DEFAULT_RATE = '3/hour'
const DEFAULT_BURST = 5

/** `5/second`, the unit shortened as you like; no unit is `/sec` (extensions/libxt_limit.c, `parse_rate`). */
function parsePeriod(text: string): number {
  const slash = text.indexOf('/')
  const word = slash < 0 ? 's' : text.slice(slash + 1).toLowerCase()
  const seconds = secondsOf(word)
  const count = parseUnsigned(slash < 0 ? text : text.slice(0, slash)) ?? 0
  if (seconds === undefined || count === 0) badRule(`bad rate "${text}"'`)
  const period = Math.floor((SCALE * seconds) / count)
  if (period === 0) badRule(`Rate too fast "${text}"`)
  return period
}

/** Tokens are nanoseconds, as in the nf_tables expression that iptables-nft makes of this match (net/netfilter/nft_limit.c). */
interface Bucket {
  tokens: number
  last: number
}

export const limit: MatchDefinition<LimitMatch> = {
  kind: 'limit',
  options: [
    { names: ['limit'], words: 1 },
    { names: ['limit-burst'], words: 1 },
  ],

  parse(options) {
    const burst = options.integer('limit-burst', 10000) ?? DEFAULT_BURST
    const { rate, unit } = rateOf(parsePeriod(options.text('limit') ?? DEFAULT_RATE), SCALE)
    return {
      kind: 'limit',
      rate,
      unit,
      // 0 leaves it to the kernel, which takes the same default
      burst: burst === 0 ? DEFAULT_BURST : burst,
    }
  },

  print({ rate, unit, burst }) {
    return ` --limit ${rate}/${unit}${burst === DEFAULT_BURST ? '' : ` --limit-burst ${burst}`}`
  },

  compile(match) {
    const nanoseconds = secondsOf(match.unit)! * 1e9
    const cost = Math.floor(nanoseconds / match.rate)
    const full = Math.floor((nanoseconds * match.burst) / match.rate)
    return (_packet, _state, context) => {
      const now = context.host.sim.now
      const bucket: Bucket = context.state(match, () => ({ tokens: full, last: now }), cloneBucket)
      const tokens = Math.min(full, bucket.tokens + now - bucket.last)
      const enough = tokens >= cost
      bucket.tokens = enough ? tokens - cost : tokens
      bucket.last = now
      return enough
    }
  },
}

function cloneBucket(bucket: Bucket): Bucket {
  return { tokens: bucket.tokens, last: bucket.last }
}
