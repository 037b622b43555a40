import { KubehopError, UnsupportedError, type Where } from '../../packet/errors.ts'
import type { Word, WordPart } from './syntax.ts'

export type Token =
  | {
      readonly kind: 'word'
      readonly word: Word
      readonly bare: string | null
      readonly line: number
      readonly start: number
    }
  | {
      readonly kind: 'operator'
      readonly text: Operator
      readonly stream: number
      readonly line: number
      readonly start: number
    }
  | { readonly kind: 'text'; readonly document: HereDocument; readonly line: number; readonly start: number }
  | { readonly kind: 'newline' | 'end'; readonly line: number; readonly start: number }

/** Filled when the lexer comes to the end of the line on which it was announced. */
export interface HereDocument {
  text: Word
}

const OPERATORS = ['&&', '||', '&>>', '&>', '>>', '>&', '>|', '<', '>', '|', '&', ';'] as const
export type Operator = (typeof OPERATORS)[number]

/** What bash reads and kubehop does not, by the characters that begin it. The longer ones first. */
const REFUSED: readonly (readonly [text: string, what: string])[] = [
  ['$((', 'arithmetic $(( ))'],
  ['$(', 'command substitution $( )'],
  ["$'", "quoting $'...'"],
  ['$"', 'quoting $"..."'],
  ['`', 'command substitution ` `'],
  ['<(', 'process substitution <( )'],
  ['>(', 'process substitution >( )'],
  ['<&', 'redirection <&'],
  ['<>', 'redirection <>'],
  ['|&', 'pipe |&'],
  [';;', 'case'],
  ['((', 'arithmetic (( ))'],
  ['(', 'subshell ( )'],
  [')', 'subshell ( )'],
]

const BLANK = /[ \t]/
const BLANK_OR_OPERATOR = /[\s|&;<>()]/
const NAME = /^[A-Za-z_][A-Za-z0-9_]*/
/** What ends a word when it is not quoted. */
const META = new Set([' ', '\t', '\n', '|', '&', ';', '<', '>', '(', ')'])

interface Waiting {
  readonly document: HereDocument
  readonly end: string
  readonly literal: boolean
  readonly stripTabs: boolean
}

/** Cuts a script into words and operators, as bash does, quoting and here-documents included. */
export class Lexer {
  readonly #text: string
  readonly #file: string
  #at = 0
  #line: number
  #waiting: Waiting[] = []

  constructor(text: string, file: string, firstLine = 1) {
    this.#text = text
    this.#file = file
    this.#line = firstLine
    this.#refuseCharacter('\0', 'a NUL byte')
    // bash takes the carriage return for a part of the line's last word
    this.#refuseCharacter('\r\n', 'a line that ends in CR LF')
  }

