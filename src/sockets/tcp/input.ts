import type { TcpHeader } from '../../packet/headers.ts'
import type { Packet, Payload } from '../../packet/packet.ts'
import { TcpFlag } from '../../packet/protocol.ts'
import { acknowledgeIfDue, noteData, scheduleAck, sendAck, sendLimitedAck } from './acknowledge.ts'
import type { Connection } from './connection.ts'
import { receiveInSynRecv, receiveInSynSent } from './handshake.ts'
import { enterTimeWait, finish } from './lifecycle.ts'
import { Outcome } from './outcome.ts'
import { slice } from './payload.ts'
import { push } from './push.ts'
import { fastRetransmit, noteProgress, oldestUnacknowledged, rearm, removeAcknowledged } from './retransmit.ts'
import { advance, after, before } from './sequence.ts'
import { TcpState } from './tcp-state.ts'
import { DELACK_MIN, MAX_QUICKACKS } from './timing.ts'
import { isValid } from './validate.ts'

// A segment of a connection that is known (`tcp_rcv_state_process`, net/ipv4/tcp_input.c).

/** Sequence number behind the segment. */
export function endOf(tcp: TcpHeader, length: number): number {
  const { flags } = tcp
  return advance(tcp.seq, length + ((flags & TcpFlag.SYN) >> 1) + (flags & TcpFlag.FIN))
}

/** Takes the segment. The caller has called `touch`, and sends the reset if one is due. */
export function receiveSegment(c: Connection, tcp: TcpHeader, packet: Packet): Outcome {
  const { length } = packet.payload
  if (c.state === TcpState.SYN_SENT) return receiveInSynSent(c, tcp, packet)
  const end = endOf(tcp, length)
  if (c.state === TcpState.SYN_RECV) {
    const outcome = receiveInSynRecv(c, tcp, end)
    if (outcome !== null) return outcome
  } else if (!isValid(c, tcp, end, length)) return Outcome.DONE
  if ((tcp.flags & TcpFlag.ACK) === 0) return Outcome.DONE
  if (!processAck(c, tcp, length)) return Outcome.DONE
  const outcome = leaveState(c, tcp, end, length)
  if (outcome !== null) return outcome
  if (!takesData(c, tcp, end)) {
    finish(c, 'ECONNRESET')
    return Outcome.RESET
  }
  receiveData(c, tcp, packet.payload, end)
  push(c)
  acknowledgeIfDue(c)
  return Outcome.DONE
}

/** `tcp_ack`: what the peer has, and how much more it takes. False: the segment is not to be believed. */
function processAck(c: Connection, tcp: TcpHeader, length: number): boolean {
  const { ack } = tcp
  if (after(ack, c.sndNxt)) {
    if (c.state !== TcpState.ESTABLISHED) sendLimitedAck(c)
    return false
  }
  const window = tcp.window * 2 ** c.sndScale
  const isNew = after(ack, c.sndUna)
  if (!isNew && ack === c.sndUna && length === 0 && window === c.sndWnd && (tcp.flags & TcpFlag.FIN) === 0) {
    if (oldestUnacknowledged(c) !== undefined && ++c.duplicateAcks === 3) fastRetransmit(c)
  }
  if (!before(ack, c.sndUna) && (isNew || after(tcp.seq, c.sndWl1) || (tcp.seq === c.sndWl1 && window > c.sndWnd))) {
    c.sndWnd = window
    c.sndWl1 = tcp.seq
  }
  if (isNew) {
    c.sndUna = ack
    removeAcknowledged(c, ack)
    noteProgress(c)
    rearm(c)
  }
  return true
}

/** Our FIN may have been acknowledged. Null: the segment is to be looked at further. */
function leaveState(c: Connection, tcp: TcpHeader, end: number, length: number): Outcome | null {
  const finAcknowledged = c.finQueued && c.sndUna === c.writeEnd
  if (!finAcknowledged) return null
  switch (c.state) {
    case TcpState.FIN_WAIT1:
      c.state = TcpState.FIN_WAIT2
      if (!c.orphan) return null
      if (length > 0 && after(advance(tcp.seq, length), c.rcvNxt)) {
        finish(c, null)
        return Outcome.RESET
      }
      if ((tcp.flags & TcpFlag.FIN) !== 0 && tcp.seq === c.rcvNxt && end !== tcp.seq) return null
      enterTimeWait(c, TcpState.FIN_WAIT2)
      return Outcome.DONE
    case TcpState.CLOSING:
      enterTimeWait(c, TcpState.TIME_WAIT)
      return Outcome.DONE
    case TcpState.LAST_ACK:
      finish(c, null)
      return Outcome.DONE
    default:
      return null
  }
}

/** New data for a program that has closed its socket: nobody will ever read it. */
function takesData(c: Connection, tcp: TcpHeader, end: number): boolean {
  if (!c.orphan || end === tcp.seq || c.finReceived) return true
  return !after(advance(end, -(tcp.flags & TcpFlag.FIN)), c.rcvNxt)
}

/** `tcp_data_queue` */
function receiveData(c: Connection, tcp: TcpHeader, payload: Payload, end: number): void {
  if (end === tcp.seq || c.finReceived) {
    // the FIN again: its acknowledgement was lost
    if (end !== tcp.seq) acknowledgeAgain(c)
    return
  }
  if (!after(end, c.rcvNxt)) {
    acknowledgeAgain(c)
    return
  }
  const fin = (tcp.flags & TcpFlag.FIN) !== 0
  if (after(tcp.seq, c.rcvNxt)) {
    c.early.push({ seq: tcp.seq, payload, fin })
    scheduleAck(c)
    return
  }
  take(c, tcp.seq, payload, fin)
  // what had come early may now be in order
  for (let i = 0; i < c.early.length; ) {
    const { seq, payload: more, fin: last } = c.early[i]!
    if (after(seq, c.rcvNxt)) {
      i++
      continue
    }
    c.early.splice(i, 1)
    if (after(advance(seq, more.length + (last ? 1 : 0)), c.rcvNxt)) take(c, seq, more, last)
    i = 0
  }
}

/** The next piece of the stream; its beginning may be there already. */
function take(c: Connection, seq: number, payload: Payload, fin: boolean): void {
  const known = (c.rcvNxt - seq) >>> 0
  const fresh = slice(payload, Math.min(known, payload.length), payload.length)
  if (fresh.length > 0) {
    c.received.push(fresh)
    c.rcvNxt = advance(c.rcvNxt, fresh.length)
    noteData(c, fresh.length)
  }
  if (fin) receiveFin(c)
}

/** A duplicate shows that the acknowledgement was lost: speak up (`tcp_enter_quickack_mode`). */
function acknowledgeAgain(c: Connection): void {
  c.quickAcks = MAX_QUICKACKS
  c.interactive = false
  c.ackTimeout = DELACK_MIN
  scheduleAck(c)
}

/** `tcp_fin` */
function receiveFin(c: Connection): void {
  c.rcvNxt = advance(c.rcvNxt, 1)
  c.finReceived = true
  c.early = []
  scheduleAck(c)
  switch (c.state) {
    case TcpState.ESTABLISHED:
      c.state = TcpState.CLOSE_WAIT
      // the program is likely to close too: the acknowledgement waits for its FIN
      c.interactive = true
      break
    case TcpState.FIN_WAIT1:
      sendAck(c)
      c.state = TcpState.CLOSING
      break
    case TcpState.FIN_WAIT2:
      sendAck(c)
      enterTimeWait(c, TcpState.TIME_WAIT)
      break
  }
}
