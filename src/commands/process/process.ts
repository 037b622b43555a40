import type { Simulation } from '../../sim/index.ts'

/**
 * Something that a command waits for: calls `wake` when it has come, at most once, and returns a way to stop waiting.
 */
export type Wait = (wake: () => void) => () => void

/**
 * A program that takes virtual time: it yields what it waits for, and returns its exit code. `finally` blocks run when it is killed, so
 * that its sockets close then, too.
 */
export type Task = Generator<Wait, number, void>

/**
 * How long a program that is woken waits for the processor, in nanoseconds. Trap: it must not be 0. The kernel carries a packet as far
 * as it gets, through all devices of the machine, before a program runs again; so what is due at once comes first.
 */
const SCHEDULING = 10_000

/** Exit code of a program that a signal ended, as the shell sees it: 128 and the number of the signal. */
export const SIGNALLED = 128

/** A running program. It is woken by events of the simulation, in their order: so equal scripts run equally. */
export class Process {
  readonly #sim: Simulation
  readonly #task: Task
  #exitCode: number | null = null
  #stopWaiting: (() => void) | null = null
  #ended: (() => void)[] = []
  #running = false

  constructor(sim: Simulation, task: Task) {
    this.#sim = sim
    this.#task = task
    sim.schedule(SCHEDULING, this.#resume, null)
  }

  /** The exit code, or null while it runs. */
  get exitCode(): number | null {
    return this.#exitCode
  }

  /** Ends it by a signal, unless it has ended. */
  kill(signal: number): void {
    if (this.#exitCode !== null || this.#running) return
    this.#stopWaiting?.()
    this.#stopWaiting = null
    this.#task.return(0)
    this.#end(SIGNALLED + signal)
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

  /** A program runs only from here: what wakes it is in the midst of something else, a packet's way for instance. */
  readonly #resume = (): void => {
    if (this.#exitCode !== null) return
    this.#running = true
    const step = this.#task.next()
    this.#running = false
    if (step.done === true) {
      this.#end(step.value)
      return
    }
    let woken = false
    const wake = (): void => {
      if (woken) return
      woken = true
      this.#stopWaiting?.()
      this.#stopWaiting = null
      this.#sim.schedule(SCHEDULING, this.#resume, null)
    }
    const stop = step.value(wake)
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

/** Between two system calls that send: what the first one sent gets as far as it can. */
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
