import { TcpSegment, TcpState } from './tcp-states.ts'

/** Flags of one end (`IP_CT_TCP_FLAG_*`, include/uapi/linux/netfilter/nf_conntrack_tcp.h). */
export const TcpEndFlag = {
  WINDOW_SCALE: 0x01,
  SACK_PERM: 0x02,
  /** It sent the first FIN. */
  CLOSE_INIT: 0x04,
  /** Its history is unknown: be liberal about its windows. */
  BE_LIBERAL: 0x08,
  DATA_UNACKNOWLEDGED: 0x10,
  MAXACK_SET: 0x20,
  /** In `lastFlags`: the next ACK in LAST_ACK may be a challenge ACK (RFC 5961). */
  CHALLENGE_ACK: 0x40,
  /** In `lastFlags`: both ends sent a SYN. */
  SIMULTANEOUS_OPEN: 0x80,
} as const

/** What was seen of one end (`struct ip_ct_tcp_state`). Sequence numbers are signed 32-bit integers. */
export class TcpEnd {
  /** The highest sequence number that it sent, and one. */
  end = 0
  /** The highest one that it may send: acknowledged and window of the other end. */
  maxEnd = 0
  /** The largest window that it offered; 0: not seen yet. */
  maxWindow = 0
  /** The highest acknowledgement that it sent. */
  maxAck = 0
  /** Window scale. */
  scale = 0
  /** `TcpEndFlag` bits. */
  flags = 0

  /** Forgets all but that windows are not to be trusted (`nf_ct_tcp_state_reset`). */
  reset(): void {
    this.end = 0
    this.maxEnd = 0
    this.maxWindow = 0
    this.maxAck = 0
    this.scale = 0
    this.flags &= TcpEndFlag.BE_LIBERAL
  }
}

/** What is remembered of a TCP connection (`struct ip_ct_tcp`). */
export class TcpTracking {
  /** `TcpState` */
  state: number = TcpState.NONE
  /** The end that opened the connection. */
  readonly opener = new TcpEnd()
  readonly answerer = new TcpEnd()

  // the last segment that counted
  lastDirection = 0
  /** `TcpSegment` */
  lastSegment: number = TcpSegment.NONE
  lastSeq = 0
  lastAck = 0
  lastEnd = 0
  lastWindow = 0
  lastScale = 0
  /** `TcpEndFlag` bits. */
  lastFlags = 0
  /** How often in a row the same pure acknowledgement was seen. */
  retransmits = 0

  /** The end that sends in this direction. */
  sender(direction: number): TcpEnd {
    return direction === 0 ? this.opener : this.answerer
  }

  /** A copy, for a transaction to put back. */
  clone(): TcpTracking {
    const copy = new TcpTracking()
    Object.assign(copy.opener, this.opener)
    Object.assign(copy.answerer, this.answerer)
    const { opener: _, answerer: __, ...rest } = this
    return Object.assign(copy, rest)
  }
}
