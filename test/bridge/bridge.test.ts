import { describe, expect, it } from 'vitest'
import type { BridgeEvent } from '../../src/bridge/events.ts'
import { AGEING_TIME } from '../../src/bridge/fdb.ts'
import { parseIpv4 } from '../../src/packet/address.ts'
import { buildUdp } from '../../src/packet/build.ts'
import { MAC_BROADCAST, type Mac } from '../../src/packet/mac.ts'
import { TestNetwork } from '../support/network.ts'

/** node with cni0 (10.244.0.1/24) and three containers a, b, c (.10, .20, .30); bridge-nf off unless asked. */
function docker(options: { bridgeNf?: boolean; address?: string | null; forward?: number } = {}) {
  const net = new TestNetwork()
  const node = net.netns('node', {
    'ipv4.ip_forward': options.forward ?? 1,
    'bridge.bridge-nf-call-iptables': options.bridgeNf === true ? 1 : 0,
  })
  const bridge = net.bridge(node, 'cni0', options.address === undefined ? '10.244.0.1/24' : options.address)
  const gateway = options.address === null ? null : '10.244.0.1'
  const [a, b, c] = ['a', 'b', 'c'].map((name, index) =>
    net.container(node, bridge, name, `10.244.0.${(index + 1) * 10}/24`, gateway),
  )
  return { net, node, bridge, a: a!, b: b!, c: c! }
}

function bridged(net: TestNetwork): string[] {
  return (net.events as BridgeEvent[])
    .filter(({ kind }) => kind === 'bridge')
    .map(({ action, port, to }) => `${action} ${port} ${to.join()}`)
}

describe('forwarding', () => {
  it('learns from every frame, floods newest port first, the host last', () => {
    const { net, a } = docker()
    net.ping(a.netns, '10.244.0.20')
    const first = net.frames.slice(0, 6)
    expect(first).toEqual([
      'a eth0 out ARP, Request who-has 10.244.0.20 tell 10.244.0.10, length 28',
      'node va in ARP, Request who-has 10.244.0.20 tell 10.244.0.10, length 28',
      'node vc out ARP, Request who-has 10.244.0.20 tell 10.244.0.10, length 28',
      'node vb out ARP, Request who-has 10.244.0.20 tell 10.244.0.10, length 28',
      'node cni0 in ARP, Request who-has 10.244.0.20 tell 10.244.0.10, length 28',
      'c eth0 in ARP, Request who-has 10.244.0.20 tell 10.244.0.10, length 28',
    ])
    expect(bridged(net).slice(0, 3)).toEqual(['learned va ', 'flooded va vc,vb', 'local va '])
    expect(net.frames.filter((frame) => frame.startsWith('c eth0'))).toHaveLength(1)
    expect(net.drops).toEqual([])
  })

  it('forgets after 300 seconds', () => {
    const { net, bridge, a } = docker()
    net.ping(a.netns, '10.244.0.20')
    const mac = a.netns.link('eth0').mac
    expect(bridge.fdb.find(mac)?.port?.link.name).toBe('va')
    const learned = net.sim.now
    net.sim.run({ until: learned + AGEING_TIME / 2 })
    expect(bridge.fdb.find(mac)).toBeDefined()
    net.sim.run({ until: learned + AGEING_TIME + 1 })
    expect(bridge.fdb.find(mac)).toBeUndefined()
  })

  it('does not send a frame back by the port it came in on, unless in hairpin mode', () => {
    const { net, bridge, a } = docker()
    const own = a.netns.link('eth0')
    const send = () => {
      const frame = buildUdp({ src: '10.244.0.10', dst: '10.244.0.10', sport: 1, dport: 2 })
      frame.smac = own.mac
      frame.dmac = own.mac
      net.clear()
      a.netns.transmit(frame, own)
      net.sim.run()
    }
    bridge.fdb.learn(own.mac, bridge.portOf(a.port)!)
    send()
    expect(net.drops).toEqual(['node NO_TX_TARGET'])
    bridge.setPort(a.port, { hairpin: true })
    send()
    expect(net.frames.at(-1)).toMatch(/^a eth0 in/)
  })

  it('keeps isolated ports apart', () => {
    const { net, bridge, a, b } = docker()
    for (const { port } of [a, b]) bridge.setPort(port, { isolated: true })
    net.ping(a.netns, '10.244.0.20')
    expect(net.frames.some((frame) => frame.startsWith('b eth0'))).toBe(false)
    expect(net.drops).toContain('a NEIGH_FAILED')
  })

  it('refuses what no unicast address sent, and keeps link-local groups to itself', () => {
    const { net, a } = docker()
    const link = a.netns.link('eth0')
    const frame = (smac: number, dmac: number) => {
      const packet = buildUdp({ src: '10.244.0.10', dst: '10.244.0.20', sport: 1, dport: 2 })
      packet.smac = smac as Mac
      packet.dmac = dmac as Mac
      net.clear()
      a.netns.transmit(packet, link)
      net.sim.run()
    }
    frame(MAC_BROADCAST, MAC_BROADCAST)
    expect(net.drops).toEqual(['node MAC_INVALID_SOURCE'])
    frame(link.mac, 0x0180c2000000)
    expect(net.frames.filter((text) => text.includes(' out '))).toHaveLength(1)
  })

  it('floods unicast frames to unknown addresses, but not to the host', () => {
    const { net, a } = docker()
    const packet = buildUdp({ src: '10.244.0.10', dst: '10.244.0.99', sport: 1, dport: 2 })
    packet.smac = a.netns.link('eth0').mac
    packet.dmac = 0x020000ffffff as Mac
    a.netns.transmit(packet, a.netns.link('eth0'))
    net.sim.run()
    expect(net.frames.filter((text) => text.includes('node v') && text.includes(' out '))).toHaveLength(2)
    expect(net.frames.some((text) => text.startsWith('node cni0'))).toBe(false)
    expect(net.drops).toEqual(['c OTHERHOST', 'b OTHERHOST'])
  })

  it('shows all frames to a host that listens to everything', () => {
    const { net, bridge, a } = docker()
    bridge.promiscuity = 1
    net.ping(a.netns, '10.244.0.20')
    expect(net.ipFrames.filter((text) => text.startsWith('node cni0 in'))).toHaveLength(2)
    expect(net.drops).toEqual(['node OTHERHOST', 'node OTHERHOST'])
  })
})

