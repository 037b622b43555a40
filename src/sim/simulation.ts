import { KubehopError } from '../packet/errors.ts'
import { EventQueue, Ran } from './event-queue.ts'
import type { Timer } from './event-slots.ts'
import type { BudgetEvent } from './events.ts'
import { Journal } from './journal.ts'
import { RandomStream } from './random.ts'
import type { Decider, Probe, Question, RunEnd, Stateful } from './types.ts'

/** What a simulation begins with. */
export interface SimulationOptions {
  /** Equal seeds give equal runs. Default 0. */
  readonly seed?: number
  /** How many events one `run` may use before it ends with `budget`. Default 1,000,000. */
  readonly maxEvents?: number
}

/** How far a run goes. */
export interface RunOptions {
  /** Virtual time in nanoseconds: events at this time still run, later ones wait. */
  readonly until?: number
  /** In place of the simulation's own `maxEvents`. */
  readonly maxEvents?: number
}

const DEFAULT_MAX_EVENTS = 1_000_000

/**
 * A world with its own clock, event queue and chance; nothing is global, so any number of them live side by side.
 *
 * Time is virtual: integer nanoseconds from 0, which move only from event to event. Events of equal time run in the
 * order in which they were scheduled, but for timers of the kernel's wheel (`scheduleTimer`).
 */
export class Simulation {
  /** Who watches; null when nobody does. */
  probe: Probe | null = null
  /** Who decides draws; null: the random stream `decide`. */
  decider: Decider | null = null
  readonly seed: number
  readonly maxEvents: number

  /**
   * How many transmissions are inside each other at this moment (`softnet_data.xmit.recursion`; there is one CPU). Devices that hand on to
   * other devices stop at a limit.
   */
  transmitDepth = 0

  readonly #queue = new EventQueue()
  readonly #streams = new Map<string, RandomStream>()
  readonly #chance: RandomStream
  #journeys = 0
  #journal: Journal | null = null
  #transactions = 0

  constructor(options: SimulationOptions = {}) {
    this.seed = options.seed ?? 0
    this.maxEvents = options.maxEvents ?? DEFAULT_MAX_EVENTS
    this.#chance = this.random('decide')
  }

  /** Virtual time in integer nanoseconds. */
  get now(): number {
    return this.#queue.now
  }

  /** When the next event is due; infinity: none waits. */
  get nextTime(): number {
    return this.#queue.nextTime()
  }

  /** How many events wait. */
  get pending(): number {
    return this.#queue.pending
  }

  /**
   * Calls `run(arg)` when `delay` nanoseconds have passed. A delay of 0 runs after everything that is scheduled for now
   * already; it costs no sorting. Pass what the callback needs as `arg`, so that no closure is made for each event.
   *
   * @throws KubehopError `BAD_DELAY` unless the delay is a whole number of nanoseconds, not negative
   */
  schedule<T>(delay: number, run: (arg: T) => void, arg: T): Timer {
    const time = this.#queue.now + delay
    if (delay < 0 || !Number.isSafeInteger(time)) throw badDelay(delay)
    return this.#queue.schedule(time, run, arg)
  }

  /**
   * As `schedule`, for a timer of the kernel's timer wheel: see `startTimer` (netns/timer-wheel.ts), which rounds the delay as the wheel does.
   * Timers of one time run in the wheel's order, before all other events of that time.
   *
   * @param delay nanoseconds, at least 1
   * @param level the wheel's level that holds the timer, 0 to 8
   * @throws KubehopError `BAD_DELAY` unless the delay is a whole number of nanoseconds above 0
   */
  scheduleTimer<T>(delay: number, level: number, run: (arg: T) => void, arg: T): Timer {
    const time = this.#queue.now + delay
    if (delay < 1 || !Number.isSafeInteger(time)) throw badDelay(delay)
    return this.#queue.scheduleTimer(time, level, run, arg)
  }

