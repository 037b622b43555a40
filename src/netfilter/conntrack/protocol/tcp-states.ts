import { TcpFlag } from '../../../packet/protocol.ts'

/**
 * The states of a TCP connection as a watcher in the middle sees them (`enum tcp_conntrack`). IGNORE and MAX stand in the table
 * only: a packet that may be valid or not, let through without a change; and one that is invalid.
 */
export const TcpState = {
  NONE: 0,
  SYN_SENT: 1,
  SYN_RECV: 2,
  ESTABLISHED: 3,
  FIN_WAIT: 4,
  CLOSE_WAIT: 5,
  LAST_ACK: 6,
  TIME_WAIT: 7,
  CLOSE: 8,
  SYN_SENT2: 9,
  MAX: 10,
  IGNORE: 11,
} as const

/** By `TcpState`, as conntrack(8) writes them. */
export const TCP_STATE_NAMES = [
  'NONE',
  'SYN_SENT',
  'SYN_RECV',
  'ESTABLISHED',
  'FIN_WAIT',
  'CLOSE_WAIT',
  'LAST_ACK',
  'TIME_WAIT',
  'CLOSE',
  'SYN_SENT2',
] as const

/** What a segment is to the table: the first of RST, SYN, FIN, ACK that it has (`enum tcp_bit_set`). */
export const TcpSegment = { SYN: 0, SYNACK: 1, FIN: 2, ACK: 3, RST: 4, NONE: 5 } as const

/** `get_conntrack_index` */
export function segmentKind(flags: number): number {
  if ((flags & TcpFlag.RST) !== 0) return TcpSegment.RST
  if ((flags & TcpFlag.SYN) !== 0) return (flags & TcpFlag.ACK) !== 0 ? TcpSegment.SYNACK : TcpSegment.SYN
  if ((flags & TcpFlag.FIN) !== 0) return TcpSegment.FIN
  return (flags & TcpFlag.ACK) !== 0 ? TcpSegment.ACK : TcpSegment.NONE
}

const { SYN_SENT: SS, SYN_RECV: SR, ESTABLISHED: ES, FIN_WAIT: FW, CLOSE_WAIT: CW } = TcpState
const { LAST_ACK: LA, TIME_WAIT: TW, CLOSE: CL, SYN_SENT2: S2, MAX: IV, IGNORE: IG } = TcpState

/** One row a kind of segment, one column a state, in the order of `TcpState`. */
const ORIGINAL = [
  //NONE SS  SR  ES  FW  CW  LA  TW  CL  S2
  [SS, SS, IG, IG, IG, IG, IG, SS, SS, S2], // SYN: from TIME_WAIT and CLOSE it opens the connection anew
  [IV, IV, SR, IV, IV, IV, IV, IV, IV, SR], // SYN-ACK: the opener sends one in a simultaneous open alone
  [IV, IV, FW, FW, LA, LA, LA, TW, CL, IV], // FIN
  [ES, IV, ES, ES, CW, CW, TW, TW, CL, IV], // ACK: in NONE, picked up in the middle
  [IV, CL, CL, CL, CL, CL, CL, CL, CL, CL], // RST
  [IV, IV, IV, IV, IV, IV, IV, IV, IV, IV], // none of them
]
const REPLY = [
  [IV, S2, IV, IV, IV, IV, IV, SS, IV, S2], // SYN: simultaneous open; in TIME_WAIT the ends have changed roles
  [IV, SR, IG, IG, IG, IG, IG, IG, IG, SR], // SYN-ACK: may answer a SYN that was ignored
  [IV, IV, FW, FW, LA, LA, LA, TW, CL, IV], // FIN
  [IV, IG, SR, ES, CW, CW, TW, TW, CL, IG], // ACK: in SYN_SENT, perhaps a half-open connection
  [IV, CL, CL, CL, CL, CL, CL, CL, CL, CL], // RST
  [IV, IV, IV, IV, IV, IV, IV, IV, IV, IV], // none of them
]

const STATES = 10
const SEGMENTS = 6
const TABLE = Uint8Array.from([...ORIGINAL.flat(), ...REPLY.flat()])

/** The state that a segment leads to (`tcp_conntracks`, net/netfilter/nf_conntrack_proto_tcp.c). */
export function nextTcpState(direction: number, segment: number, state: number): number {
  return TABLE[(direction * SEGMENTS + segment) * STATES + state]!
}

/**
 * Combinations of FIN, SYN, RST, ACK and URG that make sense (`tcp_valid_flags`); PSH, ECE and CWR never matter. Everything
 * else is invalid.
 */
const VALID_FLAGS = new Set<number>([
  TcpFlag.SYN,
  TcpFlag.SYN | TcpFlag.URG,
  TcpFlag.SYN | TcpFlag.ACK,
  TcpFlag.RST,
  TcpFlag.RST | TcpFlag.ACK,
  TcpFlag.FIN | TcpFlag.ACK,
  TcpFlag.FIN | TcpFlag.ACK | TcpFlag.URG,
  TcpFlag.ACK,
  TcpFlag.ACK | TcpFlag.URG,
])
const VALID = Uint8Array.from({ length: 64 }, (_, flags) => (VALID_FLAGS.has(flags & ~TcpFlag.PSH) ? 1 : 0))

/** Do the flags of a segment make sense together? */
export function validTcpFlags(flags: number): boolean {
  return VALID[flags & 63] === 1
}
