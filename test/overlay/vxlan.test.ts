import { describe, expect, it } from 'vitest'
import type { NetworkNamespace } from '../../src/netns/namespace.ts'
import {
  configureFlannel,
  type FlannelBackend,
  flannelDeviceName,
  flannelMtu,
  type Lease,
  subnetEnv,
} from '../../src/overlay/index.ts'
import { Vxlan } from '../../src/overlay/vxlan.ts'
import { parseIpv4, parsePrefix } from '../../src/packet/address.ts'
import { KubehopError } from '../../src/packet/errors.ts'
import { MAC_ZERO, type Mac } from '../../src/packet/mac.ts'
import { printRoute } from '../../src/route/print.ts'
import { TestNetwork } from '../support/network.ts'

const VXLAN: FlannelBackend = { type: 'vxlan', vni: 1, port: 0, directRouting: false }

/** Two hosts on one wire, each with cni0 and a container: a on n1, b on n2. */
function overlay(backend: FlannelBackend) {
  const net = new TestNetwork()
  const leases: Lease[] = [1, 2].map((number) => ({
    subnet: parsePrefix(`10.244.${number}.0/24`),
    publicIp: parseIpv4(`192.168.0.${number}`),
    vtepMac: (0x020000aa0000 + number) as Mac,
  }))
  const [n1, n2] = ['n1', 'n2'].map((name) =>
    net.netns(name, { 'ipv4.ip_forward': 1, 'bridge.bridge-nf-call-iptables': 0 }),
  )
  net.pair(n1!, 'eth0', '192.168.0.1/24', n2!, 'eth0', '192.168.0.2/24')
  const hosts = [n1!, n2!].map((netns, index) => {
    const bridge = net.bridge(netns, 'cni0', `10.244.${index + 1}.1/24`)
    const { netns: pod } = net.container(
      netns,
      bridge,
      index === 0 ? 'a' : 'b',
      `10.244.${index + 1}.10/24`,
      `10.244.${index + 1}.1`,
    )
    configureFlannel(
      netns,
      netns.link('eth0'),
      { network: parsePrefix('10.244.0.0/16'), backend, ipMasq: true },
      leases[index]!,
      leases,
    )
    return { netns, pod, bridge }
  })
  return { net, hosts, leases }
}

function routes(netns: NetworkNamespace): string[] {
  return netns.fib.routes(254).map((route) => printRoute(route, netns).trim())
}

describe('flannel with vxlan', () => {
  it('configures a device without learning, and a route, a neighbour and an entry for each other host', () => {
    const { hosts } = overlay(VXLAN)
    const { netns } = hosts[0]!
    const device = netns.link('flannel.1') as Vxlan
    expect(device.learning).toBe(false)
    expect(device.mtu).toBe(1450)
    expect(device.addresses.map(({ local, length }) => [local, length])).toEqual([[parseIpv4('10.244.1.0'), 32]])
    expect(routes(netns)).toContain('10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink')
    expect([...netns.neighbours.permanentOf(device)]).toEqual([[parseIpv4('10.244.2.0'), 0x020000aa0002]])
    expect([...device.fdb.configured]).toEqual([
      [0x020000aa0002, [{ address: parseIpv4('192.168.0.2'), port: 0, vni: 0 }]],
    ])
  })

  it('carries a packet between hosts inside of UDP, both ways, with one TTL less on each host', () => {
    const { net, hosts } = overlay(VXLAN)
    net.ping(hosts[0]!.pod, '10.244.2.10')
    expect(net.drops).toEqual([])
    const outer = net.ipFrames.filter((frame) => frame.includes('VXLAN'))
    expect(outer).toHaveLength(4)
    expect(outer[0]).toMatch(
      /^n1 eth0 out 192\.168\.0\.1\.\d+ > 192\.168\.0\.2\.8472: VXLAN, vni 1: 10\.244\.1\.10 > 10\.244\.2\.10: ICMP echo request/,
    )
    expect(net.ipFrames).toContain(
      'n2 flannel.1 in 10.244.1.10 > 10.244.2.10: ICMP echo request, id 7, seq 1, length 64',
    )
    expect(net.ipFrames.at(-1)).toBe('a eth0 in 10.244.2.10 > 10.244.1.10: ICMP echo reply, id 7, seq 1, length 64')
  })

  it('sends outer packets through OUTPUT and takes them in through INPUT', () => {
    const { net, hosts } = overlay(VXLAN)
    const [first, second] = [hosts[0]!.netns, hosts[1]!.netns]
    const text = (chain: string) => `*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A ${chain} -p udp -m udp --dport 8472 -j ACCEPT
COMMIT
`
    first.netfilter.restore(text('OUTPUT'))
    second.netfilter.restore(text('INPUT'))
    net.ping(hosts[0]!.pod, '10.244.2.10')
    expect(first.netfilter.counters('filter')('OUTPUT', 1).packets).toBe(1)
    expect(second.netfilter.counters('filter')('INPUT', 1).packets).toBe(1)
  })

  it('keeps the mark of the frame inside for the packet outside', () => {
    const { net, hosts } = overlay(VXLAN)
    const [{ netns }] = hosts as [(typeof hosts)[0]]
    netns.netfilter.restore(`*mangle
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A PREROUTING -i cni0 -j MARK --set-xmark 0x1/0xffffffff
-A OUTPUT -m mark --mark 0x1 -j ACCEPT
COMMIT
`)
    net.ping(hosts[0]!.pod, '10.244.2.10')
    expect(netns.netfilter.counters('mangle')('OUTPUT', 1).packets).toBe(1)
  })

  it('with DirectRouting routes plainly to hosts on the same network', () => {
    const { net, hosts } = overlay({ ...VXLAN, directRouting: true })
    expect(routes(hosts[0]!.netns)).toContain('10.244.2.0/24 via 192.168.0.2 dev eth0')
    net.ping(hosts[0]!.pod, '10.244.2.10')
    expect(net.frames.some((frame) => frame.includes('VXLAN'))).toBe(false)
    expect(net.ipFrames.at(-1)).toContain('a eth0 in 10.244.2.10')
  })
})

