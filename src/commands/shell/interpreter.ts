import { KubehopError, UnsupportedError } from '../../packet/errors.ts'
import { openFile, readFile } from '../proc-files.ts'
import { Process, type Task, type Wait } from '../process/process.ts'
import { type ProgramContext, resultOf } from '../process/program.ts'
import { type Input, NO_INPUT, type Output, Pipe, TextInput } from '../process/streams.ts'
import { builtins } from './builtins.ts'
import { expandText, expandWord } from './expand.ts'
import { ShellExit, type ShellState } from './shell-state.ts'
import type {
  AndOrList,
  ForCommand,
  IfCommand,
  Pipeline,
  Program,
  Redirection,
  SimpleCommand,
  Statement,
} from './syntax.ts'

/** What a command of the shell works with: where its streams lead. */
type Streams = Pick<ProgramContext, 'stdin' | 'stdout' | 'stderr'>

/** A running shell: variables, options, jobs. Commands run one after the other in virtual time. */
export class Shell implements ShellState {
  readonly context: ProgramContext
  readonly file: string
  readonly variables = new Map<string, string>([['?', '0']])
  /** `set -e` */
  errexit = false
  /** `set -u` */
  nounset = false
  /** `set -o pipefail` */
  pipefail = false
  readonly jobs = new Set<Process>()
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
    try {
      for (const statement of program) {
        yield* this.statement(statement, this.context)
        if (between !== undefined) yield* between()
      }
    } catch (error) {
      if (!(error instanceof ShellExit)) throw error
      return error.exitCode
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
      this.background(this.#andOr(statement.list, { ...streams, stdin: NO_INPUT }, true))
      return this.#exit(0)
    }
    return yield* this.#andOr(statement.list, streams, guarded)
  }

  /** Runs a task beside the shell. */
  background(task: Task): Process {
    const job = new Process(this.context.machine.scheduler, this.#subshell(task))
    this.jobs.add(job)
    return job
  }

  /** In a shell of its own: its exit ends only itself. */
  *#subshell(task: Task): Task {
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
        : yield* this.#pipe(commands, streams)
    const result = this.#exit(negated ? Number(code === 0) : code)
    const compound = commands.length === 1 && commands[0]!.kind !== 'simple'
    if (result !== 0 && !guarded && !negated && !compound) {
      this.onFailure?.(commands[0]!.line)
      if (this.errexit) throw new ShellExit(result)
    }
    return result
  }

  /** All parts run at the same time, each in a shell of its own. */
  *#pipe(commands: Pipeline['commands'], streams: Streams): Task {
    const processes: Process[] = []
    let stdin: Input = streams.stdin
    commands.forEach((command, i) => {
      const pipe = i < commands.length - 1 ? new Pipe() : null
      const own: Streams = { ...streams, stdin, stdout: pipe ?? streams.stdout }
      processes.push(new Process(this.context.machine.scheduler, this.#part(command, own, pipe)))
      if (pipe !== null) stdin = pipe
    })
    let failed = 0
    for (const process of processes) {
      yield process.ended
      if (process.exitCode !== 0) failed = process.exitCode!
    }
    return this.pipefail ? failed : processes.at(-1)!.exitCode!
  }

  *#part(command: Pipeline['commands'][number], streams: Streams, pipe: Pipe | null): Task {
    try {
      return yield* this.#subshell(this.#command(command, streams, true))
    } finally {
      pipe?.close()
    }
  }

  *#command(command: Pipeline['commands'][number], streams: Streams, guarded: boolean): Task {
    switch (command.kind) {
      case 'if':
        return yield* this.#if(command, streams, guarded)
      case 'for':
        return yield* this.#for(command, streams, guarded)
      default:
        return yield* this.#simple(command, streams)
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
    this.#refuseUnset(command)
    for (const { name, value } of command.assignments) this.variables.set(name, expandText(value, this.variables))
    const words = command.words.flatMap((word) => expandWord(word, this.variables, this.file))
    const opened: Output[] = []
    try {
      const own = this.#redirect(command.redirections, streams, opened)
      if (own === null) return 1
      const [name] = words
      if (name === undefined) return 0
      const builtin = builtins[name]
      const context: ProgramContext = { ...this.context, ...own }
      return yield* resultOf(
        builtin !== undefined ? builtin(this, words.slice(1), context) : this.context.run(words, context),
      )
    } catch (error) {
      throw locate(error, where)
    } finally {
      for (const output of opened) output.close()
    }
  }

  /** `set -u` */
  #refuseUnset(command: SimpleCommand): void {
    if (!this.nounset) return
    for (const { parts } of [...command.words, ...command.assignments.map(({ value }) => value)]) {
      for (const part of parts) {
        if (part.kind !== 'variable' || this.variables.has(part.name)) continue
        this.context.stderr.write(`${this.file}: line ${command.line}: ${part.name}: unbound variable\n`)
        throw new ShellExit(1)
      }
    }
  }

  /** Null: a file could not be opened, and that was said. */
  #redirect(redirections: readonly Redirection[], streams: Streams, opened: Output[]): Streams | null {
    let { stdin } = streams
    const outputs = { 1: streams.stdout, 2: streams.stderr }
    for (const redirection of redirections) {
      switch (redirection.kind) {
        case 'text':
          stdin = new TextInput(expandText(redirection.text, this.variables))
          break
        case 'read': {
          const input = this.#open(expandText(redirection.file, this.variables), outputs[2])
          if (input === null) return null
          stdin = input
          break
        }
        case 'duplicate':
          outputs[redirection.stream] = outputs[redirection.of]
          break
        default: {
          const path = expandText(redirection.file, this.variables)
          const output = this.#create(path, redirection.kind === 'append', outputs[2])
          if (output === null) return null
          opened.push(output)
          outputs[redirection.stream] = output
        }
      }
    }
    return { stdin, stdout: outputs[1], stderr: outputs[2] }
  }

  #open(path: string, stderr: Output): Input | null {
    const text = readFile(path, this.context)
    if (text === undefined) {
      stderr.write(`${this.file}: ${path}: No such file or directory\n`)
      return null
    }
    return text === '' ? NO_INPUT : new TextInput(text)
  }

  #create(path: string, append: boolean, stderr: Output): Output | null {
    const output = openFile(path, append, this.context)
    if (output !== undefined) return output
    stderr.write(`${this.file}: ${path}: No such file or directory\n`)
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
