import type { Link } from '../../netns/index.ts'
import {
  formatIpv4,
  HeaderLength,
  type IcmpHeader,
  IcmpType,
  type Ipv4,
  isMulticast,
  type Packet,
} from '../../packet/index.ts'
import { type SocketErrno, socketErrorText } from '../../sockets/index.ts'
import { addressBothWays, addressOfName, type NamedHost, nameOfAddress, unknownName } from '../names.ts'
import { Mailbox } from '../process/mailbox.ts'
import { firstOf, nextTurn, Signal, Signalled, type Task, timePassed } from '../process/process.ts'
import type { Program, ProgramContext } from '../process/program.ts'
import type { Output } from '../process/streams.ts'
import { icmpText } from './icmp-text.ts'
import { BadOption, type PingRequest, readPingOptions } from './options.ts'

/** Port of the UDP socket by which ping asks for its source address. It sends nothing. */
const PROBE_PORT = 1025
/** So many octets hold the time of sending (`struct timeval`); less, and no time is shown. */
const TIME_OCTETS = 16
/** The longest pause before a request is tried again that the device threw away, in nanoseconds. */
const OVERFLOW_PAUSE = 500_000_000
/** How long the kernel may be at work before ping runs. */
const QUIET = 50_000

/** ping(8) of iputils 20221126, as root. */
export const ping: Program = (args, context) => {
  try {
    const request = readPingOptions(args)
    return run(prepare(request, context), context)
  } catch (error) {
    if (!(error instanceof BadOption)) throw error
    context.stderr.write(`ping: ${error.message}\n`)
    return error.exitCode
  }
}

interface Run {
  readonly request: PingRequest
  readonly target: Ipv4
  readonly named: NamedHost
  readonly source: Ipv4
  /** bind() was called: the source is that one for all requests. */
  readonly bound: boolean
  readonly device: Link | null
}

/** What ping asks the kernel before it says anything. @throws BadOption */
function prepare(request: PingRequest, { netns, machine, stderr }: ProgramContext): Run {
  const named = addressBothWays(request.target, 'ping', machine)
  if (named === undefined) throw new BadOption(`${request.target}: ${unknownName(machine)}`, 2)
  let target = named.address
  const sockets = machine.socketsOf(netns)
  let source = request.source === '' ? undefined : addressOfName(request.source)
  let device: Link | null = null
  const bound = source !== undefined
  if (request.source !== '' && source === undefined) {
    device = netns.deviceByName(request.source) ?? null
    if (device === null) throw new BadOption(`SO_BINDTODEVICE ${request.source}: No such device`, 2)
  }
  if (source === undefined) {
    const asked = sockets.udp.open({
      ...(device !== null && { device: device.ifindex }),
      tos: request.tos,
      mark: request.mark,
    })
    let error = asked.connect(target, PROBE_PORT)
    if (error === 'EACCES') {
      asked.close()
      if (!request.broadcast) {
        throw new BadOption('Do you want to ping broadcast? Then -b. If not, check your local firewall rules', 2)
      }
      stderr.write('WARNING: pinging broadcast address\n')
      const again = sockets.udp.open({ broadcast: true })
      error = again.connect(target, PROBE_PORT)
      source = again.address
      again.close()
    } else source = asked.address
    asked.close()
    if (error !== null) throw new BadOption(`connect: ${socketErrorText(error)}`, 2)
  } else {
    const { socket, error } = sockets.udp.bind({ address: source })
    socket?.close()
    if (error !== null) throw new BadOption(`bind: ${socketErrorText(error)}`, 2)
  }
  if (target === 0) target = source === 0 ? (0x7f000001 as Ipv4) : source
  if (device !== null && !device.addresses.some((each) => each.local === source)) {
    stderr.write(`ping: Warning: source address might be selected on device other than: ${device.name}\n`)
  }
  return { request, target, named, source, bound, device }
}

interface Message {
  readonly packet: Packet
  readonly icmp: IcmpHeader
  readonly sequence: number
}

