import { IPV4_ANY, type Ipv4, lengthOfMask, type Prefix } from '../packet/address.ts'
import { UnsupportedError } from '../packet/errors.ts'
import { UsageError } from './errors.ts'
import { readNumber } from './names.ts'
import type { AddressType } from './types.ts'

/** The words of a command line, read one after the other the way `ip` does (iproute2 lib/utils.c), with its words for what is wrong. */
export class Words {
  readonly #words: readonly string[]
  #position = 0

  constructor(words: readonly string[]) {
    this.#words = words
  }

  get atEnd(): boolean {
    return this.#position >= this.#words.length
  }

  /** The next word. @throws UsageError when there is none */
  next(): string {
    const word = this.#words[this.#position]
    if (word === undefined) throw new UsageError('Command line is not complete. Try option "help"')
    this.#position++
    return word
  }

  /** Skips the next word if it is this one. */
  skip(word: string): boolean {
    if (this.#words[this.#position] !== word) return false
    this.#position++
    return true
  }

  /** The next word as an unsigned number; `what` goes into the error, which most often ends with an empty line. */
  number(what: string, limit = 0xffffffff, end: '\n' | '' = '\n'): number {
    const word = this.next()
    const number = readNumber(word, limit)
    if (number === undefined) throw wrong(word, `${what}${end}`)
    return number
  }

  /** The next word as a value that a table of names knows. */
  named(lookup: (word: string) => number | undefined, what: string): number {
    const word = this.next()
    const number = lookup(word)
    if (number === undefined) throw wrong(word, `${what}\n`)
    return number
  }

  /** The next word as an address. */
  address(family = 'inet'): Ipv4 {
    const word = this.next()
    const address = readAddress(word)
    if (address === undefined) {
      refuseIpv6(word)
      throw new UsageError(`Error: ${family} address is expected rather than "${word}".`, 1)
    }
    return address
  }

  /** The next word as a prefix. */
  prefix(family?: 'inet'): Prefix {
    return prefixOf(this.next(), family)
  }
}

/** `Error: argument "x" is wrong: …` */
export function wrong(word: string, message: string): UsageError {
  return new UsageError(`Error: argument "${word}" is wrong: ${message}`)
}

/** Is the word an abbreviation of this one (`matches`)? */
export function abbreviates(word: string, full: string): boolean {
  return word !== '' && full.startsWith(word)
}

/** A prefix as `ip` reads it: `10/8`, `10.0.0.0/255.0.0.0`, `default`, an address alone. @throws UsageError */
export function prefixOf(word: string, family = 'any valid'): Prefix {
  if (word === 'default' || word === 'any' || word === 'all') return { address: IPV4_ANY, length: 0 }
  const slash = word.indexOf('/')
  const address = readAddress(slash < 0 ? word : word.slice(0, slash))
  const length = slash < 0 ? 32 : readLength(word.slice(slash + 1))
  if (address === undefined || length === undefined) {
    refuseIpv6(word)
    throw new UsageError(`Error: ${family} prefix is expected rather than "${word}".`, 1)
  }
  return { address, length }
}

/** Up to four octets in any of C's bases; those that are missing are zero (`get_addr_ipv4`). */
function readAddress(word: string): Ipv4 | undefined {
  if (word === 'default' || word === 'any' || word === 'all') return IPV4_ANY
  const parts = word.split('.')
  if (parts.length > 4) return undefined
  let address = 0
  for (let i = 0; i < 4; i++) {
    const octet = i < parts.length ? readNumber(parts[i]!, 255) : 0
    if (octet === undefined) return undefined
    address = (address << 8) | octet
  }
  return address as Ipv4
}

function readLength(word: string): number | undefined {
  const length = readNumber(word, 32)
  if (length !== undefined) return length
  const mask = word.includes('.') ? readAddress(word) : undefined
  const fromMask = mask === undefined ? -1 : lengthOfMask(mask)
  return fromMask < 0 ? undefined : fromMask
}

function refuseIpv6(word: string): void {
  if (word === 'inet6' || /^[0-9a-fA-F]*:[0-9a-fA-F:.]*(\/\d+)?$/.test(word))
    throw new UnsupportedError(`IPv6 (${word})`)
}

const EXACT_TYPES: readonly AddressType[] = ['local', 'nat']
const TYPES: readonly AddressType[] = [
  'broadcast',
  'anycast',
  'multicast',
  'prohibit',
  'unreachable',
  'blackhole',
  'xresolve',
  'unicast',
  'throw',
]

/** A type of route by its name or an abbreviation of it (`rtnl_rtntype_a2n`); undefined for any other word. */
export function routeTypeOf(word: string): AddressType | undefined {
  if (word === 'brd') return 'broadcast'
  return EXACT_TYPES.find((type) => type === word) ?? TYPES.find((type) => abbreviates(word, type))
}
