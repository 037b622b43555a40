import { UnsupportedError } from '../../packet/errors.ts'
import type { Word, WordPart } from './syntax.ts'

/** Values of variables by name; `?` is the last exit code. */
export type Variables = ReadonlyMap<string, string>

/** What a word stands for: a command's arguments. Braces first, then variables, then unquoted values are split at blanks. */
export function expandWord(word: Word, variables: Variables, file: string): string[] {
  refuseTilde(word, file)
  return expandBraces(word.parts).flatMap((parts) => splitFields(parts, variables))
}

/** What a word stands for where it is not split: an assignment, a file name, a here-document. */
export function expandText(word: Word, variables: Variables): string {
  return word.parts.map((part) => (part.kind === 'text' ? part.text : (variables.get(part.name) ?? ''))).join('')
}

function refuseTilde(word: Word, file: string): void {
  const [first] = word.parts
  if (first?.kind === 'text' && !first.quoted && first.text.startsWith('~')) {
    throw new UnsupportedError('~ in a script', { where: { file, line: word.line } })
  }
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
function expandBraces(parts: readonly WordPart[]): WordPart[][] {
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!
    if (part.kind !== 'text' || part.quoted) continue
    const open = part.text.indexOf('{')
    if (open < 0) continue
    const close = closingBrace(part.text, open)
    const choices = close < 0 ? null : choicesOf(part.text.slice(open + 1, close))
    if (choices === null) continue
    const before = [...parts.slice(0, i), textPart(part.text.slice(0, open))]
    const after = [textPart(part.text.slice(close + 1)), ...parts.slice(i + 1)]
    return choices.flatMap((choice) => expandBraces([...before, textPart(choice), ...after].filter(notEmpty)))
  }
  return [[...parts]]
}

function textPart(text: string): WordPart {
  return { kind: 'text', text, quoted: false }
}

/** Trap: a quoted empty text is a field of its own and stays. */
function notEmpty(part: WordPart): boolean {
  return part.kind !== 'text' || part.quoted || part.text !== ''
}

function closingBrace(text: string, open: number): number {
  let depth = 0
  for (let i = open; i < text.length; i++) {
    if (text[i] === '{') depth++
    else if (text[i] === '}' && --depth === 0) return i
  }
  return -1
}

/** Null: these braces are no choice, and stand for themselves. */
function choicesOf(inside: string): string[] | null {
  const range = /^(-?\d+)\.\.(-?\d+)$/.exec(inside)
  if (range !== null) {
    const [first, last] = [Number(range[1]), Number(range[2])]
    const step = first <= last ? 1 : -1
    return Array.from({ length: Math.abs(last - first) + 1 }, (_, i) => String(first + i * step))
  }
  const choices: string[] = []
  let depth = 0
  let choice = ''
  for (const character of inside) {
    if (character === ',' && depth === 0) {
      choices.push(choice)
      choice = ''
      continue
    }
    if (character === '{') depth++
    else if (character === '}') depth--
    choice += character
  }
  return choices.length === 0 ? null : [...choices, choice]
}
