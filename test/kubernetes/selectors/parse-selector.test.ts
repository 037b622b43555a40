import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatSelector, type LabelSelectorRequirement, parseSelector } from '../../../src/kubernetes/index.ts'

const In = (key: string, ...values: string[]): LabelSelectorRequirement => ({ key, operator: 'In', values })
const NotIn = (key: string, ...values: string[]): LabelSelectorRequirement => ({ key, operator: 'NotIn', values })
const Exists = (key: string): LabelSelectorRequirement => ({ key, operator: 'Exists', values: [] })
const DoesNotExist = (key: string): LabelSelectorRequirement => ({ key, operator: 'DoesNotExist', values: [] })

describe('parseSelector', () => {
  it.each<[string, LabelSelectorRequirement[]]>([
    ['', []],
    ['  ', []],
    ['app=web', [In('app', 'web')]],
    ['app==web', [In('app', 'web')]],
    ['app != web', [NotIn('app', 'web')]],
    ['app in (a, b)', [In('app', 'a', 'b')]],
    ['app notin (a,b)', [NotIn('app', 'a', 'b')]],
    ['app', [Exists('app')]],
    ['!app', [DoesNotExist('app')]],
    ['! app', [DoesNotExist('app')]],
    ['app=', [In('app', '')]],
    ['app=,tier', [In('app', ''), Exists('tier')]],
    ['app in (,a)', [In('app', '', 'a')]],
    ['app=in', [In('app', 'in')]],
    ['x in (notin)', [In('x', 'notin')]],
    [
      'example.com/app=v1.2_3,tier!=db, !old',
      [In('example.com/app', 'v1.2_3'), NotIn('tier', 'db'), DoesNotExist('old')],
    ],
  ])('%j', (text, requirements) => {
    expect(parseSelector(text)).toEqual({ matchLabels: {}, matchExpressions: requirements })
  })

  it.each([
    ['=web', 'expected a label name, found "="'],
    ['app=a=b', 'expected "," or the end, found "="'],
    ['app,', 'expected a label name, found the end'],
    [',app', 'expected a label name, found ","'],
    ['app in a', 'expected "(", found "a"'],
    ['app in (a', 'expected "," or ")", found the end'],
    ['app in ()', 'expected a value, found ")"'],
    ['in (a)', 'expected a label name, found "in"'],
    ['app > 1', 'expected one of =, ==, !=, in, notin, "," or the end, found ">"'],
    ['app web', 'expected one of =, ==, !=, in, notin, "," or the end, found "web"'],
    ['-app=x', '"-app" is no label name'],
    ['app=-x', '"-x" is no label value'],
  ])('%j is wrong', (text, message) => {
    expect(() => parseSelector(text)).toThrow(`the selector ${JSON.stringify(text)} is wrong: ${message}`)
  })

  it('reads what formatSelector writes', () => {
    const key = fc.stringMatching(/^[a-z]{1,5}$/).filter((word) => word !== 'in' && word !== 'notin')
    const value = fc.stringMatching(/^[a-z0-9]{0,4}$/)
    const values = fc.uniqueArray(value, { minLength: 1, maxLength: 3 }).map((list) => list.toSorted())
    const requirement = fc.oneof(
      fc.tuple(key, values).map(([name, list]) => In(name, ...list)),
      fc.tuple(key, values).map(([name, list]) => NotIn(name, ...list)),
      key.map(Exists),
      key.map(DoesNotExist),
    )
    fc.assert(
      fc.property(fc.array(requirement, { maxLength: 4 }), (matchExpressions) => {
        const selector = { matchLabels: {}, matchExpressions }
        expect(parseSelector(formatSelector(selector))).toEqual(selector)
      }),
    )
  })

  it('is written with the matchLabels first', () => {
    expect(formatSelector({ matchLabels: { app: 'web' }, matchExpressions: [In('tier', 'b', 'a')] })).toBe(
      'app=web,tier in (a,b)',
    )
  })
})
