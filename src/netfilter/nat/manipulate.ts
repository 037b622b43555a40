import { type Packet, Sum } from '../../packet/packet.ts'
import type { Tuple } from '../conntrack/tuple.ts'
import type { Endpoint } from './events.ts'
import type { Manipulation } from './unique-tuple.ts'

/**
 * Writes one end of a tuple into a packet's headers (`nf_nat_ipv4_manip_pkt`, net/netfilter/nf_nat_proto.c). Checksums are made when a packet
 * becomes octets, but for what `Sum` says.
 *
 * @param withPort false for the outer header of an ICMP error, whose tuple is that of another protocol
 */
export function manipulatePacket(packet: Packet, tuple: Tuple, manipulation: Manipulation, withPort: boolean): void {
  // a checksum that is not there (0) stays so
  const isWatched = (packet.sum & Sum.INNER) !== 0 && packet.payload.checksum === undefined
  const before = isWatched ? endpointOf(packet, manipulation, withPort) : null
  write(packet, tuple, manipulation, withPort)
  if (before !== null && !sameEndpoint(before, endpointOf(packet, manipulation, withPort))) packet.sum |= Sum.WRONG
}

function write(packet: Packet, tuple: Tuple, manipulation: Manipulation, withPort: boolean): void {
  const ip = packet.ip!
  if (manipulation === 'src') ip.src = tuple.src
  else ip.dst = tuple.dst
  const { l4 } = packet
  if (!withPort || l4 === null) return
  if (l4.kind === 'icmp') l4.id = tuple.sport
  else if (manipulation === 'src') l4.sport = tuple.sport
  else l4.dport = tuple.dport
}

/** What stands in a packet's headers at one end. */
export function endpointOf(packet: Packet, manipulation: Manipulation, withPort: boolean): Endpoint {
  const ip = packet.ip!
  const { l4 } = packet
  const address = manipulation === 'src' ? ip.src : ip.dst
  if (!withPort || l4 === null) return { address, port: -1 }
  if (l4.kind === 'icmp') return { address, port: l4.id }
  return { address, port: manipulation === 'src' ? l4.sport : l4.dport }
}

export function sameEndpoint(a: Endpoint, b: Endpoint): boolean {
  return a.address === b.address && a.port === b.port
}
