import { describe, expect, it } from 'vitest'
import { Dummy } from '../../src/netns/dummy.ts'
import type { AnswerEvent } from '../../src/netns/events.ts'
import { topologyDot, topologyMermaid, topologyText } from '../../src/netns/topology/render.ts'
import { readTopology } from '../../src/netns/topology/topology.ts'
import { Vxlan } from '../../src/overlay/vxlan.ts'
import { parseIpv4 } from '../../src/packet/address.ts'
import { KubehopError } from '../../src/packet/errors.ts'
import type { Mac } from '../../src/packet/mac.ts'
import { TestNetwork } from '../support/network.ts'

function pair() {
  const net = new TestNetwork()
  const a = net.netns('a')
  const b = net.netns('b')
  const [left, right] = net.pair(a, 'eth0', '10.0.0.1/24', b, 'eth0', '10.0.0.2/24')
  return { net, a, b, left, right }
}

describe('devices', () => {
  it('get the next free index, and keep theirs in another namespace when it is free there', () => {
    const { net, a, b, left } = pair()
    expect([...a.devices()].map(({ ifindex, name }) => [ifindex, name])).toEqual([
      [1, 'lo'],
      [2, 'eth0'],
    ])
    const c = net.netns('c')
    a.detach(left)
    c.attach(left)
    expect(left.ifindex).toBe(2)
    const taken = new Dummy(b, 'dummy0', net.mac())
    taken.ifindex = 2
    b.attach(taken)
    expect(taken.ifindex).toBe(3)
  })

  it('have names of their own', () => {
    const { net, a } = pair()
    expect(() => a.attach(new Dummy(a, 'eth0', net.mac()))).toThrow(/exists already/)
    a.rename(a.link('eth0'), 'net0')
    expect(a.deviceByName('eth0')).toBeUndefined()
    expect(a.link('net0').conf).toBe(a.sysctl.device('net0'))
    expect(() => a.rename(a.link('net0'), 'lo')).toThrow(KubehopError)
    expect(() => a.link('eth9')).toThrow('Cannot find device "eth9" in a (there are lo, net0)')
  })

  it('take addresses, routes, neighbours and the other end of a pair with them', () => {
    const { net, a, b, left } = pair()
    net.ping(a, '10.0.0.2')
    a.remove(left)
    expect(a.deviceByName('eth0')).toBeUndefined()
    expect(b.deviceByName('eth0')).toBeUndefined()
    expect(a.fib.routes(254)).toEqual([])
    expect([...a.neighbours.entries()]).toEqual([])
    expect(a.addressType(parseIpv4('10.0.0.1'))).toBe('unicast')
  })

  it('lose routes and neighbours when they go down, and get the connected route back', () => {
    const { net, a, left } = pair()
    net.route(a, '10.9.0.0/16', '10.0.0.2', 'eth0')
    net.ping(a, '10.0.0.2')
    a.setUp(left, false)
    expect(a.fib.routes(254)).toEqual([])
    expect([...a.neighbours.entries()]).toEqual([])
    a.setUp(left, true)
    expect(a.fib.routes(254).map(({ length }) => length)).toEqual([24])
  })

  it('send nothing without a carrier', () => {
    const { net, a, b, right } = pair()
    b.setUp(right, false)
    net.ping(a, '10.0.0.2')
    expect(net.drops).toContain('a DEV_READY')
  })

  it('are limited in MTU', () => {
    const { a, left } = pair()
    expect(() => a.setMtu(left, 67)).toThrow('mtu less than device minimum')
    expect(() => a.setMtu(left, 65536)).toThrow('mtu greater than device maximum')
  })

  it('refuse frames longer than the MTU of the other end', () => {
    const { net, a, b, right } = pair()
    net.ping(a, '10.0.0.2')
    b.setMtu(right, 500)
    net.clear()
    net.ping(a, '10.0.0.2', { size: 1000 })
    expect(net.drops).toEqual(['a PKT_TOO_BIG'])
  })

  it('forget neighbours when they get another Ethernet address', () => {
    const { net, a, b, left } = pair()
    net.ping(a, '10.0.0.2')
    a.setMac(left, 0x02bbbbbbbbbb as Mac)
    expect([...a.neighbours.entries()]).toEqual([])
    net.clear()
    net.ping(a, '10.0.0.2')
    expect(net.drops).toEqual([])
    expect([...b.neighbours.entries()][0]?.mac).toBe(0x02bbbbbbbbbb)
  })

  it('of kind dummy swallow what is sent', () => {
    const net = new TestNetwork()
    const a = net.netns('a')
    const dummy = new Dummy(a, 'dummy0', net.mac())
    a.attach(dummy)
    net.address(a, dummy, '10.5.0.1/24')
    a.setUp(dummy, true)
    net.ping(a, '10.5.0.9')
    expect(net.frames).toEqual(['a dummy0 out 10.5.0.1 > 10.5.0.9: ICMP echo request, id 7, seq 1, length 64'])
    expect(net.drops).toEqual([])
  })
})

