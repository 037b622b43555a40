import { describe, expect, it } from 'vitest'
import { Hook, type HookState } from '../../src/netfilter/hook.ts'
import { Dummy } from '../../src/netns/dummy.ts'
import type { NetworkNamespace } from '../../src/netns/namespace.ts'
import { parseIpv4 } from '../../src/packet/address.ts'
import { buildEcho, buildIcmpError, buildTcp, buildUdp } from '../../src/packet/build.ts'
import type { Mac } from '../../src/packet/mac.ts'
import type { Packet } from '../../src/packet/packet.ts'
import { EtherType, IcmpType, TcpFlag } from '../../src/packet/protocol.ts'
import { TestNetwork } from '../support/network.ts'

/** a (10.0.0.1) and b (10.0.0.2) on one wire, known to each other. */
function pair() {
  const net = new TestNetwork()
  const a = net.netns('a')
  const b = net.netns('b')
  const [left, right] = net.pair(a, 'eth0', '10.0.0.1/24', b, 'eth0', '10.0.0.2/24')
  a.neighbours.addPermanent(left, parseIpv4('10.0.0.2'), right.mac)
  b.neighbours.addPermanent(right, parseIpv4('10.0.0.1'), left.mac)
  /** Puts a frame on the wire as it is: to b unless another address is given. */
  const put = (packet: Packet, dmac: Mac = right.mac) => {
    packet.smac = left.mac
    packet.dmac = dmac
    a.transmit(packet, left)
    net.sim.run()
  }
  return { net, a, b, left, right, put }
}

function filter(netns: NetworkNamespace, rule: string): void {
  netns.netfilter.restore(
    `*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n${rule}\nCOMMIT\n`,
  )
}

/** Marks what comes in, and counts what leaves with that mark. */
function markAndCount(netns: NetworkNamespace): () => number {
  netns.netfilter.restore(`*mangle
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A PREROUTING -j MARK --set-xmark 0x7/0xffffffff
-A OUTPUT -m mark --mark 0x7 -j ACCEPT
COMMIT
`)
  return () => netns.netfilter.counters('mangle')('OUTPUT', 1).packets
}

const ENDS = { src: '10.0.0.1', dst: '10.0.0.2' } as const

describe('a reset of REJECT', () => {
  const reject = '-A INPUT -p tcp -j REJECT --reject-with tcp-reset'
  const segment = (flags: number, options: { seq?: number; ack?: number; payload?: number } = {}) =>
    buildTcp({ ...ENDS, sport: 40000, dport: 80, flags, ...options })

  it.each([
    ['SYN', TcpFlag.SYN, 0, { seq: 0, ack: 1001, flags: TcpFlag.RST | TcpFlag.ACK }],
    ['FIN', TcpFlag.FIN, 10, { seq: 0, ack: 1011, flags: TcpFlag.RST | TcpFlag.ACK }],
    ['ACK with data', TcpFlag.ACK, 10, { seq: 5000, ack: 0, flags: TcpFlag.RST }],
  ])('to a %s', (_, flags, payload, expected) => {
    const { net, b, put } = pair()
    filter(b, reject)
    put(segment(flags, { seq: 1000, ack: 5000, payload }))
    const answer = net.events.find((event) => event.kind === 'answer') as unknown as { packet: Packet }
    expect(answer.packet.l4).toMatchObject(expected)
    expect(answer.packet.ip).toMatchObject({ src: parseIpv4('10.0.0.2'), dst: parseIpv4('10.0.0.1'), df: true })
  })

  it('is not given to a reset, nor to a later fragment', () => {
    const { net, b, put } = pair()
    filter(b, reject)
    put(segment(TcpFlag.RST))
    const fragment = segment(TcpFlag.ACK)
    fragment.ip = { ...fragment.ip!, fragmentOffset: 800 }
    b.sendReject(fragment, { hook: Hook.INPUT, in: b.link('eth0'), out: null } as never, 'icmp-port-unreachable')
    expect(net.events.filter((event) => event.kind === 'answer')).toEqual([])
  })

  it('carries the mark when fwmark_reflect says so', () => {
    const { b, put } = pair()
    filter(b, reject)
    const marked = markAndCount(b)
    put(segment(TcpFlag.SYN))
    expect(marked()).toBe(0)
    b.sysctl.set('ipv4.fwmark_reflect', 1)
    put(segment(TcpFlag.SYN))
    expect(marked()).toBe(1)
  })

  it('comes unseen, and not at all without a way back', () => {
    const { net, a, b, put } = pair()
    filter(b, reject)
    const lost = segment(TcpFlag.SYN)
    lost.ip = { ...lost.ip!, src: parseIpv4('172.16.0.1') }
    b.sysctl.set('ipv4.conf.all.rp_filter', 0)
    put(lost)
    expect(net.ipFrames.filter((frame) => frame.startsWith('b eth0 out'))).toEqual([])
    net.sim.probe = null
    put(segment(TcpFlag.SYN))
    expect(a.snmp.get('IpInReceives')).toBe(1)
  })
})

