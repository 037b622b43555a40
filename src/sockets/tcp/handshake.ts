import type { TcpHeader } from '../../packet/headers.ts'
import type { Packet } from '../../packet/packet.ts'
import { TcpFlag } from '../../packet/protocol.ts'
import { isTooSoon, sendAck, sendLimitedAck } from './acknowledge.ts'
import type { Connection } from './connection.ts'
import { connectionName, finish, resetByPeer } from './lifecycle.ts'
import { Outcome } from './outcome.ts'
import { push, sendSyn } from './push.ts'
import { noteProgress, oldestUnacknowledged, rearm, removeAcknowledged, resend } from './retransmit.ts'
import { advance, after, between } from './sequence.ts'
import { TcpState } from './tcp-state.ts'
import { advertisedMss, initialWindow, route, syncMss, timestampLength, WINDOW_SCALE } from './transmit.ts'

// How a connection comes about (`tcp_v4_connect`, `tcp_conn_request`, `tcp_rcv_synsent_state_process`, `tcp_check_req`).

/** Sends the first SYN. The way to the peer is known to exist. */
export function openActive(c: Connection): void {
  prepare(c)
  c.rcvWnd = initialWindow(advertisedMss(c, route(c)))
  c.state = TcpState.SYN_SENT
  c.home.context.host.count('TcpActiveOpens')
  sendSyn(c)
}

/** Answers a SYN with SYN-ACK. */
export function openPassive(c: Connection, syn: TcpHeader): void {
  prepare(c)
  readOptions(c, syn)
  rememberPeer(c, syn)
  const dst = route(c)
  c.rcvWnd = initialWindow(advertisedMss(c, dst) - timestampLength(c))
  syncMss(c, dst)
  c.state = TcpState.SYN_RECV
  sendSyn(c)
}

function prepare(c: Connection): void {
  const { sim, sysctl } = c.home.context.host
  const random = sim.random('tcp')
  c.iss = random.uint32()
  c.sndUna = c.iss
  c.sndNxt = c.iss
  c.writeEnd = c.iss
  c.smallEnd = c.iss
  c.ipId = random.below(65536)
  c.timestampOffset = random.uint32()
  c.timestamps = sysctl.get('ipv4.tcp_timestamps') !== 0
  c.sack = sysctl.get('ipv4.tcp_sack') !== 0
  c.rcvScale = sysctl.get('ipv4.tcp_window_scaling') !== 0 ? WINDOW_SCALE : 0
}

/** The peer's options, and what follows from them for ours (`tcp_parse_options`). */
function readOptions(c: Connection, tcp: TcpHeader): void {
  if (tcp.mss > 0) c.peerMss = tcp.mss
  c.timestampRecent = tcp.timestamp?.value ?? 0
  c.timestamps = c.timestamps && tcp.timestamp !== null
  c.sack = c.sack && tcp.sackPermitted
  if (tcp.windowScale >= 0 && c.rcvScale > 0) c.sndScale = Math.min(tcp.windowScale, 14)
  else c.rcvScale = 0
}

function rememberPeer(c: Connection, tcp: TcpHeader): void {
  c.irs = tcp.seq
  c.rcvNxt = advance(tcp.seq, 1)
  c.rcvAcked = c.rcvNxt
  // the window of a SYN is not scaled
  c.sndWnd = tcp.window
  c.sndWl1 = tcp.seq
}

/** `tcp_rcv_synsent_state_process` */
export function receiveInSynSent(c: Connection, tcp: TcpHeader, packet: Packet): Outcome {
  const { flags } = tcp
  const acknowledges = (flags & TcpFlag.ACK) !== 0
  if (acknowledges && (!after(tcp.ack, c.sndUna) || after(tcp.ack, c.sndNxt))) return Outcome.RESET
  if ((flags & TcpFlag.RST) !== 0) {
    if (acknowledges) resetByPeer(c)
    return Outcome.DONE
  }
  if ((flags & TcpFlag.SYN) === 0) return Outcome.DONE
  readOptions(c, tcp)
  rememberPeer(c, tcp)
  if (!acknowledges) {
    // both ends opened at once: our SYN goes again, now as SYN-ACK
    c.state = TcpState.SYN_RECV
    const syn = oldestUnacknowledged(c)
    if (syn !== undefined) resend(c, syn)
    return Outcome.DONE
  }
  c.sndUna = tcp.ack
  removeAcknowledged(c, tcp.ack)
  noteProgress(c)
  establish(c)
  sendAck(c, packet.journey)
  push(c)
  return Outcome.DONE
}

/**
 * A segment for a half-open connection (`tcp_check_req`, net/ipv4/tcp_minisocks.c). Null: the handshake is complete, and the segment is
 * to be looked at further.
 */
export function receiveInSynRecv(c: Connection, tcp: TcpHeader, end: number): Outcome | null {
  const { flags } = tcp
  const acknowledges = (flags & TcpFlag.ACK) !== 0
  if ((flags & (TcpFlag.SYN | TcpFlag.RST | TcpFlag.ACK)) === TcpFlag.SYN && tcp.seq === c.irs) {
    const synAck = oldestUnacknowledged(c)
    if (synAck !== undefined && !isTooSoon(c)) {
      resend(c, synAck)
      // and the timer need not do the same so soon
      rearm(c)
    }
    return Outcome.DONE
  }
  if (acknowledges && tcp.ack !== advance(c.iss, 1)) return Outcome.RESET
  const inWindow =
    between(tcp.seq, c.rcvNxt, advance(c.rcvNxt, c.rcvWnd)) || between(end, c.rcvNxt, c.rcvNxt + c.rcvWnd)
  if (!inWindow && tcp.seq !== c.irs) {
    if ((flags & TcpFlag.RST) === 0) sendLimitedAck(c)
    return Outcome.DONE
  }
  if ((flags & TcpFlag.RST) !== 0 || ((flags & TcpFlag.SYN) !== 0 && tcp.seq !== c.irs)) {
    c.home.context.host.count('TcpAttemptFails')
    finish(c, c.parent === null ? 'ECONNREFUSED' : null)
    return (flags & TcpFlag.RST) !== 0 ? Outcome.DONE : Outcome.RESET
  }
  if (!acknowledges) return Outcome.DONE
  const { parent } = c
  if (parent !== null && !parent.complete(c)) return Outcome.DONE
  c.parent = null
  establish(c)
  return null
}

function establish(c: Connection): void {
  const { context } = c.home
  c.state = TcpState.ESTABLISHED
  c.connected = true
  syncMss(c, route(c))
  rearm(c)
  if (context.host.sim.probe !== null) context.announce(connectionName(c), 'connected')
}
