import { KubehopError } from '../packet/index.ts'
import { type Probe, Simulation } from '../sim/index.ts'
import { launcherOf } from './launcher.ts'
import { Machine } from './machine.ts'
import { MAX_EVENTS, Process, runToEnd, type Task, timePassed } from './process/process.ts'
import type { ProgramContext } from './process/program.ts'
import { NO_INPUT, type Output, TextOutput } from './process/streams.ts'
import { programs } from './programs.ts'
import { type LabRecord, type LabScript, normaliseObservation, parseLab, type RecordedCommand } from './record/index.ts'
import { TRAFFIC_MARK } from './record/script.ts'
import { LabRecorder } from './recording/recorder.ts'
import { Shell } from './shell/interpreter.ts'
import { parseScript } from './shell/parser.ts'
import type { Program, Statement } from './shell/syntax.ts'

/** How a script is run, and who is told. */
export interface RunOptions {
  /** The script's file name: in errors, and in the record. */
  readonly name?: string
  /** Of the simulation's chance. Default 0. */
  readonly seed?: number
  /** Watches what happens, beside the recorder; or what makes such a watcher for the simulation. */
  readonly probe?: Probe | ((sim: Simulation) => Probe)
  /** Told what the commands print, as they print it. */
  readonly onOutput?: (text: string, stream: 'stdout' | 'stderr') => void
  /** Told which command of the traffic begins; 0: the set-up is done. */
  readonly onStep?: (step: number, line: string) => void
  /**
   * The traffic of a lab runs as the laboratory runs it: each command has its turn, also when one failed before it and the set-up said
   * `set -e`. Default false: as bash runs the script.
   */
  readonly asLab?: boolean
  /**
   * A machine on which the set-up of this lab was done before: of the set-up only what a machine does not keep happens again, that is
   * variables, and programs in the background with the pauses between them.
   */
  readonly built?: Machine
  /** How many events the script may use. Default 20,000,000. */
  readonly maxEvents?: number
}

/** How a script ended, and what it left behind. */
export interface ScriptResult {
  /** All that the commands printed, on both streams. */
  readonly output: string
  readonly exitCode: number
  /** The machine as the script left it. */
  readonly machine: Machine
  /**
   * What happened, in the form in which labs are compared.
   *
   * @throws KubehopError `BAD_LAB` when the script does not divide its set-up from its traffic, or its set-up failed
   */
  record(): LabRecord
}

const MILLISECOND = 1e6
/** How long a program needs to start. */
const START = MILLISECOND
/** Starting a program takes its time; so does the look at what it has caused. */
const BETWEEN_COMMANDS = 5 * MILLISECOND
/** How long the kernel's recorder waits until carriers and bridge ports have settled. */
const SETTLE = 100 * MILLISECOND
/** How long it waits behind the last command. */
const AFTERMATH = 150 * MILLISECOND

/**
 * Runs a bash script of the kind that builds network namespaces and sends packets, against the simulated kernel.
 *
 * @throws UnsupportedError what the script uses and kubehop does not model, with its line
 * @throws KubehopError `BAD_SCRIPT`, `SCRIPT_STUCK` (a command waits for something that never comes), `SCRIPT_ENDLESS`
 */
export function runScript(text: string, options: RunOptions = {}): ScriptResult {
  return new ScriptRun(text, options).result()
}

/** What both streams of commands get, in the order of writing. */
class Terminal {
  text = ''
  readonly #tell: RunOptions['onOutput']

  constructor(tell: RunOptions['onOutput']) {
    this.#tell = tell
  }

  stream(name: 'stdout' | 'stderr'): Output {
    return {
      write: (text) => {
        this.text += text
        this.#tell?.(text, name)
      },
      close: () => {},
    }
  }
}

class ScriptRun {
  readonly #name: string
  readonly #options: RunOptions
  readonly #machine: Machine
  readonly #terminal: Terminal
  readonly #shell: Shell
  readonly #lab: LabScript | null
  readonly #commands: { readonly recorded: RecordedCommand; readonly out: TextOutput; readonly err: TextOutput }[] = []
  readonly #process: Process
  #recorder: LabRecorder | null = null
  #setupFailure: string | null = null

  constructor(text: string, options: RunOptions) {
    this.#options = options
    this.#name = options.name ?? 'script'
    const sim = options.built?.sim ?? new Simulation({ seed: options.seed ?? 0 })
    const { probe = null } = options
    sim.probe = typeof probe === 'function' ? probe(sim) : probe
    this.#machine = options.built ?? new Machine(sim)
    this.#terminal = new Terminal(options.onOutput)
    const run = launcherOf(programs)
    const context: ProgramContext = {
      machine: this.#machine,
      netns: this.#machine.root,
      stdin: NO_INPUT,
      stdout: this.#terminal.stream('stdout'),
      stderr: this.#terminal.stream('stderr'),
      run,
    }
    this.#shell = new Shell(context, this.#name)
    this.#lab = text.includes(TRAFFIC_MARK) ? parseLab(text) : null
    const task = this.#lab === null ? this.#plain(parseScript(text, this.#name)) : this.#traffic(this.#lab)
    this.#process = new Process(this.#machine.scheduler, this.#shell.untilExit(task))
  }

