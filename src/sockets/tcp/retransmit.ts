import { startTimer } from '../../netns/timer-wheel.ts'
import { type Connection, type Segment, segmentEnd } from './connection.ts'
import { finish } from './lifecycle.ts'
import { join } from './payload.ts'
import { advance, after } from './sequence.ts'
import { TcpState } from './tcp-state.ts'
import {
  modelTimeout,
  ORPHAN_RETRIES,
  RTO_MAX,
  RTO_MIN,
  SYN_LINEAR_TIMEOUTS,
  TICK,
  TIMEOUT_INIT,
  TIMEOUT_MIN,
} from './timing.ts'
import { transmitSegment } from './transmit.ts'

// What is not acknowledged is sent again (net/ipv4/tcp_timer.c, RFC 6298).

/** The oldest segment that was sent and is not acknowledged, or undefined. */
export function oldestUnacknowledged(c: Connection): Segment | undefined {
  const head = c.queue[0]
  return head?.sent === true ? head : undefined
}

/** Starts the timer anew, or stops it when nothing is on its way (`tcp_set_xmit_timer`). A loss probe comes before the first time-out. */
export function rearm(c: Connection): void {
  const head = oldestUnacknowledged(c)
  const wait = head === undefined ? 0 : probeWait(c, head)
  c.probeIsNext = wait > 0
  setTimer(c, head === undefined ? 0 : wait > 0 ? wait : c.rto)
}

/** @param delay 0: none */
function setTimer(c: Connection, delay: number): void {
  const { sim } = c.home.context.host
  if (c.retransmitTimer !== null) sim.cancel(c.retransmitTimer)
  c.retransmitTimer = delay === 0 ? null : startTimer(sim, delay, onRetransmitTimer, c)
}

/** How long a loss probe waits; 0 for none (`tcp_schedule_loss_probe`). One per loss, between hosts that use SACK, while all is well. */
function probeWait(c: Connection, head: Segment): number {
  if (c.probed || !c.sack || c.srtt === 0 || c.retransmits > 0 || head.syn || c.state === TcpState.SYN_RECV) return 0
  const alone = c.queue[1]?.sent !== true
  const { now } = c.home.context.host.sim
  const wait = 2 * c.srtt + (alone ? RTO_MIN : TIMEOUT_MIN)
  return Math.max(Math.min(wait, c.rto - (now - head.sentAt)), TICK)
}

/** The last segment is sent once more, to learn soon whether it was lost (`tcp_send_loss_probe`); then the time-out runs. */
function probeLoss(c: Connection, head: Segment): void {
  const tail = c.queue.findLast((segment) => segment.sent) ?? head
  c.probeIsNext = false
  c.probed = true
  resend(c, tail)
  setTimer(c, Math.max(c.rto - (c.home.context.host.sim.now - head.sentAt), TICK))
}

/** A round trip was measured, in nanoseconds (`tcp_rtt_estimator`, `tcp_set_rto`). */
function noteRoundTrip(c: Connection, time: number): void {
  // a wire may take no time at all, and 0 means that nothing was measured yet
  const measured = Math.max(time, 1)
  if (c.srtt === 0) {
    c.srtt = measured
    c.rttvar4 = measured * 2
  } else {
    const error = Math.abs(measured - c.srtt)
    c.srtt = Math.round(c.srtt + (measured - c.srtt) / 8)
    c.rttvar4 = Math.round((c.rttvar4 * 3) / 4 + error)
  }
  c.rto = timeoutFor(c)
}

/** Everything was acknowledged that was sent again: the time-out falls back to what the round trips say. */
export function noteProgress(c: Connection): void {
  c.retransmits = 0
  c.probed = false
  c.firstRetransmitAt = 0
  c.duplicateAcks = 0
  c.rto = c.srtt > 0 ? timeoutFor(c) : TIMEOUT_INIT
}

/** In whole ticks of the timer, rounded up: without that, the limits of `modelTimeout` would be reached one retransmission later. */
function timeoutFor(c: Connection): number {
  const time = Math.min(c.srtt + Math.max(c.rttvar4, RTO_MIN), RTO_MAX)
  return Math.ceil(time / TICK) * TICK
}

