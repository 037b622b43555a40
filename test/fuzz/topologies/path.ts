import fc from 'fast-check'
import { type Place, type Topology, Wiring } from './topology.ts'

/** Two or three routers in a row; between the first two there may be a second link, so that requests and answers can part. */
export const path: fc.Arbitrary<Topology> = fc
  .record({
    routers: fc.constantFrom(2, 2, 3),
    mtu: fc.constantFrom(undefined, undefined, 1400, 1000, 576),
    link: fc.nat(2),
    second: fc.constantFrom<'none' | 'there' | 'back' | 'idle'>('none', 'none', 'there', 'back', 'idle'),
  })
  .map(({ routers: count, mtu, link, second }) => {
    const wiring = new Wiring()
    const names = Array.from({ length: count }, (_, i) => `r${i + 1}`)
    const devices: string[][] = names.map(() => [])
    for (const name of names) wiring.namespace(name, true)
    for (const name of ['a', 'b']) wiring.namespace(name, false)
    wiring.veth(
      { netns: 'a', device: 'eth0', address: '10.0.1.2/24', mac: '02:00:00:00:00:01' },
      { netns: 'r1', device: 'lan', address: '10.0.1.1/24' },
    )
    wiring.veth(
      { netns: 'b', device: 'eth0', address: '10.0.2.2/24', mac: '02:00:00:00:00:02' },
      { netns: names.at(-1)!, device: 'lan', address: '10.0.2.1/24' },
    )
    devices[0]!.push('lan')
    devices[count - 1]!.push('lan')
    wiring.route('a', 'default via 10.0.1.1')
    wiring.route('b', 'default via 10.0.2.1')
    for (let i = 0; i + 1 < count; i++) {
      const narrow = link % (count - 1) === i ? mtu : undefined
      wiring.veth(
        { netns: names[i]!, device: 'right', address: `10.0.${11 + i}.1/24`, mtu: narrow },
        { netns: names[i + 1]!, device: 'left', address: `10.0.${11 + i}.2/24`, mtu: narrow },
      )
      devices[i]!.push('right')
      devices[i + 1]!.push('left')
    }
    if (second !== 'none') {
      wiring.veth(
        { netns: 'r1', device: 'other', address: '10.0.21.1/24' },
        { netns: 'r2', device: 'other', address: '10.0.21.2/24' },
      )
      devices[0]!.push('other')
      devices[1]!.push('other')
    }
    for (let i = 0; i + 1 < count; i++) {
      const there = i === 0 && second === 'there' ? '10.0.21.2' : `10.0.${11 + i}.2`
      const back = i === 0 && second === 'back' ? '10.0.21.1' : `10.0.${11 + i}.1`
      wiring.route(names[i]!, `10.0.2.0/24 via ${there}`)
      wiring.route(names[i + 1]!, `10.0.1.0/24 via ${back}`)
    }
    if (count === 3) {
      wiring.route('r1', '10.0.12.0/24 via 10.0.11.2')
      wiring.route('r3', '10.0.11.0/24 via 10.0.12.1')
    }
    const routers: Place[] = names.map((netns, i) => ({
      netns,
      address: i === 0 ? '10.0.11.1' : `10.0.${10 + i}.2`,
      devices: devices[i]!,
      gateways: [
        i === 0 ? '10.0.11.2' : `10.0.${10 + i}.1`,
        ...(second !== 'none' && i < 2 ? [`10.0.21.${2 - i}`] : []),
      ],
    }))
    return {
      name: `path of ${count} routers`,
      setup: wiring.setup(),
      routers,
      hosts: [
        { netns: 'a', address: '10.0.1.2', devices: ['eth0'], gateways: ['10.0.1.1'] },
        { netns: 'b', address: '10.0.2.2', devices: ['eth0'], gateways: ['10.0.2.1'] },
      ],
      networks: ['10.0.1.0/24', '10.0.2.0/24', '10.0.11.0/24'],
    }
  })
