import { readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { demoFlows } from '../../src/cli/demo/flows.ts'
import { Cluster } from '../../src/cluster/index.ts'
import { runScript } from '../../src/commands/index.ts'
import type { HostSnapshot, Snapshot } from '../../src/snapshot/index.ts'
import { readSnapshot } from '../../src/snapshot/index.ts'
import { recordCluster, recordSnapshot, snapshotText } from '../../src/snapshot/record.ts'
import { evidenceOfHosts, SnapshotWorld } from '../../src/snapshot/trace/index.ts'
import type { Trace } from '../../src/trace/index.ts'

const SHOP = readFileSync(new URL('../../examples/shop.yaml', import.meta.url), 'utf8')

/** As it is read back from a file. */
function worldOf(snapshot: Snapshot, objects: Cluster['objects'] | null = null): SnapshotWorld {
  const { hosts } = readSnapshot(snapshotText(snapshot))
  return new SnapshotWorld(evidenceOfHosts(hosts.map((host) => ({ host }))), objects)
}

function machine(script: string): Snapshot {
  return recordSnapshot([{ name: 'h', machine: runScript(script).machine }])
}

/** Of a snapshot with one host, what a command printed in a namespace, exchanged. */
function withPrint(snapshot: Snapshot, netns: number, command: string, print: unknown): Snapshot {
  const [host] = snapshot.hosts
  const namespaces = host!.namespaces.map((each, i) =>
    i === netns ? { ...each, prints: { ...each.prints, [command]: print } } : each,
  )
  return { ...snapshot, hosts: [{ ...host!, namespaces }] }
}

/** What a trace says, but for what its ends are called and for what rules are there for. */
function said({ branches }: Trace): unknown {
  return branches.map(({ disposition, probability, translations, hops, reply, endpoint, seenBy }) => ({
    disposition,
    probability,
    translations: translations.map(({ kind, from, to, netns, undone }) => ({ kind, from, to, netns, undone })),
    way: hops.map(({ netns, device }) => `${netns} ${device}`),
    back: reply?.hops.map(({ netns, device }) => `${netns} ${device}`),
    endpoint,
    seenBy,
  }))
}

describe('the bundled shop, recorded and traced', () => {
  const wirings = (['docker0', 'cni0'] as const).flatMap((bridge) =>
    (['vxlan', 'host-gw'] as const).map((backend) => ({ bridge, backend })),
  )
  it.each(wirings)('over $bridge and $backend goes as in the cluster', ({ bridge, backend }) => {
    const cluster = Cluster.fromManifests(SHOP, { nodes: 2, bridge, backend })
    const world = worldOf(recordCluster(cluster), cluster.objects)
    for (const flow of demoFlows(cluster))
      expect([flow.title, said(world.trace(flow))]).toEqual([flow.title, said(cluster.trace(flow))])
    expect(world.world.warnings).toEqual([])
    expect(world.world.assumptions).toEqual([
      '198.51.100.20, to which rules send, was not recorded: somebody out there has it, and answers',
    ])
  })

  const cluster = Cluster.fromManifests(SHOP, { nodes: 2, bridge: 'cni0' })
  const snapshot = recordCluster(cluster)

  it('needs no manifests: pods are known by those who live in a namespace, Services by the rules', () => {
    const world = worldOf(snapshot)
    const trace = world.trace({ from: 'deploy/frontend', to: 'svc/cartservice:grpc' })
    expect(trace.disposition).toBe('delivered')
    expect(trace.data.translations[0]).toMatchObject({ kind: 'dnat', origin: { service: 'default/cartservice' } })
    expect(trace.assumptions).toContainEqual(expect.stringMatching(/^deploy\/frontend is default\/frontend-/))
  })

  it('has the other node stand in when one alone was recorded', () => {
    const world = worldOf({ ...snapshot, hosts: snapshot.hosts.slice(0, 1) })
    const trace = world.trace({ from: 'deploy/frontend', to: 'svc/cartservice' })
    expect(trace.disposition).toBe('delivered')
    expect(trace.path.at(-1)).toBe('host-192.168.0.12 flannel.1')
    expect(trace.assumptions).toContain(
      '192.168.0.12 was not recorded: somebody answers there, and for whoever is in 10.244.1.0/24',
    )
  })

  it('names what there is when a name is wrong', () => {
    const world = worldOf(snapshot)
    const from = (text: string) => () => world.trace({ from: text, to: '10.96.0.1:443' })
    expect(from('pod/frontand')).toThrow(/there is no pod "frontand" in what was recorded/)
    expect(from('nobody')).toThrow(/there is no namespace, pod or container "nobody".*node-1/)
    expect(from('10.244.0.1')).not.toThrow()
    expect(() => world.trace({ from: 'node-1', to: 'svc/nothing:80' })).toThrow(
      /no rule that was recorded is about a Service default\/nothing.*default\/cartservice/,
    )
  })

  it('takes a destination by name, with a port or without', () => {
    const world = worldOf(snapshot)
    const { names = [] } = snapshot.hosts[1]!.namespaces.find(({ owners = [] }) => owners[0]?.name?.startsWith('cart'))!
    for (const to of [
      `${names[0]}:7070`,
      `node-2:${names[0]}:7070`,
      'deploy/cartservice:7070',
      'node-2',
      'node-2:30443',
    ])
      expect([to, world.trace({ from: 'node-1', to }).disposition]).toEqual([
        to,
        to.endsWith('30443') ? 'dropped' : 'delivered',
      ])
    expect(() => world.trace({ from: 'node-1', to: 'nobody:80' })).toThrow(
      'there is no namespace, pod or container "nobody"',
    )
  })

  it('takes a sender by namespace, inode, address, host and pod', () => {
    const world = worldOf(snapshot)
    const { names = [], id, owners = [] } = snapshot.hosts[0]!.namespaces.find(({ host }) => host !== true)!
    const texts = [names[0]!, `node-1:${names[0]}`, `node-1:${id}`, owners[0]!.name!]
    for (const from of texts) expect(world.trace({ from, to: '10.96.0.1:443' }).disposition).toBe('delivered')
    expect(() => world.trace({ from: String(id), to: '10.96.0.1:443' })).toThrow(/is the name of 2 namespaces/)
  })
})

const ROUTER = `
for n in c r s; do
  ip netns add $n
  ip -n $n link set lo up
done
ip link add eth0 netns c type veth peer name c0 netns r
ip link add eth0 netns s type veth peer name s0 netns r
ip -n c addr add 10.1.0.2/24 dev eth0
ip -n r addr add 10.1.0.1/24 dev c0
ip -n r addr add 10.2.0.1/24 dev s0
ip -n s addr add 10.2.0.2/24 dev eth0
for d in "c eth0" "r c0" "r s0" "s eth0"; do
  set -- $d
done
ip -n c link set eth0 up
ip -n r link set c0 up
ip -n r link set s0 up
ip -n s link set eth0 up
ip -n c route add default via 10.1.0.1
ip -n s route add default via 10.2.0.1
ip netns exec r sysctl -qw net.ipv4.ip_forward=1
`.replace(/for d in[\s\S]*?done\n/, '')

const flow = { from: 'c', to: '10.2.0.2:80' }

describe('what has no model', () => {
  const plain = machine(ROUTER)

  test('without it, the packet arrives and is refused', () => {
    expect(worldOf(plain).trace(flow).disposition).toBe('rejected')
  })

  test('a multipath route: a packet that takes it depends on it', () => {
    const routes =
      'default nexthop via 10.1.0.1 dev eth0 weight 1 nexthop via 10.1.0.9 dev eth0 weight 1 \n10.1.0.0/24 dev eth0 proto kernel scope link src 10.1.0.2 \nlocal 10.1.0.2 dev eth0 table local proto kernel scope host src 10.1.0.2 \n'
    const trace = worldOf(withPrint(plain, 1, 'ip route show table all', routes)).trace(flow)
    expect(trace.disposition).toBe('depends')
    expect(trace.reason).toContain('depends on the route "default nexthop via 10.1.0.1')
    expect(trace.warnings).toContainEqual(expect.stringContaining('multipath route'))
  })

  test('a device of another kind: a packet that leaves by it depends on it', () => {
    const links = structuredClone(plain.hosts[0]!.namespaces[2]!.prints['ip -d -j address show']) as {
      ifname: string
      linkinfo?: unknown
      link_index?: number
      link_netnsid?: number
    }[]
    const s0 = links.find(({ ifname }) => ifname === 's0')!
    s0.linkinfo = { info_kind: 'wireguard' }
    delete s0.link_index
    delete s0.link_netnsid
    const trace = worldOf(withPrint(plain, 2, 'ip -d -j address show', links)).trace(flow)
    expect(trace.disposition).toBe('depends')
    expect(trace.reason).toContain('the device s0 (wireguard)')
  })

  test('what nobody told: a packet that needs it depends on it', () => {
    const without = (netns: number, command: string): Snapshot => {
      const [host] = plain.hosts
      const namespaces = host!.namespaces.map((each, i) => {
        const { [command]: _, ...prints } = each.prints
        return i === netns ? { ...each, prints } : each
      })
      return { ...plain, hosts: [{ ...host!, namespaces }] }
    }
    const reasonOf = (snapshot: Snapshot) => worldOf(snapshot).trace(flow).reason
    expect(reasonOf(without(1, 'ip route show table all'))).toContain(
      'depends on the routes of h/c, of which nobody told',
    )
    expect(reasonOf(without(1, 'ip -d -j address show'))).toContain(
      'depends on the devices of h/c, of which nobody told',
    )
  })

  test('a policy rule: what is asked behind it depends on it', () => {
    const rules = [
      { priority: 0, src: 'all', table: 'local' },
      { priority: 100, src: 'all', table: 'main', suppress_ifgroup: 'wan' },
      { priority: 32766, src: 'all', table: 'main' },
      { priority: 32767, src: 'all', table: 'default' },
    ]
    const trace = worldOf(withPrint(plain, 1, 'ip -j rule show', rules)).trace(flow)
    expect(trace.disposition).toBe('depends')
    expect(trace.reason).toContain('the policy rule "100: from all')
  })
})

describe('hosts of one name', () => {
  const { hosts } = recordCluster(Cluster.fromManifests(SHOP, { nodes: 2 }))
  const [one, two] = hosts as [HostSnapshot, HostSnapshot]
  const named = (all: readonly HostSnapshot[]) =>
    evidenceOfHosts(all.map((host, i) => ({ host, file: `${i}.json` }))).flatMap(({ isHost, name }) =>
      isHost ? [name] : [],
    )

  test('are told apart', () => {
    expect(named([one, { ...two, name: one.name }])).toEqual(['node-1', 'node-1.2'])
  })

  test('are refused when they are one host, recorded twice', () => {
    expect(() => named([one, two, { ...one, time: '2026-01-31T12:00:00Z' }])).toThrow(
      /^2\.json: a host was recorded twice, in 0\.json too: node-1: \S+ has \S+ and [0-9.]+ \(give one snapshot of each host; kubehop diff /,
    )
  })

  test('may share the MAC of a tunnel when they were copied from one disk', () => {
    const other = JSON.parse(JSON.stringify(two).replaceAll(flannelMac(two), flannelMac(one))) as HostSnapshot
    expect(flannelMac(other)).toBe(flannelMac(one))
    expect(named([one, { ...other, name: one.name }])).toEqual(['node-1', 'node-1.2'])
  })
})

function flannelMac(host: HostSnapshot): string {
  const links = host.namespaces[0]!.prints['ip -d -j address show'] as { ifname: string; address: string }[]
  return links.find(({ ifname }) => ifname === 'flannel.1')!.address
}

describe('connections that conntrack had', () => {
  const snapshot = machine(`${ROUTER}
ip netns add t
ip link add eth0 netns t type veth peer name t0 netns r
ip -n t addr add 10.3.0.2/24 dev eth0
ip -n r addr add 10.3.0.1/24 dev t0
ip -n r link set t0 up
ip -n t link set eth0 up
ip -n t route add default via 10.3.0.1
ip netns exec r iptables -t nat -A PREROUTING -d 10.9.9.9 -j DNAT --to-destination 10.2.0.2
`)
  const stale =
    'udp      17 25 src=10.1.0.2 dst=10.9.9.9 sport=5000 dport=53 [UNREPLIED] src=10.3.0.2 dst=10.1.0.2 sport=53 dport=5000 mark=0 use=1\n'
  const stuck = withPrint(snapshot, 2, 'conntrack -L', stale)
  const request = { from: 'c', to: '10.9.9.9:53', protocol: 'udp', sourcePort: 5000 } as const

  test('go where they went, whatever the rules say by now', () => {
    expect(worldOf(snapshot).trace(request).data.translations[0]).toMatchObject({ to: '10.2.0.2:53' })
    expect(worldOf(stuck).trace(request).data.translations[0]).toMatchObject({ to: '10.3.0.2:53' })
    expect(worldOf(stuck).trace({ ...request, sourcePort: 5001 }).data.translations[0]).toMatchObject({
      to: '10.2.0.2:53',
    })
  })

  test('are quickly read when one socket has very many', () => {
    const peers = Array.from({ length: 60_000 }, (_, i) => `10.8.${i >> 8}.${i & 255}`)
    const lines = peers.map(
      (peer) =>
        `udp      17 25 src=10.1.0.2 dst=${peer} sport=5000 dport=53 src=${peer} dst=10.1.0.2 sport=53 dport=5000 mark=0 use=1`,
    )
    const busy = withPrint(snapshot, 2, 'conntrack -L', `${stale}${lines.join('\n')}\n`)
    expect(worldOf(busy).trace(request).data.translations[0]).toMatchObject({ to: '10.3.0.2:53' })
  })

  test('can be left out', () => {
    const { hosts } = stuck
    const world = new SnapshotWorld(evidenceOfHosts(hosts.map((host) => ({ host }))), null, { connections: false })
    expect(world.trace(request).data.translations[0]).toMatchObject({ to: '10.2.0.2:53' })
  })
})

describe('rules of both iptables', () => {
  const nft = machine(`${ROUTER}
ip -n s addr add 10.2.0.3/24 dev eth0
ip netns exec r iptables -t nat -A PREROUTING -d 10.9.9.9 -j DNAT --to-destination 10.2.0.2
ip netns exec r iptables -A FORWARD -d 10.2.0.2 -j ACCEPT
`)
  const legacy = (table: string, hooks: string, rule: string) =>
    withPrint(
      nft,
      2,
      'iptables-legacy-save -c',
      `*${table}\n${hooks
        .split(' ')
        .map((hook) => `:${hook} ACCEPT [0:0]\n`)
        .join('')}[0:0] ${rule}\nCOMMIT\n`,
    )

  test('are both asked', () => {
    const drop = legacy('filter', 'INPUT FORWARD OUTPUT', '-A FORWARD -p icmp -j DROP')
    expect(worldOf(nft).trace({ from: 'c', to: '10.2.0.2' }).disposition).toBe('delivered')
    // whichever comes first, one of them drops it
    const trace = worldOf(drop).trace({ from: 'c', to: '10.2.0.2' })
    expect(trace.disposition).toBe('dropped')
    expect(trace.warnings).toContainEqual(expect.stringContaining('both iptables-nft and iptables-legacy'))
  })

  test('where their order counts, it depends on that', () => {
    const other = legacy(
      'nat',
      'PREROUTING INPUT OUTPUT POSTROUTING',
      '-A PREROUTING -d 10.9.9.9 -j DNAT --to-destination 10.2.0.99',
    )
    const trace = worldOf(other).trace({ from: 'c', to: '10.9.9.9' })
    expect(trace.disposition).toBe('depends')
    expect(trace.reason).toContain('the nat table of iptables-nft comes before that of iptables-legacy in h/r')
    expect(trace.branches.map(({ disposition }) => disposition).sort()).toEqual(['delivered', 'dropped'])
  })
})
