import type { TcpHeader } from '../../packet/headers.ts'
import { TcpFlag } from '../../packet/protocol.ts'
import { sendLimitedAck } from './acknowledge.ts'
import type { Connection } from './connection.ts'
import { resetByPeer } from './lifecycle.ts'
import { advance, after, before } from './sequence.ts'
import { TcpState } from './tcp-state.ts'

/**
 * Does the segment belong to this connection at all (`tcp_validate_incoming`, RFC 9293 3.10.7.4, RFC 5961)? What does not is answered
 * here, where an answer is due.
 */
export function isValid(c: Connection, tcp: TcpHeader, end: number, length: number): boolean {
  const reset = (tcp.flags & TcpFlag.RST) !== 0
  const syn = (tcp.flags & TcpFlag.SYN) !== 0
  if (isOldByTimestamp(c, tcp) && !reset) {
    answerInvalid(c, length)
    return false
  }
  if (before(end, c.rcvAcked) || after(tcp.seq, advance(c.rcvNxt, c.rcvWnd))) {
    if (!reset) answerInvalid(c, syn ? 0 : length)
    return false
  }
  if (reset) {
    if (tcp.seq === c.rcvNxt || followsFin(c, tcp)) resetByPeer(c)
    else sendLimitedAck(c)
    return false
  }
  if (syn) {
    sendLimitedAck(c)
    return false
  }
  if (tcp.timestamp !== null && c.timestamps && !after(tcp.seq, c.rcvAcked)) c.timestampRecent = tcp.timestamp.value
  return true
}

/** Protection against wrapped sequence numbers (RFC 7323, 5.3). */
export function isOldByTimestamp(c: Connection, tcp: TcpHeader): boolean {
  return c.timestamps && tcp.timestamp !== null && before(tcp.timestamp.value, c.timestampRecent)
}

/** A reset that was sent before our side counted the FIN (`tcp_reset_check`). */
function followsFin(c: Connection, tcp: TcpHeader): boolean {
  if (advance(tcp.seq, 1) !== c.rcvNxt) return false
  return c.state === TcpState.CLOSE_WAIT || c.state === TcpState.LAST_ACK || c.state === TcpState.CLOSING
}

/** Old data is acknowledged each time, anything else not too often (`tcp_oow_rate_limited`). */
function answerInvalid(c: Connection, length: number): void {
  if (length > 0) c.lastInvalidAt = -1
  sendLimitedAck(c)
}
