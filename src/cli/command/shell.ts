import { createInterface } from 'node:readline/promises'
import { dockerWorld, Session } from '../../console/index.ts'
import { KubehopError, UnsupportedError } from '../../packet/errors.ts'
import type { Call } from '../call.ts'
import { saveCaptures } from '../captures.ts'
import { readCluster } from '../cluster-input.ts'
import { readText } from '../files.ts'
import { type Io, wantsColor } from '../io.ts'
import { nearestOf } from '../parse.ts'
import { commandOutput } from '../shell/command-output.ts'
import { commandNames, completerOf } from '../shell/complete.ts'
import { readHistory, writeHistory } from '../shell/history.ts'
import { shellPrograms } from '../shell/shell-programs.ts'
import { UsageError } from '../usage-error.ts'

const LEAVE = /^\s*(exit|quit|logout)\s*$/
const NO_COMMAND = 127
const BAD_LINE = 2

/** `kubehop shell` */
export async function run(call: Call): Promise<number> {
  const { io } = call
  if (call.has('docker') && call.has('file'))
    throw new UsageError('--docker is a host without a cluster', 'leave out --file')
  if (!call.has('docker') && !call.has('file'))
    throw new UsageError('--file is required', 'or --docker, for a host with Docker and no cluster')
  const world = call.has('docker') ? dockerWorld({ seed: call.number('seed') }) : await readCluster(call)
  const session: Session = new Session(world, {
    stdout: commandOutput(io.stdout),
    stderr: commandOutput(io.stderr),
    namespace: call.text('namespace'),
    programs: shellPrograms(() => session, io),
  })
  return io.terminal === undefined ? await runLines(session, io) : await prompt(session, io, io.terminal)
}

/** Lines from a pipe: the exit code is that of the last one, as a shell's. */
async function runLines(session: Session, io: Io): Promise<number> {
  let code = 0
  for (const line of (await readText('-', io)).split('\n')) {
    if (LEAVE.test(line)) break
    if (line.trim() !== '') code = await runLine(session, line, io)
  }
  return code
}

async function prompt(session: Session, io: Io, terminal: NonNullable<Io['terminal']>): Promise<number> {
  const color = wantsColor(io.stdout, io.env)
  io.stdout.write(`${session.world.greeting} Type help, or exit.\n`)
  const history = await readHistory(io.env)
  const line = createInterface({ ...terminal, history, historySize: 1000, completer: completerOf(session) })
  line.on('SIGINT', () => {
    // Ctrl-C drops the line, as in a shell
    terminal.output.write('^C\n')
    line.write(null, { ctrl: true, name: 'u' })
    line.prompt()
  })
  let code = 0
  const ask = (): void => {
    line.setPrompt(color ? `\x1b[1;32m${session.place.name}\x1b[0m# ` : `${session.place.name}# `)
    line.prompt()
  }
  ask()
  for await (const text of line) {
    if (LEAVE.test(text)) break
    if (text.trim() !== '') code = await runLine(session, text, io)
    ask()
  }
  line.close()
  if (line.terminal) await writeHistory(io.env, (line as unknown as { history: string[] }).history)
  return code
}

/** Runs a line; what is wrong with it is told, with what to type instead. */
async function runLine(session: Session, text: string, io: Io): Promise<number> {
  try {
    // to bash `time` is a word of its own
    return text.trim() === 'time' ? session.exec(['time']) : session.run(text)
  } catch (error) {
    if (!(error instanceof KubehopError)) throw error
    const name = error instanceof UnsupportedError ? /^the command (\S+)$/.exec(error.what)?.[1] : undefined
    if (name === undefined) {
      io.stderr.write(`error: ${error.message.replace(/^line:1: /, '')}\n`)
      return BAD_LINE
    }
    const near = await nearestOf(name, commandNames())
    io.stderr.write(
      `${name}: there is no such command here${near === undefined ? '; help lists what there is' : `; did you mean ${near}?`}\n`,
    )
    return NO_COMMAND
  } finally {
    saveCaptures(session.machines, io)
  }
}
