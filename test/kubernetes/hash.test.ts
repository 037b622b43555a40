import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson, hash32, nameSuffix, safeEncode } from '../../src/kubernetes/hash.ts'

describe('hash32', () => {
  it('is pinned: names and addresses made of it are part of golden traces', () => {
    expect([hash32(''), hash32('a'), hash32('b'), hash32('a', 1)]).toMatchInlineSnapshot(`
      [
        2872998923,
        444641715,
        2193908274,
        3873127206,
      ]
    `)
  })

  it('spreads neighbouring names over the whole range', () => {
    const buckets = Array<number>(16).fill(0)
    for (let i = 0; i < 16_000; i++) buckets[hash32(`service-${i}`) >>> 28]!++
    for (const count of buckets) expect(count).toBeGreaterThan(800)
  })
})

describe('names', () => {
  it('are made of the letters of Kubernetes’ own', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(20), (text, length) => {
        expect(nameSuffix(text, length)).toMatch(new RegExp(`^[bcdfghjklmnpqrstvwxz2456789]{${length}}$`))
      }),
    )
    // The alphabet of every pod-template-hash.
    expect(safeEncode('0123456789')).toBe('456789bcdf')
  })
})

describe('canonicalJson', () => {
  it('does not mind the order of fields', () => {
    expect(canonicalJson({ b: [{ y: 1, x: 2 }], a: null })).toBe('{"a":null,"b":[{"x":2,"y":1}]}')
    expect(canonicalJson({ a: 1, b: 2 })).toBe(canonicalJson({ b: 2, a: 1 }))
    expect(canonicalJson([1, 2])).not.toBe(canonicalJson([2, 1]))
  })
})
