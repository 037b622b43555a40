import { utf8Length } from '../../packet/utf8.ts'
import type { Options } from '../getopt.ts'
import type { Task } from '../process/process.ts'
import type { ProgramContext } from '../process/program.ts'
import { Complaint, coreutil, eachLine, sliceOctets, wholeText } from './input.ts'

/** head(1) and tail(1) of coreutils 9.1. */

interface Request {
  readonly files: readonly string[]
  readonly unit: 'lines' | 'bytes'
  /** Head: -3 is all but the last three. Tail: with `fromStart`, where to begin. */
  readonly count: number
  readonly fromStart: boolean
  readonly headers: boolean
}

const LETTERS = 'c:n:qv'
const NAMES = { 'bytes=': 'c', 'lines=': 'n', quiet: 'q', silent: 'q', verbose: 'v' }
const SUFFIXES: Readonly<Record<string, number>> = {
  '': 1,
  b: 512,
  kB: 1000,
  K: 1024,
  KiB: 1024,
  k: 1024,
  MB: 1e6,
  M: 1024 ** 2,
  MiB: 1024 ** 2,
}

function readRequest({ options, operands }: Options, tail: boolean): Request {
  let unit: Request['unit'] = 'lines'
  let count = 10
  let fromStart = false
  let headers = operands.length > 1
  for (const [name, value] of options) {
    if (name === 'q' || name === 'v') headers = name === 'v'
    else {
      unit = name === 'c' ? 'bytes' : 'lines'
      const match = /^([-+]?)(\d+)(b|kB|k|K|KiB|M|MB|MiB)?$/.exec(value)
      if (match === null) throw new Complaint(`invalid number of ${unit}: '${value}'`)
      count = Number(match[2]) * SUFFIXES[match[3] ?? '']!
      fromStart = tail && match[1] === '+'
      if (!tail && match[1] === '-') count = -count || Number.NEGATIVE_INFINITY
    }
  }
  // all but the last none is everything
  if (count === Number.NEGATIVE_INFINITY) count = Number.POSITIVE_INFINITY
  return { files: operands.length === 0 ? ['-'] : operands, unit, count, fromStart, headers }
}

/** `-3` is `-n 3`. */
function withOldHead(args: readonly string[]): readonly string[] {
  const [first, ...rest] = args
  if (first === undefined || !/^-\d/.test(first)) return args
  const [, number, trailing] = /^-(\d+)(.*)$/.exec(first)!
  const stray = /[^cqvlz]/.exec(trailing!)
  if (stray !== null)
    throw new Complaint(`invalid trailing option -- ${stray[0]}\nTry 'head --help' for more information.`)
  const letters = trailing!.replace(/[cl]/g, '')
  return [...(letters === '' ? [] : [`-${letters}`]), trailing!.includes('c') ? '-c' : '-n', number!, ...rest]
}

/** `-3` is `-n 3`, and `+3` is `-n +3`. */
function withOldTail(args: readonly string[]): readonly string[] {
  const [first, ...rest] = args
  return first !== undefined && /^[-+]\d+$/.test(first) ? ['-n', first, ...rest] : args
}

export const head = coreutil(
  'head',
  { letters: LETTERS, names: NAMES, refused: 'z zero-terminated' },
  (options, context) => each('head', readRequest(options, false), context, headOf),
  { rewrite: withOldHead },
)

export const tail = coreutil(
  'tail',
  {
    letters: LETTERS,
    names: NAMES,
    refused: 'z f F s zero-terminated follow pid retry sleep-interval max-unchanged-stats',
  },
  (options, context) => each('tail', readRequest(options, true), context, tailOf),
  { rewrite: withOldTail },
)

function* each(program: string, request: Request, context: ProgramContext, part: typeof headOf): Task {
  const { stdout, stderr } = context
  let exitCode = 0
  let isFirst = true
  for (const file of request.files) {
    let begun = false
    const begin = (): void => {
      if (begun) return
      begun = true
      if (request.headers) stdout.write(`${isFirst ? '' : '\n'}==> ${file === '-' ? 'standard input' : file} <==\n`)
      isFirst = false
    }
    const found = yield* part(file, request, context, (text) => {
      begin()
      stdout.write(text)
    })
    if (found) begin()
    else {
      exitCode = 1
      stderr.write(`${program}: cannot open '${file}' for reading: No such file or directory\n`)
    }
  }
  return exitCode
}

function* headOf(file: string, { unit, count }: Request, context: ProgramContext, write: (text: string) => void) {
  if (unit === 'lines' && count >= 0) {
    if (count === 0) return file === '-' || (yield* wholeText(file, context)) !== undefined
    let left = count
    return yield* eachLine(file, context, (line, ended) => {
      write(ended ? `${line}\n` : line)
      return --left > 0
    })
  }
  const text = yield* wholeText(file, context)
  if (text === undefined) return false
  if (unit === 'bytes') {
    const most = count < 0 ? utf8Length(text) + count : count
    write(sliceOctets(text, 0, Math.max(most, 0)))
  } else write(linesOf(text).slice(0, count).join(''))
  return true
}

function* tailOf(
  file: string,
  { unit, count, fromStart }: Request,
  context: ProgramContext,
  write: (text: string) => void,
) {
  const text = yield* wholeText(file, context)
  if (text === undefined) return false
  // the first is number 1, and so is number 0
  const first = Math.max(count - 1, 0)
  if (unit === 'bytes') {
    const all = utf8Length(text)
    write(sliceOctets(text, fromStart ? first : Math.max(all - count, 0), all))
  } else {
    const lines = linesOf(text)
    write(lines.slice(fromStart ? first : Math.max(lines.length - count, 0)).join(''))
  }
  return true
}

/** With their ends. */
function linesOf(text: string): string[] {
  return text === '' ? [] : text.split(/(?<=\n)/)
}
