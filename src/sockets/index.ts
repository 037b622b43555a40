/**
 * The transport protocols of a namespace and their sockets: what programs hold, and what answers for them.
 *
 *     program ── UdpSocket, TcpSocket, TcpListener, Pinger, SctpAssociation
 *                     │  send, connect, close            ▲  handlers: called when the kernel would wake the program
 *                     ▼                                  │
 *                UdpProtocol, TcpProtocol, IcmpProtocol, SctpProtocol      which socket is a packet for?
 *                     │  SocketLayer.send                ▲  receive, error
 *                     ▼                                  │
 *                namespace: localOut                  namespace: protocols[number]
 *
 * `installSockets` makes a `SocketLayer`, one for each namespace, and registers its protocols there. It owns ports and who may have them,
 * ephemeral ports, the states and timers of TCP, and what ICMP errors mean to a socket. It asks the namespace (`SocketHost`) for routes,
 * path MTUs and addresses, and gives it packets with IP header, transport header and route; OUTPUT, fragments and neighbours are the
 * namespace's business, and so are echo replies and what is sent for an unknown protocol. It must not know links, rules or Kubernetes.
 *
 * The network's refusals are results (`SocketErrno`), as system calls return them. Calls act at once; handlers run inside the event in
 * which the packet came. What a socket sends meanwhile is the packet's answer: it carries its journey as `cause`. All state is journalled,
 * but for what handlers keep themselves.
 *
 * Servers (`whoamiServer`, `echoServer`) answer with what they saw, so that a test can ask whether the source address was preserved.
 *
 * Not modelled: urgent data, SACK blocks, tail loss probes, congestion control beyond slow start, zero windows, SYN cookies, keep-alive,
 * SO_REUSEPORT's spreading, and of SCTP all but one stream between two addresses.
 *
 * Sources: net/ipv4/{af_inet,udp,raw,datagram,tcp,tcp_ipv4,tcp_input,tcp_output,tcp_timer,tcp_minisocks,inet_hashtables,
 * inet_connection_sock,icmp}.c, net/sctp/{input,sm_statefuns}.c.
 *
 * @packageDocumentation
 */

export type { SocketInfo } from './context.ts'
export { type IcmpMeaning, icmpMeaning, type Opened, type SocketErrno, socketErrorText } from './errno.ts'
export type { AnsweredEvent, SocketEvent, SocketsEvent } from './events.ts'
export type { SocketHost } from './host.ts'
export { IcmpProtocol } from './icmp/icmp-protocol.ts'
export { Pinger, type PingHandlers, type PingOptions } from './icmp/pinger.ts'
export type { PmtuDiscovery } from './pmtu-discovery.ts'
export { SctpAssociation, type SctpState } from './sctp/association.ts'
export { type AssociationHandler, SctpListener } from './sctp/sctp-listener.ts'
export type { SctpConnectOptions, SctpHandlers, SctpOptions } from './sctp/sctp-options.ts'
export { SctpProtocol } from './sctp/sctp-protocol.ts'
export { echoServer, type Server, whoamiServer } from './server.ts'
export { installSockets, SocketLayer, type SocketOptions, socketsOf } from './socket-layer.ts'
export type { TcpHandlers, TcpOptions } from './tcp/connection.ts'
export { type ConnectionHandler, type ListenOptions, TcpListener } from './tcp/tcp-listener.ts'
export { type ConnectOptions, TcpProtocol } from './tcp/tcp-protocol.ts'
export { TcpSocket } from './tcp/tcp-socket.ts'
export { TcpState, tcpStateName } from './tcp/tcp-state.ts'
export type { UdpOptions, UdpSettings } from './udp/udp-options.ts'
export { UdpProtocol } from './udp/udp-protocol.ts'
export { type UdpHandlers, UdpSocket } from './udp/udp-socket.ts'
