/** The states of an SCTP association as a watcher in the middle sees them (`enum sctp_conntrack`). MAX: the packet is invalid. */
export const SctpState = {
  NONE: 0,
  CLOSED: 1,
  COOKIE_WAIT: 2,
  COOKIE_ECHOED: 3,
  ESTABLISHED: 4,
  SHUTDOWN_SENT: 5,
  SHUTDOWN_RECD: 6,
  SHUTDOWN_ACK_SENT: 7,
  HEARTBEAT_SENT: 8,
  MAX: 10,
} as const

/** By `SctpState`, as conntrack(8) writes them. */
export const SCTP_STATE_NAMES = [
  'NONE',
  'CLOSED',
  'COOKIE_WAIT',
  'COOKIE_ECHOED',
  'ESTABLISHED',
  'SHUTDOWN_SENT',
  'SHUTDOWN_RECD',
  'SHUTDOWN_ACK_SENT',
  'HEARTBEAT_SENT',
] as const

/** Chunk types that the tracker looks at (RFC 9260, section 3.2). */
export const SctpChunkType = {
  DATA: 0,
  INIT: 1,
  INIT_ACK: 2,
  HEARTBEAT: 4,
  HEARTBEAT_ACK: 5,
  ABORT: 6,
  SHUTDOWN: 7,
  SHUTDOWN_ACK: 8,
  ERROR: 9,
  COOKIE_ECHO: 10,
  COOKIE_ACK: 11,
  SHUTDOWN_COMPLETE: 14,
} as const

const { CLOSED: CL, COOKIE_WAIT: CW, COOKIE_ECHOED: CE, ESTABLISHED: ES, MAX: IV } = SctpState
const { SHUTDOWN_SENT: SS, SHUTDOWN_RECD: SR, SHUTDOWN_ACK_SENT: SA, HEARTBEAT_SENT: HS } = SctpState

interface Row {
  /** One column a state, in the order of `SctpState`. */
  readonly original: readonly number[]
  readonly reply: readonly number[]
}

/** `sctp_conntracks`, net/netfilter/nf_conntrack_proto_sctp.c. Chunks that are not listed change nothing. */
const ROWS: ReadonlyMap<number, Row> = new Map([
  [SctpChunkType.INIT, { original: [CL, CL, CW, CE, ES, CL, CL, SA, CW], reply: [IV, CL, CW, CE, ES, SS, SR, SA, IV] }],
  [
    SctpChunkType.INIT_ACK,
    { original: [CL, CL, CW, CE, ES, SS, SR, SA, CL], reply: [IV, CW, CW, CE, ES, SS, SR, SA, IV] },
  ],
  [
    SctpChunkType.ABORT,
    { original: [CL, CL, CL, CL, CL, CL, CL, CL, CL], reply: [IV, CL, CL, CL, CL, CL, CL, CL, IV] },
  ],
  [
    SctpChunkType.SHUTDOWN,
    { original: [CL, CL, CW, CE, SS, SS, SR, SA, CL], reply: [IV, CL, CW, CE, SR, SS, SR, SA, IV] },
  ],
  [
    SctpChunkType.SHUTDOWN_ACK,
    { original: [SA, CL, CW, CE, ES, SA, SA, SA, SA], reply: [IV, CL, CW, CE, ES, SA, SA, SA, IV] },
  ],
  [
    SctpChunkType.ERROR,
    { original: [CL, CL, CW, CE, ES, SS, SR, SA, CL], reply: [IV, CL, CW, CL, ES, SS, SR, SA, IV] },
  ],
  [
    SctpChunkType.COOKIE_ECHO,
    { original: [CL, CL, CE, CE, ES, SS, SR, SA, CL], reply: [IV, CL, CE, CE, ES, SS, SR, SA, IV] },
  ],
  [
    SctpChunkType.COOKIE_ACK,
    { original: [CL, CL, CW, ES, ES, SS, SR, SA, CL], reply: [IV, CL, CW, ES, ES, SS, SR, SA, IV] },
  ],
  [
    SctpChunkType.SHUTDOWN_COMPLETE,
    { original: [CL, CL, CW, CE, ES, SS, SR, CL, CL], reply: [IV, CL, CW, CE, ES, SS, SR, CL, IV] },
  ],
  [
    SctpChunkType.HEARTBEAT,
    { original: [HS, CL, CW, CE, ES, SS, SR, SA, HS], reply: [IV, CL, CW, CE, ES, SS, SR, SA, HS] },
  ],
  [
    SctpChunkType.HEARTBEAT_ACK,
    { original: [CL, CL, CW, CE, ES, SS, SR, SA, HS], reply: [IV, CL, CW, CE, ES, SS, SR, SA, ES] },
  ],
])

/** The state that a chunk leads to. */
export function nextSctpState(direction: number, chunk: number, state: number): number {
  const row = ROWS.get(chunk)
  if (row === undefined) return state
  return (direction === 0 ? row.original : row.reply)[state]!
}
