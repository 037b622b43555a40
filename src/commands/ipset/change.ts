import {
  type Extensions,
  Found,
  formatElement,
  type IpSet,
  IpsetError,
  type ListPlace,
  ListSet,
} from '../../netfilter/ipset/index.ts'
import { UnsupportedError } from '../../packet/index.ts'
import { type OptionWords, readOptions } from './arguments.ts'
import { checkSetName, readElement, type WrittenElement } from './element.ts'
import { IpsetSyntaxError, syntaxError } from './errors.ts'
import { expand, single } from './expand.ts'
import { MAX_COUNTER, MAX_TIMEOUT, readNumber } from './numbers.ts'

const MAX_COMMENT = 255
const PLACES: OptionWords = { before: 1, after: 1 }
const SKB_OPTIONS = ['skbmark', 'skbprio', 'skbqueue'] as const

function optionsOf({ type }: IpSet, command: 'add' | 'del' | 'test'): OptionWords {
  const list: OptionWords = type.name === 'list:set' ? PLACES : {}
  const wildcard: OptionWords = type.name === 'hash:net,iface' ? { wildcard: 0 } : {}
  const nomatch: OptionWords = type.nomatch ? { nomatch: 0 } : {}
  if (command === 'del') return { ...list, ...wildcard }
  if (command === 'test') return { ...list, ...wildcard, ...nomatch }
  return {
    timeout: 1,
    packets: 1,
    bytes: 1,
    comment: 1,
    skbmark: 1,
    skbprio: 1,
    skbqueue: 1,
    ...list,
    ...wildcard,
    ...nomatch,
  }
}

/** What stands behind `add NAME`, `del NAME` and `test NAME`. */
class Change {
  readonly set: IpSet
  readonly written: WrittenElement
  readonly given: ReadonlyMap<string, string>

  constructor(set: IpSet, command: 'add' | 'del' | 'test', text: string, words: readonly string[]) {
    this.set = set
    this.written = readElement(set.type, text)
    this.given = readOptions(words, optionsOf(set, command))
    this.written.key.wildcard = this.given.has('wildcard')
    for (const name of SKB_OPTIONS) if (this.given.has(name)) throw new UnsupportedError(`ipset add … ${name}`)
  }

  get extensions(): Extensions {
    const comment = this.given.get('comment')
    if (comment?.includes('"') === true) syntaxError('" character is not permitted in comments')
    if (comment !== undefined && comment.length > MAX_COMMENT) {
      syntaxError(`Comment is longer than the maximum allowed ${MAX_COMMENT} characters`)
    }
    const timeout = this.#number('timeout', MAX_TIMEOUT)
    const packets = this.#number('packets', MAX_COUNTER)
    const bytes = this.#number('bytes', MAX_COUNTER)
    return {
      ...(timeout !== undefined && { timeout }),
      ...(packets !== undefined && { packets }),
      ...(bytes !== undefined && { bytes }),
      ...(comment !== undefined && { comment }),
      nomatch: this.given.has('nomatch'),
    }
  }

  /** Beside which other set of a list. */
  get place(): ListPlace | null {
    const before = this.given.get('before')
    const after = this.given.get('after')
    if (before !== undefined && after !== undefined) {
      const [, second] = [...this.given.keys()].filter((name) => Object.hasOwn(PLACES, name))
      syntaxError(`${second} already specified`)
    }
    const name = before ?? after
    return name === undefined ? null : { before: before !== undefined, name: checkSetName(name) }
  }

  #number(name: string, max: number | bigint): number | undefined {
    const text = this.given.get(name)
    return text === undefined ? undefined : readNumber(text, max)
  }
}

/** What a command has understood, ready to be done. @throws IpsetError */
export type Ready = () => void

/** `ipset add` @throws IpsetSyntaxError, IpsetUsageError */
export function addElement(set: IpSet, text: string, words: readonly string[], exist: boolean): Ready {
  const { written, extensions, place } = new Change(set, 'add', text, words)
  return () => {
    if (set instanceof ListSet) set.addAt(written.key, extensions, exist, place)
    else for (const key of expand(set.options, written)) set.add(key, extensions, exist)
  }
}

/** `ipset del` @throws IpsetSyntaxError, IpsetUsageError */
export function deleteElement(set: IpSet, text: string, words: readonly string[], exist: boolean): Ready {
  const { written, place } = new Change(set, 'del', text, words)
  return () => {
    if (set instanceof ListSet) set.deleteAt(written.key, exist, place)
    else for (const key of expand(set.options, written)) set.delete(key, exist)
  }
}

/** What `ipset test` finds, and the element as its answer names it. @throws IpsetError, IpsetSyntaxError, IpsetUsageError */
export function testElement(set: IpSet, text: string, words: readonly string[]): { found: boolean; element: string } {
  const change = new Change(set, 'test', text, words)
  const { written, place } = change
  refuseRanges(set, written)
  // whichever side was asked for, the answer says `after`
  const element = describe(set, written) + (place === null ? '' : ` after ${place.name}`)
  const wanted = change.given.has('nomatch') ? Found.NOMATCH : Found.YES
  return { found: ask(set, written, place) === wanted, element }
}

/** Most types are asked for one element at a time (lib/ipset.c, `check_allowed`). */
function refuseRanges({ type }: IpSet, { length, ipTo, portTo }: WrittenElement): void {
  if (type.name === 'hash:ip') return
  const refused =
    type.parts[0] === 'ip' && length !== undefined
      ? 'IP/CIDR range'
      : ipTo !== undefined
        ? 'FROM-TO IP range'
        : portTo !== undefined
          ? 'FROM-TO port range'
          : null
  if (refused === null) return
  const family = type.name === 'bitmap:port' ? 'unspec' : 'inet'
  throw new IpsetSyntaxError(
    `${refused} is not allowed in command test with set type ${type.name} and family ${family}`,
  )
}

function ask(set: IpSet, written: WrittenElement, place: ListPlace | null): Found {
  try {
    return set instanceof ListSet ? set.testAt(written.key, place) : set.test(single(set.options, written))
  } catch (error) {
    // what a type itself finds wrong with an element means only that it is not there
    if (error instanceof IpsetError && /^(LIST_|HASH_|BITMAP_)/.test(error.code)) return Found.NO
    throw error
  }
}

/** The element with the ranges that were written. */
function describe(set: IpSet, written: WrittenElement): string {
  const { key, length, ipTo } = written
  const { type } = set
  const cidr = (type.parts[0] === 'net' ? length : written.length2) ?? 32
  const words = formatElement(type, { ...key, cidr }).split(',')
  if (ipTo !== undefined) words[0] = `${words[0]}-${formatElement(HOST, { ...key, ip: ipTo })}`
  else if (type.parts[0] === 'ip' && length !== undefined && length !== 32) words[0] = `${words[0]}/${length}`
  return words.join(',')
}

const HOST = { name: '', revision: 0, dimension: 1, parts: ['ip'], nomatch: false } as const
