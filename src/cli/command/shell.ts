import { createInterface } from 'node:readline/promises'
import { SIGNALLED, Signal } from '../../commands/process/process.ts'
import { type RunningCommand, Session } from '../../console/index.ts'
import { KubehopError, UnsupportedError } from '../../packet/errors.ts'
import type { Call } from '../call.ts'
import { saveCaptures } from '../captures.ts'
import { readText } from '../files.ts'
import { type Io, wantsColor } from '../io.ts'
import { nearestOf } from '../parse.ts'
import { commandOutput } from '../shell/command-output.ts'
import { commandNames, completerOf } from '../shell/complete.ts'
import { readHistory, writeHistory } from '../shell/history.ts'
import { CountedOutput, runLive } from '../shell/live.ts'
import { shellPrograms } from '../shell/shell-programs.ts'
import { readWorld } from '../world-input.ts'

const LEAVE = /^\s*(exit|quit|logout)\s*$/
const NO_COMMAND = 127
const BAD_LINE = 2

/** `kubehop shell` */
export async function run(call: Call): Promise<number> {
  const { io } = call
  const world = await readWorld(call)
  const stdout = new CountedOutput(io.stdout)
  const session: Session = new Session(world, {
    stdout: commandOutput(stdout),
    stderr: commandOutput(io.stderr),
    namespace: call.text('namespace'),
    programs: shellPrograms(() => session, io),
  })
  const prompt = new Prompt(session, stdout, io)
  return io.terminal === undefined ? await prompt.lines() : await prompt.open(io.terminal)
}

/** Who types lines, or a pipe that has them. */
class Prompt {
  readonly #session: Session
  readonly #stdout: CountedOutput
  readonly #io: Io
  /** What runs now. */
  #running: RunningCommand | null = null

  constructor(session: Session, stdout: CountedOutput, io: Io) {
    this.#session = session
    this.#stdout = stdout
    this.#io = io
  }

  /** Lines from a pipe: the exit code is that of the last one, as a shell's. */
  async lines(): Promise<number> {
    let code = 0
    for (const line of (await readText('-', this.#io)).split('\n')) {
      if (LEAVE.test(line) || this.#stdout.closed === true) break
      if (line.trim() !== '') code = await this.#run(line, this.#io.onInterrupt)
    }
    return code
  }

  /** Lines that somebody types. */
  async open(terminal: NonNullable<Io['terminal']>): Promise<number> {
    const { stdout, env } = this.#io
    const color = wantsColor(stdout, env)
    stdout.write(`${this.#session.world.greeting} Type help, or exit.\n`)
    const history = await readHistory(env)
    const line = createInterface({ ...terminal, history, historySize: 1000, completer: completerOf(this.#session) })
    let isInterrupted = false
    line.on('SIGINT', () => {
      if (this.#running !== null) {
        terminal.output.write('^C')
        isInterrupted = true
        this.#running.interrupt()
        return
      }
      // Ctrl-C drops the line, as in a shell
      terminal.output.write('^C\n')
      line.write(null, { ctrl: true, name: 'u' })
      line.prompt()
    })
    let code = 0
    const ask = (): void => {
      const { name } = this.#session.place
      line.setPrompt(color ? `\x1b[1;32m${name}\x1b[0m# ` : `${name}# `)
      line.prompt()
    }
    ask()
    for await (const text of line) {
      if (LEAVE.test(text)) break
      if (text.trim() !== '') code = await this.#run(text)
      // what Ctrl-C ended without a word left the cursor behind ^C
      if (isInterrupted && code === SIGNALLED + Signal.INT) stdout.write('\n')
      isInterrupted = false
      ask()
    }
    line.close()
    if (line.terminal) await writeHistory(env, (line as unknown as { history: string[] }).history)
    return code
  }

  /** Runs a line; what is wrong with it is told, with what to type instead. */
  async #run(text: string, onInterrupt?: Io['onInterrupt']): Promise<number> {
    // to bash `time` is a word of its own
    const words = text.trim() === 'time' ? ['time'] : text
    const { stderr } = this.#io
    try {
      return await runLive(this.#session, words, { stdout: this.#stdout, onInterrupt }, (command) => {
        this.#running = command
      })
    } catch (error) {
      if (!(error instanceof KubehopError)) throw error
      const name = error instanceof UnsupportedError ? /^the command (\S+)$/.exec(error.what)?.[1] : undefined
      if (name === undefined) {
        stderr.write(`error: ${error.message.replace(/^line:1: /, '')}\n`)
        return BAD_LINE
      }
      stderr.write(`${name}: ${await this.#instead(error as UnsupportedError, name)}\n`)
      return NO_COMMAND
    } finally {
      saveCaptures(this.#session.machines, this.#io)
    }
  }

  async #instead({ hint }: UnsupportedError, name: string): Promise<string> {
    if (hint !== undefined) return `not modelled; ${hint}`
    // of a word of three letters two are half of it: that is another word
    const near = await nearestOf(name, commandNames(), Math.floor(name.length / 3))
    return `there is no such command here; ${near === undefined ? 'help lists what there is' : `did you mean ${near}?`}`
  }
}