describe('before routing', () => {
  it('a packet that is to be rejected is routed for the answer', () => {
    const { net, b, right } = pair()
    const packet = buildUdp({ ...ENDS, sport: 1, dport: 2 })
    packet.ifindex = right.ifindex
    b.sendReject(packet, { hook: Hook.PREROUTING, in: right, out: null } as HookState, 'icmp-port-unreachable')
    expect(packet.route).not.toBeNull()
    expect(net.ipFrames[0]).toContain('b eth0 out 10.0.0.2 > 10.0.0.1: ICMP 10.0.0.2 udp port 2 unreachable')
  })

  it('there is no answer without a device, or without a route', () => {
    const { net, b, right } = pair()
    const packet = buildUdp({ ...ENDS, sport: 1, dport: 2 })
    b.sendReject(packet, { hook: Hook.PREROUTING, in: null, out: null } as never, 'icmp-port-unreachable')
    const far = buildUdp({ ...ENDS, dst: '172.16.0.1', sport: 1, dport: 2 })
    b.sendReject(far, { hook: Hook.PREROUTING, in: right, out: null } as HookState, 'icmp-port-unreachable')
    expect(net.ipFrames).toEqual([])
  })
})

describe('ICMP errors', () => {
  it('are not sent about frames for everybody, about errors, or about later fragments', () => {
    const { net, b, left, put } = pair()
    put(buildUdp({ ...ENDS, sport: 1, dport: 2 }), 0xffffffffffff as Mac)
    put(buildUdp({ ...ENDS, dst: '10.0.0.255', sport: 1, dport: 2 }), 0xffffffffffff as Mac)
    put(
      buildIcmpError({
        ...ENDS,
        type: IcmpType.DEST_UNREACH,
        code: 3,
        quoted: buildUdp({ src: '10.0.0.2', dst: '10.0.0.1', sport: 2, dport: 1 }),
      }),
    )
    expect(left.up).toBe(true)
    expect(b.snmp.get('IcmpOutMsgs')).toBe(0)
    expect(net.ipFrames.filter((frame) => frame.startsWith('b eth0 out'))).toEqual([])
  })

  it('carry the mark of their cause with fwmark_reflect', () => {
    const { b, put } = pair()
    const marked = markAndCount(b)
    put(unknownProtocol())
    expect(marked()).toBe(0)
    b.sysctl.set('ipv4.fwmark_reflect', 1)
    put(unknownProtocol())
    expect(marked()).toBe(1)
  })

  it('of a router have the address of the way out, or with icmp_errors_use_inbound_ifaddr of the way in', () => {
    const net = new TestNetwork()
    const a = net.netns('a')
    const r = net.netns('r', { 'ipv4.ip_forward': 1, 'ipv4.conf.all.rp_filter': 0 })
    const [left, right] = net.pair(a, 'eth0', '10.0.0.1/24', r, 'left', '10.0.0.254/24')
    const back = net.netns('back', { 'ipv4.ip_forward': 1 })
    net.pair(r, 'right', '10.1.0.254/24', back, 'eth0', '10.1.0.1/24')
    net.route(a, '0.0.0.0/0', '10.0.0.254', 'eth0')
    net.route(r, '10.0.0.1/32', '10.1.0.1', 'right')
    const probe = () => {
      net.clear()
      const packet = buildEcho({ src: '10.0.0.1', dst: '10.9.0.1', ttl: 1 })
      packet.smac = left.mac
      packet.dmac = right.mac
      a.transmit(packet, left)
      net.sim.run()
      return net.ipFrames.find((frame) => frame.startsWith('r right out'))
    }
    expect(probe()).toContain('r right out 10.1.0.254 > 10.0.0.1: ICMP')
    r.sysctl.set('ipv4.icmp_errors_use_inbound_ifaddr', 1)
    expect(probe()).toContain('r right out 10.0.0.254 > 10.0.0.1: ICMP')
  })

  it('come from 192.0.0.8 where the host has no address at all', () => {
    const net = new TestNetwork()
    const a = net.netns('a')
    const r = net.netns('r', { 'ipv4.ip_forward': 1, 'ipv4.conf.all.rp_filter': 0 })
    r.setUp(r.loopback, false)
    r.deleteAddress(r.loopback, r.loopback.addresses[0]!)
    const [left, right] = net.pair(a, 'eth0', '10.0.0.1/24', r, 'left', null)
    r.neighbours.addPermanent(right, parseIpv4('10.0.0.1'), left.mac)
    net.route(r, '10.0.0.0/24', null, 'left')
    const packet = buildEcho({ src: '10.0.0.1', dst: '10.9.0.1' })
    packet.smac = left.mac
    packet.dmac = right.mac
    a.transmit(packet, left)
    net.sim.run()
    expect(net.ipFrames.find((frame) => frame.startsWith('r left out'))).toContain('192.0.0.8 > 10.0.0.1: ICMP net')
  })

  it('are sent as often as one likes with icmp_ratelimit 0', () => {
    const { b, put } = pair()
    b.sysctl.set('ipv4.icmp_ratelimit', 0)
    for (let i = 0; i < 20; i++) put(unknownProtocol())
    expect(b.snmp.get('IcmpOutDestUnreachs')).toBe(20)
  })
})

