import { UnsupportedError } from '../../packet/errors.ts'
import type { Options, OptionTable } from '../getopt.ts'

/** What grep is asked for. */
export interface GrepRequest {
  /** Basic and extended expressions, and plain strings. */
  syntax: 'G' | 'E' | 'F'
  /** Those of `-e`, a line each; `-f` is read later. */
  patterns: { readonly kind: 'text' | 'file'; readonly value: string }[]
  files: string[]
  ignoreCase: boolean
  invert: boolean
  whole: 'word' | 'line' | null
  /** What is printed of each file. */
  output: 'lines' | 'count' | 'matches' | 'names' | 'names-without' | 'nothing'
  numbers: boolean
  /** Null: when there are several files. */
  withName: boolean | null
  silent: boolean
  /** Lines that are shown before and behind; -1: nobody has asked, so that nothing stands between groups either. */
  before: number
  after: number
  separator: string | null
  label: string
  most: number
}

/** A mistake that grep tells without its usage. */
export class GrepError extends Error {}

export const GREP_OPTIONS: OptionTable = {
  letters: 'A:B:C:EFGHLce:f:hilm:noqsvwxyaUI',
  names: {
    'after-context=': 'A',
    'basic-regexp': 'G',
    'before-context=': 'B',
    'binary-files=': 'binary-files',
    'context=': 'C',
    'color=?': 'color',
    'colour=?': 'color',
    count: 'c',
    'extended-regexp': 'E',
    'file=': 'f',
    'files-with-matches': 'l',
    'files-without-match': 'L',
    'fixed-regexp': 'F',
    'fixed-strings': 'F',
    'group-separator=': 'group-separator',
    'ignore-case': 'i',
    'invert-match': 'v',
    'label=': 'label',
    'line-buffered': 'line-buffered',
    'line-number': 'n',
    'line-regexp': 'x',
    'max-count=': 'm',
    'no-filename': 'h',
    'no-group-separator': 'no-group-separator',
    'no-ignore-case': 'no-ignore-case',
    'no-messages': 's',
    'only-matching': 'o',
    quiet: 'q',
    'regexp=': 'e',
    silent: 'q',
    text: 'a',
    'with-filename': 'H',
    'word-regexp': 'w',
  },
  refused:
    'P V Z z b d D r R T u binary byte-offset dereference-recursive devices directories exclude exclude-dir exclude-from help include ' +
    'initial-tab null null-data perl-regexp recursive unix-byte-offsets version binary-files',
}

/** `-3` is `-C 3`. */
export function withContexts(args: readonly string[]): string[] {
  const end = args.indexOf('--')
  return args.map((word, i) => (/^-\d+$/.test(word) && (end < 0 || i < end) ? `-C${word.slice(1)}` : word))
}

/** @throws GrepError @throws UnsupportedError; null: there is no pattern */
export function readGrep({ options, operands }: Options): GrepRequest | null {
  const request: GrepRequest = {
    syntax: 'G',
    patterns: [],
    files: [...operands],
    ignoreCase: false,
    invert: false,
    whole: null,
    output: 'lines',
    numbers: false,
    withName: null,
    silent: false,
    before: -1,
    after: -1,
    separator: '--',
    label: '(standard input)',
    most: Number.POSITIVE_INFINITY,
  }
  let context = -1
  const own: { before?: number; after?: number } = {}
  const asked = new Set<string>()
  let syntax: GrepRequest['syntax'] | null = null
  for (const [name, value] of options) {
    asked.add(name)
    switch (name) {
      case 'A':
        own.after = lines(value)
        break
      case 'B':
        own.before = lines(value)
        break
      case 'C':
        context = lines(value)
        break
      case 'E':
      case 'F':
      case 'G':
        if (syntax !== null && syntax !== name) throw new GrepError('conflicting matchers specified')
        syntax = name
        break
      case 'e':
        request.patterns.push({ kind: 'text', value })
        break
      case 'f':
        request.patterns.push({ kind: 'file', value })
        break
      case 'H':
      case 'h':
        request.withName = name === 'H'
        break
      case 'i':
      case 'y':
        request.ignoreCase = true
        break
      case 'no-ignore-case':
        request.ignoreCase = false
        break
      case 'm': {
        const most = /^[-+]?\d+$/.test(value) ? Number(value) : Number.NaN
        if (Number.isNaN(most)) throw new GrepError('invalid max count')
        request.most = most < 0 ? Number.POSITIVE_INFINITY : most
        break
      }
      case 'w':
        request.whole ??= 'word'
        break
      case 'x':
        request.whole = 'line'
        break
      case 'color':
        if (value !== 'never' && value !== 'auto' && value !== '') throw new UnsupportedError(`grep --color=${value}`)
        break
      case 'group-separator':
        request.separator = value
        break
      case 'no-group-separator':
        request.separator = null
        break
      case 'label':
        request.label = value
        break
    }
  }
  request.syntax = syntax ?? 'G'
  request.invert = asked.has('v')
  request.numbers = asked.has('n')
  request.silent = asked.has('s')
  request.before = own.before ?? context
  request.after = own.after ?? context
  request.output = outputOf(options.map(([name]) => name))
  if (request.patterns.length === 0) {
    const pattern = request.files.shift()
    if (pattern === undefined) return null
    request.patterns.push({ kind: 'text', value: pattern })
  }
  return request
}

/** `-q` goes before `-l` and `-L`, they before `-c`, and that before `-o`. */
function outputOf(names: readonly string[]): GrepRequest['output'] {
  const list = names.findLast((name) => name === 'l' || name === 'L')
  if (names.includes('q')) return 'nothing'
  if (list !== undefined) return list === 'l' ? 'names' : 'names-without'
  if (names.includes('c')) return 'count'
  return names.includes('o') ? 'matches' : 'lines'
}

function lines(value: string): number {
  if (!/^\+?\d+$/.test(value)) throw new GrepError(`${value}: invalid context length argument`)
  return Number(value)
}
