import { describe, expect, it } from 'vitest'
import { fragment } from '../../src/netns/fragment.ts'
import { parseIpv4 } from '../../src/packet/address.ts'
import { buildEcho } from '../../src/packet/build.ts'
import { TestNetwork } from '../support/network.ts'

/** a (10.0.1.2) — r — b (10.0.2.2); r forwards. */
function routed(sysctls: Record<string, number> = { 'ipv4.ip_forward': 1 }) {
  const net = new TestNetwork()
  const a = net.netns('a')
  const r = net.netns('r', sysctls)
  const b = net.netns('b')
  net.pair(a, 'eth0', '10.0.1.2/24', r, 'left', '10.0.1.1/24')
  net.pair(b, 'eth0', '10.0.2.2/24', r, 'right', '10.0.2.1/24')
  net.route(a, '0.0.0.0/0', '10.0.1.1', 'eth0')
  net.route(b, '0.0.0.0/0', '10.0.2.1', 'eth0')
  return { net, a, r, b }
}

describe('a packet through a router', () => {
  it('is forwarded with one less TTL, and its answer too', () => {
    const { net, a } = routed()
    net.ping(a, '10.0.2.2')
    expect(net.drops).toEqual([])
    expect(net.ipFrames).toEqual([
      'a eth0 out 10.0.1.2 > 10.0.2.2: ICMP echo request, id 7, seq 1, length 64',
      'r left in 10.0.1.2 > 10.0.2.2: ICMP echo request, id 7, seq 1, length 64',
      'r right out 10.0.1.2 > 10.0.2.2: ICMP echo request, id 7, seq 1, length 64',
      'b eth0 in 10.0.1.2 > 10.0.2.2: ICMP echo request, id 7, seq 1, length 64',
      'b eth0 out 10.0.2.2 > 10.0.1.2: ICMP echo reply, id 7, seq 1, length 64',
      'r right in 10.0.2.2 > 10.0.1.2: ICMP echo reply, id 7, seq 1, length 64',
      'r left out 10.0.2.2 > 10.0.1.2: ICMP echo reply, id 7, seq 1, length 64',
      'a eth0 in 10.0.2.2 > 10.0.1.2: ICMP echo reply, id 7, seq 1, length 64',
    ])
  })

  it.each([
    ['10.0.9.9', { 'ipv4.ip_forward': 1 }, 'r IP_INNOROUTES', 'ICMP net 10.0.9.9 unreachable'],
    ['10.0.2.2', { 'ipv4.ip_forward': 0 }, 'r IP_INADDRERRORS', null],
    ['10.0.2.99', { 'ipv4.ip_forward': 1 }, 'r NEIGH_FAILED', 'ICMP host 10.0.2.99 unreachable'],
    ['127.0.0.5', { 'ipv4.ip_forward': 1 }, null, null],
  ])('to %s with %o ends with %s', (destination, sysctls, drop, answer) => {
    const { net, a } = routed(sysctls)
    net.ping(a, destination)
    expect(net.drops).toEqual(drop === null ? [] : [drop])
    const errors = net.ipFrames.filter((frame) => frame.startsWith('a eth0 in'))
    expect(errors.length).toBe(answer === null ? 0 : 1)
    if (answer !== null) expect(errors[0]).toContain(answer)
  })

  it('is told when its TTL is used up', () => {
    const { net, a } = routed()
    net.ping(a, '10.0.2.2', { ttl: 1 })
    expect(net.drops).toEqual(['r IP_INHDR'])
    expect(net.ipFrames.at(-1)).toContain('a eth0 in 10.0.1.1 > 10.0.1.2: ICMP time exceeded in-transit')
  })

  it.each(['unreachable', 'blackhole', 'prohibit'] as const)('meets a route of type %s', (type) => {
    const { net, a, r } = routed()
    r.fib.add({ destination: { address: 0x0a000300 as never, length: 24 }, type })
    net.ping(a, '10.0.3.3')
    expect(net.drops).toEqual(['r IP_INNOROUTES'])
    const answers = net.ipFrames.filter((frame) => frame.startsWith('a eth0 in'))
    expect(answers.length).toBe(type === 'blackhole' ? 0 : 1)
  })

  it.each([
    [1, 'r IP_RPFILTER'],
    [2, null],
    [0, null],
  ])('with rp_filter %i from a source that lies elsewhere', (rpFilter, drop) => {
    const { net, a, r } = routed({ 'ipv4.ip_forward': 1, 'ipv4.conf.all.rp_filter': rpFilter })
    net.route(r, '10.9.0.0/16', '10.0.2.2', 'right')
    net.address(a, a.link('eth0'), '10.9.0.1/32')
    // ARP is filtered, too: without this the question would go unanswered
    a.neighbours.addPermanent(a.link('eth0'), parseIpv4('10.0.1.1'), r.link('left').mac)
    net.ping(a, '10.0.2.2', { src: '10.9.0.1' })
    expect(net.drops.filter((text) => text.startsWith('r '))).toEqual(drop === null ? [] : [drop])
  })
})

