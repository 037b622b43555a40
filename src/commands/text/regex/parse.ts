import { UnsupportedError } from '../../../packet/errors.ts'
import { readBracket } from './bracket.ts'
import {
  type Assertion,
  type CharacterTest,
  type Flavour,
  isWordCharacter,
  literal,
  type Node,
  PatternError,
} from './syntax.ts'

const ANY: CharacterTest = () => true
const SPACE = /[ \t\n\v\f\r]/
/** `RE_DUP_MAX` */
const MOST_REPETITIONS = 0x7fff

const ASSERTIONS: Readonly<Record<string, Assertion | undefined>> = {
  '`': 'start',
  "'": 'end',
  '<': 'word-start',
  '>': 'word-end',
  b: 'word-edge',
  B: 'no-word-edge',
}
const SETS: Readonly<Record<string, CharacterTest | undefined>> = {
  w: isWordCharacter,
  W: (code) => !isWordCharacter(code),
  s: (code) => SPACE.test(String.fromCharCode(code)),
  S: (code) => !SPACE.test(String.fromCharCode(code)),
}
/** What is an operator alone in an extended, behind a backslash in a basic expression. */
const OPERATORS = '+?|(){}'

/** What a pattern means, and what grep warns of. */
export interface Parsed {
  readonly node: Node
  readonly warnings: readonly string[]
}

/** @throws PatternError @throws UnsupportedError back-references, and repetitions of what takes no character */
export function parsePattern(pattern: string, flavour: Flavour): Parsed {
  const parser = new Parser(pattern, flavour)
  return { node: parser.whole(), warnings: parser.warnings }
}

type Token =
  | { readonly kind: 'operator'; readonly text: string }
  | { readonly kind: 'node'; readonly node: Node }
  | { readonly kind: 'end' }

class Parser {
  readonly warnings: string[] = []
  readonly #pattern: string
  readonly #extended: boolean
  readonly #ignoreCase: boolean
  #at = 0
  #depth = 0
  #groups = 0

  constructor(pattern: string, { extended, ignoreCase }: Flavour) {
    this.#pattern = pattern
    this.#extended = extended
    this.#ignoreCase = ignoreCase
  }

