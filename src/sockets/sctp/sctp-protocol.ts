import type { Dst } from '../../netns/dst.ts'
import type { TransportProtocol } from '../../netns/stack.ts'
import { IPV4_ANY, IPV4_LOOPBACK, type Ipv4 } from '../../packet/address.ts'
import type { SctpChunk, SctpHeader } from '../../packet/headers.ts'
import { EMPTY_PAYLOAD, type Packet } from '../../packet/packet.ts'
import { HeaderLength, IcmpType, Protocol, UnreachCode } from '../../packet/protocol.ts'
import { formatEndpoint, makePacket, type SocketContext, type SocketInfo } from '../context.ts'
import { choosePort } from '../ephemeral-port.ts'
import type { Opened } from '../errno.ts'
import { RouteQuestion } from '../host.ts'
import { hopLimit } from '../path.ts'
import { overlaps, PortTable } from '../port-table.ts'
import { type AssociationHome, SctpAssociation } from './association.ts'
import {
  bareChunk,
  Chunk,
  cookieEchoChunk,
  FLAG_T,
  initAckChunk,
  initChunk,
  initialTsn,
  readCookie,
  sackChunk,
  tsnOf,
} from './chunks.ts'
import { type AssociationHandler, SctpListener } from './sctp-listener.ts'
import type { SctpConnectOptions, SctpHandlers } from './sctp-options.ts'

const question = new RouteQuestion()
const SHUTTING_DOWN_FROM: ReadonlySet<string> = new Set(['ESTAB', 'SHUTDOWN-PENDING', 'SHUTDOWN-SENT'])

/** SCTP in one namespace (net/sctp/input.c, sm_statefuns.c). */
export class SctpProtocol implements TransportProtocol, AssociationHome {
  readonly context: SocketContext
  /** Answers on each port without a listener of its own that is open by default. */
  defaultHandler: AssociationHandler | null = null
  #defaultListener: SctpListener | null = null
  readonly #ports: PortTable<SctpListener | SctpAssociation>

  constructor(context: SocketContext) {
    this.context = context
    this.#ports = new PortTable(context.host.sim)
  }

