import type { Problems } from '../problems.ts'
import { type Document, isMapping, MAX_DEPTH, type PathStep } from './document.ts'
import { JsonScanner, JsonSyntaxError } from './json-scanner.ts'
import { Lines } from './text.ts'

/** Does the text begin as JSON? The same guess as kubectl's (`GuessJSONStream`, apimachinery/pkg/util/yaml/decoder.go), and lists. */
export function looksLikeJson(text: string): boolean {
  return /^\s*[{[]/.test(text)
}

/** JSON.parse takes minutes and gigabytes for millions of open brackets; nobody's objects begin with this many. */
function isBottomless(text: string): boolean {
  let depth = 0
  for (let at = 0; depth <= MAX_DEPTH; at++) {
    const code = text.charCodeAt(at)
    if (code === 91) depth++
    else if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return false
  }
  return true
}

/** `{"` at the start is no flow mapping that a person would write in YAML: its errors are told as JSON's. */
function plainlyJson(text: string): boolean {
  return /^\s*(\{\s*("|$)|\[\s*([{[]|$))/.test(text)
}

/** What stands between two YAML documents. */
const SEPARATOR = /^---\s?$/

/** Finds the lines of fields. Remembers where the items of a list begin, so that many lookups do not each walk over the text. */
class Locator {
  readonly #scanner: JsonScanner
  readonly #start: number
  readonly #lines: Lines
  #items: number[] | undefined

  constructor(scanner: JsonScanner, start: number, lines: Lines) {
    this.#scanner = scanner
    this.#start = start
    this.#lines = lines
  }

  lineAt(path: readonly PathStep[]): number {
    return this.#lines.at(this.#offsetAt(path))
  }

  #offsetAt(path: readonly PathStep[]): number {
    const [first, second] = path
    if (first === 'items' && typeof second === 'number') {
      this.#items ??= this.#scanner.itemOffsets(this.#scanner.find(this.#start, ['items']))
      const item = this.#items[second]
      if (item !== undefined) return this.#scanner.find(item, path.slice(2))
    }
    return this.#scanner.find(this.#start, path)
  }
}

/** The documents of a JSON text: one, or several one after the other (`kubectl get … ; kubectl get …`). */
export class JsonReader {
  readonly #file: string
  readonly #text: string
  readonly #scanner: JsonScanner
  readonly #lines: Lines
  readonly #problems: Problems

  constructor(file: string, text: string, problems: Problems) {
    this.#file = file
    this.#text = text
    this.#scanner = new JsonScanner(text)
    this.#lines = new Lines(text)
    this.#problems = problems
  }

  /** The fast path is one `JSON.parse`. Undefined: the text is not JSON, so YAML is tried, as kubectl does. */
  documents(): Document[] | undefined {
    if (isBottomless(this.#text)) {
      const where = { file: this.#file, line: 1 }
      this.#problems.add({ code: 'NESTED_TOO_DEEP', where, message: `values nest more than ${MAX_DEPTH} levels deep` })
      return []
    }
    let value: unknown
    try {
      value = JSON.parse(this.#text)
    } catch {
      return this.#stream()
    }
    return this.#accept(value, 0)
  }

  #stream(): Document[] | undefined {
    const documents: Document[] = []
    let at = this.#scanner.skipBlank(0)
    while (at < this.#text.length) {
      let end: number
      try {
        end = this.#scanner.skipValue(at)
      } catch (error) {
        if (!(error instanceof JsonSyntaxError)) throw error
        if (documents.length === 0 && !plainlyJson(this.#text)) return undefined
        // YAML documents that are each written as JSON (`YAMLOrJSONDecoder.Decode`, apimachinery/pkg/util/yaml/decoder.go)
        if (SEPARATOR.test(this.#text.slice(at, at + 4))) return undefined
        const where = { file: this.#file, line: this.#lines.at(error.offset) }
        this.#problems.add({ code: 'BAD_JSON', where, message: error.message })
        return documents
      }
      documents.push(...this.#accept(JSON.parse(this.#text.slice(at, end)), at))
      at = this.#scanner.skipBlank(end)
    }
    return documents
  }

  #accept(value: unknown, start: number): Document[] {
    const locator = new Locator(this.#scanner, start, this.#lines)
    const document: Document = {
      file: this.#file,
      value,
      linesAreCheap: false,
      lineAt: (path) => locator.lineAt(path),
    }
    return isHarmless(document, this.#text, this.#problems) ? [document] : []
  }
}

/** JSON.parse makes an ordinary field of `__proto__`; whoever copies it by assignment does not. So it goes no further. */
function isHarmless(document: Document, text: string, problems: Problems): boolean {
  if (!text.includes('__proto__')) return true
  const path = findProtoKey(document.value)
  if (path === undefined) return true
  const where = { file: document.file, line: document.lineAt(path) ?? 1 }
  problems.add({ code: 'PROTO_KEY', where, message: 'a field cannot be called "__proto__"' })
  return false
}

/** Walks level by level: a JSON text can nest as deep as it is long. */
function findProtoKey(root: unknown): PathStep[] | undefined {
  let level: { value: unknown; path: PathStep[] }[] = [{ value: root, path: [] }]
  for (let depth = 0; level.length > 0 && depth < MAX_DEPTH; depth++) {
    const next: typeof level = []
    for (const { value, path } of level) {
      if (typeof value !== 'object' || value === null) continue
      if (isMapping(value) && Object.hasOwn(value, '__proto__')) return [...path, '__proto__']
      for (const [key, inner] of Object.entries(value)) {
        const step = Array.isArray(value) ? Number(key) : key
        if (typeof inner === 'object' && inner !== null) next.push({ value: inner, path: [...path, step] })
      }
    }
    level = next
  }
  return undefined
}
