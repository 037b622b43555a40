import { KubehopError } from '../errors.ts'
import type { Ipv4Header } from '../headers.ts'
import type { Mac } from '../mac.ts'
import { EMPTY_PAYLOAD, Packet, type Payload, payloadOf, type TransportHeader } from '../packet.ts'
import { EtherType, HeaderLength, isIcmpError, Protocol, VXLAN_IANA_PORT, VXLAN_LINUX_PORT } from '../protocol.ts'
import { readArp } from './arp.ts'
import { get16, get48 } from './bytes.ts'
import { checksumHolds, foundChecksum, readCut, readQuote } from './cut.ts'
import { readIcmp } from './icmp.ts'
import { readIpv4 } from './ipv4.ts'
import { malformed } from './malformed.ts'
import { readSctpChunks, readSctpHeader, SCTP_DATA_HEADER, SctpChunkType } from './sctp.ts'
import { readTcp, tcpHeaderLengthAt } from './tcp.ts'
import { readUdp } from './udp.ts'
import { readVxlan } from './vxlan.ts'

/** How octets are read. */
export interface DecodeOptions {
  /**
   * Are checksums checked? Default true. Frames captured on a virtual device often carry unfinished ones, because Linux
   * leaves them to hardware that is not there: then false.
   */
  readonly verify?: boolean
  /** UDP destination ports whose datagrams are read as VXLAN where they can be. Default 8472 and 4789. */
  readonly vxlanPorts?: readonly number[]
}

/** A tunnel in a tunnel in a tunnel … is data from here on. */
const MAX_TUNNELS = 4

interface Decoder {
  readonly verify: boolean
  readonly vxlanPorts: readonly number[]
  readonly tunnels: number
}

/**
 * The packet in an Ethernet frame without its checksum. The result shares nothing with `bytes`. Octets behind the
 * packet are padding; other Ethernet types and IP protocols keep their content as payload.
 *
 * @throws KubehopError `BAD_FRAME` when the kernel would throw the frame away as malformed
 * @throws UnsupportedError for IPv4 options
 */
export function decodeFrame(bytes: Uint8Array, options: DecodeOptions = {}): Packet {
  return readFrame(bytes, 0, bytes.length, decoderOf(options))
}

/** The packet in these octets, which begin with the IPv4 header. @throws KubehopError as `decodeFrame` */
export function decodeIp(bytes: Uint8Array, options: DecodeOptions = {}): Packet {
  const packet = new Packet()
  readIpPacket(bytes, 0, bytes.length, packet, decoderOf(options))
  return packet
}

function decoderOf(options: DecodeOptions): Decoder {
  return {
    verify: options.verify ?? true,
    vxlanPorts: options.vxlanPorts ?? [VXLAN_LINUX_PORT, VXLAN_IANA_PORT],
    tunnels: 0,
  }
}

function readFrame(bytes: Uint8Array, at: number, end: number, decoder: Decoder): Packet {
  if (end - at < HeaderLength.ETHERNET) throw malformed('Ethernet header cut short', at)
  const packet = new Packet()
  packet.dmac = get48(bytes, at) as Mac
  packet.smac = get48(bytes, at + 6) as Mac
  packet.etherType = get16(bytes, at + 12)
  const start = at + HeaderLength.ETHERNET
  if (packet.etherType === EtherType.IPV4) readIpPacket(bytes, start, end, packet, decoder)
  else if (packet.etherType === EtherType.ARP) packet.arp = readArp(bytes, start, end)
  else packet.payload = dataAt(bytes, start, end)
  return packet
}

function readIpPacket(bytes: Uint8Array, at: number, limit: number, packet: Packet, decoder: Decoder): void {
  const ip = readIpv4(bytes, at, limit, decoder.verify)
  packet.ip = ip
  const start = at + HeaderLength.IPV4
  const end = at + ip.totalLength
  if (ip.mf || ip.fragmentOffset !== 0) {
    readCut(bytes, start, end, end - start, packet, ip)
    return
  }
  switch (ip.protocol) {
    case Protocol.UDP:
      readUdpDatagram(bytes, start, end, packet, ip, decoder)
      break
    case Protocol.TCP:
      readTcpSegment(bytes, start, end, packet, ip, decoder)
      break
    case Protocol.ICMP:
      readIcmpMessage(bytes, start, end, packet, ip, decoder)
      break
    case Protocol.SCTP:
      readSctpPacket(bytes, start, end, packet, ip, decoder)
      break
    default:
      packet.payload = dataAt(bytes, start, end)
  }
}