  /** Listens on a port; `EADDRINUSE` and `EADDRNOTAVAIL` as bind(2) has them. */
  listen(options: { address?: Ipv4; port: number }, onAssociation: AssociationHandler): Opened<SctpListener> {
    const listener = this.#makeListener(options.address ?? IPV4_ANY, options.port, onAssociation)
    if (!this.#mayBindTo(listener.address)) return { socket: null, error: 'EADDRNOTAVAIL' }
    if (this.#isTaken(listener)) return { socket: null, error: 'EADDRINUSE' }
    this.#ports.add(listener)
    if (this.context.host.sim.probe !== null) this.context.announce(listener.toString(), 'listening')
    return { socket: listener, error: null }
  }

  /** Opens an association: INIT leaves at once. */
  connect(options: SctpConnectOptions, handlers: SctpHandlers = {}): Opened<SctpAssociation> {
    const { host } = this.context
    const { tos = 0, mark = 0, device = 0 } = options
    let address = options.localAddress ?? IPV4_ANY
    if (!this.#mayBindTo(address)) return { socket: null, error: 'EADDRNOTAVAIL' }
    const destination = options.address !== IPV4_ANY ? options.address : address === IPV4_ANY ? IPV4_LOOPBACK : address
    const dst = host.routeOutput(question.fill(destination, address, tos & 0xfc, mark, device))
    if (dst.error !== null) {
      if (dst.error === 'ENETUNREACH') host.count('IpOutNoRoutes')
      return { socket: null, error: dst.error }
    }
    if (address === IPV4_ANY) address = dst.source
    const wanted = (port: number): boolean =>
      this.#ports.get(port).some((other) => other.address === IPV4_ANY || other.address === address)
    const port = options.localPort ?? choosePort(host, wanted)
    if (port === 0 || wanted(port)) return { socket: null, error: 'EADDRINUSE' }
    const ends = { address, port, peerAddress: destination, peerPort: options.port }
    const association = new SctpAssociation(this, ends, options)
    association.handlers = handlers
    const random = host.sim.random('sctp')
    association.localTag = random.uint32() || 1
    association.nextTsn = random.uint32()
    this.#ports.add(association)
    if (host.sim.probe !== null) this.context.announce(association.toString(), 'connecting')
    association.state = 'COOKIE-WAIT'
    association.demand(initChunk(association.localTag, association.nextTsn))
    return { socket: association, error: null }
  }

  /** All that are open, as ss(8) would show them. */
  *sockets(): Generator<SocketInfo> {
    for (const socket of this.#ports.all()) yield socket.info()
  }

  /** For the association: it is over. */
  forget(association: SctpAssociation): void {
    this.#ports.remove(association)
  }

  /** A packet for this host (`sctp_rcv`). */
  receive(packet: Packet): void {
    const { ip, l4 } = packet
    if (ip === null || l4 === null || l4.kind !== 'sctp') return
    const { context } = this
    const before = context.receiving
    context.receiving = packet
    try {
      for (const chunk of l4.chunks) this.#receiveChunk(packet, l4, chunk)
    } finally {
      context.receiving = before
    }
  }

  /** An ICMP error about a packet that was sent from here (`sctp_v4_err`): only "no such protocol" ends an attempt. */
  error(message: Packet, quoted: Packet): void {
    const icmp = message.l4
    const { ip, l4 } = quoted
    if (icmp === null || icmp.kind !== 'icmp' || ip === null || l4 === null || l4.kind !== 'sctp') return
    const association = this.#association(ip.src, l4.sport, ip.dst, l4.dport)
    if (association?.state !== 'COOKIE-WAIT' && association?.state !== 'COOKIE-ECHOED') return
    if (icmp.type !== IcmpType.DEST_UNREACH || icmp.code !== UnreachCode.PROTOCOL) return
    association.touch()
    association.finish('ENOPROTOOPT')
  }

  // inside

  #receiveChunk(packet: Packet, sctp: SctpHeader, chunk: SctpChunk): void {
    const ip = packet.ip!
    const association = this.#association(ip.dst, sctp.dport, ip.src, sctp.sport)
    if (association === null) {
      this.#receiveWithout(packet, sctp, chunk)
      return
    }
    const { context } = this
    if (context.host.sim.probe !== null) context.delivered(packet, association.toString())
    // the tag shows that the sender knows the association; with the T bit it has forgotten it, and writes its own
    const expected = (chunk.flags & FLAG_T) !== 0 && isFinal(chunk.type) ? association.peerTag : association.localTag
    if (sctp.vtag !== expected) {
      context.host.drop(packet, 'NOT_SPECIFIED', null, 'the verification tag is wrong')
      return
    }
    association.touch()
    this.#receiveByAssociation(association, packet, chunk)
  }

  #receiveByAssociation(association: SctpAssociation, packet: Packet, chunk: SctpChunk): void {
    switch (chunk.type) {
      case Chunk.INIT_ACK:
        if (association.state !== 'COOKIE-WAIT') return
        association.peerTag = chunk.initTag ?? 0
        association.peerTsn = (initialTsn(chunk) - 1) >>> 0
        association.state = 'COOKIE-ECHOED'
        association.demand(cookieEchoChunk(chunk))
        return
      case Chunk.COOKIE_ECHO:
        // the COOKIE ACK was lost
        association.transmit(bareChunk(Chunk.COOKIE_ACK))
        return
      case Chunk.COOKIE_ACK:
        if (association.state !== 'COOKIE-ECHOED') return
        association.establish()
        association.handlers.onConnect?.()
        return
      case Chunk.DATA:
        this.#receiveData(association, packet, chunk)
        return
      case Chunk.SACK:
        association.acknowledge(tsnOf(chunk))
        return
      case Chunk.SHUTDOWN:
        association.acknowledge(tsnOf(chunk))
        // also when both have asked for the shutdown: each goes on as if only the other had
        if (SHUTTING_DOWN_FROM.has(association.state)) association.state = 'SHUTDOWN-RECEIVED'
        association.shutdownIfDone()
        return
      case Chunk.SHUTDOWN_ACK:
        if (association.state !== 'SHUTDOWN-SENT' && association.state !== 'SHUTDOWN-ACK-SENT') return
        association.transmit(bareChunk(Chunk.SHUTDOWN_COMPLETE))
        association.finish(null)
        return
      case Chunk.SHUTDOWN_COMPLETE:
        if (association.state === 'SHUTDOWN-ACK-SENT') association.finish(null)
        return
      case Chunk.ABORT:
        association.finish(association.state === 'COOKIE-WAIT' ? 'ECONNREFUSED' : 'ECONNRESET')
    }
  }

  #receiveData(association: SctpAssociation, packet: Packet, chunk: SctpChunk): void {
    if (
      association.state !== 'ESTAB' &&
      association.state !== 'SHUTDOWN-SENT' &&
      association.state !== 'SHUTDOWN-PENDING'
    )
      return
    const tsn = tsnOf(chunk)
    const isNext = tsn === (association.peerTsn + 1) >>> 0
    if (isNext) association.peerTsn = tsn
    association.transmit(sackChunk(association.peerTsn))
    if (isNext) association.handlers.onData?.(packet.payload)
  }

  /** No association: INIT and its cookie may begin one, most else is out of the blue (`sctp_sf_ootb`). */
  #receiveWithout(packet: Packet, sctp: SctpHeader, chunk: SctpChunk): void {
    const ip = packet.ip!
    const { context } = this
    const { host } = context
    const listener = this.#listenerFor(ip.dst, sctp.dport)
    if (listener !== null && (chunk.type === Chunk.INIT || chunk.type === Chunk.COOKIE_ECHO)) {
      if (host.sim.probe !== null) context.delivered(packet, `sctp ${formatEndpoint(listener.address, sctp.dport)}`)
      if (chunk.type === Chunk.INIT) this.#answerInit(packet, chunk)
      else this.#accept(listener, packet, sctp, chunk)
      return
    }
    if ((packet.route as Dst | null)?.type !== 'broadcast') {
      if (chunk.type === Chunk.INIT) this.#answer(packet, chunk.initTag ?? 0, bareChunk(Chunk.ABORT))
      else if (chunk.type === Chunk.SHUTDOWN_ACK)
        this.#answer(packet, sctp.vtag, bareChunk(Chunk.SHUTDOWN_COMPLETE, FLAG_T))
      else if (!isFinal(chunk.type)) this.#answer(packet, sctp.vtag, bareChunk(Chunk.ABORT, FLAG_T))
    }
    host.drop(packet, 'NO_SOCKET', null, `no SCTP socket for port ${sctp.dport}`)
  }