describe('length', () => {
  it('above the next MTU with "don\'t fragment" is refused with the MTU, which the sender remembers', () => {
    const { net, a, r, b } = routed()
    r.setMtu(r.link('right'), 1300)
    b.setMtu(b.link('eth0'), 1300)
    net.ping(a, '10.0.2.2', { size: 1372, df: true })
    expect(net.drops).toEqual(['r PKT_TOO_BIG'])
    expect(net.ipFrames.at(-1)).toContain('unreachable - need to frag (mtu 1300)')
    const dst = a.routeOutput({ destination: 0x0a000202 as never, source: 0 as never, tos: 0, mark: 0, oif: 0 })
    expect(a.pathMtu(dst, false)).toBe(1300)
    expect(dst.link.mtu).toBe(1500)
  })

  it('without it is cut by the router, put together by the receiver', () => {
    const { net, a, r, b } = routed()
    r.setMtu(r.link('right'), 1300)
    b.setMtu(b.link('eth0'), 1300)
    net.ping(a, '10.0.2.2', { size: 1372, df: false })
    expect(net.drops).toEqual([])
    expect(net.ipFrames.filter((frame) => frame.startsWith('r right out')).length).toBe(2)
    expect(net.ipFrames.filter((frame) => frame.startsWith('a eth0 in')).length).toBe(2)
    expect(b.snmp.get('IpReasmOKs')).toBe(1)
    expect(a.snmp.get('IcmpInEchoReps')).toBe(1)
  })

  it('fragments of which some are missing end after 30 seconds, and the sender is told', () => {
    const { net, a, b } = routed()
    net.ping(a, '10.0.2.2')
    const whole = buildEcho({ src: '10.0.1.2', dst: '10.0.2.2', payload: 2000, df: false })
    const [first] = fragment(a, whole, 1500)
    net.clear()
    a.localOut(first!)
    const sent = net.sim.now
    net.sim.run()
    expect(net.sim.now - sent).toBe(30_000_000_000)
    expect(net.drops).toEqual(['b FRAG_REASM_TIMEOUT'])
    expect(b.snmp.get('IpReasmTimeout')).toBe(1)
    expect(net.ipFrames.at(-1)).toContain('a eth0 in 10.0.2.2 > 10.0.1.2: ICMP ip reassembly time exceeded')
  })
})

describe('neighbours', () => {
  it('are asked three times, a second apart, and the sender is told', () => {
    const net = new TestNetwork()
    const a = net.netns('a')
    const b = net.netns('b')
    net.pair(a, 'eth0', '10.0.0.1/24', b, 'eth0', '10.0.0.2/24')
    net.ping(a, '10.0.0.9')
    expect(net.frames.filter((frame) => frame.startsWith('a eth0 out ARP'))).toHaveLength(3)
    // the kernel's timers are late by up to a jiffy of their level, 32 ms
    expect(net.sim.now / 1e9).toBeCloseTo(3.05, 1)
    expect(net.drops).toEqual(['a NEIGH_FAILED'])
    // the answer to itself went by lo, where nobody is asked for
    expect([...a.neighbours.entries()].map(({ link, state }) => `${link.name} ${state}`)).toEqual([
      'eth0 FAILED',
      'lo NOARP',
    ])
  })

  it('are learned from a question, used at once, and asked again five seconds later', () => {
    const net = new TestNetwork()
    const a = net.netns('a')
    const b = net.netns('b')
    net.pair(a, 'eth0', '10.0.0.1/24', b, 'eth0', '10.0.0.2/24')
    net.ping(a, '10.0.0.2')
    const questions = net.frames.filter((frame) => frame.includes('out ARP, Request'))
    expect(questions).toEqual([
      'a eth0 out ARP, Request who-has 10.0.0.2 tell 10.0.0.1, length 28',
      'b eth0 out ARP, Request who-has 10.0.0.1 tell 10.0.0.2, length 28',
    ])
    // 256 ms is a jiffy of the timer that waits so long
    expect(net.sim.now / 1e9).toBeCloseTo(5.1, 0)
    expect([...a.neighbours.entries()].map(({ state }) => state)).toEqual(['REACHABLE'])
    expect([...b.neighbours.entries()].map(({ state }) => state)).toEqual(['REACHABLE'])
  })

  it('that somebody configured are never asked', () => {
    const net = new TestNetwork()
    const a = net.netns('a')
    const b = net.netns('b')
    const [left, right] = net.pair(a, 'eth0', '10.0.0.1/24', b, 'eth0', '10.0.0.2/24')
    a.neighbours.addPermanent(left, 0x0a000002 as never, right.mac)
    b.neighbours.addPermanent(right, 0x0a000001 as never, left.mac)
    net.ping(a, '10.0.0.2')
    expect(net.frames.some((frame) => frame.includes('ARP'))).toBe(false)
    expect(net.sim.now).toBe(0)
  })

  it('leave no mark in a transaction', () => {
    const net = new TestNetwork()
    const a = net.netns('a')
    const b = net.netns('b')
    net.pair(a, 'eth0', '10.0.0.1/24', b, 'eth0', '10.0.0.2/24')
    net.sim.transaction(() => {
      net.ping(a, '10.0.0.2')
      expect([...a.neighbours.entries()]).toHaveLength(1)
    })
    expect([...a.neighbours.entries()]).toEqual([])
    expect([...b.neighbours.entries()]).toEqual([])
    expect(net.sim.now).toBe(0)
    expect(a.snmp.get('IpOutRequests')).toBe(0)
  })
})

describe('lo', () => {
  it("carries a host's packets to itself, by whichever of its addresses", () => {
    const { net, r } = routed()
    net.ping(r, '10.0.2.1')
    net.ping(r, '127.0.0.1')
    expect(net.frames.every((frame) => frame.startsWith('r lo'))).toBe(true)
    expect(r.snmp.get('IcmpInEchoReps')).toBe(2)
  })
})