describe('the device', () => {
  it('takes the lowest address and MTU of its ports, unless told', () => {
    const { net, node, bridge, a } = docker()
    const lowest = Math.min(...bridge.ports.map((port) => port.link.mac))
    expect(bridge.mac).toBe(lowest)
    node.setMtu(a.port, 1400)
    expect(bridge.mtu).toBe(1400)
    node.setMtu(bridge, 1200)
    node.setMtu(a.port, 1300)
    expect(bridge.mtu).toBe(1200)
    node.setMac(bridge, 0x02aaaaaaaaaa as Mac)
    bridge.removePort(a.port)
    expect(bridge.mac).toBe(0x02aaaaaaaaaa)
    net.ping(node, '10.244.0.20')
    expect(net.drops).toEqual([])
  })

  it('has a carrier while a port runs', () => {
    const { node, bridge, a, b, c } = docker()
    expect(bridge.carrier).toBe(true)
    for (const { port } of [a, b, c]) node.setUp(port, false)
    expect(bridge.carrier).toBe(false)
    node.setUp(a.port, true)
    expect(bridge.carrier).toBe(true)
  })

  it('lets its ports go when it is removed', () => {
    const { node, bridge, a } = docker()
    node.remove(bridge)
    expect(a.port.master).toBeNull()
    expect(a.port.receiveHandler).toBeNull()
    expect(node.deviceByName('cni0')).toBeUndefined()
  })

  it('drops what is down, too long, or for itself', () => {
    const { net, node, bridge, a, b } = docker()
    net.ping(a.netns, '10.244.0.20')
    node.setMtu(b.port, 600)
    net.clear()
    net.ping(a.netns, '10.244.0.20', { size: 1000 })
    expect(net.drops).toEqual(['node PKT_TOO_BIG'])
    node.setUp(bridge, false)
    net.clear()
    net.ping(a.netns, '10.244.0.20')
    expect(net.drops).toContain('node BRIDGE_INGRESS_STP_STATE')
  })

  it('is captured and put back by a transaction', () => {
    const { net, bridge, a } = docker()
    net.sim.transaction(() => net.ping(a.netns, '10.244.0.20'))
    expect([...bridge.fdb.entries()].every((entry) => entry.local)).toBe(true)
  })
})

