import { formatPrefix, type Ipv4, maskOf, parseIpv4, tryParseIpv4 } from '../../packet/address.ts'
import type { ReadContext } from './context.ts'
import { isMapping, type PathStep } from './document.ts'

/** Plain data → typed value; undefined when the data is absent (null counts as absent) or wrong, and then the problem is recorded. */
export type Reader<T> = (value: unknown, context: ReadContext) => T | undefined

/** Plain data with fields. */
export type Fields = Readonly<Record<string, unknown>>

/** Values without fields and items are shared: most objects have none. */
export const NO_STRINGS: Readonly<Record<string, string>> = Object.freeze({})
export const NO_ITEMS: readonly never[] = Object.freeze([])

function typeName(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  if (typeof value === 'string')
    return `the text ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)}`
  return `${typeof value === 'boolean' ? 'the boolean' : 'the number'} ${String(value)}`
}

/** `must be a number, not the text "80"`, with a hint where YAML's reading of plain words is the likely reason. */
export function wrongType(wanted: string, value: unknown, context: ReadContext): undefined {
  context.problem(`must be ${wanted}, not ${typeName(value)}`, wanted === 'text' ? quotesHint(value) : undefined)
  return undefined
}

function quotesHint(value: unknown): string | undefined {
  if (typeof value === 'boolean') return 'put it in quotes: YAML reads yes, no, on, off, y and n as booleans'
  return typeof value === 'number' ? 'put it in quotes' : undefined
}

export const text: Reader<string> = (value, context) => {
  if (value === undefined || value === null || typeof value === 'string') return value ?? undefined
  return wrongType('text', value, context)
}

export const boolean: Reader<boolean> = (value, context) => {
  if (value === undefined || value === null || typeof value === 'boolean') return value ?? undefined
  return wrongType('true or false', value, context)
}

export const integer: Reader<number> = (value, context) => {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'number' && Number.isInteger(value)) return value
  return wrongType('an integer', value, context)
}

/** A mapping as it stands. */
export const mapping: Reader<Fields> = (value, context) => {
  if (value === undefined || value === null) return undefined
  return isMapping(value) ? value : wrongType('a mapping', value, context)
}

/** A number from `low` to `high`; others are refused by API servers. */
export function integerBetween(low: number, high: number): Reader<number> {
  return (value, context) => {
    const number = integer(value, context)
    if (number === undefined || (number >= low && number <= high)) return number
    context.refused(`must be between ${low} and ${high}, not ${number}`)
    return number
  }
}

/** A port number; outside 1 to 65535 there is nothing that could be done with it. */
export const portNumber: Reader<number> = (value, context) => {
  const number = integer(value, context)
  if (number === undefined || (number >= 1 && number <= 65535)) return number
  context.problem(`must be between 1 and 65535, not ${number}`)
  return undefined
}

/** One of some words. API servers refuse others; undefined then, for fields where kube-proxy treats them as the default. */
export function oneOf<T extends string>(...words: readonly T[]): Reader<T> {
  return (value, context) => {
    const word = text(value, context)
    if (word === undefined || word === '') return undefined
    if ((words as readonly string[]).includes(word)) return word as T
    context.refused(`must be one of ${words.join(', ')}, not ${JSON.stringify(word)}`)
    return undefined
  }
}

/** Reads one field. */
export function field<T>(
  fields: Fields | undefined,
  name: string,
  reader: Reader<T>,
  context: ReadContext,
): T | undefined {
  const value = fields?.[name]
  if (value === undefined || value === null) return undefined
  return at(name, value, reader, context)
}

/** Reads the value that stands at `step` below where the context is. */
export function at<T>(step: PathStep, value: unknown, reader: Reader<T>, context: ReadContext): T | undefined {
  context.enter(step)
  const result = reader(value, context)
  context.leave()
  return result
}

/** A list, without the items that are wrong. An absent list is empty, as in Go. */
export function list<T>(reader: Reader<T>): (value: unknown, context: ReadContext) => readonly T[] {
  return (value, context) => {
    if (value === undefined || value === null) return NO_ITEMS
    if (!Array.isArray(value)) return wrongType('a list', value, context) ?? NO_ITEMS
    if (value.length === 0) return NO_ITEMS
    const items: T[] = []
    for (let i = 0; i < value.length; i++) {
      const item = at(i, value[i], reader, context)
      if (item !== undefined) items.push(item)
    }
    return items
  }
}

