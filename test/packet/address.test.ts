import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addressAt,
  broadcastOf,
  compareIpv4,
  formatIpv4,
  formatPrefix,
  IPV4_ANY,
  IPV4_BROADCAST,
  IPV4_LOOPBACK,
  ipv4,
  isLimitedBroadcast,
  isLinkLocal,
  isLoopback,
  isMulticast,
  isZeronet,
  KubehopError,
  lengthOfMask,
  maskOf,
  networkOf,
  parseIpv4,
  parsePrefix,
  prefixContains,
  prefixesOverlap,
  tryParseIpv4,
} from '../../src/packet/index.ts'

const address = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map(ipv4)
const length = fc.integer({ min: 0, max: 32 })
const prefix = fc.record({ address, length })

describe('addresses as text', () => {
  it.each([
    ['0.0.0.0', 0],
    ['10.0.0.1', 0x0a000001],
    ['127.0.0.1', IPV4_LOOPBACK],
    ['192.168.0.1', 0xc0a80001 | 0],
    ['255.255.255.255', -1],
  ])('%s', (text, value) => {
    expect(parseIpv4(text)).toBe(value)
    expect(formatIpv4(ipv4(value))).toBe(text)
  })

  it.each([
    '',
    '.',
    '10',
    '10.0.0',
    '10.0.0.',
    '.10.0.0.1',
    '10..0.1',
    '10.0.0.1.2',
    '10.0.0.256',
    '10.0.0.1000',
    '010.0.0.1',
    '10.0.0.00',
    '10.0.0.0x1',
    '10.0.0.-1',
    ' 10.0.0.1',
    '10.0.0.1\n',
    '１０.0.0.1',
    '::1',
  ])('refuses %j', (text) => {
    expect(tryParseIpv4(text)).toBeUndefined()
    expect(() => parseIpv4(text)).toThrow(KubehopError)
  })

  it('reads what it writes, and nothing that it does not write', () => {
    fc.assert(
      fc.property(address, (a) => {
        expect(parseIpv4(formatIpv4(a))).toBe(a)
      }),
    )
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9.]{0,16}$/), (text) => {
        const read = tryParseIpv4(text)
        if (read !== undefined) expect(formatIpv4(read)).toBe(text)
      }),
    )
  })
})

describe('order and arithmetic', () => {
  it('is that of unsigned numbers', () => {
    const texts = ['0.0.0.0', '10.0.0.1', '127.255.255.255', '128.0.0.0', '192.168.0.1', '255.255.255.255']
    const sorted = texts.toReversed().map(parseIpv4).sort(compareIpv4).map(formatIpv4)
    expect(sorted).toEqual(texts)
  })

  it('wraps at the end of the space', () => {
    expect(addressAt(IPV4_BROADCAST, 1)).toBe(IPV4_ANY)
    expect(formatIpv4(addressAt(parseIpv4('127.255.255.255'), 1))).toBe('128.0.0.0')
    expect(ipv4(2 ** 32 + 5)).toBe(5)
  })
})

describe('prefixes', () => {
  it.each([
    [0, '0.0.0.0'],
    [1, '128.0.0.0'],
    [8, '255.0.0.0'],
    [24, '255.255.255.0'],
    [31, '255.255.255.254'],
    [32, '255.255.255.255'],
  ])('/%i is %s', (bits, mask) => {
    expect(formatIpv4(maskOf(bits))).toBe(mask)
    expect(lengthOfMask(parseIpv4(mask))).toBe(bits)
  })

  it('a mask with holes has no length', () => {
    expect(lengthOfMask(parseIpv4('255.0.255.0'))).toBe(-1)
    expect(lengthOfMask(parseIpv4('0.0.0.1'))).toBe(-1)
    fc.assert(
      fc.property(address, (mask) => {
        const bits = lengthOfMask(mask)
        expect(bits === -1 || maskOf(bits) === mask).toBe(true)
      }),
    )
  })

  it.each([
    ['10.0.0.0/8', '10.0.0.0', 8],
    ['10.1.2.3/8', '10.1.2.3', 8],
    ['10.1.2.3', '10.1.2.3', 32],
    ['0.0.0.0/0', '0.0.0.0', 0],
  ])('%s', (text, expected, bits) => {
    expect(parsePrefix(text)).toEqual({ address: parseIpv4(expected), length: bits })
    expect(formatPrefix(parsePrefix(text))).toBe(`${expected}/${bits}`)
  })

  it.each([
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/08',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '10.0.0/8',
    '/8',
    '10.0.0.0/255.0.0.0',
    '',
  ])('refuses %j', (text) => {
    expect(() => parsePrefix(text)).toThrow(KubehopError)
  })

  it('contain exactly what lies between network and broadcast address', () => {
    fc.assert(
      fc.property(prefix, address, (p, a) => {
        const first = networkOf(p.address, p.length)
        const last = broadcastOf(p.address, p.length)
        expect(prefixContains(p, a)).toBe(compareIpv4(first, a) <= 0 && compareIpv4(a, last) <= 0)
        expect(prefixContains(p, first) && prefixContains(p, last)).toBe(true)
      }),
    )
  })

  it('overlap when one contains the other', () => {
    fc.assert(
      fc.property(prefix, prefix, (a, b) => {
        const contains =
          prefixContains(a, networkOf(b.address, b.length)) || prefixContains(b, networkOf(a.address, a.length))
        expect(prefixesOverlap(a, b)).toBe(contains)
        expect(prefixesOverlap(b, a)).toBe(contains)
      }),
    )
  })
})

describe('kinds of addresses', () => {
  it.each([
    ['127.0.0.1', [isLoopback]],
    ['127.255.255.255', [isLoopback]],
    ['128.0.0.0', []],
    ['126.255.255.255', []],
    ['224.0.0.1', [isMulticast]],
    ['239.255.255.255', [isMulticast]],
    ['240.0.0.0', []],
    ['223.255.255.255', []],
    ['255.255.255.255', [isLimitedBroadcast]],
    ['0.0.0.0', [isZeronet]],
    ['0.255.255.255', [isZeronet]],
    ['1.0.0.0', []],
    ['169.254.0.1', [isLinkLocal]],
    ['169.255.0.0', []],
  ])('%s', (text, kinds) => {
    const all = [isLoopback, isMulticast, isLimitedBroadcast, isZeronet, isLinkLocal]
    expect(all.filter((is) => is(parseIpv4(text)))).toEqual(kinds)
  })
})
