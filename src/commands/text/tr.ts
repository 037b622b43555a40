import { UnsupportedError } from '../../packet/errors.ts'
import { OptionError, type Options } from '../getopt.ts'
import type { Task } from '../process/process.ts'
import type { ProgramContext } from '../process/program.ts'
import { Complaint, coreutil, eachPiece } from './input.ts'
import { characterClass } from './regex/bracket.ts'

/** tr(1) of coreutils 9.1: sets of characters, ranges and classes; `-d -s -c`. */
export const tr = coreutil(
  'tr',
  {
    letters: 'Ccds',
    names: { complement: 'c', delete: 'd', 'squeeze-repeats': 's' },
    refused: 't truncate-set1',
    ordered: true,
  },
  translate,
)

function* translate({ options, operands }: Options, context: ProgramContext): Task {
  const asked = new Set(options.map(([name]) => name.toLowerCase()))
  const [first, second, third] = operands
  const deletes = asked.has('d')
  const squeezes = asked.has('s')
  refuseOperands(operands, deletes, squeezes)
  const from = members(first!)
  const to = second === undefined ? null : members(second)
  const isMeant = (character: string): boolean => from.includes(character) !== asked.has('c')
  if (third === undefined && to !== null && !deletes && to.length === 0) {
    throw new Complaint('when not truncating set1, string2 must be non-empty')
  }
  // what repeats: of the set that comes last
  const repeats = (character: string): boolean => (to === null ? isMeant(character) : to.includes(character))
  let last = ''
  yield* eachPiece(context.stdin, (piece) => {
    let text = ''
    for (const character of piece) {
      let result = character
      if (isMeant(character)) {
        if (deletes) continue
        if (to !== null) result = asked.has('c') ? to.at(-1)! : (to[from.lastIndexOf(character)] ?? to.at(-1)!)
      }
      if (squeezes && result === last && repeats(result)) continue
      text += result
      last = result
    }
    context.stdout.write(text)
    return true
  })
  return 0
}

function refuseOperands(operands: readonly string[], deletes: boolean, squeezes: boolean): void {
  const [first, second, third] = operands
  const least = deletes === squeezes ? 2 : 1
  const most = deletes && !squeezes ? 1 : 2
  if (first === undefined) throw new OptionError('tr: missing operand')
  if (operands.length < least) {
    const reason = squeezes
      ? 'Two strings must be given when both deleting and squeezing repeats.'
      : 'Two strings must be given when translating.'
    throw new OptionError(`tr: missing operand after '${first}'\n${reason}`)
  }
  if (operands.length <= most) return
  const reason = most === 1 ? '\nOnly one string may be given when deleting without squeezing repeats.' : ''
  throw new OptionError(`tr: extra operand '${most === 1 ? second : third}'${operands.length === 2 ? reason : ''}`)
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
}

/** The characters of a set, in their order. */
function members(set: string): string[] {
  const all: string[] = []
  let at = 0
  const next = (): string => {
    const character = set[at++]!
    if (character !== '\\') return character
    const escaped = set[at++]
    if (escaped === undefined) return '\\'
    if (/[0-7]/.test(escaped)) throw new UnsupportedError('tr with an octal number')
    return ESCAPES[escaped] ?? escaped
  }
  while (at < set.length) {
    const named = /^\[:(\w+):\]/.exec(set.slice(at))
    if (named !== null) {
      const test = characterClass(named[1]!)
      if (test === undefined) throw new Complaint(`invalid character class '${named[1]}'`)
      for (let code = 0; code < 128; code++) {
        const character = String.fromCharCode(code)
        if (test.test(character)) all.push(character)
      }
      at += named[0].length
      continue
    }
    if (/^\[(=.=|[^\]]\*\d*)\]/.test(set.slice(at))) throw new UnsupportedError(`tr ${set}`)
    const low = next()
    if (set[at] !== '-' || at + 1 >= set.length) {
      all.push(low)
      continue
    }
    at++
    const high = next()
    if (high < low) throw new Complaint(`range-endpoints of '${low}-${high}' are in reverse collating sequence order`)
    for (let code = low.charCodeAt(0); code <= high.charCodeAt(0); code++) all.push(String.fromCharCode(code))
  }
  return all
}
