import { SctpState } from './protocol/sctp-states.ts'
import { TcpState } from './protocol/tcp-states.ts'

/**
 * The sysctls below net.netfilter. that conntrack reads, with the kernel's defaults (net/netfilter/nf_conntrack_standalone.c and the
 * tables of timeouts in nf_conntrack_proto_*.c). Times are seconds.
 */
export const CONNTRACK_SYSCTLS = {
  nf_conntrack_max: 262144,
  nf_conntrack_buckets: 262144,
  nf_conntrack_acct: 0,
  nf_conntrack_checksum: 1,
  nf_conntrack_generic_timeout: 600,
  nf_conntrack_icmp_timeout: 30,
  nf_conntrack_udp_timeout: 30,
  nf_conntrack_udp_timeout_stream: 120,
  nf_conntrack_gre_timeout: 30,
  nf_conntrack_gre_timeout_stream: 180,
  nf_conntrack_tcp_loose: 1,
  nf_conntrack_tcp_be_liberal: 0,
  nf_conntrack_tcp_ignore_invalid_rst: 0,
  nf_conntrack_tcp_max_retrans: 3,
  nf_conntrack_tcp_timeout_syn_sent: 120,
  nf_conntrack_tcp_timeout_syn_recv: 60,
  nf_conntrack_tcp_timeout_established: 432000,
  nf_conntrack_tcp_timeout_fin_wait: 120,
  nf_conntrack_tcp_timeout_close_wait: 60,
  nf_conntrack_tcp_timeout_last_ack: 30,
  nf_conntrack_tcp_timeout_time_wait: 120,
  nf_conntrack_tcp_timeout_close: 10,
  nf_conntrack_tcp_timeout_max_retrans: 300,
  nf_conntrack_tcp_timeout_unacknowledged: 300,
  nf_conntrack_sctp_timeout_closed: 10,
  nf_conntrack_sctp_timeout_cookie_wait: 3,
  nf_conntrack_sctp_timeout_cookie_echoed: 3,
  nf_conntrack_sctp_timeout_established: 210,
  nf_conntrack_sctp_timeout_shutdown_sent: 3,
  nf_conntrack_sctp_timeout_shutdown_recd: 3,
  nf_conntrack_sctp_timeout_shutdown_ack_sent: 3,
  nf_conntrack_sctp_timeout_heartbeat_sent: 30,
} as const

/** The name of one of them. */
export type ConntrackSysctl = keyof typeof CONNTRACK_SYSCTLS

/** SYN_SENT2 has no sysctl (`tcp_timeouts`, net/netfilter/nf_conntrack_proto_tcp.c). Seconds. */
const SYN_SENT2_TIMEOUT = 120

const SECOND = 1e9

/** What conntrack reads of its sysctls, in the form in which the packet path needs it. Times are nanoseconds. */
export class Settings {
  readonly max: number
  readonly buckets: number
  readonly acct: boolean
  /** A wrong checksum makes a packet INVALID. */
  readonly checksum: boolean
  readonly generic: number
  readonly icmp: number
  readonly udp: number
  readonly udpStream: number
  readonly gre: number
  readonly greStream: number
  readonly tcpLoose: boolean
  readonly tcpBeLiberal: boolean
  readonly tcpIgnoreInvalidRst: boolean
  readonly tcpMaxRetrans: number
  /** By `TcpState`. */
  readonly tcp: readonly number[]
  readonly tcpRetrans: number
  readonly tcpUnacknowledged: number
  /** By `SctpState`. */
  readonly sctp: readonly number[]

  /** @param sysctl the value of a sysctl by its path below net., undefined when the namespace has none of that name */
  constructor(sysctl: (path: string) => number | undefined) {
    const read = (name: ConntrackSysctl) => sysctl(`netfilter.${name}`) ?? CONNTRACK_SYSCTLS[name]
    const seconds = (name: ConntrackSysctl) => read(name) * SECOND
    this.max = read('nf_conntrack_max')
    this.buckets = read('nf_conntrack_buckets')
    this.acct = read('nf_conntrack_acct') !== 0
    this.checksum = read('nf_conntrack_checksum') !== 0
    this.generic = seconds('nf_conntrack_generic_timeout')
    this.icmp = seconds('nf_conntrack_icmp_timeout')
    this.udp = seconds('nf_conntrack_udp_timeout')
    this.udpStream = seconds('nf_conntrack_udp_timeout_stream')
    this.gre = seconds('nf_conntrack_gre_timeout')
    this.greStream = seconds('nf_conntrack_gre_timeout_stream')
    this.tcpLoose = read('nf_conntrack_tcp_loose') !== 0
    this.tcpBeLiberal = read('nf_conntrack_tcp_be_liberal') !== 0
    this.tcpIgnoreInvalidRst = read('nf_conntrack_tcp_ignore_invalid_rst') !== 0
    this.tcpMaxRetrans = read('nf_conntrack_tcp_max_retrans')
    this.tcpRetrans = seconds('nf_conntrack_tcp_timeout_max_retrans')
    this.tcpUnacknowledged = seconds('nf_conntrack_tcp_timeout_unacknowledged')

    const tcp: number[] = []
    tcp[TcpState.NONE] = seconds('nf_conntrack_tcp_timeout_syn_sent')
    tcp[TcpState.SYN_SENT] = seconds('nf_conntrack_tcp_timeout_syn_sent')
    tcp[TcpState.SYN_RECV] = seconds('nf_conntrack_tcp_timeout_syn_recv')
    tcp[TcpState.ESTABLISHED] = seconds('nf_conntrack_tcp_timeout_established')
    tcp[TcpState.FIN_WAIT] = seconds('nf_conntrack_tcp_timeout_fin_wait')
    tcp[TcpState.CLOSE_WAIT] = seconds('nf_conntrack_tcp_timeout_close_wait')
    tcp[TcpState.LAST_ACK] = seconds('nf_conntrack_tcp_timeout_last_ack')
    tcp[TcpState.TIME_WAIT] = seconds('nf_conntrack_tcp_timeout_time_wait')
    tcp[TcpState.CLOSE] = seconds('nf_conntrack_tcp_timeout_close')
    tcp[TcpState.SYN_SENT2] = SYN_SENT2_TIMEOUT * SECOND
    this.tcp = tcp

    const sctp: number[] = []
    sctp[SctpState.NONE] = seconds('nf_conntrack_sctp_timeout_closed')
    sctp[SctpState.CLOSED] = seconds('nf_conntrack_sctp_timeout_closed')
    sctp[SctpState.COOKIE_WAIT] = seconds('nf_conntrack_sctp_timeout_cookie_wait')
    sctp[SctpState.COOKIE_ECHOED] = seconds('nf_conntrack_sctp_timeout_cookie_echoed')
    sctp[SctpState.ESTABLISHED] = seconds('nf_conntrack_sctp_timeout_established')
    sctp[SctpState.SHUTDOWN_SENT] = seconds('nf_conntrack_sctp_timeout_shutdown_sent')
    sctp[SctpState.SHUTDOWN_RECD] = seconds('nf_conntrack_sctp_timeout_shutdown_recd')
    sctp[SctpState.SHUTDOWN_ACK_SENT] = seconds('nf_conntrack_sctp_timeout_shutdown_ack_sent')
    sctp[SctpState.HEARTBEAT_SENT] = seconds('nf_conntrack_sctp_timeout_heartbeat_sent')
    this.sctp = sctp
  }
}
