import { formatIpv4 } from '../packet/address.ts'
import { formatMac } from '../packet/mac.ts'
import type { Packet } from '../packet/packet.ts'
import { EtherType } from '../packet/protocol.ts'
import { formatPacket } from '../packet/text.ts'
import { protocolName } from '../packet/tuple.ts'
import type { PacketSummary } from './model.ts'

/** A packet as it stands now, in the words of tcpdump. */
export function summarize(packet: Packet): PacketSummary {
  const { ip, l4, arp } = packet
  const ends = arp !== null ? { src: arp.senderIp, dst: arp.targetIp } : ip
  const ports = l4 !== null && l4.kind !== 'icmp' ? { sport: l4.sport, dport: l4.dport } : {}
  return {
    text: formatPacket(packet),
    protocol: ip !== null ? protocolName(ip.protocol) : packet.etherType === EtherType.ARP ? 'arp' : 'other',
    src: ends === null ? '' : formatIpv4(ends.src),
    dst: ends === null ? '' : formatIpv4(ends.dst),
    ...ports,
    ...(ip === null ? {} : { ttl: ip.ttl }),
    ...(packet.mark === 0 ? {} : { mark: packet.mark }),
    smac: formatMac(packet.smac),
    dmac: formatMac(packet.dmac),
    length: packet.frameLength,
  }
}

/** `10.0.0.1:80`; the bare address where there is no port (-1). */
export function formatEnd(address: number, port: number): string {
  const text = formatIpv4(address as Parameters<typeof formatIpv4>[0])
  return port < 0 ? text : `${text}:${port}`
}