  whole(): Node {
    const node = this.#choice()
    if (this.#at < this.#pattern.length) throw new PatternError('Unmatched ) or \\)')
    return node
  }

  #choice(): Node {
    const branches = [this.#sequence()]
    while (this.#takes('|')) branches.push(this.#sequence())
    return branches.length === 1 ? branches[0]! : { kind: 'choice', branches }
  }

  #sequence(): Node {
    const parts: Node[] = []
    for (;;) {
      const before = this.#at
      const token = this.#token(parts)
      if (token.kind === 'end') return { kind: 'sequence', parts }
      if (token.kind === 'node') {
        parts.push(token.node)
        continue
      }
      const { text } = token
      if (text === '|' || (text === ')' && (this.#depth > 0 || !this.#extended))) {
        if (text === ')' && this.#depth === 0) throw new PatternError('Unmatched ) or \\)')
        this.#at = before
        return { kind: 'sequence', parts }
      }
      if (text === '(') parts.push(this.#group())
      else if (text === ')') parts.push(this.#literal(')'))
      else this.#repeat(text, parts)
    }
  }

  #group(): Node {
    this.#depth++
    this.#groups++
    const node = this.#choice()
    if (!this.#takes(')')) throw new PatternError('Unmatched ( or \\(')
    this.#depth--
    return node
  }

  /** `*`, `+`, `?` or an interval: it holds for the last part. */
  #repeat(operator: string, parts: Node[]): void {
    const interval = operator === '{' ? this.#interval() : BOUNDS[operator]!
    if (interval === null) {
      parts.push(this.#literal('{'))
      return
    }
    const [min, max] = interval
    const body = parts.pop()
    const isStart = body?.kind === 'assertion' && body.assertion === 'start'
    if (body === undefined || (isStart && this.#extended)) {
      // only an extended expression comes here: there is nothing that could be repeated
      this.warnings.push(`${operator === '{' ? '{...}' : operator} at start of expression`)
    } else if (body.kind === 'assertion') {
      throw new UnsupportedError(`a repetition of what takes no character, in the regular expression ${this.#pattern}`)
    } else parts.push({ kind: 'repeat', body, min, max })
  }

  /** From behind the brace. Null: it is a brace as any other character, in an extended expression. */
  #interval(): readonly [number, number] | null {
    const close = this.#extended ? '}' : '\\}'
    const rest = this.#pattern.slice(this.#at)
    const match = /^(\d*)(,?)(\d*)/.exec(rest)!
    const [whole, low, comma, high] = match as unknown as [string, string, string, string]
    const closed = rest.startsWith(close, whole.length)
    if (!closed || (low === '' && comma === '')) {
      if (this.#extended) return null
      throw new PatternError(rest.includes(close) ? 'Invalid content of \\{\\}' : 'Unmatched \\{')
    }
    this.#at += whole.length + close.length
    const min = low === '' ? 0 : Number(low)
    const max = comma === '' ? min : high === '' ? Number.POSITIVE_INFINITY : Number(high)
    if (min > max) throw new PatternError('Invalid content of \\{\\}')
    if (min > MOST_REPETITIONS || (max > MOST_REPETITIONS && max !== Number.POSITIVE_INFINITY)) {
      throw new PatternError('Regular expression too big')
    }
    return [min, max]
  }

  /** @param parts what stands before it in the sequence */
  #token(parts: readonly Node[]): Token {
    const character = this.#pattern[this.#at]
    if (character === undefined) return { kind: 'end' }
    this.#at++
    const operator = (text: string): Token => ({ kind: 'operator', text })
    const node = (made: Node): Token => ({ kind: 'node', node: made })
    const atStart = parts.length === 0
    switch (character) {
      case '\\':
        return this.#escaped(atStart)
      case '[': {
        const [test, end] = readBracket(this.#pattern, this.#at, this.#ignoreCase)
        this.#at = end
        return node({ kind: 'character', test })
      }
      case '.':
        return node({ kind: 'character', test: ANY })
      case '^':
        return this.#extended || atStart ? node({ kind: 'assertion', assertion: 'start' }) : node(this.#literal('^'))
      case '$':
        return this.#extended || this.#atEnd()
          ? node({ kind: 'assertion', assertion: 'end' })
          : node(this.#literal('$'))
      case '*': {
        const [only] = parts
        const behindStart = parts.length === 1 && only?.kind === 'assertion' && only.assertion === 'start'
        return !this.#extended && (atStart || behindStart) ? node(this.#literal('*')) : operator('*')
      }
      default:
        return this.#extended && OPERATORS.includes(character) && character !== '}'
          ? operator(character)
          : node(this.#literal(character))
    }
  }

  #escaped(atStart: boolean): Token {
    const character = this.#pattern[this.#at]
    if (character === undefined) throw new PatternError('Trailing backslash')
    this.#at++
    const assertion = ASSERTIONS[character]
    if (assertion !== undefined) return { kind: 'node', node: { kind: 'assertion', assertion } }
    const set = SETS[character]
    if (set !== undefined) return { kind: 'node', node: { kind: 'character', test: set } }
    if (/[1-9]/.test(character)) {
      if (Number(character) > this.#groups) throw new PatternError('Invalid back reference')
      throw new UnsupportedError(`a back-reference in the regular expression ${this.#pattern}`)
    }
    const isOperator = !this.#extended && OPERATORS.includes(character) && character !== '}'
    // with nothing before it, it stands for itself
    if (isOperator && !(atStart && '+?{'.includes(character))) return { kind: 'operator', text: character }
    return { kind: 'node', node: this.#literal(character) }
  }

  /** Does nothing but the end of a basic expression, or of a part of it, follow? */
  #atEnd(): boolean {
    const rest = this.#pattern.slice(this.#at, this.#at + 2)
    return rest === '' || rest === '\\)' || rest === '\\|'
  }

  #takes(operator: '|' | ')'): boolean {
    const text = this.#extended ? operator : `\\${operator}`
    if (!this.#pattern.startsWith(text, this.#at)) return false
    this.#at += text.length
    return true
  }

  #literal(character: string): Node {
    return { kind: 'character', test: literal(character, this.#ignoreCase) }
  }
}

const BOUNDS: Readonly<Record<string, readonly [min: number, max: number]>> = {
  '*': [0, Number.POSITIVE_INFINITY],
  '+': [1, Number.POSITIVE_INFINITY],
  '?': [0, 1],
}
