/**
 * The text's octets in UTF-8; a lone surrogate becomes U+FFFD. Here because `TextEncoder` is not part of the language.
 */
export function utf8Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(utf8Length(text))
  let at = 0
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i)
    if (code < 0x80) {
      bytes[at++] = code
      continue
    }
    if (code < 0x800) {
      bytes[at++] = 0xc0 | (code >>> 6)
      bytes[at++] = 0x80 | (code & 63)
      continue
    }
    code = text.codePointAt(i)!
    if (code > 0xffff) {
      i++
      bytes[at++] = 0xf0 | (code >>> 18)
      bytes[at++] = 0x80 | ((code >>> 12) & 63)
    } else {
      if (isSurrogate(code)) code = 0xfffd
      bytes[at++] = 0xe0 | (code >>> 12)
    }
    bytes[at++] = 0x80 | ((code >>> 6) & 63)
    bytes[at++] = 0x80 | (code & 63)
  }
  return bytes
}

/** How many octets `utf8Bytes` gives. */
export function utf8Length(text: string): number {
  let length = text.length
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x80) continue
    if (code < 0x800) length += 1
    else if (text.codePointAt(i)! > 0xffff) {
      // Two units become four octets.
      length += 2
      i++
    } else length += 2
  }
  return length
}

function isSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdfff
}
