import type { Ipv4 } from '../../packet/index.ts'
import { UnsupportedError } from '../../packet/index.ts'
import type { Machine } from '../machine.ts'
import { addressOfName, hostAddress, inetAton, unknownName } from '../names.ts'

/** What the command line of nc asks for. Times are nanoseconds. */
export interface NcRequest {
  listen: boolean
  udp: boolean
  /** `-k` */
  keep: boolean
  /** `-N`, and `-q` with a number that is not negative: close the writing half at the end of standard input. */
  shutdown: boolean
  /** `-z` */
  scan: boolean
  verbose: boolean
  /** `-n`: no names. */
  numeric: boolean
  /** `-d`: standard input is not read. */
  detached: boolean
  broadcast: boolean
  /** `-w` in nanoseconds, -1: none. */
  timeout: number
  /** `-q`, -1: none. */
  quit: number
  /** `-i` */
  interval: number
  /** `-W`: so many packets, 0: no limit. */
  receiveLimit: number
  ttl: number
  tos: number
  /** `-s` */
  source: Ipv4 | null
  /** `-p` */
  sourcePort: number
  host: string
  address: Ipv4
  ports: readonly number[]
}

/** nc ends with its message, and 1. */
export class NcError extends Error {}

const WITH_VALUE = new Set([...'piqswWTMIOmPVXx'])
const USAGE =
  'usage: nc [-46CDdFhklNnrStUuvZz] [-I length] [-i interval] [-M ttl]\n' +
  '\t  [-m minttl] [-O length] [-P proxy_username] [-p source_port]\n' +
  '\t  [-q seconds] [-s sourceaddr] [-T keyword] [-V rtable] [-W recvlimit]\n' +
  '\t  [-w timeout] [-X proxy_protocol] [-x proxy_address[:port]]\n' +
  '\t  [destination] [port]'

type NamingMachine = Pick<Machine, 'files' | 'resolver' | 'hasNameService'>

/** @param machine that knows hosts by their names @throws NcError what nc refuses */
export function readNcOptions(args: readonly string[], machine: NamingMachine): NcRequest {
  const request: NcRequest = {
    listen: false,
    udp: false,
    keep: false,
    shutdown: false,
    scan: false,
    verbose: false,
    numeric: false,
    detached: false,
    broadcast: false,
    timeout: -1,
    quit: -1,
    interval: 0,
    receiveLimit: 0,
    ttl: 0,
    tos: 0,
    source: null,
    sourcePort: 0,
    host: '',
    address: 0 as Ipv4,
    ports: [],
  }
  const rest: string[] = []
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!
    if (word[0] !== '-' || word === '-') {
      rest.push(word)
      continue
    }
    for (let at = 1; at < word.length; at++) {
      const letter = word[at]!
      if (!WITH_VALUE.has(letter)) {
        readFlag(letter, request)
        continue
      }
      const value = at + 1 < word.length ? word.slice(at + 1) : args[++i]
      if (value === undefined) throw new NcError(`nc: option requires an argument -- '${letter}'\n${USAGE}`)
      readValue(letter, value, request)
      break
    }
  }
  readTarget(rest, request, machine)
  return request
}

function readFlag(letter: string, request: NcRequest): void {
  switch (letter) {
    case 'l':
      request.listen = true
      return
    case 'u':
      request.udp = true
      return
    case 'k':
      request.keep = true
      return
    case 'N':
      request.shutdown = true
      return
    case 'z':
      request.scan = true
      return
    case 'v':
      request.verbose = true
      return
    case 'd':
      request.detached = true
      return
    case 'b':
      request.broadcast = true
      return
    case 'n':
      request.numeric = true
      return
    case '4':
      return
    case '6':
      throw new UnsupportedError('IPv6 (nc -6)')
    default:
      throw new UnsupportedError(`nc -${letter}`)
  }
}

