const MS = 1_000_000
const S = 1_000_000_000

// All in nanoseconds. Names and values are those of include/net/tcp.h.

/** First retransmission time-out, before a round trip was measured (TCP_TIMEOUT_INIT). */
export const TIMEOUT_INIT = 1 * S
export const RTO_MIN = 200 * MS
export const RTO_MAX = 120 * S
/** What a loss probe waits for at least (TCP_TIMEOUT_MIN_US). */
export const TIMEOUT_MIN = 2 * MS
/** TIME_WAIT lasts so long (TCP_TIMEWAIT_LEN). */
export const TIMEWAIT_LENGTH = 60 * S
/** Least delay of a delayed acknowledgement (TCP_DELACK_MIN, TCP_ATO_MIN). */
export const DELACK_MIN = 40 * MS
/** Most delay of a delayed acknowledgement (TCP_DELACK_MAX). */
export const DELACK_MAX = 200 * MS
/** The kernel's timers go by ticks (jiffies); a delay of nothing lasts till the next one. */
export const TICK = 1 * MS
/** Not more than one answer to senseless segments in this time (net.ipv4.tcp_invalid_ratelimit). */
export const INVALID_RATELIMIT = 500 * MS
/** Time stamps count milliseconds. */
export const TIMESTAMP_UNIT = MS
export const SECOND = S

/** How many segments are acknowledged at once when a connection begins (TCP_MAX_QUICKACKS). */
export const MAX_QUICKACKS = 16
/** Segments in flight at first (TCP_INIT_CWND). */
export const INIT_CWND = 10
/** FIN or data of a closed socket is sent again so often (`tcp_orphan_retries`). */
export const ORPHAN_RETRIES = 8
/** net.ipv4.tcp_syn_linear_timeouts: so many SYNs are sent again before the time-out begins to double. */
export const SYN_LINEAR_TIMEOUTS = 4

/** When `boundary` retransmissions have had their time with a doubling time-out from `RTO_MIN` on (`tcp_model_timeout`). */
export function modelTimeout(boundary: number): number {
  const doublings = Math.floor(Math.log2(RTO_MAX / RTO_MIN))
  if (boundary <= doublings) return (2 ** (boundary + 1) - 1) * RTO_MIN
  return (2 ** (doublings + 1) - 1) * RTO_MIN + (boundary - doublings) * RTO_MAX
}
