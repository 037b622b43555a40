import { IPV4_ANY, type Ipv4 } from '../../packet/address.ts'
import type { TcpHeader } from '../../packet/headers.ts'
import type { Packet } from '../../packet/packet.ts'
import type { Stateful } from '../../sim/types.ts'
import { formatEndpoint, type SocketInfo } from '../context.ts'
import type { BoundSocket } from '../port-table.ts'
import {
  Connection,
  type ConnectionHome,
  type ConnectionParent,
  type TcpHandlers,
  type TcpOptions,
} from './connection.ts'
import { openPassive } from './handshake.ts'
import { abort, finish } from './lifecycle.ts'
import { TcpSocket } from './tcp-socket.ts'

/** A new connection: the handlers for it, or nothing (then it is read and handled by hand). */
export type ConnectionHandler = (socket: TcpSocket) => TcpHandlers | undefined

/** Where connections and listeners are registered. */
export interface ListenerHome extends ConnectionHome {
  add(connection: Connection): void
  forgetListener(listener: TcpListener): void
}

export interface ListenOptions extends TcpOptions {
  /** Default: every address. */
  readonly address?: Ipv4
  readonly port: number
  /** listen()'s argument; default 128. */
  readonly backlog?: number
}

const DEFAULT_BACKLOG = 128

/** A listening TCP socket. */
export class TcpListener implements BoundSocket, ConnectionParent, Stateful {
  touchedAt = 0
  readonly address: Ipv4
  /** 0: it stands for every port (a default server). */
  readonly port: number
  readonly device: number
  readonly reuseAddress: boolean
  readonly reusePort: boolean
  readonly portGiven = true
  readonly listening = true
  /** So many connections, and one more, may wait to be accepted. */
  readonly backlog: number
  closed = false
  readonly #home: ListenerHome
  readonly #options: TcpOptions
  readonly #onConnection: ConnectionHandler
  /** Half open (`SYN-RECV`). */
  #opening: readonly Connection[] = []
  /** Complete, and not accepted yet. */
  #waiting: readonly Connection[] = []
  #paused = false

  /** Use `TcpProtocol.listen`. */
  constructor(home: ListenerHome, options: ListenOptions, onConnection: ConnectionHandler) {
    this.#home = home
    this.#options = options
    this.#onConnection = onConnection
    this.address = options.address ?? IPV4_ANY
    this.port = options.port
    this.device = options.device ?? 0
    this.reuseAddress = options.reuseAddress ?? false
    this.reusePort = options.reusePort ?? false
    this.backlog = options.backlog ?? DEFAULT_BACKLOG
  }

  /** Connections are not accepted until `resume`: they wait in the queue, complete, and what they send waits too. */
  pause(): void {
    this.#touch()
    this.#paused = true
  }

  /** Accepts again: first those that wait. */
  resume(): void {
    this.#touch()
    this.#paused = false
    this.flush()
  }

  /** How many connections wait to be accepted. */
  get waiting(): number {
    return this.#waiting.length
  }

  /** No more connections; those that wait are reset (`inet_csk_listen_stop`). */
  close(): void {
    if (this.closed) return
    this.#touch()
    this.closed = true
    this.#home.forgetListener(this)
    const [opening, waiting] = [this.#opening, this.#waiting]
    this.#opening = []
    this.#waiting = []
    for (const connection of waiting) {
      connection.touch()
      abort(connection)
    }
    for (const connection of opening) {
      connection.touch()
      connection.parent = null
      finish(connection, null)
    }
  }

  /** A SYN for this port (`tcp_conn_request`). False: it is ignored. */
  receiveSyn(packet: Packet, syn: TcpHeader): boolean {
    if (packet.ip === null || this.#isFull()) return false
    this.#touch()
    const { src, dst } = packet.ip
    const ends = { address: dst, port: syn.dport, peerAddress: src, peerPort: syn.sport, portGiven: true }
    const connection = new Connection(this.#home, ends, this.#options)
    connection.parent = this
    this.#opening = [...this.#opening, connection]
    this.#home.add(connection)
    openPassive(connection, syn)
    return true
  }

  complete(connection: Connection): boolean {
    if (this.#isFull()) return false
    this.#touch()
    this.#home.context.host.count('TcpPassiveOpens')
    this.#opening = this.#opening.filter((each) => each !== connection)
    this.#waiting = [...this.#waiting, connection]
    return true
  }

  lost(connection: Connection): void {
    this.#touch()
    this.#opening = this.#opening.filter((each) => each !== connection)
  }

  /** Accepts what waits, unless paused. */
  flush(): void {
    while (!this.#paused && this.#waiting.length > 0) {
      this.#touch()
      const connection = this.#waiting[0]!
      this.#waiting = this.#waiting.slice(1)
      connection.touch()
      connection.toldConnected = true
      const socket = new TcpSocket(connection)
      socket.handle(this.#onConnection(socket) ?? {})
    }
  }

  /** What ss(8) shows. */
  info(): SocketInfo {
    const { address, port, device } = this
    return {
      protocol: 'tcp',
      state: 'LISTEN',
      localAddress: address,
      localPort: port,
      peerAddress: IPV4_ANY,
      peerPort: 0,
      device,
      receiveQueue: this.#waiting.length,
      sendQueue: this.backlog,
    }
  }

  toString(): string {
    return `tcp ${formatEndpoint(this.address, this.port)}`
  }

  capture(): () => void {
    const [closed, opening, waiting, paused] = [this.closed, this.#opening, this.#waiting, this.#paused]
    return () => {
      this.closed = closed
      this.#opening = opening
      this.#waiting = waiting
      this.#paused = paused
    }
  }

  /** The kernel lets one more wait than was asked for (`sk_acceptq_is_full`). */
  #isFull(): boolean {
    return this.#waiting.length > this.backlog
  }

  #touch(): void {
    this.#home.context.host.sim.touch(this)
  }
}
