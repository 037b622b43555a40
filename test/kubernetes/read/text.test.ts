import { describe, expect, it } from 'vitest'
import { Problems } from '../../../src/kubernetes/problems.ts'
import { Lines, textOf } from '../../../src/kubernetes/read/text.ts'

function decode(content: string | Uint8Array, maxInput = 1000) {
  const problems = new Problems()
  const text = textOf({ name: 'a.yaml', content }, maxInput, problems)
  return { text, problems: problems.problems.map(({ code, message }) => `${code} ${message}`) }
}

const utf16 = (text: string, big: boolean) =>
  new Uint8Array(
    [...`\ufeff${text}`].flatMap((character) => {
      const code = character.charCodeAt(0)
      return big ? [code >> 8, code & 255] : [code & 255, code >> 8]
    }),
  )

describe('textOf', () => {
  it('reads UTF-8, and leaves the byte order mark out', () => {
    expect(decode(new TextEncoder().encode('a: ü')).text).toBe('a: ü')
    expect(decode(new Uint8Array([0xef, 0xbb, 0xbf, 0x61])).text).toBe('a')
    expect(decode('\ufeffa').text).toBe('a')
  })

  it('reads UTF-16 with a byte order mark, as PowerShell writes it', () => {
    expect(decode(utf16('a: 1', false)).text).toBe('a: 1')
    expect(decode(utf16('a: 1', true)).text).toBe('a: 1')
  })

  it('refuses binary input', () => {
    expect(decode(new Uint8Array([0x61, 0xff, 0x62])).problems).toEqual([
      'BINARY_INPUT the input is not text (not valid UTF-8)',
    ])
    expect(decode('a\0b').problems).toEqual([
      'BINARY_INPUT the input is not text (it holds a NUL character at offset 1)',
    ])
    expect(decode(new Uint8Array([0x1f, 0x8b, 8, 0])).problems).toEqual(['BINARY_INPUT the input is compressed'])
  })

  it('refuses what is over the limit', () => {
    expect(decode('x'.repeat(11), 10).problems).toEqual([
      'INPUT_TOO_LARGE the input is 11 bytes, more than the limit of 10 bytes',
    ])
    expect(decode('x'.repeat(10), 10).problems).toEqual([])
    expect(decode(new Uint8Array(3 * 1024 * 1024), 2 * 1024 * 1024).problems).toEqual([
      'INPUT_TOO_LARGE the input is 3 MB, more than the limit of 2 MB',
    ])
  })
})

describe('Lines', () => {
  it('counts from 1', () => {
    const lines = new Lines('ab\n\nc')
    expect([0, 1, 2, 3, 4, 5, 99].map((offset) => lines.at(offset))).toEqual([1, 1, 1, 2, 3, 3, 3])
  })
})
