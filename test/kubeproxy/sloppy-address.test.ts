import { describe, expect, it } from 'vitest'
import { parseAddressSloppily, parseCidrSloppily } from '../../src/kubeproxy/sloppy-address.ts'
import { formatIpv4, formatPrefix } from '../../src/packet/address.ts'

describe('addresses as old Go read them', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['010.001.000.009', '10.1.0.9'],
    ['172.30.0.041', '172.30.0.41'],
  ])('%s is %s', (text, address) => {
    expect(formatIpv4(parseAddressSloppily(text)!)).toBe(address)
  })

  it.each(['', '10.0.0', '10.0.0.256', 'fd00::1', '10.0.0.1 ', 'a.b.c.d', '1.2.3.4.5'])('"%s" is none', (text) => {
    expect(parseAddressSloppily(text)).toBeUndefined()
  })

  it.each([
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['203.0.113.000/25', '203.0.113.0/25'],
    ['203.0.113.0/025', '203.0.113.0/25'],
    ['1.2.3.4/32', '1.2.3.4/32'],
    ['0.0.0.0/0', '0.0.0.0/0'],
  ])('the network of %s is %s', (text, prefix) => {
    expect(formatPrefix(parseCidrSloppily(text)!)).toBe(prefix)
  })

  it.each(['10.0.0.0', '10.0.0.0/33', '10.0.0.0/x', 'fd00::/8', '10.0.0/8'])('"%s" is no network', (text) => {
    expect(parseCidrSloppily(text)).toBeUndefined()
  })
})
