import { KubehopError } from '../../packet/errors.ts'
import { isLabelValue, isQualifiedName } from '../read/names.ts'
import type { LabelSelector, LabelSelectorRequirement } from './label-selector.ts'

const TOKEN = /\s*(==|!=|=|!|\(|\)|,|<|>|[^\s=!(),<>]+)/y

function tokensOf(text: string): string[] {
  const tokens: string[] = []
  const end = text.trimEnd().length
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < end) tokens.push(TOKEN.exec(text)![1]!)
  return tokens
}

const SYMBOLS = new Set(['=', '==', '!=', '!', '(', ')', ',', '<', '>'])

class SelectorParser {
  readonly #text: string
  readonly #tokens: readonly string[]
  #at = 0

  constructor(text: string) {
    this.#text = text
    this.#tokens = tokensOf(text)
  }

  parse(): LabelSelectorRequirement[] {
    const requirements: LabelSelectorRequirement[] = []
    if (this.#tokens.length === 0) return requirements
    do requirements.push(this.#requirement())
    while (this.#take(','))
    if (this.#peek() !== undefined) this.#expected('"," or the end')
    return requirements
  }

  #peek(): string | undefined {
    return this.#tokens[this.#at]
  }

  #take(token: string): boolean {
    if (this.#peek() !== token) return false
    this.#at++
    return true
  }

  #expected(what: string): never {
    const found = this.#peek()
    const message = `the selector ${JSON.stringify(this.#text)} is wrong: expected ${what}, found ${found === undefined ? 'the end' : JSON.stringify(found)}`
    throw new KubehopError('BAD_SELECTOR', message, { hint: 'such as app=web,tier in (front,back),!canary' })
  }

  /** A word; `in` and `notin` are words only among values. */
  #word(what: string): string {
    const word = this.#peek()
    if (word === undefined || SYMBOLS.has(word)) this.#expected(what)
    this.#at++
    return word
  }

  #key(): string {
    const next = this.#peek()
    if (next === 'in' || next === 'notin') this.#expected('a label name')
    const key = this.#word('a label name')
    if (!isQualifiedName(key)) this.#wrong(`${JSON.stringify(key)} is no label name`)
    return key
  }

  #requirement(): LabelSelectorRequirement {
    if (this.#take('!')) return { key: this.#key(), operator: 'DoesNotExist', values: [] }
    const key = this.#key()
    const operator = this.#peek()
    if (operator === undefined || operator === ',') return { key, operator: 'Exists', values: [] }
    this.#at++
    switch (operator) {
      case '=':
      case '==':
        return { key, operator: 'In', values: [this.#value()] }
      case '!=':
        return { key, operator: 'NotIn', values: [this.#value()] }
      case 'in':
        return { key, operator: 'In', values: this.#values() }
      case 'notin':
        return { key, operator: 'NotIn', values: this.#values() }
    }
    this.#at--
    return this.#expected('one of =, ==, !=, in, notin, "," or the end')
  }

  /** One value, or the empty one. */
  #value(): string {
    const next = this.#peek()
    if (next === undefined || next === ',' || next === ')') return ''
    const value = this.#word('a value')
    if (!isLabelValue(value)) this.#wrong(`${JSON.stringify(value)} is no label value`)
    return value
  }

  #values(): string[] {
    if (!this.#take('(')) this.#expected('"("')
    if (this.#peek() === ')') this.#expected('a value')
    const values: string[] = []
    do values.push(this.#value())
    while (this.#take(','))
    if (!this.#take(')')) this.#expected('"," or ")"')
    return values
  }

  #wrong(message: string): never {
    throw new KubehopError('BAD_SELECTOR', `the selector ${JSON.stringify(this.#text)} is wrong: ${message}`)
  }
}

/**
 * Reads a selector as kubectl's `-l` takes it: `app=web`, `tier==front`, `env!=test`, `tier in (front,back)`, `env notin (test)`,
 * `canary`, `!canary`, with commas between (`Parse`, apimachinery/pkg/labels/selector.go). The empty text selects everything.
 *
 * @throws KubehopError `BAD_SELECTOR`
 */
export function parseSelector(text: string): LabelSelector {
  return { matchLabels: {}, matchExpressions: new SelectorParser(text).parse() }
}

/** The selector as text that {@link parseSelector} reads: `app=web,tier in (back,front)`. */
export function formatSelector(selector: LabelSelector): string {
  const labels = Object.entries(selector.matchLabels).map(([key, value]) => `${key}=${value}`)
  const expressions = selector.matchExpressions.map(({ key, operator, values }) => {
    if (operator === 'Exists') return key
    if (operator === 'DoesNotExist') return `!${key}`
    const [single] = values
    if (values.length === 1) return `${key}${operator === 'In' ? '=' : '!='}${single}`
    return `${key} ${operator === 'In' ? 'in' : 'notin'} (${values.toSorted().join(',')})`
  })
  return [...labels, ...expressions].join(',')
}
