import { formatIpv4, type Ipv4 } from '../packet/address.ts'
import { Packet, Sum } from '../packet/packet.ts'
import { Protocol } from '../packet/protocol.ts'
import type { SocketHost } from './host.ts'

/** `Packet.socket` of the default server's answers; all other sockets have larger numbers. */
export const DEFAULT_SOCKET_ID = 1

/** What the protocols and their sockets share in one namespace; `SocketLayer` is it. */
export interface SocketContext {
  readonly host: SocketHost
  /** The packet that is being handled, or null: what is sent meanwhile is its answer. */
  receiving: Packet | null
  /** A number for a new socket: `Packet.socket`. */
  newSocketId(): number
  /** Sends a packet of a socket, and notes which packet it answers. False: OUTPUT or POSTROUTING dropped it. */
  send(packet: Packet): boolean
  /** Tells the probe what became of a socket; call it only when there is a probe. */
  announce(socket: string, state: 'bound' | 'listening' | 'connecting' | 'connected' | 'closed'): void
  /** Tells the probe which socket takes a packet; call it only when there is a probe. */
  delivered(packet: Packet, to: string): void
  /** Does the namespace's default server answer on this port? */
  servesByDefault(protocol: number, port: number): boolean
}

/** A packet with its IP header; the caller adds what follows. */
export function makePacket(
  source: Ipv4,
  destination: Ipv4,
  protocol: number,
  ttl: number,
  tos: number,
  df: boolean,
  id: number,
  totalLength: number,
): Packet {
  const packet = new Packet()
  packet.ip = {
    src: source,
    dst: destination,
    protocol,
    ttl,
    tos,
    id,
    df,
    mf: false,
    fragmentOffset: 0,
    totalLength,
  }
  if (protocol === Protocol.TCP || protocol === Protocol.UDP) packet.sum = Sum.LEFT
  return packet
}

/** `10.0.0.1:53` */
export function formatEndpoint(address: Ipv4, port: number): string {
  return `${formatIpv4(address)}:${port}`
}

/** What ss(8) lists of a socket. */
export interface SocketInfo {
  readonly protocol: 'udp' | 'tcp' | 'icmp' | 'sctp'
  /** As ss prints it: `UNCONN`, `LISTEN`, `ESTAB`, `TIME-WAIT`, … */
  readonly state: string
  readonly localAddress: Ipv4
  readonly localPort: number
  /** 0 when it has no peer. */
  readonly peerAddress: Ipv4
  readonly peerPort: number
  /** ifindex of the device that it is bound to, or 0. */
  readonly device: number
  /** Octets that the program has not read yet; of a listener: connections that wait for accept(). 0 when it is not said. */
  readonly receiveQueue?: number
  /** Octets that the peer has not acknowledged; of a listener: how many connections may wait. */
  readonly sendQueue?: number
}
