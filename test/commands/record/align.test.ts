import { fc, it } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { alignLines } from '../../../src/commands/record/align.ts'

const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 })

describe('alignLines', () => {
  it('puts a changed line beside what it was', () => {
    expect(alignLines(['a', 'b', 'c'], ['a', 'x', 'c'])).toEqual([
      { left: 'a', right: 'a' },
      { left: 'b', right: 'x' },
      { left: 'c', right: 'c' },
    ])
  })

  it('finds what is missing and what is new', () => {
    expect(alignLines(['a', 'b', 'c', 'd'], ['b', 'c', 'x', 'd'])).toEqual([
      { left: 'a', right: null },
      { left: 'b', right: 'b' },
      { left: 'c', right: 'c' },
      { left: null, right: 'x' },
      { left: 'd', right: 'd' },
    ])
  })

  it.prop([lines, lines])('keeps both sides, in order', (left, right) => {
    const pairs = alignLines(left, right)
    expect(pairs.flatMap((pair) => pair.left ?? [])).toEqual(left)
    expect(pairs.flatMap((pair) => pair.right ?? [])).toEqual(right)
    expect(pairs.every((pair) => pair.left !== null || pair.right !== null)).toBe(true)
  })

  it('gives up the shortest report, not the time, on very long lists', () => {
    const left = Array.from({ length: 2500 }, (_, i) => `left ${i}`)
    const right = Array.from({ length: 2500 }, (_, i) => `right ${i}`)
    expect(alignLines(left, right)).toHaveLength(2500)
  })
})
