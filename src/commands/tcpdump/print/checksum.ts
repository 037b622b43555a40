import type { Octets } from '../octets.ts'

/** What a transport's decoder gets. */
export interface IpPayload {
  /** From the IP header on. */
  readonly octets: Octets
  /** From the transport's header on: what there is of it. */
  readonly body: Octets
  readonly protocol: number
  /** Of the body as the IP header says. */
  readonly length: number
  readonly fragment: boolean
}

/** The sum over what stands before a transport's header as its checksum has it. */
export function pseudoSum({ octets, protocol, length }: IpPayload): number {
  return octets.from(12, 8).sum(protocol + length)
}

/** What a checksum should be, in hexadecimal, when the sum over everything with it is `sum` (`in_cksum_shouldbe`). */
export function corrected(found: number, sum: number, width = 0): string {
  let should = found + (~sum & 0xffff)
  should = (should & 0xffff) + (should >> 16)
  should = (should & 0xffff) + (should >> 16)
  return should.toString(16).padStart(width, '0')
}
