import { describe, expect, it } from 'vitest'
import { Dummy } from '../../src/netns/dummy.ts'
import { parseIpv4 } from '../../src/packet/address.ts'
import { buildUdp } from '../../src/packet/build.ts'
import { MAC_BROADCAST, type Mac } from '../../src/packet/mac.ts'
import { PacketType } from '../../src/packet/packet.ts'
import { TestNetwork } from '../support/network.ts'

const UNKNOWN = 0x020000ffffff as Mac
const GROUP = 0x01005e000009 as Mac

/** node with br0 (10.0.0.1/24) and containers a, b, c (.10, .20, .30); iptables sees bridged packets when asked to. */
function bridged(options: { bridgeNf?: boolean } = {}) {
  const net = new TestNetwork()
  const node = net.netns('node', {
    'ipv4.ip_forward': 1,
    'bridge.bridge-nf-call-iptables': options.bridgeNf === true ? 1 : 0,
  })
  const bridge = net.bridge(node, 'br0', '10.0.0.1/24')
  const [a, b, c] = ['a', 'b', 'c'].map((name, index) =>
    net.container(node, bridge, name, `10.0.0.${(index + 1) * 10}/24`, '10.0.0.1'),
  )
  /** A frame from a, to whom one likes. */
  const send = (dmac: Mac, smac: Mac = a!.netns.link('eth0').mac) => {
    const frame = buildUdp({ src: '10.0.0.10', dst: '10.0.0.20', sport: 1, dport: 2 })
    frame.smac = smac
    frame.dmac = dmac
    net.clear()
    a!.netns.transmit(frame, a!.netns.link('eth0'))
    net.sim.run()
  }
  const outPorts = () =>
    net.frames.filter((text) => text.startsWith('node v') && text.includes(' out ')).map((text) => text.slice(5, 7))
  return { net, node, bridge, a: a!, b: b!, c: c!, send, outPorts }
}

describe('flooding', () => {
  it('is a setting of each port, by kind of destination', () => {
    const { bridge, b, c, send, outPorts } = bridged()
    bridge.setPort(b.port, { flood: false })
    bridge.setPort(c.port, { mcast_flood: false })
    send(UNKNOWN)
    expect(outPorts()).toEqual(['vc'])
    send(GROUP)
    expect(outPorts()).toEqual(['vb'])
    send(MAC_BROADCAST)
    expect(outPorts()).toEqual(['vc', 'vb'])
    bridge.setPort(b.port, { bcast_flood: false })
    send(MAC_BROADCAST)
    expect(outPorts()).toEqual(['vc'])
  })

  it('finds no port: the frame ends there', () => {
    const { net, bridge, b, c, send } = bridged()
    for (const { port } of [b, c]) bridge.setPort(port, { flood: false })
    send(UNKNOWN)
    expect(net.drops).toEqual(['node BRIDGE_NO_EGRESS_PORT'])
  })

  it('carries what the host itself sends to unknown addresses', () => {
    const { net, node, bridge, outPorts } = bridged()
    node.neighbours.addPermanent(bridge, parseIpv4('10.0.0.99'), UNKNOWN)
    net.udp(node, '10.0.0.99', 9)
    expect(outPorts()).toEqual(['vc', 'vb', 'va'])
  })

  it('shows unknown destinations to a host that listens to everything', () => {
    const { net, bridge, send } = bridged()
    bridge.promiscuity = 1
    send(UNKNOWN)
    expect(net.frames.some((text) => text.startsWith('node br0 in'))).toBe(true)
  })
})

describe('the forwarding database', () => {
  it('without ageing learns nothing, and floods everything', () => {
    const { bridge, b, send, outPorts } = bridged()
    bridge.fdb.ageingTime = 0
    send(b.netns.link('eth0').mac)
    expect(outPorts().slice(0, 2)).toEqual(['vc', 'vb'])
    expect([...bridge.fdb.entries()].every((entry) => entry.local)).toBe(true)
  })

  it('never takes an address of this host for learned, and lets a moved one move', () => {
    const { bridge, a, b, send } = bridged()
    const [from, to] = [bridge.portOf(a.port)!, bridge.portOf(b.port)!]
    expect(bridge.fdb.learn(b.port.mac, from)).toBe(false)
    expect(bridge.fdb.learn(UNKNOWN, from)).toBe(true)
    expect(bridge.fdb.learn(UNKNOWN, from)).toBe(false)
    expect(bridge.fdb.learn(UNKNOWN, to)).toBe(true)
    expect(bridge.fdb.find(UNKNOWN)?.port).toBe(to)
    send(UNKNOWN)
    expect([...bridge.fdb.entries()].map(({ mac }) => mac)).toContain(UNKNOWN)
  })

  it('a written entry stays, whatever is heard', () => {
    const { bridge, a, b } = bridged()
    bridge.fdb.add(UNKNOWN, bridge.portOf(b.port)!, { local: false })
    expect(bridge.fdb.learn(UNKNOWN, bridge.portOf(a.port)!)).toBe(false)
    expect(bridge.fdb.find(UNKNOWN)?.port?.link).toBe(b.port)
    bridge.fdb.flush(null)
    expect(bridge.fdb.find(UNKNOWN)).toBeDefined()
    bridge.fdb.flush(null, true)
    expect(bridge.fdb.find(UNKNOWN)).toBeUndefined()
  })

  it('lists only what has not aged', () => {
    const { net, bridge, a } = bridged()
    net.ping(a.netns, '10.0.0.20')
    const learned = () => [...bridge.fdb.entries()].filter((entry) => !entry.local).length
    expect(learned()).toBe(2)
    net.sim.run({ until: net.sim.now + 400_000_000_000 })
    expect(learned()).toBe(0)
  })
})

