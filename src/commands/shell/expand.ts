import { UnsupportedError, type Where } from '../../packet/errors.ts'
import type { Word, WordPart } from './syntax.ts'

/** Values of variables by name; `?` is the last exit code. */
export type Variables = ReadonlyMap<string, string>

/** What a word stands for: a command's arguments. Braces first, then variables, then unquoted values are split at blanks. */
export function expandWord(word: Word, variables: Variables, file: string): string[] {
  const where = { file, line: word.line }
  refuseTilde(word.parts, where)
  return expandBraces(word.parts, where).flatMap((parts) => {
    refuseLength(parts, variables)
    refusePattern(parts, variables, where)
    return splitFields(parts, variables)
  })
}

/** What stands behind `NAME=`: not split, and no pattern. */
export function expandAssigned(word: Word, variables: Variables, file: string): string {
  refuseTilde(word.parts, { file, line: word.line })
  if (word.parts.some((part) => part.kind === 'text' && !part.quoted && part.text.includes(':~'))) {
    throw new UnsupportedError('~ in a script', { where: { file, line: word.line } })
  }
  return expandText(word, variables)
}

/** What a word stands for where it is not split: an assignment, a file name, a here-document. */
export function expandText(word: Word, variables: Variables): string {
  refuseLength(word.parts, variables)
  return word.parts.map((part) => (part.kind === 'text' ? part.text : (variables.get(part.name) ?? ''))).join('')
}

function refuseLength(parts: readonly WordPart[], variables: Variables): void {
  let length = 0
  for (const part of parts) length += (part.kind === 'text' ? part.text : (variables.get(part.name) ?? '')).length
  if (length > MAX_TEXT) throw new UnsupportedError(`a word of more than ${MAX_TEXT} characters in a script`)
}

function refuseTilde([first]: readonly WordPart[], where: Where): void {
  if (first?.kind === 'text' && !first.quoted && first.text.startsWith('~')) {
    throw new UnsupportedError('~ in a script', { where })
  }
}

/** `*`, `?` and `[…]` stand for names of files, of which there are others on each machine. What is quoted stands for itself. */
function refusePattern(parts: readonly WordPart[], variables: Variables, where: Where): void {
  const bare = parts
    .map((part) => {
      const text = part.kind === 'text' ? part.text : (variables.get(part.name) ?? '')
      return part.quoted ? text.replace(/[*?[\]]/g, '.') : text
    })
    .join('')
  // in a value that is split, blanks end a pattern
  if (!/[*?]|\[[^\]\s][^\s]*\]/.test(bare)) return
  throw new UnsupportedError(`the pattern ${bare} for names of files`, { where, hint: 'put it between quotes' })
}

function splitFields(parts: readonly WordPart[], variables: Variables): string[] {
  const fields: string[] = []
  let field: string | null = null
  for (const part of parts) {
    if (part.kind === 'text') {
      field = (field ?? '') + part.text
      continue
    }
    const value = variables.get(part.name) ?? ''
    if (part.quoted) {
      field = (field ?? '') + value
      continue
    }
    const pieces = value.split(/[ \t\n]+/)
    pieces.forEach((piece, i) => {
      if (i > 0 && field !== null) {
        fields.push(field)
        field = null
      }
      if (piece !== '') field = (field ?? '') + piece
    })
  }
  if (field !== null) fields.push(field)
  return fields
}

/** `a{b,c}d` is `abd acd`, `{1..3}` is `1 2 3`. Only unquoted braces count. */
function expandBraces(parts: readonly WordPart[], where: Where): WordPart[][] {
  let braces = 0
  for (const part of parts) if (part.kind === 'text' && !part.quoted) braces += part.text.split('{').length - 1
  if (braces === 0) return [[...parts]]
  if (braces > MAX_BRACES) throw new UnsupportedError(`more than ${MAX_BRACES} braces in a word`, { where })
  return expandUnits(parts.flatMap(unitsOf), where)
}

/** Unquoted text character by character; what is quoted, and variables, as they are. */
function unitsOf(part: WordPart): WordPart[] {
  if (part.kind !== 'text' || part.quoted) return [part]
  return [...part.text].map((text) => ({ kind: 'text', text, quoted: false }))
}

