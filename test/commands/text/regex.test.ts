import { describe, expect, it } from 'vitest'
import { Matcher } from '../../../src/commands/text/regex/matcher.ts'
import { parsePattern } from '../../../src/commands/text/regex/parse.ts'
import { UnsupportedError } from '../../../src/packet/errors.ts'

function find(pattern: string, text: string): string | null {
  const span = new Matcher([parsePattern(pattern, { extended: true, ignoreCase: false }).node]).find(text)
  return span === null ? null : text.slice(span.start, span.end)
}

describe('a regular expression', () => {
  it.each([
    ['a|ab', 'xab', 'ab'],
    ['(a|ab)(c|bcd)', 'abcd', 'abcd'],
    ['x*', 'aaa', ''],
    ['(a*)*b', 'aab', 'aab'],
    ['(a|b)+c', 'abac', 'abac'],
    ['b+', 'abbbab', 'bbb'],
    ['a{2,3}', 'aaaa', 'aaa'],
  ])('%s finds in %s the leftmost, and of those the longest: %s', (pattern, text, match) => {
    expect(find(pattern, text)).toBe(match)
  })

  it.each([
    ['(a*)*$', ''],
    ['(a+)+$', null],
    ['(a|aa)+$', null],
    ['(a|a?)+$', ''],
    ['(.*)*x', null],
    ['(a?){50}a{50}', 'a'.repeat(100)],
  ])('%s takes a time that grows with the text alone', (pattern, match) => {
    expect(find(pattern, `${'a'.repeat(20_000)}!`)).toBe(match)
  })

  it.each(['(a{1000}){1000}', '((){32767}){32767}', '((((a{99}){99}){99}){99}){99}'])('%s is refused', (pattern) => {
    expect(() => find(pattern, 'a')).toThrow(UnsupportedError)
  })

  it('of which a part must come again is refused by name', () => {
    expect(() => find('(a)\\1', 'aa')).toThrow(/back-reference/)
  })
})
