import type { TcpHeader } from '../../../packet/headers.ts'
import type { Packet } from '../../../packet/packet.ts'
import { HeaderLength } from '../../../packet/protocol.ts'
import type { ConntrackEntry } from '../entry.ts'
import { CtEvent, type Direction, IPS, Tracked } from '../status.ts'
import { nextTcpState, segmentKind, TcpSegment, TcpState, validTcpFlags } from './tcp-states.ts'
import { TcpEndFlag, TcpTracking } from './tcp-tracking.ts'
import { before, readTcpOptions, segmentEnd, TcpCheck, tcpInWindow } from './tcp-window.ts'
import type { Tracker } from './tracker.ts'

/** `nf_conntrack_tcp_packet`, net/netfilter/nf_conntrack_proto_tcp.c */
export function trackTcp(tracker: Tracker, entry: ConntrackEntry, packet: Packet, direction: Direction): Tracked {
  const header = packet.l4 as TcpHeader
  if (malformed(packet, header)) return Tracked.INVALID
  if (!entry.confirmed && !openTcp(tracker, entry, packet, header)) return Tracked.INVALID

  const tcp = entry.tcp!
  const segment = segmentKind(header.flags)
  let oldState = tcp.state
  let newState = nextTcpState(direction, segment, oldState)
  let checkWindow = true

  switch (newState) {
    case TcpState.SYN_SENT:
      if (oldState < TcpState.TIME_WAIT) break
      // RFC 1122, 4.2.2.13: a SYN may reopen a connection in TIME_WAIT; an aborted one, too.
      if (mayReopen(tcp, direction)) return tracker.kill(entry, direction, packet) ? Tracked.REPEAT : Tracked.DROP
      return ignore(tcp, packet, header, segment, direction, oldState)
    case TcpState.IGNORE:
      if (!resynchronize(tcp, header, segment, direction))
        return ignore(tcp, packet, header, segment, direction, oldState)
      oldState = TcpState.SYN_SENT
      newState = TcpState.SYN_RECV
      break
    case TcpState.MAX:
      return Tracked.INVALID
    case TcpState.TIME_WAIT:
      // The other end answers a stray SYN with a challenge ACK, which does not acknowledge the last FIN.
      if (
        oldState === TcpState.LAST_ACK &&
        segment === TcpSegment.ACK &&
        tcp.lastDirection !== direction &&
        tcp.lastSegment === TcpSegment.SYN &&
        (tcp.lastFlags & TcpEndFlag.CHALLENGE_ACK) !== 0
      ) {
        tcp.lastFlags &= ~TcpEndFlag.CHALLENGE_ACK
        return Tracked.ACCEPT
      }
      break
    case TcpState.SYN_SENT2:
      tcp.lastFlags |= TcpEndFlag.SIMULTANEOUS_OPEN
      break
    case TcpState.SYN_RECV:
      if (direction === 1 && segment === TcpSegment.ACK && (tcp.lastFlags & TcpEndFlag.SIMULTANEOUS_OPEN) !== 0) {
        newState = TcpState.ESTABLISHED
      }
      break
    case TcpState.CLOSE: {
      if (segment !== TcpSegment.RST) break
      const reset = judgeReset(tracker, entry, header, direction, oldState)
      if (reset === Reset.INVALID) return Tracked.INVALID
      if (reset === Reset.STAY) newState = oldState
      if (reset === Reset.TRUSTED) checkWindow = false
      break
    }
  }

  if (checkWindow) {
    const check = tcpInWindow(tracker.settings, tcp, packet, header, segment, direction)
    if (check === TcpCheck.IGNORE) return Tracked.ACCEPT
    if (check === TcpCheck.INVALID) {
      shortenOutOfSync(tracker, entry, tcp, segment, direction)
      return Tracked.INVALID
    }
  }

  tcp.lastSegment = segment
  tcp.lastDirection = direction
  tcp.state = newState
  if (oldState !== newState) {
    if (newState === TcpState.FIN_WAIT) tcp.sender(direction).flags |= TcpEndFlag.CLOSE_INIT
    entry.pendingEvents |= CtEvent.PROTOINFO
  }
  return settle(tracker, entry, packet, segment, direction, oldState, newState)
}

