import {
  EtherType,
  formatIpv4,
  formatMac,
  HeaderLength,
  IcmpType,
  isIcmpError,
  type Packet,
  Protocol,
  type TcpHeader,
} from '../../packet/index.ts'
import type { ObservedFields, PacketFields } from '../record/index.ts'

const L3: Readonly<Record<number, string>> = { [Protocol.ICMP]: 'icmp', [Protocol.TCP]: 'tcp', [Protocol.UDP]: 'udp' }
const TCP_FLAG_LETTERS = 'FSRPAUEC'
const FRAG_NEEDED = 4

/**
 * The fields of a frame, as the kernel's recorder reads them from the octets. Copies: the packet travels on and changes.
 *
 * @param vxlanPorts destination ports behind which it looks for a whole frame: NAT may take a tunnel's packet elsewhere
 */
export function frameFields(packet: Packet, vxlanPorts: ReadonlySet<number>): ObservedFields {
  const macs = { smac: formatMac(packet.smac), dmac: formatMac(packet.dmac) }
  const { arp } = packet
  if (arp !== null) {
    return {
      l3: 'arp',
      op: arp.operation,
      sha: formatMac(arp.senderMac),
      src: formatIpv4(arp.senderIp),
      tha: formatMac(arp.targetMac),
      dst: formatIpv4(arp.targetIp),
      ...macs,
    }
  }
  if (packet.etherType === EtherType.IPV4 && packet.ip !== null)
    return { ...packetFields(packet, vxlanPorts, false), ...macs }
  return { l3: `0x${packet.etherType.toString(16).padStart(4, '0')}`, ...macs }
}

/** @param quoted inside an ICMP error: less of it is shown */
function packetFields(packet: Packet, vxlanPorts: ReadonlySet<number>, quoted: boolean): PacketFields {
  const ip = packet.ip!
  const fields: PacketFields = {
    l3: L3[ip.protocol] ?? 'ip',
    src: formatIpv4(ip.src),
    dst: formatIpv4(ip.dst),
    ttl: ip.ttl,
    len: ip.totalLength,
  }
  if (ip.tos !== 0) fields.tos = ip.tos
  fields.df = ip.df
  if (ip.mf) fields.mf = true
  if (ip.fragmentOffset > 0) fields.off = ip.fragmentOffset
  if (ip.mf || ip.fragmentOffset > 0) fields.frag = true
  if (ip.fragmentOffset === 0) addTransport(fields, packet, vxlanPorts, quoted)
  return fields
}

function addTransport(
  fields: PacketFields & { tcpSeq?: number },
  packet: Packet,
  vxlanPorts: ReadonlySet<number>,
  quoted: boolean,
): void {
  const { l4 } = packet
  if (l4 === null || l4.kind === 'sctp') {
    fields.proto = packet.ip!.protocol
    return
  }
  if (l4.kind === 'icmp') {
    addIcmp(fields, packet, vxlanPorts, quoted)
    return
  }
  fields.sport = l4.sport
  fields.dport = l4.dport
  if (quoted) return
  if (l4.kind === 'tcp') {
    fields.flags = tcpFlags(l4)
    fields.tcpSeq = l4.seq
    fields.dlen = packet.ip!.totalLength - HeaderLength.IPV4 - l4.headerLength
    if (fields.flags.includes('S') && l4.mss > 0) fields.mss = l4.mss
    return
  }
  fields.dlen = l4.length - HeaderLength.UDP
  if (!vxlanPorts.has(l4.dport)) return
  // the first fragment of a tunnel packet begins with the whole of the inner headers
  const vxlan = packet.payload.vxlan ?? packet.payload.fragmentOf?.payload.vxlan ?? null
  if (vxlan !== null) {
    fields.vni = vxlan.vni
    fields.inner = frameFields(vxlan.inner, vxlanPorts)
  }
}

function addIcmp(fields: PacketFields, packet: Packet, vxlanPorts: ReadonlySet<number>, quoted: boolean): void {
  const icmp = packet.l4
  if (icmp === null || icmp.kind !== 'icmp') return
  fields.type = icmp.type
  fields.code = icmp.code
  if (icmp.type === IcmpType.ECHO || icmp.type === IcmpType.ECHO_REPLY) {
    fields.id = icmp.id
    fields.seq = icmp.sequence
  } else if (isIcmpError(icmp.type)) {
    if (icmp.type === IcmpType.DEST_UNREACH && icmp.code === FRAG_NEEDED) fields.mtu = icmp.mtu
    if (icmp.type === IcmpType.REDIRECT) fields.gw = formatIpv4(icmp.gateway)
    if (!quoted && icmp.quoted !== null && icmp.quoted.ip !== null)
      fields.quoted = packetFields(icmp.quoted, vxlanPorts, true)
  }
}

/** What the rule trace shows of a packet. */
export function tracedFields(packet: Packet): PacketFields {
  const ip = packet.ip!
  const fields: PacketFields = {
    src: formatIpv4(ip.src),
    dst: formatIpv4(ip.dst),
    ttl: ip.ttl,
    len: ip.totalLength,
    l3: L3[ip.protocol] ?? String(ip.protocol),
  }
  const { l4 } = packet
  if (ip.fragmentOffset !== 0) fields.frag = true
  else if (l4 !== null && (l4.kind === 'tcp' || l4.kind === 'udp')) {
    fields.sport = l4.sport
    fields.dport = l4.dport
    if (l4.kind === 'tcp') fields.flags = tcpFlags(l4)
  } else if (l4 !== null && l4.kind === 'icmp') {
    fields.type = l4.type
    fields.code = l4.code
  }
  return fields
}

function tcpFlags(tcp: TcpHeader): string {
  return [...TCP_FLAG_LETTERS].filter((_, bit) => ((tcp.flags >> bit) & 1) === 1).join('')
}
