import type { TcpHeader } from '../../packet/headers.ts'
import { TcpFlag } from '../../packet/protocol.ts'
import { sendAck, sendLimitedAck } from './acknowledge.ts'
import type { Connection } from './connection.ts'
import { enterTimeWait, finish, restartTimeWait } from './lifecycle.ts'
import { advance, after, before } from './sequence.ts'
import { TcpState } from './tcp-state.ts'
import { isOldByTimestamp } from './validate.ts'

/** What is left to do for the caller: nothing, to answer with a reset, or to treat the SYN as that of a new connection. */
export const TimeWaitOutcome = { DONE: 0, RESET: 1, NEW: 2 } as const
export type TimeWaitOutcome = (typeof TimeWaitOutcome)[keyof typeof TimeWaitOutcome]

/** A segment for a connection that is only remembered (`tcp_timewait_state_process`, net/ipv4/tcp_minisocks.c). */
export function receiveInTimeWait(c: Connection, tcp: TcpHeader, end: number): TimeWaitOutcome {
  const { flags } = tcp
  const reset = (flags & TcpFlag.RST) !== 0
  const syn = (flags & TcpFlag.SYN) !== 0
  const old = isOldByTimestamp(c, tcp)
  if (c.state === TcpState.FIN_WAIT2) return receiveInFinWait2(c, tcp, end, old)
  if (!old && tcp.seq === c.rcvNxt && (tcp.seq === end || reset)) {
    if (reset) finish(c, null)
    else restartTimeWait(c)
    return TimeWaitOutcome.DONE
  }
  const newer = after(tcp.seq, c.rcvNxt) || (c.timestamps && tcp.timestamp !== null && !old && isNewer(c, tcp))
  if (syn && !reset && (flags & TcpFlag.ACK) === 0 && !old && newer) return TimeWaitOutcome.NEW
  if (reset) return TimeWaitOutcome.DONE
  if (old || (flags & TcpFlag.ACK) !== 0) restartTimeWait(c)
  sendLimitedAck(c)
  return TimeWaitOutcome.DONE
}

function receiveInFinWait2(c: Connection, tcp: TcpHeader, end: number, old: boolean): TimeWaitOutcome {
  const { flags } = tcp
  if (old || before(end, c.rcvNxt) || after(tcp.seq, advance(c.rcvNxt, c.rcvWnd))) {
    if ((flags & TcpFlag.RST) === 0) sendLimitedAck(c)
    return TimeWaitOutcome.DONE
  }
  if ((flags & TcpFlag.RST) !== 0) {
    finish(c, null)
    return TimeWaitOutcome.DONE
  }
  if ((flags & TcpFlag.SYN) !== 0 && !before(tcp.seq, c.rcvNxt)) return TimeWaitOutcome.RESET
  if ((flags & TcpFlag.ACK) === 0 || !after(end, c.rcvNxt) || end === tcp.seq) return TimeWaitOutcome.DONE
  if ((flags & TcpFlag.FIN) === 0 || end !== advance(c.rcvNxt, 1)) {
    finish(c, null)
    return TimeWaitOutcome.RESET
  }
  c.rcvNxt = end
  c.finReceived = true
  if (tcp.timestamp !== null) c.timestampRecent = tcp.timestamp.value
  enterTimeWait(c, TcpState.TIME_WAIT)
  sendAck(c)
  return TimeWaitOutcome.DONE
}

function isNewer(c: Connection, tcp: TcpHeader): boolean {
  return tcp.timestamp !== null && after(tcp.timestamp.value, c.timestampRecent)
}
