import type { Dst } from '../../netns/dst.ts'
import { IPV4_ANY, IPV4_LOOPBACK, type Ipv4, isMulticast } from '../../packet/address.ts'
import { type Packet, type Payload, payloadOf } from '../../packet/packet.ts'
import { HeaderLength, Protocol } from '../../packet/protocol.ts'
import type { Stateful } from '../../sim/types.ts'
import { formatEndpoint, makePacket, type SocketContext, type SocketInfo } from '../context.ts'
import type { SocketErrno } from '../errno.ts'
import { hopLimit, isMtuLocked } from '../path.ts'
import { defaultPmtuDiscovery, type PmtuDiscovery } from '../pmtu-discovery.ts'
import type { BoundSocket } from '../port-table.ts'
import { drawTxHash } from '../tx-hash.ts'
import type { UdpOptions, UdpSettings } from './udp-options.ts'

/** What a socket is told; all are optional. */
export interface UdpHandlers {
  /** A datagram for the socket: `packet.ip.src`, `packet.l4.sport`, `packet.payload`. Without it datagrams wait for `read()`. */
  readonly onReceive?: (packet: Packet, socket: UdpSocket) => void
  /** An ICMP error that is about a datagram of the socket; `icmp` is the message. Without it the next call returns the error. */
  readonly onError?: (errno: SocketErrno, socket: UdpSocket, icmp: Packet) => void
}

/** What a socket asks of its protocol. */
export interface UdpSocketHome {
  readonly context: SocketContext
  /** May a socket be bound to the address (`inet_addr_valid_or_nonlocal`)? */
  mayBindTo(address: Ipv4): boolean
  /** Gives the socket its port, or the errno; 0 has one chosen. */
  takePort(socket: UdpSocket, port: number): SocketErrno | null
  forget(socket: UdpSocket): void
  route(socket: UdpSocket, destination: Ipv4, port: number, source?: Ipv4): Dst
  randomIpId(): number
  /** The default server sends this payload. */
  noteAnswer(payload: Payload): void
}

/** IP header, UDP header and payload together are at most this long. */
const LARGEST_PACKET = 65535
const HEADERS = HeaderLength.IPV4 + HeaderLength.UDP
/** net.core.rmem_default, and what the kernel counts for a short packet (`skb->truesize`). */
const RECEIVE_BUFFER = 212992
const SMALL_PACKET_COST = 768

/** A UDP socket (net/ipv4/udp.c). Calls return the errno by name, or null when all went well. */
export class UdpSocket implements BoundSocket, Stateful {
  touchedAt = 0
  readonly id: number
  address: Ipv4 = IPV4_ANY
  port = 0
  peerAddress: Ipv4 = IPV4_ANY
  peerPort = 0
  connected = false
  closed = false
  readonly device: number
  readonly reuseAddress: boolean
  readonly reusePort: boolean
  readonly broadcast: boolean
  readonly receiveErrors: boolean
  /** 0: the route's or the namespace's default. */
  #ttl: number
  #tos: number
  #mark: number
  #pmtuDiscovery: PmtuDiscovery
  readonly #protocol: UdpSocketHome
  readonly #handlers: UdpHandlers
  /** The local address was asked for, not chosen by connect(). */
  /** The flow hash that it drew when it got a peer (`sk_set_txhash` in __ip4_datagram_connect), 0: none. */
  #txHash = 0
  #addressGiven = false
  /** An error that the next call returns (`sk_err`). */
  #error: SocketErrno | null = null
  #queue: readonly Packet[] = []
  #queued = 0
  /** Identification of the next packet of a connected socket (`inet_id`). */
  #ipId = 0

  /** Use `UdpProtocol.open`, `bind` or `connect`. */
  constructor(protocol: UdpSocketHome, id: number, options: UdpOptions, handlers: UdpHandlers) {
    this.#protocol = protocol
    this.id = id
    this.#handlers = handlers
    this.device = options.device ?? 0
    this.reuseAddress = options.reuseAddress ?? false
    this.reusePort = options.reusePort ?? false
    this.broadcast = options.broadcast ?? false
    this.receiveErrors = options.receiveErrors ?? false
    this.#ttl = options.ttl ?? 0
    this.#tos = options.tos ?? 0
    this.#mark = options.mark ?? 0
    this.#pmtuDiscovery = options.pmtuDiscovery ?? defaultPmtuDiscovery(protocol.context.host)
  }

  get tos(): number {
    return this.#tos
  }
  get mark(): number {
    return this.#mark
  }
  get pmtuDiscovery(): PmtuDiscovery {
    return this.#pmtuDiscovery
  }

  /** setsockopt(): what is left out stays as it is. */
  set(settings: UdpSettings): void {
    this.#touch()
    this.#ttl = settings.ttl ?? this.#ttl
    this.#tos = settings.tos ?? this.#tos
    this.#mark = settings.mark ?? this.#mark
    this.#pmtuDiscovery = settings.pmtuDiscovery ?? this.#pmtuDiscovery
  }

