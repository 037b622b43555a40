import { UnsupportedError } from '../../packet/errors.ts'
import type { Process, Task } from '../process/process.ts'
import type { ProgramContext } from '../process/program.ts'
import { ShellExit, type ShellState } from './shell-state.ts'

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
  wait: (shell, args) => waitForJobs(shell, args),
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

function* waitForJobs(shell: ShellState, args: readonly string[]): Task {
  if (args.length > 0) throw new UnsupportedError(`wait ${args.join(' ')}`, { hint: 'wait for all: wait' })
  const jobs: Process[] = [...shell.jobs]
  for (const job of jobs) {
    yield job.ended
    shell.jobs.delete(job)
  }
  return 0
}
