import fc from 'fast-check'
import { type Place, portMac, type Topology, Wiring } from './topology.ts'

/** Two to four nodes with pods on bridges: flannel's VXLAN, its host-gw, or both (DirectRouting between some). */
export const cluster: fc.Arbitrary<Topology> = fc
  .record({
    nodes: fc.constantFrom(2, 2, 2, 2, 3, 4),
    backend: fc.constantFrom<'vxlan' | 'host-gw' | 'both'>('vxlan', 'vxlan', 'host-gw', 'both'),
    pods: fc.constantFrom([1, 1, 1, 0], [2, 1, 0, 1], [1, 2, 0, 0], [1, 1, 0, 1]),
    podMtu: fc.constantFrom(1450, 1450, undefined),
    underlayMtu: fc.constantFrom(undefined, undefined, undefined, 1400),
    forwards: fc.constantFrom(true, true, true, true, true, true, true, true, true, false),
    brNetfilter: fc.constantFrom(1, 1, 0),
    hairpin: fc.boolean(),
    services: fc.constantFrom(true, false),
    checksum: fc.boolean(),
  })
  .map((options) => {
    const wiring = new Wiring()
    const { nodes, backend, podMtu } = options
    const routers: Place[] = []
    const hosts: Place[] = []
    const numbers = Array.from({ length: nodes }, (_, i) => i + 1)
    const through = (i: number, o: number): 'vxlan' | 'host-gw' =>
      backend === 'both' ? ((i + o) % 2 === 1 ? 'vxlan' : 'host-gw') : backend
    const more = `net.bridge.bridge-nf-call-iptables=${options.brNetfilter}`
    if (nodes > 2) {
      wiring.namespace('lan', false)
      wiring.bridge('lan', 'br0')
    }
    for (const i of numbers) {
      const netns = `n${i}`
      const tunnels = backend !== 'host-gw'
      wiring.namespace(netns, i > 1 || options.forwards, more)
      routers.push({
        netns,
        address: `192.168.7.${i}`,
        devices: ['cni0', 'eth0', ...(tunnels ? ['flannel.1'] : [])],
        gateways: numbers.filter((o) => o !== i).map((o) => `192.168.7.${o}`),
      })
    }
    const underlay = (i: number) => ({
      netns: `n${i}`,
      device: 'eth0',
      address: `192.168.7.${i}/24`,
      mtu: options.underlayMtu,
    })
    if (nodes === 2) wiring.veth(underlay(1), underlay(2))
    else
      for (const i of numbers)
        wiring.veth(underlay(i), {
          netns: 'lan',
          device: `p${i}`,
          master: 'br0',
          mtu: options.underlayMtu,
          mac: portMac(0x80 + i),
        })
    for (const i of numbers) {
      wiring.bridge(`n${i}`, 'cni0', `10.244.${i}.1/24`)
      for (let j = 1; j <= options.pods[i - 1]!; j++) {
        const netns = `p${i}${j}`
        const address = `10.244.${i}.1${j}`
        wiring.namespace(netns, false)
        wiring.veth(
          { netns: `n${i}`, device: `v${netns}`, master: 'cni0', mtu: podMtu, mac: portMac(0x10 * i + j) },
          { netns, device: 'eth0', address: `${address}/24`, mtu: podMtu },
        )
        wiring.route(netns, `default via 10.244.${i}.1`)
        if (options.hairpin) wiring.lines.push(`ip -n n${i} link set v${netns} type bridge_slave hairpin on`)
        hosts.push({ netns, address, devices: ['eth0'], gateways: [`10.244.${i}.1`] })
      }
    }
    for (const i of numbers) {
      if (backend !== 'host-gw') {
        wiring.lines.push(
          `ip -n n${i} link add flannel.1 address 0e:00:00:00:00:0${i} mtu 1450 type vxlan id 1 local 192.168.7.${i} dev eth0 dstport 8472 nolearning${options.checksum ? '' : ' noudpcsum'}`,
          `ip -n n${i} addr add 10.244.${i}.0/32 dev flannel.1`,
          `ip -n n${i} link set flannel.1 up`,
        )
      }
      for (const o of numbers.filter((each) => each !== i)) {
        if (through(i, o) === 'host-gw') wiring.route(`n${i}`, `10.244.${o}.0/24 via 192.168.7.${o}`)
        else {
          wiring.lines.push(
            `ip -n n${i} neigh add 10.244.${o}.0 lladdr 0e:00:00:00:00:0${o} dev flannel.1 nud permanent`,
            `bridge -n n${i} fdb append 0e:00:00:00:00:0${o} dev flannel.1 dst 192.168.7.${o} self permanent`,
          )
          wiring.route(`n${i}`, `10.244.${o}.0/24 via 10.244.${o}.0 dev flannel.1 onlink`)
        }
      }
      if (options.services) wiring.route(`n${i}`, `10.96.0.0/16 dev cni0`)
    }
    return {
      name: `${nodes} nodes, ${backend}`,
      setup: wiring.setup(),
      routers,
      hosts,
      networks: ['10.244.1.0/24', '10.244.2.0/24', '10.244.0.0/16', '192.168.7.0/24'],
    }
  })