/** Sets the lifetime that the new state gives, and ASSURED. */
function settle(
  tracker: Tracker,
  entry: ConntrackEntry,
  packet: Packet,
  segment: number,
  direction: Direction,
  oldState: number,
  newState: number,
): Tracked {
  const settings = tracker.settings
  const tcp = entry.tcp!
  let lifetime = settings.tcp[newState]!
  if (tcp.retransmits >= settings.tcpMaxRetrans && lifetime > settings.tcpRetrans) {
    lifetime = settings.tcpRetrans
  } else if (segment === TcpSegment.RST) {
    lifetime = settings.tcp[TcpState.CLOSE]!
  } else if (
    ((tcp.opener.flags | tcp.answerer.flags) & TcpEndFlag.DATA_UNACKNOWLEDGED) !== 0 &&
    lifetime > settings.tcpUnacknowledged
  ) {
    lifetime = settings.tcpUnacknowledged
  } else if (tcp.lastWindow === 0 && lifetime > settings.tcpRetrans) {
    lifetime = settings.tcpRetrans
  }

  if ((entry.status & IPS.SEEN_REPLY) === 0) {
    // Nothing but a reset came back: there is no connection to remember.
    if (segment === TcpSegment.RST) {
      tracker.kill(entry, direction, packet)
      return Tracked.ACCEPT
    }
    // A SYN that is sent again does not prolong: whoever reuses the port would keep an old translation alive.
    if (segment === TcpSegment.SYN && oldState === TcpState.SYN_SENT) return Tracked.ACCEPT
    // Picked up in the middle: do not trust it for five days before somebody answers.
    if (newState === TcpState.ESTABLISHED && lifetime > settings.tcpUnacknowledged)
      lifetime = settings.tcpUnacknowledged
  } else if (
    (entry.status & IPS.ASSURED) === 0 &&
    (oldState === TcpState.SYN_RECV || oldState === TcpState.ESTABLISHED) &&
    newState === TcpState.ESTABLISHED
  ) {
    entry.status |= IPS.ASSURED
    entry.pendingEvents |= CtEvent.ASSURED
  }
  tracker.refresh(entry, direction, packet, lifetime)
  return Tracked.ACCEPT
}

/** `tcp_error`; checksums are always right here. */
function malformed(packet: Packet, header: TcpHeader): boolean {
  if (header.headerLength < HeaderLength.TCP) return true
  if (packet.ip!.totalLength - HeaderLength.IPV4 < header.headerLength) return true
  return !validTcpFlags(header.flags)
}

/** Starts to watch a connection, with its first segment or in the middle (`tcp_new`). False when the segment cannot begin one. */
function openTcp(tracker: Tracker, entry: ConntrackEntry, packet: Packet, header: TcpHeader): boolean {
  const state = nextTcpState(0, segmentKind(header.flags), TcpState.NONE)
  if (state === TcpState.MAX) return false
  if (state !== TcpState.SYN_SENT && !tracker.settings.tcpLoose) return false
  const tcp = new TcpTracking()
  const opener = tcp.opener
  opener.end = segmentEnd(packet, header)
  opener.maxEnd = opener.end
  opener.maxWindow = header.window === 0 ? 1 : header.window
  if (state === TcpState.SYN_SENT) {
    readTcpOptions(header, opener)
  } else {
    // Nobody saw the SYNs: the window scale is not known, so windows are not held against anybody.
    opener.maxEnd = (opener.maxEnd + opener.maxWindow) | 0
    opener.flags = TcpEndFlag.SACK_PERM | TcpEndFlag.BE_LIBERAL
    tcp.answerer.flags = opener.flags
  }
  entry.tcp = tcp
  return true
}

/** May a SYN begin the connection again? It was closed by a FIN, or the same end has just reset it. */
function mayReopen(tcp: TcpTracking, direction: Direction): boolean {
  if (((tcp.opener.flags | tcp.answerer.flags) & TcpEndFlag.CLOSE_INIT) !== 0) return true
  return tcp.lastDirection === direction && tcp.lastSegment === TcpSegment.RST
}

/**
 * Does this SYN-ACK acknowledge a SYN that was ignored before? Then the ends agree and the watcher was wrong: it takes over what it
 * noted of that SYN.
 */
function resynchronize(tcp: TcpTracking, header: TcpHeader, segment: number, direction: Direction): boolean {
  if (segment !== TcpSegment.SYNACK || tcp.lastSegment !== TcpSegment.SYN || tcp.lastDirection === direction)
    return false
  if ((header.ack | 0) !== tcp.lastEnd) return false
  const other = tcp.sender(tcp.lastDirection)
  other.end = tcp.lastEnd
  other.maxEnd = tcp.lastEnd
  other.maxWindow = tcp.lastWindow === 0 ? 1 : tcp.lastWindow
  other.scale = tcp.lastScale
  tcp.lastFlags &= ~TcpEndFlag.CHALLENGE_ACK
  other.flags = tcp.lastFlags
  tcp.sender(direction).reset()
  return true
}

