import { KubehopError, UnsupportedError } from '../../packet/index.ts'
import { NetlinkError, UsageError } from '../../route/index.ts'
import type { Output } from '../process/streams.ts'

/**
 * What went wrong, as iproute2 says it, and the exit code.
 *
 * @param refused exit code for what the kernel refuses; `bridge` has another
 * @throws whatever is not about this command
 */
export function explain(error: unknown, stderr: Output, refused = 2): number {
  if (error instanceof UsageError) {
    stderr.write(`${error.message}\n`)
    return error.exitCode
  }
  if (error instanceof NetlinkError) {
    stderr.write(`${error.iproute2Text}\n`)
    return refused
  }
  if (error instanceof KubehopError && !(error instanceof UnsupportedError)) {
    stderr.write(`RTNETLINK answers: ${error.code === 'EEXIST' ? 'File exists' : error.message}\n`)
    return refused
  }
  throw error
}
