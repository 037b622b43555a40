import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  formatMac,
  isLinkLocalMac,
  isMulticastMac,
  KubehopError,
  MAC_BROADCAST,
  MAC_ZERO,
  type Mac,
  parseMac,
} from '../../src/packet/index.ts'

describe('Ethernet addresses', () => {
  it.each([
    ['00:00:00:00:00:00', MAC_ZERO],
    ['ff:ff:ff:ff:ff:ff', MAC_BROADCAST],
    ['0a:58:0a:f4:00:01', 0x0a580af40001],
  ])('%s', (text, value) => {
    expect(parseMac(text)).toBe(value)
    expect(formatMac(value as Mac)).toBe(text)
  })

  it('reads short octets and capitals, as iproute2 does', () => {
    expect(formatMac(parseMac('0:1:2:A:b:Fc'))).toBe('00:01:02:0a:0b:fc')
  })

  it.each([
    '',
    '0a:58:0a:f4:00',
    '0a:58:0a:f4:00:01:02',
    '0a-58-0a-f4-00-01',
    '0a:58:0a:f4:00:1ff',
    '0a:58:0a:f4::01',
    'g:0:0:0:0:0',
  ])('refuses %j', (text) => {
    expect(() => parseMac(text)).toThrow(KubehopError)
  })

  it('reads what it writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: MAC_BROADCAST }), (mac) => {
        expect(parseMac(formatMac(mac as Mac))).toBe(mac)
      }),
    )
  })

  it('knows group addresses and those that a bridge keeps', () => {
    expect(isMulticastMac(MAC_BROADCAST)).toBe(true)
    expect(isMulticastMac(parseMac('01:00:5e:00:00:01'))).toBe(true)
    expect(isMulticastMac(parseMac('0a:58:0a:f4:00:01'))).toBe(false)
    expect(isMulticastMac(MAC_ZERO)).toBe(false)
    expect(isLinkLocalMac(parseMac('01:80:c2:00:00:00'))).toBe(true)
    expect(isLinkLocalMac(parseMac('01:80:c2:00:00:0f'))).toBe(true)
    expect(isLinkLocalMac(parseMac('01:80:c2:00:00:10'))).toBe(false)
  })
})
