import type { Counter, NetworkNamespace } from '../../netns/index.ts'
import type { KernelFile, Place } from './kernel-file.ts'

/** The columns of /proc/net/snmp (net/ipv4/proc.c, Linux 6.18), by line. */
const COLUMNS: Readonly<Record<string, string>> = {
  Ip:
    'Forwarding DefaultTTL InReceives InHdrErrors InAddrErrors ForwDatagrams InUnknownProtos InDiscards InDelivers OutRequests ' +
    'OutDiscards OutNoRoutes ReasmTimeout ReasmReqds ReasmOKs ReasmFails FragOKs FragFails FragCreates OutTransmits',
  Icmp:
    'InMsgs InErrors InCsumErrors InDestUnreachs InTimeExcds InParmProbs InSrcQuenchs InRedirects InEchos InEchoReps InTimestamps ' +
    'InTimestampReps InAddrMasks InAddrMaskReps OutMsgs OutErrors OutRateLimitGlobal OutRateLimitHost OutDestUnreachs OutTimeExcds ' +
    'OutParmProbs OutSrcQuenchs OutRedirects OutEchos OutEchoReps OutTimestamps OutTimestampReps OutAddrMasks OutAddrMaskReps',
  Tcp:
    'RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails EstabResets CurrEstab InSegs OutSegs RetransSegs InErrs ' +
    'OutRsts InCsumErrors',
  Udp: 'InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors IgnoredMulti MemErrors',
  UdpLite: 'InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors IgnoredMulti MemErrors',
}

/** The messages that the model has, by type, in the order in which their counters are printed. */
const MESSAGES: readonly (readonly [type: number, name: string])[] = [
  [0, 'EchoReps'],
  [3, 'DestUnreachs'],
  [5, 'Redirects'],
  [8, 'Echos'],
  [11, 'TimeExcds'],
]

/**
 * /proc/net/snmp. What happens nowhere in the model (spoilt checksums, UDP-Lite, ICMP timestamps, full buffers of senders) has a counter that
 * stays 0, as it does on a host where it does not happen.
 */
export const netSnmp: KernelFile = {
  path: /^\/proc\/(?:self\/)?net\/snmp$/,
  read: (place) =>
    Object.entries(COLUMNS)
      .map(([group, columns]) => {
        const numbers = columns.split(' ').map((column) => value(place, group, column))
        return `${group}: ${columns}\n${group}: ${numbers.join(' ')}\n${group === 'Icmp' ? messages(place.netns) : ''}`
      })
      .join(''),
}

function value({ netns, machine }: Place, group: string, column: string): number {
  switch (`${group}${column}`) {
    case 'IpForwarding':
      return netns.sysctl.get('ipv4.ip_forward') === 1 ? 1 : 2
    case 'IpDefaultTTL':
      return netns.sysctl.ttl
    case 'TcpRtoAlgorithm':
      return 1
    case 'TcpRtoMin':
      return 200
    case 'TcpRtoMax':
      return 120000
    case 'TcpMaxConn':
      return -1
    case 'TcpCurrEstab': {
      const states = [...machine.socketsOf(netns).sockets()].filter(({ protocol }) => protocol === 'tcp')
      return states.filter(({ state }) => state === 'ESTAB' || state === 'CLOSE-WAIT').length
    }
    default:
      return netns.snmp.get(`${group}${column}` as Counter)
  }
}

/** Messages by type: only what has been counted (`icmpmsg_put`). */
function messages({ snmp }: NetworkNamespace): string {
  const counted = (direction: 'In' | 'Out') =>
    MESSAGES.map(([type, name]) => [`${direction}Type${type}`, snmp.get(`Icmp${direction}${name}` as Counter)] as const)
  const all = [...counted('In'), ...counted('Out')].filter(([, count]) => count > 0)
  if (all.length === 0) return ''
  return `IcmpMsg: ${all.map(([name]) => name).join(' ')}\nIcmpMsg: ${all.map(([, count]) => count).join(' ')}\n`
}
