import { formatIpv4 } from './address.ts'
import type { ArpHeader, Ipv4Header, SctpHeader, TcpHeader } from './headers.ts'
import { formatMac } from './mac.ts'
import type { IcmpHeader, Packet } from './packet.ts'
import { ArpOperation, HeaderLength, IcmpType, Protocol, TcpFlag, TimeExceededCode, UnreachCode } from './protocol.ts'
import { protocolName } from './tuple.ts'

/**
 * The packet in one line, as `tcpdump -n -t -q` and its full form have it between them:
 * `10.0.0.1.40000 > 10.0.0.2.80: Flags [S], length 0`. A VXLAN datagram goes on with the frame inside.
 */
export function formatPacket(packet: Packet): string {
  const { ip, arp } = packet
  if (ip !== null) return formatIp(packet, ip)
  if (arp !== null) return formatArp(arp)
  return `ethertype 0x${packet.etherType.toString(16).padStart(4, '0')}, length ${packet.payload.length}`
}

function formatIp(packet: Packet, ip: Ipv4Header): string {
  const { l4, payload } = packet
  const src = formatIpv4(ip.src)
  const dst = formatIpv4(ip.dst)
  const length = ip.totalLength - HeaderLength.IPV4
  const fragment =
    ip.mf || ip.fragmentOffset !== 0 ? ` (frag ${ip.id}:${length}@${ip.fragmentOffset}${ip.mf ? '+' : ''})` : ''
  if (l4 === null) return `${src} > ${dst}: ${unread(ip.protocol)}, length ${length}${fragment}`
  if (l4.kind === 'icmp') return `${src} > ${dst}: ${formatIcmp(l4)}, length ${length}${fragment}`
  const head = `${src}.${l4.sport} > ${dst}.${l4.dport}:`
  switch (l4.kind) {
    case 'tcp':
      return `${head} Flags [${tcpFlags(l4)}], length ${payload.length}${fragment}`
    case 'sctp':
      return `${head} ${formatSctp(l4)}${fragment}`
    case 'udp':
      if (payload.vxlan !== null) {
        return `${head} VXLAN, vni ${payload.vxlan.vni}${fragment}: ${formatPacket(payload.vxlan.inner)}`
      }
      return `${head} UDP, length ${payload.length}${fragment}`
  }
}

function unread(protocol: number): string {
  const name = protocolName(protocol)
  return name === String(protocol) ? `ip-proto-${protocol}` : name
}

const FLAG_LETTERS: readonly (readonly [number, string])[] = [
  [TcpFlag.FIN, 'F'],
  [TcpFlag.SYN, 'S'],
  [TcpFlag.RST, 'R'],
  [TcpFlag.PSH, 'P'],
  [TcpFlag.ACK, '.'],
  [TcpFlag.URG, 'U'],
  [TcpFlag.ECE, 'E'],
  [TcpFlag.CWR, 'W'],
]

/** `S`, `S.`, `P.` …; `none` without any. */
function tcpFlags(tcp: TcpHeader): string {
  let text = ''
  for (const [bit, letter] of FLAG_LETTERS) if ((tcp.flags & bit) !== 0) text += letter
  return text === '' ? 'none' : text
}

const SCTP_CHUNKS: Readonly<Record<number, string>> = {
  0: 'DATA',
  1: 'INIT',
  2: 'INIT ACK',
  3: 'SACK',
  4: 'HB REQ',
  5: 'HB ACK',
  6: 'ABORT',
  7: 'SHUTDOWN',
  8: 'SHUTDOWN ACK',
  9: 'OP ERR',
  10: 'COOKIE ECHO',
  11: 'COOKIE ACK',
  14: 'SHUTDOWN COMPLETE',
}

function formatSctp(sctp: SctpHeader): string {
  return `sctp${sctp.chunks.map(({ type }, i) => ` (${i + 1}) [${SCTP_CHUNKS[type] ?? `chunk ${type}`}]`).join('')}`
}

function formatIcmp(icmp: IcmpHeader): string {
  switch (icmp.type) {
    case IcmpType.ECHO:
      return `ICMP echo request, id ${icmp.id}, seq ${icmp.sequence}`
    case IcmpType.ECHO_REPLY:
      return `ICMP echo reply, id ${icmp.id}, seq ${icmp.sequence}`
    case IcmpType.DEST_UNREACH:
      return `ICMP ${unreachable(icmp)}`
    case IcmpType.REDIRECT:
      return `ICMP redirect ${quotedDestination(icmp)} to host ${formatIpv4(icmp.gateway)}`
    case IcmpType.TIME_EXCEEDED:
      if (icmp.code === TimeExceededCode.TTL) return 'ICMP time exceeded in-transit'
      return 'ICMP ip reassembly time exceeded'
    case IcmpType.PARAMETER_PROBLEM:
      return 'ICMP parameter problem'
    case IcmpType.SOURCE_QUENCH:
      return 'ICMP source quench'
    default:
      return `ICMP type ${icmp.type} code ${icmp.code}`
  }
}

function unreachable(icmp: IcmpHeader): string {
  const host = quotedDestination(icmp)
  switch (icmp.code) {
    case UnreachCode.NET:
      return `net ${host} unreachable`
    case UnreachCode.HOST:
      return `host ${host} unreachable`
    case UnreachCode.PROTOCOL:
      return `${host} protocol ${icmp.quoted?.ip?.protocol ?? '?'} unreachable`
    case UnreachCode.PORT:
      return `${host} ${quotedPort(icmp)} unreachable`
    case UnreachCode.FRAG_NEEDED:
      return `${host} unreachable - need to frag (mtu ${icmp.mtu})`
    case UnreachCode.NET_PROHIBITED:
      return `net ${host} unreachable - admin prohibited`
    case UnreachCode.HOST_PROHIBITED:
      return `host ${host} unreachable - admin prohibited`
    case UnreachCode.ADMIN_PROHIBITED:
      return `host ${host} unreachable - admin prohibited filter`
    default:
      return `${host} unreachable - code ${icmp.code}`
  }
}

function quotedDestination(icmp: IcmpHeader): string {
  const ip = icmp.quoted?.ip
  return ip == null ? '?' : formatIpv4(ip.dst)
}

/** `udp port 53`, or `tcp port 80`. */
function quotedPort(icmp: IcmpHeader): string {
  const protocol = icmp.quoted?.ip?.protocol ?? Protocol.UDP
  const l4 = icmp.quoted?.l4
  const port = l4 == null || l4.kind === 'icmp' ? '?' : String(l4.dport)
  return `${protocolName(protocol)} port ${port}`
}

function formatArp(arp: ArpHeader): string {
  const length = `length ${HeaderLength.ARP}`
  if (arp.operation === ArpOperation.REQUEST) {
    return `ARP, Request who-has ${formatIpv4(arp.targetIp)} tell ${formatIpv4(arp.senderIp)}, ${length}`
  }
  if (arp.operation === ArpOperation.REPLY) {
    return `ARP, Reply ${formatIpv4(arp.senderIp)} is-at ${formatMac(arp.senderMac)}, ${length}`
  }
  return `ARP, operation ${arp.operation}, ${length}`
}
