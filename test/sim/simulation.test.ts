import { describe, expect, it } from 'vitest'
import { KubehopError } from '../../src/packet/errors.ts'
import { type BudgetEvent, type KernelEvent, Simulation, type Stateful } from '../../src/sim/index.ts'

/** Run-time state of the kind that the kernel parts own. */
class Counter implements Stateful {
  touchedAt = 0
  value = 0
  captures = 0
  readonly #sim: Simulation

  constructor(sim: Simulation) {
    this.#sim = sim
  }

  add(): void {
    this.#sim.touch(this)
    this.value++
  }

  capture(): () => void {
    this.captures++
    const { value } = this
    return () => {
      this.value = value
    }
  }
}

describe('Simulation: time', () => {
  it('runs events by time, equal times in the order of scheduling', () => {
    const sim = new Simulation()
    const log: string[] = []
    const note = (name: string) => log.push(`${sim.now} ${name}`)
    sim.schedule(20, note, 'c')
    sim.schedule(10, note, 'a')
    sim.schedule(20, note, 'd')
    sim.schedule(
      10,
      (name: string) => {
        note(name)
        sim.schedule(10, note, 'e')
        sim.schedule(0, note, 'at once')
      },
      'b',
    )
    expect(sim.run()).toBe('idle')
    expect(log).toEqual(['10 a', '10 b', '10 at once', '20 c', '20 d', '20 e'])
  })

  it('steps one event at a time', () => {
    const sim = new Simulation()
    let ran = 0
    sim.schedule(5, () => ran++, null)
    sim.schedule(6, () => ran++, null)
    expect(sim.pending).toBe(2)
    expect(sim.step()).toBe(true)
    expect([ran, sim.now]).toEqual([1, 5])
    expect(sim.step()).toBe(true)
    expect(sim.step()).toBe(false)
  })

  it('runs until a time, that time included, and leaves the clock there', () => {
    const sim = new Simulation()
    const ran: number[] = []
    for (const delay of [1, 5, 6]) sim.schedule(delay, (n) => ran.push(n), delay)
    expect(sim.run({ until: 5 })).toBe('until')
    expect([ran, sim.now]).toEqual([[1, 5], 5])
    expect(sim.run({ until: 100 })).toBe('idle')
    expect([ran, sim.now]).toEqual([[1, 5, 6], 100])
    expect(sim.run({ until: 50 })).toBe('idle')
    expect(sim.now).toBe(100)
  })

  it('does not run what is due now when asked for a time that has passed', () => {
    const sim = new Simulation()
    sim.run({ until: 10 })
    sim.schedule(0, () => {}, null)
    expect(sim.run({ until: 9 })).toBe('until')
    expect([sim.now, sim.pending]).toEqual([10, 1])
  })

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER + 1])(
    'refuses a delay of %s',
    (delay) => {
      const sim = new Simulation()
      expect(() => sim.schedule(delay, () => {}, null)).toThrow(KubehopError)
      expect(sim.pending).toBe(0)
    },
  )

  it('cancels, and does nothing when it is too late', () => {
    const sim = new Simulation()
    let ran = 0
    const timer = sim.schedule(5, () => ran++, null)
    const other = sim.schedule(5, () => ran++, null)
    expect(sim.cancel(timer)).toBe(true)
    expect(sim.cancel(timer)).toBe(false)
    sim.run()
    expect(sim.cancel(other)).toBe(false)
    expect(ran).toBe(1)
  })

  it('goes on after an event that throws', () => {
    const sim = new Simulation()
    let ran = 0
    sim.schedule(
      1,
      () => {
        throw new Error('broken')
      },
      null,
    )
    sim.schedule(1, () => ran++, null)
    expect(() => sim.run()).toThrow('broken')
    expect(sim.run()).toBe('idle')
    expect(ran).toBe(1)
  })
})

describe('Simulation: budget', () => {
  const storm = (sim: Simulation) => {
    const again = (): void => {
      sim.schedule(0, again, null)
    }
    again()
  }

  it('ends a storm and tells the probe', () => {
    const sim = new Simulation({ maxEvents: 1000 })
    const events: KernelEvent[] = []
    storm(sim)
    expect(sim.run()).toBe('budget')
    sim.probe = { emit: (event) => void events.push(event) }
    expect(sim.run({ maxEvents: 10 })).toBe('budget')
    expect(events).toEqual([{ kind: 'budget', events: 10, time: 0 } satisfies BudgetEvent])
  })

  it('is not used up when the last event is the last', () => {
    const sim = new Simulation({ maxEvents: 3 })
    for (let i = 0; i < 3; i++) sim.schedule(i, () => {}, null)
    expect(sim.run()).toBe('idle')
  })

  it('does not count cancelled events, nor those behind `until`', () => {
    const sim = new Simulation()
    sim.schedule(1, () => {}, null)
    sim.cancel(sim.schedule(2, () => {}, null))
    sim.schedule(9, () => {}, null)
    expect(sim.run({ maxEvents: 1, until: 5 })).toBe('until')
    expect(sim.now).toBe(5)
  })
})

