import type { Ipv4 } from '../packet/index.ts'
import { formatIpv4, type IcmpHeader, IcmpType, UnsupportedError } from '../packet/index.ts'
import { type SocketErrno, socketErrorText, type UdpSocket } from '../sockets/index.ts'
import type { Machine } from './machine.ts'
import { addressBothWays, addressOfName, nameOfAddress, unknownName } from './names.ts'
import { Mailbox } from './process/mailbox.ts'
import { firstOf, nextTurn, type Task, timePassed } from './process/process.ts'
import type { Program, ProgramContext } from './process/program.ts'

/** What the command line asks for. Times are nanoseconds. */
interface Request {
  host: string
  address: Ipv4
  numeric: boolean
  firstHop: number
  maxHops: number
  probes: number
  simultaneous: number
  port: number
  wait: number
  tos: number
  mark: number
  source: Ipv4 | null
  length: number
  dontFragment: boolean
}

class BadUsage extends Error {
  readonly exitCode: number

  constructor(message: string, exitCode: number) {
    super(message)
    this.exitCode = exitCode
  }
}

const HEADERS = 28
/** It wakes so much later than it wanted to: whoever was asked in one go is given up in one go. */
const WAKING = 1_000_000
const MAX_LENGTH = 65000
const OPTIONS_WITH_VALUE = new Set([...'fmqNpwtsi'])

/** traceroute(8) 2.1.2, by UDP to ports that count up. */
export const traceroute: Program = (args, context) => {
  try {
    return run(read(args, context.machine), context)
  } catch (error) {
    return refuse(error, context)
  }
}

function refuse(error: unknown, { stderr }: ProgramContext): number {
  if (!(error instanceof BadUsage)) throw error
  stderr.write(`${error.message}\n`)
  return error.exitCode
}

function read(args: readonly string[], machine: Machine): Request {
  const request: Request = {
    host: '',
    address: 0 as Ipv4,
    numeric: false,
    firstHop: 1,
    maxHops: 30,
    probes: 3,
    simultaneous: 16,
    port: 33434,
    wait: 5e9,
    tos: 0,
    mark: 0,
    source: null,
    length: 60,
    dontFragment: false,
  }
  if (args.length === 0) throw new UnsupportedError('traceroute without a host')
  const rest: { readonly word: string; readonly argc: number }[] = []
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!
    if (word.startsWith('--fwmark=')) request.mark = Number(word.slice('--fwmark='.length))
    else if (word.startsWith('--')) throw new UnsupportedError(`traceroute ${word}`)
    else if (word[0] !== '-') rest.push({ word, argc: i + 1 })
    else {
      for (let at = 1; at < word.length; at++) {
        const letter = word[at]!
        if (letter === 'n') request.numeric = true
        else if (letter === 'F') request.dontFragment = true
        else if (letter === '4') continue
        else if (!OPTIONS_WITH_VALUE.has(letter)) throw new UnsupportedError(`traceroute -${letter}`)
        else {
          const value = at + 1 < word.length ? word.slice(at + 1) : (args[++i] ?? '')
          readValue(letter, value, i + 1, request)
          break
        }
      }
    }
  }
  const [first, second, third] = rest
  if (third !== undefined) throw new BadUsage(`Extra arg \`${third.word}' (position 3, argc ${third.argc})`, 2)
  const host = first?.word
  if (host === undefined) throw new BadUsage('Specify "host" missing argument.', 2)
  const named = addressBothWays(host, 'traceroute', machine)
  if (named === undefined) {
    throw new BadUsage(
      `${host}: ${unknownName(machine)}\nCannot handle "host" cmdline arg \`${host}' on position 1 (argc ${first?.argc})`,
      2,
    )
  }
  request.host = host
  request.address = named.address
  if (second !== undefined) {
    const { word, argc } = second
    if (!/^\d+$/.test(word))
      throw new BadUsage(`Cannot handle "packetlen" cmdline arg \`${word}' on position 2 (argc ${argc})`, 2)
    request.length = Math.max(HEADERS, Number(word))
  }
  checkRequest(request)
  return request
}

