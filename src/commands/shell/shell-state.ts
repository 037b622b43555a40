import type { Process } from '../process/process.ts'

/** `exit`, and what `set -e` does: ends the shell. */
export class ShellExit extends Error {
  readonly exitCode: number

  constructor(exitCode: number) {
    super('exit')
    this.exitCode = exitCode
  }
}

/** Something that runs in the background. */
export interface Job {
  /** `%1` is the first. */
  readonly number: number
  readonly process: Process
  /** As it was typed. */
  readonly text: string
}

/** What a shell remembers between two commands. */
export interface ShellState {
  /** `?` is the last exit code. */
  readonly variables: Map<string, string>
  /** The names of those that programs get. */
  readonly exported: Set<string>
  /** `set -e` */
  errexit: boolean
  /** `set -u` */
  nounset: boolean
  /** `set -o pipefail` */
  pipefail: boolean
  /** What runs in the background, the youngest last, and what has ended there since the last one began. */
  jobs: readonly Job[]
  readonly lastExitCode: number
}
