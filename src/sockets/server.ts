import type { Ipv4 } from '../packet/address.ts'
import type { Packet, Payload } from '../packet/packet.ts'
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

const HTTP_REQUEST = /^([A-Z]+) \S+ HTTP\/1\.([01])\r?\n/
/** As much of a request as its first line needs. */
const FIRST_LINE = 2048

/**
 * Answers each datagram and each piece of data with what it saw: the peer's address and port, and its own name if it has one.
 * `10.244.1.5:40001 default/web-0`. It closes a connection when the peer has. Who speaks HTTP to it is answered in HTTP, with a page of two lines:
 * who asked, and who answers.
 *
 * @param page the name on that page; its own
 */
export function whoamiServer(name = '', page = name): Server {
  const suffix = name === '' ? '' : ` ${name}`
  const seen = (address: Ipv4, port: number): Uint8Array => utf8Bytes(formatEndpoint(address, port) + suffix)
  const answer = (socket: TcpSocket, { data }: Payload): void => {
    const line = data === null ? null : HTTP_REQUEST.exec(String.fromCharCode(...data.subarray(0, FIRST_LINE)))
    if (line === null) {
      socket.send(seen(socket.peerAddress, socket.peerPort))
      return
    }
    const self = formatEndpoint(socket.address, socket.port)
    const body = `from ${formatEndpoint(socket.peerAddress, socket.peerPort)}\nto ${page === '' ? self : `${page} ${self}`}\n`
    const [, method, minor] = line
    const head = `HTTP/1.${minor} 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${body.length}\r\n\r\n`
    socket.send(utf8Bytes(method === 'HEAD' ? head : head + body))
    if (minor === '0') socket.close()
  }
  return {
    udp: (packet, socket) => {
      if (packet.ip !== null && packet.l4?.kind === 'udp') socket.reply(packet, seen(packet.ip.src, packet.l4.sport))
    },
    tcp: (socket) => ({
      onData: (payload) => answer(socket, payload),
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