function expandUnits(units: readonly WordPart[], where: Where): WordPart[][] {
  for (let open = 0; open < units.length; open++) {
    if (!isCharacter(units[open]!, '{')) continue
    const close = closingBrace(units, open)
    const choices = close < 0 ? null : choicesOf(units.slice(open + 1, close), where)
    if (choices === null) continue
    const before = units.slice(0, open)
    if (choices.length > MAX_CHOICES) throw tooMany(where)
    const rest = expandUnits(units.slice(close + 1), where)
    const words: WordPart[][] = []
    for (const each of choices.flatMap((choice) => expandUnits(choice, where))) {
      for (const tail of rest) words.push([...before, ...each, ...tail])
      if (words.length > MAX_CHOICES) throw tooMany(where)
    }
    return words
  }
  return [[...units]]
}

function isCharacter(unit: WordPart, character: string): boolean {
  return unit.kind === 'text' && !unit.quoted && unit.text === character
}

function closingBrace(units: readonly WordPart[], open: number): number {
  let depth = 0
  for (let i = open; i < units.length; i++) {
    if (isCharacter(units[i]!, '{')) depth++
    else if (isCharacter(units[i]!, '}') && --depth === 0) return i
  }
  return -1
}

const MAX_CHOICES = 100_000
const MAX_BRACES = 200
/** Linux takes 128 KiB for an argument of a program; bash itself has no limit. */
const MAX_TEXT = 32 * 1024 * 1024

function tooMany(where: Where): UnsupportedError {
  return new UnsupportedError(`braces with more than ${MAX_CHOICES} choices in a script`, { where })
}

/** `1..3`, `01..10..2`, `a..e`; null: it is none. */
function sequenceOf(text: string, where: Where): string[] | null {
  const numbers = /^([-+]?\d+)\.\.([-+]?\d+)(?:\.\.([-+]?\d+))?$/.exec(text)
  const letters = /^([a-zA-Z])\.\.([a-zA-Z])(?:\.\.([-+]?\d+))?$/.exec(text)
  const [, from = '', to = '', by = '1'] = numbers ?? letters ?? []
  if (from === '') return null
  const orderOf = (word: string): number => (numbers === null ? word.charCodeAt(0) : Number(word))
  const [first, last] = [orderOf(from), orderOf(to)]
  const step = (Math.abs(Number(by)) || 1) * (first <= last ? 1 : -1)
  const length = Math.floor(Math.abs((last - first) / step)) + 1
  // between the cases stand characters that are none of letters
  if (length > MAX_CHOICES || (letters !== null && /[a-z]/.test(from) !== /[a-z]/.test(to))) {
    throw new UnsupportedError(`the sequence {${text}} in a script`, { where })
  }
  const padded = [from, to].some((word) => /^[-+]?0\d/.test(word))
  const width = padded ? Math.max(from.length, to.length) : 0
  return Array.from({ length }, (_, i) => {
    const value = first + i * step
    if (numbers === null) return String.fromCharCode(value)
    const digits = String(Math.abs(value))
    return value < 0 ? `-${digits.padStart(width - 1, '0')}` : digits.padStart(width, '0')
  })
}

/** Null: these braces are no choice, and stand for themselves. */
function choicesOf(inside: readonly WordPart[], where: Where): WordPart[][] | null {
  const text = inside.every((unit) => unit.kind === 'text' && !unit.quoted)
    ? inside.map((unit) => (unit as { text: string }).text).join('')
    : ''
  const sequence = sequenceOf(text, where)
  if (sequence !== null) return sequence.map((each) => [{ kind: 'text', text: each, quoted: false }])
  const choices: WordPart[][] = []
  let depth = 0
  let choice: WordPart[] = []
  for (const unit of inside) {
    if (depth === 0 && isCharacter(unit, ',')) {
      choices.push(choice)
      choice = []
      continue
    }
    if (isCharacter(unit, '{')) depth++
    else if (isCharacter(unit, '}')) depth--
    choice.push(unit)
  }
  return choices.length === 0 ? null : [...choices, choice]
}
