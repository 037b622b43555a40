import type { DeliverEvent } from '../netns/events.ts'
import { IPV4_ANY } from '../packet/address.ts'
import type { Packet } from '../packet/packet.ts'
import { Protocol } from '../packet/protocol.ts'
import type { Stateful } from '../sim/types.ts'
import { DEFAULT_SOCKET_ID, type SocketContext, type SocketInfo } from './context.ts'
import type { SocketErrno } from './errno.ts'
import type { AnsweredEvent, SocketEvent } from './events.ts'
import type { SocketHost } from './host.ts'
import { IcmpProtocol } from './icmp/icmp-protocol.ts'
import { SctpProtocol } from './sctp/sctp-protocol.ts'
import { type Server, whoamiServer } from './server.ts'
import { TcpProtocol } from './tcp/tcp-protocol.ts'
import { UdpProtocol } from './udp/udp-protocol.ts'

/** What a namespace has beside sockets that programs open. */
export interface SocketOptions {
  /** What answers on each port that has no socket of its own: nothing (the default), a `whoamiServer` (true), or this server. */
  readonly defaultListener?: boolean | Server
  /** SCTP is there from the start (as with `modprobe sctp`). It comes by itself when a server of it is started. */
  readonly sctp?: boolean
}

/** One for all: thousands of pods have it. */
const WHOAMI = whoamiServer()

/** The sockets of one namespace. */
export class SocketLayer implements SocketContext, Stateful {
  touchedAt = 0
  readonly host: SocketHost
  readonly udp: UdpProtocol
  readonly tcp: TcpProtocol
  readonly icmp: IcmpProtocol
  receiving: Packet | null = null
  #sctp: SctpProtocol | null = null
  #nextSocketId = DEFAULT_SOCKET_ID + 1
  /** Ports that the default server leaves closed: protocol and port in one number. */
  #closed: Set<number> | null = null
  readonly #defaultServer: Server | null

  /** Use `installSockets`. */
  constructor(host: SocketHost, options: SocketOptions) {
    this.host = host
    this.udp = new UdpProtocol(this)
    this.tcp = new TcpProtocol(this)
    this.icmp = new IcmpProtocol(this)
    host.protocols[Protocol.UDP] = this.udp
    host.protocols[Protocol.TCP] = this.tcp
    host.protocols[Protocol.ICMP] = this.icmp
    const { defaultListener = false } = options
    this.#defaultServer = defaultListener === true ? WHOAMI : defaultListener === false ? null : defaultListener
    this.udp.defaultReceiver = this.#defaultServer?.udp ?? null
    this.tcp.defaultHandler = this.#defaultServer?.tcp ?? null
    if (options.sctp === true || this.#defaultServer !== null) this.loadSctp()
  }

  /** SCTP, or null while its module is not loaded: packets of it are then answered with "protocol unreachable". */
  get sctp(): SctpProtocol | null {
    return this.#sctp
  }

  /** `modprobe sctp`. A client of it does so, too: what a trace has loaded is gone after it. */
  loadSctp(): SctpProtocol {
    if (this.#sctp === null) {
      this.host.sim.touch(this)
      this.#sctp = new SctpProtocol(this)
      this.host.protocols[Protocol.SCTP] = this.#sctp
      this.#sctp.defaultHandler = this.#defaultServer?.sctp ?? null
    }
    return this.#sctp
  }

  /**
   * Starts a server on a port of every address. The default one tells each client what it saw of it, and its own name.
   *
   * @param protocol IP protocol number: UDP, TCP or SCTP
   * @returns the errno, `EADDRINUSE` mostly, or null when it listens
   */
  serve(protocol: number, port: number, name = '', server: Server = whoamiServer(name)): SocketErrno | null {
    switch (protocol) {
      case Protocol.UDP:
        return this.udp.bind({ port }, { onReceive: server.udp }).error
      case Protocol.TCP:
        return this.tcp.listen({ port }, server.tcp).error
      case Protocol.SCTP:
        return this.loadSctp().listen({ port }, server.sctp).error
      default:
        return 'EINVAL'
    }
  }

  /** The default server does not answer here: the port is closed unless a socket opens it. */
  closePort(protocol: number, port: number): void {
    this.#closed ??= new Set()
    this.#closed.add(portKey(protocol, port))
  }

  /** Does something answer on ports that no socket is bound to? Then the list of sockets does not tell which are open. */
  get answersByDefault(): boolean {
    return this.#defaultServer !== null
  }

  /** All sockets, as ss(8) lists them. */
  *sockets(): Generator<SocketInfo> {
    for (const socket of this.udp.sockets()) yield socket.info()
    for (const port of this.host.tunnels.keys()) {
      yield {
        protocol: 'udp',
        state: 'UNCONN',
        localAddress: IPV4_ANY,
        localPort: port,
        peerAddress: IPV4_ANY,
        peerPort: 0,
        device: 0,
      }
    }
    for (const pinger of this.icmp.sockets()) yield pinger.info()
    yield* this.tcp.sockets()
    if (this.#sctp !== null) yield* this.#sctp.sockets()
  }

  capture(): () => void {
    const nextSocketId = this.#nextSocketId
    const sctp = this.#sctp
    return () => {
      this.#nextSocketId = nextSocketId
      if (this.#sctp === sctp) return
      this.#sctp = sctp
      this.host.protocols[Protocol.SCTP] = undefined
    }
  }

  // for the protocols

  newSocketId(): number {
    this.host.sim.touch(this)
    return this.#nextSocketId++
  }

  send(packet: Packet): boolean {
    const about = this.receiving
    if (about !== null) {
      if (packet.cause === 0) packet.cause = about.journey
      const { sim } = this.host
      if (sim.probe !== null) {
        if (packet.journey === 0) packet.journey = sim.newJourney()
        sim.probe.emit({ kind: 'answered', netns: this.host.name, packet, about } satisfies AnsweredEvent)
      }
    }
    return this.host.localOut(packet)
  }

  announce(socket: string, state: SocketEvent['state']): void {
    this.host.sim.probe?.emit({ kind: 'socket', netns: this.host.name, socket, state } satisfies SocketEvent)
  }

  delivered(packet: Packet, to: string): void {
    this.host.sim.probe?.emit({ kind: 'deliver', netns: this.host.name, packet, to } satisfies DeliverEvent)
  }

  servesByDefault(protocol: number, port: number): boolean {
    return this.#closed === null || !this.#closed.has(portKey(protocol, port))
  }
}

/**
 * Gives a namespace its sockets: registers UDP, TCP, ICMP echo and, if asked for, SCTP. Without this a namespace answers pings and
 * nothing else.
 */
export function installSockets(host: SocketHost, options: SocketOptions = {}): SocketLayer {
  const layer = new SocketLayer(host, options)
  layers.set(host, layer)
  return layer
}

/** The sockets of each namespace: where a program that is started later finds them. */
const layers = new WeakMap<SocketHost, SocketLayer>()

/** The sockets of a namespace; it gets them when it has none yet. */
export function socketsOf(host: SocketHost): SocketLayer {
  return layers.get(host) ?? installSockets(host)
}

function portKey(protocol: number, port: number): number {
  return protocol * 65536 + port
}
