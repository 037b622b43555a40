import type { Match, Unknowns } from '../../netfilter/index.ts'
import type { PhysdevMatch } from '../../netfilter/match/physdev.ts'
import type { RecentMatch } from '../../netfilter/match/recent.ts'
import type { StatisticMatch } from '../../netfilter/match/statistic.ts'

/** What of the host's state rules may ask for in vain. */
export interface RuleQuestions {
  /** Not all devices have names. */
  readonly devices: boolean
  /** The device by which the packet comes in may be a bridge. */
  readonly bridged: boolean
  /** The connection may be an old one. */
  readonly old: boolean
}

/** The unknowns of a host of which perhaps only the rules are known: also what its rules have counted and seen before. */
export function unknownsOf(questions: RuleQuestions): Unknowns {
  return { devices: questions.devices, isUnknown: (match) => isUnknown(match, questions) }
}

/** Is the match's outcome for what kubehop cannot know of the packet, or of what went before it? */
function isUnknown(match: Match, { bridged, old }: RuleQuestions): boolean {
  switch (match.kind) {
    case 'unsupported':
    case 'connlimit':
    case 'hashlimit':
    case 'limit':
    case 'mac':
    case 'owner':
    case 'quota':
      return true
    case 'recent':
      return (match as RecentMatch).action !== 'set'
    case 'statistic':
      return (match as StatisticMatch).mode === 'nth'
    // the first packet of a connection finds nothing counted, and no mark
    case 'connbytes':
    case 'connmark':
      return old
    case 'physdev': {
      // a packet that the host routes is not bridged, and leaves by no port that is known yet: only where it came in is
      const { in: inTest, isIn } = match as PhysdevMatch
      return bridged && (inTest !== undefined || isIn !== undefined)
    }
    default:
      return false
  }
}
