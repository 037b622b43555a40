import type { Ipv4 } from '../packet/address.ts'
import type { Packet } from '../packet/packet.ts'
import { utf8Bytes } from '../packet/utf8.ts'
import { formatEndpoint } from './context.ts'
import type { SctpAssociation } from './sctp/association.ts'
import type { SctpHandlers } from './sctp/sctp-options.ts'
import type { TcpHandlers } from './tcp/connection.ts'
import type { TcpSocket } from './tcp/tcp-socket.ts'
import type { UdpSocket } from './udp/udp-socket.ts'

/** A program that answers, whatever the transport. It keeps nothing between calls, so that a transaction need not restore it. */
export interface Server {
  /** Called for each datagram. */
  readonly udp: (packet: Packet, socket: UdpSocket) => void
  /** Called for each connection; what it returns is told what happens there. */
  readonly tcp: (socket: TcpSocket) => TcpHandlers
  /** Called for each association. */
  readonly sctp: (association: SctpAssociation) => SctpHandlers
}

/**
 * Answers each datagram and each piece of data with what it saw: the peer's address and port, and its own name if it has one.
 * `10.244.1.5:40001 default/web-0`. It closes a connection when the peer has.
 */
export function whoamiServer(name = ''): Server {
  const suffix = name === '' ? '' : ` ${name}`
  const seen = (address: Ipv4, port: number): Uint8Array => utf8Bytes(formatEndpoint(address, port) + suffix)
  return {
    udp: (packet, socket) => {
      if (packet.ip !== null && packet.l4?.kind === 'udp') socket.reply(packet, seen(packet.ip.src, packet.l4.sport))
    },
    tcp: (socket) => ({
      onData: () => void socket.send(seen(socket.peerAddress, socket.peerPort)),
      onEnd: () => socket.close(),
    }),
    sctp: (association) => ({
      onData: () => void association.send(seen(association.peerAddress, association.peerPort)),
    }),
  }
}

/** Sends back what it gets. */
export const echoServer: Server = {
  udp: (packet, socket) => void socket.reply(packet, packet.payload),
  tcp: (socket) => ({ onData: (payload) => void socket.send(payload), onEnd: () => socket.close() }),
  sctp: (association) => ({ onData: (payload) => void association.send(payload) }),
}
