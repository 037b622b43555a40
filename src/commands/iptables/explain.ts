import { IptablesError, RuleTextError } from '../../netfilter/index.ts'
import { UnsupportedError } from '../../packet/index.ts'
import type { Output } from '../process/streams.ts'

export const VERSION = 'v1.8.9 (nf_tables)'

/**
 * Says what iptables says of a failure, and returns its exit code.
 *
 * @throws whatever is no failure of iptables' own
 */
export function explain(error: unknown, program: string, stderr: Output): number {
  if (error instanceof UnsupportedError) throw error
  if (error instanceof RuleTextError) return explain(error.errors[0], program, stderr)
  if (!(error instanceof IptablesError)) throw error
  const { text, style } = error
  const line =
    program === 'iptables-restore' && error.where.line !== undefined
      ? `Error occurred at line: ${error.where.line}\n`
      : ''
  const help = `Try \`${program} -h' or '${program} --help' for more information.\n`
  switch (style) {
    case 'usage':
      stderr.write(`${program} ${VERSION}: ${text}\n${line}${help}`)
      break
    case 'bare':
      stderr.write(`${text}\n${line}${help}`)
      break
    case 'plain':
      // what the kernel calls an invalid argument
      stderr.write(`${program}: ${text}${error.code === 'BAD_POLICY' ? " Run `dmesg' for more information." : ''}\n`)
      break
    default:
      stderr.write(`${program} ${VERSION}: ${text}\n`)
  }
  return error.status
}
