import type { PathStep } from './document.ts'

/** JSON text that is not JSON. `offset` is where. */
export class JsonSyntaxError extends Error {
  readonly offset: number

  constructor(message: string, offset: number) {
    super(message)
    this.offset = offset
  }
}

const QUOTE = 34
const COMMA = 44
const COLON = 58
const OPEN_LIST = 91
const BACKSLASH = 92
const CLOSE_LIST = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125
const LITERAL = /(?:true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)(?![A-Za-z0-9_.+-])/y

/**
 * Walks over JSON text without building anything: to find where a document ends, where a field stands, and where the
 * syntax breaks. Slower than JSON.parse, so it runs only when something of that is asked. No recursion: depth costs nothing.
 */
export class JsonScanner {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  skipBlank(offset: number): number {
    let at = offset
    for (;;) {
      const code = this.text.charCodeAt(at)
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return at
      at++
    }
  }

  #fail(offset: number): never {
    if (offset >= this.text.length) throw new JsonSyntaxError('this is not JSON: the text ends too early', offset)
    throw new JsonSyntaxError(`this is not JSON: unexpected ${JSON.stringify(this.text[offset])}`, offset)
  }

  #skipString(offset: number): number {
    if (this.text.charCodeAt(offset) !== QUOTE) this.#fail(offset)
    for (let at = offset + 1; at < this.text.length; at++) {
      const code = this.text.charCodeAt(at)
      if (code === QUOTE) return at + 1
      if (code === BACKSLASH) at++
      else if (code < 32) this.#fail(at)
    }
    throw new JsonSyntaxError('this is not JSON: a string has no end', offset)
  }

  #skipLiteral(offset: number): number {
    LITERAL.lastIndex = offset
    if (!LITERAL.test(this.text)) this.#fail(offset)
    return LITERAL.lastIndex
  }

  /** The offset after the value that begins at `offset`. @throws JsonSyntaxError */
  skipValue(offset: number): number {
    const closers: number[] = []
    let at = this.skipBlank(offset)
    for (;;) {
      const code = this.text.charCodeAt(at)
      if (code === OPEN_OBJECT || code === OPEN_LIST) {
        const closer = code === OPEN_OBJECT ? CLOSE_OBJECT : CLOSE_LIST
        at = this.skipBlank(at + 1)
        if (this.text.charCodeAt(at) === closer) {
          at++
        } else {
          closers.push(closer)
          if (closer === CLOSE_OBJECT) at = this.#skipKey(at)
          continue
        }
      } else {
        at = code === QUOTE ? this.#skipString(at) : this.#skipLiteral(at)
      }
      // After a value: its container ends, or goes on with the next one.
      for (;;) {
        const closer = closers.at(-1)
        if (closer === undefined) return at
        at = this.skipBlank(at)
        const next = this.text.charCodeAt(at)
        if (next === COMMA) {
          at = this.skipBlank(at + 1)
          if (closer === CLOSE_OBJECT) at = this.#skipKey(at)
          break
        }
        if (next !== closer) this.#fail(at)
        closers.pop()
        at++
      }
    }
  }

  #skipKey(offset: number): number {
    const at = this.skipBlank(this.#skipString(offset))
    if (this.text.charCodeAt(at) !== COLON) this.#fail(at)
    return this.skipBlank(at + 1)
  }

  /** The offset of the value at `path` within the value at `offset`; of the nearest value around it when there is none. */
  find(offset: number, path: readonly PathStep[]): number {
    let at = this.skipBlank(offset)
    for (const step of path) {
      const inner = typeof step === 'number' ? this.itemOffsets(at, step + 1)[step] : this.#findField(at, step)
      if (inner === undefined) return at
      at = inner
    }
    return at
  }

  /** Where the items of the list at `offset` begin; none, when no list is there. */
  itemOffsets(offset: number, most = Number.MAX_SAFE_INTEGER): number[] {
    const offsets: number[] = []
    if (this.text.charCodeAt(offset) !== OPEN_LIST) return offsets
    let at = this.skipBlank(offset + 1)
    while (this.text.charCodeAt(at) !== CLOSE_LIST && offsets.length < most) {
      offsets.push(at)
      at = this.skipBlank(this.skipValue(at))
      if (this.text.charCodeAt(at) === COMMA) at = this.skipBlank(at + 1)
    }
    return offsets
  }

  #findField(offset: number, name: string): number | undefined {
    if (this.text.charCodeAt(offset) !== OPEN_OBJECT) return undefined
    let at = this.skipBlank(offset + 1)
    let found: number | undefined
    while (this.text.charCodeAt(at) !== CLOSE_OBJECT) {
      const end = this.#skipString(at)
      const value = this.#skipKey(at)
      // The last of equal keys counts, as it does for JSON.parse.
      if (JSON.parse(this.text.slice(at, end)) === name) found = value
      at = this.skipBlank(this.skipValue(value))
      if (this.text.charCodeAt(at) === COMMA) at = this.skipBlank(at + 1)
    }
    return found
  }
}
