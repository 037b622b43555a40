import type { Ipv4 } from '../../packet/address.ts'
import { type Payload, payloadOf } from '../../packet/packet.ts'
import type { SocketInfo } from '../context.ts'
import type { SocketErrno } from '../errno.ts'
import type { Connection, ConnectionObserver, TcpHandlers } from './connection.ts'
import { abort, connectionName, enterTimeWait, finish } from './lifecycle.ts'
import { enqueue, enqueueFin, push } from './push.ts'
import { TcpState, tcpStateName } from './tcp-state.ts'

/** One end of a TCP connection as a program holds it. Calls return the errno by name, or null when all went well. */
export class TcpSocket implements ConnectionObserver {
  readonly #connection: Connection

  /** Use `TcpProtocol.connect` and `listen`. */
  constructor(connection: Connection) {
    this.#connection = connection
    connection.observer = this
  }

  get id(): number {
    return this.#connection.id
  }
  get state(): TcpState {
    return this.#connection.state
  }
  get address(): Ipv4 {
    return this.#connection.address
  }
  get port(): number {
    return this.#connection.port
  }
  get peerAddress(): Ipv4 {
    return this.#connection.peerAddress
  }
  get peerPort(): number {
    return this.#connection.peerPort
  }
  /** Why the connection failed, or null. */
  get error(): SocketErrno | null {
    return this.#connection.error
  }

  /**
   * What getsockopt(SO_ERROR) answers: why the connection failed, or the last ICMP error that it got over, which is forgotten then
   * (`sk_getsockopt`, net/core/sock.c). Programs that connect without blocking ask this, so an error about the handshake's last ACK counts.
   */
  takeError(): SocketErrno | null {
    const c = this.#connection
    if (c.error !== null || c.softError === null) return c.error
    c.touch()
    const { softError } = c
    c.softError = null
    return softError
  }

  /** Puts other handlers in place; what waits for them is delivered at once. */
  handle(handlers: TcpHandlers): void {
    const c = this.#connection
    c.touch()
    c.handlers = handlers
    this.update()
  }

  /** Writes data: octets, or a number of zeroes. Before the handshake is complete it waits. */
  send(content: Payload | Uint8Array | number): SocketErrno | null {
    const c = this.#connection
    if (c.finQueued || c.orphan) return 'EPIPE'
    switch (c.state) {
      case TcpState.SYN_SENT:
      case TcpState.SYN_RECV:
      case TcpState.ESTABLISHED:
      case TcpState.CLOSE_WAIT:
        break
      default:
        return 'EPIPE'
    }
    c.touch()
    enqueue(c, typeof content === 'number' || content instanceof Uint8Array ? payloadOf(content) : content)
    if (c.state === TcpState.ESTABLISHED || c.state === TcpState.CLOSE_WAIT) push(c)
    return null
  }

  /** Data that waits because there is no `onData`, or null. */
  read(): Payload | null {
    const c = this.#connection
    if (c.received.length === 0) return null
    c.touch()
    return c.received.shift() ?? null
  }

  /** Closes the writing half: FIN behind what was written. An attempt to connect is given up (`inet_shutdown`). */
  shutdown(): SocketErrno | null {
    const c = this.#connection
    if (c.state === TcpState.CLOSE || c.state === TcpState.TIME_WAIT) return 'ENOTCONN'
    c.touch()
    if (c.state === TcpState.SYN_SENT) {
      finish(c, null)
      this.update()
    } else sendFin(c)
    return null
  }

  /** Closes the socket as the end of the program does: FIN, or RST when data was not read (`__tcp_close`). */
  close(): void {
    const c = this.#connection
    if (c.orphan) return
    c.touch()
    c.orphan = true
    if (c.received.length > 0) {
      c.received = []
      abort(c)
    } else if (c.state === TcpState.SYN_SENT) finish(c, null)
    else if (!sendFin(c) && c.state === TcpState.FIN_WAIT2 && !c.timeWait) enterTimeWait(c, TcpState.FIN_WAIT2)
    this.update()
  }

  /** Closes the socket with RST (SO_LINGER 0). */
  abort(): void {
    const c = this.#connection
    c.touch()
    c.orphan = true
    c.received = []
    abort(c)
    this.update()
  }

  /** What ss(8) shows. */
  info(): SocketInfo {
    return connectionInfo(this.#connection)
  }

  toString(): string {
    return connectionName(this.#connection)
  }

  /** Tells the program what has happened since it was told last. */
  update(): void {
    const c = this.#connection
    // a handler that calls back in here must not overtake the one that runs
    if (c.updating) return
    c.updating = true
    try {
      while (this.#tellNext(c)) {
        // one thing at a time: a handler may have changed what comes next
      }
    } finally {
      c.updating = false
    }
  }

  #tellNext(c: Connection): boolean {
    const { handlers } = c
    if (!c.orphan) {
      if (c.connected && !c.toldConnected) {
        c.toldConnected = true
        handlers.onConnect?.()
        return true
      }
      if (c.received.length > 0 && handlers.onData !== undefined) {
        handlers.onData(c.received.shift()!)
        return true
      }
      if (c.finReceived && !c.toldEnd && c.received.length === 0) {
        c.toldEnd = true
        handlers.onEnd?.()
        return true
      }
      if (c.error !== null && !c.toldError) {
        c.toldError = true
        handlers.onError?.(c.error)
        return true
      }
    }
    if (!c.toldClose && (c.state === TcpState.CLOSE || c.state === TcpState.TIME_WAIT)) {
      c.toldClose = true
      handlers.onClose?.()
      return true
    }
    return false
  }
}

/** Queues FIN and changes the state with it (`tcp_close_state`). False: in this state none is sent. */
function sendFin(c: Connection): boolean {
  switch (c.state) {
    case TcpState.SYN_RECV:
    case TcpState.ESTABLISHED:
      c.state = TcpState.FIN_WAIT1
      break
    case TcpState.CLOSE_WAIT:
      c.state = TcpState.LAST_ACK
      break
    default:
      return false
  }
  enqueueFin(c)
  push(c)
  return true
}

export function connectionInfo(c: Connection): SocketInfo {
  return {
    protocol: 'tcp',
    state: tcpStateName(c.state),
    localAddress: c.address,
    localPort: c.port,
    peerAddress: c.peerAddress,
    peerPort: c.peerPort,
    device: c.device,
    receiveQueue: c.received.reduce((octets, { length }) => octets + length, 0),
    // with SYN and FIN, as the kernel counts (`tcp_diag_get_info`)
    sendQueue: c.timeWait ? 0 : (c.writeEnd - c.sndUna) >>> 0,
  }
}
