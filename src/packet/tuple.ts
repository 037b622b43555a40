import { formatIpv4, type Ipv4 } from './address.ts'
import type { Packet } from './packet.ts'
import { IcmpType, Protocol } from './protocol.ts'

/**
 * Who talks to whom. Ports are 0 where the protocol has none; for ICMP echo both are the identifier, which plays their
 * part.
 */
export interface Tuple {
  readonly protocol: number
  readonly src: Ipv4
  readonly sport: number
  readonly dst: Ipv4
  readonly dport: number
}

/** The packet's tuple, or null without an IP header. */
export function tupleOf(packet: Packet): Tuple | null {
  const { ip, l4 } = packet
  if (ip === null) return null
  let sport = 0
  let dport = 0
  if (l4 !== null) {
    if (l4.kind !== 'icmp') {
      sport = l4.sport
      dport = l4.dport
    } else if (l4.type === IcmpType.ECHO || l4.type === IcmpType.ECHO_REPLY) {
      sport = l4.id
      dport = l4.id
    }
  }
  return { protocol: ip.protocol, src: ip.src, sport, dst: ip.dst, dport }
}

/** The tuple of an answer that nobody translated. */
export function invertTuple(tuple: Tuple): Tuple {
  return { protocol: tuple.protocol, src: tuple.dst, sport: tuple.dport, dst: tuple.src, dport: tuple.sport }
}

/** Do they name the same direction of the same flow? */
export function tuplesEqual(a: Tuple, b: Tuple): boolean {
  return a.protocol === b.protocol && a.src === b.src && a.sport === b.sport && a.dst === b.dst && a.dport === b.dport
}

const NAMES = new Map<number, string>([
  [Protocol.ICMP, 'icmp'],
  [Protocol.TCP, 'tcp'],
  [Protocol.UDP, 'udp'],
  [Protocol.SCTP, 'sctp'],
])

/** `tcp`, `udp`, `icmp`, `sctp`; the number as text for all others. */
export function protocolName(protocol: number): string {
  return NAMES.get(protocol) ?? String(protocol)
}

/** `tcp 10.0.0.1:40000 > 10.0.0.2:80`; without ports where there are none, `icmp 10.0.0.1 > 10.0.0.2 id 7`. */
export function formatTuple(tuple: Tuple): string {
  const name = protocolName(tuple.protocol)
  const src = formatIpv4(tuple.src)
  const dst = formatIpv4(tuple.dst)
  if (tuple.protocol === Protocol.ICMP) {
    return `${name} ${src} > ${dst}${tuple.sport === 0 ? '' : ` id ${tuple.sport}`}`
  }
  if (tuple.sport === 0 && tuple.dport === 0) return `${name} ${src} > ${dst}`
  return `${name} ${src}:${tuple.sport} > ${dst}:${tuple.dport}`
}
