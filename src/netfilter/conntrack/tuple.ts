import { formatIpv4, type Ipv4 } from '../../packet/address.ts'
import type { Packet } from '../../packet/packet.ts'
import { Protocol } from '../../packet/protocol.ts'

const GRE = 47

/**
 * One direction of a connection (`struct nf_conntrack_tuple`). ICMP has no ports: `sport` is the identifier, `dport` is
 * `type << 8 | code`. Protocols without a model have zeroes there.
 */
export interface Tuple {
  src: Ipv4
  dst: Ipv4
  protocol: number
  sport: number
  dport: number
}

/** A tuple to be filled, for code that must not allocate one for each packet. */
export function emptyTuple(): Tuple {
  return { src: 0 as Ipv4, dst: 0 as Ipv4, protocol: 0, sport: 0, dport: 0 }
}

/** Reads a packet's tuple (`nf_ct_get_tuple`). False when its transport header is missing, or not of its protocol. */
export function tupleOfPacket(packet: Packet, tuple: Tuple): boolean {
  const ip = packet.ip!
  tuple.src = ip.src
  tuple.dst = ip.dst
  tuple.protocol = ip.protocol
  const l4 = packet.l4
  switch (ip.protocol) {
    case Protocol.TCP:
    case Protocol.UDP:
    case Protocol.SCTP:
      if (l4 === null || l4.kind === 'icmp') return false
      tuple.sport = l4.sport
      tuple.dport = l4.dport
      return true
    case Protocol.ICMP:
      if (l4 === null || l4.kind !== 'icmp') return false
      tuple.sport = l4.id
      tuple.dport = (l4.type << 8) | l4.code
      return true
    default:
      tuple.sport = 0
      tuple.dport = 0
      return true
  }
}

/** ICMP type of the answer to each type, -1 where there is none (`invmap`, net/netfilter/nf_conntrack_proto_icmp.c). */
const ICMP_ANSWER: readonly number[] = [8, -1, -1, -1, -1, -1, -1, -1, 0, -1, -1, -1, -1, 14, 13, 16, 15, 18, 17]

/** Fills `inverse` with the tuple of the answer (`nf_ct_invert_tuple`). False for ICMP types that nobody answers. */
export function invertTuple(tuple: Tuple, inverse: Tuple): boolean {
  // Read all before writing: both may be the same object.
  const { src, dst, sport, dport } = tuple
  inverse.protocol = tuple.protocol
  inverse.src = dst
  inverse.dst = src
  if (tuple.protocol !== Protocol.ICMP) {
    inverse.sport = dport
    inverse.dport = sport
    return true
  }
  const answer = ICMP_ANSWER[dport >> 8] ?? -1
  if (answer < 0) return false
  inverse.sport = sport
  inverse.dport = (answer << 8) | (dport & 255)
  return true
}

/** Copies all fields. */
export function copyTuple(from: Tuple, to: Tuple): void {
  to.src = from.src
  to.dst = from.dst
  to.protocol = from.protocol
  to.sport = from.sport
  to.dport = from.dport
}

export function tuplesEqual(a: Tuple, b: Tuple): boolean {
  return a.src === b.src && a.dst === b.dst && a.sport === b.sport && a.dport === b.dport && a.protocol === b.protocol
}

/**
 * A hash of all 32 bits, as a signed integer; the high bits are the best ones. There is no secret seed as in the kernel: equal
 * simulations must have equal tables.
 */
export function hashTuple(tuple: Tuple, zone: number): number {
  let h = Math.imul(tuple.src ^ zone, 0x9e3779b1)
  h = Math.imul(((h << 15) | (h >>> 17)) ^ tuple.dst, 0x85ebca77)
  h = Math.imul(((h << 13) | (h >>> 19)) ^ ((tuple.sport << 16) | tuple.dport), 0xc2b2ae3d)
  h ^= (h >>> 15) ^ tuple.protocol
  return Math.imul(h, 0x27d4eb2f)
}

/** As /proc/net/nf_conntrack writes it: `src=10.0.0.1 dst=10.0.0.2 sport=40000 dport=80`. */
export function formatTuple(tuple: Tuple): string {
  const addresses = `src=${formatIpv4(tuple.src)} dst=${formatIpv4(tuple.dst)}`
  switch (tuple.protocol) {
    case Protocol.ICMP:
      return `${addresses} type=${tuple.dport >> 8} code=${tuple.dport & 255} id=${tuple.sport}`
    case Protocol.TCP:
    case Protocol.UDP:
    case Protocol.SCTP:
      return `${addresses} sport=${tuple.sport} dport=${tuple.dport}`
    case GRE:
      return `${addresses} srckey=0x0 dstkey=0x0`
    default:
      return addresses
  }
}