describe('a wire', () => {
  it('takes its time, loses and queues', () => {
    const { net, a, left } = pair()
    left.setWire({ latency: 1_000_000, bandwidth: 8_000_000 })
    net.ping(a, '10.0.0.2')
    const arp = 42 * 1000 + 1_000_000
    const echo = 98 * 1000 + 1_000_000
    const arrived = net.sim.now
    expect(arrived).toBeGreaterThanOrEqual(arp + echo)
    left.setWire({ loss: 1 })
    net.clear()
    net.ping(a, '10.0.0.2')
    expect(net.drops[0]).toBe('a LINK_LOSS')
    left.setWire({ bandwidth: 1000, queueLimit: 0 })
    net.clear()
    for (let i = 0; i < 3; i++) net.ping(a, '10.0.0.2', { sequence: i })
    left.setWire(null)
    expect(left.wire).toBeNull()
  })
})

describe('addresses', () => {
  it('of one network: the first is primary, the others go with it', () => {
    const { net, a, left } = pair()
    net.address(a, left, '10.0.0.7/24')
    expect(left.addresses.map(({ secondary }) => secondary)).toEqual([false, true])
    a.deleteAddress(left, left.addresses[0]!)
    expect(left.addresses).toEqual([])
    expect(a.primaryAddress(left.ifindex)).toBe(0)
    expect(a.selectAddress(99, parseIpv4('10.0.0.2'))).toBe(0)
  })

  it('a device that is moved has none any more', () => {
    const { net, a, left } = pair()
    const c = net.netns('c')
    a.detach(left)
    c.attach(left)
    expect(left.addresses).toEqual([])
    expect(left.up).toBe(false)
  })
})

describe('ARP switches', () => {
  /** b has 10.0.0.2 on eth0 and 10.8.0.1 on a dummy; a asks for the latter on the wire. */
  function asked(sysctls: Record<string, number>, target = '10.8.0.1') {
    const { net, a, b } = pair()
    const dummy = new Dummy(b, 'dummy0', net.mac())
    b.attach(dummy)
    net.address(b, dummy, '10.8.0.1/24')
    b.setUp(dummy, true)
    for (const [path, value] of Object.entries(sysctls)) b.sysctl.set(path, value)
    net.route(a, `${target}/32`, null, 'eth0')
    net.ping(a, target)
    return net.frames.some((frame) => frame.startsWith('b eth0 out ARP, Reply'))
  }

  it.each([
    [{}, true],
    [{ 'ipv4.conf.all.arp_ignore': 1 }, false],
    [{ 'ipv4.conf.eth0.arp_ignore': 2 }, false],
    [{ 'ipv4.conf.all.arp_ignore': 8 }, false],
  ])('%o: an address of another device is answered for: %s', (sysctls, answered) => {
    expect(asked(sysctls)).toBe(answered)
  })

  it.each([
    [{ 'ipv4.conf.all.arp_ignore': 1 }, true],
    [{ 'ipv4.conf.all.arp_ignore': 2 }, true],
    [{ 'ipv4.conf.all.arp_ignore': 3 }, true],
    [{ 'ipv4.conf.all.arp_filter': 1 }, true],
  ])('%o: its own address is answered for: %s', (sysctls, answered) => {
    expect(asked(sysctls, '10.0.0.2')).toBe(answered)
  })

  it('proxy_arp answers for hosts behind another device', () => {
    const net = new TestNetwork()
    const a = net.netns('a')
    const r = net.netns('r', { 'ipv4.ip_forward': 1 })
    const c = net.netns('c')
    net.pair(a, 'eth0', '10.0.0.1/16', r, 'left', '10.0.0.254/24')
    net.pair(c, 'eth0', '10.0.1.1/16', r, 'right', '10.0.1.254/24')
    net.route(c, '0.0.0.0/0', '10.0.1.254', 'eth0')
    net.ping(a, '10.0.1.1')
    expect(net.drops).toContain('a NEIGH_FAILED')
    r.sysctl.set('ipv4.conf.all.proxy_arp', 1)
    net.clear()
    net.ping(a, '10.0.1.1')
    expect(net.ipFrames).toContain('c eth0 in 10.0.0.1 > 10.0.1.1: ICMP echo request, id 7, seq 1, length 64')
  })

  it.each([
    [0, '10.9.0.1'],
    [1, '10.0.0.1'],
    [2, '10.0.0.1'],
  ])('arp_announce %i asks in the name of %s', (announce, source) => {
    const { net, a, left } = pair()
    net.address(a, left, '10.9.0.1/32')
    a.sysctl.set('ipv4.conf.all.arp_announce', announce)
    net.ping(a, '10.0.0.2', { src: '10.9.0.1' })
    expect(net.frames[0]).toBe(`a eth0 out ARP, Request who-has 10.0.0.2 tell ${source}, length 28`)
  })
})

