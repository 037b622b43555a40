import { UnsupportedError } from '../../packet/errors.ts'
import { OptionError, type Options } from '../getopt.ts'
import type { Task } from '../process/process.ts'
import type { ProgramContext } from '../process/program.ts'
import { coreutil, eachLine } from './input.ts'

/** uniq(1) of coreutils 9.1: `-c -d -u -i`. */
export const uniq = coreutil(
  'uniq',
  {
    letters: 'cdiu',
    names: { count: 'c', 'ignore-case': 'i', repeated: 'd', unique: 'u' },
    refused: 'D f s w z all-repeated skip-fields skip-chars check-chars group zero-terminated',
  },
  filter,
)

function* filter({ options, operands }: Options, context: ProgramContext): Task {
  const [file = '-', output, extra] = operands
  if (extra !== undefined) throw new OptionError(`uniq: extra operand '${extra}'`)
  if (output !== undefined && output !== '-') throw new UnsupportedError('uniq into a file')
  const asked = new Set(options.map(([name]) => name))
  let last: string | null = null
  let times = 0
  const flush = (): void => {
    if (last === null) return
    if (times === 1 ? asked.has('d') : asked.has('u')) return
    context.stdout.write(`${asked.has('c') ? `${String(times).padStart(7)} ` : ''}${last}\n`)
  }
  const key = (line: string): string => (asked.has('i') ? line.toUpperCase() : line)
  const read = yield* eachLine(file, context, (line) => {
    if (last !== null && key(line) === key(last)) times++
    else {
      flush()
      last = line
      times = 1
    }
    return true
  })
  if (!read) {
    context.stderr.write(`uniq: ${file}: No such file or directory\n`)
    return 1
  }
  flush()
  return 0
}
