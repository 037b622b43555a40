import fc from 'fast-check'
import { type Place, portMac, type Topology, Wiring } from './topology.ts'

/** One Ethernet segment with two routers and hosts of two networks on it: redirects, proxy ARP, who answers for which address. */
export const segment: fc.Arbitrary<Topology> = fc
  .record({
    /** The second router leads to a network of its own. */
    gateway: fc.constantFrom(1, 2),
    bothNets: fc.boolean(),
    legs: fc.constantFrom(1, 1, 1, 1, 2),
    wide: fc.constantFrom(false, false, true),
  })
  .map(({ gateway, bothNets, legs, wide }) => {
    const wiring = new Wiring()
    wiring.namespace('lan', false)
    wiring.bridge('lan', 'br0')
    for (const name of ['r1', 'r2']) wiring.namespace(name, true)
    for (const name of ['a', 'b', 'c']) wiring.namespace(name, false)
    let ports = 0
    const onLan = (netns: string, device: string, address: string, mac?: string) =>
      wiring.veth(
        { netns: 'lan', device: `p${netns}${device.at(-1)}`, master: 'br0', mac: portMac(++ports) },
        { netns, device, address, mac },
      )
    onLan('r1', 'eth0', '10.0.1.1/24')
    onLan('r2', 'eth0', '10.0.1.254/24')
    // The mask of a is wider than the network: it asks for everybody by ARP.
    onLan('a', 'eth0', wide ? '10.0.1.2/16' : '10.0.1.2/24', '02:00:00:00:00:01')
    onLan('b', 'eth0', bothNets ? '10.0.3.2/24' : '10.0.1.3/24', '02:00:00:00:00:02')
    if (bothNets) wiring.lines.push('ip -n r1 addr add 10.0.3.1/24 dev eth0')
    if (legs === 2) onLan('r1', 'eth1', '10.0.1.9/24')
    wiring.veth(
      { netns: 'c', device: 'eth0', address: '10.0.2.2/24', mac: '02:00:00:00:00:03' },
      { netns: 'r2', device: 'far', address: '10.0.2.1/24' },
    )
    if (!wide) wiring.route('a', `default via ${gateway === 1 ? '10.0.1.1' : '10.0.1.254'}`)
    wiring.route('b', `default via ${bothNets ? '10.0.3.1' : '10.0.1.1'}`)
    wiring.route('c', 'default via 10.0.2.1')
    wiring.route('r1', '10.0.2.0/24 via 10.0.1.254')
    if (bothNets) wiring.route('r2', '10.0.3.0/24 via 10.0.1.1')
    const hosts: Place[] = [
      { netns: 'a', address: '10.0.1.2', devices: ['eth0'], gateways: ['10.0.1.1', '10.0.1.254'] },
      { netns: 'b', address: bothNets ? '10.0.3.2' : '10.0.1.3', devices: ['eth0'], gateways: ['10.0.1.1'] },
      { netns: 'c', address: '10.0.2.2', devices: ['eth0'], gateways: ['10.0.2.1'] },
    ]
    return {
      name: 'segment',
      setup: wiring.setup(),
      routers: [
        {
          netns: 'r1',
          address: '10.0.1.1',
          devices: legs === 2 ? ['eth0', 'eth1'] : ['eth0'],
          gateways: ['10.0.1.254'],
        },
        { netns: 'r2', address: '10.0.1.254', devices: ['eth0', 'far'], gateways: ['10.0.1.1'] },
      ],
      hosts,
      networks: ['10.0.1.0/24', '10.0.2.0/24', '10.0.3.0/24'],
    }
  })
