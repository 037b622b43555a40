import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type LabelSelector,
  type LabelSelectorOperator,
  requirementMatches,
  selectorMatches,
  serviceSelects,
} from '../../../src/kubernetes/index.ts'

const NOTHING = { matchLabels: {}, matchExpressions: [] }

describe('requirements', () => {
  it.each<[LabelSelectorOperator, string[], Record<string, string>, boolean]>([
    ['In', ['a', 'b'], { key: 'a' }, true],
    ['In', ['a', 'b'], { key: 'c' }, false],
    ['In', ['a'], {}, false],
    ['In', [''], { key: '' }, true],
    ['In', [], { key: 'a' }, false],
    ['NotIn', ['a'], { key: 'b' }, true],
    ['NotIn', ['a'], { key: 'a' }, false],
    ['NotIn', ['a'], {}, true],
    ['NotIn', [], { key: 'a' }, true],
    ['Exists', [], { key: '' }, true],
    ['Exists', [], { other: 'x' }, false],
    ['DoesNotExist', [], {}, true],
    ['DoesNotExist', [], { key: 'x' }, false],
  ])('%s %j on %j: %s', (operator, values, labels, holds) => {
    expect(requirementMatches({ key: 'key', operator, values }, labels)).toBe(holds)
  })

  it('do not see what objects inherit', () => {
    expect(requirementMatches({ key: 'constructor', operator: 'Exists', values: [] }, {})).toBe(false)
    expect(selectorMatches({ ...NOTHING, matchLabels: { toString: 'x' } }, {})).toBe(false)
  })
})

describe('selectors', () => {
  it('absent select nothing, empty select everything', () => {
    expect(selectorMatches(undefined, { a: 'b' })).toBe(false)
    expect(selectorMatches(NOTHING, { a: 'b' })).toBe(true)
    expect(selectorMatches(NOTHING, {})).toBe(true)
  })

  it('of Services select nothing when they are absent or empty', () => {
    expect(serviceSelects(undefined, { a: 'b' })).toBe(false)
    expect(serviceSelects({}, { a: 'b' })).toBe(false)
    expect(serviceSelects({ a: 'b' }, { a: 'b', c: 'd' })).toBe(true)
    expect(serviceSelects({ a: 'b', c: 'd' }, { a: 'b' })).toBe(false)
  })

  it('select where all of their parts do', () => {
    const word = fc.constantFrom('a', 'b', 'c', '')
    const labels = fc.dictionary(fc.constantFrom('x', 'y', 'z'), word)
    const requirement = fc.record({
      key: fc.constantFrom('x', 'y', 'z'),
      operator: fc.constantFrom<LabelSelectorOperator>('In', 'NotIn', 'Exists', 'DoesNotExist'),
      values: fc.array(word, { maxLength: 2 }),
    })
    const selector = fc.record({ matchLabels: labels, matchExpressions: fc.array(requirement, { maxLength: 3 }) })
    fc.assert(
      fc.property(selector, labels, (given: LabelSelector, on) => {
        const all =
          Object.entries(given.matchLabels).every(([key, value]) => on[key] === value) &&
          given.matchExpressions.every((one) => requirementMatches(one, on))
        expect(selectorMatches(given, on)).toBe(all)
      }),
    )
  })
})
