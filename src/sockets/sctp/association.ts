import type { Ipv4 } from '../../packet/address.ts'
import type { SctpChunk } from '../../packet/headers.ts'
import { EMPTY_PAYLOAD, type Payload, payloadOf } from '../../packet/packet.ts'
import { HeaderLength, Protocol } from '../../packet/protocol.ts'
import type { Timer } from '../../sim/index.ts'
import type { Stateful } from '../../sim/types.ts'
import { formatEndpoint, makePacket, type SocketContext, type SocketInfo } from '../context.ts'
import type { SocketErrno } from '../errno.ts'
import { RouteQuestion } from '../host.ts'
import { hopLimit } from '../path.ts'
import type { BoundSocket } from '../port-table.ts'
import { bareChunk, Chunk, dataChunk, shutdownChunk } from './chunks.ts'
import type { SctpHandlers, SctpOptions } from './sctp-options.ts'

/** `SCTP_STATE_*` (include/net/sctp/constants.h), by the names that ss(8) uses. */
export type SctpState =
  | 'CLOSED'
  | 'COOKIE-WAIT'
  | 'COOKIE-ECHOED'
  | 'ESTAB'
  | 'SHUTDOWN-PENDING'
  | 'SHUTDOWN-SENT'
  | 'SHUTDOWN-RECEIVED'
  | 'SHUTDOWN-ACK-SENT'

/** Where associations are registered. */
export interface AssociationHome {
  readonly context: SocketContext
  forget(association: SctpAssociation): void
}

const SECOND = 1_000_000_000
/** net.sctp.rto_initial and rto_max, in nanoseconds. */
const RTO_INITIAL = 3 * SECOND
const RTO_MAX = 60 * SECOND
/** net.sctp.max_init_retransmits and association_max_retrans. */
const MAX_INIT_RETRANSMITS = 8
const MAX_RETRANSMITS = 10

const question = new RouteQuestion()

/** An SCTP association with one address on each side, one stream, and whole messages in order (net/sctp, in its plainest form). */
export class SctpAssociation implements BoundSocket, Stateful {
  touchedAt = 0
  readonly id: number
  readonly address: Ipv4
  readonly port: number
  readonly peerAddress: Ipv4
  readonly peerPort: number
  readonly device: number
  readonly reuseAddress = false
  readonly reusePort = false
  readonly options: SctpOptions
  state: SctpState = 'CLOSED'
  handlers: SctpHandlers = {}
  /** The tag that the peer must write, and the one that it expects. */
  localTag = 0
  peerTag = 0
  /** The next transmission sequence number of ours, and the last one of the peer's that came. */
  nextTsn = 0
  peerTsn = 0
  error: SocketErrno | null = null
  readonly #home: AssociationHome
  /** Messages that are not acknowledged. */
  #unacknowledged: readonly { readonly tsn: number; readonly payload: Payload }[] = []
  /** The chunk of the handshake or the shutdown that waits for its answer. */
  #control: SctpChunk | null = null
  #timer: Timer | null = null
  #rto = RTO_INITIAL
  #retransmits = 0

  constructor(
    home: AssociationHome,
    ends: { address: Ipv4; port: number; peerAddress: Ipv4; peerPort: number },
    options: SctpOptions,
  ) {
    this.#home = home
    this.id = home.context.newSocketId()
    this.address = ends.address
    this.port = ends.port
    this.peerAddress = ends.peerAddress
    this.peerPort = ends.peerPort
    this.device = options.device ?? 0
    this.options = options
  }

