import type { Simulation } from '../../sim/index.ts'

/**
 * How long a program that may run waits for the processor, in nanoseconds. Trap: it must not be 0. The kernel carries a packet as far
 * as it gets, through all devices of the machine, before a program runs again; so what is due at once comes first.
 */
const SWITCH = 10_000

/** Something that runs until it has to wait. */
export interface Runnable {
  /** Runs until it waits for something. */
  run(): void
}

/**
 * The one processor of a machine: who runs next. A program that is woken preempts the one that woke it (which has slept less); those that
 * are woken together run in the order in which they were woken; one that was preempted goes on when they wait again. So a server that
 * accepts a connection speaks before its client does, as it does on Linux.
 */
export class Scheduler {
  readonly #sim: Simulation
  #ready: Runnable[] = []
  /** How many of them were woken since a program ran last. */
  #fresh = 0
  #scheduled = false

  constructor(sim: Simulation) {
    this.#sim = sim
  }

  /** It slept, and something woke it. */
  wake(program: Runnable): void {
    this.#ready.splice(this.#fresh++, 0, program)
    this.#schedule()
  }

  /** It could go on at once, if what it has just done wakes nobody. */
  proceed(program: Runnable): void {
    this.#ready.splice(this.#fresh, 0, program)
    this.#schedule()
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    this.#sim.schedule(SWITCH, this.#switch, null)
  }

  readonly #switch = (): void => {
    this.#scheduled = false
    this.#fresh = 0
    this.#ready.shift()?.run()
    if (this.#ready.length > 0) this.#schedule()
  }
}
