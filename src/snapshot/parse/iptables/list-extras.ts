import { quote } from '../../../netfilter/text/quote.ts'
import { UNTOLD } from '../../../netfilter/text/rule-parser.ts'
import { ListCursor } from './list-cursor.ts'
import { readListMatch } from './list-matches.ts'
import { isListTarget, isSilentTarget, readListTarget } from './list-targets.ts'

/** What stands behind the columns of a list, as iptables-save writes it. */
export interface ListExtras {
  /** With a leading blank, unless it is empty. */
  readonly matches: string
  /** The options of the target, with a leading blank. */
  readonly targetText: string
}

/** How many ways of reading a line are tried. More than one comment, with `*` and `/` inside, is all that makes them many. */
const MAX_WAYS = 64

/**
 * Reads matches and the options of a target. Nothing marks where one ends and the next begins but its words, and the text of a comment may look
 * like further matches. So all ways of reading it are tried: with exactly one, that is it; otherwise what cannot be told becomes a match that
 * is not modelled.
 *
 * @param isChain the target is a chain, or there is none: nothing is said of it
 */
export function readListExtras(text: string, target: string, isChain: boolean): ListExtras {
  const quiet = isChain || isSilentTarget(target)
  if (text === '' && quiet) return { matches: '', targetText: '' }
  const reader = new Reader(target, quiet)
  reader.read(new ListCursor(text), '', '')
  const [only, ...others] = [...reader.found.values()]
  if (only !== undefined && others.length === 0 && reader.ways <= MAX_WAYS) return only
  return untoldFrom(text, target, quiet)
}

class Reader {
  /** By all but the comments: these change nothing. */
  readonly found = new Map<string, ListExtras>()
  ways = 0
  readonly #target: string
  readonly #quiet: boolean

  constructor(target: string, quiet: boolean) {
    this.#target = target
    this.#quiet = quiet
  }

  read(cursor: ListCursor, before: string, testsBefore: string): void {
    if (++this.ways > MAX_WAYS) return
    let matches = before
    let tests = testsBefore
    for (;;) {
      const { rest } = cursor
      const targetText = this.#quiet ? (rest === '' ? '' : null) : readListTarget(this.#target, rest)
      if (targetText !== null) {
        const key = `${tests}\n${targetText}`
        if (!this.found.has(key)) this.found.set(key, { matches, targetText })
        return
      }
      if (rest.startsWith('/* ')) {
        for (const { comment, next } of comments(cursor)) {
          this.read(new ListCursor(cursor.text, next), `${matches} -m comment --comment ${quote(comment)}`, tests)
        }
        return
      }
      if (cursor.atEnd) return
      const match = readListMatch(cursor)
      if (match === null) return
      matches += ` ${match}`
      tests += ` ${match}`
    }
  }
}

/** Where the comment may end that begins at the cursor. */
function comments(cursor: ListCursor): { comment: string; next: number }[] {
  const { text } = cursor
  const start = cursor.at + '/* '.length
  const found = []
  for (let end = text.indexOf(' */', start); end >= 0 && found.length < MAX_WAYS; end = text.indexOf(' */', end + 1)) {
    const next = end + ' */'.length
    if (next === text.length || text[next] === ' ') found.push({ comment: text.slice(start, end), next })
  }
  return found
}

/** How much of what cannot be read is kept. */
const MAX_TEXT = 400

/** Reads what is sure; the rest becomes a match and, unless nothing is to be said of it, a target that are not modelled. */
function untoldFrom(text: string, target: string, quiet: boolean): ListExtras {
  const cursor = new ListCursor(text)
  let matches = ''
  while (!cursor.atEnd) {
    const start = cursor.at
    const ends = cursor.rest.startsWith('/* ') ? comments(cursor) : []
    if (ends.length === 1) {
      matches += ` -m comment --comment ${quote(ends[0]!.comment)}`
      cursor.moveTo(ends[0]!.next)
      continue
    }
    const match = ends.length === 0 ? readListMatch(cursor) : null
    if (match === null) {
      cursor.moveTo(start)
      break
    }
    matches += ` ${match}`
  }
  const { rest } = cursor
  // targets that are not modelled say their name first; no match begins like that
  const isTarget = !quiet && !isListTarget(target) && (rest === '' || cursor.peek() === target)
  if (!isTarget && rest !== '') matches += ` -m unread ${UNTOLD} ${words(rest)}`
  if (quiet) return { matches, targetText: '' }
  return { matches, targetText: ` ${UNTOLD}${isTarget && rest !== '' ? ` ${words(rest)}` : ''}` }
}

/** One word for iptables-restore; a dash at its beginning would make it an option. */
function words(text: string): string {
  const short = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text
  return quote(short.startsWith('-') ? ` ${short}` : short)
}
