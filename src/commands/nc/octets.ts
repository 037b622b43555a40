import type { Payload } from '../../packet/index.ts'

/** The octets of a payload as text in UTF-8; what is none becomes U+FFFD. Octets that nobody gave are zeroes. */
export function textOf(payload: Payload): string {
  const { data } = payload
  return data === null ? '\0'.repeat(payload.length) : utf8Text(data)
}

function utf8Text(octets: Uint8Array): string {
  let text = ''
  for (let at = 0; at < octets.length; ) {
    const first = octets[at]!
    const length = first < 0x80 ? 1 : first >= 0xf0 && first < 0xf8 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 0
    let code = length <= 1 ? first : first & (0x7f >> length)
    let good = length > 0 && first < 0xf8 && at + length <= octets.length
    for (let i = 1; good && i < length; i++) {
      const next = octets[at + i]!
      good = (next & 0xc0) === 0x80
      code = (code << 6) | (next & 0x3f)
    }
    text += good ? String.fromCodePoint(code) : '\ufffd'
    at += good ? length : 1
  }
  return text
}
