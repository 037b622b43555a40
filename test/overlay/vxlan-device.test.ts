import { describe, expect, it } from 'vitest'
import { Vxlan, type VxlanOptions } from '../../src/overlay/vxlan.ts'
import { parseIpv4 } from '../../src/packet/address.ts'
import { buildEcho } from '../../src/packet/build.ts'
import { MAC_ZERO } from '../../src/packet/mac.ts'
import { TestNetwork } from '../support/network.ts'

/** x and y on one wire, with a VXLAN device of these options in x and a plain one in y. */
function hosts(options: Partial<VxlanOptions> = {}, remote: Partial<{ port: number; vni: number }> = {}) {
  const net = new TestNetwork()
  const [x, y] = [net.netns('x'), net.netns('y')]
  net.pair(x, 'eth0', '192.168.0.1/24', y, 'eth0', '192.168.0.2/24')
  const make = (netns: typeof x, other: string, address: string, given: Partial<VxlanOptions>, to: typeof remote) => {
    const device = new Vxlan(netns, 'vxlan0', net.mac(), { id: 42, ...given })
    netns.attach(device)
    net.address(netns, device, address)
    netns.setUp(device, true)
    device.fdb.set(MAC_ZERO, { address: parseIpv4(other), port: 0, vni: 0, ...to }, 'append')
    return device
  }
  const vx = make(x, '192.168.0.2', '10.0.0.1/24', options, remote)
  const vy = make(y, '192.168.0.1', '10.0.0.2/24', {}, {})
  const outer = () => net.frames.filter((text) => text.startsWith('x eth0 out') && text.includes('VXLAN'))
  return { net, x, y, vx, vy, outer }
}

const answered = (net: TestNetwork) =>
  net.ipFrames.some((text) => text.startsWith('x vxlan0 in') && text.includes('reply'))

describe('the outer packet', () => {
  it('goes from the address that routing chooses, to the port 8472, with the TTL of the host', () => {
    const { net, x, outer } = hosts()
    net.ping(x, '10.0.0.2')
    expect(outer()[0]).toMatch(/x eth0 out 192\.168\.0\.1\.\d+ > 192\.168\.0\.2\.8472: VXLAN, vni 42/)
    const sent = net.events.find((event) => event.kind === 'encapsulated') as unknown as {
      outer: { ip: { ttl: number } }
    }
    expect(sent.outer.ip.ttl).toBe(64)
    expect(answered(net)).toBe(true)
  })

  it('has the TTL of the device, when it has one', () => {
    const { net, x } = hosts({ ttl: 7 })
    net.ping(x, '10.0.0.2')
    const sent = net.events.find((event) => event.kind === 'encapsulated') as unknown as {
      outer: { ip: { ttl: number } }
    }
    expect(sent.outer.ip.ttl).toBe(7)
  })

  it('has the port and the network of the forwarding entry, when it names them', () => {
    const { net, x, outer } = hosts({}, { port: 5000, vni: 7 })
    net.ping(x, '10.0.0.2')
    expect(outer()[0]).toContain('> 192.168.0.2.5000: VXLAN, vni 7: ')
    expect(answered(net)).toBe(false)
  })

  it('is not sent to this host by a device that it is bound to', () => {
    const { net, x } = hosts()
    const bound = new Vxlan(x, 'vxlan1', net.mac(), { id: 43, dev: x.link('eth0') })
    expect(bound.mtu).toBe(1450)
    x.attach(bound)
    net.address(x, bound, '10.1.0.1/24')
    x.setUp(bound, true)
    bound.fdb.set(MAC_ZERO, { address: parseIpv4('192.168.0.1'), port: 0, vni: 0 }, 'append')
    net.ping(x, '10.1.0.2')
    expect(new Set(net.drops)).toEqual(new Set(['x NOT_SPECIFIED', 'x NEIGH_FAILED']))
  })
})

describe('frames that come in', () => {
  it('of the device’s own address are a loop and end', () => {
    const { net, x, vx, vy, y } = hosts()
    y.setMac(vy, vx.mac)
    x.neighbours.addPermanent(vx, parseIpv4('10.0.0.2'), vx.mac)
    net.ping(x, '10.0.0.2')
    expect(net.drops).toContain('y NOT_SPECIFIED')
  })

  it('in great number are taken up in batches, in their order', () => {
    const { net, x, y, vx, vy } = hosts()
    x.neighbours.addPermanent(vx, parseIpv4('10.0.0.2'), vy.mac)
    const eth = x.link('eth0')
    x.neighbours.addPermanent(eth, parseIpv4('192.168.0.2'), y.link('eth0').mac)
    for (let sequence = 1; sequence <= 12; sequence++) {
      x.localOut(echo(sequence))
    }
    net.sim.run()
    const arrived = net.ipFrames.filter((text) => text.startsWith('y vxlan0 in'))
    expect(arrived.map((text) => Number(/seq (\d+)/.exec(text)?.[1]))).toEqual(
      Array.from({ length: 12 }, (_, i) => i + 1),
    )
  })

  it('are for the device of their network, of several at one port', () => {
    const { net, x, y, vx } = hosts()
    const other = new Vxlan(y, 'vxlan9', net.mac(), { id: 9 })
    y.attach(other)
    net.ping(x, '10.0.0.2')
    expect(answered(net)).toBe(true)
    y.remove(other)
    expect(y.tunnels.has(8472)).toBe(true)
    net.clear()
    net.ping(x, '10.0.0.2')
    expect(answered(net)).toBe(true)
    expect(vx.describe()).toEqual({ id: 42, dstport: 8472, learning: true, ttl: 0 })
  })

  it('are taken out unseen', () => {
    const { net, x } = hosts()
    net.sim.probe = null
    net.ping(x, '10.0.0.2')
    expect(x.snmp.get('IcmpInEchoReps')).toBe(1)
  })
})

function echo(sequence: number) {
  return buildEcho({ src: '10.0.0.1', dst: '10.0.0.2', id: 7, sequence })
}
