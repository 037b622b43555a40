import { sendArp } from '../netns/arp.ts'
import type { Link } from '../netns/index.ts'
import {
  ArpOperation,
  formatIpv4,
  formatMac,
  type Ipv4,
  MAC_BROADCAST,
  type Mac,
  type Packet,
  PacketType,
  UnsupportedError,
} from '../packet/index.ts'
import { addressOfName } from './names.ts'
import { Mailbox } from './process/mailbox.ts'
import { firstOf, nextTurn, type Task, timePassed } from './process/process.ts'
import type { Program, ProgramContext } from './process/program.ts'

/** What the command line asks for. Times are nanoseconds. */
interface Request {
  target: Ipv4
  /** 0: for ever. */
  count: number
  /** `-w`, 0: none. */
  timeout: number
  interval: number
  device: string
  /** As it was written; read once the device is known. */
  source: string | null
  quitOnReply: boolean
  quiet: boolean
  broadcastOnly: boolean
  /** `-D` */
  duplicates: boolean
  /** `-U`: own address made known by requests; `-A`: by replies. */
  unsolicited: boolean
  answer: boolean
}

const USAGE = '\nUsage:\n  arping [options] <destination>'
/** `strtol_or_err` takes an int. */
const MOST = 0x7fffffff

class BadUsage extends Error {
  readonly exitCode: number
  readonly output: 'stdout' | 'stderr' | 'none'

  constructor(message: string, exitCode = 2, output: BadUsage['output'] = 'stderr') {
    super(message)
    this.exitCode = exitCode
    this.output = output
  }
}

/** arping(8) of iputils 20221126. */
export const arping: Program = (args, context) => {
  try {
    const request = read(args)
    const { link, source } = prepare(request, context)
    return run(request, link, source, context)
  } catch (error) {
    if (!(error instanceof BadUsage)) throw error
    if (error.output !== 'none') context[error.output].write(`${error.message}\n`)
    return error.exitCode
  }
}

function read(args: readonly string[]): Request {
  const request: Request = {
    target: 0 as Ipv4,
    count: 0,
    timeout: 0,
    interval: 1e9,
    device: '',
    source: null,
    quitOnReply: false,
    quiet: false,
    broadcastOnly: false,
    duplicates: false,
    unsolicited: false,
    answer: false,
  }
  let target = ''
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!
    if (word[0] !== '-') {
      if (target !== '') throw new BadUsage(USAGE)
      target = word
      continue
    }
    for (let at = 1; at < word.length; at++) {
      const letter = word[at]!
      if ('cwiIs'.includes(letter)) {
        readValue(letter, at + 1 < word.length ? word.slice(at + 1) : (args[++i] ?? ''), request)
        break
      }
      readFlag(letter, request)
    }
  }
  if (target === '') throw new BadUsage(USAGE)
  const address = addressOfName(target)
  if (address === undefined) throw new BadUsage(`arping: ${target}: Temporary failure in name resolution`)
  request.target = address
  return request
}

function readFlag(letter: string, request: Request): void {
  if (letter === 'f') request.quitOnReply = true
  else if (letter === 'q') request.quiet = true
  else if (letter === 'b') request.broadcastOnly = true
  else if (letter === 'D') {
    request.duplicates = true
    request.quitOnReply = true
  } else if (letter === 'U') request.unsolicited = true
  else if (letter === 'A') {
    request.unsolicited = true
    request.answer = true
  } else throw new UnsupportedError(`arping -${letter}`)
}

function readValue(letter: string, text: string, request: Request): void {
  if (letter === 'I') request.device = text
  else if (letter === 's') {
    request.source = text
  } else {
    const value = Number(text)
    if (!/^-?\d+$/.test(text)) throw new BadUsage(`arping: invalid argument: '${text}'`, 1)
    const least = letter === 'c' ? 1 : 0
    if (value < least || value > MOST)
      throw new BadUsage(`arping: invalid argument: '${text}': out of range: ${least} <= value <= ${MOST}`, 1)
    if (letter === 'c') request.count = value
    else if (letter === 'w') request.timeout = value * 1e9
    else request.interval = value * 1e9
  }
}

/** The device and the source address: asked of routing where they were not given. */
function prepare(request: Request, { netns, machine }: ProgramContext): { link: Link; source: Ipv4 } {
  let link = request.device === '' ? null : (netns.deviceByName(request.device) ?? null)
  if (request.device !== '' && link === null) throw new BadUsage(`arping: Device ${request.device} not available.`)
  if (link !== null) requireUsable(link, request)
  const asked = request.source === null ? undefined : addressOfName(request.source)
  if (request.source !== null && asked === undefined) throw new BadUsage(`arping: invalid source ${request.source}`)
  const given = asked ?? (request.unsolicited ? request.target : (0 as Ipv4))
  if (given !== 0) {
    const { socket, error } = machine.socketsOf(netns).udp.bind({ address: given })
    socket?.close()
    if (error !== null) throw new BadUsage('arping: bind: Cannot assign requested address')
  }
  const dst = netns.routeOutput({
    destination: request.target,
    source: given,
    tos: 0,
    mark: 0,
    oif: link?.ifindex ?? 0,
  })
  link ??= dst.error === null ? dst.link : null
  // Trap: the words are those of a program that could not read the kernel's answer
  if (link === null) throw new BadUsage('arping: NETLINK_ROUTE unexpected iov element', 1)
  requireUsable(link, request)
  // the socket by which it asks for its source must not speak to all
  if (given === 0 && !request.duplicates && dst.type === 'broadcast')
    throw new BadUsage('arping: connect: Permission denied')
  const source = given !== 0 ? given : request.duplicates ? (0 as Ipv4) : dst.error === null ? dst.source : (0 as Ipv4)
  return { link, source }
}

