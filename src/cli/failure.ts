import { KubehopError } from '../packet/errors.ts'
import type { Io } from './io.ts'

export const ExitCode = {
  /** Delivered and answered, in every branch; or the command did what it should. */
  OK: 0,
  /** Not delivered, not answered, not equal. */
  NO: 1,
  /** Bad input, a usage error included. */
  BAD_INPUT: 2,
  /** Depends on something that is not modelled. */
  DEPENDS: 3,
  /** A bug in kubehop (EX_SOFTWARE of sysexits.h). */
  BUG: 70,
} as const

/** Further problems are only counted. */
const SHOWN = 50

/** Tells what went wrong on standard error, one line per problem and never a stack trace, and says how to exit. */
export async function reportFailure(error: unknown, io: Io): Promise<number> {
  const debug = (io.env.KUBEHOP_DEBUG ?? '') !== ''
  if (debug && error instanceof Error) io.stderr.write(`${error.stack}\n`)
  if (!(error instanceof KubehopError)) {
    const text = error instanceof Error ? error.message : String(error)
    io.stderr.write(`error: this is a bug in kubehop: ${text}${debug ? '' : ' (KUBEHOP_DEBUG=1 shows where)'}\n`)
    return ExitCode.BUG
  }
  for (const line of await linesOf(error)) io.stderr.write(`error: ${line}\n`)
  return ExitCode.BAD_INPUT
}

async function linesOf(error: KubehopError): Promise<string[]> {
  const { InputError, formatProblem } = await import('../kubernetes/problems.ts')
  if (!(error instanceof InputError)) return [error.message]
  const { problems } = error
  const lines = problems.slice(0, SHOWN).map(formatProblem)
  return problems.length > SHOWN ? [...lines, `and ${problems.length - SHOWN} more such`] : lines
}
