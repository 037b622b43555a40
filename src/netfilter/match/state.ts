import type { MatchDefinition } from '../definition.ts'
import type { Match } from '../rule.ts'
import { badRule } from '../text/errors.ts'
import { CtState, formatBits, parseBits, stateBit } from './conntrack.ts'

/** `-m state` (net/netfilter/xt_state.c): the older, smaller form of `-m conntrack --ctstate`. */
export interface StateMatch extends Match {
  readonly kind: 'state'
  /** `CtState` bits. */
  readonly states: number
  readonly invert: boolean
}

const STATES: readonly (readonly [string, number])[] = [
  ['INVALID', CtState.INVALID],
  ['NEW', CtState.NEW],
  ['RELATED', CtState.RELATED],
  ['ESTABLISHED', CtState.ESTABLISHED],
  ['UNTRACKED', CtState.UNTRACKED],
]

function parseStates(text: string): number {
  if (text === '' || text.endsWith(',')) {
    // what stands before it is looked at first
    if (text.length > 1) parseBits(text.slice(0, -1), STATES, 'state')
    badRule('"--state" requires a list of states with no spaces, e.g. ESTABLISHED,RELATED')
  }
  return parseBits(text, STATES, 'state')
}

export const state: MatchDefinition<StateMatch> = {
  kind: 'state',
  needsConntrack: () => true,
  options: [{ names: ['state'], words: 1, invert: true, required: true }],

  parse(options) {
    return {
      kind: 'state',
      states: parseStates(options.text('state')!),
      invert: options.inverted('state'),
    }
  },

  print(match) {
    return `${match.invert ? ' !' : ''} --state ${formatBits(match.states, STATES)}`
  },

  compile({ states, invert }) {
    return (packet) => ((stateBit(packet) & states) !== 0) !== invert
  },

  explain(_match, packet) {
    return `state ${formatBits(stateBit(packet), STATES)}`
  },
}
