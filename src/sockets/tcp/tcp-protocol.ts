import { type Dst, inetIif } from '../../netns/dst.ts'
import type { TransportProtocol } from '../../netns/stack.ts'
import { IPV4_ANY, IPV4_LOOPBACK, type Ipv4, isLoopback } from '../../packet/address.ts'
import type { TcpHeader } from '../../packet/headers.ts'
import { type Packet, PacketType } from '../../packet/packet.ts'
import { Protocol, TcpFlag } from '../../packet/protocol.ts'
import { formatEndpoint, type SocketContext, type SocketInfo } from '../context.ts'
import { chooseTcpPort } from '../ephemeral-port.ts'
import type { Opened, SocketErrno } from '../errno.ts'
import { RouteQuestion } from '../host.ts'
import { type BoundSocket, overlaps, PortTable } from '../port-table.ts'
import { Connection, type TcpHandlers, type TcpOptions } from './connection.ts'
import { ConnectionTable } from './connection-table.ts'
import { openActive } from './handshake.ts'
import { receiveIcmpError } from './icmp-error.ts'
import { endOf, receiveSegment } from './input.ts'
import { connectionName, finish } from './lifecycle.ts'
import { Outcome } from './outcome.ts'
import { sendReset } from './reset.ts'
import { type ConnectionHandler, type ListenerHome, type ListenOptions, TcpListener } from './tcp-listener.ts'
import { connectionInfo, TcpSocket } from './tcp-socket.ts'
import { receiveInTimeWait, TimeWaitOutcome } from './time-wait.ts'

export interface ConnectOptions extends TcpOptions {
  readonly address: Ipv4
  readonly port: number
  /** bind() before connect(): the own end. */
  readonly localAddress?: Ipv4
  readonly localPort?: number
}

/** Who holds a port. */
type PortUser = BoundSocket & { readonly listening: boolean; readonly portGiven: boolean }

const question = new RouteQuestion()

/** TCP in one namespace: its listeners and connections, and which of them a segment is for (net/ipv4/tcp_ipv4.c). */
export class TcpProtocol implements TransportProtocol, ListenerHome {
  readonly context: SocketContext
  /** Answers on each port without a listener of its own that is open by default. */
  defaultHandler: ConnectionHandler | null = null
  /** Made on first use: it stands for every port, and in no table. */
  #defaultListener: TcpListener | null = null
  readonly #connections: ConnectionTable
  readonly #ports: PortTable<PortUser>

  constructor(context: SocketContext) {
    this.context = context
    this.#connections = new ConnectionTable(context.host.sim)
    this.#ports = new PortTable(context.host.sim)
  }

