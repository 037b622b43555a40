import type { Packet } from '../../packet/packet.ts'
import { Protocol } from '../../packet/protocol.ts'

/** There is no port: a fragment that is not the first. */
export const NO_PORT = -1

/** The port of a packet as sets see it (net/netfilter/ipset/ip_set_getport.c). */
export function portOf(packet: Packet, source: boolean): number {
  const ip = packet.ip!
  const { l4 } = packet
  if (ip.fragmentOffset !== 0 || ip.protocol === 0) return NO_PORT
  switch (ip.protocol) {
    case Protocol.TCP:
    case Protocol.UDP:
    case Protocol.SCTP:
      if (l4 === null || l4.kind === 'icmp') return NO_PORT
      return source ? l4.sport : l4.dport
    case Protocol.ICMP:
      return l4 === null || l4.kind !== 'icmp' ? NO_PORT : (l4.type << 8) | l4.code
    default:
      return 0
  }
}
