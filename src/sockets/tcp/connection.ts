import type { Ipv4 } from '../../packet/address.ts'
import type { Payload } from '../../packet/packet.ts'
import type { Timer } from '../../sim/index.ts'
import type { Stateful } from '../../sim/types.ts'
import type { SocketContext } from '../context.ts'
import type { SocketErrno } from '../errno.ts'
import type { BoundSocket } from '../port-table.ts'
import { drawTxHash } from '../tx-hash.ts'
import { TcpState } from './tcp-state.ts'
import { INIT_CWND, TIMEOUT_INIT } from './timing.ts'

/** What a connection was made with; the defaults are the kernel's. */
export interface TcpOptions {
  /** SO_REUSEADDR */
  readonly reuseAddress?: boolean
  /** SO_REUSEPORT */
  readonly reusePort?: boolean
  /** SO_BINDTODEVICE: an ifindex. */
  readonly device?: number
  /** IP_TTL. Default: net.ipv4.ip_default_ttl. */
  readonly ttl?: number
  /** IP_TOS */
  readonly tos?: number
  /** SO_MARK */
  readonly mark?: number
  /** TCP_NODELAY: small segments do not wait for the acknowledgement of earlier ones. */
  readonly noDelay?: boolean
}

/** What happens to a connection; all are optional. They are called when the kernel would wake the program. */
export interface TcpHandlers {
  /** connect() has succeeded. */
  readonly onConnect?: () => void
  /** Data has come. Without this, it waits for `read()`; data that nobody read makes close() send RST. */
  readonly onData?: (payload: Payload) => void
  /** The peer has closed its half: no more data. */
  readonly onEnd?: () => void
  /** The connection failed: `ECONNREFUSED`, `ECONNRESET`, `ETIMEDOUT`, `EHOSTUNREACH`, … */
  readonly onError?: (errno: SocketErrno) => void
  /** Nothing will happen any more: both halves are closed, or the connection failed. */
  readonly onClose?: () => void
}

/** A piece of the stream that waits to be sent or acknowledged. */
export interface Segment {
  /** Sequence number of its first octet, or of SYN or FIN when it has no data. */
  seq: number
  payload: Payload
  syn: boolean
  fin: boolean
  /** The end of something that the program wrote. */
  push: boolean
  sent: boolean
  sentAt: number
  retransmitted: boolean
  /** Journey of the packet that it answered when it was sent first. */
  cause: number
}

/** Data that came before what precedes it. */
export interface EarlySegment {
  readonly seq: number
  readonly payload: Payload
  readonly fin: boolean
}

/** Where connections are registered. */
export interface ConnectionHome {
  readonly context: SocketContext
  /** It ends: its port and its place in the tables are free. */
  forget(connection: Connection): void
}

/** Who opened a connection from the other end's point of view: a listening socket. */
export interface ConnectionParent {
  /** The handshake is complete. False: the accept queue is full, and the ACK is ignored. */
  complete(connection: Connection): boolean
  /** The handshake failed. */
  lost(connection: Connection): void
  /** The segment is dealt with: the program may accept. */
  flush(): void
}

/** Who is told of changes: the socket of the program. */
export interface ConnectionObserver {
  update(): void
}

/**
 * The state of one TCP connection (`struct tcp_sock`), in RFC 9293's names: data only. What happens to it stands beside: `input.ts`,
 * `push.ts`, `retransmit.ts`, `acknowledge.ts`, `lifecycle.ts`. Whoever changes it calls `touch` first.
 */
export class Connection implements BoundSocket, Stateful {
  touchedAt = 0
  readonly home: ConnectionHome
  readonly id: number
  // the ends
  address: Ipv4
  port: number
  peerAddress: Ipv4
  peerPort: number
  readonly device: number
  readonly reuseAddress: boolean
  readonly reusePort: boolean
  /** bind() took the port, or it is a listener's: others may not choose it for themselves. */
  readonly portGiven: boolean
  readonly ttl: number
  readonly tos: number
  readonly mark: number
  readonly noDelay: boolean
  /** Don't fragment: path MTU discovery is on. */
  readonly df: boolean

  state: TcpState = TcpState.CLOSE
  parent: ConnectionParent | null = null
  observer: ConnectionObserver | null = null
  handlers: TcpHandlers = {}

