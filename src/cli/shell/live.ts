import { setImmediate, setTimeout } from 'node:timers/promises'
import { Signal } from '../../commands/process/process.ts'
import type { RunningCommand, Session } from '../../console/index.ts'
import type { Io, Output } from '../io.ts'

/** So many events between two looks at the keyboard: some milliseconds. */
const EVENTS = 5000
/** So many lines come as fast as they can. Behind them a second of the simulation is one of the clock on the wall: who reads along can follow. */
const FAST_LINES = 20
/** How often virtual time is drawn up to real time, in milliseconds. */
const TICK = 20
const NANOSECONDS = 1e6

/** Time that somebody asks for is not waited for. */
const ASKS_FOR_TIME = /^\s*(step|sleep|wait)\b/

/** An output that counts its lines. */
export class CountedOutput implements Output {
  lines = 0
  readonly #output: Output

  constructor(output: Output) {
    this.#output = output
  }

  write(text: string): void {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.lines++
    this.#output.write(text)
  }

  get isTerminal(): boolean {
    return this.#output.isTerminal
  }

  get columns(): number | undefined {
    return this.#output.columns
  }

  get closed(): boolean | undefined {
    return this.#output.closed
  }
}

/**
 * Runs what somebody has typed, in stretches: in between Ctrl-C is heard, and that nobody reads any more. In a terminal what goes on and on is slowed
 * down to the pace of real time.
 *
 * @param begun is told the command as soon as it can be interrupted
 */
export async function runLive(
  session: Session,
  words: string | readonly string[],
  { stdout, onInterrupt }: Pick<Io, 'onInterrupt'> & { readonly stdout: CountedOutput },
  begun: (command: RunningCommand | null) => void = () => {},
): Promise<number> {
  const command = session.start(words)
  const release = onInterrupt?.(() => command.interrupt())
  begun(command)
  try {
    const first = stdout.lines
    const mayPace = stdout.isTerminal && !(typeof words === 'string' && ASKS_FOR_TIME.test(words))
    let pace: { readonly real: number; readonly virtual: number } | null = null
    for (;;) {
      if (pace === null && mayPace && stdout.lines - first >= FAST_LINES) {
        pace = { real: performance.now(), virtual: session.now }
      }
      const until =
        pace === null
          ? Number.POSITIVE_INFINITY
          : pace.virtual + Math.round((performance.now() - pace.real) * NANOSECONDS)
      if (command.advance({ events: mayPace && pace === null ? EVENTS / 50 : EVENTS, until })) break
      await (pace === null ? setImmediate() : setTimeout(TICK))
      if (stdout.closed === true) command.interrupt(Signal.PIPE)
    }
    return command.exitCode ?? 0
  } finally {
    begun(null)
    release?.()
  }
}
