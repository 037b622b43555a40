import { parseIpv4 } from '../../../src/packet/address.ts'
import type { SctpChunk } from '../../../src/packet/headers.ts'
import { type IcmpHeader, Packet, payloadOf, type TransportHeader } from '../../../src/packet/packet.ts'
import { HeaderLength, IcmpType, Protocol, TcpFlag } from '../../../src/packet/protocol.ts'

/** `10.0.0.1:80`; without a port 0. */
function endpoint(text: string): { address: ReturnType<typeof parseIpv4>; port: number } {
  const [address, port] = text.split(':')
  return { address: parseIpv4(address!), port: Number(port ?? 0) }
}

export function ip(src: string, dst: string, protocol: number, l4: TransportHeader | null, length: number): Packet {
  const packet = new Packet()
  packet.ip = {
    src: endpoint(src).address,
    dst: endpoint(dst).address,
    protocol,
    ttl: 64,
    tos: 0,
    id: 0,
    df: false,
    mf: false,
    fragmentOffset: 0,
    totalLength: HeaderLength.IPV4 + length,
  }
  packet.l4 = l4
  return packet
}

export function udp(src: string, dst: string, length = 10): Packet {
  const total = HeaderLength.UDP + length
  const l4 = { kind: 'udp', sport: endpoint(src).port, dport: endpoint(dst).port, length: total } as const
  return ip(src, dst, Protocol.UDP, l4, total)
}

export interface TcpOptions {
  seq?: number
  ack?: number
  window?: number
  length?: number
  scale?: number
  sack?: boolean
}

const LETTERS: Record<string, number> = {
  F: TcpFlag.FIN,
  S: TcpFlag.SYN,
  R: TcpFlag.RST,
  P: TcpFlag.PSH,
  A: TcpFlag.ACK,
  U: TcpFlag.URG,
  E: TcpFlag.ECE,
}

/** @param flags letters as tcpdump has them, `A` for ACK: `S`, `SA`, `FA` */
export function tcp(src: string, dst: string, flags: string, options: TcpOptions = {}): Packet {
  const hasOptions = options.scale !== undefined || options.sack === true
  const headerLength = HeaderLength.TCP + (hasOptions ? 8 : 0)
  const length = options.length ?? 0
  const packet = ip(
    src,
    dst,
    Protocol.TCP,
    {
      kind: 'tcp',
      sport: endpoint(src).port,
      dport: endpoint(dst).port,
      seq: (options.seq ?? 0) >>> 0,
      ack: (options.ack ?? 0) >>> 0,
      flags: [...flags].reduce((bits, letter) => bits | LETTERS[letter]!, 0),
      window: options.window ?? 65535,
      mss: 0,
      windowScale: options.scale ?? -1,
      sackPermitted: options.sack ?? false,
      timestamp: null,
      headerLength,
    },
    headerLength + length,
  )
  packet.payload = payloadOf(length)
  return packet
}

export function icmp(src: string, dst: string, header: Partial<IcmpHeader>): Packet {
  const none = { code: 0, id: 0, sequence: 0, mtu: 0, gateway: parseIpv4('0.0.0.0'), quoted: null }
  const l4: IcmpHeader = { kind: 'icmp', type: IcmpType.ECHO, ...none, ...header }
  return ip(src, dst, Protocol.ICMP, l4, HeaderLength.ICMP + 56)
}

export function ping(src: string, dst: string, id = 1): Packet {
  return icmp(src, dst, { type: IcmpType.ECHO, id })
}

export function pong(src: string, dst: string, id = 1): Packet {
  return icmp(src, dst, { type: IcmpType.ECHO_REPLY, id })
}

/** Destination unreachable, fragmentation needed and so on: `code` 3 is port unreachable. */
export function unreachable(src: string, dst: string, quoted: Packet, code = 3): Packet {
  return icmp(src, dst, { type: IcmpType.DEST_UNREACH, code, quoted: quoted.clone() })
}

export function sctp(src: string, dst: string, vtag: number, ...chunks: (number | SctpChunk)[]): Packet {
  const list = chunks.map((chunk) => (typeof chunk === 'number' ? { type: chunk, flags: 0, length: 4 } : chunk))
  const l4 = { kind: 'sctp', sport: endpoint(src).port, dport: endpoint(dst).port, vtag, chunks: list } as const
  return ip(src, dst, Protocol.SCTP, l4, HeaderLength.SCTP + 4 * list.length)
}

/** INIT or INIT ACK with its tag. */
export function sctpInit(type: number, initTag: number): SctpChunk {
  return { type, flags: 0, length: 20, initTag }
}

/** What comes back when the ends answer: addresses and ports swapped. */
export function answerTo(packet: Packet): Packet {
  const answer = packet.clone()
  const header = answer.ip!
  const { src, dst } = header
  header.src = dst
  header.dst = src
  answer.ct = null
  answer.ctInfo = 0
  const { l4 } = answer
  if (l4 === null) return answer
  if (l4.kind === 'icmp') l4.type = IcmpType.ECHO_REPLY
  else {
    const { sport, dport } = l4
    l4.sport = dport
    l4.dport = sport
  }
  return answer
}
