import { UnsupportedError } from '../../packet/errors.ts'
import { signalNumber } from '../basic/time.ts'
import { Signal, type Task } from '../process/process.ts'
import type { ProgramContext } from '../process/program.ts'
import { type Job, ShellExit, type ShellState } from './shell-state.ts'

/** What bash does itself, because it is about the shell. */
export type Builtin = (shell: ShellState, args: readonly string[], context: ProgramContext) => number | Task

export const builtins: Readonly<Record<string, Builtin | undefined>> = {
  ':': () => 0,
  set: setOptions,
  exit: (shell, words) => {
    const [code] = words
    if (words.length > 1 || (code !== undefined && !/^[-+]?\d{1,15}$/.test(code))) {
      throw new UnsupportedError(`exit ${words.join(' ')}`)
    }
    throw new ShellExit(code === undefined ? shell.lastExitCode : Number(code) & 255)
  },
  jobs: listJobs,
  kill,
  wait: waitForJobs,
  unset: (shell, args) => {
    for (const name of args) {
      if (!NAME.test(name)) throw new UnsupportedError(`unset ${name}`)
      shell.variables.delete(name)
      shell.exported.delete(name)
    }
    return 0
  },
  export: exportVariables,
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

const OPTIONS: Readonly<Record<string, 'errexit' | 'nounset' | 'pipefail' | undefined>> = {
  e: 'errexit',
  u: 'nounset',
  errexit: 'errexit',
  nounset: 'nounset',
  pipefail: 'pipefail',
}

/** `set -e`, `set -eu -o pipefail`, `set +e`. */
function setOptions(shell: ShellState, args: readonly string[]): number {
  if (args.length === 0) throw new UnsupportedError('set without options')
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!
    const on = word[0] === '-'
    if (!/^[-+][a-zA-Z]+$/.test(word)) throw new UnsupportedError(`set ${word}`)
    for (const letter of word.slice(1)) {
      const name = letter === 'o' ? (args[++i] ?? '') : letter
      const option = OPTIONS[name]
      if (option === undefined)
        throw new UnsupportedError(`set ${on ? '-' : '+'}${letter === 'o' ? `o ${name}` : letter}`)
      shell[option] = on
    }
  }
  return 0
}

function exportVariables(shell: ShellState, args: readonly string[]): number {
  if (args.length === 0) throw new UnsupportedError('export without names')
  for (const word of args) {
    const equals = word.indexOf('=')
    if (!NAME.test(equals < 0 ? word : word.slice(0, equals))) throw new UnsupportedError(`export ${word}`)
    shell.exported.add(equals < 0 ? word : word.slice(0, equals))
    if (equals > 0) shell.variables.set(word.slice(0, equals), word.slice(equals + 1))
  }
  return 0
}

function* waitForJobs(shell: ShellState, args: readonly string[], { stderr }: ProgramContext): Task {
  if (args.length === 0) {
    for (const { process } of shell.jobs) yield process.ended
    shell.jobs = []
    return 0
  }
  let code = 0
  for (const word of args) {
    const job = jobOf(shell, word, 'wait')
    if (job === undefined) {
      stderr.write(`bash: wait: ${word}: no such job\n`)
      code = NO_SUCH_JOB
      continue
    }
    yield job.process.ended
    code = job.process.exitCode!
    shell.jobs = shell.jobs.filter((other) => other !== job)
  }
  return code
}

const NO_SUCH_JOB = 127
/** Where the text of a job begins. */
const JOB_TEXT = 24

/** `jobs`: what runs in the background. */
function listJobs(shell: ShellState, args: readonly string[], { stdout }: ProgramContext): number {
  if (args.length > 0) throw new UnsupportedError(`jobs ${args.join(' ')}`)
  runningJobs(shell).forEach(({ number, text }, i, { length }) => {
    const mark = i === length - 1 ? '+' : i === length - 2 ? '-' : ' '
    stdout.write(`[${number}]${mark}  ${'Running'.padEnd(JOB_TEXT)}${text} &\n`)
  })
  return 0
}

/** `kill [-SIGNAL] %NUMBER…`. Processes have no numbers, jobs have. */
function kill(shell: ShellState, args: readonly string[], { stderr }: ProgramContext): number {
  const [first = ''] = args
  const named = /^-(?!-$)(.+)$/.exec(first)?.[1]
  const signal = named === undefined ? Signal.TERM : signalNumber(named.toUpperCase())
  const words = args.slice(named === undefined && first !== '--' ? 0 : 1)
  if (words.length === 0) {
    stderr.write('bash: kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]\n')
    return 2
  }
  let code = 0
  for (const word of words) {
    const job = jobOf(shell, word, 'kill')
    if (job === undefined || job.process.exitCode !== null) {
      stderr.write(`bash: kill: ${word}: no such job\n`)
      code = 1
    } else job.process.kill(signal)
  }
  return code
}

/** `%2`, and the youngest: `%`, `%%`, `%+`. */
function jobOf(shell: ShellState, word: string, command: string): Job | undefined {
  if (/^%[%+]?$/.test(word)) return runningJobs(shell).at(-1)
  const number = /^%(\d+)$/.exec(word)?.[1]
  if (number === undefined)
    throw new UnsupportedError(`${command} ${word}`, { hint: `a job, by its number: ${command} %1; jobs lists them` })
  return shell.jobs.find((job) => job.number === Number(number))
}

function runningJobs({ jobs }: ShellState): Job[] {
  return jobs.filter(({ process }) => process.exitCode === null)
}
