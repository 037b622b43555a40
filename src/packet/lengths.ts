import type { Packet, Payload, TransportHeader } from './packet.ts'
import { HeaderLength } from './protocol.ts'

/**
 * The whole ICMP error, IP header included, is at most this long (RFC 1812, section 4.3.2.3; `__icmp_send`,
 * net/ipv4/icmp.c).
 */
export const ICMP_ERROR_MAX = 576

/** The transport header in octets; of SCTP the common header and all chunks with the user data in them. */
export function transportHeaderLength(l4: TransportHeader): number {
  switch (l4.kind) {
    case 'udp':
      return HeaderLength.UDP
    case 'tcp':
      return l4.headerLength
    case 'icmp':
      return HeaderLength.ICMP
    case 'sctp': {
      let length: number = HeaderLength.SCTP
      for (const chunk of l4.chunks) length += chunk.length
      return length
    }
  }
}

/** Transport header and payload in octets: what stands behind the IP header. */
export function ipPayloadLength(l4: TransportHeader | null, payload: Payload): number {
  if (l4 === null) return payload.length
  const header = transportHeaderLength(l4)
  return l4.kind === 'sctp' && l4.chunks.length > 0 ? header : header + payload.length
}

/**
 * Sets the length fields after a change of headers or payload. A TCP header with options must have its `headerLength`
 * already.
 */
export function updateLengths(packet: Packet): void {
  const { ip, l4, payload } = packet
  if (l4 !== null && l4.kind === 'udp') l4.length = HeaderLength.UDP + payload.length
  if (ip !== null) ip.totalLength = HeaderLength.IPV4 + ipPayloadLength(l4, payload)
}

/** How much of a packet an ICMP error quotes, in octets. */
export function quotedLength(packet: Packet): number {
  const room = ICMP_ERROR_MAX - HeaderLength.IPV4 - HeaderLength.ICMP
  return packet.ip === null ? 0 : Math.min(room, packet.ip.totalLength)
}

/** The TCP header with these options, as Linux lays them out (`tcp_options_write`, net/ipv4/tcp_output.c). */
export function tcpHeaderLength(options: {
  mss?: number
  windowScale?: number
  sackPermitted?: boolean
  timestamp?: object | null
}): number {
  let length: number = HeaderLength.TCP
  if ((options.mss ?? 0) > 0) length += 4
  if (options.timestamp != null) length += 12
  else if (options.sackPermitted === true) length += 4
  if ((options.windowScale ?? -1) >= 0) length += 4
  return length
}
