import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { unifiedDiff } from '../../src/cli/unified-diff.ts'

const textOf = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('')
const diff = (before: readonly string[], after: readonly string[]) =>
  unifiedDiff(textOf(before), textOf(after), ['a', 'b'])

/** What patch(1) makes of it: every line of a hunk must stand where the head says. */
function patched(before: readonly string[], text: string): string[] {
  const after: string[] = []
  let at = 0
  for (const line of text.split('\n').slice(2, -1)) {
    const head = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@$/.exec(line)
    if (head !== null) {
      const start = Number(head[1]) - (head[2] === '0' ? 0 : 1)
      after.push(...before.slice(at, start))
      at = start
      expect(after.length).toBe(Number(head[3]) - (head[4] === '0' ? 0 : 1))
      continue
    }
    const rest = line.slice(1)
    if (line[0] !== '+') expect(before[at++]).toBe(rest)
    if (line[0] !== '-') after.push(rest)
  }
  return [...after, ...before.slice(at)]
}

describe('unifiedDiff', () => {
  it('shows three lines around a change, and puts near ones together', () => {
    const lines = Array.from({ length: 20 }, (_, i) => String(i))
    const changed = lines.flatMap((line) => (line === '5' ? [] : line === '12' ? ['x', line] : [line]))
    expect(diff(lines, changed)).toBe(
      textOf([
        '--- a',
        '+++ b',
        '@@ -3,13 +3,13 @@',
        ' 2',
        ' 3',
        ' 4',
        '-5',
        ' 6',
        ' 7',
        ' 8',
        ' 9',
        ' 10',
        ' 11',
        '+x',
        ' 12',
        ' 13',
        ' 14',
      ]),
    )
    expect(diff(['a'], [])).toBe(textOf(['--- a', '+++ b', '@@ -1 +0,0 @@', '-a']))
    expect(diff([], ['a'])).toBe(textOf(['--- a', '+++ b', '@@ -0,0 +1 @@', '+a']))
    expect(diff(lines, lines)).toBe('')
  })

  it('leads from one text to the other', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 40 })
    fc.assert(
      fc.property(lines, lines, (one, two) => {
        expect(patched(one, diff(one, two))).toEqual(two)
      }),
    )
  })

  it('also where everything is different', () => {
    const [one, two] = ['a', 'b'].map((name) => Array.from({ length: 5000 }, (_, i) => name + i)) as [
      string[],
      string[],
    ]
    expect(patched(one, diff(one, two))).toEqual(two)
  })
})