function* run({ request, target, named, source, bound, device }: Run, context: ProgramContext): Task {
  const { machine, netns, stdout, stderr } = context
  const { sim } = machine
  const inbox = new Mailbox<Message>()
  // a broadcast is not cut into fragments unless that is said (`ping4_run`)
  const discovery = request.pmtuDiscovery ?? (request.broadcast ? 'do' : null)
  const pinger = machine.socketsOf(netns).icmp.open(
    {
      ...(bound && { source }),
      ...(device !== null && { device: device.ifindex }),
      ttl: request.ttl,
      tos: request.tos,
      mark: request.mark,
      broadcast: request.broadcast,
      ...(discovery !== null && { pmtuDiscovery: discovery }),
    },
    {
      onReply: (packet) => {
        const icmp = packet.l4 as IcmpHeader
        inbox.push({ packet, icmp, sequence: icmp.sequence })
      },
      onError: (packet, quoted) => {
        if (quoted.ip?.dst !== target) return
        inbox.push({ packet, icmp: packet.l4 as IcmpHeader, sequence: (quoted.l4 as IcmpHeader).sequence })
      },
      // no error: the request was forwarded
      onRedirect: (packet, quoted) => {
        if (quoted.ip?.dst !== target) return
        inbox.push({ packet, icmp: packet.l4 as IcmpHeader, sequence: (quoted.l4 as IcmpHeader).sequence })
      },
    },
  )
  const { name } = named
  const nameOf = (address: Ipv4): string | undefined =>
    named.isAddress || request.numeric ? undefined : nameOfAddress(address, machine)
  const printer = new Printer(request, target, nameOf, stdout)
  const from = bound || device !== null ? ` from ${formatIpv4(source)} ${device?.name ?? ''}:` : ''
  printer.add(`PING ${name} (${formatIpv4(target)})${from} ${request.size}(${request.size + 28}) bytes of data.\n`)
  const start = sim.now
  const deadline = request.deadline === 0 ? Number.POSITIVE_INFINITY : start + request.deadline
  let exitAt = deadline
  let nextSend = start
  const statistics = new Statistics(start)
  const waited = new Set<Message>()
  let overflows = 0
  const tellIcmp = ({ packet, icmp, sequence }: Message): void => {
    statistics.errors++
    statistics.acknowledge(sequence)
    printer.error(packet, icmp, sequence)
  }
  /** Trap: that sending failed is said only when an ICMP message says why (`pinger` in ping_common.c). */
  const tellError = (error: SocketErrno): void => {
    if (error === 'EMSGSIZE') {
      // no IP packet at all: the socket refuses it before anybody could tell of an MTU (`ping_common_sendmsg`)
      if (request.size + HeaderLength.ICMP > 0xffff) return
      statistics.errors++
      if (!request.quiet) stderr.write(`ping: local error: message too long, mtu=${pinger.pathMtu(target)}\n`)
      return
    }
    const message = inbox.take()
    if (message === undefined) return
    tellIcmp(message)
    stdout.write(printer.flush())
    if (!request.quiet) stderr.write(`ping: sendmsg: ${socketErrorText(error)}\n`)
  }
  try {
    for (;;) {
      const { received, errors } = statistics
      if (request.count > 0 && received + errors >= request.count) break
      if (request.deadline > 0 && errors > 0) break
      if (sim.now >= exitAt) break
      const wantsMore = request.count === 0 || statistics.sent < request.count || request.deadline > 0
      if (wantsMore && sim.now >= nextSend) {
        nextSend = sim.now + request.interval
        const error = pinger.send(target, statistics.sent + 1, request.size)
        if (error === 'ENOBUFS') {
          // the device threw it away: it is tried again before ping gives it up
          const pause = Math.min(request.interval / 2, OVERFLOW_PAUSE)
          if (++overflows * pause < request.linger) {
            nextSend = sim.now + pause
            continue
          }
        }
        statistics.sending(sim.now)
        if (error === 'ENOBUFS') {
          if (!request.quiet) stderr.write(`ping: sendmsg: ${socketErrorText(error)}\n`)
        } else if (error !== null) {
          // whatever the kernel does on the way is done when sendto(2) returns
          yield nextTurn
          stdout.write(printer.flush())
          tellError(error)
        }
        // a request that never left is waited for until the next one is due
        if (statistics.errors > errors) yield timePassed(sim, request.interval)
        if (request.count > 0 && statistics.sent >= request.count && request.deadline === 0) {
          exitAt = sim.now + statistics.patience(request)
        }
        continue
      }
      const until = Math.min(exitAt, wantsMore ? nextSend : Number.POSITIVE_INFINITY)
      yield until === Number.POSITIVE_INFINITY ? inbox.filled : firstOf(inbox.filled, timePassed(sim, until - sim.now))
      for (let message = inbox.take(); message !== undefined; message = inbox.take()) {
        const { packet, icmp, sequence } = message
        if (icmp.type === IcmpType.ECHO_REPLY) printer.reply(packet, icmp, statistics.reply(sequence, sim.now))
        else if (icmp.type !== IcmpType.REDIRECT) tellIcmp(message)
        else if (waited.has(message)) printer.error(packet, icmp, sequence, ':')
        else {
          // ping does not run before the network is quiet; then it reads errors first, and when those were the last that it waited for, no more
          yield timePassed(sim, QUIET)
          const later = inbox.takeAll()
          const isError = ({ icmp: { type } }: Message): boolean =>
            type !== IcmpType.REDIRECT && type !== IcmpType.ECHO_REPLY
          for (const each of [...later.filter(isError), message, ...later.filter((each) => !isError(each))]) {
            if (each.icmp.type === IcmpType.REDIRECT) waited.add(each)
            inbox.push(each)
          }
          continue
        }
        stdout.write(printer.flush())
        if (statistics.received + statistics.errors >= statistics.sent) break
      }
    }
  } catch (error) {
    // Ctrl-C: it tells what it has seen
    if (!(error instanceof Signalled) || error.signal !== Signal.INT) throw error
    stdout.write(printer.flush())
  } finally {
    pinger.close()
  }
  printer.add(statistics.summary(name, request.size >= TIME_OCTETS))
  stdout.write(printer.flush())
  return statistics.received === 0 || (request.deadline > 0 && statistics.received < request.count) ? 1 : 0
}

