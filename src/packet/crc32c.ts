/** The Castagnoli polynomial, bits reversed (RFC 9260, appendix A). */
const POLYNOMIAL = 0x82f63b78

const TABLE = new Int32Array(256).map((_, octet) => {
  let crc = octet
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? POLYNOMIAL : 0)
  return crc
})

/** CRC32c of the octets from `start` to `end`, unsigned, as SCTP uses it. */
export function crc32c(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let crc = -1
  for (let i = start; i < end; i++) crc = TABLE[(crc ^ bytes[i]!) & 255]! ^ (crc >>> 8)
  return ~crc >>> 0
}
