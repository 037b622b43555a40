import type { MatchDefinition } from '../definition.ts'
import type { Match } from '../rule.ts'
import { quote } from '../text/quote.ts'

/** `-m comment` (net/netfilter/xt_comment.c): a note; matches every packet. */
export interface CommentMatch extends Match {
  readonly kind: 'comment'
  /** At most 255 octets. */
  readonly text: string
}

/** What does not fit is cut off without a word. */
const MAX_OCTETS = 255

export const comment: MatchDefinition<CommentMatch> = {
  kind: 'comment',
  options: [{ names: ['comment'], words: 1, required: true }],

  parse(options) {
    return { kind: 'comment', text: cutToOctets(options.text('comment')!, MAX_OCTETS) }
  },

  print(match) {
    return ` --comment ${quote(match.text)}`
  },

  compile() {
    return () => true
  },
}

/** The beginning of the text that fits in so many octets of UTF-8. */
export function cutToOctets(text: string, octets: number): string {
  if (text.length * 3 <= octets) return text
  let used = 0
  let end = 0
  for (const char of text) {
    const code = char.codePointAt(0)!
    used += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
    if (used > octets) break
    end += char.length
  }
  return text.slice(0, end)
}