describe('Simulation: transactions', () => {
  it('leave no mark', () => {
    const sim = new Simulation({ seed: 7 })
    const counter = new Counter(sim)
    let ran = 0
    counter.add()
    sim.newJourney()
    sim.random('a').uint32()
    const kept = sim.schedule(100, () => ran++, null)
    sim.run({ until: 50 })
    const work = () => {
      counter.add()
      counter.add()
      const numbers = [sim.random('a').uint32(), sim.random('new').uint32(), sim.random('a').float()]
      const odds = [sim.decide(0.5, sim), sim.decide(0.5, sim)]
      sim.schedule(7, () => counter.add(), null)
      sim.schedule(0, () => counter.add(), null)
      sim.cancel(kept)
      const end = sim.run()
      return { numbers, odds, end, now: sim.now, value: counter.value, journey: sim.newJourney() }
    }
    const first = sim.transaction(work)
    expect(first).toMatchObject({ end: 'idle', now: 57, value: 5, journey: 2 })
    expect({ value: counter.value, now: sim.now, pending: sim.pending }).toEqual({ value: 1, now: 50, pending: 1 })
    expect(sim.transaction(work)).toEqual(first)
    expect(sim.newJourney()).toBe(2)
    expect(sim.cancel(kept)).toBe(true)
    sim.run()
    expect(ran).toBe(0)
  })

  it('capture an owner once, however often it is touched', () => {
    const sim = new Simulation()
    const counter = new Counter(sim)
    sim.transaction(() => {
      for (let i = 0; i < 10; i++) counter.add()
    })
    expect([counter.captures, counter.value]).toEqual([1, 0])
    sim.transaction(() => counter.add())
    expect([counter.captures, counter.value]).toEqual([2, 0])
    counter.add()
    expect([counter.captures, counter.value]).toEqual([2, 1])
  })

  it('take owners that have no mark of their own', () => {
    const sim = new Simulation()
    const state = { list: [1] }
    const owner: Stateful = {
      capture() {
        const list = [...state.list]
        return () => {
          state.list = list
        }
      },
    }
    sim.transaction(() => {
      sim.touch(owner)
      state.list.push(2)
    })
    expect(state.list).toEqual([1])
  })

  it('roll back when the work throws', () => {
    const sim = new Simulation()
    const counter = new Counter(sim)
    expect(() =>
      sim.transaction(() => {
        counter.add()
        sim.schedule(5, () => {}, null)
        sim.run({ until: 3 })
        throw new Error('broken')
      }),
    ).toThrow('broken')
    expect([counter.value, sim.now, sim.pending]).toEqual([0, 0, 0])
    expect(sim.run()).toBe('idle')
  })

  it('nest', () => {
    const sim = new Simulation()
    const early = new Counter(sim)
    const late = new Counter(sim)
    sim.transaction(() => {
      early.add()
      sim.run({ until: 10 })
      sim.transaction(() => {
        early.add()
        late.add()
        sim.run({ until: 20 })
        expect([early.value, late.value, sim.now]).toEqual([2, 1, 20])
      })
      expect([early.value, late.value, sim.now]).toEqual([1, 0, 10])
      early.add()
      late.add()
      expect([early.captures, late.captures]).toEqual([2, 2])
    })
    expect([early.value, late.value, sim.now]).toEqual([0, 0, 0])
  })

  it('put back a queue that grew', () => {
    const sim = new Simulation()
    const ran: number[] = []
    for (let i = 0; i < 10; i++) sim.schedule(i % 2, (n) => ran.push(n), i)
    sim.transaction(() => {
      for (let i = 0; i < 500; i++) sim.schedule(i % 3, () => {}, null)
      sim.run()
    })
    ran.length = 0
    sim.run()
    expect(ran).toEqual([0, 2, 4, 6, 8, 1, 3, 5, 7, 9])
  })
})

describe('Simulation: chance', () => {
  it('gives equal seeds equal numbers and different streams different ones', () => {
    const numbers = (seed: number, stream: string) => {
      const random = new Simulation({ seed }).random(stream)
      return Array.from({ length: 5 }, () => random.uint32())
    }
    expect(numbers(1, 'a')).toEqual(numbers(1, 'a'))
    expect(numbers(1, 'a')).not.toEqual(numbers(2, 'a'))
    expect(numbers(1, 'a')).not.toEqual(numbers(1, 'b'))
    const sim = new Simulation()
    expect(sim.random('a')).toBe(sim.random('a'))
  })

  it('decides certain things without a draw', () => {
    const sim = new Simulation()
    sim.decider = {
      decide: () => {
        throw new Error('asked')
      },
    }
    expect([sim.decide(0, sim), sim.decide(1, sim)]).toEqual([false, true])
  })

  it('asks the decider when there is one', () => {
    const sim = new Simulation()
    const asked: [number, object][] = []
    sim.decider = {
      decide(probability, what) {
        asked.push([probability, what])
        return true
      },
    }
    const rule = {}
    expect(sim.decide(0.001, rule)).toBe(true)
    expect(asked).toEqual([[0.001, rule]])
  })
})
