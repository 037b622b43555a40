import { TcpFlag } from '../../packet/protocol.ts'
import type { Connection } from './connection.ts'
import { DELACK_MAX, DELACK_MIN, INVALID_RATELIMIT, MAX_QUICKACKS, TICK } from './timing.ts'
import { transmitControl } from './transmit.ts'

// When an acknowledgement is sent: at once, or later in the hope of data that carries it (net/ipv4/tcp_input.c, tcp_output.c, tcp_timer.c).

export function sendAck(c: Connection, cause = 0): void {
  transmitControl(c, TcpFlag.ACK, cause)
}

/**
 * An answer to a segment that does not belong into the stream (`tcp_send_challenge_ack`, `tcp_send_dupack`), not too often, or two ends
 * would go on answering each other.
 */
export function sendLimitedAck(c: Connection): void {
  if (!isTooSoon(c)) sendAck(c)
}

/** Was such a segment answered a moment ago (`tcp_oow_rate_limited`)? If not, this is the moment. */
export function isTooSoon(c: Connection): boolean {
  const { now } = c.home.context.host.sim
  if (c.lastInvalidAt >= 0 && now - c.lastInvalidAt < INVALID_RATELIMIT) return true
  c.lastInvalidAt = now
  return false
}

/** Data has come (`tcp_event_data_recv`): learn the rhythm, and owe an acknowledgement. */
export function noteData(c: Connection, length: number): void {
  const { now } = c.home.context.host.sim
  scheduleAck(c)
  if (length > c.rcvMss) c.rcvMss = length
  if (c.ackTimeout === 0) {
    c.quickAcks = MAX_QUICKACKS
    c.ackTimeout = DELACK_MIN
  } else {
    const gap = now - c.lastDataAt
    if (gap <= DELACK_MIN / 2) c.ackTimeout = c.ackTimeout / 2 + DELACK_MIN / 2
    else if (gap < c.ackTimeout) c.ackTimeout = Math.min(c.ackTimeout / 2 + gap, c.rto)
    else if (gap > c.rto) c.quickAcks = MAX_QUICKACKS
  }
  c.lastDataAt = now
}

/** Data is sent (`tcp_event_data_sent`): soon after some came, so this is a conversation. */
export function noteSend(c: Connection): void {
  if (c.ackTimeout !== 0 && c.home.context.host.sim.now - c.lastDataAt < c.ackTimeout) c.interactive = true
}

export function scheduleAck(c: Connection): void {
  c.ackScheduled = true
  c.ackCause = c.home.context.receiving?.journey ?? 0
}

/** A segment has been dealt with: is its acknowledgement due (`__tcp_ack_snd_check`)? */
export function acknowledgeIfDue(c: Connection): void {
  if (!c.ackScheduled) return
  const waiting = (c.rcvNxt - c.rcvAcked) >>> 0
  if (waiting > c.rcvMss || (c.quickAcks > 0 && !c.interactive) || c.early.length > 0) {
    sendAck(c)
    return
  }
  if (c.ackTimer !== null) return
  const limit = c.interactive ? DELACK_MAX : DELACK_MAX / 2
  const delay = c.ackTimeout === 0 ? TICK : Math.min(Math.round(c.ackTimeout), limit)
  c.ackTimer = c.home.context.host.sim.schedule(delay, onAckTimer, c)
}

/** `tcp_delack_timer_handler` */
function onAckTimer(c: Connection): void {
  c.touch()
  c.ackTimer = null
  if (!c.ackScheduled) return
  if (c.interactive) {
    c.interactive = false
    c.ackTimeout = DELACK_MIN
  } else c.ackTimeout = Math.min(c.ackTimeout * 2, c.rto)
  sendAck(c, c.ackCause)
}
