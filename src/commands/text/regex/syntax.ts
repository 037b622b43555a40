/*
 * POSIX regular expressions as GNU grep 3.8 reads them, basic and extended (gnulib's dfa.c and regcomp.c, in the C locale): what a pattern
 * means, as a tree.
 */

/** Is a character of this set meant? The argument is a UTF-16 unit. */
export type CharacterTest = (code: number) => boolean

/** Where a match may stand, without taking a character. */
export type Assertion = 'start' | 'end' | 'word-start' | 'word-end' | 'word-edge' | 'no-word-edge'

export type Node =
  | { readonly kind: 'character'; readonly test: CharacterTest }
  | { readonly kind: 'assertion'; readonly assertion: Assertion }
  | { readonly kind: 'sequence'; readonly parts: readonly Node[] }
  | { readonly kind: 'choice'; readonly branches: readonly Node[] }
  | { readonly kind: 'repeat'; readonly body: Node; readonly min: number; readonly max: number }

/** What the pattern is refused for, in grep's words. */
export class PatternError extends Error {}

export interface Flavour {
  /** `-E`: operators stand for themselves only behind a backslash; otherwise the other way round. */
  readonly extended: boolean
  /** `-i` */
  readonly ignoreCase: boolean
}

const WORD = /[A-Za-z0-9_]/
const BEYOND_ASCII = /[\p{L}\p{N}]/u

/** A letter, a digit or `_`. */
export function isWordCharacter(code: number): boolean {
  const text = String.fromCharCode(code)
  return WORD.test(text) || (code > 127 && BEYOND_ASCII.test(text))
}

/** A test for one character. */
export function literal(text: string, ignoreCase: boolean): CharacterTest {
  const code = text.charCodeAt(0)
  if (!ignoreCase) return (each) => each === code
  const [lower, upper] = [text.toLowerCase().charCodeAt(0), text.toUpperCase().charCodeAt(0)]
  return (each) => each === code || each === lower || each === upper
}
