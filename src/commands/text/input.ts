import { UnsupportedError } from '../../packet/errors.ts'
import { utf8Length } from '../../packet/utf8.ts'
import { OptionError, type Options, type OptionTable, readOptions } from '../getopt.ts'
import { readFile } from '../proc-files.ts'
import type { Task, Wait } from '../process/process.ts'
import type { Program, ProgramContext } from '../process/program.ts'
import type { Input } from '../process/streams.ts'

/** What a program waits for, and what it has then. */
export type Awaited<T> = Generator<Wait, T, void>

/**
 * A program of GNU coreutils: its options are read as getopt_long(3) reads them, and mistakes end it in the words of coreutils.
 *
 * @param rewrite what old spellings stand for (`head -3`)
 */
export function coreutil(
  name: string,
  table: OptionTable,
  run: (options: Options, context: ProgramContext) => Task,
  { failure = 1, rewrite = (args: readonly string[]) => args } = {},
): Program {
  return function* (args, context) {
    try {
      return yield* run(
        readOptions(name, rewrite(args), { ...table, refused: `${table.refused ?? ''} help version` }),
        context,
      )
    } catch (error) {
      if (error instanceof OptionError) {
        context.stderr.write(`${error.message}\nTry '${name} --help' for more information.\n`)
        return failure
      }
      if (!(error instanceof Complaint)) throw error
      context.stderr.write(`${name}: ${error.message}\n`)
      return failure
    }
  }
}

/** Ends a program with a message of its own. */
export class Complaint extends Error {}

/** The whole text of a file or of standard input (`-`); undefined: there is no such file. */
export function* wholeText(file: string, context: ProgramContext): Awaited<string | undefined> {
  if (file !== '-') return readFile(file, context)
  let text = ''
  yield* eachPiece(context.stdin, (piece) => {
    text += piece
    return true
  })
  return text
}

/** Pieces of a text as they come, until the end or until `take` has enough (false). */
export function* eachPiece(input: Input, take: (piece: string) => boolean): Awaited<void> {
  for (let piece = input.read(); piece !== null; piece = input.read()) {
    if (piece === '') yield input.readable
    else if (!take(piece)) return
  }
}

/**
 * Lines of a file or of standard input as they come, without their end; `ended` is false for a last line that has none.
 *
 * @param take false: it has enough
 * @returns false: there is no such file
 */
export function* eachLine(
  file: string,
  context: ProgramContext,
  take: (line: string, ended: boolean) => boolean,
): Awaited<boolean> {
  let rest = ''
  let going = true
  const pieces = (piece: string): boolean => {
    const lines = (rest + piece).split('\n')
    rest = lines.pop()!
    for (const line of lines) {
      going = take(line, true)
      if (!going) return false
    }
    return true
  }
  if (file === '-') yield* eachPiece(context.stdin, pieces)
  else {
    const text = readFile(file, context)
    if (text === undefined) return false
    if (text !== '') pieces(text)
  }
  if (going && rest !== '') take(rest, false)
  return true
}

const ASCII = /^[\0-\x7f]*$/

/** Octets from `start` to `end` of a text. @throws UnsupportedError a character would be cut into pieces */
export function sliceOctets(text: string, start: number, end: number): string {
  if (ASCII.test(text)) return text.slice(start, end)
  let at = 0
  let slice = ''
  for (const character of text) {
    const next = at + utf8Length(character)
    if (next > start && at < end) {
      if (at < start || next > end) throw new UnsupportedError('a part of a character')
      slice += character
    }
    at = next
  }
  return slice
}
