import { OptionError, type Options } from '../getopt.ts'
import type { Task } from '../process/process.ts'
import type { ProgramContext } from '../process/program.ts'
import { Complaint, coreutil, wholeText } from './input.ts'
import { compareKeys, compareTexts, keyText, noOrdering, readKey, type SortKey, takeLetter } from './sort-key.ts'

/** sort(1) of coreutils 9.1 in the C locale: `-n -r -u -k -t -b -d -f -s -c`. */
export const sort = coreutil(
  'sort',
  {
    letters: 'bcdfk:nrst:uC',
    names: {
      check: 'c',
      'dictionary-order': 'd',
      'field-separator=': 't',
      'ignore-case': 'f',
      'ignore-leading-blanks': 'b',
      'key=': 'k',
      'numeric-sort': 'n',
      reverse: 'r',
      stable: 's',
      unique: 'u',
    },
    refused:
      'g h i m o M R V S T z batch-size buffer-size compress-program debug files0-from general-numeric-sort human-numeric-sort ' +
      'ignore-nonprinting merge month-sort output parallel random-sort random-source sort temporary-directory version-sort zero-terminated',
  },
  run,
  { failure: 2 },
)

interface Request {
  readonly keys: readonly SortKey[]
  readonly tab: string | null
  readonly unique: boolean
  readonly stable: boolean
  readonly reverse: boolean
}

function readRequest(options: Options['options']): Request & { readonly check: '' | 'c' | 'C' } {
  const ordering = noOrdering()
  const keys: SortKey[] = []
  let tab: string | null = null
  let check: '' | 'c' | 'C' = ''
  const asked = new Set(options.map(([name]) => name))
  for (const [name, value] of options) {
    if (name === 'k') keys.push(readKey(value))
    else if (name === 't') {
      if (value === '') throw new Complaint('empty tab')
      const mark = value === '\\0' ? '\0' : value
      if (mark.length > 1) throw new Complaint(`multi-character tab '${value}'`)
      if (tab !== null && tab !== mark) throw new Complaint('incompatible tabs')
      tab = mark
    } else if (name === 'c' || name === 'C') check = name
    else takeLetter(ordering, name, 'both')
  }
  const line = { field: 1, character: 1, lastField: 0, lastCharacter: 0, own: true }
  const used =
    keys.length === 0 ? [{ ...line, ...ordering }] : keys.map((key) => (key.own ? key : { ...key, ...ordering }))
  const isPlain =
    keys.length === 0 && !(ordering.numeric || ordering.fold || ordering.dictionary || ordering.blanksBefore)
  return {
    keys: isPlain ? [] : used,
    tab,
    unique: asked.has('u'),
    stable: asked.has('s'),
    reverse: ordering.reverse,
    check,
  }
}

function* run({ options, operands }: Options, context: ProgramContext): Task {
  const { check, ...request } = readRequest(options)
  if (check !== '' && operands.length > 1)
    throw new OptionError(`sort: extra operand '${operands[1]}' not allowed with -${check}`)
  const lines: string[] = []
  for (const file of operands.length === 0 ? ['-'] : operands) {
    const text = yield* wholeText(file, context)
    if (text === undefined) throw new Complaint(`cannot read: ${file}: No such file or directory`)
    const own = text.split('\n')
    if (own.at(-1) === '') own.pop()
    for (const each of own) lines.push(each)
  }
  if (check !== '') return checked(lines, operands[0] ?? '-', request, check, context)
  // the keys of a line are made once
  const entries = lines.map((line) => ({ line, keys: request.keys.map((key) => keyText(line, key, request.tab)) }))
  entries.sort((a, b) => compare(a, b, request))
  const kept = entries.filter(
    (entry, i) => i === 0 || !request.unique || compare(entries[i - 1]!, entry, request) !== 0,
  )
  context.stdout.write(kept.map(({ line }) => `${line}\n`).join(''))
  return 0
}

interface Entry {
  readonly line: string
  readonly keys: readonly string[]
}

function compare(a: Entry, b: Entry, { keys, unique, stable, reverse }: Request): number {
  for (let i = 0; i < keys.length; i++) {
    const result = compareKeys(a.keys[i]!, b.keys[i]!, keys[i]!)
    if (result !== 0) return result
  }
  if (keys.length > 0 && (unique || stable)) return 0
  const result = compareTexts(a.line, b.line)
  return reverse ? -result : result
}

function checked(
  lines: readonly string[],
  file: string,
  request: Request,
  check: 'c' | 'C',
  context: ProgramContext,
): number {
  const entryOf = (line: string): Entry => ({ line, keys: request.keys.map((key) => keyText(line, key, request.tab)) })
  for (let i = 1; i < lines.length; i++) {
    const order = compare(entryOf(lines[i - 1]!), entryOf(lines[i]!), request)
    if (order < 0 || (order === 0 && !request.unique)) continue
    if (check === 'c') context.stderr.write(`sort: ${file}:${i + 1}: disorder: ${lines[i]}\n`)
    return 1
  }
  return 0
}
