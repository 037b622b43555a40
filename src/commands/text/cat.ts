import { UnsupportedError } from '../../packet/errors.ts'
import type { Options } from '../getopt.ts'
import { readFile } from '../proc-files.ts'
import type { Task } from '../process/process.ts'
import type { ProgramContext } from '../process/program.ts'
import { coreutil, eachPiece } from './input.ts'

/** cat(1) of coreutils 9.1: files, or standard input; `-n -b -s -E -T -A`. */
export const cat = coreutil(
  'cat',
  {
    letters: 'AbeEnstTuv',
    names: {
      number: 'n',
      'number-nonblank': 'b',
      'show-all': 'A',
      'show-ends': 'E',
      'show-nonprinting': 'v',
      'show-tabs': 'T',
      'squeeze-blank': 's',
    },
  },
  run,
)

function* run({ options, operands }: Options, context: ProgramContext): Task {
  const asked = new Set(options.map(([name]) => name))
  asked.delete('u')
  const show = asked.size === 0 ? (text: string) => text : formatter(asked)
  let exitCode = 0
  for (const file of operands.length === 0 ? ['-'] : operands) {
    if (file === '-') {
      yield* eachPiece(context.stdin, (piece) => {
        context.stdout.write(show(piece))
        return true
      })
      continue
    }
    const text = readFile(file, context)
    if (text !== undefined) context.stdout.write(show(text))
    else {
      context.stderr.write(`cat: ${file}: No such file or directory\n`)
      exitCode = 1
    }
  }
  return exitCode
}

/** What the options make of a text; files follow each other as if they were one. */
function formatter(asked: ReadonlySet<string>): (text: string) => string {
  const ends = 'AEe'.split('').some((name) => asked.has(name))
  const tabs = 'ATt'.split('').some((name) => asked.has(name))
  const controls = 'AvetT'.split('').some((name) => name !== 'T' && asked.has(name))
  let number = 0
  let blanks = 0
  let atStart = true
  const prefix = (line: string): string => {
    if (!asked.has('n') && !asked.has('b')) return ''
    if (asked.has('b') && line === '\n') return ''
    return `${String(++number).padStart(6)}\t`
  }
  return (text) => {
    if (controls && /[^\t\n -~]/.test(text)) throw new UnsupportedError('cat -v of what is no printable ASCII')
    let shown = ''
    for (const line of text === '' ? [] : text.split(/(?<=\n)/)) {
      blanks = atStart && line === '\n' ? blanks + 1 : 0
      if (blanks > 1 && asked.has('s')) continue
      if (atStart) shown += prefix(line)
      atStart = line.endsWith('\n')
      const body = tabs ? line.replaceAll('\t', '^I') : line
      shown += ends ? body.replace(/\n$/, '$\n') : body
    }
    return shown
  }
}
