import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EventQueue, Ran } from '../../src/sim/event-queue.ts'

/** The definition: a list that is searched for the least time, first in first out. */
class PlainQueue {
  now = 0
  #events: { time: number; name: number }[] = []

  get pending(): number {
    return this.#events.length
  }

  schedule(time: number, name: number): void {
    this.#events.push({ time, name })
  }

  cancel(name: number): boolean {
    const before = this.#events.length
    this.#events = this.#events.filter((event) => event.name !== name)
    return this.#events.length < before
  }

  next(limit: number): number | undefined {
    const [first] = this.#events.toSorted((a, b) => a.time - b.time)
    if (first === undefined || first.time > limit) return undefined
    this.cancel(first.name)
    this.now = first.time
    return first.name
  }

  capture(): () => void {
    const { now } = this
    const events = [...this.#events]
    return () => {
      this.now = now
      this.#events = events
    }
  }
}

type Operation =
  | { kind: 'schedule'; delay: number }
  | { kind: 'cancel'; which: number }
  | { kind: 'run'; count: number; limit: number }
  | { kind: 'next' }
  | { kind: 'capture' }
  | { kind: 'restore' }

const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('schedule' as const), delay: fc.integer({ min: 0, max: 5 }) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('cancel' as const), which: fc.nat(40) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('run' as const),
      count: fc.nat(5),
      limit: fc.integer({ min: 0, max: 6 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('next', 'capture', 'restore') }) as fc.Arbitrary<Operation>,
  },
)

describe('EventQueue', () => {
  it('does what a plain list does', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 150 }), (operations) => {
        const queue = new EventQueue()
        const plain = new PlainQueue()
        const timers: ReturnType<EventQueue['schedule']>[] = []
        let ran: number[] = []
        const saved: { queue: () => void; plain: () => void; timers: number }[] = []
        const run = (name: number) => ran.push(name)
        for (const each of operations) {
          if (each.kind === 'schedule') {
            plain.schedule(plain.now + each.delay, timers.length)
            timers.push(queue.schedule(queue.now + each.delay, run, timers.length))
          } else if (each.kind === 'cancel' && timers.length > 0) {
            const name = each.which % timers.length
            expect(queue.cancel(timers[name]!)).toBe(plain.cancel(name))
          } else if (each.kind === 'run') {
            const limit = plain.now + each.limit
            for (let i = 0; i < each.count; i++) {
              ran = []
              const result = queue.runNext(limit)
              const name = plain.next(limit)
              expect(ran).toEqual(name === undefined ? [] : [name])
              expect(result === Ran.EVENT).toBe(name !== undefined)
            }
          } else if (each.kind === 'next') {
            const time = queue.nextTime()
            expect(time).toBe(Number.isFinite(time) ? Math.max(time, plain.now) : Number.POSITIVE_INFINITY)
            expect(Number.isFinite(time)).toBe(plain.pending > 0)
          } else if (each.kind === 'capture') {
            saved.push({ queue: queue.capture(), plain: plain.capture(), timers: timers.length })
          } else if (each.kind === 'restore') {
            const last = saved.pop()
            last?.queue()
            last?.plain()
            // Timers that were made since mean nothing any more.
            if (last !== undefined) timers.length = last.timers
          }
          expect(queue.now).toBe(plain.now)
          expect(queue.pending).toBe(plain.pending)
        }
      }),
      { numRuns: 400 },
    )
  })

  it('keeps the order of scheduling through many events of few times', () => {
    const queue = new EventQueue()
    const ran: [number, number][] = []
    for (let i = 0; i < 5000; i++) queue.schedule(1 + ((i * 7919) % 13), (name) => ran.push([queue.now, name]), i)
    while (queue.runNext(100) === Ran.EVENT);
    expect(ran).toHaveLength(5000)
    for (let i = 1; i < ran.length; i++) {
      const [time, name] = ran[i]!
      const [timeBefore, nameBefore] = ran[i - 1]!
      expect(time > timeBefore || (time === timeBefore && name > nameBefore)).toBe(true)
    }
  })

  it('sweeps cancelled events out and keeps the others in order', () => {
    const queue = new EventQueue()
    const ran: number[] = []
    const timers = Array.from({ length: 4000 }, (_, i) => queue.schedule(1 + ((i * 31) % 977), (n) => ran.push(n), i))
    timers.forEach((timer, i) => {
      if (i % 4 !== 0) queue.cancel(timer)
    })
    expect(queue.pending).toBe(1000)
    while (queue.runNext(1000) === Ran.EVENT);
    const expected = Array.from({ length: 1000 }, (_, i) => 4 * i)
    expect(ran).toEqual(expected.sort((a, b) => ((a * 31) % 977) - ((b * 31) % 977) || a - b))
  })

  it('takes back an event that waits to run at once', () => {
    const queue = new EventQueue()
    const ran: string[] = []
    const first = queue.schedule(0, (name) => ran.push(name), 'first')
    queue.schedule(0, (name) => ran.push(name), 'second')
    queue.cancel(first)
    expect(queue.nextTime()).toBe(0)
    expect(queue.runNext(0)).toBe(Ran.EVENT)
    expect(queue.runNext(0)).toBe(Ran.EMPTY)
    expect(ran).toEqual(['second'])
  })

  it('never lets an old timer cancel a new event', () => {
    const queue = new EventQueue()
    let ran = 0
    const old = queue.schedule(0, () => ran++, null)
    queue.runNext(0)
    queue.schedule(0, () => ran++, null)
    expect(queue.cancel(old)).toBe(false)
    queue.runNext(0)
    expect(ran).toBe(2)
  })

  it('holds back what is due now when the limit is past', () => {
    const queue = new EventQueue()
    queue.now = 10
    queue.schedule(10, () => {}, null)
    expect(queue.runNext(9)).toBe(Ran.LATER)
    expect(queue.runNext(10)).toBe(Ran.EVENT)
  })
})
