import { UnsupportedError } from '../../packet/errors.ts'
import { type CommandLine, type Flags, parseFlags } from '../pflag.ts'

/** What `docker` says of a mistyped command, and how it ends then. */
export class UsageError extends Error {
  readonly code: number

  constructor(message: string, code: number) {
    super(message)
    this.code = code
  }
}

/** Exit code of a command whose options are wrong, and of `docker run` when no container came to be. */
export const NOT_RUN = 125

/** One command of docker: its words, how many it wants, its flags. */
export interface DockerCommand {
  /** `network create` */
  readonly name: string
  /** `[OPTIONS] NETWORK` */
  readonly usage: string
  readonly least: number
  readonly most: number
  readonly flags: Flags
  /** Flags end at the first word: what follows is a command of its own. */
  readonly ordered?: boolean
}

/**
 * Reads the words behind a command (docker/cli cli/cobra.go `FlagErrorFunc`, cli/required.go).
 *
 * @throws UsageError @throws UnsupportedError for a flag that is none of those that kubehop knows
 */
export function readCommand(command: DockerCommand, args: readonly string[]): CommandLine {
  const { name, usage, least, most, flags, ordered = false } = command
  const line = parseFlags(args, flags, {
    fail: (text) => {
      // docker has many more than these
      if (/^unknown /.test(text)) throw new UnsupportedError(`docker ${name} ${/-\S+$/.exec(text)?.[0] ?? ''}`)
      throw new UsageError(
        `${text}\n\nUsage:  docker ${name} ${usage}\n\nRun 'docker ${name} --help' for more information`,
        NOT_RUN,
      )
    },
    refuse: (flag) => {
      throw new UnsupportedError(`docker ${name} --${flag}`)
    },
    ordered,
  })
  const { length } = line.words
  if (length >= least && length <= most) return line
  const wanted = least === most ? `${least}` : `at least ${least}`
  throw new UsageError(
    `docker: 'docker ${name}' requires ${wanted} argument${least === 1 ? '' : 's'}\n\nUsage:  docker ${name} ${usage}\n\n` +
      `${least === most ? 'Run' : 'See'} 'docker ${name} --help' for more information`,
    1,
  )
}
