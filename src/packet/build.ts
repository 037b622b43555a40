import { IPV4_ANY, type Ipv4, parseIpv4 } from './address.ts'
import type { ArpHeader, SctpChunk } from './headers.ts'
import { quotedLength, tcpHeaderLength, updateLengths } from './lengths.ts'
import { MAC_BROADCAST, MAC_ZERO, type Mac, parseMac } from './mac.ts'
import { EMPTY_PAYLOAD, Packet, type Payload, payloadOf, type TransportHeader } from './packet.ts'
import { ArpOperation, EtherType, HeaderLength, IcmpType, Protocol } from './protocol.ts'
import { utf8Bytes } from './utf8.ts'

/** What every packet builder takes. Addresses may be text; give numbers where many packets are made. */
export interface IpOptions {
  readonly src: Ipv4 | string
  readonly dst: Ipv4 | string
  /** Default 64, as `net.ipv4.ip_default_ttl`. */
  readonly ttl?: number
  /** Default 0. */
  readonly tos?: number
  /** Default 0. */
  readonly id?: number
  /** Don't fragment. Default true, as sockets send (`net.ipv4.ip_no_pmtu_disc` 0). */
  readonly df?: boolean
  readonly smac?: Mac | string
  readonly dmac?: Mac | string
}

/** A number of octets, these octets, this text, or a payload. */
export type Content = number | Uint8Array | string | Payload

/** A packet of a protocol that has no model, or of none. */
export function buildIp(options: IpOptions & { readonly protocol: number; readonly payload?: Content }): Packet {
  return assemble(options, options.protocol, null, options.payload)
}

export interface UdpOptions extends IpOptions {
  readonly sport: number
  readonly dport: number
  readonly payload?: Content
}

/** A UDP datagram, lengths filled in. */
export function buildUdp(options: UdpOptions): Packet {
  const { sport, dport } = options
  return assemble(options, Protocol.UDP, { kind: 'udp', sport, dport, length: HeaderLength.UDP }, options.payload)
}

export interface TcpOptions extends IpOptions {
  readonly sport: number
  readonly dport: number
  /** `TcpFlag` bits. */
  readonly flags: number
  readonly seq?: number
  readonly ack?: number
  /** Default 64240, as Linux begins with at an MTU of 1500. */
  readonly window?: number
  readonly mss?: number
  readonly windowScale?: number
  readonly sackPermitted?: boolean
  readonly timestamp?: { readonly value: number; readonly echo: number } | null
  readonly payload?: Content
}

/** A TCP segment, lengths filled in. */
export function buildTcp(options: TcpOptions): Packet {
  const l4: TransportHeader = {
    kind: 'tcp',
    sport: options.sport,
    dport: options.dport,
    seq: options.seq ?? 0,
    ack: options.ack ?? 0,
    flags: options.flags,
    window: options.window ?? 64240,
    mss: options.mss ?? 0,
    windowScale: options.windowScale ?? -1,
    sackPermitted: options.sackPermitted ?? false,
    timestamp: options.timestamp == null ? null : { ...options.timestamp },
    headerLength: tcpHeaderLength(options),
  }
  return assemble(options, Protocol.TCP, l4, options.payload)
}

export interface EchoOptions extends IpOptions {
  /** Default: a request. */
  readonly reply?: boolean
  readonly id?: number
  readonly sequence?: number
  /** Identification of the IP header; `id` is the echo's. */
  readonly ipId?: number
  /** Default 56 octets, as ping sends. */
  readonly payload?: Content
}

/** An ICMP echo request or reply. */
export function buildEcho(options: EchoOptions): Packet {
  const type = options.reply === true ? IcmpType.ECHO_REPLY : IcmpType.ECHO
  const l4 = icmpHeader(type, 0)
  l4.id = options.id ?? 1
  l4.sequence = options.sequence ?? 1
  return assemble({ ...options, id: options.ipId ?? 0 }, Protocol.ICMP, l4, options.payload ?? 56)
}

export interface IcmpErrorOptions extends IpOptions {
  /** `IcmpType` of an error. */
  readonly type: number
  readonly code: number
  readonly mtu?: number
  readonly gateway?: Ipv4 | string
  /** The packet that caused it; it is copied, and cut to what an error quotes. */
  readonly quoted: Packet
}

/**
 * An ICMP error. Its precedence is internet control and it may be fragmented, as the kernel sends it (net/ipv4/icmp.c).
 */
export function buildIcmpError(options: IcmpErrorOptions): Packet {
  const l4 = icmpHeader(options.type, options.code)
  l4.mtu = options.mtu ?? 0
  l4.gateway = addressOf(options.gateway ?? IPV4_ANY)
  l4.quoted = options.quoted.clone()
  const content = quotedLength(options.quoted)
  return assemble({ tos: 0xc0, df: false, ...options }, Protocol.ICMP, l4, content)
}

