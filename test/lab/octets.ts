/** Octets written as hexadecimal with any blanks. */
export function hex(text: string): Buffer {
  return Buffer.from(text.replace(/\s/g, ''), 'hex')
}

/** A netlink attribute: type and content; a list of attributes nests. */
export type Attribute = readonly [type: number, content: Buffer | readonly Attribute[]]

const NLA_F_NESTED = 0x8000

/** Netlink attributes as the kernel writes them, padded to four octets. */
export function attributes(list: readonly Attribute[]): Buffer {
  return Buffer.concat(
    list.map(([type, content]) => {
      const nests = !Buffer.isBuffer(content)
      const octets = nests ? attributes(content) : content
      const header = Buffer.alloc(4)
      header.writeUInt16LE(octets.length + 4, 0)
      header.writeUInt16LE(nests ? type | NLA_F_NESTED : type, 2)
      return Buffer.concat([header, octets, Buffer.alloc(-octets.length & 3)])
    }),
  )
}

/** A netfilter message: netlink header, generic header, attributes. */
export function message(type: number, list: readonly Attribute[], { flags = 0, family = 2 } = {}): Buffer {
  const body = attributes(list)
  const header = Buffer.alloc(20)
  header.writeUInt32LE(20 + body.length, 0)
  header.writeUInt16LE(type, 4)
  header.writeUInt16LE(flags, 6)
  header.writeUInt8(family, 16)
  return Buffer.concat([header, body])
}

export function u8(value: number): Buffer {
  return Buffer.from([value])
}

export function u16(value: number): Buffer {
  const octets = Buffer.alloc(2)
  octets.writeUInt16BE(value)
  return octets
}

export function u32(value: number): Buffer {
  const octets = Buffer.alloc(4)
  octets.writeInt32BE(value | 0)
  return octets
}

export function u64(value: number): Buffer {
  const octets = Buffer.alloc(8)
  octets.writeBigUInt64BE(BigInt(value))
  return octets
}

export function text(value: string): Buffer {
  return Buffer.from(`${value}\0`)
}

/** 10.0.0.1 → 10.0.0.2 */
const ADDRESSES = '0a000001 0a000002'

/** An IPv4 header: total length, flags and offset, TTL, protocol. */
export function ipHeader(length: number, protocol: number, { fragment = 0x4000, ttl = 64, tos = 0 } = {}): string {
  const numbers = [u8(0x45), u8(tos), u16(length), u16(1), u16(fragment), u8(ttl), u8(protocol), u16(0)]
  return `${Buffer.concat(numbers).toString('hex')} ${ADDRESSES}`
}

/** An Ethernet header to 02:…:0b from 02:…:0a. */
export function ethernet(etherType: string): string {
  return `02000000000b 02000000000a ${etherType}`
}
