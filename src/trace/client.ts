import type { NetworkNamespace } from '../netns/namespace.ts'
import type { Ipv4 } from '../packet/address.ts'
import { payloadOf } from '../packet/packet.ts'
import type { SocketErrno, SocketLayer } from '../sockets/index.ts'

/** What a traced program does: who sends what to whom. */
export interface ClientOptions {
  readonly from: NetworkNamespace
  /** The sender's address; 0 or absent: routing chooses. */
  readonly source?: Ipv4 | undefined
  /** 1 to 65535. Default: an ephemeral port. */
  readonly sourcePort?: number | undefined
  readonly to: Ipv4
  /** 1 to 65535; an ICMP echo has none. */
  readonly port?: number | undefined
  readonly protocol: 'tcp' | 'udp' | 'sctp' | 'icmp'
  /** Data in a datagram, an echo request, or sent over a connection, octets. Default: 4, and 56 for an echo. */
  readonly payload?: number | undefined
}

const PAYLOAD = 4

/** The program whose packets are traced. It sends at once. */
export class Client {
  /** The first answer is there, or none will come: the program has no more to wait for. */
  done = false
  /** What the system call said, or what the socket was told later. */
  error: SocketErrno | null = null
  readonly #options: ClientOptions
  readonly #talks: boolean
  #socket: { close(): void } | null = null

  /** @param talks go on after the first answer: send data over a connection, another datagram after each answer */
  constructor(sockets: SocketLayer, options: ClientOptions, talks: boolean) {
    this.#options = options
    this.#talks = talks
    this.#start(sockets)
  }

  #start(sockets: SocketLayer): void {
    switch (this.#options.protocol) {
      case 'tcp':
        this.#connectTcp(sockets)
        break
      case 'udp':
        this.#sendDatagrams(sockets)
        break
      case 'sctp':
        this.#connectSctp(sockets)
        break
      case 'icmp':
        this.#ping(sockets)
        break
    }
  }

  /** The program ends: its socket is closed. */
  close(): void {
    this.#socket?.close()
    this.#socket = null
  }

  readonly #finish = (): void => {
    this.done = true
  }

  readonly #fail = (errno: SocketErrno | null): void => {
    if (errno === null) return
    this.error = errno
    this.done = true
  }

  /** The ends, as connect(2) and bind(2) want them. */
  #ends() {
    const { source, sourcePort, to, port } = this.#options
    return {
      address: to,
      port: port ?? 0,
      ...(source === undefined || source === 0 ? {} : { localAddress: source }),
      ...(sourcePort === undefined ? {} : { localPort: sourcePort }),
    }
  }

  #connectTcp(sockets: SocketLayer): void {
    const { socket, error } = sockets.tcp.connect(this.#ends(), {
      onConnect: () => {
        this.done = true
        if (!this.#talks) return
        socket?.send(payloadOf(this.#options.payload ?? PAYLOAD))
        socket?.shutdown()
      },
      onData: () => {},
      onEnd: () => socket?.close(),
      onError: this.#fail,
    })
    this.#socket = socket
    this.#fail(error)
  }

  #sendDatagrams(sockets: SocketLayer): void {
    const send = (): SocketErrno | null => socket?.send(payloadOf(this.#options.payload ?? PAYLOAD)) ?? null
    const { socket, error } = sockets.udp.connect(this.#ends(), {
      onReceive: () => {
        this.done = true
        if (this.#talks) this.#fail(send())
      },
      onError: this.#fail,
    })
    this.#socket = socket
    this.#fail(error ?? send())
  }

  #connectSctp(sockets: SocketLayer): void {
    const { socket, error } = sockets.loadSctp().connect(this.#ends(), {
      onConnect: () => {
        this.done = true
        if (this.#talks) socket?.send(payloadOf(this.#options.payload ?? PAYLOAD))
      },
      onError: this.#fail,
    })
    this.#socket = socket
    this.#fail(error)
  }

  #ping(sockets: SocketLayer): void {
    const { localAddress } = this.#ends()
    const { to, payload } = this.#options
    let sequence = 0
    const ping = (): SocketErrno | null => pinger.send(to, ++sequence, payload)
    const pinger = sockets.icmp.open(localAddress === undefined ? {} : { source: localAddress }, {
      onReply: () => {
        this.done = true
        if (this.#talks) this.#fail(ping())
      },
      onError: this.#finish,
    })
    this.#socket = pinger
    this.#fail(ping())
  }
}
