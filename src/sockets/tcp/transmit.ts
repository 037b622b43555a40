import type { Dst } from '../../netns/dst.ts'
import type { TcpHeader } from '../../packet/headers.ts'
import { EMPTY_PAYLOAD, type Payload } from '../../packet/packet.ts'
import { HeaderLength, Protocol, TcpFlag } from '../../packet/protocol.ts'
import { makePacket } from '../context.ts'
import { RouteQuestion } from '../host.ts'
import { hopLimit, isMtuLocked } from '../path.ts'
import type { Connection, Segment } from './connection.ts'
import { advance } from './sequence.ts'
import { TcpState } from './tcp-state.ts'
import { TIMESTAMP_UNIT } from './timing.ts'

const question = new RouteQuestion()

/** Options in octets (`tcp_syn_options`, `tcp_options_write`, net/ipv4/tcp_output.c). */
const MSS_OPTION = 4
const TIMESTAMP_OPTION = 12
const SACK_OPTION = 4
const SCALE_OPTION = 4
/** Window scale that follows from net.ipv4.tcp_rmem, whose largest value is 32 MiB (`tcp_select_initial_window`). */
export const WINDOW_SCALE = 10
const LARGEST_WINDOW = 65535
const SMALLEST_MSS = 48

/** The way to the peer as it is now. */
export function route(c: Connection): Dst {
  question.fill(c.peerAddress, c.address, c.tos & 0xfc, c.mark, c.device).transport(Protocol.TCP, c.port, c.peerPort)
  return c.home.context.host.routeOutput(question)
}

/** The MSS for the SYN: what the route says, or what the path takes (`dst_metric_advmss`, `ipv4_default_advmss`). */
export function advertisedMss(c: Connection, dst: Dst): number {
  if (dst.route !== null && dst.route.metrics.advmss !== 0) return dst.route.metrics.advmss
  const { host } = c.home.context
  const mtu = Math.min(host.pathMtu(dst, false), 65535)
  return Math.max(mtu - HeaderLength.IPV4 - HeaderLength.TCP, host.sysctl.get('ipv4.route.min_adv_mss') ?? 0)
}

/** The size of segments follows the path MTU (`tcp_sync_mss`). */
export function syncMss(c: Connection, dst: Dst): void {
  if (dst.error !== null) return
  const mtu = c.home.context.host.pathMtu(dst, false)
  const room = Math.min(mtu - HeaderLength.IPV4 - HeaderLength.TCP, c.peerMss)
  c.mss = Math.max(room - (c.timestamps ? TIMESTAMP_OPTION : 0), SMALLEST_MSS)
}

/** Whole segments of this size that fit 64 KiB: the first window (`tcp_select_initial_window`). */
export function initialWindow(mss: number): number {
  return Math.floor(LARGEST_WINDOW / mss) * mss
}

/** Octets that the time stamp takes from each segment of the connection. */
export function timestampLength(c: Connection): number {
  return c.timestamps ? TIMESTAMP_OPTION : 0
}

/** Sends a segment of the stream, for the first time or again. */
export function transmitSegment(c: Connection, segment: Segment): boolean {
  let flags = 0
  if (segment.syn) flags |= TcpFlag.SYN
  if (segment.fin) flags |= TcpFlag.FIN
  if (segment.push && segment.payload.length > 0) flags |= TcpFlag.PSH
  // all but a client's SYN acknowledge
  if (c.state !== TcpState.SYN_SENT) flags |= TcpFlag.ACK
  if (segment.sent) {
    c.home.context.host.count('TcpRetransSegs')
    if (segment.syn) c.home.context.host.count('TcpExtTCPSynRetrans')
  } else c.home.context.host.count('TcpOutSegs')
  return emit(c, segment.seq, flags, segment.payload, segment.cause)
}

/** Sends a segment without data or place in the stream: an acknowledgement, or a reset. */
export function transmitControl(c: Connection, flags: number, cause = 0): boolean {
  c.home.context.host.count('TcpOutSegs')
  return emit(c, c.sndNxt, flags, EMPTY_PAYLOAD, cause)
}