describe('a port', () => {
  it('that is none is passed over', () => {
    const { net, node, bridge } = bridged()
    const dummy = new Dummy(node, 'dummy0', net.mac())
    node.attach(dummy)
    bridge.setPort(dummy, { hairpin: true })
    bridge.portChanged(dummy)
    bridge.removePort(dummy)
    expect(bridge.ports).toHaveLength(3)
    expect(bridge.portOf(dummy)).toBeUndefined()
  })

  it.each([
    ['is down', 'down'],
    ['would lead back', 'back'],
    ['is isolated as the other', 'isolated'],
  ])('that %s gets no frame, and the reason is told', (_, how) => {
    const { net, node, bridge, a, b, send } = bridged()
    const target = bridge.portOf(how === 'back' ? a.port : b.port)!
    bridge.fdb.add(UNKNOWN, target, { local: false })
    if (how === 'down') target.settings = { ...target.settings, state: 4 }
    if (how === 'isolated') for (const { port } of [a, b]) bridge.setPort(port, { isolated: true })
    send(UNKNOWN)
    expect(net.drops).toEqual(['node NO_TX_TARGET'])
    expect(net.events.filter((event) => event.kind === 'drop')).toMatchObject([
      {
        detail: {
          down: 'port vb is down',
          back: 'it would leave by va, where it came in, and hairpin mode is off',
          isolated: 'both ports are isolated',
        }[how],
      },
    ])
    expect(node.link('vb')).toBe(b.port)
  })

  it('that is down takes no frame', () => {
    const { net, bridge, a, send } = bridged()
    bridge.setPort(a.port, { state: 1 })
    send(MAC_BROADCAST)
    expect(net.drops).toEqual(['node BRIDGE_INGRESS_STP_STATE'])
  })
})

describe('the host', () => {
  it('cannot send to its own address by the bridge', () => {
    const { net, node, bridge } = bridged()
    const frame = buildUdp({ src: '10.0.0.1', dst: '10.0.0.1', sport: 1, dport: 2 })
    frame.smac = bridge.mac
    frame.dmac = bridge.mac
    bridge.changeMac(bridge.mac)
    node.transmit(frame, bridge)
    expect(net.drops).toEqual(['node NO_TX_TARGET'])
  })

  it('hears what it sent itself without the bridge', () => {
    const { net, node, bridge, a } = bridged()
    const frame = buildUdp({ src: '10.0.0.10', dst: '10.0.0.1', sport: 1, dport: 2 })
    frame.smac = a.netns.link('eth0').mac
    frame.dmac = bridge.mac
    frame.packetType = PacketType.LOOPBACK
    node.receive(frame, a.port)
    expect(net.frames[0]).toMatch(/^node va in/)
    expect(net.frames.some((text) => text.startsWith('node br0'))).toBe(false)
  })
})

describe('with br_netfilter', () => {
  it('POSTROUTING can end a bridged packet, too', () => {
    const { net, node, a } = bridged({ bridgeNf: true })
    node.netfilter.restore('*mangle\n:POSTROUTING ACCEPT [0:0]\n-A POSTROUTING -o br0 -p udp -j DROP\nCOMMIT\n')
    net.udp(a.netns, '10.0.0.20', 9)
    expect(net.ipFrames.some((text) => text.startsWith('b eth0 in'))).toBe(false)
    expect(net.events).toContainEqual(expect.objectContaining({ kind: 'hook-drop' }))
  })

  it('DNAT to where no route leads ends on the bridge; unseen as well', () => {
    const { net, node, bridge, a } = bridged({ bridgeNf: true })
    node.netfilter.restore(
      '*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p udp -m udp --dport 9 -j DNAT --to-destination 172.16.0.1\nCOMMIT\n',
    )
    net.udp(a.netns, '10.0.0.20', 9)
    expect(net.drops).toEqual(['node IP_INNOROUTES'])
    net.clear()
    net.sim.probe = null
    net.udp(a.netns, '10.0.0.20', 9, { sport: 40001 })
    expect(net.events).toEqual([])
    expect(bridge.netns).toBe(node)
  })

  it('DNAT by way of a gateway on the bridge asks for the gateway', () => {
    const { net, node, a } = bridged({ bridgeNf: true })
    net.route(node, '172.16.0.0/12', '10.0.0.20', 'br0')
    node.netfilter.restore(
      '*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p udp -m udp --dport 9 -j DNAT --to-destination 172.16.0.1\nCOMMIT\n',
    )
    net.udp(a.netns, '10.0.0.30', 9)
    expect(net.frames).toContainEqual(expect.stringContaining('node br0 out ARP, Request who-has 10.0.0.20'))
    expect(net.ipFrames).toContainEqual(expect.stringMatching(/^b eth0 in 10\.0\.0\.10\.40000 > 172\.16\.0\.1\.9/))
  })
})
