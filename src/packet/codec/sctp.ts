import { crc32c } from '../crc32c.ts'
import type { SctpChunk, SctpHeader } from '../headers.ts'
import type { Payload } from '../packet.ts'
import { HeaderLength } from '../protocol.ts'
import { get16, get32, put16, put32 } from './bytes.ts'
import { inconsistent, malformed } from './malformed.ts'

/** Chunk types that are looked into (RFC 9260, section 3.2). */
export const SctpChunkType = { DATA: 0, INIT: 1, INIT_ACK: 2 } as const
/** Type, flags and length. */
const CHUNK_HEADER = 4
/** DATA: chunk header, TSN, stream, sequence, payload protocol. */
export const SCTP_DATA_HEADER = 16
const CHECKSUM = 8

/** Writes the common header and the chunks. Without chunks the payload stands there already. */
export function writeSctp(bytes: Uint8Array, at: number, end: number, sctp: SctpHeader, payload: Payload): void {
  put16(bytes, at, sctp.sport)
  put16(bytes, at + 2, sctp.dport)
  put32(bytes, at + 4, sctp.vtag)
  let next = at + HeaderLength.SCTP
  for (const chunk of sctp.chunks) {
    if (chunk.length < CHUNK_HEADER || next + chunk.length > end) {
      throw inconsistent(`an SCTP chunk of ${chunk.length} octets does not fit its packet`)
    }
    writeChunk(bytes, next, chunk, payload)
    next += chunk.length
  }
  // The checksum is the one field of the protocols here that is little endian.
  const checksum = crc32c(bytes, at, end)
  for (let i = 0; i < 4; i++) bytes[at + CHECKSUM + i] = checksum >>> (8 * i)
}

function writeChunk(bytes: Uint8Array, at: number, chunk: SctpChunk, payload: Payload): void {
  const body = bodyOf(chunk, payload)
  if (paddedTo4(CHUNK_HEADER + body.length) > chunk.length) {
    throw inconsistent(`an SCTP chunk of ${chunk.length} octets has no room for its content`)
  }
  bytes[at] = chunk.type
  bytes[at + 1] = chunk.flags
  put16(bytes, at + 2, CHUNK_HEADER + body.length)
  bytes.set(body, at + CHUNK_HEADER)
  if (chunk.initTag !== undefined) put32(bytes, at + CHUNK_HEADER, chunk.initTag)
}

function bodyOf(chunk: SctpChunk, payload: Payload): Uint8Array {
  if (chunk.body !== undefined) return chunk.body
  if (chunk.type === SctpChunkType.DATA) {
    const body = new Uint8Array(SCTP_DATA_HEADER - CHUNK_HEADER + payload.length)
    if (payload.data !== null) body.set(payload.data, SCTP_DATA_HEADER - CHUNK_HEADER)
    return body
  }
  const body = new Uint8Array(chunk.length - CHUNK_HEADER)
  // INIT: a receiver window and one stream each way, for a reader that wonders about zeroes.
  if (chunk.initTag !== undefined && body.length >= 16) {
    put32(body, 4, 0x10000)
    put16(body, 8, 1)
    put16(body, 10, 1)
  }
  return body
}

/** Reads the common header alone. @param at twelve octets or more are there, or eight and zeroes */
export function readSctpHeader(bytes: Uint8Array, at: number, chunks: readonly SctpChunk[]): SctpHeader {
  return {
    kind: 'sctp',
    sport: get16(bytes, at),
    dport: get16(bytes, at + 2),
    vtag: get32(bytes, at + 4) >>> 0,
    chunks,
  }
}

export function readSctpChunks(bytes: Uint8Array, start: number, end: number): SctpChunk[] {
  const chunks: SctpChunk[] = []
  let at = start
  while (at < end) {
    const said = end - at >= CHUNK_HEADER ? get16(bytes, at + 2) : 0
    // The last chunk's padding may be missing in what others send; here it must be there, so that the lengths add up.
    if (said < CHUNK_HEADER || at + paddedTo4(said) > end) throw malformed('SCTP chunk of impossible length', at)
    const type = bytes[at]!
    const flags = bytes[at + 1]!
    const length = paddedTo4(said)
    const body = bytes.slice(at + CHUNK_HEADER, at + said)
    if ((type === SctpChunkType.INIT || type === SctpChunkType.INIT_ACK) && body.length >= 4) {
      chunks.push({ type, flags, length, initTag: get32(body, 0) >>> 0, body })
    } else chunks.push({ type, flags, length, body })
    at += length
  }
  return chunks
}

export function sctpChecksum(bytes: Uint8Array, at: number): number {
  return get32(bytes, at + CHECKSUM) >>> 0
}

/** Is the checksum right? The octets are left as they were. */
export function sctpChecksumHolds(bytes: Uint8Array, at: number, end: number): boolean {
  const copy = bytes.slice(at, end)
  copy.fill(0, CHECKSUM, CHECKSUM + 4)
  return littleEndian(bytes, at + CHECKSUM) === crc32c(copy)
}

function littleEndian(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
}

export function paddedTo4(length: number): number {
  return (length + 3) & ~3
}