  /** Sends a message. Before the handshake is complete it waits. */
  send(content: Payload | Uint8Array | number): SocketErrno | null {
    if (this.state !== 'ESTAB' && this.state !== 'COOKIE-WAIT' && this.state !== 'COOKIE-ECHOED') return 'EPIPE'
    this.touch()
    const payload = typeof content === 'number' || content instanceof Uint8Array ? payloadOf(content) : content
    const message = { tsn: this.nextTsn, payload }
    this.nextTsn = (this.nextTsn + 1) >>> 0
    this.#unacknowledged = [...this.#unacknowledged, message]
    if (this.state === 'ESTAB') {
      this.transmit(dataChunk(message.tsn, payload), payload)
      if (this.#timer === null) this.#startTimer()
    }
    return null
  }

  /** Shuts the association down once everything is acknowledged. */
  close(): void {
    this.touch()
    if (this.state !== 'ESTAB') {
      if (this.state === 'COOKIE-WAIT' || this.state === 'COOKIE-ECHOED') this.finish(null)
      return
    }
    this.state = 'SHUTDOWN-PENDING'
    this.shutdownIfDone()
  }

  /** Ends the association with ABORT. */
  abort(): void {
    this.touch()
    if (this.state !== 'CLOSED' && this.peerTag !== 0) this.transmit(bareChunk(Chunk.ABORT))
    this.finish(null)
  }

  /** The line that ss(8) would show. */
  info(): SocketInfo {
    return {
      protocol: 'sctp',
      state: this.state,
      localAddress: this.address,
      localPort: this.port,
      peerAddress: this.peerAddress,
      peerPort: this.peerPort,
      device: this.device,
    }
  }

  toString(): string {
    return `sctp ${formatEndpoint(this.address, this.port)} ${formatEndpoint(this.peerAddress, this.peerPort)}`
  }

  // for the protocol

  /** Announces a change of its state to the transaction. */
  touch(): void {
    this.#home.context.host.sim.touch(this)
  }

  /** Sends a chunk that must be answered, and goes on sending it until `answered`. */
  demand(chunk: SctpChunk): void {
    this.#control = chunk
    this.#retransmits = 0
    this.#rto = RTO_INITIAL
    this.transmit(chunk)
    this.#startTimer()
  }

  /** The peer has answered: nothing of the handshake waits any more. */
  answered(): void {
    this.#control = null
    this.#stopTimer()
  }

  /** The handshake is complete: what waited to be sent goes out. */
  establish(): void {
    const { context } = this.#home
    this.answered()
    this.state = 'ESTAB'
    if (context.host.sim.probe !== null) context.announce(this.toString(), 'connected')
    for (const { tsn, payload } of this.#unacknowledged) this.transmit(dataChunk(tsn, payload), payload)
    if (this.#unacknowledged.length > 0) this.#startTimer()
  }

  /** The peer has everything up to this transmission sequence number. */
  acknowledge(tsn: number): void {
    const rest = this.#unacknowledged.filter((message) => ((message.tsn - tsn) | 0) > 0)
    if (rest.length === this.#unacknowledged.length) return
    this.#unacknowledged = rest
    this.#retransmits = 0
    this.#stopTimer()
    if (rest.length > 0) this.#startTimer()
    this.shutdownIfDone()
  }

  /** The next step of a shutdown, when nothing is on its way any more. */
  shutdownIfDone(): void {
    if (this.#unacknowledged.length > 0) return
    if (this.state === 'SHUTDOWN-PENDING') {
      this.state = 'SHUTDOWN-SENT'
      this.demand(shutdownChunk(this.peerTsn))
    } else if (this.state === 'SHUTDOWN-RECEIVED') {
      this.state = 'SHUTDOWN-ACK-SENT'
      this.demand(bareChunk(Chunk.SHUTDOWN_ACK))
    }
  }

  /** It is over; with an error or without. */
  finish(error: SocketErrno | null): void {
    if (this.state === 'CLOSED') return
    const { context } = this.#home
    this.state = 'CLOSED'
    this.error = error
    this.#control = null
    this.#unacknowledged = []
    this.#stopTimer()
    this.#home.forget(this)
    if (context.host.sim.probe !== null) context.announce(this.toString(), 'closed')
    if (error !== null) this.handlers.onError?.(error)
    this.handlers.onClose?.()
  }

  /** Sends one chunk to the peer. */
  transmit(chunk: SctpChunk, payload: Payload = EMPTY_PAYLOAD): void {
    const { context } = this.#home
    const { host } = context
    const { ttl = 0, tos = 0, mark = 0 } = this.options
    const dst = host.routeOutput(question.fill(this.peerAddress, this.address, tos & 0xfc, mark, this.device))
    if (dst.error !== null) return
    const length = HeaderLength.IPV4 + HeaderLength.SCTP + chunk.length
    const packet = makePacket(
      this.address,
      this.peerAddress,
      Protocol.SCTP,
      ttl !== 0 ? ttl : hopLimit(host, dst),
      tos,
      true,
      0,
      length,
    )
    const vtag = chunk.type === Chunk.INIT ? 0 : this.peerTag
    packet.l4 = { kind: 'sctp', sport: this.port, dport: this.peerPort, vtag, chunks: [chunk] }
    packet.payload = payload
    packet.mark = mark
    packet.route = dst
    packet.socket = this.id
    context.send(packet)
  }

  capture(): () => void {
    const { state, handlers, localTag, peerTag, nextTsn, peerTsn, error } = this
    const [unacknowledged, control, timer, rto, retransmits] = [
      this.#unacknowledged,
      this.#control,
      this.#timer,
      this.#rto,
      this.#retransmits,
    ]
    return () => {
      Object.assign(this, { state, handlers, localTag, peerTag, nextTsn, peerTsn, error })
      this.#unacknowledged = unacknowledged
      this.#control = control
      this.#timer = timer
      this.#rto = rto
      this.#retransmits = retransmits
    }
  }

  #startTimer(): void {
    this.#stopTimer()
    this.#timer = this.#home.context.host.sim.schedule(this.#rto, onTimer, this)
  }

  #stopTimer(): void {
    if (this.#timer !== null) this.#home.context.host.sim.cancel(this.#timer)
    this.#timer = null
  }

  /** Nothing was heard (`sctp_sf_t1_init_timer_expire`, `sctp_sf_do_6_3_3_rtx`). */
  expire(): void {
    this.touch()
    this.#timer = null
    const opening = this.state === 'COOKIE-WAIT' || this.state === 'COOKIE-ECHOED'
    if (++this.#retransmits > (opening ? MAX_INIT_RETRANSMITS : MAX_RETRANSMITS)) {
      this.finish('ETIMEDOUT')
      return
    }
    this.#rto = Math.min(this.#rto * 2, RTO_MAX)
    if (this.#control !== null) this.transmit(this.#control)
    else for (const { tsn, payload } of this.#unacknowledged) this.transmit(dataChunk(tsn, payload), payload)
    this.#startTimer()
  }
}

function onTimer(association: SctpAssociation): void {
  association.expire()
}
