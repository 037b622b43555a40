import type { Ipv4, Packet } from '../../packet/index.ts'
import { utf8Bytes } from '../../packet/utf8.ts'
import type { SocketErrno, TcpHandlers, TcpSocket, UdpHandlers, UdpSocket } from '../../sockets/index.ts'
import type { Wait } from '../process/process.ts'
import { textOf } from './octets.ts'

/** The network's end of what nc copies: a connected socket, seen as poll(2) and read(2) see it. */
export interface Peer {
  /** POLLIN: there is something to read, or the end. */
  readonly readable: boolean
  /** POLLERR */
  readonly failed: boolean
  /** A datagram, or what has come of the stream; null at its end. */
  read(): string | null
  /** False: the socket cannot be written to any more. */
  write(text: string): boolean
  shutdownWrite(): void
  close(): void
  /** Waits until one of the above changes. */
  readonly changed: Wait
}

/** What changes, wakes who waits. */
class Changes {
  #waiting: (() => void)[] = []

  readonly changed: Wait = (wake) => {
    this.#waiting.push(wake)
    return () => {
      this.#waiting = this.#waiting.filter((other) => other !== wake)
    }
  }

  tell(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const wake of waiting) wake()
  }
}

/** One end of a TCP connection. Give `handlers` to the socket, then the socket to `attach`. */
export class TcpPeer implements Peer {
  connected = false
  error: SocketErrno | null = null
  readonly #changes = new Changes()
  #socket: TcpSocket | null = null
  #received = ''
  #ended = false

  readonly handlers: TcpHandlers = {
    onConnect: () => {
      this.connected = true
      this.#changes.tell()
    },
    onData: (payload) => {
      this.#received += textOf(payload)
      this.#changes.tell()
    },
    onEnd: () => {
      this.#ended = true
      this.#changes.tell()
    },
    onError: (error) => {
      this.error = error
      this.#changes.tell()
    },
  }

  attach(socket: TcpSocket): this {
    this.#socket = socket
    return this
  }

  get changed(): Wait {
    return this.#changes.changed
  }

  get readable(): boolean {
    return this.#received !== '' || this.#ended
  }

  get failed(): boolean {
    return this.error !== null
  }

  /** An error that came in while the connection was made (SO_ERROR). */
  takeError(): SocketErrno | null {
    return this.#socket?.takeError() ?? this.error
  }

  read(): string | null {
    const text = this.#received
    this.#received = ''
    return text === '' ? null : text
  }

  write(text: string): boolean {
    return this.#socket?.send(utf8Bytes(text)) === null
  }

  shutdownWrite(): void {
    this.#socket?.shutdown()
  }

  close(): void {
    this.#socket?.close()
  }
}

/** A UDP socket; connected to its peer, or open to everybody (`-k`). */
export class UdpPeer implements Peer {
  readonly #changes = new Changes()
  #socket: UdpSocket | null = null
  readonly #datagrams: { readonly text: string; readonly address: Ipv4; readonly port: number }[] = []
  #failed = false

  readonly handlers: UdpHandlers = {
    onReceive: (packet: Packet) => {
      const { ip, l4, payload } = packet
      if (ip === null || l4 === null || l4.kind !== 'udp') return
      this.#datagrams.push({ text: textOf(payload), address: ip.src, port: l4.sport })
      this.#changes.tell()
    },
    onError: () => {
      this.#failed = true
      this.#changes.tell()
    },
  }

  attach(socket: UdpSocket): this {
    this.#socket = socket
    return this
  }

  get changed(): Wait {
    return this.#changes.changed
  }

  get readable(): boolean {
    return this.#datagrams.length > 0
  }

  get failed(): boolean {
    return this.#failed
  }

  /** Who sent the datagram that comes next. */
  get sender(): { readonly address: Ipv4; readonly port: number } | undefined {
    return this.#datagrams[0]
  }

  read(): string | null {
    return this.#datagrams.shift()?.text ?? ''
  }

  /** An error that waits fails this one in the place of its own (`sock_error`). */
  write(text: string): boolean {
    if (this.#failed) {
      this.#failed = false
      return false
    }
    return this.#socket?.send(utf8Bytes(text)) === null
  }

  shutdownWrite(): void {}

  close(): void {
    this.#socket?.close()
  }
}