/** Builds and sends (`__tcp_transmit_skb`). False: there is no way, or netfilter dropped it. */
function emit(c: Connection, seq: number, flags: number, payload: Payload, cause: number): boolean {
  const { context } = c.home
  const { host } = context
  const dst = route(c)
  const tcp = makeHeader(c, dst, seq, flags)
  if ((flags & TcpFlag.ACK) !== 0) acknowledged(c)
  if (dst.error !== null) {
    // whatever the reason (`__ip_queue_xmit`, `inet_csk_route_req`)
    host.count('IpOutNoRoutes')
    return false
  }
  const synAck = (flags & TcpFlag.SYN) !== 0 && (flags & TcpFlag.ACK) !== 0
  c.ipId = (c.ipId + (synAck ? 0 : 1)) & 0xffff
  const packet = makePacket(
    c.address,
    c.peerAddress,
    Protocol.TCP,
    c.ttl !== 0 ? c.ttl : hopLimit(host, dst),
    c.tos,
    // a SYN-ACK does not ask its socket (`ip_build_and_send_pkt`)
    (c.df || synAck) && !isMtuLocked(dst),
    synAck ? 0 : c.ipId,
    HeaderLength.IPV4 + tcp.headerLength + payload.length,
  )
  packet.l4 = tcp
  packet.payload = payload
  packet.mark = c.mark
  packet.route = dst
  packet.socket = c.id
  packet.txHash = c.txHash
  packet.cause = cause
  return context.send(packet)
}

function makeHeader(c: Connection, dst: Dst, seq: number, flags: number): TcpHeader {
  const syn = (flags & TcpFlag.SYN) !== 0
  const headerLength: number = HeaderLength.TCP
  const tcp: TcpHeader = {
    kind: 'tcp',
    sport: c.port,
    dport: c.peerPort,
    seq,
    ack: (flags & TcpFlag.ACK) !== 0 ? c.rcvNxt : 0,
    flags,
    window: syn ? Math.min(c.rcvWnd, LARGEST_WINDOW) : scaledWindow(c),
    mss: 0,
    windowScale: -1,
    sackPermitted: false,
    timestamp: null,
    headerLength,
  }
  if (c.timestamps) {
    tcp.timestamp = { value: timestampNow(c), echo: c.timestampRecent }
    tcp.headerLength += TIMESTAMP_OPTION
  }
  if (syn) synOptions(c, dst, tcp)
  return tcp
}

function synOptions(c: Connection, dst: Dst, tcp: TcpHeader): void {
  tcp.mss = advertisedMss(c, dst)
  tcp.headerLength += MSS_OPTION
  if (c.sack) {
    tcp.sackPermitted = true
    // with a time stamp it stands in the octets that would be padding
    if (!c.timestamps) tcp.headerLength += SACK_OPTION
  }
  if (c.rcvScale > 0) {
    tcp.windowScale = c.rcvScale
    tcp.headerLength += SCALE_OPTION
  }
}

/** Rounded up, so that scaling takes nothing away (`__tcp_select_window`). */
function scaledWindow(c: Connection): number {
  return Math.min(Math.ceil(c.rcvWnd / 2 ** c.rcvScale), LARGEST_WINDOW)
}

export function timestampNow(c: Connection): number {
  return advance(Math.floor(c.home.context.host.sim.now / TIMESTAMP_UNIT), c.timestampOffset)
}

/** Every segment with ACK acknowledges what has come (`tcp_event_ack_sent`). */
function acknowledged(c: Connection): void {
  if (c.ackScheduled && c.quickAcks > 0) c.quickAcks--
  c.ackScheduled = false
  c.rcvAcked = c.rcvNxt
  if (c.ackTimer !== null) {
    c.home.context.host.sim.cancel(c.ackTimer)
    c.ackTimer = null
  }
}