  result(): ScriptResult {
    this.#advance()
    const recorder = this.#recorder
    const record = recorder === null ? null : this.#record(recorder)
    return {
      output: this.#terminal.text,
      exitCode: this.#process.exitCode ?? 0,
      machine: this.#machine,
      record: () => {
        if (this.#setupFailure !== null) {
          throw new KubehopError('BAD_LAB', `the set-up failed at ${this.#setupFailure}`, {
            where: { file: this.#name },
          })
        }
        if (record === null) parseLab('')
        return record!
      },
    }
  }

  /** Lets time pass until the script has ended. */
  #advance(): void {
    switch (runToEnd(this.#machine.sim, this.#process, this.#options.maxEvents ?? MAX_EVENTS)) {
      case 'stuck':
        throw new KubehopError('SCRIPT_STUCK', 'a command waits for something that never comes', {
          where: { file: this.#name },
          hint: 'give it a time limit: timeout 2 nc -l 80',
        })
      case 'endless':
        throw new KubehopError('SCRIPT_ENDLESS', 'the script has used up its events', {
          where: { file: this.#name },
          hint: 'is there a command that never ends?',
        })
      case 'ended':
    }
  }

  *#plain(program: Program): Task {
    const { sim } = this.#machine
    return yield* this.#shell.run(program, function* () {
      yield timePassed(sim, BETWEEN_COMMANDS)
    })
  }

  *#traffic(lab: LabScript): Task {
    const { sim } = this.#machine
    const whole = parseScript(lab.setup, this.#name)
    const setup = this.#options.built === undefined ? whole : whole.filter(isOfProcesses)
    const traffic = lab.commands.map(({ line, lineNumber }) => parseScript(line, this.#name, lineNumber))
    this.#shell.onFailure = (line) => {
      const said = this.#terminal.text.trimEnd().split('\n').at(-1) ?? ''
      const command = lab.setup.split('\n')[line - 1]?.trim() ?? ''
      this.#setupFailure ??= `line ${line}: ${command}${said === '' ? '' : `\n${said}`}`
    }
    yield* this.#shell.run(setup)
    this.#shell.onFailure = null
    if (this.#options.asLab === true) this.#shell.errexit = false
    yield timePassed(sim, SETTLE)
    this.#recorder = new LabRecorder(this.#machine, lab)
    this.#options.onStep?.(0, '')
    let starting = false
    for (const [i, { n, line, background }] of lab.commands.entries()) {
      this.#recorder.beginStep(n)
      this.#options.onStep?.(n, line)
      // what runs in the background sends its first packet when the next command has begun already
      if (starting && !background) yield timePassed(sim, BETWEEN_COMMANDS)
      yield* this.#command(n, line, background, traffic[i]!)
      if (!background) yield timePassed(sim, BETWEEN_COMMANDS)
      starting = background
    }
    yield timePassed(sim, AFTERMATH)
    return this.#shell.lastExitCode
  }

  /** One command of the traffic, with what it prints kept apart. */
  *#command(n: number, line: string, background: boolean, program: Program): Task {
    const out = new Tee(this.#shell.context.stdout)
    const err = new Tee(this.#shell.context.stderr)
    const recorded: RecordedCommand = { n, line, rc: null, out: '', err: '', ...(background && { bg: true as const }) }
    this.#commands.push({ recorded, out, err })
    const streams = { stdin: NO_INPUT, stdout: out, stderr: err }
    const [statement] = program
    if (background && statement !== undefined) {
      const foreground = program.map((each) => ({ ...each, background: false }))
      const shell = this.#shell.fork()
      const { sim } = this.#machine
      const task = function* (): Task {
        yield timePassed(sim, START)
        const code = yield* shell.statements(foreground, streams)
        recorded.rc = code
        return code
      }
      this.#shell.background(task(), line)
      return 0
    }
    recorded.rc = yield* this.#shell.statements(program, streams)
    return recorded.rc
  }

  #record(recorder: LabRecorder): LabRecord {
    const commands = this.#commands.map(({ recorded, out, err }) => ({ ...recorded, out: out.text, err: err.text }))
    return normaliseObservation(this.#lab!, recorder.finish(this.#name, commands))
  }
}

/** Does a statement leave nothing behind in the machine itself? */
function isOfProcesses({ background, list }: Statement): boolean {
  const [command] = list.first.commands
  if (background) return true
  if (command?.kind !== 'simple') return false
  const [word] = command.words
  return word === undefined || (word.parts[0]?.kind === 'text' && word.parts[0].text === 'sleep')
}

/** Keeps what it hands on. */
class Tee extends TextOutput {
  readonly #target: Output

  constructor(target: Output) {
    super()
    this.#target = target
  }

  override write(text: string): void {
    super.write(text)
    this.#target.write(text)
  }
}
