import { UnsupportedError } from '../../packet/errors.ts'
import { Complaint } from './input.ts'

/** How two keys are compared. */
export interface Ordering {
  numeric: boolean
  reverse: boolean
  /** `-f` */
  fold: boolean
  /** `-d` */
  dictionary: boolean
  /** Blanks before the key do not count: at its begin and at its end. */
  blanksBefore: boolean
  blanksAtEnd: boolean
}

/** A part of a line (`-k 2,2n`). Fields and characters count from 1. */
export interface SortKey extends Ordering {
  readonly field: number
  readonly character: number
  /** 0: to the end of the line. */
  readonly lastField: number
  /** 0: to the end of the field. */
  readonly lastCharacter: number
  /** It has options of its own; otherwise those of the whole program hold. */
  readonly own: boolean
}

export function noOrdering(): Ordering {
  return {
    numeric: false,
    reverse: false,
    fold: false,
    dictionary: false,
    blanksBefore: false,
    blanksAtEnd: false,
  }
}

/** Takes one letter. False: it is none. */
export function takeLetter(ordering: Ordering, letter: string, side: 'begin' | 'end' | 'both'): boolean {
  if ('gMhRVi'.includes(letter)) throw new UnsupportedError(`sort -${letter}`)
  if (letter === 'n') ordering.numeric = true
  else if (letter === 'r') ordering.reverse = true
  else if (letter === 'f') ordering.fold = true
  else if (letter === 'd') ordering.dictionary = true
  else if (letter === 'b') {
    if (side !== 'end') ordering.blanksBefore = true
    if (side !== 'begin') ordering.blanksAtEnd = true
  } else return false
  return true
}

/** The value of `-k`. @throws Complaint */
export function readKey(spec: string): SortKey {
  const ordering = noOrdering()
  const [, field, dot, character = '', rest = ''] = /^(\d*)(\.?)(\d*)(.*)$/s.exec(spec)!
  const bad = (message: string): never => {
    throw new Complaint(`${message}: invalid field specification '${spec}'`)
  }
  const count = (text: string, where: string, left: string): number => {
    if (text === '') throw new Complaint(`invalid number ${where}: invalid count at start of '${left}'`)
    return Number(text)
  }
  const first = count(field!, 'at field start', spec)
  if (first === 0) bad('field number is zero')
  const firstCharacter = dot === '' ? 1 : count(character, "after '.'", `${character}${rest}`)
  if (firstCharacter === 0) bad('character offset is zero')
  let at = 0
  let own = false
  while (at < rest.length && rest[at] !== ',' && takeLetter(ordering, rest[at]!, 'begin')) {
    own = true
    at++
  }
  let last = 0
  let lastCharacter = 0
  if (rest[at] === ',') {
    const tail = rest.slice(at + 1)
    const [, endField, endDot, endCharacter = '', letters = ''] = /^(\d*)(\.?)(\d*)(.*)$/s.exec(tail)!
    last = count(endField!, "after ','", tail)
    if (last === 0) bad('field number is zero')
    if (endDot !== '') lastCharacter = count(endCharacter, "after '.'", `${endCharacter}${letters}`)
    at = 0
    while (at < letters.length && takeLetter(ordering, letters[at]!, 'end')) {
      own = true
      at++
    }
    if (at < letters.length) bad('stray character in field spec')
  } else if (at < rest.length) bad('stray character in field spec')
  return { ...ordering, field: first, character: firstCharacter, lastField: last, lastCharacter, own }
}

/** The part of a line that a key means (`begfield`, `limfield`). @param tab what separates fields; null: blanks */
export function keyText(line: string, key: SortKey, tab: string | null): string {
  const start = fieldStart(line, key.field, tab)
  const from = Math.min(skip(line, start, key.blanksBefore) + key.character - 1, line.length)
  if (key.lastField === 0) return line.slice(from)
  const lastStart = fieldStart(line, key.lastField, tab)
  const to =
    key.lastCharacter === 0
      ? fieldEnd(line, lastStart, tab)
      : Math.min(skip(line, lastStart, key.blanksAtEnd) + key.lastCharacter, line.length)
  return line.slice(from, Math.max(from, to))
}

function skip(line: string, from: number, blanks: boolean): number {
  let at = from
  while (blanks && isBlank(line[at])) at++
  return at
}

function fieldStart(line: string, number: number, tab: string | null): number {
  let at = 0
  for (let i = 1; i < number && at < line.length; i++) {
    at = fieldEnd(line, at, tab)
    if (tab !== null && at < line.length) at++
  }
  return at
}

/** A field has the blanks before it. */
function fieldEnd(line: string, from: number, tab: string | null): number {
  if (tab !== null) {
    const end = line.indexOf(tab, from)
    return end < 0 ? line.length : end
  }
  let at = from
  while (isBlank(line[at])) at++
  while (at < line.length && !isBlank(line[at])) at++
  return at
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t'
}

/** As the bytes are, in the C locale; negative: the first comes first. */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** @param reversed whether `reverse` counts */
export function compareKeys(a: string, b: string, ordering: Ordering): number {
  const result = ordering.numeric
    ? compareNumbers(a, b)
    : compareTexts(transformed(a, ordering), transformed(b, ordering))
  return ordering.reverse ? -result : result
}

function transformed(text: string, { fold, dictionary }: Ordering): string {
  const kept = dictionary ? text.replace(/[^A-Za-z0-9 \t]/g, '') : text
  return fold ? kept.replace(/[a-z]+/g, (letters) => letters.toUpperCase()) : kept
}

/** Numbers of any length (`numcompare`); what is none is 0. */
function compareNumbers(a: string, b: string): number {
  const [x, y] = [numberIn(a), numberIn(b)]
  if (x.negative !== y.negative) return x.negative ? -1 : 1
  const size = x.whole.length - y.whole.length || compareTexts(x.whole, y.whole) || compareTexts(x.fraction, y.fraction)
  return x.negative ? -size : size
}

function numberIn(text: string): { negative: boolean; whole: string; fraction: string } {
  const [, sign, digits = '', decimals = ''] = /^[ \t]*(-?)(\d*)(?:\.(\d*))?/.exec(text)!
  const whole = digits.replace(/^0+/, '')
  const fraction = decimals.replace(/0+$/, '')
  return { negative: sign === '-' && (whole !== '' || fraction !== ''), whole, fraction }
}
