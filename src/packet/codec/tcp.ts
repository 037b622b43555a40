import { addWords, finishChecksum } from '../checksum.ts'
import type { TcpHeader } from '../headers.ts'
import { HeaderLength } from '../protocol.ts'
import { get16, get32, put16, put32 } from './bytes.ts'
import { inconsistent } from './malformed.ts'

/** Option kinds (include/net/tcp.h). */
const Option = { END: 0, NOP: 1, MSS: 2, WINDOW_SCALE: 3, SACK_PERMITTED: 4, TIMESTAMP: 8 } as const
const CHECKSUM = 16

/** Writes the header before a payload that stands there already. @param pseudo sum of the pseudo header */
export function writeTcp(bytes: Uint8Array, at: number, end: number, tcp: TcpHeader, pseudo: number): void {
  put16(bytes, at, tcp.sport)
  put16(bytes, at + 2, tcp.dport)
  put32(bytes, at + 4, tcp.seq)
  put32(bytes, at + 8, tcp.ack)
  bytes[at + 12] = (tcp.headerLength >>> 2) << 4
  bytes[at + 13] = tcp.flags
  put16(bytes, at + 14, tcp.window)
  if (writeOptions(bytes, at + HeaderLength.TCP, tcp) > at + tcp.headerLength) {
    throw inconsistent(`a TCP header of ${tcp.headerLength} octets has no room for its options`)
  }
  put16(bytes, at + CHECKSUM, finishChecksum(addWords(pseudo, bytes, at, end)))
}

/**
 * In the order and with the padding of `tcp_options_write` (net/ipv4/tcp_output.c), which never takes more room than
 * the options packed tightly and rounded up. Returns the offset behind the last one.
 */
function writeOptions(bytes: Uint8Array, start: number, tcp: TcpHeader): number {
  let at = start
  if (tcp.mss > 0) {
    bytes[at] = Option.MSS
    bytes[at + 1] = 4
    put16(bytes, at + 2, tcp.mss)
    at += 4
  }
  if (tcp.timestamp !== null || tcp.sackPermitted) {
    bytes[at] = tcp.sackPermitted ? Option.SACK_PERMITTED : Option.NOP
    bytes[at + 1] = tcp.sackPermitted ? 2 : Option.NOP
    if (tcp.timestamp !== null) {
      bytes[at + 2] = Option.TIMESTAMP
      bytes[at + 3] = 10
      put32(bytes, at + 4, tcp.timestamp.value)
      put32(bytes, at + 8, tcp.timestamp.echo)
      at += 12
    } else {
      // Alone, it stands behind two fillers.
      bytes.copyWithin(at + 2, at, at + 2)
      bytes[at] = Option.NOP
      bytes[at + 1] = Option.NOP
      at += 4
    }
  }
  if (tcp.windowScale >= 0) {
    bytes[at] = Option.NOP
    bytes[at + 1] = Option.WINDOW_SCALE
    bytes[at + 2] = 3
    bytes[at + 3] = tcp.windowScale
    at += 4
  }
  // What room is left: options that have no model (SACK blocks) were there. Zeroes would end the list just as well.
  for (const last = start - HeaderLength.TCP + tcp.headerLength; at < last; at++) bytes[at] = Option.NOP
  return at
}

/** The header's length to its own word, at least 20. @param at thirteen octets or more are there */
export function tcpHeaderLengthAt(bytes: Uint8Array, at: number): number {
  return (bytes[at + 12]! >>> 4) * 4
}

/** @param end of what is there of the header: options that are not all there are left out */
export function readTcp(bytes: Uint8Array, at: number, end: number): TcpHeader {
  const headerLength = tcpHeaderLengthAt(bytes, at)
  const tcp: TcpHeader = {
    kind: 'tcp',
    sport: get16(bytes, at),
    dport: get16(bytes, at + 2),
    seq: get32(bytes, at + 4) >>> 0,
    ack: get32(bytes, at + 8) >>> 0,
    flags: bytes[at + 13]!,
    window: get16(bytes, at + 14),
    mss: 0,
    windowScale: -1,
    sackPermitted: false,
    timestamp: null,
    headerLength,
  }
  if (at + headerLength <= end) readOptions(bytes, at + HeaderLength.TCP, at + headerLength, tcp)
  return tcp
}

/** A malformed option ends the list and no more, as in `tcp_parse_options` (net/ipv4/tcp_input.c). */
function readOptions(bytes: Uint8Array, start: number, end: number, tcp: TcpHeader): void {
  let at = start
  while (at < end) {
    const kind = bytes[at]!
    if (kind === Option.END) return
    if (kind === Option.NOP) {
      at++
      continue
    }
    const length = at + 1 < end ? bytes[at + 1]! : 0
    if (length < 2 || at + length > end) return
    if (kind === Option.MSS && length === 4) tcp.mss = get16(bytes, at + 2)
    else if (kind === Option.WINDOW_SCALE && length === 3) tcp.windowScale = bytes[at + 2]!
    else if (kind === Option.SACK_PERMITTED && length === 2) tcp.sackPermitted = true
    else if (kind === Option.TIMESTAMP && length === 10) {
      tcp.timestamp = { value: get32(bytes, at + 2) >>> 0, echo: get32(bytes, at + 6) >>> 0 }
    }
    at += length
  }
}

export function tcpChecksum(bytes: Uint8Array, at: number): number {
  return get16(bytes, at + CHECKSUM)
}