function checkRequest({ firstHop, maxHops, probes, length }: Request): void {
  if (firstHop < 1 || firstHop > maxHops) throw new BadUsage('first hop out of range', 2)
  if (maxHops > 255) throw new BadUsage('max hops cannot be more than 255', 2)
  if (probes < 1 || probes > 10) throw new BadUsage('no more than 10 probes per hop', 2)
  if (length > MAX_LENGTH) throw new BadUsage(`too big packetlen ${length} specified`, 2)
}

function readValue(letter: string, text: string, argc: number, request: Request): void {
  const value = Number(text)
  if (letter === 'i') throw new UnsupportedError('traceroute -i')
  if (letter === 's') {
    const address = addressOfName(text)
    if (address === undefined)
      throw new BadUsage(`${text}: Temporary failure in name resolution\n${cannotHandle(letter, text, argc)}`, 2)
    request.source = address
    return
  }
  // -w MAX,HERE,NEAR: the factors only shorten the wait for a probe whose fellows were answered
  if (letter === 'w') {
    const seconds = Number(text.split(',')[0])
    if (Number.isNaN(seconds)) throw new BadUsage(cannotHandle(letter, text, argc), 2)
    if (seconds < 0) throw new BadUsage(`bad wait specifications \`${text},0,0' used`, 2)
    request.wait = Math.round(seconds * 1e9)
    return
  }
  if (!Number.isInteger(value)) throw new BadUsage(cannotHandle(letter, text, argc), 2)
  if (letter === 'f') request.firstHop = value
  else if (letter === 'm') request.maxHops = value
  else if (letter === 'q') request.probes = value
  else if (letter === 'N') request.simultaneous = Math.max(1, value)
  else if (letter === 'p') request.port = value
  else if (letter === 't') request.tos = value
  else throw new UnsupportedError(`traceroute -${letter}`)
}

function cannotHandle(letter: string, text: string, argc: number): string {
  return `Cannot handle \`-${letter}' option with arg \`${text}' (argc ${argc})`
}

interface Probe {
  socket: UdpSocket | null
  sentAt: number
  done: boolean
  /** Who answered, after how long, and what beside "port unreachable" and "time exceeded" it said. */
  from: Ipv4 | null
  time: number
  remark: string
  final: boolean
}

interface Answer {
  readonly probe: Probe
  readonly from: Ipv4
  readonly icmp: IcmpHeader | null
}

function* run(request: Request, context: ProgramContext): Task {
  const { machine, stdout } = context
  const { sim } = machine
  stdout.write(
    `traceroute to ${request.host} (${formatIpv4(request.address)}), ${request.maxHops} hops max, ${request.length} byte packets`,
  )
  const inbox = new Mailbox<Answer>()
  const probes: Probe[] = Array.from({ length: request.maxHops * request.probes }, () => ({
    socket: null,
    sentAt: -1,
    done: false,
    from: null,
    time: 0,
    remark: '',
    final: false,
  }))
  let start = (request.firstHop - 1) * request.probes
  let end = probes.length
  let sent = 0
  const printer = new HopPrinter(request, (address) =>
    machine.nameOf === null ? undefined : nameOfAddress(address, machine),
  )
  try {
    while (start < end) {
      let waiting = 0
      let earliest = Number.POSITIVE_INFINITY
      for (let n = start; n < end; n++) {
        const probe = probes[n]!
        if (n === start && !probe.done && probe.sentAt >= 0 && sim.now - probe.sentAt >= request.wait) finish(probe)
        if (probe.done) {
          if (n === start) {
            stdout.write(printer.print(n, probe))
            start++
          }
          if (probe.final) end = (Math.floor(n / request.probes) + 1) * request.probes
          continue
        }
        if (probe.sentAt < 0) {
          send(request, probe, n, sent++, inbox, context)
          yield nextTurn
        }
        earliest = Math.min(earliest, probe.sentAt + request.wait)
        if (++waiting >= request.simultaneous) break
      }
      if (waiting === 0) continue
      if (inbox.isEmpty) yield firstOf(inbox.filled, timePassed(sim, Math.max(0, earliest - sim.now) + WAKING))
      for (let answer = inbox.take(); answer !== undefined; answer = inbox.take()) take(answer, sim.now)
    }
    stdout.write('\n')
    return 0
  } catch (error) {
    // what the kernel does about the probe is done when sendto(2) returns: the socket still hears of it
    yield nextTurn
    // the line is ended where the complaint goes
    context.stderr.write('\n')
    return refuse(error, context)
  } finally {
    for (const probe of probes) probe.socket?.close()
  }
}

