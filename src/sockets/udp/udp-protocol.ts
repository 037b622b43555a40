import { type Dst, inetIif } from '../../netns/dst.ts'
import type { TransportProtocol } from '../../netns/stack.ts'
import { IPV4_ANY, type Ipv4 } from '../../packet/address.ts'
import type { UdpHeader } from '../../packet/headers.ts'
import type { Packet, Payload } from '../../packet/packet.ts'
import { IcmpType, Protocol, UnreachCode } from '../../packet/protocol.ts'
import { DEFAULT_SOCKET_ID, formatEndpoint, type SocketContext } from '../context.ts'
import { choosePort } from '../ephemeral-port.ts'
import { icmpMeaning, type Opened, type SocketErrno } from '../errno.ts'
import { RouteQuestion } from '../host.ts'
import { overlaps, PortTable } from '../port-table.ts'
import type { UdpOptions } from './udp-options.ts'
import { type UdpHandlers, UdpSocket, type UdpSocketHome } from './udp-socket.ts'

const question = new RouteQuestion()
/**
 * Payloads that default servers have sent, in whatever namespace: such a server never answers an answer, or two of them would talk for
 * ever when an answer comes too late for its client.
 */
const answers = new WeakSet<Payload>()

/** UDP in one namespace: its sockets, and which of them a datagram is for (net/ipv4/udp.c). */
export class UdpProtocol implements TransportProtocol, UdpSocketHome {
  readonly context: SocketContext
  /** Answers on each port without a socket of its own that is open by default. */
  defaultReceiver: UdpHandlers['onReceive'] | null = null
  /** Made on first use: it stands for every port, and in no table. */
  #defaultSocket: UdpSocket | null = null
  readonly #sockets: PortTable<UdpSocket>

  constructor(context: SocketContext) {
    this.context = context
    this.#sockets = new PortTable(context.host.sim)
  }

  /** A socket without a port: its first datagram, or connect(), gets it one. */
  open(options: UdpOptions = {}, handlers: UdpHandlers = {}): UdpSocket {
    return new UdpSocket(this, this.context.newSocketId(), options, handlers)
  }

  /** A socket at this address and port; both may be left out: every address, a free port. */
  bind(
    options: UdpOptions & { readonly address?: Ipv4; readonly port?: number },
    handlers: UdpHandlers = {},
  ): Opened<UdpSocket> {
    const socket = this.open(options, handlers)
    const error = socket.bind(options.address ?? IPV4_ANY, options.port ?? 0)
    return error === null ? { socket, error } : { socket: null, error }
  }

  /** A socket that talks to one peer. `localAddress` and `localPort`: its own end. */
  connect(
    options: UdpOptions & {
      readonly address: Ipv4
      readonly port: number
      readonly localAddress?: Ipv4
      readonly localPort?: number
    },
    handlers: UdpHandlers = {},
  ): Opened<UdpSocket> {
    const socket = this.open(options, handlers)
    let error: SocketErrno | null = null
    if (options.localAddress !== undefined || options.localPort !== undefined) {
      error = socket.bind(options.localAddress ?? IPV4_ANY, options.localPort ?? 0)
    }
    error ??= socket.connect(options.address, options.port)
    if (error === null) return { socket, error }
    socket.close()
    return { socket: null, error }
  }

  /** All that are open. */
  sockets(): Iterable<UdpSocket> {
    return this.#sockets.all()
  }

  /** A datagram for this host (`__udp4_lib_rcv`). */
  receive(packet: Packet): void {
    const { ip, l4 } = packet
    if (ip === null || l4 === null || l4.kind !== 'udp') return
    const { context } = this
    const before = context.receiving
    context.receiving = packet
    try {
      const type = (packet.route as Dst | null)?.type
      if (type === 'broadcast' || type === 'multicast') this.#receiveByAll(packet, l4)
      else this.#receiveByOne(packet, l4, ip.src, ip.dst)
    } finally {
      context.receiving = before
    }
  }

  /** An ICMP error about a datagram that a socket here has sent (`__udp4_lib_err`). */
  error(message: Packet, quoted: Packet): void {
    const icmp = message.l4
    const { ip, l4 } = quoted
    if (icmp === null || icmp.kind !== 'icmp' || ip === null || l4 === null || l4.kind !== 'udp') return
    const meaning = icmpMeaning(icmp.type, icmp.code)
    if (meaning === null) return
    const socket = this.#lookup(ip.dst, l4.dport, ip.src, l4.sport, message.ifindex)
    if (socket === null) {
      // a tunnel's own socket knows its packets, but does nothing about them (`__udp4_lib_err_encap`)
      if (!this.context.host.tunnels.has(l4.dport)) this.context.host.count('IcmpInErrors')
      return
    }
    let { fatal } = meaning
    if (icmp.type === IcmpType.DEST_UNREACH && icmp.code === UnreachCode.FRAG_NEEDED) {
      fatal = socket.pmtuDiscovery !== 'dont'
      // a socket with a peer keeps its way, and finds it anew at once (`ipv4_sk_update_pmtu`)
      if (socket.connected) this.route(socket, socket.peerAddress, socket.peerPort)
    }
    const before = this.context.receiving
    this.context.receiving = message
    try {
      socket.fail(meaning.errno, fatal, message)
    } finally {
      this.context.receiving = before
    }
  }

  sent(message: Packet, { ip, l4 }: Packet): boolean {
    if (ip === null || l4 === null || l4.kind !== 'udp') return false
    return this.#lookup(ip.dst, l4.dport, ip.src, l4.sport, message.ifindex) !== null
  }

  // for the sockets

