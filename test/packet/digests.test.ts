import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addWords, finishChecksum, internetChecksum, pseudoHeaderSum } from '../../src/packet/checksum.ts'
import { crc32c } from '../../src/packet/crc32c.ts'
import { sha256, sha256Hex } from '../../src/packet/sha256.ts'
import { utf8Bytes, utf8Length } from '../../src/packet/utf8.ts'

const ascii = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0))

describe('the Internet checksum', () => {
  it('is that of RFC 1071, section 3', () => {
    expect(internetChecksum(Uint8Array.of(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7))).toBe(~0xddf2 & 0xffff)
  })

  it('counts an odd octet as the high half of a word', () => {
    expect(internetChecksum(Uint8Array.of(0x12))).toBe(~0x1200 & 0xffff)
    expect(internetChecksum(new Uint8Array())).toBe(0xffff)
  })

  it('makes the sum zero', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.integer(), fc.integer(), (bytes, src, dst) => {
        const even = bytes.subarray(0, bytes.length & ~1)
        const pseudo = pseudoHeaderSum(src, dst, 17, even.length)
        const checksum = finishChecksum(addWords(pseudo, even, 0, even.length))
        const sum = addWords(pseudo + checksum, even, 0, even.length)
        expect(finishChecksum(sum)).toBe(0)
      }),
    )
  })
})

describe('CRC32c', () => {
  it.each([
    ['', 0],
    ['a', 0xc1d04330],
    ['123456789', 0xe3069283],
  ])('%j', (text, expected) => {
    expect(crc32c(ascii(text))).toBe(expected)
  })

  it('is that of RFC 3720, appendix B.4', () => {
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa)
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43)
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e)
  })
})

describe('SHA-256', () => {
  it.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
  ])('%j', (text, expected) => {
    expect(sha256Hex(text)).toBe(expected)
  })

  it('is what node has, at every length around the block boundaries', () => {
    for (let length = 0; length < 200; length++) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 31 + length) & 255)
      expect(sha256Hex(bytes)).toBe(createHash('sha256').update(bytes).digest('hex'))
    }
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect([...sha256(text)]).toEqual([...createHash('sha256').update(text).digest()])
      }),
    )
  })
})

describe('UTF-8', () => {
  it('is what TextEncoder gives, lone surrogates included', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.nat(0xffff).map((n) => String.fromCharCode(n)) }),
    )
    fc.assert(
      fc.property(text, (t) => {
        expect([...utf8Bytes(t)]).toEqual([...new TextEncoder().encode(t)])
        expect(utf8Length(t)).toBe(new TextEncoder().encode(t).length)
      }),
    )
    expect([...utf8Bytes('ü€😀\ud800')]).toEqual([...new TextEncoder().encode('ü€😀\ud800')])
  })
})
