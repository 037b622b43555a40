import { addWords, finishChecksum, pseudoHeaderSum } from '../checksum.ts'
import type { Ipv4Header } from '../headers.ts'
import { type Packet, type Payload, payloadOf, type TransportHeader } from '../packet.ts'
import { HeaderLength, Protocol } from '../protocol.ts'
import { icmpChecksum, readIcmp } from './icmp.ts'
import { looksLikeIpv4, readIpv4Fields } from './ipv4.ts'
import { readSctpHeader, sctpChecksum, sctpChecksumHolds } from './sctp.ts'
import { readTcp, tcpChecksum, tcpHeaderLengthAt } from './tcp.ts'
import { readUdp, udpChecksum } from './udp.ts'

/** What every ICMP error quotes of the transport header at least (RFC 792). With less, ports are out of reach. */
const LEAST = 8
/** The offset of the TCP data offset. */
const TCP_LENGTH_AT = 12

/**
 * Reads a packet that an ICMP error quotes: it may end anywhere, and its checksums may be wrong. False when it is no
 * IPv4 packet that can be read; nothing is thrown.
 */
export function readQuote(bytes: Uint8Array, at: number, end: number, quoted: Packet): boolean {
  if (!looksLikeIpv4(bytes, at, end)) return false
  const ip = readIpv4Fields(bytes, at)
  if (ip.totalLength < HeaderLength.IPV4) return false
  quoted.ip = ip
  const start = at + HeaderLength.IPV4
  const room = ip.totalLength - HeaderLength.IPV4
  readCut(bytes, start, Math.min(end, start + room), room, quoted, ip)
  return true
}

/**
 * Reads transport header and payload as far as they are there: of a quoted packet or of a fragment. The header's octets
 * that are missing are read as zeroes, so that it can be written and cut again.
 *
 * @param end of what is there
 * @param room for header and payload in the whole packet or in the fragment
 */
export function readCut(
  bytes: Uint8Array,
  at: number,
  end: number,
  room: number,
  packet: Packet,
  ip: Ipv4Header,
): void {
  const l4 = ip.fragmentOffset === 0 && end - at >= LEAST ? cutHeader(bytes, at, end, room, ip.protocol) : null
  if (l4 === null) {
    packet.payload = payloadOf(bytes.slice(at, end))
    return
  }
  packet.l4 = l4
  const data = payloadOf(bytes.slice(Math.min(end, at + headerLength(l4)), end))
  const whole = !ip.mf && end - at === room
  packet.payload = whole && checksumHolds(bytes, at, end, ip, l4) ? data : withChecksum(data, bytes, at, end, l4)
}

function cutHeader(bytes: Uint8Array, at: number, end: number, room: number, protocol: number): TransportHeader | null {
  switch (protocol) {
    case Protocol.UDP:
      return readUdp(bytes, at)
    case Protocol.ICMP:
      return readIcmp(bytes, at)
    case Protocol.SCTP:
      return room < HeaderLength.SCTP ? null : readSctpHeader(extended(bytes, at, end, HeaderLength.SCTP), 0, [])
    case Protocol.TCP: {
      const known = end - at > TCP_LENGTH_AT
      const length = known ? tcpHeaderLengthAt(bytes, at) : HeaderLength.TCP
      if (length < HeaderLength.TCP || length > room) return null
      const header = extended(bytes, at, end, HeaderLength.TCP)
      if (!known) header[TCP_LENGTH_AT] = HeaderLength.TCP << 2
      return readTcp(end - at < length ? header : bytes.subarray(at, end), 0, end - at)
    }
    default:
      return null
  }
}

/** At least `length` octets from `at`; behind `end` come zeroes. */
function extended(bytes: Uint8Array, at: number, end: number, length: number): Uint8Array {
  const out = new Uint8Array(length)
  out.set(bytes.subarray(at, Math.min(end, at + length)))
  return out
}

function headerLength(l4: TransportHeader): number {
  return l4.kind === 'tcp' ? l4.headerLength : l4.kind === 'sctp' ? HeaderLength.SCTP : HeaderLength.UDP
}

function withChecksum(data: Payload, bytes: Uint8Array, at: number, end: number, l4: TransportHeader): Payload {
  const header = extended(bytes, at, end, HeaderLength.TCP)
  return { ...data, checksum: foundChecksum(header, 0, l4) }
}

/** The checksum as it stands in the octets. */
export function foundChecksum(bytes: Uint8Array, at: number, l4: TransportHeader): number {
  switch (l4.kind) {
    case 'udp':
      return udpChecksum(bytes, at)
    case 'tcp':
      return tcpChecksum(bytes, at)
    case 'icmp':
      return icmpChecksum(bytes, at)
    case 'sctp':
      return sctpChecksum(bytes, at)
  }
}

/** Is the checksum of a whole packet right? A UDP datagram without one gives false. */
export function checksumHolds(
  bytes: Uint8Array,
  at: number,
  end: number,
  ip: Ipv4Header,
  l4: TransportHeader,
): boolean {
  switch (l4.kind) {
    case 'udp': {
      const pseudo = pseudoHeaderSum(ip.src, ip.dst, ip.protocol, l4.length)
      return udpChecksum(bytes, at) !== 0 && sumIsZero(pseudo, bytes, at, Math.min(end, at + l4.length))
    }
    case 'tcp':
      return sumIsZero(pseudoHeaderSum(ip.src, ip.dst, ip.protocol, end - at), bytes, at, end)
    case 'icmp':
      return sumIsZero(0, bytes, at, end)
    case 'sctp':
      return sctpChecksumHolds(bytes, at, end)
  }
}

function sumIsZero(sum: number, bytes: Uint8Array, start: number, end: number): boolean {
  return finishChecksum(addWords(sum, bytes, start, end)) === 0
}