describe('flannel with host-gw', () => {
  it('routes by way of the other host', () => {
    const { net, hosts } = overlay({ type: 'host-gw' })
    expect(routes(hosts[0]!.netns)).toContain('10.244.2.0/24 via 192.168.0.2 dev eth0')
    expect(hosts[0]!.netns.deviceByName('flannel.1')).toBeUndefined()
    net.ping(hosts[0]!.pod, '10.244.2.10')
    expect(net.drops).toEqual([])
    expect(net.ipFrames.at(-1)).toContain('a eth0 in 10.244.2.10')
  })

  it('leaves the MTU alone; vxlan takes 50 octets', () => {
    const { hosts } = overlay({ type: 'host-gw' })
    const eth0 = hosts[0]!.netns.link('eth0')
    expect(flannelMtu({ type: 'host-gw' }, eth0)).toBe(1500)
    expect(flannelMtu(VXLAN, eth0)).toBe(1450)
    expect(flannelDeviceName({ type: 'host-gw' })).toBeNull()
    expect(flannelDeviceName({ ...VXLAN, vni: 7 })).toBe('flannel.7')
  })
})

it('subnet.env', () => {
  const lease = { subnet: parsePrefix('10.244.1.0/24'), publicIp: parseIpv4('192.168.0.1'), vtepMac: MAC_ZERO }
  expect(subnetEnv({ network: parsePrefix('10.244.0.0/16'), backend: VXLAN, ipMasq: true }, lease, 1450)).toBe(
    'FLANNEL_NETWORK=10.244.0.0/16\nFLANNEL_SUBNET=10.244.1.1/24\nFLANNEL_MTU=1450\nFLANNEL_IPMASQ=true\n',
  )
})

