import type { Simulation } from '../../sim/index.ts'
import type { Runnable, Scheduler } from './scheduler.ts'

/**
 * Something that a command waits for: calls `wake` when it has come, at most once, and returns a way to stop waiting.
 */
export type Wait = (wake: () => void) => () => void

/**
 * A program that takes virtual time: it yields what it waits for, and returns its exit code. `finally` blocks run when it is killed, so
 * that its sockets close then, too.
 */
export type Task = Generator<Wait, number, void>

/** Exit code of a program that a signal ended, as the shell sees it: 128 and the number of the signal. */
export const SIGNALLED = 128

/** Numbers of signals (signal(7)). */
export const Signal = { HUP: 1, INT: 2, QUIT: 3, KILL: 9, PIPE: 13, TERM: 15 } as const

/** What a program gets where it waits when a signal comes. It ends, unless it catches this. */
export class Signalled extends Error {
  readonly signal: number

  constructor(signal: number) {
    super(`signal ${signal}`)
    this.signal = signal
  }
}

/** A running program. It is woken by events of the simulation, in their order: so equal scripts run equally. */
export class Process implements Runnable {
  readonly #scheduler: Scheduler
  readonly #task: Task
  #exitCode: number | null = null
  #stopWaiting: (() => void) | null = null
  #ended: (() => void)[] = []
  #running = false
  /** The signal that it gets when it waits next: it came while it ran, by what it did. */
  #signal: number | null = null
  /** The scheduler will run it. */
  #isReady = true
  /** But a signal was first. */
  #isStale = false

  constructor(scheduler: Scheduler, task: Task) {
    this.#scheduler = scheduler
    this.#task = task
    scheduler.wake(this)
  }

  /** The exit code, or null while it runs. */
  get exitCode(): number | null {
    return this.#exitCode
  }

  /** Sends it a signal, unless it has ended: it ends, or does what it does on such a signal. */
  kill(signal: number): void {
    if (this.#exitCode !== null) return
    if (this.#running) {
      this.#signal = signal
      return
    }
    this.#stopWaiting?.()
    this.#stopWaiting = null
    // trap: it may have been woken for what it waited for, and now it waits for something else
    this.#isStale = this.#isReady
    this.#advance(() => this.#task.throw(new Signalled(signal)))
  }

  /** Waits for the end of it. */
  readonly ended: Wait = (wake) => {
    if (this.#exitCode !== null) {
      wake()
      return () => {}
    }
    this.#ended.push(wake)
    return () => {
      this.#ended = this.#ended.filter((other) => other !== wake)
    }
  }

  /** For the scheduler: goes on until it waits again. */
  run(): void {
    this.#isReady = false
    const isStale = this.#isStale
    this.#isStale = false
    if (this.#exitCode === null && !isStale) this.#advance(() => this.#task.next())
  }

  #advance(go: () => IteratorResult<Wait, number>): void {
    let step: IteratorResult<Wait, number>
    this.#running = true
    try {
      step = go()
    } catch (error) {
      if (!(error instanceof Signalled)) throw error
      this.#end(SIGNALLED + error.signal)
      return
    } finally {
      this.#running = false
    }
    const signal = this.#signal
    this.#signal = null
    if (step.done === true) {
      // it came before the end: there was no waiting in between
      this.#end(signal === null ? step.value : SIGNALLED + signal)
      return
    }
    if (signal !== null) {
      this.kill(signal)
      return
    }
    let slept = false
    let woken = false
    const wake = (): void => {
      if (woken) return
      woken = true
      this.#stopWaiting?.()
      this.#stopWaiting = null
      this.#isReady = true
      if (slept) this.#scheduler.wake(this)
      else this.#scheduler.proceed(this)
    }
    const stop = step.value(wake)
    slept = true
    if (woken) stop()
    else this.#stopWaiting = stop
  }

  #end(exitCode: number): void {
    this.#exitCode = exitCode
    const ended = this.#ended
    this.#ended = []
    for (const wake of ended) wake()
  }
}

/** How many events one script or command may use, unless somebody says otherwise. */
export const MAX_EVENTS = 20_000_000

/**
 * Time passes until the process has ended. `stuck`: it waits, and nothing is left that could happen. `endless`: so many events were not enough.
 */
export function runToEnd(sim: Simulation, process: Process, maxEvents: number): 'ended' | 'stuck' | 'endless' {
  let left = maxEvents
  while (process.exitCode === null) {
    if (!sim.step()) return 'stuck'
    if (--left === 0) return 'endless'
  }
  return 'ended'
}

/** Between two system calls that send: what the first one sent gets as far as it can, and whom it wakes runs first. */
export const nextTurn: Wait = (wake) => {
  wake()
  return () => {}
}

/** Waits for so many nanoseconds. */
export function timePassed(sim: Simulation, nanoseconds: number): Wait {
  return (wake) => {
    const timer = sim.schedule(nanoseconds, wake, undefined)
    return () => {
      sim.cancel(timer)
    }
  }
}

/** Waits for whatever of these comes first. */
export function firstOf(...waits: readonly Wait[]): Wait {
  return (wake) => {
    const stops: (() => void)[] = []
    let woken = false
    for (const wait of waits) {
      if (woken) break
      stops.push(
        wait(() => {
          woken = true
          wake()
        }),
      )
    }
    return () => {
      for (const stop of stops) stop()
    }
  }
}
