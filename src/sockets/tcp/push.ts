import { EMPTY_PAYLOAD, type Payload } from '../../packet/packet.ts'
import { noteSend } from './acknowledge.ts'
import { type Connection, type Segment, segmentEnd } from './connection.ts'
import { join, slice } from './payload.ts'
import { rearm, resend } from './retransmit.ts'
import { advance, after, before } from './sequence.ts'
import { route, syncMss, transmitSegment } from './transmit.ts'

// From the program to the wire: what is written becomes segments, and these leave as the windows allow (net/ipv4/tcp_output.c).

/** Puts data into the queue; what still waits there and is not full takes it along (`tcp_sendmsg`). */
export function enqueue(c: Connection, payload: Payload): void {
  let rest = payload
  const tail = c.queue.at(-1)
  if (tail !== undefined && !tail.sent && !tail.syn && tail.payload.length < c.mss) {
    const taken = Math.min(c.mss - tail.payload.length, rest.length)
    tail.payload = join(tail.payload, slice(rest, 0, taken))
    rest = slice(rest, taken, rest.length)
    c.writeEnd = advance(c.writeEnd, taken)
    if (rest.length > 0) tail.push = false
  }
  while (rest.length > 0) {
    const length = Math.min(rest.length, c.mss)
    append(c, slice(rest, 0, length), false, length === rest.length)
    rest = slice(rest, length, rest.length)
  }
}

/** FIN rides on the last data that waits, or goes alone (`tcp_send_fin`). */
export function enqueueFin(c: Connection): void {
  c.finQueued = true
  const tail = c.queue.at(-1)
  if (tail !== undefined && !tail.sent && !tail.syn) {
    tail.fin = true
    c.writeEnd = advance(c.writeEnd, 1)
  } else append(c, EMPTY_PAYLOAD, true, false)
}

function append(c: Connection, payload: Payload, fin: boolean, push: boolean): void {
  const segment: Segment = {
    seq: c.writeEnd,
    payload,
    syn: false,
    fin,
    push,
    sent: false,
    sentAt: 0,
    retransmitted: false,
    cause: 0,
  }
  c.queue.push(segment)
  c.writeEnd = segmentEnd(segment)
}

/** The SYN is the first thing in the stream. */
export function sendSyn(c: Connection): void {
  const segment: Segment = {
    seq: c.iss,
    payload: EMPTY_PAYLOAD,
    syn: true,
    fin: false,
    push: false,
    sent: false,
    sentAt: 0,
    retransmitted: false,
    cause: 0,
  }
  c.queue.push(segment)
  c.writeEnd = segmentEnd(segment)
  sendNow(c, segment)
  rearm(c)
}

/** Sends what may be sent (`tcp_write_xmit`). */
export function push(c: Connection): void {
  if (c.queue.length === 0) return
  const waiting = c.queue.findIndex((segment) => !segment.sent)
  if (waiting < 0) return
  syncMss(c, route(c))
  let sentAny = false
  for (let i = waiting; i < c.queue.length; i++) {
    const segment = c.queue[i]!
    if (segment.payload.length > c.mss) splitAt(c, i)
    if (i >= c.cwnd || after(segmentEnd(segment), advance(c.sndUna, c.sndWnd)) || waitsForMore(c, segment)) break
    if (segment.payload.length > 0) noteSend(c)
    sendNow(c, segment)
    sentAny = true
  }
  if (sentAny && (c.retransmitTimer === null || c.probeIsNext)) rearm(c)
}

function sendNow(c: Connection, segment: Segment): void {
  const { context } = c.home
  segment.sentAt = context.host.sim.now
  segment.cause = context.receiving?.journey ?? 0
  c.sndNxt = segmentEnd(segment)
  if (segment.payload.length < c.mss && segment.payload.length > 0) c.smallEnd = c.sndNxt
  transmitSegment(c, segment)
  segment.sent = true
}

/** Nagle's algorithm in Minshall's form (`tcp_nagle_test`): one small segment on its way is enough. */
function waitsForMore(c: Connection, segment: Segment): boolean {
  if (c.noDelay || segment.fin || segment.payload.length >= c.mss) return false
  return after(c.smallEnd, c.sndUna) && !after(c.smallEnd, c.sndNxt)
}

/** The path takes less than was thought: what was sent in larger pieces goes again in smaller ones (`tcp_simple_retransmit`). */
export function resendSmaller(c: Connection): void {
  const before_ = c.mss
  syncMss(c, route(c))
  if (c.mss >= before_) return
  let again = false
  for (let i = 0; i < c.queue.length; i++) {
    const segment = c.queue[i]!
    if (segment.payload.length <= c.mss) continue
    splitAt(c, i)
    if (segment.sent) again = true
  }
  if (!again) return
  // the queue may shrink on the way: what is sent again takes small segments behind it along
  for (let i = 0; i < c.queue.length; i++) {
    const segment = c.queue[i]!
    if (segment.sent && !segment.syn && before(segment.seq, c.sndNxt)) resend(c, segment)
  }
  rearm(c)
}

/** Cuts the segment at `i` to the present size; the rest stands behind it. */
function splitAt(c: Connection, i: number): void {
  const segment = c.queue[i]!
  const rest: Segment = {
    ...segment,
    seq: advance(segment.seq, c.mss),
    payload: slice(segment.payload, c.mss, segment.payload.length),
  }
  segment.payload = slice(segment.payload, 0, c.mss)
  segment.fin = false
  segment.push = false
  c.queue.splice(i + 1, 0, rest)
}