  /** Takes back an event. False, and nothing happens, when it has run or was cancelled already. */
  cancel(timer: Timer): boolean {
    return this.#queue.cancel(timer)
  }

  /** Runs the next event. False when none waits. */
  step(): boolean {
    return this.#queue.runNext(Number.MAX_SAFE_INTEGER) === Ran.EVENT
  }

  /**
   * Runs events until none waits (`idle`), until the next one is later than `until` (`until`), or until the budget is
   * used up (`budget`, and a `BudgetEvent`). With `until` the clock stands at that time afterwards, whether events were
   * waiting or not (unless the budget ended it).
   */
  run(options: RunOptions = {}): RunEnd {
    const queue = this.#queue
    const until = options.until ?? Number.MAX_SAFE_INTEGER
    const budget = options.maxEvents ?? this.maxEvents
    let left = budget
    for (;;) {
      if (left <= 0 && queue.nextTime() <= until) {
        if (this.probe !== null) {
          this.probe.emit({ kind: 'budget', events: budget, time: queue.now } satisfies BudgetEvent)
        }
        return 'budget'
      }
      const ran = queue.runNext(until)
      if (ran === Ran.EVENT) {
        left--
        continue
      }
      if (options.until !== undefined && options.until > queue.now) queue.now = options.until
      return ran === Ran.EMPTY ? 'idle' : 'until'
    }
  }

  /** The stream of chance of this name; the same one for every caller. */
  random(stream: string): RandomStream {
    let found = this.#streams.get(stream)
    if (found === undefined) {
      found = new RandomStream(this.seed, stream, this)
      this.#streams.set(stream, found)
    }
    return found
  }

  /**
   * Draws lots: true with this probability, by the `decider` when there is one, by the random stream `decide`
   * otherwise.
   */
  decide(probability: number, what: object): boolean {
    if (probability <= 0) return false
    if (probability >= 1) return true
    return this.decider !== null ? this.decider.decide(probability, what) : this.#chance.chance(probability)
  }

  /**
   * Asks what nobody told. Each answer is a way of its own, which `walkOutcomes` goes; without somebody who supposes, nothing can go on.
   *
   * @throws KubehopError `UNKNOWN`
   */
  ask(question: Question): boolean {
    const { decider } = this
    if (decider?.suppose === undefined) {
      throw new KubehopError('UNKNOWN', `nobody told whether ${question.yes}`, {
        hint: 'a trace follows both ways; so does walkOutcomes',
      })
    }
    return decider.suppose(question)
  }

  /** A number that no journey has had yet, from 1. */
  newJourney(): number {
    return ++this.#journeys
  }

  /**
   * An owner of run-time state announces that it is about to change. In a transaction the first call captures it; all
   * others, and every call outside a transaction, do nothing.
   */
  touch(owner: Stateful): void {
    const journal = this.#journal
    if (journal !== null && owner.touchedAt !== journal.epoch) journal.add(owner)
  }

  /**
   * Does the work and then puts everything back as it was, also when the work throws: each owner that was touched, the
   * clock, the events that wait, the random streams, the journey numbers. Transactions nest. The work must be
   * synchronous.
   *
   * Events that wait are put back with the same `arg`: it must be immutable, or an owner that is touched. So begin a
   * transaction when no packet is on its way. Timers made in it mean nothing afterwards.
   */
  transaction<T>(work: () => T): T {
    const outer = this.#journal
    const restoreQueue = this.#queue.capture()
    const journeys = this.#journeys
    const journal = new Journal(++this.#transactions)
    this.#journal = journal
    try {
      return work()
    } finally {
      this.#journal = outer
      journal.restore()
      this.#journeys = journeys
      restoreQueue()
    }
  }
}

function badDelay(delay: number): KubehopError {
  return new KubehopError('BAD_DELAY', `an event cannot be scheduled in ${delay} ns`, {
    hint: 'delays are whole nanoseconds, not negative',
  })
}
