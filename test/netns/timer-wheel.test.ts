import { describe, expect, it } from 'vitest'
import { startTimer } from '../../src/netns/timer-wheel.ts'
import { Simulation } from '../../src/sim/simulation.ts'

const MS = 1_000_000

/** When the timer fires that is set at `now` for `delay`. */
function firesAt(now: number, delay: number): number {
  const sim = new Simulation()
  sim.run({ until: now })
  let at = -1
  startTimer(sim, delay, () => (at = sim.now), null)
  sim.run()
  return at
}

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
        const late = firesAt(now, delay * MS) - now - delay * MS
        expect(late).toBeGreaterThan(-4 * MS)
        expect(late).toBeLessThanOrEqual((step + 4) * MS)
      }
    }
  })

  it('fires at the same moments for all who wait about equally long', () => {
    expect(firesAt(0, 1000 * MS)).toBe(1024 * MS)
    expect(firesAt(10 * MS, 1000 * MS)).toBe(1024 * MS)
    expect(firesAt(30 * MS, 1000 * MS)).toBe(1056 * MS)
  })

  it('fires before those of its tick that were set earlier, and after those of higher levels', () => {
    const sim = new Simulation()
    const fired: string[] = []
    const set = (name: string, at: number, delay: number) =>
      sim.schedule(at, () => startTimer(sim, delay, () => fired.push(`${name} ${sim.now / MS}`), null), null)
    sim.schedule(1024 * MS, () => fired.push('an event'), null)
    set('first', 1, 1000 * MS)
    set('second', 5 * MS, 1000 * MS)
    set('last, of level 0', 924 * MS, 96 * MS)
    sim.run()
    expect(fired).toEqual(['second 1024', 'first 1024', 'last, of level 0 1024', 'an event'])
  })

  it('keeps its order when a transaction is taken back', () => {
    const sim = new Simulation()
    const fired: number[] = []
    for (const name of [1, 2, 3]) startTimer(sim, 1000 * MS, () => fired.push(name), null)
    sim.transaction(() => {
      startTimer(sim, 1000 * MS, () => fired.push(4), null)
      sim.run()
    })
    expect(fired.splice(0)).toEqual([4, 3, 2, 1])
    sim.run()
    expect(fired).toEqual([3, 2, 1])
  })
})
