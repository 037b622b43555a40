import fc from 'fast-check'
import { type Place, portMac, type Topology, Wiring } from './topology.ts'

/** One node with pods on a bridge, and a host outside. */
export const bridgeNode: fc.Arbitrary<Topology> = fc
  .record({
    pods: fc.constantFrom(2, 2, 3),
    forwards: fc.constantFrom(true, true, true, true, true, true, true, true, true, false),
    brNetfilter: fc.constantFrom(1, 0),
    ports: fc.array(fc.constantFrom('', '', 'hairpin on', 'hairpin on', 'isolated on', 'learning off', 'flood off'), {
      minLength: 3,
      maxLength: 3,
    }),
    /** Service addresses are on the bridge's link. */
    services: fc.boolean(),
    bridgeAddress: fc.constantFrom(true, true, true, true, false),
  })
  .map(({ pods, forwards, brNetfilter, ports, services, bridgeAddress }) => {
    const wiring = new Wiring()
    const hosts: Place[] = []
    wiring.namespace('n', forwards, `net.bridge.bridge-nf-call-iptables=${brNetfilter}`)
    wiring.bridge('n', 'cni0', bridgeAddress ? '10.244.0.1/24' : undefined)
    for (let i = 1; i <= pods; i++) {
      const netns = 'abc'[i - 1]!
      wiring.namespace(netns, false)
      wiring.veth(
        { netns: 'n', device: `v${netns}`, master: 'cni0', mac: portMac(i) },
        { netns, device: 'eth0', address: `10.244.0.1${i}/24`, mac: `02:00:00:00:00:0${i}` },
      )
      wiring.route(netns, 'default via 10.244.0.1')
      if (ports[i - 1] !== '') wiring.lines.push(`ip -n n link set v${netns} type bridge_slave ${ports[i - 1]}`)
      hosts.push({ netns, address: `10.244.0.1${i}`, devices: ['eth0'], gateways: ['10.244.0.1'] })
    }
    wiring.namespace('x', false)
    wiring.veth(
      { netns: 'x', device: 'eth0', address: '192.168.7.2/24', mac: '02:00:00:00:00:0a' },
      { netns: 'n', device: 'ext0', address: '192.168.7.1/24' },
    )
    wiring.route('x', 'default via 192.168.7.1')
    hosts.push({ netns: 'x', address: '192.168.7.2', devices: ['eth0'], gateways: ['192.168.7.1'] })
    if (services && bridgeAddress) wiring.route('n', '10.96.0.0/16 dev cni0')
    return {
      name: 'bridge',
      setup: wiring.setup(),
      routers: [
        {
          netns: 'n',
          address: bridgeAddress ? '10.244.0.1' : '192.168.7.1',
          devices: ['cni0', 'ext0', 'va', 'vb'],
          gateways: [hosts[0]!.address, '192.168.7.2'],
        },
      ],
      hosts,
      networks: ['10.244.0.0/24', '192.168.7.0/24'],
    }
  })