/** A packet of a protocol that nothing here speaks (GRE). */
function unknownProtocol(): Packet {
  const packet = buildUdp({ ...ENDS, sport: 1, dport: 2 })
  packet.ip = { ...packet.ip!, protocol: 47 }
  packet.l4 = null
  return packet
}

describe('ICMP messages that come in', () => {
  const quoted = () => buildUdp({ src: '10.0.0.2', dst: '10.0.0.1', sport: 2, dport: 1 })

  it.each([
    [IcmpType.PARAMETER_PROBLEM, 0],
    [IcmpType.SOURCE_QUENCH, 0],
    [40, 1],
  ])('of type %i count %i errors', (type, errors) => {
    const { b, put } = pair()
    put(buildIcmpError({ ...ENDS, type, code: 0, quoted: quoted() }))
    expect(b.snmp.get('IcmpInErrors')).toBe(errors)
    expect(b.snmp.get('IcmpInMsgs')).toBe(1)
  })

  it('without the packet that they are about are errors themselves', () => {
    const { b, put } = pair()
    const empty = buildIcmpError({ ...ENDS, type: IcmpType.DEST_UNREACH, code: 3, quoted: quoted() })
    if (empty.l4?.kind === 'icmp') empty.l4.quoted = null
    put(empty)
    expect(b.snmp.get('IcmpInErrors')).toBe(1)
  })

  it('an echo reply keeps the mark with fwmark_reflect', () => {
    const { net, b, put } = pair()
    const marked = markAndCount(b)
    b.sysctl.set('ipv4.fwmark_reflect', 1)
    put(buildEcho(ENDS))
    expect(net.ipFrames.at(-1)).toContain('a eth0 in 10.0.0.2 > 10.0.0.1: ICMP echo reply')
    expect(marked()).toBe(1)
  })
})

