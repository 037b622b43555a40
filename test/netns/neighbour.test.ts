import { describe, expect, it } from 'vitest'
import { parseIpv4 } from '../../src/packet/address.ts'
import { buildUdp } from '../../src/packet/build.ts'
import type { Mac } from '../../src/packet/mac.ts'
import { TestNetwork } from '../support/network.ts'

const B = parseIpv4('10.0.0.2')

function pair() {
  const net = new TestNetwork()
  const a = net.netns('a')
  const b = net.netns('b')
  const [left, right] = net.pair(a, 'eth0', '10.0.0.1/24', b, 'eth0', '10.0.0.2/24')
  return { net, a, b, left, right }
}

describe('an entry', () => {
  it('that somebody wrote as stale is used at once, and asked for five seconds later', () => {
    const { net, a, left, right } = pair()
    a.neighbours.addLearned(left, B, right.mac, 'STALE')
    net.ping(a, '10.0.0.2')
    expect(net.frames[0]).toContain('a eth0 out 10.0.0.1 > 10.0.0.2: ICMP echo request')
    const asked = net.frames.find((frame) => frame.includes('a eth0 out ARP, Request who-has 10.0.0.2'))
    expect(asked).toBeDefined()
    expect(a.neighbours.find(left, B)?.state).toBe('REACHABLE')
  })

  it('is asked for by itself before it is given up: three times at its own address', () => {
    const { net, a, b, left, right } = pair()
    b.sysctl.set('ipv4.conf.all.arp_ignore', 8)
    a.neighbours.addLearned(left, B, right.mac, 'STALE')
    net.udp(a, '10.0.0.2', 9)
    net.sim.run()
    expect(net.frames.filter((frame) => frame.includes('a eth0 out ARP, Request who-has 10.0.0.2'))).toHaveLength(3)
    expect(a.neighbours.find(left, B)?.state).toBe('FAILED')
  })

  it('becomes stale by time alone', () => {
    const { net, a, left } = pair()
    net.ping(a, '10.0.0.2')
    expect(a.neighbours.find(left, B)?.state).toBe('REACHABLE')
    net.sim.run({ until: net.sim.now + 60_000_000_000 })
    expect([...a.neighbours.entries()].map(({ state }) => state)).toEqual(['STALE'])
  })

  it('can be deleted, learned or written', () => {
    const { net, a, left, right } = pair()
    expect(a.neighbours.delete(left, B)).toBe(false)
    net.ping(a, '10.0.0.2')
    expect(a.neighbours.delete(left, B)).toBe(true)
    expect([...a.neighbours.entries()]).toEqual([])
    a.neighbours.addPermanent(left, B, right.mac)
    net.ping(a, '10.0.0.2')
    expect(a.neighbours.delete(left, B)).toBe(true)
    expect([...a.neighbours.entries()]).toEqual([])
    expect([...a.neighbours.permanentOf(left)]).toEqual([])
  })

  it('that was learned gives way to one that somebody writes, and that one cannot be changed by what is heard', () => {
    const { net, a, left, right } = pair()
    net.ping(a, '10.0.0.2')
    a.neighbours.addPermanent(left, B, 0x02dddddddddd as Mac)
    expect([...a.neighbours.entries()].map(({ mac, state }) => [mac, state])).toEqual([[0x02dddddddddd, 'PERMANENT']])
    a.neighbours.heard(left, B, right.mac)
    expect(a.neighbours.find(left, B)?.mac).toBe(0x02dddddddddd)
  })

  it('is forgotten with its own link only', () => {
    const { net, a, left } = pair()
    const c = net.netns('c')
    const [other] = net.pair(a, 'eth1', '10.1.0.1/24', c, 'eth0', '10.1.0.2/24')
    net.ping(a, '10.0.0.2')
    net.ping(a, '10.1.0.2')
    a.neighbours.forget(left)
    expect([...a.neighbours.entries()].map(({ link }) => link)).toEqual([other])
    a.neighbours.forget()
    expect([...a.neighbours.entries()]).toEqual([])
  })

  it('that is known is not asked for again', () => {
    const { net, a, left } = pair()
    a.neighbours.ask(left, B)
    a.neighbours.ask(left, B)
    net.sim.run()
    a.neighbours.ask(left, B)
    expect(net.frames.filter((frame) => frame.startsWith('a eth0 out ARP'))).toHaveLength(1)
    expect(a.neighbours.find(left, B)?.state).toBe('REACHABLE')
  })
})

describe('packets that wait', () => {
  it('push out the oldest when there are too many', () => {
    const { net, a } = pair()
    a.sysctl.set('ipv4.neigh.default.unres_qlen_bytes', 3 * 768)
    for (let sport = 1; sport <= 5; sport++) {
      a.localOut(buildUdp({ src: '10.0.0.1', dst: '10.0.0.9', sport, dport: 9 }))
    }
    expect(net.drops).toEqual(['a NEIGH_QUEUEFULL', 'a NEIGH_QUEUEFULL'])
    net.sim.run()
    expect(net.drops.filter((text) => text === 'a NEIGH_FAILED')).toHaveLength(3)
  })

  it('are told of nobody while nobody watches', () => {
    const { net, a } = pair()
    net.sim.probe = null
    net.ping(a, '10.0.0.9')
    // the answer to itself went by lo, where nobody is asked for
    expect([...a.neighbours.entries()].map(({ link, state }) => `${link.name} ${state}`)).toEqual([
      'eth0 FAILED',
      'lo NOARP',
    ])
    expect(net.events).toEqual([])
  })

  it('leave in the order in which they came', () => {
    const { net, a } = pair()
    for (let sport = 1; sport <= 3; sport++) {
      a.localOut(buildUdp({ src: '10.0.0.1', dst: '10.0.0.2', sport, dport: 9 }))
    }
    net.sim.run()
    const sent = net.ipFrames.filter((frame) => frame.startsWith('a eth0 out 10.0.0.1.'))
    expect(sent.map((frame) => frame.slice('a eth0 out 10.0.0.1.'.length, 'a eth0 out 10.0.0.1.1'.length))).toEqual([
      '1',
      '2',
      '3',
    ])
  })
})
