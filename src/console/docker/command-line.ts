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
      throw flagError(command, text)
    },
    refuse: (flag) => {
      throw new UnsupportedError(`docker ${name} --${flag}`)
    },
    ordered,
  })
  const { length } = line.words
  if (length >= least && length <= most) return line
  const s = most === 1 ? '' : 's'
  const wanted =
    most === 0
      ? 'accepts no arguments'
      : least === most
        ? `requires ${least} argument${s}`
        : most === Number.POSITIVE_INFINITY
          ? `requires at least ${least} argument${least === 1 ? '' : 's'}`
          : `requires at least ${least} and at most ${most} argument${s}`
  throw new UsageError(
    `docker: 'docker ${name}' ${wanted}\n\nUsage:  docker ${name} ${usage}\n\n` +
      `${most === Number.POSITIVE_INFINITY ? 'See' : 'Run'} 'docker ${name} --help' for more information`,
    1,
  )
}

/** What docker says of a flag's value that is none (docker/cli cli/cobra.go `FlagErrorFunc`). */
export function flagError({ name, usage }: Pick<DockerCommand, 'name' | 'usage'>, text: string): UsageError {
  return new UsageError(
    `${text}\n\nUsage:  docker ${name} ${usage}\n\nRun 'docker ${name} --help' for more information`,
    NOT_RUN,
  )
}