  #answerInit(packet: Packet, init: SctpChunk): void {
    const random = this.context.host.sim.random('sctp')
    const cookie = {
      localTag: random.uint32() || 1,
      peerTag: init.initTag ?? 0,
      localTsn: random.uint32(),
      peerTsn: (initialTsn(init) - 1) >>> 0,
    }
    this.#answer(packet, cookie.peerTag, initAckChunk(cookie))
  }

  #accept(listener: SctpListener, packet: Packet, sctp: SctpHeader, chunk: SctpChunk): void {
    const ip = packet.ip!
    const cookie = readCookie(chunk)
    if (cookie === null || cookie.localTag !== sctp.vtag) return
    const ends = { address: ip.dst, port: sctp.dport, peerAddress: ip.src, peerPort: sctp.sport }
    const association = new SctpAssociation(this, ends, {})
    association.localTag = cookie.localTag
    association.peerTag = cookie.peerTag
    association.nextTsn = cookie.localTsn
    association.peerTsn = cookie.peerTsn
    this.#ports.add(association)
    association.transmit(bareChunk(Chunk.COOKIE_ACK))
    association.establish()
    association.handlers = listener.onAssociation(association) ?? {}
  }

  /** Sends a chunk back without an association (`sctp_ootb_pkt_new`). */
  #answer(about: Packet, vtag: number, chunk: SctpChunk): void {
    const { host } = this.context
    const ip = about.ip!
    const sctp = about.l4 as SctpHeader
    const dst = host.routeOutput(question.fill(ip.src, ip.dst, 0, 0, 0))
    if (dst.error !== null) return
    const length = HeaderLength.IPV4 + HeaderLength.SCTP + chunk.length
    const packet = makePacket(ip.dst, ip.src, Protocol.SCTP, hopLimit(host, dst), 0, true, 0, length)
    packet.l4 = { kind: 'sctp', sport: sctp.dport, dport: sctp.sport, vtag, chunks: [chunk] }
    packet.payload = EMPTY_PAYLOAD
    packet.route = dst
    this.context.send(packet)
  }

  #makeListener(address: Ipv4, port: number, onAssociation: AssociationHandler): SctpListener {
    return new SctpListener(address, port, onAssociation, (listener) => this.#ports.remove(listener))
  }

  #association(address: Ipv4, port: number, peerAddress: Ipv4, peerPort: number): SctpAssociation | null {
    for (const socket of this.#ports.get(port)) {
      if (!(socket instanceof SctpAssociation) || socket.address !== address) continue
      if (socket.peerAddress === peerAddress && socket.peerPort === peerPort) return socket
    }
    return null
  }

  #listenerFor(address: Ipv4, port: number): SctpListener | null {
    let found: SctpListener | null = null
    for (const socket of this.#ports.get(port)) {
      if (!(socket instanceof SctpListener)) continue
      if (socket.address === address) return socket
      if (socket.address === IPV4_ANY) found = socket
    }
    if (found !== null || this.defaultHandler === null) return found
    if (!this.context.servesByDefault(Protocol.SCTP, port)) return null
    this.#defaultListener ??= this.#makeListener(IPV4_ANY, 0, this.defaultHandler)
    return this.#defaultListener
  }

  #isTaken(listener: SctpListener): boolean {
    return this.#ports.get(listener.port).some((other) => overlaps(listener, other))
  }

  #mayBindTo(address: Ipv4): boolean {
    return address === IPV4_ANY || this.context.host.addressType(address) === 'local'
  }
}

/** ABORT and SHUTDOWN COMPLETE are never answered. */
function isFinal(type: number): boolean {
  return type === Chunk.ABORT || type === Chunk.SHUTDOWN_COMPLETE
}
