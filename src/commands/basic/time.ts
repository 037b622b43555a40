import { UnsupportedError } from '../../packet/errors.ts'
import { firstOf, Process, Signal, Signalled, type Task, timePassed } from '../process/process.ts'
import type { Program, ProgramContext } from '../process/program.ts'
import { resultOf } from '../process/program.ts'

const UNITS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86400 }
/** timeout(1): the time was over. */
const TIMED_OUT = 124

/** A time as coreutils read it, in nanoseconds: `0.2`, `3s`, `1m`. Undefined when it is none. */
export function duration(text: string): number | undefined {
  const match = /^(\d+\.?\d*|\.\d+)([smhd]?)$/.exec(text)
  return match === null ? undefined : Math.round(Number(match[1]) * UNITS[match[2]!]! * 1e9)
}

/** sleep(1), in virtual time. */
export const sleep: Program = (args, context) => {
  const { stderr } = context
  if (args.length === 0) {
    stderr.write("sleep: missing operand\nTry 'sleep --help' for more information.\n")
    return 1
  }
  let total = 0
  for (const word of args) {
    if (/^-./.test(word)) {
      stderr.write(`sleep: invalid option -- '${word[1]}'\nTry 'sleep --help' for more information.\n`)
      return 1
    }
    const time = word === 'infinity' ? undefined : duration(word)
    if (time === undefined) {
      stderr.write(`sleep: invalid time interval ‘${word}’\nTry 'sleep --help' for more information.\n`)
      return 1
    }
    total += time
  }
  return sleepFor(total, context)
}

function* sleepFor(nanoseconds: number, { machine }: ProgramContext): Task {
  yield timePassed(machine.sim, nanoseconds)
  return 0
}

/** timeout(1): `-s SIGNAL`, `-k TIME`, `--preserve-status`. */
export const timeout: Program = (args, context) => {
  let signal: number = Signal.TERM
  let preserve = false
  let i = 0
  for (; args[i]?.startsWith('-') === true; i++) {
    const word = args[i]!
    if (word === '--preserve-status') preserve = true
    else if (word === '--foreground') continue
    else if (word === '-k') i++
    else if (word === '-s') signal = signalNumber(args[++i] ?? '')
    else throw new UnsupportedError(`timeout ${word}`)
  }
  const limit = duration(args[i] ?? '')
  if (limit === undefined || args[i + 1] === undefined) {
    context.stderr.write(
      args[i] === undefined || limit !== undefined
        ? "timeout: missing operand\nTry 'timeout --help' for more information.\n"
        : `timeout: invalid time interval ‘${args[i]}’\nTry 'timeout --help' for more information.\n`,
    )
    return 125
  }
  return limited(args.slice(i + 1), limit, signal, preserve, context)
}

/** @throws UnsupportedError for the name of another signal */
export function signalNumber(name: string): number {
  const number = (Signal as Readonly<Record<string, number | undefined>>)[name.replace(/^SIG/, '')] ?? Number(name)
  if (!Number.isInteger(number)) throw new UnsupportedError(`signal ${name}`)
  return number
}

function* limited(
  words: readonly string[],
  limit: number,
  signal: number,
  preserve: boolean,
  context: ProgramContext,
): Task {
  const { sim, scheduler } = context.machine
  const process = new Process(scheduler, resultOf(context.run(words, context)))
  try {
    // A limit of 0 is none.
    yield limit === 0 ? process.ended : firstOf(process.ended, timePassed(sim, limit))
    if (process.exitCode !== null) return process.exitCode
    process.kill(signal)
    // some signals a program survives for a while
    if (process.exitCode === null) yield process.ended
    return preserve || signal === Signal.KILL ? process.exitCode! : TIMED_OUT
  } catch (error) {
    if (error instanceof Signalled) process.kill(error.signal)
    throw error
  } finally {
    process.kill(Signal.TERM)
  }
}
