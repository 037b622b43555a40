/** One netlink message of the nfnetlink family, without its headers. */
export interface NfnetlinkMessage {
  /** Subsystem in the high octet, message in the low one (include/uapi/linux/netfilter/nfnetlink.h). */
  readonly type: number
  readonly flags: number
  /** Address family (`nfgenmsg.nfgen_family`). */
  readonly family: number
  readonly attributes: Attributes
}

/** Attribute contents by type. */
export type Attributes = ReadonlyMap<number, Buffer>

const HEADER = 16
const GENERIC_HEADER = 4
/** The flags NLA_F_NESTED and NLA_F_NET_BYTEORDER share the field with the type (include/uapi/linux/netlink.h). */
const ATTRIBUTE_TYPE = 0x3fff

/** The messages in what one `recv` returned. Netlink counts in the order of the machine, which is little-endian here. */
export function* readMessages(octets: Buffer): Generator<NfnetlinkMessage> {
  let at = 0
  while (at + HEADER <= octets.length) {
    const length = octets.readUInt32LE(at)
    if (length < HEADER) return
    const body = octets.subarray(at + HEADER, at + length)
    if (body.length >= GENERIC_HEADER) {
      yield {
        type: octets.readUInt16LE(at + 4),
        flags: octets.readUInt16LE(at + 6),
        family: body[0]!,
        attributes: readAttributes(body.subarray(GENERIC_HEADER)),
      }
    }
    at += aligned(length)
  }
}

export function readAttributes(octets: Buffer): Attributes {
  const attributes = new Map<number, Buffer>()
  let at = 0
  while (at + 4 <= octets.length) {
    const length = octets.readUInt16LE(at)
    if (length < 4) break
    attributes.set(octets.readUInt16LE(at + 2) & ATTRIBUTE_TYPE, octets.subarray(at + 4, at + length))
    at += aligned(length)
  }
  return attributes
}

/** A nested attribute's own attributes; none when it is absent. */
export function nested(attributes: Attributes, type: number): Attributes {
  const octets = attributes.get(type)
  return octets === undefined ? new Map() : readAttributes(octets)
}

/** A 32-bit attribute in network order, or undefined. */
export function number32(attributes: Attributes, type: number): number | undefined {
  return attributes.get(type)?.readUInt32BE(0)
}

/** A text attribute without its closing zero; empty when absent. */
export function text(attributes: Attributes, type: number): string {
  const octets = attributes.get(type)
  return octets === undefined ? '' : octets.toString('utf8').replace(/\0.*$/s, '')
}

function aligned(length: number): number {
  return (length + 3) & ~3
}