  mayBindTo(address: Ipv4): boolean {
    if (address === IPV4_ANY) return true
    const { host } = this.context
    if (host.sysctl.get('ipv4.ip_nonlocal_bind') === 1) return true
    const type = host.addressType(address)
    return type === 'local' || type === 'multicast' || type === 'broadcast'
  }

  takePort(socket: UdpSocket, port: number): SocketErrno | null {
    const { context } = this
    const chosen = port !== 0 ? port : choosePort(context.host, (each) => this.#isTaken(socket, each))
    if (chosen === 0 || (port !== 0 && this.#isTaken(socket, port))) return 'EADDRINUSE'
    context.host.sim.touch(socket)
    socket.port = chosen
    this.#sockets.add(socket)
    if (context.host.sim.probe !== null) context.announce(socket.toString(), 'bound')
    return null
  }

  /** For the socket: it has closed. */
  forget(socket: UdpSocket): void {
    if (socket.port === 0) return
    this.#sockets.remove(socket)
    if (this.context.host.sim.probe !== null) this.context.announce(socket.toString(), 'closed')
  }

  /** The way of a datagram from that socket to a port, by the source that it has, or this one. */
  route(socket: UdpSocket, destination: Ipv4, port: number, source: Ipv4 = socket.address): Dst {
    const { tos, mark, device } = socket
    question.fill(destination, source, tos & 0xfc, mark, device).transport(Protocol.UDP, socket.port, port)
    return this.context.host.routeOutput(question)
  }

  /** An IP identification for a datagram that may be fragmented. */
  randomIpId(): number {
    return this.context.host.sim.random('ip-id').below(65536)
  }

  noteAnswer(payload: Payload): void {
    answers.add(payload)
  }

  // inside

  #receiveByOne(packet: Packet, udp: UdpHeader, source: Ipv4, destination: Ipv4): void {
    const { context } = this
    const { host } = context
    const socket =
      this.#lookup(source, udp.sport, destination, udp.dport, inetIif(packet)) ?? this.#default(packet, udp)
    if (socket === null) {
      host.count('UdpNoPorts')
      host.icmpSend(packet, IcmpType.DEST_UNREACH, UnreachCode.PORT)
      host.drop(packet, 'NO_SOCKET', null, `no UDP socket has port ${udp.dport}`)
      return
    }
    if (host.sim.probe !== null) {
      const name = socket === this.#defaultSocket ? `udp ${formatEndpoint(IPV4_ANY, udp.dport)}` : socket.toString()
      context.delivered(packet, name)
    }
    socket.deliver(packet)
  }

  #default(packet: Packet, udp: UdpHeader): UdpSocket | null {
    const onReceive = this.defaultReceiver
    if (onReceive == null || !this.context.servesByDefault(Protocol.UDP, udp.dport)) return null
    // a port that somebody has is nobody else's, also for packets that its owner does not take: it is connected to another peer
    if (answers.has(packet.payload) || this.#sockets.get(udp.dport).length > 0) return null
    this.#defaultSocket ??= new UdpSocket(this, DEFAULT_SOCKET_ID, {}, { onReceive })
    return this.#defaultSocket
  }

  /** A broadcast goes to every socket that would take it, and nobody complains (`__udp4_lib_mcast_deliver`). */
  #receiveByAll(packet: Packet, udp: UdpHeader): void {
    const ip = packet.ip!
    let first: UdpSocket | null = null
    for (const socket of this.#sockets.get(udp.dport)) {
      if (socket.address !== IPV4_ANY && socket.address !== ip.dst) continue
      if (score(socket, ip.src, udp.sport, inetIif(packet)) < 0) continue
      if (first !== null) this.#hand(first, packet.clone())
      first = socket
    }
    if (first !== null) this.#hand(first, packet)
    else this.context.host.drop(packet, 'NO_SOCKET', null, `no UDP socket has port ${udp.dport}`)
  }

  #hand(socket: UdpSocket, packet: Packet): void {
    if (this.context.host.sim.probe !== null) this.context.delivered(packet, socket.toString())
    socket.deliver(packet)
  }

  /** Sockets of this very address come before those of any; among them the one that asks most, and then the newest (`__udp4_lib_lookup`). */
  #lookup(source: Ipv4, sport: number, destination: Ipv4, dport: number, ifindex: number): UdpSocket | null {
    const sockets = this.#sockets.get(dport)
    if (sockets.length === 0) return null
    return best(sockets, destination, source, sport, ifindex) ?? best(sockets, IPV4_ANY, source, sport, ifindex)
  }

  /** `inet_lport_inuse` */
  #isTaken(socket: UdpSocket, port: number): boolean {
    // a tunnel's own socket has every address and shares with nobody (udp_sock_create4)
    if (this.context.host.tunnels.has(port)) return true
    for (const other of this.#sockets.get(port)) {
      if (other === socket || !overlaps(socket, other)) continue
      if (socket.reuseAddress && other.reuseAddress) continue
      if (socket.reusePort && other.reusePort) continue
      return true
    }
    return false
  }
}

function best(
  sockets: readonly UdpSocket[],
  address: Ipv4,
  peer: Ipv4,
  peerPort: number,
  ifindex: number,
): UdpSocket | null {
  let found: UdpSocket | null = null
  let most = -1
  for (const socket of sockets) {
    if (socket.address !== address) continue
    const points = score(socket, peer, peerPort, ifindex)
    if (points > most) {
      most = points
      found = socket
    }
  }
  return found
}

/** `compute_score` without the local address; -1: not for this socket. */
function score(socket: UdpSocket, peer: Ipv4, peerPort: number, ifindex: number): number {
  let points = 0
  if (socket.connected) {
    if (socket.peerAddress !== peer || socket.peerPort !== peerPort) return -1
    points += 8
  }
  if (socket.device !== 0) {
    if (socket.device !== ifindex) return -1
    points += 4
  }
  return points
}
