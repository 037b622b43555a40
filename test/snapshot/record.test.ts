import { expect, test } from 'vitest'
import { Cluster } from '../../src/cluster/index.ts'
import { runScript } from '../../src/commands/index.ts'
import { COLLECTED } from '../../src/snapshot/commands.ts'
import { recordCluster, recordSnapshot } from '../../src/snapshot/record.ts'

const SCRIPT = `
ip netns add a
ip netns add b
ip link add eth0 netns a type veth peer name eth0 netns b
ip -n a addr add 10.0.0.1/24 dev eth0
ip netns exec a sysctl -qw net.ipv4.conf.eth0.rp_filter=2
`

test('a machine is asked the collected commands in each of its namespaces', () => {
  const { machine } = runScript(SCRIPT)
  const { hosts } = recordSnapshot([{ name: 'host', machine }])
  const [host] = hosts
  expect(host!.namespaces.map(({ names, host }) => ({ names, host }))).toEqual([
    { names: undefined, host: true },
    { names: ['a'], host: undefined },
    { names: ['b'], host: undefined },
  ])
  const a = host!.namespaces[1]!.prints
  expect(a['ip netns list-id']).toBe('nsid 0 (iproute2 netns name: b)\n')
  expect(a['sysctl -a']).toContain('\nnet.ipv4.conf.eth0.rp_filter = 2\n')
  expect(a['ip -d -j address show']).toMatchObject([
    { ifname: 'lo' },
    { ifname: 'eth0', link_index: 2, link_netnsid: 0, addr_info: [{ local: '10.0.0.1', prefixlen: 24 }] },
  ])
  const { failures = [] } = host!
  // there is no nft(8)
  expect(new Set(failures.map(({ command }) => command))).toEqual(new Set(['nft list tables']))
  expect(Object.keys(a)).toEqual(COLLECTED.map(({ command }) => command).filter((each) => each !== 'nft list tables'))
})

test('a namespace that is no part of the machine is known by a number of its own', () => {
  const cluster = Cluster.fromManifests(
    'apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec: { containers: [{ name: c, image: i }] }\n',
    { nodes: 1 },
  )
  const [host] = recordCluster(cluster).hosts
  const [node, pod] = host!.namespaces
  expect(pod!.owners).toMatchObject([{ kind: 'pod', name: 'web', namespace: 'default' }])
  const links = node!.prints['ip -d -j address show'] as { ifname: string; link_netnsid?: number }[]
  const numbers = links.flatMap((link) => link.link_netnsid ?? [])
  expect(links.find(({ ifname }) => ifname === 'eth0')).toHaveProperty('link_netnsid')
  expect(new Set(numbers).size).toBe(2)
})
