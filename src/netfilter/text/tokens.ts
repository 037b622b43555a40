import { badRule } from './errors.ts'

const SPACE = 32
const TAB = 9
const NEWLINE = 10
const QUOTE = 34
const BACKSLASH = 92

/** iptables gives up at 255 words, and at a word of 1,023 octets (iptables/xshared.c). */
const MAX_WORDS = 254
const MAX_WORD_LENGTH = 1023

/**
 * Splits one line of iptables-restore input into words (iptables/xshared.c, `add_param_to_argv`). Only the double quote quotes, only
 * inside it a backslash escapes; a closing quote ends the word even when no blank follows; what a lost quote opens runs to the end of
 * the line and takes the line's end along.
 */
export function splitWords(line: string, start = 0): string[] {
  const words: string[] = []
  const end = line.length
  let i = start
  while (i < end) {
    const code = line.charCodeAt(i)
    if (code === SPACE || code === TAB || code === NEWLINE) {
      i++
      continue
    }
    let j = i
    while (j < end && !isBreak(line.charCodeAt(j))) j++
    if (j < end && line.charCodeAt(j) === QUOTE) {
      i = quotedWord(line, i, j, words)
    } else {
      words.push(line.slice(i, j))
      i = j
    }
    if (words.length > MAX_WORDS) badRule('Parser cannot handle more arguments\n')
    if (words[words.length - 1]!.length > MAX_WORD_LENGTH) badRule('Parameter too long!')
  }
  return words
}

function isBreak(code: number): boolean {
  return code === SPACE || code === QUOTE || code === TAB || code === NEWLINE
}

/** Reads the word that begins at `start` and whose first quote stands at `quote`; returns where the next one may begin. */
function quotedWord(line: string, start: number, quote: number, words: string[]): number {
  let word = line.slice(start, quote)
  let from = quote + 1
  for (let i = from; i < line.length; i++) {
    const code = line.charCodeAt(i)
    if (code === BACKSLASH) {
      word += line.slice(from, i)
      from = i + 1
      i++
    } else if (code === QUOTE) {
      words.push(word + line.slice(from, i))
      return i + 1
    }
  }
  words.push(`${word + line.slice(from)}\n`)
  return line.length
}
