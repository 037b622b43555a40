import { type CharacterTest, PatternError } from './syntax.ts'

/** The classes of POSIX in the C locale. */
const CLASSES: Readonly<Record<string, RegExp | undefined>> = {
  alpha: /[A-Za-z]/,
  digit: /[0-9]/,
  alnum: /[A-Za-z0-9]/,
  upper: /[A-Z]/,
  lower: /[a-z]/,
  space: /[ \t\n\v\f\r]/,
  blank: /[ \t]/,
  punct: /[!-/:-@[-`{-~]/,
  print: /[ -~]/,
  graph: /[!-~]/,
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is meant
  cntrl: /[\x00-\x1f\x7f]/,
  xdigit: /[0-9A-Fa-f]/,
}

/** Which characters a class means, or undefined: there is none of that name. */
export function characterClass(name: string): RegExp | undefined {
  return CLASSES[name]
}

const UNMATCHED = 'Unmatched [, [^, [:, [., or [='

/**
 * Reads `[…]` from behind its `[`.
 *
 * @returns the test, and where the pattern goes on
 * @throws PatternError
 */
export function readBracket(pattern: string, from: number, ignoreCase: boolean): readonly [CharacterTest, number] {
  let at = from
  const negated = pattern[at] === '^'
  if (negated) at++
  const first = at
  const classes: RegExp[] = []
  const ranges: (readonly [low: number, high: number])[] = []
  for (;;) {
    const character = pattern[at]
    if (character === undefined) throw new PatternError(UNMATCHED)
    if (character === ']' && at > first) break
    const named = readNamed(pattern, at)
    if (named?.kind === ':') {
      const set = CLASSES[named.name]
      if (set === undefined) throw new PatternError('Invalid character class name')
      classes.push(set)
      at = named.end
      // a class begins no range
      if (pattern[at] === '-' && pattern[at + 1] !== ']') throw new PatternError('Invalid range end')
      continue
    }
    const low = named === null ? character : single(named.name)
    at = named === null ? at + 1 : named.end
    if (pattern[at] !== '-' || pattern[at + 1] === ']' || pattern[at + 1] === undefined) {
      ranges.push([low.charCodeAt(0), low.charCodeAt(0)])
      continue
    }
    const end = readNamed(pattern, at + 1)
    if (end?.kind === ':') throw new PatternError('Invalid range end')
    const high = end === null ? pattern[at + 1]! : single(end.name)
    at = end === null ? at + 2 : end.end
    if (high < low) throw new PatternError('Invalid range end')
    ranges.push([low.charCodeAt(0), high.charCodeAt(0)])
    if (pattern[at] === '-' && pattern[at + 1] !== ']') throw new PatternError('Invalid range end')
  }
  if (isForgottenBracket(pattern, from, at)) {
    throw new PatternError('character class syntax is [[:space:]], not [:space:]')
  }
  const has = (code: number): boolean =>
    ranges.some(([low, high]) => code >= low && code <= high) ||
    classes.some((set) => set.test(String.fromCharCode(code)))
  const folded = (code: number): boolean => {
    const text = String.fromCharCode(code)
    return has(code) || has(text.toLowerCase().charCodeAt(0)) || has(text.toUpperCase().charCodeAt(0))
  }
  const test = ignoreCase ? folded : has
  return [negated ? (code) => !test(code) : test, at + 1]
}

/** `[:alpha:]` alone. */
function isForgottenBracket(pattern: string, from: number, end: number): boolean {
  const inside = pattern.slice(from, end)
  return inside.length > 1 && inside.startsWith(':') && inside.endsWith(':')
}

/** `[:digit:]`, `[.x.]`, `[=x=]` inside brackets, or null: none begins here. */
function readNamed(pattern: string, at: number): { kind: string; name: string; end: number } | null {
  const kind = pattern[at + 1]
  if (pattern[at] !== '[' || (kind !== ':' && kind !== '.' && kind !== '=')) return null
  const end = pattern.indexOf(`${kind}]`, at + 2)
  if (end < 0) throw new PatternError(UNMATCHED)
  return { kind, name: pattern.slice(at + 2, end), end: end + 2 }
}

function single(name: string): string {
  if (name.length !== 1) throw new PatternError('Invalid collation character')
  return name
}
