import { UnsupportedError } from '../../packet/errors.ts'
import { readFile } from '../proc-files.ts'
import type { Program, ProgramContext } from '../process/program.ts'
import { NO_INPUT } from '../process/streams.ts'
import { type Awaited, eachPiece } from './input.ts'

/** Options that change how a pager shows a screen, not what it shows. */
const OF_THE_SCREEN = /^-[A-Za-z~]+$/

/** less(1) where no terminal is: it hands on what it gets. */
export const less: Program = function* (args, context) {
  const files = filesOf('less', args)
  if (files.length === 0) yield* handOn(context)
  for (const file of files) {
    if (file === '-') {
      yield* handOn(context)
      continue
    }
    const text = readFile(file, context)
    if (text === undefined) context.stderr.write(`${file}: No such file or directory\n`)
    else context.stdout.write(text)
  }
  return 0
}

/** more(1) of util-linux whose output is no terminal: first what it gets, then its files, by name. At a terminal's keyboard it gets nothing. */
export const more: Program = function* (args, context) {
  const files = filesOf('more', args)
  const atKeyboard = context.stdin === NO_INPUT
  yield* handOn(context)
  for (const file of files) {
    const text = readFile(file, context)
    if (text === undefined) {
      context.stderr.write(`more: cannot open ${file}: No such file or directory\n`)
      continue
    }
    if (files.length > 1 || !atKeyboard) context.stdout.write(`::::::::::::::\n${file}\n::::::::::::::\n`)
    context.stdout.write(text)
  }
  return 0
}

function filesOf(program: string, args: readonly string[]): string[] {
  return args.filter((word) => {
    if (OF_THE_SCREEN.test(word)) return false
    if (word !== '-' && /^[-+]/.test(word)) throw new UnsupportedError(`${program} ${word}`)
    return true
  })
}

function* handOn({ stdin, stdout }: ProgramContext): Awaited<void> {
  yield* eachPiece(stdin, (piece) => {
    stdout.write(piece)
    return true
  })
}
