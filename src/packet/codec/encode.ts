import { pseudoHeaderSum } from '../checksum.ts'
import type { Ipv4Header } from '../headers.ts'
import { ipPayloadLength } from '../lengths.ts'
import type { Packet, Payload, TransportHeader } from '../packet.ts'
import { HeaderLength } from '../protocol.ts'
import { writeArp } from './arp.ts'
import { put16, put32, put48 } from './bytes.ts'
import { writeIcmp } from './icmp.ts'
import { writeIpv4 } from './ipv4.ts'
import { inconsistent } from './malformed.ts'
import { writeSctp } from './sctp.ts'
import { writeTcp } from './tcp.ts'
import { writeUdp } from './udp.ts'
import { writeVxlan } from './vxlan.ts'

/** Where the checksum stands in each transport header. */
const CHECKSUM_OFFSET = { udp: 6, tcp: 16, icmp: 2, sctp: 8 } as const

/**
 * The whole Ethernet frame, without padding and frame checksum.
 *
 * @throws KubehopError `BAD_PACKET` when the lengths in the headers have no room for what the packet holds
 */
export function encodeFrame(packet: Packet): Uint8Array {
  const bytes = new Uint8Array(packet.frameLength)
  put48(bytes, 0, packet.dmac)
  put48(bytes, 6, packet.smac)
  put16(bytes, 12, packet.etherType)
  const at = HeaderLength.ETHERNET
  if (packet.ip !== null) writeIpPacket(bytes, at, packet, packet.ip)
  else if (packet.arp !== null) writeArp(bytes, at, packet.arp)
  else if (packet.payload.data !== null) bytes.set(packet.payload.data, at)
  return bytes
}

/** The IP packet without its Ethernet header. @throws KubehopError `BAD_PACKET` */
export function encodeIp(packet: Packet): Uint8Array {
  if (packet.ip === null) throw inconsistent('the packet has no IP header')
  const bytes = new Uint8Array(packet.ip.totalLength)
  writeIpPacket(bytes, 0, packet, packet.ip)
  return bytes
}

function writeIpPacket(bytes: Uint8Array, at: number, packet: Packet, ip: Ipv4Header): void {
  const start = at + HeaderLength.IPV4
  const end = at + ip.totalLength
  if (end < start) throw inconsistent(`an IPv4 total length of ${ip.totalLength} octets`)
  writeIpv4(bytes, at, ip)
  const { l4, payload } = packet
  if (payload.fragmentOf !== null) {
    writeSlice(bytes, start, end, payload.fragmentOf, ip.fragmentOffset)
    return
  }
  if (l4 === null || l4.kind !== 'icmp' || l4.quoted === null) {
    const length = ipPayloadLength(l4, payload)
    // Less than the header says is right for a packet that an ICMP error quotes: it was cut.
    if (length > end - start) {
      throw inconsistent(`an IPv4 packet of ${ip.totalLength} octets has no room for its payload of ${length}`)
    }
  }
  if (l4 === null) writeContent(bytes, start, payload)
  else writeTransport(bytes, start, end, ip, l4, payload)
}

function writeTransport(
  bytes: Uint8Array,
  start: number,
  end: number,
  ip: Ipv4Header,
  l4: TransportHeader,
  payload: Payload,
): void {
  switch (l4.kind) {
    case 'udp':
      writeContent(bytes, start + HeaderLength.UDP, payload)
      writeUdp(bytes, start, end, l4, pseudoHeaderSum(ip.src, ip.dst, ip.protocol, l4.length))
      break
    case 'tcp':
      writeContent(bytes, start + l4.headerLength, payload)
      writeTcp(bytes, start, end, l4, pseudoHeaderSum(ip.src, ip.dst, ip.protocol, end - start))
      break
    case 'icmp':
      if (end - start < HeaderLength.ICMP) throw inconsistent('an ICMP message without room for its header')
      if (l4.quoted !== null) {
        const quote = encodeIp(l4.quoted)
        bytes.set(quote.subarray(0, end - start - HeaderLength.ICMP), start + HeaderLength.ICMP)
      } else writeContent(bytes, start + HeaderLength.ICMP, payload)
      writeIcmp(bytes, start, end, l4)
      break
    case 'sctp':
      if (l4.chunks.length === 0) writeContent(bytes, start + HeaderLength.SCTP, payload)
      writeSctp(bytes, start, end, l4, payload)
      break
  }
  if (payload.checksum === undefined) return
  const at = start + CHECKSUM_OFFSET[l4.kind]
  if (l4.kind === 'sctp') put32(bytes, at, payload.checksum)
  else put16(bytes, at, payload.checksum)
}

/** A fragment: its part of the whole packet's IP payload, whose checksum covers all of it. */
function writeSlice(bytes: Uint8Array, start: number, end: number, whole: Packet, offset: number): void {
  const from = HeaderLength.IPV4 + offset
  const slice = encodeIp(whole).subarray(from, from + end - start)
  if (slice.length !== end - start) throw inconsistent(`a fragment at ${offset} reaches beyond its whole packet`)
  bytes.set(slice, start)
}

/** Application data or a VXLAN frame. Nothing is written for zeroes. */
function writeContent(bytes: Uint8Array, at: number, payload: Payload): void {
  if (payload.vxlan !== null) {
    const inner = encodeFrame(payload.vxlan.inner)
    // Less is padding of the inner frame.
    if (HeaderLength.VXLAN + inner.length > payload.length) {
      throw inconsistent(`a VXLAN payload of ${payload.length} octets around a frame of ${inner.length}`)
    }
    writeVxlan(bytes, at, payload.vxlan.vni)
    bytes.set(inner, at + HeaderLength.VXLAN)
  } else if (payload.data !== null) bytes.set(payload.data.subarray(0, payload.length), at)
}
