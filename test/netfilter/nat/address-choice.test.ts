import { describe, expect, test } from 'vitest'
import { addressInRange, chooseAddress } from '../../../src/netfilter/nat/address-choice.ts'
import { natRange } from '../../../src/netfilter/nat/range.ts'
import { formatIpv4, parseIpv4 } from '../../../src/packet/address.ts'

function choose(range: [string, string], src: string, dst: string, persistent = false): string {
  const [first, last] = range.map(parseIpv4)
  const tuple = { src: parseIpv4(src), dst: parseIpv4(dst), protocol: 17, sport: 7001, dport: 1000 }
  return formatIpv4(chooseAddress(natRange({ address: [first!, last!], persistent }), tuple, 0))
}

describe('the address of a range is the one that Linux chooses', () => {
  // Recorded on Linux 6.18: iptables -j SNAT --to-source 192.0.2.10-192.0.2.250
  test.each([
    ['10.0.0.1', '1.1.1.1', '192.0.2.137'],
    ['10.0.0.2', '1.1.1.1', '192.0.2.206'],
    ['10.0.0.77', '1.1.1.1', '192.0.2.175'],
    ['10.0.0.1', '8.8.8.8', '192.0.2.243'],
  ])('%s to %s: %s', (src, dst, expected) => {
    expect(choose(['192.0.2.10', '192.0.2.250'], src, dst)).toBe(expected)
  })

  // --to-destination 198.51.100.1-198.51.100.99
  test.each([
    ['10.0.0.1', '1.1.1.1', '198.51.100.53'],
    ['10.0.0.1', '8.8.8.8', '198.51.100.96'],
    ['10.0.0.2', '172.16.5.9', '198.51.100.20'],
    ['10.0.0.77', '8.8.8.8', '198.51.100.27'],
  ])('%s to %s: %s', (src, dst, expected) => {
    expect(choose(['198.51.100.1', '198.51.100.99'], src, dst)).toBe(expected)
  })

  test('--persistent: by source alone', () => {
    for (const dst of ['1.1.1.1', '8.8.8.8', '172.16.5.9']) {
      expect(choose(['192.0.2.10', '192.0.2.250'], '10.0.0.1', dst, true)).toBe('192.0.2.74')
      expect(choose(['192.0.2.10', '192.0.2.250'], '10.0.0.2', dst, true)).toBe('192.0.2.245')
    }
  })

  test('a range of one is that one', () => {
    expect(choose(['192.0.2.10', '192.0.2.10'], '10.0.0.1', '1.1.1.1')).toBe('192.0.2.10')
  })
})

test('ranges are in the order of unsigned numbers', () => {
  const range = natRange({ address: [parseIpv4('127.255.255.255'), parseIpv4('128.0.0.1')] })
  expect(addressInRange(parseIpv4('128.0.0.0'), range)).toBe(true)
  expect(addressInRange(parseIpv4('128.0.0.2'), range)).toBe(false)
  expect(addressInRange(parseIpv4('10.0.0.0'), range)).toBe(false)
})
