import { describe, expect, it } from 'vitest'
import { type Question, Simulation, walkOutcomes } from '../../src/sim/index.ts'

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

  describe('of what nobody told', () => {
    const isIn = (element: string): Question => ({
      subject: element,
      key: '',
      yes: `${element} is in the set`,
      no: `${element} is not in the set`,
    })

    it('walks both answers, and gives an answer once', () => {
      const sim = new Simulation()
      const outcomes = walkOutcomes(sim, () => {
        const first = sim.ask(isIn('a'))
        if (first !== sim.ask(isIn('a'))) return 'two answers'
        return first ? 'in' : sim.ask(isIn('b')) ? 'other' : 'out'
      })
      expect(outcomes.map(({ result }) => result)).toEqual(['in', 'other', 'out'])
      expect(outcomes.map(({ probability }) => probability)).toEqual([1, 1, 1])
      expect(outcomes[1]!.decisions.map(({ question, taken }) => [question?.yes, taken])).toEqual([
        ['a is in the set', false],
        ['b is in the set', true],
      ])
    })

    it('does not ask what follows', () => {
      const sim = new Simulation()
      const uid = (key: string): Question => ({
        subject: 'uid',
        key,
        yes: `uid is ${key}`,
        no: `uid is not ${key}`,
        follows: (earlier) => (earlier.some(({ answer }) => answer) ? false : null),
      })
      const outcomes = walkOutcomes(sim, () => [sim.ask(uid('1')), sim.ask(uid('2'))])
      expect(outcomes.map(({ result }) => result)).toEqual([
        [true, false],
        [false, true],
        [false, false],
      ])
    })

    it('leaves draws to chance, if it is told to', () => {
      const sim = new Simulation()
      const outcomes = walkOutcomes(sim, () => [sim.decide(0.5, sim), sim.ask(isIn('a'))], {
        chance: { decide: () => false },
      })
      expect(outcomes.map(({ result }) => result)).toEqual([
        [false, true],
        [false, false],
      ])
    })

    it('stops where there are too many, and says so', () => {
      const sim = new Simulation()
      let more = false
      const outcomes = walkOutcomes(sim, () => ['a', 'b', 'c'].map((element) => sim.ask(isIn(element))), {
        maxOutcomes: 5,
        onTooMany: () => {
          more = true
        },
      })
      expect(outcomes).toHaveLength(5)
      expect(more).toBe(true)
    })

    it('is refused where nobody follows answers', () => {
      expect(() => new Simulation().ask(isIn('a'))).toThrow('nobody told whether a is in the set')
    })
  })
})