describe('br_netfilter', () => {
  const DNAT = `*nat
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A PREROUTING -d 10.96.0.50/32 -p udp -j DNAT --to-destination 10.244.0.20
COMMIT
`

  it('translates the destination and bridges on: no TTL lost, first by the bridge device, then straight to the port', () => {
    const { net, node, a } = docker({ bridgeNf: true })
    node.netfilter.restore(DNAT)
    net.udp(a.netns, '10.96.0.50', 53)
    const out = net.ipFrames.filter((text) => text.startsWith('node') && text.includes('UDP'))
    expect(out.slice(0, 3)).toEqual([
      'node va in 10.244.0.10.40000 > 10.96.0.50.53: UDP, length 4',
      'node cni0 out 10.244.0.10.40000 > 10.244.0.20.53: UDP, length 4',
      'node vb out 10.244.0.10.40000 > 10.244.0.20.53: UDP, length 4',
    ])
    net.clear()
    net.udp(a.netns, '10.96.0.50', 53)
    const again = net.ipFrames.filter((text) => text.startsWith('node') && text.includes('UDP'))
    expect(again.slice(0, 2)).toEqual([
      'node va in 10.244.0.10.40000 > 10.96.0.50.53: UDP, length 4',
      'node vb out 10.244.0.10.40000 > 10.244.0.20.53: UDP, length 4',
    ])
  })

  it('is off: the same goes by routing, and the TTL is less', () => {
    const { net, node, a } = docker({ bridgeNf: false })
    node.netfilter.restore(DNAT)
    net.udp(a.netns, '10.96.0.50', 53)
    const out = net.ipFrames.filter((text) => text.startsWith('node') && text.includes('UDP'))
    expect(out.slice(0, 4)).toEqual([
      'node va in 10.244.0.10.40000 > 10.96.0.50.53: UDP, length 4',
      'node cni0 in 10.244.0.10.40000 > 10.96.0.50.53: UDP, length 4',
      'node cni0 out 10.244.0.10.40000 > 10.244.0.20.53: UDP, length 4',
      'node vb out 10.244.0.10.40000 > 10.244.0.20.53: UDP, length 4',
    ])
  })

  it('hands translated packets up when forwarding is off, and routes to other devices when it is on', () => {
    const off = docker({ bridgeNf: true, forward: 0 })
    off.node.netfilter.restore(DNAT)
    off.net.udp(off.a.netns, '10.96.0.50', 53)
    expect(off.net.ipFrames).toContain('node cni0 in 10.244.0.10.40000 > 10.244.0.20.53: UDP, length 4')
    expect(off.net.ipFrames).not.toContain('b eth0 in 10.244.0.10.40000 > 10.244.0.20.53: UDP, length 4')

    const on = docker({ bridgeNf: true })
    const outside = on.net.netns('outside')
    on.net.pair(on.node, 'eth0', '192.168.0.1/24', outside, 'eth0', '192.168.0.2/24')
    on.net.route(outside, '0.0.0.0/0', '192.168.0.1', 'eth0')
    on.node.netfilter.restore(DNAT.replace('10.244.0.20', '192.168.0.2'))
    on.net.udp(on.a.netns, '10.96.0.50', 53)
    expect(on.net.ipFrames).toContain('outside eth0 in 10.244.0.10.40000 > 192.168.0.2.53: UDP, length 4')
    expect(on.net.ipFrames).toContain('node cni0 in 10.244.0.10.40000 > 192.168.0.2.53: UDP, length 4')
  })

  it('drops a translated packet that has no way', () => {
    const { net, node, a } = docker({ bridgeNf: true })
    node.netfilter.restore(DNAT.replace('10.244.0.20', '172.16.0.1'))
    net.udp(a.netns, '10.96.0.50', 53)
    expect(net.drops).toContain('node IP_INNOROUTES')
  })

  it('shows bridged packets to FORWARD with the bridge on both sides, and lets physdev tell the ports', () => {
    const { net, node, a } = docker({ bridgeNf: true })
    node.netfilter.restore(`*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -i cni0 -o cni0 -m physdev --physdev-in va --physdev-out vb -j DROP
COMMIT
`)
    net.ping(a.netns, '10.244.0.20')
    expect(net.ipFrames.some((text) => text.startsWith('b eth0 in'))).toBe(false)
    net.clear()
    net.ping(a.netns, '10.244.0.30')
    expect(net.ipFrames.some((text) => text.startsWith('c eth0 in'))).toBe(true)
  })

  it('rejects a bridged connection in the name of the host it was for, by the port it came in on', () => {
    const { net, node, bridge, a } = docker({ bridgeNf: true })
    node.netfilter.restore(`*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -p udp -j REJECT
COMMIT
`)
    net.udp(a.netns, '10.244.0.20', 53)
    expect(net.ipFrames.at(-1)).toContain(
      'a eth0 in 10.244.0.1 > 10.244.0.10: ICMP 10.244.0.20 udp port 53 unreachable',
    )
    expect(bridge.carrier).toBe(true)
  })

  it('sends nothing when the bridge has no address', () => {
    const { net, node, a } = docker({ bridgeNf: true, address: null })
    node.netfilter.restore(`*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -p udp -j REJECT
COMMIT
`)
    net.udp(a.netns, '10.244.0.20', 53, { src: '10.244.0.10' })
    expect(net.ipFrames.filter((text) => text.includes('ICMP'))).toEqual([])
    expect(parseIpv4('10.244.0.20')).toBeDefined()
  })

  it('puts fragments together for the rules and cuts them again for the port', () => {
    const { net, node, a } = docker({ bridgeNf: true })
    node.netfilter.restore(`*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate NEW -j ACCEPT
COMMIT
`)
    net.ping(a.netns, '10.244.0.20', { size: 2000, df: false })
    expect(net.ipFrames.filter((text) => text.startsWith('b eth0 in'))).toHaveLength(2)
    expect(node.netfilter.counters('filter')('FORWARD', 1).packets).toBe(1)
  })
})
