import { expect, it } from 'vitest'
import { Octets } from '../../src/commands/tcpdump/octets.ts'
import { dumpText } from '../../src/commands/tcpdump/print/hex.ts'

const octets = new Octets(new TextEncoder().encode('GET /\r\n\tA\x01\r12345678\r'))

it.each([
  ['hex', '\n\t0x0000:  4745 5420 2f0d 0a09 4101 0d31 3233 3435\n\t0x0010:  3637 380d'],
  [
    'hex and ascii',
    '\n\t0x0000:  4745 5420 2f0d 0a09 4101 0d31 3233 3435  GET./...A..12345\n\t0x0010:  3637 380d                                678.',
  ],
  ['ascii', '\nGET /\n\tA..12345678'],
  [null, ''],
] as const)('a dump as %s', (dump, expected) => {
  expect(dumpText(octets, dump)).toBe(expected)
})

it('nothing behind the link header is no dump', () => {
  expect(dumpText(new Octets(new Uint8Array()), 'ascii')).toBe('')
})
