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
  const plain = parts.some((part) => part.kind === 'text' && !part.quoted && part.text.includes('{'))
  return plain ? expandUnits(parts.flatMap(unitsOf)) : [[...parts]]
}

/** Unquoted text character by character; what is quoted, and variables, as they are. */
function unitsOf(part: WordPart): WordPart[] {
  if (part.kind !== 'text' || part.quoted) return [part]
  return [...part.text].map((text) => ({ kind: 'text', text, quoted: false }))
}

function expandUnits(units: readonly WordPart[]): WordPart[][] {
  for (let open = 0; open < units.length; open++) {
    if (!isCharacter(units[open]!, '{')) continue
    const close = closingBrace(units, open)
    const choices = close < 0 ? null : choicesOf(units.slice(open + 1, close))
    if (choices === null) continue
    const before = units.slice(0, open)
    const rest = expandUnits(units.slice(close + 1))
    return choices.flatMap((choice) =>
      expandUnits(choice).flatMap((each) => rest.map((tail) => [...before, ...each, ...tail])),
    )
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

/** Null: these braces are no choice, and stand for themselves. */
function choicesOf(inside: readonly WordPart[]): WordPart[][] | null {
  const text = inside.every((unit) => unit.kind === 'text' && !unit.quoted)
    ? inside.map((unit) => (unit as { text: string }).text).join('')
    : ''
  const range = /^(-?\d+)\.\.(-?\d+)$/.exec(text)
  if (range !== null) {
    const [first, last] = [Number(range[1]), Number(range[2])]
    const step = first <= last ? 1 : -1
    return Array.from({ length: Math.abs(last - first) + 1 }, (_, i) => [
      { kind: 'text', text: String(first + i * step), quoted: false },
    ])
  }
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
