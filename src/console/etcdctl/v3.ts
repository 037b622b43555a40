import type { ProgramContext } from '../../commands/index.ts'
import { UnsupportedError } from '../../packet/errors.ts'

/*
 * `etcdctl get` of API 3, where keys are plain texts in order (etcdctl/ctlv3/command/get_command.go).
 */

/** `ExitBadArgs` (pkg/cobrautl/error.go) */
const BAD_ARGUMENTS = 128

const SWITCHES = ['prefix', 'from-key', 'keys-only', 'print-value-only']

export function getV3(args: readonly string[], keys: ReadonlyMap<string, string>, context: ProgramContext): number {
  const words = args.filter((word) => !word.startsWith('--'))
  const flags = new Set(args.filter((word) => word.startsWith('--')).map((word) => word.slice(2)))
  for (const flag of flags) if (!SWITCHES.includes(flag)) throw new UnsupportedError(`etcdctl get --${flag}`)
  const [key, end] = words
  const fail = (message: string): number => {
    context.stderr.write(`Error: ${message}\n`)
    return BAD_ARGUMENTS
  }
  if (key === undefined) return fail('get command needs one argument as key and an optional argument as range_end')
  const prefix = flags.has('prefix')
  const fromKey = flags.has('from-key')
  if (prefix && fromKey) return fail('`--prefix` and `--from-key` cannot be set at the same time, choose one')
  if (end !== undefined && (prefix || fromKey)) {
    return fail('too many arguments, only accept one argument when `--prefix` or `--from-key` is set')
  }
  const chosen = [...keys].filter(([name]) => {
    if (prefix) return name.startsWith(key)
    if (fromKey) return name >= key
    return end === undefined ? name === key : name >= key && name < end
  })
  for (const [name, value] of chosen) {
    if (!flags.has('print-value-only')) context.stdout.write(`${name}\n`)
    context.stdout.write(`${flags.has('keys-only') ? '' : value}\n`)
  }
  return 0
}
