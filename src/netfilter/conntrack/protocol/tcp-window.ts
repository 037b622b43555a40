import type { TcpHeader } from '../../../packet/headers.ts'
import type { Packet } from '../../../packet/packet.ts'
import { HeaderLength, TcpFlag } from '../../../packet/protocol.ts'
import type { Settings } from '../settings.ts'
import { TcpSegment, TcpState } from './tcp-states.ts'
import { type TcpEnd, TcpEndFlag, type TcpTracking } from './tcp-tracking.ts'

/** `enum nf_ct_tcp_action`: IGNORE lets the segment through without looking further. */
export const TcpCheck = { ACCEPT: 0, IGNORE: 1, INVALID: 2 } as const

/** Largest step back of an acknowledgement that is believed, unless the window is larger still (`MAXACKWINCONST`). */
const MAX_ACK_WINDOW = 66000
/** RFC 7323, 2.3 */
const MAX_SCALE = 14

/** Does `a` come before `b` in the circle of sequence numbers? */
export function before(a: number, b: number): boolean {
  return ((a - b) | 0) < 0
}

/** The sequence number behind a segment; SYN and FIN count for one each (`segment_seq_plus_len`). */
export function segmentEnd(packet: Packet, header: TcpHeader): number {
  const length = packet.ip!.totalLength - HeaderLength.IPV4 - header.headerLength
  const flags = header.flags
  return (header.seq + length + ((flags & TcpFlag.SYN) !== 0 ? 1 : 0) + ((flags & TcpFlag.FIN) !== 0 ? 1 : 0)) | 0
}

/** Notes the options of a SYN (`tcp_options`). */
export function readTcpOptions(header: TcpHeader, end: TcpEnd): void {
  // Without any option the kernel leaves all as it was.
  if (header.headerLength === HeaderLength.TCP) return
  end.scale = 0
  end.flags &= TcpEndFlag.BE_LIBERAL
  if (header.sackPermitted) end.flags |= TcpEndFlag.SACK_PERM
  if (header.windowScale >= 0) {
    end.scale = Math.min(header.windowScale, MAX_SCALE)
    end.flags |= TcpEndFlag.WINDOW_SCALE
  }
}

/**
 * Is the segment one that its receiver can have expected (`tcp_in_window`, after Guido van Rooij, "Real Stateful TCP Packet Filtering
 * in IP Filter")? Moves the windows of both ends when it is.
 *
 *   I    upper bound for data:            seq <= sender.maxEnd
 *   II   lower bound for data:            end >= sender.end - receiver.maxWindow
 *   III  upper bound for acknowledgement: ack <= receiver.end
 *   IV   lower bound for acknowledgement: ack >= receiver.end - max(66000, sender.maxWindow)
 *
 * Packets carry no SACK blocks, so the highest block is the acknowledgement itself.
 */
export function tcpInWindow(
  settings: Settings,
  tcp: TcpTracking,
  packet: Packet,
  header: TcpHeader,
  segment: number,
  direction: number,
): number {
  const sender = tcp.sender(direction)
  const receiver = tcp.sender(1 - direction)
  const syn = (header.flags & TcpFlag.SYN) !== 0
  const hasAck = (header.flags & TcpFlag.ACK) !== 0
  const rst = (header.flags & TcpFlag.RST) !== 0
  let seq = header.seq | 0
  let ack = header.ack | 0
  let end = segmentEnd(packet, header)

  if (sender.maxWindow === 0) {
    if (syn) {
      initSender(sender, receiver, header, end, direction)
      if (!hasAck) return TcpCheck.ACCEPT
    } else {
      joinSender(sender, receiver, header, end, ack)
    }
  } else if (syn && before(sender.end, end) && (tcp.state === TcpState.SYN_SENT || tcp.state === TcpState.SYN_RECV)) {
    // The connection is begun again with higher numbers (RFC 793, 3.3).
    initSender(sender, receiver, header, end, direction)
    if (direction === 1 && !hasAck) return TcpCheck.ACCEPT
  }

  // Some stacks set ACK in a reset and acknowledge nothing.
  if (!hasAck || (rst && ack === 0)) ack = receiver.end
  if (rst && seq === 0 && tcp.state === TcpState.SYN_SENT) {
    seq = sender.end
    end = sender.end
  }

  const verdict = checkBounds(sender, receiver, seq, end, ack)
  if (verdict !== TcpCheck.ACCEPT) {
    const liberal = settings.tcpBeLiberal || (sender.flags & TcpEndFlag.BE_LIBERAL) !== 0
    // Whoever is let through liberally moves no window.
    return liberal ? TcpCheck.ACCEPT : verdict
  }

  moveWindows(sender, receiver, header, end, ack, syn, hasAck)
  if (segment === TcpSegment.ACK) countRetransmits(tcp, direction, seq, ack, end, header.window)
  return TcpCheck.ACCEPT
}