  /**
   * Listens. `onConnection` is called when the program would return from accept().
   *
   * Errors: `EADDRNOTAVAIL`, `EADDRINUSE`.
   */
  listen(options: ListenOptions, onConnection: ConnectionHandler): Opened<TcpListener> {
    const { host } = this.context
    let port = options.port
    const listener = (): TcpListener => new TcpListener(this, { ...options, port }, onConnection)
    if (!this.#mayBindTo(options.address ?? IPV4_ANY)) return { socket: null, error: 'EADDRNOTAVAIL' }
    const wanted = listener()
    if (port === 0) port = chooseTcpPort(host, false, (each) => this.#isTaken(wanted, each))
    if (port === 0 || this.#isTaken(wanted, port)) return { socket: null, error: 'EADDRINUSE' }
    const socket = options.port === 0 ? listener() : wanted
    this.#ports.add(socket)
    if (host.sim.probe !== null) this.context.announce(socket.toString(), 'listening')
    return { socket, error: null }
  }

  /**
   * Opens a connection: the SYN leaves at once. What comes of it, the handlers are told; at once can be said:
   * `ENETUNREACH`, `EHOSTUNREACH`, `EACCES`, `EADDRINUSE`, `EADDRNOTAVAIL`.
   */
  connect(options: ConnectOptions, handlers: TcpHandlers = {}): Opened<TcpSocket> {
    const { host } = this.context
    let address = options.localAddress ?? IPV4_ANY
    let port = options.localPort ?? 0
    const bound = options.localAddress !== undefined || port !== 0
    if (bound) {
      const taken = this.#bind(options, address, port)
      if (typeof taken !== 'number') return { socket: null, error: taken }
      port = taken
    }
    const destination = options.address !== IPV4_ANY ? options.address : address === IPV4_ANY ? IPV4_LOOPBACK : address
    const { tos = 0, mark = 0, device = 0 } = options
    const way = (source: Ipv4): Dst =>
      host.routeOutput(
        question.fill(destination, source, tos & 0xfc, mark, device).transport(Protocol.TCP, port, options.port),
      )
    let dst = way(address)
    // `ip_route_connect`: once more with the source that was found, by which rules may decide otherwise
    if (dst.error === null && address === IPV4_ANY) dst = way(dst.source)
    if (dst.error !== null) {
      if (dst.error === 'ENETUNREACH') host.count('IpOutNoRoutes')
      return { socket: null, error: dst.error }
    }
    if (dst.type === 'broadcast' || dst.type === 'multicast') return { socket: null, error: 'ENETUNREACH' }
    if (address === IPV4_ANY) address = dst.source
    const inUse = (each: number): boolean => !this.#makeRoom(address, each, destination, options.port, device)
    if (bound) {
      if (inUse(port)) return { socket: null, error: 'EADDRNOTAVAIL' }
    } else {
      port = chooseTcpPort(host, true, (each) => this.#ports.get(each).some((user) => user.portGiven) || inUse(each))
      if (port === 0) return { socket: null, error: 'EADDRNOTAVAIL' }
    }
    const ends = { address, port, peerAddress: destination, peerPort: options.port, portGiven: bound }
    const connection = new Connection(this, ends, options)
    connection.handlers = handlers
    const socket = new TcpSocket(connection)
    this.add(connection)
    if (host.sim.probe !== null) this.context.announce(connectionName(connection), 'connecting')
    openActive(connection)
    return { socket, error: null }
  }

  /** All sockets as ss(8) lists them, TIME_WAIT included. */
  *sockets(): Generator<SocketInfo> {
    for (const user of this.#ports.all()) {
      if (user instanceof TcpListener) yield user.info()
      else yield connectionInfo(user as Connection)
    }
  }

  /** A segment for this host (`tcp_v4_rcv`). */
  receive(packet: Packet): void {
    const { ip, l4 } = packet
    if (ip === null || l4 === null || l4.kind !== 'tcp') return
    const { context } = this
    context.host.count('TcpInSegs')
    if (packet.packetType !== PacketType.HOST && packet.packetType !== PacketType.LOOPBACK) {
      context.host.drop(packet, 'NOT_SPECIFIED', null, 'TCP takes no broadcasts')
      return
    }
    const before = context.receiving
    context.receiving = packet
    try {
      const connection = this.#connections.find(ip.dst, l4.dport, ip.src, l4.sport, inetIif(packet))
      if (connection === null) this.#receiveByListener(packet, l4)
      else this.#receiveByConnection(connection, packet, l4)
    } finally {
      context.receiving = before
    }
  }

  /** An ICMP error about a segment that was sent from here (`tcp_v4_err`). */
  error(message: Packet, quoted: Packet): void {
    const { ip, l4 } = quoted
    if (ip === null || l4 === null || l4.kind !== 'tcp') return
    const connection = this.#connections.find(ip.src, l4.sport, ip.dst, l4.dport, inetIif(message))
    if (connection === null) {
      this.context.host.count('IcmpInErrors')
      return
    }
    const before = this.context.receiving
    this.context.receiving = message
    try {
      receiveIcmpError(connection, message, l4.seq)
      connection.observer?.update()
    } finally {
      this.context.receiving = before
    }
  }

  sent(message: Packet, { ip, l4 }: Packet): boolean {
    if (ip === null || l4 === null || l4.kind !== 'tcp') return false
    return this.#connections.find(ip.src, l4.sport, ip.dst, l4.dport, inetIif(message)) !== null
  }

  // for listeners and connections

  /** A connection begins: segments find it by its four numbers. */
  add(connection: Connection): void {
    this.#connections.add(connection)
    this.#ports.add(connection)
  }

  forget(connection: Connection): void {
    this.#connections.remove(connection)
    this.#ports.remove(connection)
  }

  /** A listener has closed; its port is free. */
  forgetListener(listener: TcpListener): void {
    this.#ports.remove(listener)
    if (this.context.host.sim.probe !== null) this.context.announce(listener.toString(), 'closed')
  }

  // inside

  #receiveByConnection(c: Connection, packet: Packet, tcp: TcpHeader): void {
    const { context } = this
    if (context.host.sim.probe !== null) context.delivered(packet, connectionName(c))
    c.touch()
    if (c.timeWait) {
      const outcome = receiveInTimeWait(c, tcp, endOf(tcp, packet.payload.length))
      if (outcome === TimeWaitOutcome.RESET) sendReset(context, packet, tcp)
      if (outcome === TimeWaitOutcome.NEW && this.#listenerFor(packet, tcp) !== null) {
        finish(c, null)
        this.#receiveByListener(packet, tcp)
      }
    } else {
      const { parent } = c
      if (receiveSegment(c, tcp, packet) === Outcome.RESET) sendReset(context, packet, tcp)
      parent?.flush()
    }
    c.observer?.update()
  }

  /** No connection: a SYN may begin one, anything else is out of place (`tcp_rcv_state_process` in LISTEN). */
  #receiveByListener(packet: Packet, tcp: TcpHeader): void {
    const { context } = this
    const { host } = context
    const listener = this.#listenerFor(packet, tcp)
    if (listener === null) {
      sendReset(context, packet, tcp)
      host.drop(packet, 'NO_SOCKET', null, `no TCP socket for port ${tcp.dport}`)
      return
    }
    const { flags } = tcp
    const isSyn = (flags & (TcpFlag.SYN | TcpFlag.ACK | TcpFlag.RST | TcpFlag.FIN)) === TcpFlag.SYN
    if (!isSyn) {
      if ((flags & TcpFlag.ACK) !== 0) sendReset(context, packet, tcp)
      host.drop(packet, 'TCP_FLAGS', null, `no connection, and the segment opens none`)
      return
    }
    if (host.sim.probe !== null) context.delivered(packet, `tcp ${formatEndpoint(listener.address, tcp.dport)}`)
    const type = (packet.route as Dst | null)?.type
    if (type === 'broadcast' || type === 'multicast' || !listener.receiveSyn(packet, tcp)) {
      host.drop(packet, 'NOT_SPECIFIED', null, 'the accept queue is full')
    }
  }

  /** This very address before any, bound to the device before not bound (`__inet_lookup_listener`). */
  #listenerFor(packet: Packet, tcp: TcpHeader): TcpListener | null {
    const address = packet.ip!.dst
    let found: TcpListener | null = null
    let most = 0
    for (const user of this.#ports.get(tcp.dport)) {
      if (!(user instanceof TcpListener)) continue
      if (user.address !== IPV4_ANY && user.address !== address) continue
      if (user.device !== 0 && user.device !== inetIif(packet)) continue
      const points = 1 + (user.address !== IPV4_ANY ? 4 : 0) + (user.device !== 0 ? 2 : 0)
      if (points > most) {
        most = points
        found = user
      }
    }
    if (found !== null || this.defaultHandler === null) return found
    if (!this.context.servesByDefault(Protocol.TCP, tcp.dport)) return null
    this.#defaultListener ??= new TcpListener(this, { port: 0 }, this.defaultHandler)
    return this.#defaultListener
  }

  #bind(options: ConnectOptions, address: Ipv4, port: number): number | SocketErrno {
    if (!this.#mayBindTo(address)) return 'EADDRNOTAVAIL'
    const { device = 0, reuseAddress = false, reusePort = false } = options
    const wanted = { address, port, device, reuseAddress, reusePort, listening: false, portGiven: true }
    if (port === 0) {
      const chosen = chooseTcpPort(this.context.host, false, (each) => this.#isTaken(wanted, each))
      return chosen === 0 ? 'EADDRINUSE' : chosen
    }
    return this.#isTaken(wanted, port) ? 'EADDRINUSE' : port
  }

  #mayBindTo(address: Ipv4): boolean {
    if (address === IPV4_ANY) return true
    const { host } = this.context
    if (host.sysctl.get('ipv4.ip_nonlocal_bind') === 1) return true
    const type = host.addressType(address)
    return type === 'local' || type === 'multicast' || type === 'broadcast'
  }

  /** `inet_bind_conflict` (net/ipv4/inet_connection_sock.c) */
  #isTaken(wanted: BoundSocket, port: number): boolean {
    for (const other of this.#ports.get(port)) {
      if (!overlaps(wanted, other)) continue
      if (wanted.reuseAddress && other.reuseAddress && !other.listening) continue
      if (wanted.reusePort && other.reusePort) continue
      return true
    }
    return false
  }

  /**
   * Is the four-tuple free (`__inet_check_established`)? A remembered connection of the loopback gives way
   * (net.ipv4.tcp_tw_reuse is 2), any other holds its place.
   */
  #makeRoom(address: Ipv4, port: number, peerAddress: Ipv4, peerPort: number, device: number): boolean {
    const other = this.#connections.find(address, port, peerAddress, peerPort, device)
    if (other === null) return true
    if (!other.timeWait || !(isLoopback(address) || isLoopback(peerAddress))) return false
    other.touch()
    finish(other, null)
    return true
  }
}