describe('a VXLAN device', () => {
  /** Two namespaces with vxlan0 each; the default remote is the other one. */
  function pair(options: { learning?: boolean; id?: number } = {}) {
    const net = new TestNetwork()
    const [x, y] = [net.netns('x'), net.netns('y')]
    net.pair(x, 'eth0', '192.168.0.1/24', y, 'eth0', '192.168.0.2/24')
    const make = (netns: NetworkNamespace, own: string, other: string, address: string, id: number) => {
      const device = new Vxlan(netns, 'vxlan0', net.mac(), {
        id,
        dstport: 4789,
        learning: options.learning ?? true,
        local: parseIpv4(own),
      })
      netns.attach(device)
      net.address(netns, device, address)
      netns.setUp(device, true)
      device.fdb.set(MAC_ZERO, { address: parseIpv4(other), port: 0, vni: 0 }, 'append')
      return device
    }
    const vx = make(x, '192.168.0.1', '192.168.0.2', '10.0.0.1/24', 42)
    const vy = make(y, '192.168.0.2', '192.168.0.1', '10.0.0.2/24', options.id ?? 42)
    return { net, x, y, vx, vy }
  }

  it('learns which remote an address was heard from, unless told not to', () => {
    const { net, x, vx, vy } = pair()
    net.ping(x, '10.0.0.2')
    expect([...vx.fdb.learned()]).toEqual([[vy.mac, { address: parseIpv4('192.168.0.2'), port: 0, vni: 0 }]])
    const quiet = pair({ learning: false })
    quiet.net.ping(quiet.x, '10.0.0.2')
    expect([...quiet.vx.fdb.learned()]).toEqual([])
    expect(quiet.net.ipFrames.at(-1)).toBe('x vxlan0 in 10.0.0.2 > 10.0.0.1: ICMP echo reply, id 7, seq 1, length 64')
  })

  it('takes only frames of its own network', () => {
    const { net, x, y } = pair({ id: 43 })
    net.ping(x, '10.0.0.2')
    expect(net.frames.some((frame) => frame.startsWith('y vxlan0'))).toBe(false)
    expect(y.snmp.get('IcmpOutDestUnreachs')).toBeGreaterThanOrEqual(0)
  })

  it('drops what no entry names a remote for', () => {
    const { net, x, vx } = pair()
    expect(vx.fdb.delete(MAC_ZERO, ({ address }) => address === parseIpv4('192.168.0.2'))).toBe(true)
    expect(vx.fdb.delete(MAC_ZERO)).toBe(false)
    net.ping(x, '10.0.0.2')
    expect(net.drops.slice(0, 3)).toEqual(['x NO_TX_TARGET', 'x NO_TX_TARGET', 'x NO_TX_TARGET'])
  })

  it('drops what has no way to the remote, or comes while it is down', () => {
    const { net, x, y, vx, vy } = pair()
    vx.fdb.set(MAC_ZERO, { address: parseIpv4('172.16.0.1'), port: 0, vni: 0 }, 'replace')
    net.ping(x, '10.0.0.2')
    expect(net.drops[0]).toBe('x IP_OUTNOROUTES')
    vx.fdb.set(MAC_ZERO, { address: parseIpv4('192.168.0.2'), port: 0, vni: 0 }, 'replace')
    y.setUp(vy, false)
    net.clear()
    net.ping(x, '10.0.0.2')
    // its socket is closed then, and nobody else has the port
    expect(net.drops).toContain('y IP_NOPROTO')
  })

  it('sends a copy to each remote', () => {
    const { net, x, vx } = pair()
    vx.fdb.set(MAC_ZERO, { address: parseIpv4('192.168.0.9'), port: 0, vni: 0 }, 'append')
    net.ping(x, '10.0.0.2')
    expect(net.ipFrames).toContain('x vxlan0 in 10.0.0.2 > 10.0.0.1: ICMP echo reply, id 7, seq 1, length 64')
    expect(net.frames.filter((frame) => frame.includes('who-has 192.168.0.9')).length).toBeGreaterThan(0)
  })

  it('leaves its port when it is removed', () => {
    const { x, vx } = pair()
    expect(x.tunnels.has(4789)).toBe(true)
    x.remove(vx)
    expect(x.tunnels.has(4789)).toBe(false)
  })

  it('tells the sender of what is too long once it is inside', () => {
    const { net, x, vx } = pair()
    expect(vx.mtu).toBe(1500)
    net.ping(x, '10.0.0.2', { size: 1450, df: false })
    const dst = x.routeOutput({
      destination: parseIpv4('10.0.0.2'),
      source: parseIpv4('0.0.0.0'),
      tos: 0,
      mark: 0,
      oif: 0,
    })
    expect(x.pathMtu(dst, false)).toBe(1450)
  })

  it('is captured and put back by a transaction', () => {
    const { net, x, vx } = pair()
    net.sim.transaction(() => net.ping(x, '10.0.0.2'))
    expect([...vx.fdb.learned()]).toEqual([])
  })

  it.each([-1, 2 ** 24, 1.5])('refuses the VNI %s', (id) => {
    const net = new TestNetwork()
    expect(() => new Vxlan(net.netns('x'), 'vxlan0', net.mac(), { id })).toThrow(KubehopError)
  })
})
