import fc from 'fast-check'
import { type Place, type Topology, Wiring } from './topology.ts'

/** A router, and hosts each on a network of its own. */
export const star: fc.Arbitrary<Topology> = fc
  .record({
    hosts: fc.constantFrom(2, 2, 3),
    forwards: fc.constantFrom(true, true, true, true, true, true, true, true, true, false),
    mtu: fc.constantFrom(undefined, undefined, undefined, 1400, 1000, 576),
    /** The first host has a second address. */
    second: fc.constantFrom(false, false, true),
  })
  .map(({ hosts: count, forwards, mtu, second }) => {
    const wiring = new Wiring()
    const hosts: Place[] = []
    wiring.namespace('r', forwards)
    for (let i = 1; i <= count; i++) {
      const netns = 'abc'[i - 1]!
      const last = i === count ? mtu : undefined
      wiring.namespace(netns, false)
      wiring.veth(
        { netns, device: 'eth0', address: `10.0.${i}.2/24`, mac: `02:00:00:00:00:0${i}`, mtu: last },
        { netns: 'r', device: `d${i}`, address: `10.0.${i}.1/24`, mtu: last },
      )
      wiring.route(netns, `default via 10.0.${i}.1`)
      hosts.push({ netns, address: `10.0.${i}.2`, devices: ['eth0'], gateways: [`10.0.${i}.1`] })
    }
    if (second) wiring.lines.push('ip -n a addr add 10.0.1.3/24 dev eth0')
    return {
      name: 'star',
      setup: wiring.setup(),
      routers: [
        {
          netns: 'r',
          address: '10.0.1.1',
          devices: hosts.map((_, i) => `d${i + 1}`),
          gateways: hosts.map(({ address }) => address),
        },
      ],
      hosts,
      networks: hosts.map((_, i) => `10.0.${i + 1}.0/24`),
    }
  })
