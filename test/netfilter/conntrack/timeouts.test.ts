import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { Conntrack } from '../../../src/netfilter/conntrack/conntrack.ts'
import { CONNTRACK_SYSCTLS, entryOf, IPS } from '../../../src/netfilter/conntrack/index.ts'
import { FakeNetfilterHost } from '../../support/fake-netfilter-host.ts'
import { ip, ping, pong, tcp, udp } from './packets.ts'
import { Router } from './router.ts'

const A = '10.0.0.1:40000'
const B = '10.0.1.1:53'
const WEB = '10.0.1.1:80'

describe('time-outs', () => {
  test.each([
    ['udp', () => udp(A, B), 30],
    ['icmp', () => ping('10.0.0.1', '10.0.1.1'), 30],
    ['tcp SYN', () => tcp(A, WEB, 'S'), 120],
    ['gre', () => ip(A, B, 47, null, 20), 30],
    ['unknown', () => ip(A, B, 50, null, 20), 600],
  ])('an unanswered %s flow is there past half of its time, and not past the whole', (_, make, seconds) => {
    const router = new Router()
    const packet = make()
    router.forward(packet)
    const { original } = entryOf(packet)!
    router.sleep(seconds / 2 + 1)
    expect(router.conntrack.find(original)).not.toBeNull()
    router.sleep(seconds / 2 - 1.001)
    expect(router.conntrack.find(original)).not.toBeNull()
    router.sleep(0.001)
    expect(router.conntrack.find(original)).toBeNull()
    expect(router.conntrack.size).toBe(0)
    expect(router.conntrackEvents().at(-1)).toMatch(/^\[DESTROY\]/)
  })

  test('an answered UDP flow is a stream, assured, when it is still alive after two seconds', () => {
    const router = new Router()
    const packet = udp(A, B)
    router.forward(packet)
    router.forward(udp(B, A))
    const entry = entryOf(packet)!
    router.sleep(2)
    router.forward(udp(A, B))
    expect(entry.status & IPS.ASSURED).toBe(0)
    expect(entry.expiresAt - router.host.sim.now).toBe(30e9)
    router.sleep(0.001)
    router.forward(udp(A, B))
    expect(entry.status & IPS.ASSURED).not.toBe(0)
    expect(entry.expiresAt - router.host.sim.now).toBe(120e9)
    router.forward(udp(B, A))
    expect(entry.expiresAt - router.host.sim.now).toBe(120e9)
  })

  test('each packet begins the time anew; a lone first answer does not make a stream', () => {
    const router = new Router()
    const packet = ping('10.0.0.1', '10.0.1.1')
    router.forward(packet)
    router.sleep(20)
    router.forward(pong('10.0.1.1', '10.0.0.1'))
    router.sleep(20)
    expect(router.conntrack.find(entryOf(packet)!.original)).not.toBeNull()
  })

  test('a flow that expires on the way lives from its confirmation on', () => {
    const router = new Router()
    const packet = udp(A, B)
    router.track(packet)
    router.sleep(100)
    expect(router.conntrack.expired(entryOf(packet)!)).toBe(false)
    router.leave(packet)
    expect(entryOf(packet)!.expiresAt - router.host.sim.now).toBe(30e9)
  })

  test('sysctls count from the next packet on', () => {
    const router = new Router()
    const packet = udp(A, B)
    router.forward(packet)
    router.host.setSysctl('netfilter.nf_conntrack_udp_timeout', 5)
    router.forward(udp(A, B))
    expect(entryOf(packet)!.expiresAt - router.host.sim.now).toBe(5e9)
  })

  test('also in a host that does not say when they change', () => {
    const host = new FakeNetfilterHost()
    Object.defineProperty(host, 'sysctlVersion', { value: undefined })
    const conntrack = new Conntrack(host)
    expect(conntrack.settings.udp).toBe(CONNTRACK_SYSCTLS.nf_conntrack_udp_timeout * 1e9)
    host.sysctls.set('netfilter.nf_conntrack_udp_timeout', 5)
    expect(conntrack.settings.udp).toBe(5e9)
  })

  test('expired entries go when the table is listed, and as new ones come', () => {
    const router = new Router()
    for (let port = 1; port <= 100; port++) router.forward(udp(`10.0.0.1:${port}`, B))
    router.sleep(31)
    expect(router.conntrack.size).toBe(100)
    for (let port = 101; port <= 300; port++) router.forward(udp(`10.0.0.1:${port}`, B))
    expect(router.conntrack.size).toBe(200)
    router.sleep(31)
    expect([...router.conntrack.entries()]).toEqual([])
    expect(router.conntrack.size).toBe(0)
  })

  property.prop([
    fc.array(
      fc.record({ port: fc.integer({ min: 1, max: 20 }), wait: fc.integer({ min: 0, max: 40 }), back: fc.boolean() }),
    ),
  ])('a flow is known exactly as long as a packet of it has passed within its time', (steps) => {
    const router = new Router()
    const until = new Map<number, number>()
    for (const { port, wait, back } of steps) {
      router.sleep(wait)
      const now = router.host.sim.now
      const known = (until.get(port) ?? 0) > now
      const packet = back ? udp(B, `10.0.0.1:${port}`) : udp(`10.0.0.1:${port}`, B)
      const before = new Set(router.conntrack.entries())
      router.forward(packet)
      expect(before.has(entryOf(packet)!)).toBe(known)
      until.set(port, entryOf(packet)!.expiresAt)
      expect([...router.conntrack.entries()].every((entry) => entry.expiresAt > now)).toBe(true)
    }
  })
})
