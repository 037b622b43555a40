import { describe, expect, it } from 'vitest'
import { Dummy } from '../../src/netns/dummy.ts'
import type { Link } from '../../src/netns/link.ts'
import type { NetworkNamespace } from '../../src/netns/namespace.ts'
import { parseIpv4 } from '../../src/packet/address.ts'
import { type ArpOptions, buildArpReply, buildArpRequest } from '../../src/packet/build.ts'
import { MAC_BROADCAST, type Mac } from '../../src/packet/mac.ts'
import { Scope } from '../../src/route/types.ts'
import { TestNetwork } from '../support/network.ts'

/** a (10.0.0.1) and b (10.0.0.2) on one wire; frames are put on it by hand. */
function pair() {
  const net = new TestNetwork()
  const a = net.netns('a')
  const b = net.netns('b')
  const [left, right] = net.pair(a, 'eth0', '10.0.0.1/24', b, 'eth0', '10.0.0.2/24')
  const ask = (options: Omit<ArpOptions, 'senderMac'> & { senderMac?: Mac }) =>
    send(net, a, left, buildArpRequest({ senderMac: left.mac, ...options }), MAC_BROADCAST)
  const tell = (options: Omit<ArpOptions, 'targetMac'>) =>
    send(net, a, left, buildArpReply({ targetMac: right.mac, ...options }), right.mac)
  const replies = () => net.frames.filter((frame) => frame.startsWith('b eth0 out ARP, Reply'))
  return { net, a, b, left, right, ask, tell, replies }
}

function send(net: TestNetwork, from: NetworkNamespace, link: Link, frame: ReturnType<typeof buildArpReply>, to: Mac) {
  frame.dmac = to
  frame.smac = link.mac
  from.transmit(frame, link)
  net.sim.run()
}

describe('a request', () => {
  it('makes known who asks', () => {
    const { ask, replies, b } = pair()
    ask({ senderIp: '10.0.0.1', targetIp: '10.0.0.2' })
    expect(replies()).toHaveLength(1)
    expect([...b.neighbours.entries()]).toMatchObject([{ address: parseIpv4('10.0.0.1'), state: 'STALE' }])
  })

  it('without a sender looks for duplicates: it is answered, and nobody is remembered', () => {
    const { ask, replies, b } = pair()
    ask({ senderIp: '0.0.0.0', targetIp: '10.0.0.2' })
    expect(replies()).toHaveLength(1)
    ask({ senderIp: '0.0.0.0', targetIp: '10.0.0.9' })
    expect(replies()).toHaveLength(1)
    b.sysctl.set('ipv4.conf.all.arp_ignore', 8)
    ask({ senderIp: '0.0.0.0', targetIp: '10.0.0.2' })
    expect(replies()).toHaveLength(1)
    expect([...b.neighbours.entries()]).toEqual([])
  })

  it('for a group, or for a loopback address from outside, is nothing', () => {
    const { ask, replies, b } = pair()
    ask({ senderIp: '10.0.0.1', targetIp: '224.0.0.1' })
    ask({ senderIp: '10.0.0.1', targetIp: '127.0.0.1' })
    expect(replies()).toEqual([])
    b.sysctl.set('ipv4.conf.eth0.route_localnet', 1)
    ask({ senderIp: '10.0.0.1', targetIp: '127.0.0.1' })
    expect(replies()).toHaveLength(1)
  })

  it('for an address of scope host is left alone with arp_ignore 3', () => {
    const { net, ask, replies, b, right } = pair()
    b.addAddress(right, { address: parseIpv4('10.0.0.77'), length: 32, scope: Scope.HOST })
    net.clear()
    ask({ senderIp: '10.0.0.1', targetIp: '10.0.0.77' })
    expect(replies()).toHaveLength(1)
    b.sysctl.set('ipv4.conf.all.arp_ignore', 3)
    ask({ senderIp: '10.0.0.1', targetIp: '10.0.0.77' })
    expect(replies()).toHaveLength(1)
  })

  it('is answered with an arp_ignore that means nothing', () => {
    const { ask, replies, b } = pair()
    b.sysctl.set('ipv4.conf.all.arp_ignore', 5)
    ask({ senderIp: '10.0.0.1', targetIp: '10.0.0.2' })
    expect(replies()).toHaveLength(1)
  })

  it('is filtered and counted with arp_filter where the way back is another one', () => {
    const { net, ask, replies, b } = pair()
    const dummy = new Dummy(b, 'dummy0', net.mac())
    b.attach(dummy)
    b.setUp(dummy, true)
    net.route(b, '10.0.0.1/32', null, 'dummy0')
    ask({ senderIp: '10.0.0.1', targetIp: '10.0.0.2' })
    expect(replies()).toHaveLength(1)
    b.sysctl.set('ipv4.conf.all.arp_filter', 1)
    ask({ senderIp: '10.0.0.1', targetIp: '10.0.0.2' })
    expect(replies()).toHaveLength(1)
    expect(b.snmp.get('TcpExtArpFilter')).toBe(1)
  })

  it('is filtered where there is no way back at all', () => {
    const { ask, replies, b, right } = pair()
    b.sysctl.set('ipv4.conf.all.arp_filter', 1)
    b.fib.add({ destination: { address: parseIpv4('10.0.0.1'), length: 32 }, type: 'unreachable' })
    expect(right.up).toBe(true)
    ask({ senderIp: '10.0.0.1', targetIp: '10.0.0.2' })
    expect(replies()).toEqual([])
  })
})

describe('an answer', () => {
  const OTHER = 0x02eeeeeeeeee as Mac

  it('that nobody asked for makes nobody known', () => {
    const { tell, b } = pair()
    tell({ senderMac: OTHER, senderIp: '10.0.0.9', targetIp: '10.0.0.2' })
    tell({ senderMac: OTHER, senderIp: '0.0.0.0', targetIp: '10.0.0.2' })
    expect([...b.neighbours.entries()]).toEqual([])
  })

  it('with another address is believed when the first one is a second old, not before', () => {
    const { net, tell, ask, b, left } = pair()
    ask({ senderIp: '10.0.0.1', targetIp: '10.0.0.2' })
    const known = () => b.neighbours.find(b.link('eth0'), parseIpv4('10.0.0.1'))?.mac
    tell({ senderMac: OTHER, senderIp: '10.0.0.1', targetIp: '10.0.0.2' })
    expect(known()).toBe(left.mac)
    net.sim.run({ until: net.sim.now + 1_100_000_000 })
    tell({ senderMac: OTHER, senderIp: '10.0.0.1', targetIp: '10.0.0.2' })
    expect(known()).toBe(OTHER)
  })

  it('to everybody, about oneself, is believed at once', () => {
    const { ask, b } = pair()
    ask({ senderIp: '10.0.0.1', targetIp: '10.0.0.2' })
    ask({ senderMac: OTHER, senderIp: '10.0.0.1', targetIp: '10.0.0.1' })
    expect(b.neighbours.find(b.link('eth0'), parseIpv4('10.0.0.1'))?.mac).toBe(OTHER)
  })
})

describe('arp_announce 1', () => {
  it('asks in the name of the packet where its source lies in the same network as the target', () => {
    const { net, a, left } = pair()
    net.address(a, left, '10.0.0.50/24')
    a.sysctl.set('ipv4.conf.all.arp_announce', 1)
    net.ping(a, '10.0.0.2', { src: '10.0.0.50' })
    expect(net.frames[0]).toBe('a eth0 out ARP, Request who-has 10.0.0.2 tell 10.0.0.50, length 28')
  })
})
