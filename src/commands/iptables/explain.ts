import { IptablesError, RuleTextError } from '../../netfilter/index.ts'
import { UnsupportedError } from '../../packet/index.ts'
import type { Output } from '../process/streams.ts'

export const VERSION = 'v1.8.9 (nf_tables)'

/** The text that iptables-restore reads. */
export interface RuleText {
  readonly text: string
}

/**
 * Says what iptables says of a failure, and returns its exit code.
 *
 * @param input absent when the failure stood on a command line
 * @throws whatever is no failure of iptables' own
 */
export function explain(error: unknown, program: string, stderr: Output, input?: RuleText): number {
  if (error instanceof UnsupportedError) throw error
  if (error instanceof RuleTextError) return explainAll(error.errors, program, stderr, input)
  if (!(error instanceof IptablesError)) throw error
  const { style } = error
  const text = error.text.replace(/^iptables-nft-restore\b/, program)
  const place = input === undefined ? '' : `Error occurred at line: ${lineOf(error, input)}\n`
  const help = `Try \`${program} -h' or '${program} --help' for more information.\n`
  switch (style) {
    case 'usage':
      stderr.write(`${program} ${VERSION}: ${text}\n${place}${help}`)
      break
    case 'bare':
      stderr.write(`${text}\n${place}${help}`)
      break
    case 'plain':
      stderr.write(`${program}: ${plain(error, input)}\n`)
      break
    default:
      stderr.write(`${program} ${VERSION}: ${text}\n`)
  }
  return error.status
}

/** The first mistake of a text; but of what the kernel refuses at COMMIT, all. */
function explainAll(errors: readonly Error[], program: string, stderr: Output, input?: RuleText): number {
  const refused = errors.filter((each) => each instanceof IptablesError && each.style === 'kernel') as IptablesError[]
  if (input === undefined || refused.length < errors.length) return explain(errors[0], program, stderr, input)
  const lines = refused.map(({ text, where }) => `line ${where.line}:${text}\n`)
  stderr.write(`${program} ${VERSION}: \n${lines.join('')}`)
  return refused[0]!.status
}

function plain({ text, code, where }: IptablesError, input: RuleText | undefined): string {
  // of all failures, this is the one that is EINVAL
  if (input === undefined) return code === 'BAD_POLICY' ? `${text} Run \`dmesg' for more information.` : text
  return /^(line \d|COMMIT )/.test(text) ? text : `line ${where.line} failed: ${text}`
}

/** Trap: that a chain is missing to which a rule jumps is seen at COMMIT. */
function lineOf({ text, where: { line = 0 } }: IptablesError, input: RuleText): number {
  if (!/^Chain '.*' does not exist/.test(text)) return line
  const lines = input.text.split('\n')
  const commit = lines.findIndex((each, i) => i >= line && each.startsWith('COMMIT'))
  return commit < 0 ? line : commit + 1
}