describe('redirects', () => {
  it('are sent to a host that could go straight, and believed', () => {
    const net = new TestNetwork()
    const wire = net.netns('wire', { 'bridge.bridge-nf-call-iptables': 0 })
    const bridge = net.bridge(wire, 'br0', null)
    const { netns: a } = net.container(wire, bridge, 'a', '10.0.0.1/24', '10.0.0.254')
    const { netns: r } = net.container(wire, bridge, 'r', '10.0.0.254/24', null)
    const { netns: g } = net.container(wire, bridge, 'g', '10.0.0.253/24', null)
    r.sysctl.set('ipv4.ip_forward', 1)
    g.sysctl.set('ipv4.ip_forward', 1)
    const far = new Dummy(g, 'dummy0', net.mac())
    g.attach(far)
    net.address(g, far, '10.7.0.1/24')
    g.setUp(far, true)
    net.route(r, '10.7.0.0/24', '10.0.0.253', 'eth0')
    net.ping(a, '10.7.0.1')
    expect(net.ipFrames.some((frame) => frame.includes('ICMP redirect 10.7.0.1 to host 10.0.0.253'))).toBe(true)
    expect(r.snmp.get('IcmpOutRedirects')).toBe(1)
    // the gateway that it names is asked for first; the second redirect finds it known
    net.ping(a, '10.7.0.1')
    expect(r.snmp.get('IcmpOutRedirects')).toBe(2)
    net.clear()
    net.ping(a, '10.7.0.1')
    expect(net.ipFrames.some((frame) => frame.startsWith('r '))).toBe(false)
  })
})

describe('sysctls', () => {
  it('ip_forward switches every device, those to come too', () => {
    const { net, a } = pair()
    a.sysctl.set('ipv4.ip_forward', 1)
    expect(a.sysctl.get('ipv4.conf.eth0.forwarding')).toBe(1)
    const dummy = new Dummy(a, 'dummy0', net.mac())
    a.attach(dummy)
    expect(dummy.forwarding).toBe(true)
    a.sysctl.set('ipv4.conf.eth0.forwarding', 0)
    expect(a.link('eth0').forwarding).toBe(false)
    expect([...a.sysctl.written()]).toEqual([
      ['ipv4.ip_forward', '1'],
      ['ipv4.conf.eth0.forwarding', '0'],
    ])
  })

  it('are read and written as text, the port range as two numbers', () => {
    const { a } = pair()
    expect(a.sysctl.getText('ipv4.ip_local_port_range')).toBe('32768\t60999')
    a.sysctl.setText('ipv4.ip_local_port_range', '40000 40010')
    expect(a.sysctl.get('ipv4.ip_local_port_range.max')).toBe(40010)
    a.sysctl.setText('ipv4.ip_default_ttl', ' 32 ')
    expect(a.sysctl.ttl).toBe(32)
    expect(a.sysctl.getText('ipv4.nothing')).toBeUndefined()
    expect(a.sysctl.get('ipv4.neigh.eth0.mcast_solicit')).toBe(3)
    expect(a.sysctl.get('ipv4.conf.eth9.rp_filter')).toBeUndefined()
    expect(a.sysctl.get('ipv4.conf.eth0.nothing')).toBeUndefined()
  })

  it.each([
    ['ipv4.nothing', '1', /there is no sysctl net.ipv4.nothing/],
    ['ipv4.ip_forward', 'yes', /must be a whole number/],
    ['ipv4.ip_forward', '', /must be a whole number/],
    ['ipv4.ip_local_port_range', '1', /must be two numbers/],
  ])('%s=%s is refused', (path, text, message) => {
    const { a } = pair()
    expect(() => a.sysctl.setText(path, text)).toThrow(message)
  })

  it('of all and of a device combine as the kernel has it', () => {
    const { a, left } = pair()
    const on = (path: string) => a.sysctl.set(path, 1)
    expect([left.rpFilter, left.acceptLocal, left.routeLocalnet, left.srcValidMark, left.bcForwarding]).toEqual([
      0,
      false,
      false,
      false,
      false,
    ])
    on('ipv4.conf.all.rp_filter')
    a.sysctl.set('ipv4.conf.eth0.rp_filter', 2)
    on('ipv4.conf.all.accept_local')
    on('ipv4.conf.eth0.route_localnet')
    on('ipv4.conf.all.src_valid_mark')
    on('ipv4.conf.all.bc_forwarding')
    on('ipv4.conf.eth0.promote_secondaries')
    on('ipv4.conf.eth0.ignore_routes_with_linkdown')
    expect([left.rpFilter, left.acceptLocal, left.routeLocalnet, left.srcValidMark, left.bcForwarding]).toEqual([
      2,
      true,
      true,
      true,
      false,
    ])
    expect([left.promoteSecondaries, left.ignoreRoutesWithLinkdown, a.anyIgnoresLinkdown]).toEqual([true, true, true])
    expect([left.sendRedirects, left.sharedMedia, left.hasJoined(parseIpv4('224.0.0.1'))]).toEqual([true, true, true])
  })
})