function send(
  request: Request,
  probe: Probe,
  n: number,
  sent: number,
  inbox: Mailbox<Answer>,
  { machine, netns }: ProgramContext,
): void {
  const socket = machine.socketsOf(netns).udp.open(
    {
      ttl: Math.floor(n / request.probes) + 1,
      tos: request.tos,
      mark: request.mark,
      pmtuDiscovery: request.dontFragment ? 'do' : 'dont',
      receiveErrors: true,
    },
    {
      onReceive: (packet) => inbox.push({ probe, from: packet.ip!.src, icmp: null }),
      onError: (_errno, _socket, packet) => inbox.push({ probe, from: packet.ip!.src, icmp: packet.l4 as IcmpHeader }),
    },
  )
  probe.socket = socket
  check('bind', socket.bind(request.source ?? (0 as Ipv4), 0))
  check('connect', socket.connect(request.address, request.port + sent))
  probe.sentAt = machine.sim.now
  const error = socket.send(probeData(request.length - HEADERS))
  if (error !== 'EMSGSIZE' && error !== 'EHOSTUNREACH') check('send', error)
}

/** What it sends for the sake of length: `@ABC…`, round after 64 octets. */
function probeData(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => 0x40 + (i & 0x3f))
}

function check(call: string, error: SocketErrno | null): void {
  if (error !== null) throw new BadUsage(`${call}: ${socketErrorText(error)}`, 1)
}

function finish(probe: Probe): void {
  probe.done = true
  probe.socket?.close()
  probe.socket = null
}

function take({ probe, from, icmp }: Answer, now: number): void {
  if (probe.done) return
  probe.from = from
  probe.time = now - probe.sentAt
  // any answer of the port itself is the end of the way
  probe.final = icmp === null || icmp.type === IcmpType.DEST_UNREACH
  probe.remark = icmp === null ? '' : remarkOf(icmp)
  finish(probe)
}

const REMARKS: Readonly<Record<number, string>> = {
  0: '!N',
  1: '!H',
  2: '!P',
  3: '',
  5: '!S',
  6: '!N',
  7: '!H',
  8: '!N',
  9: '!X',
  10: '!X',
  11: '!N',
  12: '!H',
  13: '!X',
  14: '!V',
  15: '!C',
}
const FRAG_NEEDED = 4

/** What stands behind the time: nothing for the two messages that traceroute lives on. */
function remarkOf({ type, code, mtu }: IcmpHeader): string {
  if (type === IcmpType.TIME_EXCEEDED && code === 0) return ''
  if (type !== IcmpType.DEST_UNREACH) return `!<${type}-${code}>`
  if (code === FRAG_NEEDED) return `!F-${mtu}`
  return REMARKS[code] ?? `!<${code}>`
}

class HopPrinter {
  readonly #request: Request
  readonly #nameOf: (address: Ipv4) => string | undefined
  #lastFrom: Ipv4 | null = null

  constructor(request: Request, nameOf: (address: Ipv4) => string | undefined) {
    this.#request = request
    this.#nameOf = nameOf
  }

  print(n: number, probe: Probe): string {
    let text = ''
    if (n % this.#request.probes === 0) {
      text += `\n${String(n / this.#request.probes + 1).padStart(2)} `
      this.#lastFrom = null
    }
    if (probe.from === null) return `${text} *`
    if (probe.from !== this.#lastFrom) {
      const address = formatIpv4(probe.from)
      text += this.#request.numeric ? ` ${address}` : ` ${this.#nameOf(probe.from) ?? address} (${address})`
      this.#lastFrom = probe.from
    }
    text += `  ${(probe.time / 1e6).toFixed(3)} ms`
    return probe.remark === '' ? text : `${text} ${probe.remark}`
  }
}
