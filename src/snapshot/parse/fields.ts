import { type Ipv4, type Mac, parseMac, tryParseIpv4 } from '../../packet/index.ts'
import { nestsDeeper } from '../depth.ts'
import type { PrintContext } from './print-context.ts'

/** An object out of JSON. */
export type JsonObject = { readonly [key: string]: unknown }

/** JSON that nests deeper is not what a tool prints. */
const MAX_DEPTH = 32

/**
 * The objects of the list that a tool prints with `-j`: as it was read already, or as text. Empty ones stand for what the tool left out, and
 * an empty text for an empty list (iproute2 before 4.17). Several lists may follow each other. @throws KubehopError `BAD_PRINT`
 */
export function objectsOf(print: unknown, context: PrintContext): JsonObject[] {
  const value = typeof print === 'string' ? parseJson(print, context) : print
  if (!Array.isArray(value)) return context.fail('a list is expected')
  const objects: JsonObject[] = []
  for (const each of value) {
    if (!isObject(each)) context.fail(`[${objects.length}] is not an object`)
    if (Object.keys(each).length > 0) objects.push(each)
  }
  return objects
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** @throws KubehopError `BAD_PRINT` */
export function parseJson(text: string, context: PrintContext): unknown {
  if (nestsDeeper(text, MAX_DEPTH)) context.fail(`values nest more than ${MAX_DEPTH} levels deep`)
  try {
    return JSON.parse(text)
  } catch (error) {
    return context.fail(`this is not JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Reads the fields of one object, each of which has one type or is absent. */
export class Fields {
  readonly #object: JsonObject
  readonly #context: PrintContext
  readonly #path: string

  constructor(object: JsonObject, context: PrintContext, path: string) {
    this.#object = object
    this.#context = context
    this.#path = path
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#object, name)
  }

  names(): string[] {
    return Object.keys(this.#object)
  }

  raw(name: string): unknown {
    return this.has(name) ? this.#object[name] : undefined
  }

  text(name: string): string | undefined {
    const value = this.raw(name)
    if (value === undefined || value === null) return undefined
    if (typeof value === 'string') return value
    return typeof value === 'number' ? String(value) : this.fail(name, 'is not a text')
  }

  number(name: string): number | undefined {
    const value = this.raw(name)
    if (value === undefined || value === null) return undefined
    if (typeof value === 'number')
      return Number.isSafeInteger(value) && value >= 0 ? value : this.fail(name, `is ${value}`)
    // some numbers are printed with their base, as texts
    const read = typeof value === 'string' ? numberOf(value) : undefined
    return read ?? this.fail(name, 'is not a number')
  }

  /** Whatever it is, for showing; empty for null, which stands for a bare word. */
  shown(name: string): string {
    const value = this.raw(name)
    if (value === null || value === undefined || value === true) return ''
    return typeof value === 'object' ? JSON.stringify(value) : String(value)
  }

  /** Present and not false; as null where the tool prints a bare word. */
  flag(name: string): boolean {
    const value = this.raw(name)
    return value !== undefined && value !== false && value !== 0
  }

  texts(name: string): string[] {
    const value = this.raw(name)
    if (value === undefined || value === null) return []
    if (!Array.isArray(value) || !value.every((each) => typeof each === 'string'))
      return this.fail(name, 'is not a list of texts')
    return value
  }

  object(name: string): Fields | undefined {
    const value = this.raw(name)
    if (value === undefined || value === null) return undefined
    return isObject(value)
      ? new Fields(value, this.#context, `${this.#path}.${name}`)
      : this.fail(name, 'is not an object')
  }

  objects(name: string): Fields[] {
    const value = this.raw(name)
    if (value === undefined || value === null) return []
    if (!Array.isArray(value)) return this.fail(name, 'is not a list')
    return value.map((each, i) =>
      isObject(each)
        ? new Fields(each, this.#context, `${this.#path}.${name}[${i}]`)
        : this.fail(name, 'is not a list of objects'),
    )
  }

  fail(name: string, problem: string): never {
    return this.#context.fail(`${this.#path}.${name} ${problem}`)
  }
}

/** A whole number, not negative, in C's bases 10 and 16. */
export function numberOf(text: string): number | undefined {
  if (text.length > 20 || !/^(?:0[xX][0-9a-fA-F]+|[0-9]+)$/.test(text)) return undefined
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : undefined
}

/** A number of a print, within its range. @throws KubehopError `BAD_PRINT` */
export function requireNumber(text: string | undefined, what: string, context: PrintContext, line?: number): number {
  const number = text === undefined ? undefined : numberOf(text)
  if (number === undefined) return context.fail(`${what} is expected, not ${JSON.stringify(text ?? '')}`, line)
  return number
}

/** @throws KubehopError `BAD_PRINT` */
export function requireAddress(text: string | undefined, context: PrintContext, line?: number): Ipv4 {
  const address = text === undefined ? undefined : tryParseIpv4(text)
  return address ?? context.fail(`an IPv4 address is expected, not ${JSON.stringify(text ?? '')}`, line)
}

/** An Ethernet address, or undefined: what has another kind of address has none for Ethernet. */
export function macOf(text: string | undefined): Mac | undefined {
  if (text === undefined || text.length > 17) return undefined
  try {
    return parseMac(text)
  } catch {
    return undefined
  }
}

/** The words of a line. */
export function wordsOf(line: string): string[] {
  const words = line.split(/\s/)
  return words.includes('') ? words.filter((word) => word !== '') : words
}

/** The lines of a text, without carriage returns. */
export function linesOf(text: string): string[] {
  const lines = text.split('\n')
  return text.includes('\r') ? lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line)) : lines
}

/** Is it an address or a prefix of IPv6, by its looks? */
export function isIpv6(word: string): boolean {
  const first = word.indexOf(':')
  if (first < 0 || word.length > 70 || word.indexOf(':', first + 1) < 0) return false
  return /^[0-9a-fA-F:.]+(?:%[^/]+)?(?:\/[0-9]{1,3})?$/.test(word)
}
