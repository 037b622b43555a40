import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { didYouMean, editDistance, nearestNames } from '../../src/kubernetes/index.ts'

describe('editDistance', () => {
  it.each<[string, string, number]>([
    ['', '', 0],
    ['a', '', 1],
    ['node-1', 'node-1', 0],
    ['node-1', 'node-2', 1],
    ['frontend', 'fronted', 1],
    ['cart', 'crat', 1],
    ['kitten', 'sitting', 3],
  ])('%j to %j is %d', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance)
  })

  it('is a metric of sorts, and stops at its limit', () => {
    const word = fc.stringMatching(/^[abc]{0,8}$/)
    fc.assert(
      fc.property(word, word, fc.nat(5), (a, b, limit) => {
        const distance = editDistance(a, b)
        expect(editDistance(b, a)).toBe(distance)
        expect(distance === 0).toBe(a === b)
        expect(distance).toBeGreaterThanOrEqual(Math.abs(a.length - b.length))
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length))
        expect(Math.min(editDistance(a, b, limit), limit + 1)).toBe(Math.min(distance, limit + 1))
      }),
    )
  })
})

describe('nearestNames', () => {
  it('are those with few typing mistakes, best first', () => {
    expect(nearestNames('frontedn', ['backend', 'frontend', 'frontends'])).toEqual(['frontend', 'frontends'])
  })

  it('are those that begin with it or hold it', () => {
    expect(nearestNames('frontend', ['frontend-78db8c5bcb-jq8vt', 'my-frontend-1', 'cart'])).toEqual([
      'frontend-78db8c5bcb-jq8vt',
      'my-frontend-1',
    ])
  })

  it('are three at most', () => {
    expect(nearestNames('a', ['b', 'c', 'd', 'e'])).toHaveLength(3)
  })
})

describe('didYouMean', () => {
  it('offers what is near, else what there is', () => {
    expect(didYouMean('node-1', ['node-2', 'node-3'])).toBe('did you mean node-2 or node-3?')
    expect(didYouMean('worker', ['node-1', 'node-2', 'node-3', 'node-4'])).toBe(
      'there is node-1, node-2, node-3 and 1 more',
    )
    expect(didYouMean('worker', ['node-1'])).toBe('there is node-1')
    expect(didYouMean('worker', [])).toBeUndefined()
  })
})
