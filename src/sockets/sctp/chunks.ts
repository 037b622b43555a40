import { get32, put16, put32 } from '../../packet/codec/bytes.ts'
import type { SctpChunk } from '../../packet/headers.ts'
import type { Payload } from '../../packet/packet.ts'

/** Chunk types (RFC 9260, 3.2). */
export const Chunk = {
  DATA: 0,
  INIT: 1,
  INIT_ACK: 2,
  SACK: 3,
  ABORT: 6,
  SHUTDOWN: 7,
  SHUTDOWN_ACK: 8,
  COOKIE_ECHO: 10,
  COOKIE_ACK: 11,
  SHUTDOWN_COMPLETE: 14,
} as const

/** The verification tag is the peer's own, because the sender has no association (`SCTP_CHUNK_FLAG_T`). */
export const FLAG_T = 1
/** A whole message in one DATA chunk, in order: beginning and end. */
const FLAGS_WHOLE = 3
const HEADER = 4
const INIT_BODY = 16
const DATA_BODY = 12
const SACK_BODY = 12
const STATE_COOKIE = 7
const COOKIE = 16
const WINDOW = 0x1a000

/** What a server puts into the cookie: it keeps nothing of a peer that has not shown that it is there. */
export interface Cookie {
  readonly localTag: number
  readonly peerTag: number
  readonly localTsn: number
  readonly peerTsn: number
}

/** A chunk that is its header alone. */
export function bareChunk(type: number, flags = 0): SctpChunk {
  return { type, flags, length: HEADER, body: new Uint8Array(0) }
}

export function initChunk(tag: number, tsn: number): SctpChunk {
  return { type: Chunk.INIT, flags: 0, length: HEADER + INIT_BODY, initTag: tag, body: initBody(INIT_BODY, tag, tsn) }
}

export function initAckChunk(cookie: Cookie): SctpChunk {
  const body = initBody(INIT_BODY + HEADER + COOKIE, cookie.localTag, cookie.localTsn)
  put16(body, INIT_BODY, STATE_COOKIE)
  put16(body, INIT_BODY + 2, HEADER + COOKIE)
  const at = INIT_BODY + HEADER
  put32(body, at, cookie.localTag)
  put32(body, at + 4, cookie.peerTag)
  put32(body, at + 8, cookie.localTsn)
  put32(body, at + 12, cookie.peerTsn)
  return { type: Chunk.INIT_ACK, flags: 0, length: HEADER + body.length, initTag: cookie.localTag, body }
}

function initBody(length: number, tag: number, tsn: number): Uint8Array {
  const body = new Uint8Array(length)
  put32(body, 0, tag)
  put32(body, 4, WINDOW)
  // streams that are offered and taken, as the kernel asks for (sctp_init_sock)
  put16(body, 8, 10)
  put16(body, 10, 0xffff)
  put32(body, 12, tsn)
  return body
}

/** First transmission sequence number in an INIT or INIT ACK. */
export function initialTsn(chunk: SctpChunk): number {
  return readAt(chunk, 12)
}

/** The cookie of an INIT ACK goes back as it came. */
export function cookieEchoChunk(initAck: SctpChunk): SctpChunk {
  const body = initAck.body?.slice(INIT_BODY + HEADER, INIT_BODY + HEADER + COOKIE) ?? new Uint8Array(COOKIE)
  return { type: Chunk.COOKIE_ECHO, flags: 0, length: HEADER + body.length, body }
}

/** Null: not a cookie of ours. */
export function readCookie(chunk: SctpChunk): Cookie | null {
  if (chunk.body?.length !== COOKIE) return null
  return {
    localTag: readAt(chunk, 0),
    peerTag: readAt(chunk, 4),
    localTsn: readAt(chunk, 8),
    peerTsn: readAt(chunk, 12),
  }
}

export function dataChunk(tsn: number, payload: Payload): SctpChunk {
  const body = new Uint8Array(DATA_BODY + payload.length)
  put32(body, 0, tsn)
  if (payload.data !== null) body.set(payload.data, DATA_BODY)
  return { type: Chunk.DATA, flags: FLAGS_WHOLE, length: (HEADER + body.length + 3) & ~3, body }
}

export function sackChunk(tsn: number): SctpChunk {
  const body = new Uint8Array(SACK_BODY)
  put32(body, 0, tsn)
  put32(body, 4, WINDOW)
  return { type: Chunk.SACK, flags: 0, length: HEADER + SACK_BODY, body }
}

export function shutdownChunk(tsn: number): SctpChunk {
  const body = new Uint8Array(4)
  put32(body, 0, tsn)
  return { type: Chunk.SHUTDOWN, flags: 0, length: HEADER + body.length, body }
}

/** The transmission sequence number that DATA, SACK and SHUTDOWN begin with. */
export function tsnOf(chunk: SctpChunk): number {
  return readAt(chunk, 0)
}

function readAt(chunk: SctpChunk, at: number): number {
  return chunk.body !== undefined && chunk.body.length >= at + 4 ? get32(chunk.body, at) >>> 0 : 0
}