function readValue(letter: string, value: string, request: NcRequest): void {
  switch (letter) {
    case 'p':
      request.sourcePort = servicePort(value)
      return
    case 's': {
      const address = addressOfName(value)
      if (address === undefined) throw new NcError('nc: getaddrinfo: Temporary failure in name resolution')
      request.source = address
      return
    }
    case 'w':
      request.timeout = whole(value, 'timeout', 0, MOST_SECONDS) * 1e9
      return
    case 'i':
      request.interval = whole(value, 'interval', 0, MOST_SECONDS) * 1e9
      return
    case 'W':
      request.receiveLimit = whole(value, 'receive limit', 1, 0x7fffffff)
      return
    case 'q':
      request.quit = value.startsWith('-') ? -1 : whole(value, 'quit timer', -1, MOST_SECONDS) * 1e9
      if (request.quit >= 0) request.shutdown = true
      return
    case 'M':
      request.ttl = whole(value, 'ttl is', 0, 255, '')
      if (request.ttl === 0) throw new NcError('nc: set IP TTL: Invalid argument')
      return
    case 'T':
      request.tos = tosOf(value)
      return
    default:
      throw new UnsupportedError(`nc -${letter}`)
  }
}

const MOST_SECONDS = Math.floor(0x7fffffff / 1000)

/** `strtonum` */
function whole(text: string, what: string, least: number, most: number, end = `: ${text}`): number {
  if (!/^-?\d+$/.test(text)) throw new NcError(`nc: ${what} invalid${end}`)
  if (Number(text) < least) throw new NcError(`nc: ${what} too small${end}`)
  if (Number(text) > most) throw new NcError(`nc: ${what} too large${end}`)
  return Number(text)
}

function portOf(text: string): number {
  return whole(text, 'port number', 1, 65535)
}

/** The port of a socket of its own goes through getaddrinfo(3). Trap: that takes any number, of which 16 bits stay. */
function servicePort(text: string): number {
  if (!/^\d+$/.test(text)) throw new NcError('nc: getaddrinfo: Servname not supported for ai_socktype')
  return Number(text) & 0xffff
}

const TOS_NAMES: Readonly<Record<string, number>> = {
  critical: 0xa0,
  inetcontrol: 0xc0,
  lowdelay: 0x10,
  netcontrol: 0xe0,
  throughput: 0x08,
  reliability: 0x04,
}

function tosOf(text: string): number {
  const value = TOS_NAMES[text] ?? (/^0x[0-9a-fA-F]+$/.test(text) || /^\d+$/.test(text) ? Number(text) : Number.NaN)
  if (!(value >= 0 && value <= 255)) throw new NcError(`nc: illegal tos value ${text}`)
  return value
}

/** `[HOST] PORT[-PORT] …`; a listener has one port, which may stand behind `-p`. */
function readTarget(rest: readonly string[], request: NcRequest, machine: NamingMachine): void {
  if (request.listen && rest.length > 0 && request.sourcePort !== 0) throw new NcError(USAGE)
  let words: readonly string[] = rest
  if (!(rest.length === 1 && request.listen) && rest.length > 0) {
    request.host = rest[0]!
    words = rest.slice(1)
  } else if (rest.length === 0 && request.listen && request.sourcePort !== 0) words = [String(request.sourcePort)]
  else if (rest.length === 0) throw new NcError(request.listen ? 'nc: missing port number' : USAGE)
  if (words.length === 0) throw new NcError('nc: missing port number')
  if (request.listen && request.scan) throw new NcError('nc: cannot use -z and -l')
  if (!request.listen && request.keep) throw new NcError('nc: must use -l with -k')
  request.ports = request.listen ? [servicePort(words[0]!)] : words.flatMap(portsOf)
  const { host, numeric } = request
  if (numeric && host !== '' && inetAton(host) === undefined)
    throw new NcError(`nc: getaddrinfo for host "${host}" port ${words[0]}: Name or service not known`)
  const address = host === '' ? (request.source ?? (0 as Ipv4)) : hostAddress(host, machine)
  if (address === undefined) {
    throw new NcError(`nc: getaddrinfo for host "${host}" port ${words[0]}: ${unknownName(machine)}`)
  }
  request.address = address
}

function portsOf(text: string): number[] {
  const dash = text.indexOf('-')
  if (dash < 0 || !/^\d/.test(text)) return [portOf(text)]
  // the end is looked at first
  const end = portOf(text.slice(dash + 1))
  const [low, high] = [portOf(text.slice(0, dash)), end].sort((a, b) => a - b) as [number, number]
  return Array.from({ length: high - low + 1 }, (_, i) => low + i)
}