/** What ping prints, held back as a file's buffer holds it: a killed ping has said nothing of what it had not flushed. */
class Printer {
  readonly size: number
  readonly #request: PingRequest
  readonly #target: Ipv4
  readonly #nameOf: (address: Ipv4) => string | undefined
  readonly #stdout: Output
  #text = ''

  constructor(request: PingRequest, target: Ipv4, nameOf: (address: Ipv4) => string | undefined, stdout: Output) {
    this.#stdout = stdout
    this.#request = request
    this.#target = target
    this.#nameOf = nameOf
    this.size = request.size
  }

  /** A terminal sees each line at once. */
  add(text: string): void {
    if (this.#stdout.isTerminal === true) this.#stdout.write(text)
    else this.#text += text
  }

  flush(): string {
    const text = this.#text
    this.#text = ''
    return text
  }

  reply(packet: Packet, icmp: IcmpHeader, { time, duplicate }: { time: number; duplicate: boolean }): void {
    if (this.#request.quiet) return
    const { ip } = packet
    if (ip === null) return
    const from = this.#host(ip.src)
    const timed = this.size >= TIME_OCTETS ? ` time=${milliseconds(time)} ms` : ''
    const toMany = this.#request.broadcast || isMulticast(this.#target)
    const different = ip.src !== this.#target && !toMany ? ' (DIFFERENT ADDRESS!)' : ''
    const octets = ip.totalLength - HeaderLength.IPV4
    this.add(
      `${octets} bytes from ${from}: icmp_seq=${icmp.sequence} ttl=${ip.ttl}${timed}${duplicate ? ' (DUP!)' : ''}${different}\n`,
    )
  }

  error(packet: Packet, icmp: IcmpHeader, sequence: number, mark = ''): void {
    if (this.#request.quiet || packet.ip === null) return
    this.add(`From ${this.#host(packet.ip.src)}${mark} icmp_seq=${sequence} ${icmpText(icmp)}\n`)
  }

  /** With the name where the target was given by name (`pr_addr`). */
  #host(address: Ipv4): string {
    const text = formatIpv4(address)
    const name = this.#nameOf(address)
    return name === undefined ? text : `${name} (${text})`
  }
}

/** `0.050`, `1.23`, `12.3`, `123` as ping shortens. */
function milliseconds(nanoseconds: number): string {
  const micros = Math.floor(nanoseconds / 1000)
  if (micros >= 100_000) return String(Math.floor((micros + 500) / 1000))
  if (micros >= 10_000) return (Math.floor((micros + 50) / 100) / 10).toFixed(1)
  if (micros >= 1000) return (Math.floor((micros + 5) / 10) / 100).toFixed(2)
  return (micros / 1000).toFixed(3)
}

class Statistics {
  sent = 0
  received = 0
  errors = 0
  duplicates = 0
  readonly #start: number
  #lastSent = 0
  readonly #sentAt = new Map<number, number>()
  readonly #answered = new Set<number>()
  readonly #times: number[] = []
  #pipe = 0

  constructor(start: number) {
    this.#start = start
  }

  sending(now: number): void {
    this.sent++
    this.#lastSent = now
    const sequence = this.sent & 0xffff
    this.#sentAt.set(sequence, now)
    // numbers come again: an answer to this request is no duplicate (`rcvd_clear` of iputils)
    this.#answered.delete(sequence)
  }

  /** An answer came: its round trip in nanoseconds. */
  reply(sequence: number, now: number): { time: number; duplicate: boolean } {
    const time = now - (this.#sentAt.get(sequence) ?? now)
    const duplicate = this.#answered.has(sequence)
    this.#times.push(time)
    if (duplicate) this.duplicates++
    else {
      this.received++
      this.#answered.add(sequence)
    }
    this.acknowledge(sequence)
    return { time, duplicate }
  }

  /** Something was heard of a request: how many were on their way then (`acknowledge` of iputils)? */
  acknowledge(sequence: number): void {
    const behind = (this.sent - sequence) & 0xffff
    if (behind <= 0x7fff) this.#pipe = Math.max(this.#pipe, behind + 1)
  }

  /** How long ping waits behind the last request: twice the longest round trip once there is one (`schedule_exit`). */
  patience(request: PingRequest): number {
    return this.received > 0 ? Math.max(2 * Math.max(...this.#times), request.interval) : request.linger
  }

  summary(name: string, timed: boolean): string {
    const lost = this.sent === 0 ? 0 : ((this.sent - this.received) * 100) / this.sent
    const parts = [`${this.sent} packets transmitted`, ` ${this.received} received`]
    if (this.duplicates > 0) parts.push(` +${this.duplicates} duplicates`)
    if (this.errors > 0) parts.push(` +${this.errors} errors`)
    if (this.sent > 0) {
      parts.push(` ${Number(lost.toPrecision(6))}% packet loss`)
      parts.push(` time ${Math.floor((this.#lastSent - this.#start + 500_000) / 1e6)}ms`)
    }
    const last = [timed ? this.#roundTrips() : '', this.#pipe > 1 ? `pipe ${this.#pipe}` : ''].filter(
      (part) => part !== '',
    )
    return `\n--- ${name} ping statistics ---\n${parts.join(',')}\n${last.join(', ')}\n`
  }

  #roundTrips(): string {
    if (this.#times.length === 0) return ''
    const times = this.#times
    const average = times.reduce((sum, time) => sum + time, 0) / times.length
    const square = times.reduce((sum, time) => sum + time * time, 0) / times.length
    const deviation = Math.sqrt(Math.max(0, square - average * average))
    const values = [Math.min(...times), average, Math.max(...times), deviation].map((time) => (time / 1e6).toFixed(3))
    return `rtt min/avg/max/mdev = ${values.join('/')} ms`
  }
}