/** `check_ifflags`. Trap: its words are output, not errors. */
function requireUsable({ name, up, noArp, loopback }: Link, { duplicates, quiet }: Request): void {
  const output = quiet ? 'none' : 'stdout'
  if (!up) throw new BadUsage(`Interface "${name}" is down`, 2, output)
  if (noArp || loopback) throw new BadUsage(`Interface "${name}" is not ARPable`, duplicates ? 0 : 2, output)
}

interface Reply {
  readonly packet: Packet
  readonly unicast: boolean
  readonly at: number
}

function* run(request: Request, link: Link, source: Ipv4, context: ProgramContext): Task {
  const { machine, netns, stdout } = context
  const { sim } = machine
  const say = (text: string): void => {
    if (!request.quiet) stdout.write(text)
  }
  const replies = new Mailbox<Reply>()
  const listen = (packet: Packet, on: Link): void => {
    if (on !== link || packet.arp === null || packet.packetType === PacketType.OTHERHOST) return
    if (!isAnswer(packet, request, link, source)) return
    replies.push({ packet: packet.clone(), unicast: packet.packetType === PacketType.HOST, at: sim.now })
  }
  netns.packetSockets = [...(netns.packetSockets ?? []), listen]
  say(`ARPING ${formatIpv4(request.target)} from ${formatIpv4(source)} ${link.name}\n`)
  const counts = { sent: 0, broadcast: 0, received: 0, requests: 0, broadcastReplies: 0 }
  let peer: Mac = MAC_BROADCAST
  let nextSend = sim.now
  let sentAt = sim.now
  const deadline = request.timeout === 0 ? Number.POSITIVE_INFINITY : sim.now + request.timeout
  try {
    for (;;) {
      if (sim.now >= nextSend) {
        if (request.count > 0 && counts.sent >= request.count) break
        const operation = request.answer ? ArpOperation.REPLY : ArpOperation.REQUEST
        const targetMac = request.answer ? link.mac : peer
        counts.sent++
        if (peer === MAC_BROADCAST) counts.broadcast++
        sentAt = sim.now
        nextSend = sim.now + request.interval
        sendArp(netns, link, { operation, senderIp: source, targetIp: request.target, targetMac }, peer, 0)
        if (sim.now >= deadline) break
        yield nextTurn
      }
      if (sim.now >= deadline) break
      if (replies.isEmpty)
        yield firstOf(replies.filled, timePassed(sim, Math.max(0, Math.min(nextSend, deadline) - sim.now)))
      let done = false
      for (let reply = replies.take(); reply !== undefined; reply = replies.take()) {
        const { arp } = reply.packet
        if (arp === null) continue
        counts.received++
        if (!reply.unicast) counts.broadcastReplies++
        if (arp.operation === ArpOperation.REQUEST) counts.requests++
        say(replyLine(reply, sentAt))
        if (!request.broadcastOnly) peer = arp.senderMac
        if (request.quitOnReply || (request.timeout > 0 && request.count > 0 && counts.received >= request.count))
          done = true
      }
      if (done) break
    }
  } finally {
    const rest = (netns.packetSockets ?? []).filter((other) => other !== listen)
    netns.packetSockets = rest.length === 0 ? null : rest
  }
  say(
    `Sent ${counts.sent} probes (${counts.broadcast} broadcast(s))\nReceived ${counts.received} response(s)${extra(counts)}\n`,
  )
  if (request.duplicates) return counts.received > 0 ? 1 : 0
  return request.unsolicited || counts.received > 0 ? 0 : 1
}

function extra({ requests, broadcastReplies }: { requests: number; broadcastReplies: number }): string {
  const parts: string[] = []
  if (requests > 0) parts.push(`${requests} request(s)`)
  if (broadcastReplies > 0) parts.push(`${broadcastReplies} broadcast(s)`)
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`
}

/** `recv_pack` */
function isAnswer({ arp }: Packet, request: Request, link: Link, source: Ipv4): boolean {
  if (arp === null || arp.senderIp !== request.target) return false
  if (request.duplicates) return arp.senderMac !== link.mac && (source === 0 || arp.targetIp === source)
  return arp.targetIp === source && arp.targetMac === link.mac
}

function replyLine({ packet, unicast, at }: Reply, sentAt: number): string {
  const arp = packet.arp!
  const what = arp.operation === ArpOperation.REPLY ? 'reply' : 'request'
  const time = `${((at - sentAt) / 1e6).toFixed(3)}ms`
  return `${unicast ? 'Unicast' : 'Broadcast'} ${what} from ${formatIpv4(arp.senderIp)} [${formatMac(arp.senderMac).toUpperCase()}]  ${time}\n`
}