describe('the graph', () => {
  function graph() {
    const net = new TestNetwork()
    const node = net.netns('node')
    const bridge = net.bridge(node, 'docker0', '172.17.0.1/16')
    const { netns: web } = net.container(node, bridge, 'web', '172.17.0.2/16', '172.17.0.1')
    const device = new Vxlan(node, 'flannel.1', net.mac(), { id: 1, learning: false })
    node.attach(device)
    return { net, node, web }
  }

  it('is a value', () => {
    const { node, web } = graph()
    const topology = readTopology([node, web])
    expect(JSON.parse(JSON.stringify(topology))).toEqual(topology)
    expect(topology.links).toEqual([{ from: { netns: 'node', device: 'vweb' }, to: { netns: 'web', device: 'eth0' } }])
    expect(topology.namespaces[0]?.devices.map(({ name, kind, master, up }) => [name, kind, master, up])).toEqual([
      ['lo', 'loopback', undefined, true],
      ['docker0', 'bridge', undefined, true],
      ['vweb', 'veth', 'docker0', true],
      ['flannel.1', 'vxlan', undefined, false],
    ])
    expect(readTopology([node]).links).toEqual([])
  })

  it('can be printed', () => {
    const { node, web } = graph()
    const topology = readTopology([node, web])
    expect(topologyText(topology)).toBe(`node
  lo                loopback   127.0.0.1/8  mtu 65536
  docker0           bridge     172.17.0.1/16  mtu 1500
    vweb            veth       mtu 1500  ↔ web eth0
  flannel.1         vxlan      mtu 1500  id 1  dstport 8472  learning false  ttl 0  down

web
  lo                loopback   127.0.0.1/8  mtu 65536
  eth0              veth       172.17.0.2/16  mtu 1500  ↔ node vweb
`)
    expect(topologyMermaid(topology)).toBe(`graph LR
  subgraph n0["node"]
    d0["docker0 (bridge)<br/>172.17.0.1/16"]
    d1["vweb"]
    d2["flannel.1 (vxlan)"]
    d1 --- d0
  end
  subgraph n1["web"]
    d3["eth0<br/>172.17.0.2/16"]
  end
  d1 === d3
`)
    expect(topologyDot(topology)).toContain('    d0 [label="docker0 (bridge)\\n172.17.0.1/16"]\n')
    expect(topologyDot(topology)).toContain('  d1 -- d3 [penwidth=2]\n}')
  })
})

describe('REJECT', () => {
  const filter = (rule: string) =>
    `*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n${rule}\nCOMMIT\n`

  it.each([
    ['icmp-net-unreachable', 0],
    ['icmp-host-unreachable', 1],
    ['icmp-proto-unreachable', 2],
    ['icmp-port-unreachable', 3],
    ['icmp-net-prohibited', 9],
    ['icmp-host-prohibited', 10],
    ['icmp-admin-prohibited', 13],
  ])('--reject-with %s answers with code %i', (type, code) => {
    const { net, a, b } = pair()
    b.netfilter.restore(filter(`-A INPUT -p udp -j REJECT --reject-with ${type}`))
    net.udp(a, '10.0.0.2', 53)
    const answer = net.events.find((event) => event.kind === 'answer') as AnswerEvent | undefined
    expect(answer?.packet.l4).toMatchObject({ kind: 'icmp', type: 3, code })
    expect(net.ipFrames.at(-1)).toMatch(/^a eth0 in 10\.0\.0\.2 > 10\.0\.0\.1: ICMP /)
  })

  it('says nothing to a source that has no way back', () => {
    const { net, a, b } = pair()
    b.netfilter.restore(filter('-A INPUT -p udp -j REJECT'))
    net.udp(a, '10.0.0.2', 53, { src: '172.16.0.1' })
    expect(net.ipFrames.filter((frame) => frame.includes('ICMP'))).toEqual([])
  })
})