/** The four conditions. */
function checkBounds(sender: TcpEnd, receiver: TcpEnd, seq: number, end: number, ack: number): number {
  const lowestEnd = (sender.end - receiver.maxWindow) | 0
  const lowestAck = (receiver.end - Math.max(sender.maxWindow, MAX_ACK_WINDOW)) | 0
  if (before(sender.maxEnd, seq)) {
    const overshot = (end - sender.maxEnd + 1) >>> 0
    const only =
      receiver.maxWindow !== 0 &&
      !before(end, lowestEnd) &&
      !before(ack, lowestAck) &&
      overshot <= receiver.maxWindow &&
      !before(receiver.end, ack)
    if (!only) return TcpCheck.INVALID
    // Some stacks send more than they may. The other end may acknowledge it: be ready for that.
    sender.end = end
    sender.flags |= TcpEndFlag.DATA_UNACKNOWLEDGED
    return TcpCheck.IGNORE
  }
  if (before(receiver.end, ack)) return TcpCheck.INVALID
  if (receiver.maxWindow !== 0 && before(end, lowestEnd)) return TcpCheck.IGNORE
  return before(ack, lowestAck) ? TcpCheck.IGNORE : TcpCheck.ACCEPT
}

/** The first segment of an end is a SYN or SYN-ACK (`tcp_init_sender`). */
function initSender(sender: TcpEnd, receiver: TcpEnd, header: TcpHeader, end: number, direction: number): void {
  sender.end = end
  sender.maxEnd = end
  sender.maxWindow = header.window === 0 ? 1 : header.window
  readTcpOptions(header, sender)
  // Windows are scaled only when both ends ask for it.
  if (direction === 1 && (sender.flags & receiver.flags & TcpEndFlag.WINDOW_SCALE) === 0) {
    sender.scale = 0
    receiver.scale = 0
  }
}

/** The first segment of an end comes out of the middle of the connection. */
function joinSender(sender: TcpEnd, receiver: TcpEnd, header: TcpHeader, end: number, ack: number): void {
  const window = header.window << sender.scale
  sender.end = end
  sender.maxWindow = window === 0 ? 1 : window
  sender.maxEnd = (end + sender.maxWindow) | 0
  if (receiver.maxWindow === 0) {
    receiver.end = ack
    receiver.maxEnd = ack
  } else if (ack === ((receiver.end + 1) | 0)) {
    // The answer to a keep-alive.
    receiver.end = ack
  }
}

function moveWindows(
  sender: TcpEnd,
  receiver: TcpEnd,
  header: TcpHeader,
  end: number,
  ack: number,
  syn: boolean,
  hasAck: boolean,
): void {
  const window = syn ? header.window : header.window << sender.scale
  if (sender.maxWindow < window) sender.maxWindow = window
  if (before(sender.end, end)) {
    sender.end = end
    sender.flags |= TcpEndFlag.DATA_UNACKNOWLEDGED
  }
  if (hasAck) {
    if ((sender.flags & TcpEndFlag.MAXACK_SET) === 0) {
      sender.maxAck = ack
      sender.flags |= TcpEndFlag.MAXACK_SET
    } else if (before(sender.maxAck, ack)) {
      sender.maxAck = ack
    }
  }

  if (receiver.maxWindow !== 0 && before(sender.maxEnd, end)) {
    receiver.maxWindow += (end - sender.maxEnd) | 0
  }
  const allowed = (ack + window) | 0
  if (!before(allowed, receiver.maxEnd)) receiver.maxEnd = window === 0 ? (allowed + 1) | 0 : allowed
  if (ack === receiver.end) receiver.flags &= ~TcpEndFlag.DATA_UNACKNOWLEDGED
}

/** The same acknowledgement again and again means that data is retransmitted and not answered. */
function countRetransmits(
  tcp: TcpTracking,
  direction: number,
  seq: number,
  ack: number,
  end: number,
  window: number,
): void {
  if (
    tcp.lastDirection === direction &&
    tcp.lastSeq === seq &&
    tcp.lastAck === ack &&
    tcp.lastEnd === end &&
    tcp.lastWindow === window
  ) {
    tcp.retransmits++
    return
  }
  tcp.lastDirection = direction
  tcp.lastSeq = seq
  tcp.lastAck = ack
  tcp.lastEnd = end
  tcp.lastWindow = window
  tcp.retransmits = 0
}
