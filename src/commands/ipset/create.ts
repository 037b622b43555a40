import { type NewSet, SET_TYPES, type SetTypeName } from '../../netfilter/ipset/index.ts'
import { type Ipv4, maskOf, UnsupportedError } from '../../packet/index.ts'
import { inetAton } from '../names.ts'
import { type OptionWords, readOptions } from './arguments.ts'
import { readOnePort } from './element.ts'
import { IpsetSyntaxError, IpsetUsageError, syntaxError } from './errors.ts'
import { MAX_TIMEOUT, MAX_UINT32, readNumber, readPrefixLength } from './numbers.ts'

/** Names of ipset 4. */
const OLD_NAMES: { readonly [name: string]: SetTypeName } = {
  iphash: 'hash:ip',
  nethash: 'hash:net',
  ipporthash: 'hash:ip,port',
  ipportiphash: 'hash:ip,port,ip',
  ipportnethash: 'hash:ip,port,net',
  portmap: 'bitmap:port',
  setlist: 'list:set',
}
const OTHERS: ReadonlySet<string> = new Set(
  (
    'hash:mac hash:ip,mac hash:ip,mark hash:net,net hash:net,port hash:net,port,net bitmap:ip bitmap:ip,mac ' +
    'ipmap macipmap iptree iptreemap'
  ).split(' '),
)

const COMMON: OptionWords = { timeout: 1, counters: 0, comment: 0, skbinfo: 0 }
const HASH: OptionWords = {
  ...COMMON,
  family: 1,
  '-4': 0,
  '-6': 0,
  hashsize: 1,
  maxelem: 1,
  bucketsize: 1,
  initval: 1,
  forceadd: 0,
}
const MASKED: OptionWords = { ...HASH, netmask: 1, bitmask: 1 }

function optionsOf(type: SetTypeName): OptionWords {
  if (type === 'bitmap:port') return { ...COMMON, range: 1 }
  if (type === 'list:set') return { ...COMMON, size: 1 }
  return type === 'hash:ip' || type === 'hash:ip,port' ? MASKED : HASH
}

/** Reads what stands behind `create NAME`. @throws IpsetSyntaxError, IpsetUsageError */
export function readCreate(typeWord: string, words: readonly string[]): NewSet {
  const type = readType(typeWord)
  const given = readOptions(words, optionsOf(type))
  const number = (name: string, max: number) => {
    const text = given.get(name)
    return text === undefined ? undefined : readNumber(text, max)
  }
  refuseOthers(given)
  const created: { -readonly [K in keyof NewSet]: NewSet[K] } = { type }
  const numbers = {
    timeout: number('timeout', MAX_TIMEOUT),
    hashsize: number('hashsize', MAX_UINT32),
    maxelem: number('maxelem', MAX_UINT32),
    bucketsize: number('bucketsize', 255),
    initval: number('initval', MAX_UINT32),
    size: number('size', MAX_UINT32),
  }
  for (const [name, value] of Object.entries(numbers))
    if (value !== undefined) Object.assign(created, { [name]: value })
  if (given.has('counters')) created.counters = true
  if (given.has('comment')) created.comment = true
  readMask(given, created)
  if (type === 'bitmap:port') readRange(given.get('range'), created)
  return created
}

function readType(word: string): SetTypeName {
  if (Object.hasOwn(SET_TYPES, word)) return word as SetTypeName
  if (Object.hasOwn(OLD_NAMES, word)) return OLD_NAMES[word]!
  if (OTHERS.has(word)) throw new UnsupportedError(`ipset type ${word}`)
  return syntaxError(`typename '${word}' is unknown`)
}

function refuseOthers(given: ReadonlyMap<string, string>): void {
  const family = given.get('family') ?? (given.has('-6') ? 'inet6' : 'inet')
  if (family === 'inet6' || family === 'ipv6') throw new UnsupportedError('ipset family inet6')
  if (family !== 'inet' && family !== 'ipv4') syntaxError(`unknown inet family ${family}`)
  for (const name of ['skbinfo', 'forceadd']) if (given.has(name)) throw new UnsupportedError(`ipset create … ${name}`)
}

function readMask(given: ReadonlyMap<string, string>, created: { netmask?: number | null; mask?: Ipv4 }): void {
  const netmask = given.get('netmask')
  const bitmask = given.get('bitmask')
  if (netmask !== undefined && bitmask !== undefined) {
    syntaxError('bitmask and netmask are mutually exclusive, provide only one')
  }
  if (netmask !== undefined) {
    try {
      created.netmask = readPrefixLength(netmask, 1)
    } catch (error) {
      const first = (error as IpsetSyntaxError).message
      throw new IpsetSyntaxError(`${first}\nSyntax error: netmask is out of the inclusive range of 1-32`)
    }
  }
  if (bitmask === undefined) return
  const mask = inetAton(bitmask)
  if (mask === undefined || mask === 0) syntaxError(`cannot parse ${bitmask}: resolving to IPv4 address failed`)
  if (mask !== maskOf(32)) created.mask = mask
}

/** `[PROTO:]FROM-TO` */
function readRange(text: string | undefined, created: { from?: number; to?: number }): void {
  if (text === undefined) throw new IpsetUsageError("Mandatory option `range' is missing")
  const range = text.replace(/^(tcp|udp):/, '')
  const protocol = text.startsWith('udp:') ? 'udp' : 'tcp'
  const dash = range.indexOf('-')
  if (dash < 0) {
    readOnePort(range, protocol)
    throw new IpsetUsageError("Mandatory option `to' is missing")
  }
  created.to = readOnePort(range.slice(dash + 1), protocol)
  created.from = readOnePort(range.slice(0, dash), protocol)
}