export function resend(c: Connection, segment: Segment): void {
  takeAlong(c, segment)
  transmitSegment(c, segment)
  segment.retransmitted = true
  segment.sentAt = c.home.context.host.sim.now
  if (c.firstRetransmitAt === 0) c.firstRetransmitAt = segment.sentAt
}

/**
 * A small segment that is sent again takes those behind it along that fit (`tcp_retrans_try_collapse`), such as a FIN. Not what the peer
 * has: duplicate acknowledgements say that it has something.
 */
function takeAlong(c: Connection, segment: Segment): void {
  if (segment.syn || c.duplicateAcks > 0) return
  const end = advance(c.sndUna, c.sndWnd)
  const room = Math.min((end - segment.seq) | 0, c.mss)
  const at = c.queue.indexOf(segment) + 1
  for (;;) {
    const next = c.queue[at]
    if (next === undefined || !next.sent || segment.payload.length >= room) return
    if (segment.payload.length + next.payload.length > room || after(segmentEnd(next), end)) return
    segment.payload = join(segment.payload, next.payload)
    segment.push ||= next.push
    segment.fin ||= next.fin
    c.queue.splice(at, 1)
  }
}

/** Three duplicates say that a segment is lost (`tcp_fastretrans_alert` in its plainest form). */
export function fastRetransmit(c: Connection): void {
  const head = oldestUnacknowledged(c)
  if (head === undefined) return
  c.ssthresh = Math.max(c.cwnd >> 1, 2)
  c.cwnd = c.ssthresh
  resend(c, head)
}

function onRetransmitTimer(c: Connection): void {
  c.touch()
  c.retransmitTimer = null
  const head = oldestUnacknowledged(c)
  if (head === undefined) return
  if (c.state === TcpState.SYN_RECV) resendSynAck(c, head)
  else if (c.probeIsNext) probeLoss(c, head)
  else resendOldest(c, head)
  c.observer?.update()
}

/** A half-open connection (`reqsk_timer_handler`): the same again with a doubling time-out, and then silently no more. */
function resendSynAck(c: Connection, head: Segment): void {
  const { sysctl } = c.home.context.host
  if (c.retransmits >= (sysctl.get('ipv4.tcp_synack_retries') ?? 5)) {
    finish(c, null)
    return
  }
  c.retransmits++
  c.rehashes++
  resend(c, head)
  c.rto = Math.min(c.rto * 2, RTO_MAX)
  rearm(c)
}

/** `tcp_retransmit_timer` */
function resendOldest(c: Connection, head: Segment): void {
  const { host } = c.home.context
  if (isHopeless(c)) {
    finish(c, c.softError ?? 'ETIMEDOUT')
    return
  }
  host.count('TcpExtTCPTimeouts')
  c.ssthresh = Math.max(c.cwnd >> 1, 2)
  c.cwnd = 1
  c.retransmits++
  c.rehashes++
  resend(c, head)
  // SYNs go out at a steady pace first, so that a lost one does not cost much
  if (c.state !== TcpState.SYN_SENT || c.retransmits > SYN_LINEAR_TIMEOUTS) c.rto = Math.min(c.rto * 2, RTO_MAX)
  rearm(c)
}

/** `tcp_write_timeout` */
function isHopeless(c: Connection): boolean {
  const { host } = c.home.context
  if (c.state === TcpState.SYN_SENT) {
    return c.retransmits >= (host.sysctl.get('ipv4.tcp_syn_retries') ?? 6) + SYN_LINEAR_TIMEOUTS
  }
  if (c.retransmits === 0) return false
  const boundary = c.orphan ? ORPHAN_RETRIES : (host.sysctl.get('ipv4.tcp_retries2') ?? 15)
  return host.sim.now - c.firstRetransmitAt >= modelTimeout(boundary)
}

/** Takes what is acknowledged off the queue; the round trip of the last segment that was sent once only counts (Karn's rule). */
export function removeAcknowledged(c: Connection, ack: number): void {
  let removed = 0
  let measured = -1
  for (const segment of c.queue) {
    if (!segment.sent || after(segmentEnd(segment), ack)) break
    removed++
    if (!segment.retransmitted) measured = c.home.context.host.sim.now - segment.sentAt
    if (c.cwnd < c.ssthresh) c.cwnd++
  }
  if (removed > 0) c.queue.splice(0, removed)
  if (measured >= 0) noteRoundTrip(c, measured)
}
