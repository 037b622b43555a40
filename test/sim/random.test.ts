import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RandomStream } from '../../src/sim/index.ts'

describe('RandomStream', () => {
  it('gives the same numbers for ever', () => {
    const stream = new RandomStream(42, 'ports')
    expect(Array.from({ length: 4 }, () => stream.uint32())).toMatchInlineSnapshot(`
      [
        3817729470,
        2466145913,
        1730860352,
        3961533735,
      ]
    `)
    expect([...stream.bytes(6)]).toMatchInlineSnapshot(`
      [
        144,
        196,
        128,
        236,
        129,
        17,
      ]
    `)
    expect(stream.float()).toMatchInlineSnapshot(`0.07853325095676256`)
  })

  it('stays in range', () => {
    fc.assert(
      fc.property(fc.integer(), fc.string(), fc.integer({ min: 1, max: 2 ** 32 }), (seed, name, n) => {
        const stream = new RandomStream(seed, name)
        for (let i = 0; i < 20; i++) {
          const value = stream.below(n)
          expect(Number.isInteger(value) && value >= 0 && value < n).toBe(true)
          const float = stream.float()
          expect(float >= 0 && float < 1).toBe(true)
          const word = stream.uint32()
          expect(Number.isInteger(word) && word >= 0 && word < 2 ** 32).toBe(true)
        }
      }),
    )
  })

  it('is fair', () => {
    const stream = new RandomStream(1, 'dice')
    const counts = [0, 0, 0, 0, 0, 0]
    for (let i = 0; i < 60_000; i++) counts[stream.below(6)]!++
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400)
    let heads = 0
    for (let i = 0; i < 10_000; i++) if (stream.chance(0.3)) heads++
    expect(Math.abs(heads - 3000)).toBeLessThan(200)
    expect([stream.chance(0), stream.chance(1)]).toEqual([false, true])
    // Numbers from the incomplete last round are drawn again: without that, the lower two thirds would be far too frequent.
    const third = 3 * 2 ** 30
    let low = 0
    for (let i = 0; i < 10_000; i++) if (stream.below(third) < 2 ** 30) low++
    expect(Math.abs(low - 3333)).toBeLessThan(200)
  })

  it('goes back to where it was captured', () => {
    const stream = new RandomStream(1, 'a')
    stream.uint32()
    const restore = stream.capture()
    const numbers = [stream.uint32(), stream.uint32()]
    restore()
    expect([stream.uint32(), stream.uint32()]).toEqual(numbers)
  })
})
