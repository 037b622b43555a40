import { addWords, finishChecksum } from '../checksum.ts'
import type { UdpHeader } from '../headers.ts'
import { get16, put16 } from './bytes.ts'

const CHECKSUM = 6

/**
 * Writes the header before a payload that stands there already. @param pseudo sum of the pseudo header, with
 * `udp.length`
 */
export function writeUdp(bytes: Uint8Array, at: number, end: number, udp: UdpHeader, pseudo: number): void {
  put16(bytes, at, udp.sport)
  put16(bytes, at + 2, udp.dport)
  put16(bytes, at + 4, udp.length)
  const checksum = finishChecksum(addWords(pseudo, bytes, at, Math.min(end, at + udp.length)))
  // 0 means that there is no checksum: where it comes out as 0, its other representation is sent (RFC 768).
  put16(bytes, at + CHECKSUM, checksum === 0 ? 0xffff : checksum)
}

/** @param at eight octets or more are there */
export function readUdp(bytes: Uint8Array, at: number): UdpHeader {
  return { kind: 'udp', sport: get16(bytes, at), dport: get16(bytes, at + 2), length: get16(bytes, at + 4) }
}

export function udpChecksum(bytes: Uint8Array, at: number): number {
  return get16(bytes, at + CHECKSUM)
}
