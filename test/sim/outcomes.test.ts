import { describe, expect, it } from 'vitest'
import { Simulation, walkOutcomes } from '../../src/sim/index.ts'

describe('walkOutcomes', () => {
  it('walks every way, each in a world of its own', () => {
    const sim = new Simulation()
    const rules = [{ name: 'first' }, { name: 'second' }]
    const outcomes = walkOutcomes(sim, () => {
      sim.newJourney()
      if (sim.decide(1 / 3, rules[0]!)) return 'a'
      if (sim.decide(1 / 2, rules[1]!)) return 'b'
      return sim.newJourney() === 2 ? 'c' : 'not alone'
    })
    expect(outcomes.map(({ result }) => result)).toEqual(['a', 'b', 'c'])
    for (const { probability } of outcomes) expect(probability).toBeCloseTo(1 / 3, 12)
    expect(outcomes[2]!.decisions).toEqual([
      { what: rules[0], probability: 1 / 3, taken: false },
      { what: rules[1], probability: 1 / 2, taken: false },
    ])
    expect(sim.newJourney()).toBe(1)
  })

  it('has one outcome where there is no chance', () => {
    const sim = new Simulation()
    expect(walkOutcomes(sim, () => sim.decide(1, sim))).toEqual([{ result: true, probability: 1, decisions: [] }])
  })

  it('adds up to 1 for a thousand endpoints', () => {
    const sim = new Simulation()
    const outcomes = walkOutcomes(sim, () => {
      for (let left = 1000; left > 1; left--) if (sim.decide(1 / left, sim)) return left
      return 1
    })
    expect(outcomes).toHaveLength(1000)
    expect(outcomes.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 9)
  })

  it('gives the decider back, also when the work throws or does not end', () => {
    const sim = new Simulation()
    const decider = { decide: () => false }
    sim.decider = decider
    expect(() =>
      walkOutcomes(sim, () => {
        throw new Error('broken')
      }),
    ).toThrow('broken')
    expect(() => walkOutcomes(sim, () => [1, 2, 3].map(() => sim.decide(0.5, sim)), { maxOutcomes: 7 })).toThrow(
      /more than 7 outcomes/,
    )
    expect(walkOutcomes(sim, () => [1, 2, 3].map(() => sim.decide(0.5, sim)), { maxOutcomes: 8 })).toHaveLength(8)
    expect(sim.decider).toBe(decider)
  })
})