describe('packets that end at once', () => {
  it('an IP frame without an IP header', () => {
    const { net, b, put } = pair()
    const packet = buildUdp({ ...ENDS, sport: 1, dport: 2 })
    packet.ip = null
    packet.l4 = null
    packet.etherType = EtherType.IPV4
    put(packet)
    expect(net.drops).toEqual(['b IP_INHDR'])
    expect(b.snmp.get('IpInHdrErrors')).toBe(1)
  })

  it('a frame that arrives when the device has gone down meanwhile', () => {
    const { net, a, b, left, right } = pair()
    left.setWire({ latency: 1000 })
    a.localOut(buildUdp({ ...ENDS, sport: 1, dport: 2 }))
    b.setUp(right, false)
    net.sim.run()
    expect(net.drops).toEqual(['b DEV_READY'])
  })

  it('a frame for a device that is down', () => {
    const { net, a, left } = pair()
    a.setUp(left, false)
    a.transmit(buildUdp({ ...ENDS, sport: 1, dport: 2 }), left)
    expect(net.drops).toEqual(['a DEV_READY'])
  })

  it('one of this host that is too long and may not be cut', () => {
    const { net, a } = pair()
    net.udp(a, '10.0.0.2', 9, { size: 2000, df: true })
    expect(net.drops).toContain('a PKT_TOO_BIG')
    expect(a.snmp.get('IpFragFails')).toBe(1)
  })

  it('one of another kind than IP or ARP', () => {
    const { net, put } = pair()
    const packet = buildUdp({ ...ENDS, sport: 1, dport: 2 })
    packet.etherType = 0x88cc
    put(packet)
    expect(net.drops).toEqual([])
    expect(net.frames.at(-1)).toMatch(/^b eth0 in/)
  })

  it('one without an IP header is not sent', () => {
    const { a } = pair()
    const packet = buildUdp({ ...ENDS, sport: 1, dport: 2 })
    packet.ip = null
    expect(a.localOut(packet)).toBe(false)
    expect(a.routeMeHarder(packet)).toBe(false)
  })
})

describe('packet sockets', () => {
  it('see every frame that comes in, whoever it is for', () => {
    const { net, b, put } = pair()
    const seen: string[] = []
    b.packetSockets = [(packet, link) => seen.push(`${link.name} ${packet.dmac}`)]
    put(buildUdp({ ...ENDS, sport: 1, dport: 2 }), 0x02cccccccccc as Mac)
    expect(seen).toEqual([`eth0 ${0x02cccccccccc}`])
    expect(net.drops).toEqual(['b OTHERHOST'])
  })
})

describe('a packet that OUTPUT changed', () => {
  it('leaves by the device of its new destination, or ends where there is no way', () => {
    const { net, a } = pair()
    const dummy = new Dummy(a, 'dummy0', net.mac())
    a.attach(dummy)
    net.address(a, dummy, '10.5.0.1/24')
    a.setUp(dummy, true)
    a.netfilter.restore(
      '*nat\n:OUTPUT ACCEPT [0:0]\n-A OUTPUT -p udp -m udp --dport 1 -j DNAT --to-destination 10.5.0.9\n-A OUTPUT -p udp -m udp --dport 2 -j DNAT --to-destination 172.16.0.1\nCOMMIT\n',
    )
    net.udp(a, '10.0.0.2', 1)
    expect(net.ipFrames.at(-1)).toContain('a dummy0 out 10.0.0.1.40000 > 10.5.0.9.1')
    net.udp(a, '10.0.0.2', 2)
    expect(net.drops).toEqual(['a IP_OUTNOROUTES'])
    net.sim.probe = null
    net.udp(a, '10.0.0.2', 1, { sport: 40001 })
    expect(net.drops).toHaveLength(1)
  })
})

it('a name is what a namespace prints as', () => {
  expect(String(new TestNetwork().netns('web'))).toBe('web')
})
