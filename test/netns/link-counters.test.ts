import { describe, expect, it } from 'vitest'
import { Vxlan } from '../../src/overlay/vxlan.ts'
import { parseIpv4 } from '../../src/packet/address.ts'
import { MAC_ZERO } from '../../src/packet/mac.ts'
import { TestNetwork } from '../support/network.ts'

/** One packet of 84 octets each way; ARP of 28 before it, and again when the neighbour is asked whether it is still there. */
describe('what a device counts for a ping', () => {
  it('veth: with the Ethernet header, and what one end sent the other received', () => {
    const net = new TestNetwork()
    const [x, y] = [net.netns('x'), net.netns('y')]
    net.pair(x, 'eth0', '192.168.0.1/24', y, 'eth0', '192.168.0.2/24')
    net.ping(x, '192.168.0.2', { size: 56 })
    const both = { rxPackets: 3, rxBytes: 182, rxDropped: 0, txPackets: 3, txBytes: 182 }
    expect(x.link('eth0').statistics).toMatchObject(both)
    expect(y.link('eth0').statistics).toMatchObject(both)
  })

  it('lo: without a header, on both sides', () => {
    const net = new TestNetwork()
    const x = net.netns('x')
    net.ping(x, '127.0.0.1', { size: 56 })
    expect(x.loopback.statistics).toMatchObject({ rxPackets: 2, rxBytes: 168, txPackets: 2, txBytes: 168 })
  })

  it('bridge: with the header out, without it up to the host', () => {
    const net = new TestNetwork()
    const node = net.netns('node')
    const bridge = net.bridge(node, 'cni0', '10.244.0.1/24')
    const pod = net.container(node, bridge, 'a', '10.244.0.10/24', '10.244.0.1')
    net.ping(pod.netns, '10.244.0.1', { size: 56 })
    expect(bridge.statistics).toMatchObject({ rxPackets: 3, rxBytes: 140, txPackets: 3, txBytes: 182 })
  })

  it('vxlan: without the header; what has no way is an error, what has no remote a drop', () => {
    const net = new TestNetwork()
    const [x, y] = [net.netns('x'), net.netns('y')]
    net.pair(x, 'eth0', '192.168.0.1/24', y, 'eth0', '192.168.0.2/24')
    const device = (netns: typeof x, other: string | null, address: string) => {
      const made = new Vxlan(netns, 'vxlan0', net.mac(), { id: 42, learning: false })
      netns.attach(made)
      net.address(netns, made, address)
      netns.setUp(made, true)
      if (other !== null) made.fdb.set(MAC_ZERO, { address: parseIpv4(other), port: 0, vni: 0 }, 'append')
      return made
    }
    const vx = device(x, '192.168.0.2', '10.0.0.1/24')
    const vy = device(y, '192.168.0.1', '10.0.0.2/24')
    net.ping(x, '10.0.0.2', { size: 56 })
    const both = { rxPackets: 3, rxBytes: 140, txPackets: 3, txBytes: 140, txErrors: 0, txDropped: 0 }
    expect(vx.statistics).toMatchObject(both)
    expect(vy.statistics).toMatchObject(both)
    vx.fdb.set(MAC_ZERO, { address: parseIpv4('99.9.9.9'), port: 0, vni: 0 }, 'replace')
    net.ping(x, '10.0.0.2', { size: 56 })
    expect(vx.statistics).toMatchObject({ txPackets: 3, txErrors: 1, txCarrier: 1 })
  })

  it('nothing in a transaction that is taken back', () => {
    const net = new TestNetwork()
    const [x, y] = [net.netns('x'), net.netns('y')]
    net.pair(x, 'eth0', '192.168.0.1/24', y, 'eth0', '192.168.0.2/24')
    x.sim.transaction(() => {
      net.ping(x, '192.168.0.2')
      expect(x.link('eth0').statistics.txPackets).toBe(3)
    })
    expect(x.link('eth0').statistics).toMatchObject({ rxPackets: 0, rxBytes: 0, txPackets: 0, txBytes: 0 })
  })

  it('a frame that is too long for the other end is dropped at both', () => {
    const net = new TestNetwork()
    const [x, y] = [net.netns('x'), net.netns('y')]
    net.pair(x, 'eth0', '192.168.0.1/24', y, 'eth0', '192.168.0.2/24')
    net.ping(x, '192.168.0.2', { size: 56 })
    y.setMtu(y.link('eth0'), 600)
    net.ping(x, '192.168.0.2', { size: 1000 })
    expect(x.link('eth0').statistics).toMatchObject({ txPackets: 3, txDropped: 1 })
    expect(y.link('eth0').statistics).toMatchObject({ rxPackets: 3, rxDropped: 1 })
  })
})