function readUdpDatagram(
  bytes: Uint8Array,
  start: number,
  end: number,
  packet: Packet,
  ip: Ipv4Header,
  decoder: Decoder,
): void {
  need(HeaderLength.UDP, start, end, 'UDP')
  const udp = readUdp(bytes, start)
  // What stands behind the datagram is padding (`__udp4_lib_rcv`, net/ipv4/udp.c).
  if (udp.length < HeaderLength.UDP || udp.length > end - start) {
    throw malformed(`UDP length of ${udp.length} octets in ${end - start}`, start + 4)
  }
  const without = foundChecksum(bytes, start, udp) === 0
  if (!without) verify(bytes, start, end, ip, udp, decoder)
  packet.l4 = udp
  const data = start + HeaderLength.UDP
  const last = start + udp.length
  const payload = readTunnel(bytes, data, last, udp.dport, decoder) ?? dataAt(bytes, data, last)
  packet.payload = without ? { ...payload, checksum: 0 } : payload
}

/** The datagram's payload as VXLAN, or null: another port, or other content. */
function readTunnel(bytes: Uint8Array, at: number, end: number, dport: number, decoder: Decoder): Payload | null {
  const frame = at + HeaderLength.VXLAN
  if (end - frame < HeaderLength.ETHERNET || decoder.tunnels === MAX_TUNNELS || !decoder.vxlanPorts.includes(dport)) {
    return null
  }
  const vni = readVxlan(bytes, at)
  if (vni < 0) return null
  try {
    const inner = readFrame(bytes, frame, end, { ...decoder, tunnels: decoder.tunnels + 1 })
    return { length: end - at, data: null, vxlan: { vni, inner }, fragmentOf: null }
  } catch (error) {
    if (error instanceof KubehopError) return null
    throw error
  }
}

function readTcpSegment(
  bytes: Uint8Array,
  start: number,
  end: number,
  packet: Packet,
  ip: Ipv4Header,
  decoder: Decoder,
): void {
  need(HeaderLength.TCP, start, end, 'TCP')
  const length = tcpHeaderLengthAt(bytes, start)
  if (length < HeaderLength.TCP || length > end - start) {
    throw malformed(`TCP header length of ${length} octets in ${end - start}`, start + 12)
  }
  const tcp = readTcp(bytes, start, end)
  verify(bytes, start, end, ip, tcp, decoder)
  packet.l4 = tcp
  packet.payload = dataAt(bytes, start + length, end)
}

function readIcmpMessage(
  bytes: Uint8Array,
  start: number,
  end: number,
  packet: Packet,
  ip: Ipv4Header,
  decoder: Decoder,
): void {
  need(HeaderLength.ICMP, start, end, 'ICMP')
  const icmp = readIcmp(bytes, start)
  verify(bytes, start, end, ip, icmp, decoder)
  packet.l4 = icmp
  const data = start + HeaderLength.ICMP
  if (isIcmpError(icmp.type)) {
    const quoted = new Packet()
    if (readQuote(bytes, data, end, quoted)) {
      icmp.quoted = quoted
      packet.payload = payloadOf(end - data)
      return
    }
  }
  packet.payload = dataAt(bytes, data, end)
}

function readSctpPacket(
  bytes: Uint8Array,
  start: number,
  end: number,
  packet: Packet,
  ip: Ipv4Header,
  decoder: Decoder,
): void {
  need(HeaderLength.SCTP, start, end, 'SCTP')
  const sctp = readSctpHeader(bytes, start, readSctpChunks(bytes, start + HeaderLength.SCTP, end))
  verify(bytes, start, end, ip, sctp, decoder)
  packet.l4 = sctp
  const data = sctp.chunks.find((chunk) => chunk.type === SctpChunkType.DATA)
  if (data?.body !== undefined) packet.payload = dataAt(data.body, SCTP_DATA_HEADER - 4, data.body.length)
}

function verify(
  bytes: Uint8Array,
  start: number,
  end: number,
  ip: Ipv4Header,
  l4: TransportHeader,
  decoder: Decoder,
): void {
  if (decoder.verify && !checksumHolds(bytes, start, end, ip, l4)) {
    throw malformed(`wrong ${l4.kind.toUpperCase()} checksum`, start)
  }
}

function need(length: number, start: number, end: number, name: string): void {
  if (end - start < length) throw malformed(`${name} header cut short: ${end - start} octets of ${length}`, start)
}

function dataAt(bytes: Uint8Array, start: number, end: number): Payload {
  return start >= end ? EMPTY_PAYLOAD : payloadOf(bytes.slice(start, end))
}