  #refuseCharacter(characters: string, what: string): void {
    const at = this.#text.indexOf(characters)
    if (at < 0) return
    const line = this.#line + this.#text.slice(0, at).split('\n').length - 1
    throw new UnsupportedError(`${what} in a script`, { where: { file: this.#file, line } })
  }

  next(): Token {
    this.#skipBlanks()
    const line = this.#line
    const start = this.#at
    const character = this.#text[start]
    if (character === undefined) {
      if (this.#waiting.length > 0) throw this.#mistake(`the here-document <<${this.#waiting[0]!.end} does not end`)
      return { kind: 'end', line, start }
    }
    if (character === '\n') {
      this.#at++
      this.#line++
      this.#readHereDocuments()
      return { kind: 'newline', line, start }
    }
    const stream = /^[0-9]+(?=[<>])/.exec(this.#text.slice(start, start + 4))?.[0]
    if (stream !== undefined) this.#at += stream.length
    if (this.#text.startsWith('<<', this.#at)) return this.#readHere(line, start)
    this.#refuse()
    const operator = OPERATORS.find((text) => this.#text.startsWith(text, this.#at))
    if (operator !== undefined) {
      this.#at += operator.length
      return { kind: 'operator', text: operator, stream: stream === undefined ? -1 : Number(stream), line, start }
    }
    const word = this.#readWord()
    return { kind: 'word', word, bare: bareText(word), line, start }
  }

  get where(): Where {
    return { file: this.#file, line: this.#line }
  }

  #mistake(message: string): KubehopError {
    return new KubehopError('BAD_SCRIPT', message, { where: this.where })
  }

  /** @throws UnsupportedError when something begins here that kubehop's shell does not know */
  #refuse(): void {
    const found = REFUSED.find(([text]) => this.#text.startsWith(text, this.#at))
    if (found?.[0] === '(' && this.#at > 0 && !BLANK_OR_OPERATOR.test(this.#text[this.#at - 1]!)) {
      const what = this.#text[this.#at - 1] === '=' ? 'an array NAME=( )' : 'a function NAME( )'
      throw new UnsupportedError(`${what} in a script`, { where: this.where })
    }
    if (found !== undefined) throw new UnsupportedError(`${found[1]} in a script`, { where: this.where })
  }

  #skipBlanks(): void {
    for (;;) {
      const character = this.#text[this.#at]
      if (character === undefined) return
      if (BLANK.test(character)) this.#at++
      else if (character === '\\' && this.#text[this.#at + 1] === '\n') {
        this.#at += 2
        this.#line++
      } else if (character === '#') {
        while (this.#at < this.#text.length && this.#text[this.#at] !== '\n') this.#at++
      } else return
    }
  }

  /** `<<END`, `<<-END`, `<<<word` */
  #readHere(line: number, start: number): Token {
    this.#at += 2
    const document: HereDocument = { text: { parts: [], line } }
    if (this.#text[this.#at] === '<') {
      this.#at++
      this.#skipBlanks()
      const { parts } = this.#readWord()
      document.text = { parts: [...parts, { kind: 'text', text: '\n', quoted: true }], line }
      return { kind: 'text', document, line, start }
    }
    const stripTabs = this.#text[this.#at] === '-'
    if (stripTabs) this.#at++
    this.#skipBlanks()
    const { parts } = this.#readWord()
    if (parts.length === 0) throw this.#mistake('<< wants the word that ends the here-document')
    const end = parts.map((part) => (part.kind === 'text' ? part.text : `$${part.name}`)).join('')
    this.#waiting.push({ document, end, literal: parts.some(({ quoted }) => quoted), stripTabs })
    return { kind: 'text', document, line, start }
  }

  #readHereDocuments(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const { document, end, literal, stripTabs } of waiting) {
      const line = this.#line
      let body = ''
      for (;;) {
        if (this.#at >= this.#text.length) {
          // bash only warns
          break
        }
        const stop = this.#text.indexOf('\n', this.#at)
        let each = this.#text.slice(this.#at, stop < 0 ? this.#text.length : stop)
        this.#at = stop < 0 ? this.#text.length : stop + 1
        this.#line++
        if (stripTabs) each = each.replace(/^\t+/, '')
        if (each === end) break
        body += `${each}\n`
      }
      document.text = {
        parts: literal ? [{ kind: 'text', text: body, quoted: true }] : this.#expandable(body, line),
        line,
      }
    }
  }

  /** The body of a here-document whose end is not quoted: variables count, and a backslash before `$`, `\` and `` ` ``. */
  #expandable(body: string, line: number): WordPart[] {
    const inner = new Lexer(body, this.#file, line)
    const parts: WordPart[] = []
    inner.#readQuoted(parts, '')
    return parts
  }

  #readWord(): Word {
    const line = this.#line
    const parts: WordPart[] = []
    let plain = ''
    const flush = (): void => {
      if (plain !== '') parts.push({ kind: 'text', text: plain, quoted: false })
      plain = ''
    }
    for (;;) {
      const character = this.#text[this.#at]
      if (character === undefined || META.has(character)) break
      if (character === "'") {
        flush()
        const end = this.#text.indexOf("'", this.#at + 1)
        if (end < 0) throw this.#mistake("a quotation that begins with ' does not end")
        const text = this.#text.slice(this.#at + 1, end)
        parts.push({ kind: 'text', text, quoted: true })
        this.#line += text.split('\n').length - 1
        this.#at = end + 1
      } else if (character === '"') {
        flush()
        this.#at++
        this.#readQuoted(parts, '"')
      } else if (character === '\\') {
        flush()
        const next = this.#text[this.#at + 1]
        this.#at += 2
        if (next === '\n') this.#line++
        else parts.push({ kind: 'text', text: next ?? '\\', quoted: true })
      } else if (character === '$' || character === '`') {
        flush()
        parts.push(this.#readVariable(false))
      } else {
        plain += character
        this.#at++
      }
    }
    flush()
    return { parts, line }
  }

  /** What stands between double quotes, or to the end of a here-document when `end` is empty. */
  #readQuoted(parts: WordPart[], end: string): void {
    let text = ''
    const flush = (): void => {
      parts.push({ kind: 'text', text, quoted: true })
      text = ''
    }
    for (;;) {
      const character = this.#text[this.#at]
      if (character === undefined) {
        if (end !== '') throw this.#mistake('a quotation that begins with " does not end')
        break
      }
      if (character === end) {
        this.#at++
        break
      }
      if (character === '\\') {
        const next = this.#text[this.#at + 1] ?? ''
        this.#at += 2
        if (next === '\n') this.#line++
        else if (next === '$' || next === '`' || next === '\\' || next === '"')
          text += end === '' && next === '"' ? '\\"' : next
        else text += `\\${next}`
      } else if (character === '$' || character === '`') {
        flush()
        parts.push(this.#readVariable(true))
      } else {
        if (character === '\n') this.#line++
        text += character
        this.#at++
      }
    }
    flush()
  }

  #refuseName(name: string): void {
    if (OF_THE_MACHINE.test(name))
      throw new UnsupportedError(`the variable $${name} in a script`, { where: this.where })
  }

  /** `$NAME`, `${NAME}`, `$?`; a `$` that begins none of them stands for itself. */
  #readVariable(quoted: boolean): WordPart {
    const rest = this.#text.slice(this.#at + 1, this.#at + 200)
    // between quotes, $" and $' are nothing special
    if (!quoted || !/^["']/.test(rest)) this.#refuse()
    const name = NAME.exec(rest)?.[0]
    if (name !== undefined) {
      this.#refuseName(name)
      this.#at += 1 + name.length
      return { kind: 'variable', name, quoted }
    }
    if (rest.startsWith('{')) {
      const inBraces = /^\{([A-Za-z_][A-Za-z0-9_]*|\?)\}/.exec(rest)
      if (inBraces === null)
        throw new UnsupportedError('an expansion in braces other than of a name alone', { where: this.where })
      this.#refuseName(inBraces[1]!)
      this.#at += 1 + inBraces[0].length
      return { kind: 'variable', name: inBraces[1]!, quoted }
    }
    if (rest.startsWith('?')) {
      this.#at += 2
      return { kind: 'variable', name: '?', quoted }
    }
    if (/^[0-9@*#$!-]/.test(rest)) {
      throw new UnsupportedError(`the variable $${rest[0]} in a script`, { where: this.where })
    }
    this.#at++
    return { kind: 'text', text: '$', quoted: true }
  }
}

/** Variables that bash or whoever started it has set, each machine in its own way. */
const OF_THE_MACHINE =
  /^(_|BASH.*|COLUMNS|COMP_.*|COPROC|DIRSTACK|EPOCH.*|EUID|FUNC.*|GROUPS|HIST.*|HOME|HOST.*|IFS|LINENO|LINES|LOGNAME|MACHTYPE|MAIL|OLDPWD|OPT.*|OSTYPE|PATH|PIPESTATUS|PPID|PS[0-4]|PWD|RANDOM|READLINE.*|REPLY|SECONDS|SHELL|SHELLOPTS|SHLVL|SRANDOM|TERM|TMPDIR|UID|USER)$/

/** The text of a word without quotes and variables, or null: then it is no keyword. */
function bareText(word: Word): string | null {
  const [part] = word.parts
  return word.parts.length === 1 && part!.kind === 'text' && !part!.quoted ? part!.text : null
}
