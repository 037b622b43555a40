import type { Process } from '../process/process.ts'

/** `exit`, and what `set -e` does: ends the shell. */
export class ShellExit extends Error {
  readonly exitCode: number

  constructor(exitCode: number) {
    super('exit')
    this.exitCode = exitCode
  }
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
  /** What runs in the background. */
  readonly jobs: Set<Process>
  readonly lastExitCode: number
}
