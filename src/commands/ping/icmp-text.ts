import { formatIpv4, type IcmpHeader, IcmpType } from '../../packet/index.ts'

const UNREACHABLE = [
  'Destination Net Unreachable',
  'Destination Host Unreachable',
  'Destination Protocol Unreachable',
  'Destination Port Unreachable',
  '',
  'Source Route Failed',
  'Destination Net Unknown',
  'Destination Host Unknown',
  'Source Host Isolated',
  'Destination Net Prohibited',
  'Destination Host Prohibited',
  'Destination Net Unreachable for Type of Service',
  'Destination Host Unreachable for Type of Service',
  'Packet filtered',
  'Precedence Violation',
  'Precedence Cutoff',
]
const FRAG_NEEDED = 4
const REDIRECTS = [
  'Redirect Network',
  'Redirect Host',
  'Redirect Type of Service and Network',
  'Redirect Type of Service and Host',
]

/** What ping says of an ICMP message (`pr_icmph` of iputils), without the line feed. */
export function icmpText(icmp: IcmpHeader): string {
  switch (icmp.type) {
    case IcmpType.DEST_UNREACH:
      if (icmp.code === FRAG_NEEDED) return `Frag needed and DF set (mtu = ${icmp.mtu})`
      return UNREACHABLE[icmp.code] ?? `Dest Unreachable, Bad Code: ${icmp.code}`
    case IcmpType.SOURCE_QUENCH:
      return 'Source Quench'
    case IcmpType.REDIRECT:
      return `${REDIRECTS[icmp.code] ?? `Redirect, Bad Code: ${icmp.code}`}(New nexthop: ${formatIpv4(icmp.gateway)})`
    case IcmpType.TIME_EXCEEDED:
      if (icmp.code === 0) return 'Time to live exceeded'
      if (icmp.code === 1) return 'Frag reassembly time exceeded'
      return `Time exceeded, Bad Code: ${icmp.code}`
    case IcmpType.PARAMETER_PROBLEM:
      return 'Parameter problem: pointer = 0'
    default:
      return `Bad ICMP type: ${icmp.type}`
  }
}
