import { describe, expect, it } from 'vitest'
import { timerDelay } from '../../src/netns/timer-wheel.ts'

const MS = 1_000_000

describe('a timer of the kernel', () => {
  it('is never early, and late by at most one step of its level', () => {
    for (let now = 0; now < 3000 * MS; now += 37 * MS + 12_345) {
      for (const [delay, step] of [
        [4, 4],
        [100, 4],
        [1000, 32],
        [5000, 256],
        [60_000, 2048],
      ] as const) {
        const late = timerDelay(now, delay * MS) - delay * MS
        expect(late).toBeGreaterThan(-4 * MS)
        expect(late).toBeLessThanOrEqual((step + 4) * MS)
      }
    }
  })

  it('fires at the same moments for all who wait about equally long', () => {
    expect(timerDelay(0, 1000 * MS)).toBe(1024 * MS)
    expect(10 * MS + timerDelay(10 * MS, 1000 * MS)).toBe(1024 * MS)
    expect(30 * MS + timerDelay(30 * MS, 1000 * MS)).toBe(1056 * MS)
  })
})
