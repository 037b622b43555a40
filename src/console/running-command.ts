import { MAX_EVENTS, type Process, Signal } from '../commands/process/process.ts'
import { KubehopError } from '../packet/errors.ts'
import type { Simulation } from '../sim/index.ts'

/** How far a command goes on. */
export interface Stretch {
  /** So many events at most. Default: as many as the command may use. */
  readonly events?: number
  /** Up to this virtual time, in nanoseconds. Default: without end. */
  readonly until?: number
}

/** What a command of a session needs. */
export interface CommandHost {
  readonly sim: Simulation
  readonly maxEvents?: number | undefined
  /** Hears why it was stopped. */
  tell(text: string): void
  /** It has ended. */
  ended(): void
}

/** A command that somebody has typed. Virtual time passes while it goes on. */
export class RunningCommand {
  readonly #process: Process
  readonly #host: CommandHost
  #left: number
  #isOver = false

  constructor(process: Process, host: CommandHost) {
    this.#process = process
    this.#host = host
    this.#left = host.maxEvents ?? MAX_EVENTS
  }

  /** The exit code, or null while it runs. */
  get exitCode(): number | null {
    return this.#process.exitCode
  }

  /** Ctrl-C, or another signal by its number: it ends, or says what it has to say and ends. */
  interrupt(signal: number = Signal.INT): void {
    this.#process.kill(signal)
  }

  /**
   * Lets it go on until it has ended (true) or the stretch is over (false). When nothing is left that could happen, whoever waits is stopped as by
   * Ctrl-C.
   *
   * @throws KubehopError `ENDLESS`: it has used up its events
   */
  advance({ events = Number.POSITIVE_INFINITY, until = Number.POSITIVE_INFINITY }: Stretch = {}): boolean {
    const { sim } = this.#host
    for (let left = events; this.#process.exitCode === null; left--) {
      if (left <= 0 || (until !== Number.POSITIVE_INFINITY && sim.nextTime > until)) return false
      if (this.#left-- <= 0) this.#giveUp()
      if (!sim.step()) {
        this.#host.tell(
          'nothing is left to happen, so what waits was stopped; with & behind it, it waits while you go on\n',
        )
        this.interrupt()
      }
    }
    if (!this.#isOver) {
      this.#isOver = true
      this.#host.ended()
    }
    return true
  }

  #giveUp(): never {
    this.interrupt(Signal.KILL)
    throw new KubehopError('ENDLESS', 'the command has used up its events', {
      hint: 'does it ever end? give it a time limit: timeout 10 COMMAND',
    })
  }
}
