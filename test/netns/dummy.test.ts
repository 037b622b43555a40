import { describe, expect, it } from 'vitest'
import { runScript } from '../../src/commands/run-script.ts'
import { Dummy } from '../../src/netns/dummy.ts'
import type { NetworkNamespace } from '../../src/netns/namespace.ts'
import { UnsupportedError } from '../../src/packet/errors.ts'
import { formatMac } from '../../src/packet/mac.ts'
import { TestNetwork } from '../support/network.ts'

/*
 * The laboratory's kernel has no dummy driver: what is said here is that of drivers/net/dummy.c (`dummy_setup`, `dummy_xmit`), and of
 * what the stack does with a device that has IFF_NOARP (net/ipv4/arp.c, `arp_constructor`).
 */

function dummyIn(net: TestNetwork, netns: NetworkNamespace, name: string, address: string): Dummy {
  const dummy = new Dummy(netns, name, net.mac())
  netns.attach(dummy)
  net.address(netns, dummy, address)
  netns.setUp(dummy, true)
  return dummy
}

describe('a dummy link', () => {
  it('swallows what is sent, and asks for nobody: frames are addressed to itself', () => {
    const net = new TestNetwork()
    const a = net.netns('a')
    const dummy = dummyIn(net, a, 'dummy0', '10.5.0.1/24')
    const sent: string[] = []
    const transmit = dummy.transmitFrame.bind(dummy)
    dummy.transmitFrame = (packet) => {
      sent.push(`${formatMac(packet.smac)} > ${formatMac(packet.dmac)}`)
      transmit(packet)
    }
    net.ping(a, '10.5.0.9')
    expect(net.frames).toEqual(['a dummy0 out 10.5.0.1 > 10.5.0.9: ICMP echo request, id 7, seq 1, length 64'])
    expect(sent).toEqual([`${formatMac(dummy.mac)} > ${formatMac(dummy.mac)}`])
    expect(net.drops).toEqual([])
  })

  it('has its own address answered by lo', () => {
    const net = new TestNetwork()
    const a = net.netns('a')
    dummyIn(net, a, 'dummy0', '10.5.0.1/24')
    net.ping(a, '10.5.0.1')
    expect(net.frames.map((frame) => frame.split(' ').slice(0, 3).join(' '))).toEqual([
      'a lo out',
      'a lo in',
      'a lo out',
      'a lo in',
    ])
  })

  it('is where routes lead to nowhere: forwarded packets end without an error', () => {
    const net = new TestNetwork()
    const a = net.netns('a')
    const r = net.netns('r', { 'ipv4.ip_forward': 1 })
    net.pair(a, 'eth0', '10.0.0.2/24', r, 'eth0', '10.0.0.1/24')
    net.route(a, '0.0.0.0/0', '10.0.0.1', 'eth0')
    dummyIn(net, r, 'sink', '10.6.0.1/24')
    net.ping(a, '10.6.0.77')
    expect(net.frames.at(-1)).toBe('r sink out 10.0.0.2 > 10.6.0.77: ICMP echo request, id 7, seq 1, length 64')
    expect(net.drops).toEqual([])
    net.clear()
    // an address on it is one of the host's, whichever device asks
    net.ping(a, '10.6.0.1')
    expect(net.frames).toContain('a eth0 in 10.6.0.1 > 10.0.0.2: ICMP echo reply, id 7, seq 1, length 64')
  })

  it('cuts to its MTU, and refuses what must not be cut', () => {
    const net = new TestNetwork()
    const a = net.netns('a')
    const dummy = dummyIn(net, a, 'dummy0', '10.5.0.1/24')
    a.setMtu(dummy, 1000)
    net.ping(a, '10.5.0.9', { size: 1400 })
    expect(net.frames).toHaveLength(2)
    net.clear()
    net.ping(a, '10.5.0.9', { size: 1400, df: true })
    // the host tells itself
    const told = '10.5.0.1 > 10.5.0.1: ICMP 10.5.0.9 unreachable - need to frag (mtu 1000), length 556'
    expect(net.frames).toEqual([`a lo out ${told}`, `a lo in ${told}`])
  })

  it('takes any MTU that IPv4 lives with', () => {
    expect(runScript('ip link add d type dummy\nip link set d mtu 100000\nip -o link show d').output).toContain(
      ' mtu 100000 ',
    )
    expect(() => runScript('ip link add d type dummy\nip link set d mtu 67')).toThrow(UnsupportedError)
    expect(() => runScript('ip link add d mtu 67 type dummy')).toThrow(UnsupportedError)
  })

  it('is a port like another', () => {
    const net = new TestNetwork()
    const node = net.netns('node')
    const bridge = net.bridge(node, 'br0', '10.1.0.1/24')
    const { netns: pod } = net.container(node, bridge, 'pod', '10.1.0.2/24', null)
    const dummy = new Dummy(node, 'dummy0', net.mac())
    node.attach(dummy)
    node.setUp(dummy, true)
    bridge.addPort(dummy)
    net.ping(pod, '10.1.0.77')
    expect(net.frames.filter((frame) => frame.startsWith('node dummy0 out ARP')).length).toBeGreaterThan(0)
  })

  it('is named by the kernel unless it has a name, and shown as one that asks for nobody', () => {
    const { output } = runScript(`ip link add type dummy
ip link add type dummy
ip link add named address 02:00:00:00:00:07 mtu 9000 type dummy
ip link set dummy0 up
ip -o link show dummy0
ip -o link show dummy1
ip -o link show named
ip link add x address 01:00:00:00:00:00 type dummy
ip link del named
ip link show named
`)
    const lines = output.replace(/link\/ether (?!02:00)\S+/g, 'link/ether MAC').split('\n')
    expect(lines[0]).toMatch(
      /^2: dummy0: <BROADCAST,NOARP,UP,LOWER_UP> mtu 1500 qdisc noqueue state UNKNOWN mode DEFAULT/,
    )
    expect(lines[1]).toMatch(/^3: dummy1: <BROADCAST,NOARP> mtu 1500 qdisc noop state DOWN mode DEFAULT/)
    expect(lines[2]).toMatch(/^4: named: <BROADCAST,NOARP> mtu 9000 .*link\/ether 02:00:00:00:00:07/)
    expect(lines.slice(3)).toEqual([
      'RTNETLINK answers: Cannot assign requested address',
      'Device "named" does not exist.',
      '',
    ])
  })
})