/** Reads one list field. */
export function listField<T>(
  fields: Fields | undefined,
  name: string,
  reader: Reader<T>,
  context: ReadContext,
): readonly T[] {
  const value = fields?.[name]
  if (value === undefined || value === null) return NO_ITEMS
  return at(name, value, list(reader), context) ?? NO_ITEMS
}

/** Reads one field, and says so when it is not there. */
export function required<T>(fields: Fields, name: string, reader: Reader<T>, context: ReadContext): T | undefined {
  const value = fields[name]
  if (value !== undefined && value !== null) return at(name, value, reader, context)
  context.enter(name)
  context.problem('must be given')
  context.leave()
  return undefined
}

/** A mapping of texts, as it stands. The same object is given back, not a copy. */
export const texts: Reader<Readonly<Record<string, string>>> = (value, context) => {
  const fields = mapping(value, context)
  if (fields === undefined) return undefined
  for (const key of Object.keys(fields)) {
    if (typeof fields[key] !== 'string') at(key, fields[key] ?? '', text, context)
  }
  return fields as Readonly<Record<string, string>>
}

/** Is it an IPv6 address, as far as telling it from IPv4 goes? */
export function isIpv6(address: string): boolean {
  return address.includes(':')
}

/** An IPv4 address with or without leading zeros, as Go's `ParseIPSloppy` takes them and kube-proxy with it. */
const SLOPPY = /^0*(\d{1,3})\.0*(\d{1,3})\.0*(\d{1,3})\.0*(\d{1,3})$/

/**
 * An IPv4 address, plainly written. Leading zeros are refused as API servers do (`IsValidIP`,
 * apimachinery/pkg/util/validation/ip.go), and only noted with lenient validation; the address comes back plainly written.
 */
export const ipv4Address: Reader<string> = (value, context) => {
  const address = text(value, context)
  if (address === undefined || address === '') return undefined
  if (tryParseIpv4(address) !== undefined) return address
  if (isIpv6(address)) {
    context.unsupported(`the IPv6 address ${address}`)
    return undefined
  }
  const plain = plainIpv4(address)
  if (plain === undefined) {
    context.problem(`must be an IPv4 address, not ${JSON.stringify(address)}`)
    return undefined
  }
  context.refused(`must be an IPv4 address without leading zeros, not ${JSON.stringify(address)}`, `write ${plain}`)
  return plain
}

function plainIpv4(address: string): string | undefined {
  const match = SLOPPY.exec(address)
  if (match === null) return undefined
  const plain = match.slice(1).map(Number).join('.')
  return tryParseIpv4(plain) === undefined ? undefined : plain
}

/** A network of which host bits may be written, as Go's `ParseCIDRSloppy` takes it: they are cleared. */
export const ipv4Network: Reader<string> = (value, context) => {
  const [address, length] = ipv4Cidr(value, context)?.split('/') ?? []
  if (address === undefined) return undefined
  return formatPrefix({ address: (parseIpv4(address) & maskOf(Number(length))) as Ipv4, length: Number(length) })
}

/** An IPv4 network. Leading zeros are refused by API servers, blanks around it are taken; the network comes back plainly written. */
export const ipv4Cidr: Reader<string> = (value, context) => {
  const cidr = text(value, context)
  if (cidr === undefined || cidr === '') return undefined
  if (isIpv6(cidr)) {
    context.unsupported(`the IPv6 network ${cidr}`)
    return undefined
  }
  const [address = '', length = '', ...more] = cidr.trim().split('/')
  const plain = plainIpv4(address)
  if (plain === undefined || !/^\d+$/.test(length) || Number(length) > 32 || more.length > 0) {
    context.problem(`must be an IPv4 network such as 10.0.0.0/8, not ${JSON.stringify(cidr)}`)
    return undefined
  }
  const written = `${plain}/${Number(length)}`
  if (written !== cidr.trim())
    context.refused(`must be a network without leading zeros, not ${JSON.stringify(cidr)}`, `write ${written}`)
  return written
}
