import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import {
  copyTuple,
  emptyTuple,
  formatTuple,
  hashTuple,
  invertTuple,
  type Tuple,
  tuplesEqual,
} from '../../../src/netfilter/conntrack/tuple.ts'
import { ipv4, parseIpv4 } from '../../../src/packet/address.ts'

const addresses = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map(ipv4)
const ports = fc.integer({ min: 0, max: 65535 })
const tuples = fc.record({
  src: addresses,
  dst: addresses,
  protocol: fc.constantFrom(6, 17, 132, 50),
  sport: ports,
  dport: ports,
})

property.prop([tuples])('the inverse of the inverse is the tuple', (tuple) => {
  const back = emptyTuple()
  expect(invertTuple(tuple, back)).toBe(true)
  expect(back).toMatchObject({ src: tuple.dst, dst: tuple.src, sport: tuple.dport, dport: tuple.sport })
  // In place, too.
  invertTuple(back, back)
  expect(tuplesEqual(back, tuple)).toBe(true)
})

property.prop([tuples, tuples])('equal tuples have equal hashes; other zones have others', (a, b) => {
  const copy = emptyTuple()
  copyTuple(a, copy)
  expect(hashTuple(copy, 0)).toBe(hashTuple(a, 0))
  expect(tuplesEqual(a, b)).toBe(JSON.stringify(a) === JSON.stringify(b))
  expect(hashTuple(a, 1)).not.toBe(hashTuple(a, 2))
})

test('hashes of neighbouring flows spread over the buckets', () => {
  const buckets = new Uint8Array(4096)
  const tuple: Tuple = { src: parseIpv4('10.0.0.1'), dst: parseIpv4('10.0.1.1'), protocol: 17, sport: 0, dport: 53 }
  for (let host = 0; host < 64; host++) {
    tuple.src = ipv4(parseIpv4('10.0.0.1') + host)
    for (let port = 0; port < 64; port++) {
      tuple.sport = 40000 + port
      buckets[hashTuple(tuple, 0) >>> 20]!++
    }
  }
  expect(Math.max(...buckets)).toBeLessThan(10)
  expect(buckets.filter((count) => count === 0).length).toBeLessThan(4096 * 0.42)
})

test('ICMP: the identifier stays, questions become answers, errors have none', () => {
  const echo: Tuple = { src: parseIpv4('10.0.0.1'), dst: parseIpv4('10.0.1.1'), protocol: 1, sport: 7, dport: 8 << 8 }
  const reply = emptyTuple()
  expect(invertTuple(echo, reply)).toBe(true)
  expect(formatTuple(reply)).toBe('src=10.0.1.1 dst=10.0.0.1 type=0 code=0 id=7')
  expect(invertTuple({ ...echo, dport: 3 << 8 }, reply)).toBe(false)
  expect(invertTuple({ ...echo, dport: 200 << 8 }, reply)).toBe(false)
})
