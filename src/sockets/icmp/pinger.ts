import type { Dst } from '../../netns/dst.ts'
import { IPV4_ANY, IPV4_LOOPBACK, type Ipv4 } from '../../packet/address.ts'
import { type Packet, type Payload, payloadOf } from '../../packet/packet.ts'
import { HeaderLength, IcmpType, Protocol } from '../../packet/protocol.ts'
import { makePacket, type SocketContext, type SocketInfo } from '../context.ts'
import type { SocketErrno } from '../errno.ts'
import { RouteQuestion } from '../host.ts'
import { hopLimit, isMtuLocked } from '../path.ts'
import { defaultPmtuDiscovery, type PmtuDiscovery } from '../pmtu-discovery.ts'

/** How echo requests are sent. */
export interface PingOptions {
  /** The source address; default: routing chooses for each request. */
  readonly source?: Ipv4
  /** SO_BINDTODEVICE: an ifindex. */
  readonly device?: number
  /** Default: net.ipv4.ip_default_ttl. */
  readonly ttl?: number
  readonly tos?: number
  readonly mark?: number
  /** `ping -M`. Default: `want`. */
  readonly pmtuDiscovery?: PmtuDiscovery
  /** `ping -b`: may ask a broadcast address. */
  readonly broadcast?: boolean
}

/** What a pinger is told; all are optional. */
export interface PingHandlers {
  /** An echo reply with this pinger's identifier, from whomever. */
  readonly onReply?: (packet: Packet, pinger: Pinger) => void
  /** An ICMP error that quotes a request of this pinger (`quoted.l4.sequence` tells which). */
  readonly onError?: (icmp: Packet, quoted: Packet, pinger: Pinger) => void
  /** A router says that the quoted request should have gone by another one. It went on nevertheless. */
  readonly onRedirect?: (icmp: Packet, quoted: Packet, pinger: Pinger) => void
}

/** What a pinger asks of its protocol. */
export interface PingerHome {
  readonly context: SocketContext
  forget(pinger: Pinger): void
}

/** `ping -s` unless told otherwise. */
const DATA_LENGTH = 56
const HEADERS = HeaderLength.IPV4 + HeaderLength.ICMP
const LARGEST_PACKET = 65535
const question = new RouteQuestion()

/** A raw ICMP socket as ping(8) of iputils opens it when root calls it (net/ipv4/raw.c). */
export class Pinger {
  /** The identifier of its requests, 1 to 65535. */
  readonly id: number
  readonly device: number
  readonly #home: PingerHome
  readonly #socketId: number
  readonly #options: PingOptions
  readonly #handlers: PingHandlers
  readonly #pmtuDiscovery: PmtuDiscovery

  /** Use `IcmpProtocol.open`. */
  constructor(home: PingerHome, id: number, options: PingOptions, handlers: PingHandlers) {
    this.#home = home
    this.id = id
    this.device = options.device ?? 0
    this.#socketId = home.context.newSocketId()
    this.#options = options
    this.#handlers = handlers
    this.#pmtuDiscovery = options.pmtuDiscovery ?? defaultPmtuDiscovery(home.context.host)
  }

  /** The way that a request would take; `error` tells that there is none. ping asks before it begins. */
  route(destination: Ipv4): Dst {
    const { source = IPV4_ANY, tos = 0, mark = 0, device = 0 } = this.#options
    question.fill(target(destination, source), source, tos & 0xfc, mark, device).transport(Protocol.ICMP, 0, 0)
    return this.#home.context.host.routeOutput(question)
  }

  /** The longest packet in octets that fits the way as it is known now: what EMSGSIZE is about. */
  pathMtu(destination: Ipv4): number {
    const dst = this.route(destination)
    return this.#pmtuDiscovery === 'probe' ? dst.link.mtu : this.#home.context.host.pathMtu(dst, false)
  }

  /** Sends an echo request with so many octets of data, or these (`raw_sendmsg`). */
  send(destination: Ipv4, sequence: number, content: Payload | Uint8Array | number = DATA_LENGTH): SocketErrno | null {
    const { context } = this.#home
    const { host } = context
    const { source = IPV4_ANY, ttl = 0, tos = 0, mark = 0, broadcast = false } = this.#options
    const payload = typeof content === 'number' || content instanceof Uint8Array ? payloadOf(content) : content
    const length = HEADERS + payload.length
    if (length > LARGEST_PACKET) return 'EMSGSIZE'
    const dst = this.route(destination)
    // a raw socket does not count it
    if (dst.error !== null) return dst.error
    if (dst.type === 'broadcast' && !broadcast) return 'EACCES'
    const discovery = this.#pmtuDiscovery
    const strict = discovery === 'do' || discovery === 'probe'
    const mtu = discovery === 'probe' ? dst.link.mtu : host.pathMtu(dst, false)
    if (strict && length > mtu) return 'EMSGSIZE'
    const packet = makePacket(
      source === IPV4_ANY ? dst.source : source,
      target(destination, source),
      Protocol.ICMP,
      ttl !== 0 ? ttl : dst.type === 'multicast' ? 1 : hopLimit(host, dst),
      tos,
      length <= mtu && (strict || (discovery === 'want' && !isMtuLocked(dst))),
      strict ? 0 : host.nextIpId(),
      length,
    )
    packet.l4 = {
      kind: 'icmp',
      type: IcmpType.ECHO,
      code: 0,
      id: this.id,
      sequence: sequence & 0xffff,
      mtu: 0,
      gateway: IPV4_ANY,
      quoted: null,
    }
    packet.payload = payload
    packet.mark = mark
    packet.route = dst
    packet.ignoreDf = !strict
    packet.socket = this.#socketId
    host.count('IcmpOutMsgs')
    host.count('IcmpOutEchos')
    if (context.send(packet)) return null
    return packet.lost ? 'ENOBUFS' : 'EPERM'
  }

  /** Frees the identifier; later answers go nowhere. */
  close(): void {
    this.#home.forget(this)
  }

  /** The line that ss(8) would show. */
  info(): SocketInfo {
    return {
      protocol: 'icmp',
      state: 'UNCONN',
      localAddress: this.#options.source ?? IPV4_ANY,
      localPort: Protocol.ICMP,
      peerAddress: IPV4_ANY,
      peerPort: 0,
      device: this.device,
    }
  }

  /** For people: `ping` and the identifier. */
  toString(): string {
    return `ping ${this.id}`
  }

  /** For the protocol. */
  deliver(packet: Packet): void {
    this.#handlers.onReply?.(packet, this)
  }

  /** For the protocol. */
  fail(icmp: Packet, quoted: Packet): void {
    if (icmp.l4?.kind === 'icmp' && icmp.l4.type === IcmpType.REDIRECT) this.#handlers.onRedirect?.(icmp, quoted, this)
    else this.#handlers.onError?.(icmp, quoted, this)
  }
}

/** 0.0.0.0 as a destination means this host itself. */
function target(destination: Ipv4, source: Ipv4): Ipv4 {
  if (destination !== IPV4_ANY) return destination
  return source === IPV4_ANY ? IPV4_LOOPBACK : source
}
