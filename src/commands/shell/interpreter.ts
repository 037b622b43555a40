import { KubehopError, UnsupportedError } from '../../packet/errors.ts'
import { openFile, readFile, sizeOfFile } from '../proc-files.ts'
import { Process, Signal, Signalled, type Task, type Wait } from '../process/process.ts'
import { type ProgramContext, resultOf } from '../process/program.ts'
import { type Input, NO_INPUT, type Output, Pipe, TextInput } from '../process/streams.ts'
import { builtins } from './builtins.ts'
import { expandAssigned, expandText, expandWord } from './expand.ts'
import { type Job, ShellExit, type ShellState } from './shell-state.ts'
import type { AndOrList, ForCommand, IfCommand, Pipeline, Program, SimpleCommand, Statement, Word } from './syntax.ts'

/** What a command of the shell works with: where its streams lead. */
type Streams = Pick<ProgramContext, 'stdin' | 'stdout' | 'stderr'>

/** A running shell: variables, options, jobs. Commands run one after the other in virtual time. */
export class Shell implements ShellState {
  readonly context: ProgramContext
  readonly file: string
  readonly variables = new Map<string, string>([['?', '0']])
  readonly exported = new Set<string>()
  /** `set -e` */
  errexit = false
  /** `set -u` */
  nounset = false
  /** `set -o pipefail` */
  pipefail = false
  jobs: Job[] = []
  /** Told the line of each command that fails where `set -e` would look: a trap on ERR. */
  onFailure: ((line: number) => void) | null = null

  /** @param file the script's name in errors */
  constructor(context: ProgramContext, file: string) {
    this.context = context
    this.file = file
  }

  get lastExitCode(): number {
    return Number(this.variables.get('?'))
  }

  /** Runs a whole script. @param between runs behind each of its statements */
  *run(program: Program, between?: () => Generator<Wait, void, void>): Task {
    for (const statement of program) {
      yield* this.statement(statement, this.context)
      if (between !== undefined) yield* between()
    }
    return this.lastExitCode
  }

  /** Statement after statement. `guarded`: a failure does not end the shell (a condition). */
  *statements(program: Program, streams: Streams, guarded = false): Task {
    for (const statement of program) yield* this.statement(statement, streams, guarded)
    return this.lastExitCode
  }

  *statement(statement: Statement, streams: Streams, guarded = false): Task {
    if (statement.background) {
      const job = this.fork()
      // a trap on ERR does not hear of what runs beside
      job.onFailure = null
      this.background(
        job.untilExit(job.#andOr(statement.list, { ...streams, stdin: NO_INPUT }, guarded)),
        statement.text,
      )
      return this.#exit(0)
    }
    return yield* this.#andOr(statement.list, streams, guarded)
  }

  /** A shell that begins as this one is now, and keeps to itself what it changes. */
  fork(): Shell {
    const shell = new Shell(this.context, this.file)
    for (const [name, value] of this.variables) shell.variables.set(name, value)
    for (const name of this.exported) shell.exported.add(name)
    shell.errexit = this.errexit
    shell.nounset = this.nounset
    shell.pipefail = this.pipefail
    shell.onFailure = this.onFailure
    return shell
  }

  /** Runs a task beside the shell. @param text what was typed */
  background(task: Task, text: string): Process {
    const process = new Process(this.context.machine.scheduler, this.untilExit(task))
    const running = this.jobs.filter((job) => job.process.exitCode === null)
    // the highest number that is taken, and one
    const number = (running.at(-1)?.number ?? 0) + 1
    this.jobs = [...running, { number, process, text }]
    return process
  }

  /** What a shell does until its end: `exit`, or a failure under `set -e`, ends it early. */
  *untilExit(task: Task): Task {
    try {
      return yield* task
    } catch (error) {
      if (!(error instanceof ShellExit)) throw error
      return error.exitCode
    }
  }

  #exit(exitCode: number): number {
    this.variables.set('?', String(exitCode))
    return exitCode
  }