  // sending
  iss = 0
  sndUna = 0
  sndNxt = 0
  sndWnd = 0
  /** Sequence and acknowledgement numbers of the segment that set the window last. */
  sndWl1 = 0
  /** The end of what the program wrote. */
  writeEnd = 0
  /** The end of the last segment that was smaller than it could be (Minshall's rule). */
  smallEnd = 0
  sndScale = 0
  queue: Segment[] = []
  /** Largest segment in octets of data, for the path and the peer as they are now. */
  mss = 536
  /** What the peer said that it takes (MSS option). */
  peerMss = 536
  cwnd = INIT_CWND
  ssthresh = 2 ** 31
  duplicateAcks = 0
  ipId = 0

  // receiving
  irs = 0
  rcvNxt = 0
  /** What has been acknowledged (`rcv_wup`). */
  rcvAcked = 0
  rcvWnd = 0
  rcvScale = 0
  /** Estimate of the peer's segment size, to tell when two full ones wait. */
  rcvMss = 536
  early: EarlySegment[] = []
  received: Payload[] = []

  // options
  timestamps = false
  timestampOffset = 0
  timestampRecent = 0
  sack = false

  // delayed acknowledgement
  ackScheduled = false
  /** So many acknowledgements are still sent at once. */
  quickAcks = 0
  /** The program answers what it gets, so acknowledgements had better wait for its answers (`pingpong`). */
  interactive = false
  /** Predicted time between segments; 0: no data has come yet. */
  ackTimeout = 0
  lastDataAt = 0
  /** Journey of the packet that the waiting acknowledgement is about. */
  ackCause = 0
  lastInvalidAt = -1

  // round trips and retransmission
  srtt = 0
  /** Four times the mean deviation, as RFC 6298 uses it. */
  rttvar4 = 0
  rto = TIMEOUT_INIT
  retransmits = 0
  /** How often the flow hash was drawn anew: a flow that loses packets may find a better way (`sk_rethink_txhash`). */
  rehashes = 0
  /** The flow hash that it drew (`sk_txhash`). */
  readonly #txHash: number
  /** When the first retransmission of what is unacknowledged was sent; 0: none was. */
  firstRetransmitAt = 0
  /** The timer that runs is that of a loss probe (`ICSK_TIME_LOSS_PROBE`). */
  probeIsNext = false
  /** A loss probe was sent and nothing was acknowledged since (`tlp_high_seq`). */
  probed = false

  // the program's side
  /** The program has closed the socket (`SOCK_DEAD`). */
  orphan = false
  /** Only the memory of a connection (`struct inet_timewait_sock`), in TIME_WAIT or FIN_WAIT2. */
  timeWait = false
  finQueued = false
  finReceived = false
  error: SocketErrno | null = null
  /** An ICMP error that did not end the connection but may explain its end. */
  softError: SocketErrno | null = null
  /** The handshake was completed. */
  connected = false
  /** What the program was told already. */
  toldConnected = false
  toldEnd = false
  toldError = false
  toldClose = false
  updating = false

  retransmitTimer: Timer | null = null
  ackTimer: Timer | null = null
  endTimer: Timer | null = null

  constructor(
    home: ConnectionHome,
    ends: { address: Ipv4; port: number; peerAddress: Ipv4; peerPort: number; portGiven: boolean },
    options: TcpOptions,
  ) {
    this.home = home
    this.id = home.context.newSocketId()
    this.#txHash = drawTxHash(home.context.host.sim)
    this.address = ends.address
    this.port = ends.port
    this.peerAddress = ends.peerAddress
    this.peerPort = ends.peerPort
    this.portGiven = ends.portGiven
    this.device = options.device ?? 0
    this.reuseAddress = options.reuseAddress ?? false
    this.reusePort = options.reusePort ?? false
    this.ttl = options.ttl ?? 0
    this.tos = options.tos ?? 0
    this.mark = options.mark ?? 0
    this.noDelay = options.noDelay ?? false
    this.df = home.context.host.sysctl.get('ipv4.ip_no_pmtu_disc') !== 1
  }

  /** The flow hash of its segments: another one when it had to send again. */
  get txHash(): number {
    return this.#txHash + this.rehashes
  }

  get listening(): boolean {
    return false
  }

  /** Announces a change: a transaction then knows the way back. */
  touch(): void {
    this.home.context.host.sim.touch(this)
  }

  capture(): () => void {
    const saved = {
      ...this,
      queue: this.queue.map((segment) => ({ ...segment })),
      early: [...this.early],
      received: [...this.received],
    }
    return () => {
      Object.assign(this, saved)
    }
  }
}

/** Sequence number behind the segment. */
export function segmentEnd(segment: Segment): number {
  return (segment.seq + segment.payload.length + (segment.syn ? 1 : 0) + (segment.fin ? 1 : 0)) >>> 0
}