export interface SctpOptions extends IpOptions {
  readonly sport: number
  readonly dport: number
  readonly vtag?: number
  /** Lengths may be left out: they follow from the type, the body or the payload. */
  readonly chunks: readonly (Omit<SctpChunk, 'length' | 'flags'> & {
    readonly length?: number
    readonly flags?: number
  })[]
  /** User data of the DATA chunk. */
  readonly payload?: Content
}

/** An SCTP packet, lengths of chunks filled in. */
export function buildSctp(options: SctpOptions): Packet {
  const payload = contentOf(options.payload)
  const chunks = options.chunks.map((chunk) => ({
    flags: 0,
    ...chunk,
    length: chunk.length ?? chunkLength(chunk, payload),
  }))
  const l4: TransportHeader = {
    kind: 'sctp',
    sport: options.sport,
    dport: options.dport,
    vtag: options.vtag ?? 0,
    chunks,
  }
  return assemble(options, Protocol.SCTP, l4, payload)
}

/** DATA and INIT in octets without user data or parameters (RFC 9260, section 3.3). */
const DATA_HEADER = 16
const INIT_LENGTH = 20
const CHUNK_HEADER = 4

function chunkLength(chunk: { type: number; initTag?: number; body?: Uint8Array }, payload: Payload): number {
  const length =
    chunk.body !== undefined
      ? CHUNK_HEADER + chunk.body.length
      : chunk.initTag !== undefined
        ? INIT_LENGTH
        : chunk.type === 0
          ? DATA_HEADER + payload.length
          : CHUNK_HEADER
  return (length + 3) & ~3
}

/** What an ARP message says, and to whom its frame goes. */
export interface ArpOptions {
  readonly senderMac: Mac | string
  readonly senderIp: Ipv4 | string
  /** Default: zeroes, as in a request. */
  readonly targetMac?: Mac | string
  readonly targetIp: Ipv4 | string
  /** Default: to everybody for a request, to the target for a reply. */
  readonly dmac?: Mac | string
}

/** An ARP request: who has `targetIp`? */
export function buildArpRequest(options: ArpOptions): Packet {
  return assembleArp(options, ArpOperation.REQUEST, MAC_BROADCAST)
}

/** An ARP reply: `senderIp` is at `senderMac`. */
export function buildArpReply(options: ArpOptions): Packet {
  return assembleArp(options, ArpOperation.REPLY, macOf(options.targetMac ?? MAC_ZERO))
}

function assembleArp(options: ArpOptions, operation: number, dmac: Mac): Packet {
  const arp: ArpHeader = {
    operation,
    senderMac: macOf(options.senderMac),
    senderIp: addressOf(options.senderIp),
    targetMac: macOf(options.targetMac ?? MAC_ZERO),
    targetIp: addressOf(options.targetIp),
  }
  const packet = new Packet()
  packet.etherType = EtherType.ARP
  packet.smac = arp.senderMac
  packet.dmac = options.dmac === undefined ? dmac : macOf(options.dmac)
  packet.arp = arp
  return packet
}

/** A whole frame as the payload of a VXLAN datagram. */
export function vxlanPayload(vni: number, inner: Packet): Payload {
  return { length: HeaderLength.VXLAN + inner.frameLength, data: null, vxlan: { vni, inner }, fragmentOf: null }
}

function assemble(options: IpOptions, protocol: number, l4: TransportHeader | null, payload?: Content): Packet {
  const packet = new Packet()
  packet.smac = macOf(options.smac ?? MAC_ZERO)
  packet.dmac = macOf(options.dmac ?? MAC_ZERO)
  packet.ip = {
    src: addressOf(options.src),
    dst: addressOf(options.dst),
    protocol,
    ttl: options.ttl ?? 64,
    tos: options.tos ?? 0,
    id: options.id ?? 0,
    df: options.df ?? true,
    mf: false,
    fragmentOffset: 0,
    totalLength: 0,
  }
  packet.l4 = l4
  packet.payload = contentOf(payload)
  updateLengths(packet)
  return packet
}

function icmpHeader(type: number, code: number): Extract<TransportHeader, { kind: 'icmp' }> {
  return { kind: 'icmp', type, code, id: 0, sequence: 0, mtu: 0, gateway: IPV4_ANY, quoted: null }
}

function contentOf(content: Content | undefined): Payload {
  if (content === undefined) return EMPTY_PAYLOAD
  if (typeof content === 'string') return payloadOf(utf8Bytes(content))
  return typeof content === 'number' || content instanceof Uint8Array ? payloadOf(content) : content
}

function addressOf(address: Ipv4 | string): Ipv4 {
  return typeof address === 'string' ? parseIpv4(address) : address
}

function macOf(mac: Mac | string): Mac {
  return typeof mac === 'string' ? parseMac(mac) : mac
}