  /** Takes a local address and port; port 0 has one chosen (`inet_bind`, `udp_lib_get_port`). */
  bind(address: Ipv4, port: number): SocketErrno | null {
    if (this.port !== 0) return 'EINVAL'
    if (!this.#protocol.mayBindTo(address)) return 'EADDRNOTAVAIL'
    this.#touch()
    this.address = address
    const error = this.#protocol.takePort(this, port)
    if (error !== null) {
      this.address = IPV4_ANY
      return error
    }
    this.#addressGiven = address !== IPV4_ANY
    return null
  }

  /** Sets the peer: only its datagrams are received, and ICMP errors are reported (`__ip4_datagram_connect`). */
  connect(address: Ipv4, port: number): SocketErrno | null {
    if (this.port === 0) {
      const error = this.#protocol.takePort(this, 0)
      if (error !== null) return 'EAGAIN'
    }
    const destination = this.#destination(address)
    let dst = this.#protocol.route(this, destination, port)
    // `ip_route_connect`: once more with the source that was found, by which rules may decide otherwise
    if (dst.error === null && this.address === IPV4_ANY) dst = this.#protocol.route(this, destination, port, dst.source)
    if (dst.error !== null) {
      if (dst.error === 'ENETUNREACH') this.#protocol.context.host.count('IpOutNoRoutes')
      return dst.error
    }
    if (dst.type === 'broadcast' && !this.broadcast) return 'EACCES'
    this.#touch()
    if (this.address === IPV4_ANY) this.address = dst.source
    this.peerAddress = destination
    this.peerPort = port
    this.connected = true
    this.#txHash = drawTxHash(this.#protocol.context.host.sim)
    this.#ipId = this.#protocol.randomIpId()
    return null
  }

  /** connect() with AF_UNSPEC: any peer again. */
  disconnect(): void {
    this.#touch()
    this.connected = false
    this.peerAddress = IPV4_ANY
    this.peerPort = 0
    if (!this.#addressGiven) this.address = IPV4_ANY
  }

  /** Sends to the peer. */
  send(content: Payload | Uint8Array | number): SocketErrno | null {
    if (!this.connected) return 'EDESTADDRREQ'
    return this.#send(this.peerAddress, this.peerPort, this.address, this.port, content)
  }

  /** Sends to this address and port, also when connected to another (`udp_sendmsg`). */
  sendTo(address: Ipv4, port: number, content: Payload | Uint8Array | number): SocketErrno | null {
    return this.#send(address, port, this.address, this.port, content)
  }

  /** As `sendTo`, from one of the host's addresses (`IP_PKTINFO`, `ip_cmsg_send`). */
  sendFrom(source: Ipv4, address: Ipv4, port: number, content: Payload | Uint8Array | number): SocketErrno | null {
    return this.#send(address, port, source, this.port, content)
  }

  /** Sends back to where the datagram came from. A socket that stands for every port answers from the port and address that was asked. */
  reply(request: Packet, content: Payload | Uint8Array | number): SocketErrno | null {
    const { ip, l4 } = request
    if (ip === null || l4 === null || l4.kind !== 'udp') return 'EINVAL'
    if (this.port !== 0) return this.#send(ip.src, l4.sport, this.address, this.port, content)
    const payload = { ...asPayload(content) }
    this.#protocol.noteAnswer(payload)
    // programs for hosts with many addresses look at IP_PKTINFO
    const asked = this.#protocol.context.host.addressType(ip.dst) === 'local' ? ip.dst : this.address
    return this.#send(ip.src, l4.sport, asked, l4.dport, payload)
  }

  /** The oldest datagram that waits, or null. */
  read(): Packet | null {
    const packet = this.#queue[0]
    if (packet === undefined) return null
    this.#touch()
    this.#queue = this.#queue.slice(1)
    this.#queued -= cost(packet)
    this.#protocol.context.host.count('UdpInDatagrams')
    return packet
  }

  /** The error that waits (SO_ERROR); reading it clears it. */
  takeError(): SocketErrno | null {
    const error = this.#error
    if (error !== null) {
      this.#touch()
      this.#error = null
    }
    return error
  }

  /** Gives the port back. Nothing is sent. */
  close(): void {
    if (this.closed) return
    this.#touch()
    this.closed = true
    this.#protocol.forget(this)
  }

  /** What ss(8) shows. */
  info(): SocketInfo {
    return {
      protocol: 'udp',
      state: this.connected ? 'ESTAB' : 'UNCONN',
      localAddress: this.address,
      localPort: this.port,
      peerAddress: this.peerAddress,
      peerPort: this.peerPort,
      device: this.device,
      receiveQueue: this.#queued,
    }
  }

  toString(): string {
    const local = `udp ${formatEndpoint(this.address, this.port)}`
    return this.connected ? `${local} ${formatEndpoint(this.peerAddress, this.peerPort)}` : local
  }

  /** A datagram for this socket (`udp_queue_rcv_skb`); the protocol calls it. */
  deliver(packet: Packet): void {
    const { host } = this.#protocol.context
    if (this.#handlers.onReceive !== undefined) {
      host.count('UdpInDatagrams')
      this.#handlers.onReceive(packet, this)
      return
    }
    if (this.#queued + cost(packet) > RECEIVE_BUFFER) {
      host.count('UdpInErrors')
      host.drop(packet, 'SOCKET_RCVBUFF', null, `nobody reads ${this}`)
      return
    }
    this.#touch()
    this.#queue = [...this.#queue, packet]
    this.#queued += cost(packet)
  }

  /** An ICMP error about a datagram of this socket (`__udp4_lib_err`); the protocol calls it. */
  fail(errno: SocketErrno, fatal: boolean, icmp: Packet): void {
    if (!this.receiveErrors && (!fatal || !this.connected)) return
    const { onError } = this.#handlers
    if (onError !== undefined) {
      // the program waits in recvmsg(), which returns the error and so clears it
      onError(errno, this, icmp)
      return
    }
    this.#touch()
    this.#error = errno
  }

  capture(): () => void {
    const { address, port, peerAddress, peerPort, connected, closed } = this
    const settings = { ttl: this.#ttl, tos: this.#tos, mark: this.#mark, pmtuDiscovery: this.#pmtuDiscovery }
    const [addressGiven, error, queue] = [this.#addressGiven, this.#error, this.#queue]
    const [queued, ipId, txHash] = [this.#queued, this.#ipId, this.#txHash]
    return () => {
      Object.assign(this, { address, port, peerAddress, peerPort, connected, closed })
      this.#ttl = settings.ttl
      this.#tos = settings.tos
      this.#mark = settings.mark
      this.#pmtuDiscovery = settings.pmtuDiscovery
      this.#addressGiven = addressGiven
      this.#error = error
      this.#queue = queue
      this.#queued = queued
      this.#ipId = ipId
      this.#txHash = txHash
    }
  }

  #send(
    address: Ipv4,
    port: number,
    from: Ipv4,
    fromPort: number,
    content: Payload | Uint8Array | number,
  ): SocketErrno | null {
    if (this.closed || port <= 0 || port > 65535) return 'EINVAL'
    const { context } = this.#protocol
    const { host } = context
    let sport = fromPort
    if (sport === 0) {
      if (this.#protocol.takePort(this, 0) !== null) return 'EAGAIN'
      sport = this.port
    }
    const payload = asPayload(content)
    const length = HEADERS + payload.length
    if (length > LARGEST_PACKET) return 'EMSGSIZE'
    const destination = this.#destination(address)
    const dst = this.#protocol.route(this, destination, port)
    if (dst.error !== null) {
      if (dst.error === 'ENETUNREACH') host.count('IpOutNoRoutes')
      return dst.error
    }
    if (dst.type === 'broadcast' && !this.broadcast) return 'EACCES'
    const discovery = this.#pmtuDiscovery
    const mtu = discovery === 'probe' ? dst.link.mtu : host.pathMtu(dst, false)
    const strict = discovery === 'do' || discovery === 'probe'
    if (strict && length > mtu) return 'EMSGSIZE'
    // the error of an earlier datagram comes before this one (sock_alloc_send_pskb)
    const pending = this.takeError()
    if (pending !== null) return pending
    const packet = makePacket(
      from === IPV4_ANY ? dst.source : from,
      destination,
      Protocol.UDP,
      this.#ttl !== 0 ? this.#ttl : isMulticast(destination) ? 1 : hopLimit(host, dst),
      this.#tos,
      length <= mtu && (strict || (discovery === 'want' && !isMtuLocked(dst))),
      this.#identification(),
      length,
    )
    packet.l4 = { kind: 'udp', sport, dport: port, length: HeaderLength.UDP + payload.length }
    packet.payload = payload
    packet.mark = this.#mark
    packet.route = dst
    packet.ignoreDf = !strict
    packet.socket = this.id
    packet.txHash = this.#txHash
    if (!context.send(packet)) {
      if (!packet.lost) return 'EPERM'
      // only who asked for errors hears that the driver threw it away (`udp_send_skb`)
      return this.receiveErrors ? 'ENOBUFS' : null
    }
    host.count('UdpOutDatagrams')
    return null
  }

  /** A connected socket counts for itself; what this host may never cut needs no number (`ip_select_ident_segs`, `ip_sk_ignore_df`). */
  #identification(): number {
    const { context } = this.#protocol
    if (!this.connected) {
      const discovery = this.#pmtuDiscovery
      return discovery === 'do' || discovery === 'probe' ? 0 : context.host.nextIpId()
    }
    this.#touch()
    this.#ipId = (this.#ipId + 1) & 0xffff
    return this.#ipId
  }

  /** 0.0.0.0 as a destination means this host itself (`ip_route_output_key_hash_rcu`). */
  #destination(address: Ipv4): Ipv4 {
    if (address !== IPV4_ANY) return address
    return this.address === IPV4_ANY ? IPV4_LOOPBACK : this.address
  }

  #touch(): void {
    this.#protocol.context.host.sim.touch(this)
  }
}

function cost(packet: Packet): number {
  return SMALL_PACKET_COST + packet.payload.length
}

function asPayload(content: Payload | Uint8Array | number): Payload {
  return typeof content === 'number' || content instanceof Uint8Array ? payloadOf(content) : content
}
