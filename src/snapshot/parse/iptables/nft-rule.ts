import { quote } from '../../../netfilter/text/quote.ts'
import { UNTOLD } from '../../../netfilter/text/rule-parser.ts'
import { NftMatches } from './nft-matches.ts'
import { readNftTarget } from './nft-targets.ts'
import { NftTokens } from './nft-tokens.ts'

/** How much of what cannot be read is kept. */
const MAX_TEXT = 400

/**
 * What nft prints of a rule of iptables-nft, as iptables-save writes it: `[1:60] -A CHAIN …`. iptables-nft puts a counter between tests and
 * target: so it is known where a test ends that cannot be read.
 */
export function readNftRule(chain: string, line: string): string {
  const tokens = new NftTokens(line)
  const matches = new NftMatches()
  let counters = '[0:0]'
  let counted = false
  let unread = ''
  let target = ''
  while (!tokens.atEnd) {
    const start = tokens.place
    if (tokens.take('counter')) {
      if (tokens.take('packets'))
        counters = `[${number(tokens.word())}:${tokens.take('bytes') ? number(tokens.word()) : 0}]`
      counted = true
    } else if (tokens.take('#', 'handle') || tokens.take('comment')) tokens.word()
    else if (target === '' && !counted && matches.read(tokens)) continue
    else {
      tokens.moveTo(start)
      const found = target === '' ? readNftTarget(tokens) : null
      if (found !== null) {
        target = found
        continue
      }
      const text = restOf(tokens, start)
      if (counted && target === '') target = ` -j unread ${UNTOLD} ${quoted(text)}`
      else unread += `${unread === '' ? '' : ' '}${text}`
    }
  }
  // without a counter, what the rule does is in there, too
  if (unread !== '' && !counted && target === '') target = ` -j unread ${UNTOLD}`
  const asked = matches.text + (unread === '' ? '' : ` -m unread ${UNTOLD} ${quoted(unread)}`)
  return `${counters} -A ${chain}${asked}${target}`
}

/** What cannot be read: all up to the counter, or to the end. */
function restOf(tokens: NftTokens, from: number): string {
  tokens.moveTo(from)
  const isEnd = () =>
    tokens.peek() === 'counter' || tokens.peek() === 'comment' || (tokens.peek() === '#' && tokens.peek(1) === 'handle')
  do tokens.word()
  while (!tokens.atEnd && !isEnd())
  return tokens.text(from, tokens.place)
}

function number(text: string): string {
  return /^[0-9]{1,16}$/.test(text) ? text : '0'
}

/** One word for iptables-restore; a dash at its beginning would make it an option. */
function quoted(text: string): string {
  const short = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text
  return quote(short.startsWith('-') ? ` ${short}` : short)
}
