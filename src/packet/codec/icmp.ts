import { IPV4_ANY, ipv4 } from '../address.ts'
import { internetChecksum } from '../checksum.ts'
import type { IcmpHeader } from '../packet.ts'
import { IcmpType, isIcmpError, UnreachCode } from '../protocol.ts'
import { get16, get32, put16, put32 } from './bytes.ts'

const CHECKSUM = 2

/** Writes the header before a payload that stands there already. */
export function writeIcmp(bytes: Uint8Array, at: number, end: number, icmp: IcmpHeader): void {
  bytes[at] = icmp.type
  bytes[at + 1] = icmp.code
  if (!isIcmpError(icmp.type)) {
    put16(bytes, at + 4, icmp.id)
    put16(bytes, at + 6, icmp.sequence)
  } else if (icmp.type === IcmpType.REDIRECT) put32(bytes, at + 4, icmp.gateway)
  else put16(bytes, at + 6, icmp.mtu)
  put16(bytes, at + CHECKSUM, internetChecksum(bytes, at, end))
}

/** Reads the header alone; `quoted` is the caller's. @param at eight octets or more are there */
export function readIcmp(bytes: Uint8Array, at: number): IcmpHeader {
  const type = bytes[at]!
  const code = bytes[at + 1]!
  const error = isIcmpError(type)
  const needsMtu = type === IcmpType.DEST_UNREACH && code === UnreachCode.FRAG_NEEDED
  return {
    kind: 'icmp',
    type,
    code,
    id: error ? 0 : get16(bytes, at + 4),
    sequence: error ? 0 : get16(bytes, at + 6),
    mtu: needsMtu ? get16(bytes, at + 6) : 0,
    gateway: type === IcmpType.REDIRECT ? ipv4(get32(bytes, at + 4)) : IPV4_ANY,
    quoted: null,
  }
}

export function icmpChecksum(bytes: Uint8Array, at: number): number {
  return get16(bytes, at + CHECKSUM)
}
