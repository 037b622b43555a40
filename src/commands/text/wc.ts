import { utf8Length } from '../../packet/utf8.ts'
import type { Options } from '../getopt.ts'
import { sizeOfFile } from '../proc-files.ts'
import type { Task } from '../process/process.ts'
import type { ProgramContext } from '../process/program.ts'
import { coreutil, wholeText } from './input.ts'

const LETTERS = 'clmw'

/** wc(1) of coreutils 9.1: `-l -w -m -c`, in that order whatever was said. */
export const wc = coreutil(
  'wc',
  {
    letters: LETTERS,
    names: { bytes: 'c', chars: 'm', lines: 'l', words: 'w' },
    refused: 'L max-line-length files0-from',
  },
  count,
)

type Counts = readonly [lines: number, words: number, characters: number, octets: number]

function* count({ options, operands }: Options, context: ProgramContext): Task {
  const asked = options.map(([name]) => name)
  const shown = asked.length === 0 ? [true, true, false, true] : [...'lwmc'].map((letter) => asked.includes(letter))
  const files = operands.length === 0 ? ['-'] : operands
  const rows: { readonly counts: Counts; readonly label: string }[] = []
  let exitCode = 0
  let size = 0
  let isPlain = true
  for (const file of files) {
    // what is no file has no size that could be known before
    if (file === '/dev/null' || (file === '-' && context.stdin.size === undefined)) isPlain = false
    if (file === '-') size += context.stdin.size ?? 0
    const text = yield* wholeText(file, context)
    if (text === undefined) {
      context.stderr.write(`wc: ${file}: No such file or directory\n`)
      exitCode = 1
      continue
    }
    const counts = countsOf(text)
    if (file !== '-') size += sizeOfFile(file, text)
    rows.push({ counts, label: operands.length === 0 ? '' : ` ${file}` })
  }
  if (files.length > 1) {
    const total = rows.reduce<Counts>((sum, { counts }) => add(sum, counts), [0, 0, 0, 0])
    rows.push({ counts: total, label: ' total' })
  }
  const isSingle = files.length === 1 && shown.filter(Boolean).length === 1
  const width = isSingle ? 1 : Math.max(String(size).length, isPlain ? 1 : 7)
  for (const { counts, label } of rows) {
    const numbers = counts.filter((_, i) => shown[i]).map((each) => String(each).padStart(width))
    context.stdout.write(`${numbers.join(' ')}${label}\n`)
  }
  return exitCode
}

function countsOf(text: string): Counts {
  const lines = text.split('\n').length - 1
  const words = text.split(/[ \t\n\v\f\r]+/).filter((word) => word !== '').length
  const octets = utf8Length(text)
  return [lines, words, octets, octets]
}

function add(a: Counts, b: Counts): Counts {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]]
}
