import { COMMANDS } from './commands.ts'
import { ExitCode, reportFailure } from './failure.ts'
import { commandHelp, overviewHelp } from './help.ts'
import type { Io } from './io.ts'
import { MODULES } from './load.ts'
import { nearestOf, parseCall } from './parse.ts'
import type { CommandSpec } from './spec.ts'
import { UsageError } from './usage-error.ts'

const HELP_WORDS: ReadonlySet<string> = new Set(['help', '--help', '-h'])
const VERSION_WORDS: ReadonlySet<string> = new Set(['--version', '-V', 'version'])

/**
 * The command line: does what the words say and resolves to the exit code. It never rejects; what goes wrong is told on standard error.
 *
 * @param argv the words after `kubehop`
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  try {
    return await dispatch(argv, io)
  } catch (error) {
    return await reportFailure(error, io)
  }
}

async function dispatch(argv: readonly string[], io: Io): Promise<number> {
  const [word, ...rest] = argv
  if (word === undefined) {
    io.stderr.write(overviewHelp(COMMANDS, widthOf(io)))
    return ExitCode.BAD_INPUT
  }
  if (VERSION_WORDS.has(word)) {
    const { version } = await import('./package-root.ts')
    io.stdout.write(`${version()}\n`)
    return ExitCode.OK
  }
  if (HELP_WORDS.has(word)) {
    const [topic] = rest
    io.stdout.write(
      topic === undefined ? overviewHelp(COMMANDS, widthOf(io)) : commandHelp(await find(topic), widthOf(io)),
    )
    return ExitCode.OK
  }
  const command = await find(word)
  const call = await parseCall(command, rest, io)
  if (call === null) {
    io.stdout.write(commandHelp(command, widthOf(io)))
    return ExitCode.OK
  }
  const { run } = await MODULES[command.name]!()
  return await run(call)
}

async function find(name: string): Promise<CommandSpec> {
  const command = COMMANDS.find((known) => known.name === name)
  if (command !== undefined) return command
  const what = name.startsWith('-') ? `there is no option ${name} before the command` : `there is no command "${name}"`
  const near = await nearestOf(
    name,
    COMMANDS.map((known) => known.name),
  )
  throw new UsageError(what, near === undefined ? 'see kubehop --help' : `did you mean ${near}?`)
}

/** Help is laid out for the terminal, but no wider than one reads easily. */
function widthOf(io: Io): number {
  return Math.min(Math.max(io.stdout.columns ?? 100, 60), 110)
}
