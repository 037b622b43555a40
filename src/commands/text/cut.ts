import { UnsupportedError } from '../../packet/errors.ts'
import { OptionError, type Options } from '../getopt.ts'
import type { Task } from '../process/process.ts'
import type { ProgramContext } from '../process/program.ts'
import { coreutil, eachLine } from './input.ts'

/** cut(1) of coreutils 9.1: `-d -f -s -c -b --output-delimiter`. */
export const cut = coreutil(
  'cut',
  {
    letters: 'b:c:d:f:ns',
    names: {
      'bytes=': 'b',
      'characters=': 'c',
      'delimiter=': 'd',
      'fields=': 'f',
      'only-delimited': 's',
      'output-delimiter=': 'output-delimiter',
    },
    refused: 'z complement zero-terminated',
  },
  select,
)

type Range = readonly [first: number, last: number]

function* select({ options, operands }: Options, context: ProgramContext): Task {
  let list: readonly [unit: string, text: string] | null = null
  let delimiter: string | null = null
  let between: string | null = null
  let onlyDelimited = false
  for (const [name, value] of options) {
    if (name === 'b' || name === 'c' || name === 'f') {
      if (list !== null) throw new OptionError('cut: only one list may be specified')
      list = [name, value]
    } else if (name === 'd') {
      if (value.length > 1) throw new OptionError('cut: the delimiter must be a single character')
      if (value === '') throw new UnsupportedError('cut with an empty delimiter')
      delimiter = value
    } else if (name === 'output-delimiter') between = value
    else if (name === 's') onlyDelimited = true
  }
  if (list === null) throw new OptionError('cut: you must specify a list of bytes, characters, or fields')
  const isFields = list[0] === 'f'
  if (!isFields && delimiter !== null) {
    throw new OptionError('cut: an input delimiter may be specified only when operating on fields')
  }
  if (!isFields && onlyDelimited) {
    throw new OptionError('cut: suppressing non-delimited lines makes sense\n\tonly when operating on fields')
  }
  const ranges = readRanges(list[1], isFields)
  if (!isFields && between !== null) throw new UnsupportedError('cut -c --output-delimiter')
  const mark = delimiter ?? '\t'
  let exitCode = 0
  for (const file of operands.length === 0 ? ['-'] : operands) {
    const read = yield* eachLine(file, context, (line) => {
      if (!isFields) context.stdout.write(`${pick([...line], ranges).join('')}\n`)
      else if (line.includes(mark)) context.stdout.write(`${pick(line.split(mark), ranges).join(between ?? mark)}\n`)
      else if (!onlyDelimited) context.stdout.write(`${line}\n`)
      return true
    })
    if (read) continue
    context.stderr.write(`cut: ${file}: No such file or directory\n`)
    exitCode = 1
  }
  return exitCode
}

function readRanges(text: string, isFields: boolean): Range[] {
  const fail = (message: string): never => {
    throw new OptionError(`cut: ${message}`)
  }
  return text.split(/[, \t]/).map((part) => {
    if (part === '-') return fail('invalid range with no endpoint: -')
    const match = /^(\d*)(-?)(\d*)$/.exec(part)
    if (match === null || part === '') {
      if (part === '')
        return fail(isFields ? 'fields are numbered from 1' : 'byte/character positions are numbered from 1')
      return fail(isFields ? `invalid field value '${part}'` : `invalid byte/character position '${part}'`)
    }
    const first = match[1] === '' ? 1 : Number(match[1])
    const last = match[2] === '' ? first : match[3] === '' ? Number.POSITIVE_INFINITY : Number(match[3])
    if (first === 0 || last === 0) {
      return fail(isFields ? 'fields are numbered from 1' : 'byte/character positions are numbered from 1')
    }
    if (last < first) return fail('invalid decreasing range')
    return [first, last] as const
  })
}

function pick(parts: readonly string[], ranges: readonly Range[]): string[] {
  return parts.filter((_, i) => ranges.some(([first, last]) => i + 1 >= first && i + 1 <= last))
}
