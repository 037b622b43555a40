import { resolvePlainScalar } from '../read/yaml-scalar.ts'
import { naturalOrder } from './natural-order.ts'
import type { Plain, PlainObject } from './plain.ts'

/*
 * YAML as kubectl prints it: sigs.k8s.io/yaml, that is go-yaml v2 (goyaml.v2 encode.go, emitterc.go). Keys in natural order, lists not indented, quotes only
 * where plain text would be read as something else, lines folded behind 80 characters.
 */

const WIDTH = 80
const STEP = 2

/** `isBase60Float` and `parseTimestamp`: text to today's readers, and quoted for those of YAML 1.1. */
const BASE60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/
const TIMESTAMP =
  /^\d{4}-\d{1,2}-\d{1,2}(?:[Tt]\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?(?:Z|[-+]\d\d:\d\d)| \d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?)?$/

/** What may not begin a plain scalar, and what may not be in one (`yaml_emitter_analyze_scalar`). */
const INDICATOR_FIRST = /^(?:[#,[\]{}&*!|>'"%@`]|[-?:](?:\s|$)|---|\.\.\.)/
const INDICATOR_INSIDE = /:(?:\s|$)|\s#/
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that have to be escaped
const SPECIAL = /[\x00-\x09\x0b-\x1f\x7f-\x9f\ufeff\ufffe\uffff]|[^\0-\uffff]/u

const ESCAPES: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\x1b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\x85': '\\N',
  '\xa0': '\\_',
  '\u2028': '\\L',
  '\u2029': '\\P',
}

/** The text of a value, with the newline that ends it. */
export function goYaml(value: Plain): string {
  const out: string[] = []
  writeBlock(value, 0, out)
  return `${out.join('\n')}\n`
}

/** Lines of a value that begins on a line of its own. */
function writeBlock(value: Plain, indent: number, out: string[]): void {
  if (isMapping(value) && Object.keys(value).length > 0) {
    for (const key of Object.keys(value).sort(naturalOrder)) writeEntry(key, value[key]!, indent, out)
  } else if (Array.isArray(value) && value.length > 0) {
    for (const item of value as readonly Plain[]) writeItem(item, indent, out)
  } else {
    out.push(' '.repeat(indent) + inline(value, indent, indent))
  }
}

function writeEntry(key: string, value: Plain, indent: number, out: string[]): void {
  const head = `${' '.repeat(indent)}${keyText(key)}:`
  if (isBlock(value)) {
    out.push(head)
    writeBlock(value, Array.isArray(value) ? indent : indent + STEP, out)
  } else {
    out.push(`${head} ${inline(value, head.length + 1, indent + STEP)}`)
  }
}

function writeItem(item: Plain, indent: number, out: string[]): void {
  const head = `${' '.repeat(indent)}-`
  if (!isBlock(item)) {
    out.push(`${head} ${inline(item, head.length + 1, indent + STEP)}`)
    return
  }
  const lines: string[] = []
  writeBlock(item, indent + STEP, lines)
  const [first = '', ...rest] = lines
  out.push(`${head} ${first.slice(indent + STEP)}`, ...rest)
}

function isMapping(value: Plain): value is PlainObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isBlock(value: Plain): value is PlainObject | readonly Plain[] {
  if (typeof value !== 'object' || value === null) return false
  return Array.isArray(value) ? value.length > 0 : Object.keys(value).length > 0
}

/** What stands on the line of its key. @param column where it begins @param indent of the lines that follow */
function inline(value: Plain, column: number, indent: number): string {
  if (typeof value === 'string') return scalar(value, column, indent)
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? '[]' : '{}'
  return String(value)
}

function keyText(key: string): string {
  if (isPlainWord(key) && isPlainAllowed(key)) return key
  return isPlainWord(key) && !SPECIAL.test(key) && !key.includes('\n')
    ? `'${key.replaceAll("'", "''")}'`
    : `"${[...key].map(escaped).join('')}"`
}

/** Would it be read as text? */
function isPlainWord(text: string): boolean {
  return typeof resolvePlainScalar(text) === 'string' && !BASE60.test(text) && !TIMESTAMP.test(text)
}

function isPlainAllowed(text: string): boolean {
  if (text === '' || text.includes('\n') || SPECIAL.test(text)) return false
  return !/^ | $/.test(text) && !INDICATOR_FIRST.test(text) && !INDICATOR_INSIDE.test(text)
}

function scalar(text: string, column: number, indent: number): string {
  if (text.includes('\n') && !SPECIAL.test(text) && !/ \n| $/.test(text)) return literal(text, indent)
  if (text.includes('\n') || SPECIAL.test(text) || !isPlainWord(text)) return doubleQuoted(text, column, indent)
  if (isPlainAllowed(text)) return fold(text, column, indent)
  return `'${fold(text.replaceAll("'", "''"), column + 1, indent, true)}'`
}

/** Lines as they are (`|`), with what says how it begins and ends. */
function literal(text: string, indent: number): string {
  const hint = /^[ \n]/.test(text) ? String(STEP) : ''
  const chomp = text.endsWith('\n\n') || text === '\n' ? '+' : text.endsWith('\n') ? '' : '-'
  const lines = text.replace(/\n$/, '').split('\n')
  return [`|${hint}${chomp}`, ...lines.map((line) => (line === '' ? '' : ' '.repeat(indent) + line))].join('\n')
}

/** A blank behind the last column becomes a new line, unless another blank is beside it. */
function fold(text: string, column: number, indent: number, inner = false): string {
  let out = ''
  let at = column
  for (let i = 0; i < text.length; i++) {
    const alone = text[i] === ' ' && text[i - 1] !== ' ' && text[i + 1] !== ' '
    if (alone && at > WIDTH && (!inner || (i > 0 && i < text.length - 1))) {
      out += `\n${' '.repeat(indent)}`
      at = indent
    } else {
      out += text[i]
      at++
    }
  }
  return out
}

function doubleQuoted(text: string, column: number, indent: number): string {
  let out = '"'
  let at = column + 1
  const letters = [...text]
  let spaces = false
  for (const [i, letter] of letters.entries()) {
    if (letter === ' ' && !spaces && at > WIDTH && i > 0 && i < letters.length - 1) {
      out += `\n${' '.repeat(indent)}${letters[i + 1] === ' ' ? '\\' : ''}`
      at = indent
      spaces = true
      continue
    }
    const written = escaped(letter)
    out += written
    at += written.length
    spaces = letter === ' '
  }
  return `${out}"`
}

function escaped(letter: string): string {
  const known = ESCAPES[letter]
  if (known !== undefined) return known
  if (!SPECIAL.test(letter)) return letter
  const code = letter.codePointAt(0)!
  if (code > 0xffff) return `\\U${code.toString(16).toUpperCase().padStart(8, '0')}`
  if (code <= 0xff) return `\\x${code.toString(16).toUpperCase().padStart(2, '0')}`
  return `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`
}
