import type { ConntrackEntry } from '../conntrack/entry.ts'
import type { MatchDefinition } from '../definition.ts'
import type { Match } from '../rule.ts'
import { formatMasked, unsigned } from '../text/numbers.ts'

/** `-m connmark` (net/netfilter/xt_connmark.c): the connection's mark. */
export interface ConnmarkMatch extends Match {
  readonly kind: 'connmark'
  readonly mark: number
  readonly mask: number
  readonly invert: boolean
}

export const connmark: MatchDefinition<ConnmarkMatch> = {
  kind: 'connmark',
  needsConntrack: () => true,
  options: [{ names: ['mark'], words: 1, invert: true, required: true }],

  parse(options) {
    const { value, mask } = options.masked('mark')!
    return { kind: 'connmark', mark: value, mask, invert: options.inverted('mark') }
  },

  print(match) {
    return `${match.invert ? ' !' : ''} --mark ${formatMasked(match.mark, match.mask)}`
  },

  compile(match) {
    const mask = match.mask | 0
    const value = match.mark | 0
    const invert = match.invert
    return (packet) => {
      const entry = packet.ct as ConntrackEntry | null
      return entry !== null && ((entry.mark & mask) === value) !== invert
    }
  },

  explain(_match, packet) {
    const entry = packet.ct as ConntrackEntry | null
    return entry === null ? 'no connection' : `connection mark 0x${unsigned(entry.mark).toString(16)}`
  },
}
