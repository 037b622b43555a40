import { UnsupportedError } from '../../packet/index.ts'
import type { PmtuDiscovery } from '../../sockets/index.ts'

/** What the command line of ping asks for. Times are nanoseconds. */
export interface PingRequest {
  target: string
  /** 0: for ever. */
  count: number
  size: number
  interval: number
  /** `-W`: for a first answer. */
  linger: number
  /** `-w`, 0: none. */
  deadline: number
  ttl: number
  tos: number
  mark: number
  source: string
  pmtuDiscovery: PmtuDiscovery | null
  broadcast: boolean
  quiet: boolean
  /** `-n`: no names. */
  numeric: boolean
}

/** What is wrong with a command line, and the exit code. */
export class BadOption extends Error {
  readonly exitCode: number

  constructor(message: string, exitCode = 1) {
    super(message)
    this.exitCode = exitCode
  }
}

const WITH_VALUE = new Set([...'csiWwtQmMIp'])
const PMTU: Readonly<Record<string, PmtuDiscovery>> = { do: 'do', dont: 'dont', want: 'want' }

/** @throws BadOption in ping's words */
export function readPingOptions(args: readonly string[]): PingRequest {
  const request: PingRequest = {
    target: '',
    count: 0,
    size: 56,
    interval: 1e9,
    linger: 10e9,
    deadline: 0,
    ttl: 0,
    tos: 0,
    mark: 0,
    source: '',
    pmtuDiscovery: null,
    broadcast: false,
    quiet: false,
    numeric: false,
  }
  const targets: string[] = []
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!
    if (word[0] !== '-' || word === '-') {
      targets.push(word)
      continue
    }
    for (let at = 1; at < word.length; at++) {
      const letter = word[at]!
      if (!WITH_VALUE.has(letter)) {
        readFlag(letter, request)
        continue
      }
      const value = at + 1 < word.length ? word.slice(at + 1) : args[++i]
      if (value === undefined) throw new BadOption(`option requires an argument -- '${letter}'`, 2)
      readValue(letter, value, request)
      break
    }
  }
  if (targets.length === 0) throw new BadOption('usage error: Destination address required')
  if (targets.length > 1) throw new UnsupportedError('source routes (ping with several addresses)')
  request.target = targets[0]!
  return request
}

function readFlag(letter: string, request: PingRequest): void {
  if (letter === '4') return
  if (letter === 'n') request.numeric = true
  else if (letter === 'q') request.quiet = true
  else if (letter === 'b') request.broadcast = true
  else if (letter === '6') throw new UnsupportedError('IPv6 (ping -6)')
  else throw new UnsupportedError(`ping -${letter}`)
}

function readValue(letter: string, value: string, request: PingRequest): void {
  switch (letter) {
    case 'c':
      request.count = whole(value, 1, Number.MAX_SAFE_INTEGER, '9223372036854775807')
      return
    case 's':
      request.size = whole(value, 0, 0x7fffffff)
      return
    case 'i':
      request.interval = seconds(value)
      return
    case 'W':
      request.linger = seconds(value)
      return
    case 'w':
      request.deadline = whole(value, 0, 0x7fffffff) * 1e9
      return
    case 't':
      request.ttl = whole(value, 0, 255)
      if (request.ttl === 0) throw new BadOption('cannot set unicast time-to-live: Invalid argument', 2)
      return
    case 'm':
      request.mark = whole(value, 0, 0xffffffff)
      return
    case 'Q':
      request.tos = tos(value)
      return
    case 'M': {
      const discovery = PMTU[value]
      if (discovery === undefined) throw new BadOption(`invalid -M argument: ${value}`, 2)
      request.pmtuDiscovery = discovery
      return
    }
    case 'I':
      request.source = value
      return
    default:
      throw new UnsupportedError(`ping -${letter}`)
  }
}

/** @param most how ping writes the limit */
function whole(text: string, min: number, max: number, most = String(max)): number {
  const value = /^(0[xX][0-9a-fA-F]+|-?\d+)$/.test(text) ? Number(text) : Number.NaN
  if (Number.isNaN(value)) throw new BadOption(`invalid argument: '${text}'`)
  if (value < min || value > max)
    throw new BadOption(`invalid argument: '${text}': out of range: ${min} <= value <= ${most}`)
  return value
}

function seconds(text: string): number {
  if (!/^(\d+\.?\d*|\.\d+)$/.test(text)) throw new UnsupportedError(`ping with the time ${text}`)
  return Math.round(Number(text) * 1e9)
}

/** Decimal, or hexadecimal with 0x. */
function tos(text: string): number {
  const value = /^0[xX][0-9a-fA-F]+$/.test(text) || /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (Number.isNaN(value)) throw new BadOption(`bad TOS value: ${text}`, 2)
  if (!(value >= 0 && value <= 255))
    throw new BadOption(`the decimal value of TOS bits must be in range 0-255: ${text}`, 2)
  return value
}