/** Lets a segment through that may be right or wrong, and notes it: the answer will tell. */
function ignore(
  tcp: TcpTracking,
  packet: Packet,
  header: TcpHeader,
  segment: number,
  direction: Direction,
  state: number,
): Tracked {
  tcp.lastSegment = segment
  tcp.lastDirection = direction
  tcp.lastSeq = header.seq | 0
  tcp.lastEnd = segmentEnd(packet, header)
  tcp.lastWindow = header.window
  if (segment === TcpSegment.SYN && direction === 0) {
    tcp.lastFlags = 0
    tcp.lastScale = 0
    if (header.windowScale >= 0) {
      tcp.lastFlags |= TcpEndFlag.WINDOW_SCALE
      tcp.lastScale = Math.min(header.windowScale, 14)
    }
    if (header.sackPermitted) tcp.lastFlags |= TcpEndFlag.SACK_PERM
    if (state === TcpState.LAST_ACK) tcp.lastFlags |= TcpEndFlag.CHALLENGE_ACK
  }
  // It may be a challenge ACK that answers the SYN; the reset that follows will carry this number.
  if (state === TcpState.SYN_SENT && segment === TcpSegment.ACK && direction === 1) tcp.lastAck = header.ack | 0
  return Tracked.ACCEPT
}

/** What to make of a reset: check its window; trust it without; keep the state as it was; refuse it. */
const Reset = { CHECK: 0, TRUSTED: 1, STAY: 2, INVALID: 3 } as const

function judgeReset(
  tracker: Tracker,
  entry: ConntrackEntry,
  header: TcpHeader,
  direction: Direction,
  oldState: number,
): number {
  const tcp = entry.tcp!
  const receiver = tcp.sender(1 - direction)
  // While the connection closes its numbers may be those of a newer one already.
  if (canDropEarly(oldState)) return Reset.TRUSTED

  if ((receiver.flags & TcpEndFlag.MAXACK_SET) !== 0 && tcp.lastSegment !== TcpSegment.SYN) {
    const seq = header.seq | 0
    const established = oldState === TcpState.ESTABLISHED && (entry.status & IPS.ASSURED) !== 0
    if (seq === 0 && !established) return Reset.CHECK
    if (before(seq, receiver.maxAck) && !tracker.settings.tcpIgnoreInvalidRst) return Reset.INVALID
    if (!established || seq === receiver.maxAck) return Reset.CHECK
    // A reset right behind the data of the same end.
    if (tcp.lastSegment === TcpSegment.ACK && tcp.lastDirection === direction && seq === tcp.lastEnd) return Reset.CHECK
    // Its number is not exactly the expected one: the other end may answer with a challenge ACK and live on.
    return Reset.STAY
  }

  const answersIgnored =
    ((entry.status & IPS.SEEN_REPLY) !== 0 && tcp.lastSegment === TcpSegment.SYN && tcp.lastDirection !== direction) ||
    ((entry.status & IPS.ASSURED) === 0 && tcp.lastSegment === TcpSegment.ACK)
  if (answersIgnored && (header.ack | 0) === tcp.lastEnd) return Reset.TRUSTED
  if (
    oldState === TcpState.SYN_SENT &&
    tcp.lastSegment === TcpSegment.ACK &&
    tcp.lastDirection === 1 &&
    (header.seq | 0) === tcp.lastAck
  ) {
    return Reset.TRUSTED
  }
  return Reset.CHECK
}

/** `tcp_can_early_drop`: the connection is closing. */
export function canDropEarly(state: number): boolean {
  return state >= TcpState.FIN_WAIT && state <= TcpState.CLOSE
}

/**
 * A FIN or reset that is out of the window, answered by another one: the watcher is out of step, and the connection, which is probably
 * gone, must not stay for days (`nf_tcp_handle_invalid`).
 */
function shortenOutOfSync(
  tracker: Tracker,
  entry: ConntrackEntry,
  tcp: TcpTracking,
  segment: number,
  direction: Direction,
): void {
  if ((entry.status & IPS.ASSURED) === 0 || (entry.status & IPS.FIXED_TIMEOUT) !== 0) return
  if (segment !== TcpSegment.RST && segment !== TcpSegment.FIN) return
  if (tcp.lastDirection !== direction && (tcp.lastSegment === TcpSegment.FIN || tcp.lastSegment === TcpSegment.RST)) {
    const left = entry.expiresAt - tracker.now
    const lifetime = tracker.settings.tcpUnacknowledged
    if (left >= OUT_OF_SYNC_FROM && left > lifetime) entry.expiresAt = tracker.now + lifetime
    return
  }
  tcp.lastSegment = segment
  tcp.lastDirection = direction
}

/** Nanoseconds. */
const OUT_OF_SYNC_FROM = 120e9
