import type { ProgramContext } from '../../commands/index.ts'
import type { Task, Wait } from '../../commands/process/process.ts'
import type { CommandLine } from '../pflag.ts'
import type { DockerCommand } from './command-line.ts'
import type { DockerDaemon } from './daemon.ts'
import { DaemonError } from './errors.ts'

/** One command of docker, and what it does. */
export interface Handler {
  readonly command: DockerCommand
  readonly run: (line: CommandLine, daemon: DockerDaemon, context: ProgramContext) => number | Task
}

export const MANY = Number.POSITIVE_INFINITY

/** A flag with a value. */
export const VALUE = { value: true } as const

export function handler(
  name: string,
  usage: string,
  [least, most]: readonly [number, number],
  flags: DockerCommand['flags'],
  run: Handler['run'],
  ordered = false,
): Handler {
  return { command: { name, usage, least, most, flags, ordered }, run }
}

/** For each of several names, whose turn it is one after the other, also when one fails. */
export function forEach(
  act: (
    name: string,
    daemon: DockerDaemon,
    line: CommandLine,
    context: ProgramContext,
  ) => Generator<Wait, void, void> | void,
  /** What stands behind the errors. */
  summary?: (failed: readonly string[]) => string,
): Handler['run'] {
  return function* (line, daemon, context) {
    const { stdout, stderr } = context
    const failed: string[] = []
    for (const name of line.words) {
      try {
        const acting = act(name, daemon, line, context)
        if (acting !== undefined) yield* acting
        stdout.write(`${name}\n`)
      } catch (error) {
        if (!(error instanceof DaemonError)) throw error
        stderr.write(`Error response from daemon: ${error.message}\n`)
        failed.push(name)
      }
    }
    if (failed.length > 0 && summary !== undefined) stderr.write(`${summary(failed)}\n`)
    return failed.length > 0 ? 1 : 0
  }
}

/** The last value of a flag, where it was given. */
export function textOf({ flags }: CommandLine, name: string): string | undefined {
  const value = flags.get(name)
  return typeof value === 'string' ? value : undefined
}

/** All values of a flag, in their order. */
export function listOf({ values }: CommandLine, ...names: readonly string[]): string[] {
  return values.filter(([name]) => names.includes(name)).map(([, value]) => value)
}

/** `NAME=VALUE`, or a name alone. */
export function pairsOf(texts: readonly string[]): Map<string, string> {
  return new Map(
    texts.map((text) => {
      const sign = text.indexOf('=')
      return sign < 0 ? [text, ''] : [text.slice(0, sign), text.slice(sign + 1)]
    }),
  )
}