  *#andOr(list: AndOrList, streams: Streams, guarded: boolean): Task {
    const { first, rest } = list
    let code = yield* this.#pipeline(first, streams, guarded || rest.length > 0)
    for (let i = 0; i < rest.length; i++) {
      const { operator, pipeline } = rest[i]!
      if ((operator === '&&') !== (code === 0)) continue
      code = yield* this.#pipeline(pipeline, streams, guarded || i < rest.length - 1)
    }
    return code
  }

  /** @param guarded `set -e` does not look at it */
  *#pipeline(pipeline: Pipeline, streams: Streams, guarded: boolean): Task {
    const { commands, negated } = pipeline
    const code =
      commands.length === 1
        ? yield* this.#command(commands[0]!, streams, guarded || negated)
        : yield* this.#pipe(commands, streams, guarded || negated)
    const result = this.#exit(negated ? Number(code === 0) : code)
    const compound = commands.length === 1 && commands[0]!.kind !== 'simple'
    if (result !== 0 && !guarded && !negated && !compound) {
      this.#failed(result, commands[0]!.line)
    }
    return result
  }

  /** Where `set -e` looks. */
  #failed(exitCode: number, line: number): void {
    this.onFailure?.(line)
    if (this.errexit) throw new ShellExit(exitCode)
  }

  /** All parts run at the same time, each in a shell of its own. */
  *#pipe(commands: Pipeline['commands'], streams: Streams, guarded: boolean): Task {
    const processes: Process[] = []
    let stdin: Input = streams.stdin
    commands.forEach((command, i) => {
      const pipe = i < commands.length - 1 ? new Pipe() : null
      const own: Streams = { ...streams, stdin, stdout: pipe ?? streams.stdout }
      const process = new Process(this.context.machine.scheduler, this.fork().#part(command, own, pipe, guarded))
      const writer = processes.at(-1)
      if (writer !== undefined && stdin instanceof Pipe) {
        const read = stdin
        process.ended(() => read.abandon(() => writer.kill(Signal.PIPE)))
      }
      processes.push(process)
      if (pipe !== null) stdin = pipe
    })
    let failed = 0
    try {
      for (const process of processes) {
        yield process.ended
        if (process.exitCode !== 0) failed = process.exitCode!
      }
    } catch (error) {
      // one group: what ends the pipe ends all of its parts
      if (error instanceof Signalled) for (const process of processes) process.kill(error.signal)
      throw error
    }
    return this.pipefail ? failed : processes.at(-1)!.exitCode!
  }

  *#part(command: Pipeline['commands'][number], streams: Streams, pipe: Pipe | null, guarded: boolean): Task {
    try {
      return yield* this.untilExit(this.#command(command, streams, guarded))
    } finally {
      pipe?.close()
    }
  }

  *#command(command: Pipeline['commands'][number], streams: Streams, guarded: boolean): Task {
    switch (command.kind) {
      case 'if':
        return yield* this.#redirected(command, streams, guarded, (own) => this.#if(command, own, guarded))
      case 'for':
        return yield* this.#redirected(command, streams, guarded, (own) => this.#for(command, own, guarded))
      default:
        return yield* this.#simple(command, streams)
    }
  }

  /** A whole command with redirections behind it. */
  *#redirected(
    command: IfCommand | ForCommand,
    streams: Streams,
    guarded: boolean,
    run: (streams: Streams) => Task,
  ): Task {
    if (command.redirections.length === 0) return yield* run(streams)
    const opened: Output[] = []
    try {
      const own = this.#redirect(command, streams, opened)
      if (own !== null) return yield* run(own)
      if (!guarded) this.#failed(1, command.line)
      return this.#exit(1)
    } catch (error) {
      throw locate(error, { file: this.file, line: command.line })
    } finally {
      for (const output of opened) output.close()
    }
  }

  *#if(command: IfCommand, streams: Streams, guarded: boolean): Task {
    for (const { condition, body } of command.branches) {
      if ((yield* this.statements(condition, streams, true)) === 0)
        return yield* this.statements(body, streams, guarded)
    }
    return command.otherwise.length === 0 ? this.#exit(0) : yield* this.statements(command.otherwise, streams, guarded)
  }

  *#for(command: ForCommand, streams: Streams, guarded: boolean): Task {
    this.#refuseUnset(command.words, command.line)
    const values = command.words.flatMap((word) => expandWord(word, this.variables, this.file))
    let code = this.#exit(0)
    for (const value of values) {
      this.variables.set(command.variable, value)
      code = yield* this.statements(command.body, streams, guarded)
    }
    return code
  }

  *#simple(command: SimpleCommand, streams: Streams): Task {
    const where = { file: this.file, line: command.line }
    this.#refuseUnset([...command.words, ...command.assignments.map(({ value }) => value)], command.line)
    const words = command.words.flatMap((word) => expandWord(word, this.variables, this.file))
    const assigned = new Map<string, string>()
    for (const { name, value } of command.assignments) {
      const text = expandAssigned(value, this.variables, this.file)
      // before a command: for that command alone
      if (words.length === 0) this.variables.set(name, text)
      else assigned.set(name, text)
    }
    const opened: Output[] = []
    try {
      const own = this.#redirect(command, streams, opened)
      if (own === null) return 1
      const [name] = words
      if (name === undefined) return 0
      const builtin = builtins[name]
      if (builtin !== undefined && assigned.size > 0)
        throw new UnsupportedError(`a variable for one command alone (NAME=value ${name})`)
      const context: ProgramContext = { ...this.context, ...own, environment: this.#environment(assigned), assigned }
      return yield* resultOf(
        builtin !== undefined ? builtin(this, words.slice(1), context) : this.context.run(words, context),
      )
    } catch (error) {
      throw locate(error, where)
    } finally {
      for (const output of opened) output.close()
    }
  }

  /** What programs get: exported variables, and those that stand before the command. */
  #environment(assigned: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
    const environment = new Map<string, string>()
    for (const name of this.exported) {
      const value = this.variables.get(name)
      if (value !== undefined) environment.set(name, value)
    }
    for (const [name, value] of assigned) environment.set(name, value)
    return environment
  }

  /** `set -u` */
  #refuseUnset(words: readonly Word[], line: number): void {
    if (this.#saysUnset(words, line)) throw new ShellExit(1)
  }

  #saysUnset(words: readonly Word[], line: number): boolean {
    if (!this.nounset) return false
    for (const part of words.flatMap(({ parts }) => parts)) {
      if (part.kind !== 'variable' || this.variables.has(part.name)) continue
      this.context.stderr.write(`${this.file}: line ${line}: ${part.name}: unbound variable\n`)
      return true
    }
    return false
  }

  /** Null: a file could not be opened, and that was said. */
  #redirect(
    { redirections, line }: Pick<SimpleCommand, 'redirections' | 'line'>,
    streams: Streams,
    opened: Output[],
  ): Streams | null {
    let { stdin } = streams
    const outputs = { 1: streams.stdout, 2: streams.stderr }
    for (const redirection of redirections) {
      if (redirection.kind !== 'duplicate' && redirection.kind !== 'text') this.#refuseUnset([redirection.file], line)
      switch (redirection.kind) {
        case 'text':
          // Trap: here bash only gives up the command
          if (this.#saysUnset([redirection.text], line)) return null
          stdin = new TextInput(expandText(redirection.text, this.variables))
          break
        case 'read': {
          const path = this.#path(redirection.file, outputs[2])
          const input = path === null ? null : this.#open(path, line, outputs[2])
          if (input === null) return null
          stdin = input
          break
        }
        case 'duplicate':
          outputs[redirection.stream] = outputs[redirection.of]
          break
        default: {
          const path = this.#path(redirection.file, outputs[2])
          const output = path === null ? null : this.#create(path, redirection.kind === 'append', line, outputs[2])
          if (output === null) return null
          opened.push(output)
          outputs[redirection.stream] = output
        }
      }
    }
    return { stdin, stdout: outputs[1], stderr: outputs[2] }
  }

  /** The name of a file: one word, or that is said. */
  #path(word: Word, stderr: Output): string | null {
    const words = expandWord(word, this.variables, this.file)
    if (words.length === 1) return words[0]!
    const text = word.parts.map((part) => (part.kind === 'text' ? part.text : `$${part.name}`)).join('')
    stderr.write(`${this.file}: line ${word.line}: ${text}: ambiguous redirect\n`)
    return null
  }

  #open(path: string, line: number, stderr: Output): Input | null {
    const text = readFile(path, this.context)
    if (text === undefined) {
      stderr.write(`${this.file}: line ${line}: ${path}: No such file or directory\n`)
      return null
    }
    return path === '/dev/null' ? NO_INPUT : new TextInput(text, sizeOfFile(path, text))
  }

  #create(path: string, append: boolean, line: number, stderr: Output): Output | null {
    const output = openFile(path, append, this.context)
    if (typeof output !== 'string') return output
    stderr.write(`${this.file}: line ${line}: ${path}: ${output}\n`)
    return null
  }
}

/** The error with the place of the command that ran into it. */
function locate(error: unknown, where: { file: string; line: number }): unknown {
  if (!(error instanceof KubehopError) || error.where.line !== undefined) return error
  if (error instanceof UnsupportedError) {
    return new UnsupportedError(error.what, {
      where: { ...error.where, ...where },
      ...(error.hint !== undefined && { hint: error.hint }),
    })
  }
  return error
}
