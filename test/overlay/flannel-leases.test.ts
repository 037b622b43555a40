import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { NetworkNamespace } from '../../src/netns/namespace.ts'
import { configureFlannel, FlannelLeases, type Lease } from '../../src/overlay/index.ts'
import type { Vxlan } from '../../src/overlay/vxlan.ts'
import type { VxlanRemote } from '../../src/overlay/vxlan-fdb.ts'
import { addressAt, type Ipv4, parseIpv4, parsePrefix } from '../../src/packet/address.ts'
import type { Mac } from '../../src/packet/mac.ts'
import { printRoute } from '../../src/route/print.ts'
import { TestNetwork } from '../support/network.ts'

const NETWORK = parsePrefix('10.244.0.0/16')
const CONFIG = {
  network: NETWORK,
  backend: { type: 'vxlan', vni: 1, port: 0, directRouting: false },
  ipMasq: true,
} as const

/** A host's lease, and perhaps one more: of an address of a pod that lies elsewhere. Now and then two hosts have the same. */
const lease = fc.record({
  third: fc.integer({ min: 0, max: 40 }),
  length: fc.constantFrom(24, 24, 25),
  mac: fc.constantFrom(...Array.from({ length: 40 }, (_, i) => 0x020000000001 + i)),
  stray: fc.option(fc.integer({ min: 0, max: 255 }), { freq: 5 }),
})

function leasesOf(drawn: readonly { third: number; length: number; mac: number; stray: number | null }[]): Lease[] {
  return drawn.flatMap(({ third, length, mac, stray }, host) => {
    const publicIp = addressAt(parseIpv4('192.168.0.10'), host)
    const own = { publicIp, vtepMac: mac as Mac }
    const subnet = { address: addressAt(NETWORK.address, third * 256), length }
    const more =
      stray === null ? [] : [{ ...own, subnet: { address: addressAt(NETWORK.address, 50_000 + stray), length: 32 } }]
    return [{ ...own, subnet }, ...more]
  })
}

/** Hosts with eth0 and cni0, configured one after the other. Null: each one by itself, one lease after the other. */
function configured(leases: readonly Lease[], shared: FlannelLeases | null): NetworkNamespace[] {
  const net = new TestNetwork()
  const firsts = leases.filter((one, i) => leases[i - 1]?.publicIp !== one.publicIp)
  return firsts.map((own, i) => {
    const netns = net.netns(`n${i}`)
    const other = net.netns(`w${i}`)
    net.pair(netns, 'eth0', `192.168.0.${10 + i}/24`, other, 'eth0', '192.168.0.200/24')
    net.bridge(netns, 'cni0', `10.244.${(own.subnet.address >>> 8) & 255}.1/${own.subnet.length}`)
    configureFlannel(netns, netns.link('eth0'), CONFIG, own, shared ?? [own])
    if (shared === null) configureByItself(netns, own, leases)
    return netns
  })
}

/** What the sharing must come to. */
function configureByItself(netns: NetworkNamespace, own: Lease, leases: readonly Lease[]): void {
  const device = netns.link('flannel.1') as Vxlan
  const neighbours = new Map<Ipv4, Mac>()
  const entries = new Map<Mac, VxlanRemote[]>()
  for (const { publicIp, subnet, vtepMac } of leases) {
    if (publicIp === own.publicIp) continue
    netns.fib.add({ destination: subnet, gateway: subnet.address, ifindex: device.ifindex, onlink: true }, 'replace')
    neighbours.set(subnet.address, vtepMac)
    entries.set(vtepMac, [{ address: publicIp, port: 0, vni: 0 }])
  }
  netns.neighbours.setPermanent(device, neighbours)
  device.fdb.configure(entries)
}

function stateOf(netns: NetworkNamespace) {
  const device = netns.link('flannel.1') as Vxlan
  return {
    routes: netns.fib.routes(254).map((route) => printRoute(route, netns)),
    neighbours: [...netns.neighbours.permanentOf(device)],
    entries: [...device.fdb.configured],
    trie: [...netns.fib.trieHistory(254)!.steps()],
  }
}

describe('leases that hosts share', () => {
  it('give each host what it would have by itself', () => {
    fc.assert(
      fc.property(fc.array(lease, { minLength: 1, maxLength: 12 }), (drawn) => {
        const leases = leasesOf(drawn)
        const shared = new FlannelLeases(leases)
        const together = attempt(() => configured(leases, shared).map(stateOf))
        const alone = attempt(() => configured(leases, null).map(stateOf))
        expect(together).toEqual(alone)
      }),
    )
  })

  it('let each host change its own: what it deletes, and adds again, is there on the others', () => {
    const leases = leasesOf([1, 2, 3].map((third) => ({ third, length: 24, mac: 0x020000000000 + third, stray: null })))
    const shared = new FlannelLeases(leases)
    const [a, b] = configured(leases, shared)
    const destination = leases[2]!.subnet
    const before = stateOf(b!)
    const removed = a!.fib.delete({ destination })
    expect(routesTo(a!, destination.address)).toBe(0)
    expect(() => a!.fib.delete({ destination })).toThrow('No such process')
    expect(stateOf(b!)).toEqual(before)
    a!.fib.add({ destination, gateway: removed.gateway, ifindex: removed.ifindex, onlink: true })
    expect(routesTo(a!, destination.address)).toBe(1)
    a!.setUp(a!.link('flannel.1'), false)
    expect(stateOf(a!).routes.filter((route) => route.includes('flannel.1'))).toEqual([])
    expect(stateOf(b!)).toEqual(before)
  })
})

/** Overlapping leases may be refused: then by both, in the same words. */
function attempt<T>(work: () => T): T | string {
  try {
    return work()
  } catch (error) {
    return String(error)
  }
}

function routesTo(netns: NetworkNamespace, address: Ipv4): number {
  return netns.fib.routes(254).filter(({ destination }) => destination === address).length
}
