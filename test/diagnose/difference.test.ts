import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Cluster } from '../../src/cluster/index.ts'
import { DumpSide, differenceOf, differenceText, type Outcome, WorldSide } from '../../src/diagnose/difference/index.ts'
import { evidenceOfDumps } from '../../src/snapshot/partial/index.ts'
import { recordCluster } from '../../src/snapshot/record.ts'
import { evidenceOfHosts, SnapshotWorld } from '../../src/snapshot/trace/index.ts'
import { shopManifest } from '../support/shop.ts'

/** What is recorded of the shop when somebody has changed it: its objects, or its nodes. */
function shop(change: { text?: (text: string) => string; nodes?: (cluster: Cluster) => void } = {}): WorldSide {
  const text = shopManifest()
  return recorded(change.text?.(text) ?? text, change.nodes)
}

function recorded(manifests: string, change?: (cluster: Cluster) => void): WorldSide {
  const cluster = Cluster.fromManifests(manifests)
  change?.(cluster)
  const hosts = recordCluster(cluster).hosts.map((host) => ({ host }))
  return new WorldSide(new SnapshotWorld(evidenceOfHosts(hosts)))
}

const SHOP = new URL('../../examples/shop.yaml', import.meta.url)

function onEveryNode(work: (netns: Cluster['network']['fabric']['underlay']) => void): (cluster: Cluster) => void {
  return (cluster) => {
    for (const { netns } of cluster.network.nodes.values()) work(netns)
  }
}

/** The Services of the shop whose flows change, and how one of those flows ends on each side. */
function changed(before: WorldSide, after: WorldSide) {
  const { changes, compared } = differenceOf(before, after)
  expect(compared).toBeGreaterThan(20)
  return {
    services: [...new Set(changes.map(({ about }) => about))].sort(),
    first: changes[0] === undefined ? null : { before: inWords(changes[0].before), after: inWords(changes[0].after) },
    senders: [...new Set(changes.map(({ from }) => from))].sort(),
  }
}

function inWords(outcomes: readonly Outcome[]): string[] {
  return outcomes.map(({ disposition, endpoint = '', probability }) =>
    [disposition, endpoint, Math.round(probability * 100)].join(' '),
  )
}

describe('the difference of two snapshots', () => {
  it('is none where nothing has changed, and where it is only told otherwise', () => {
    expect(changed(shop(), shop())).toMatchObject({ services: [], senders: [] })
    const renamed = shop({
      nodes: onEveryNode((netns) => {
        netns.netfilter.restore('*filter\n:SPARE - [0:0]\n-A SPARE -j DROP\nCOMMIT\n', { noflush: true })
      }),
    })
    expect(changed(shop(), renamed).services).toEqual([])
  })

  it('is the odds of a Service whose endpoints have become fewer, and of no other', () => {
    const text = readFileSync(SHOP, 'utf8')
    const fewer = text.replace('replicas: 3', 'replicas: 1')
    const { changes } = differenceOf(recorded(text), recorded(fewer))
    const catalog = changes.find(({ about }) => about === 'default/catalog:http')
    expect(inWords(catalog?.before ?? []).map((words) => words.split(' ')[2])).toEqual(['25', '25', '25', '25'])
    expect(inWords(catalog?.after ?? []).map((words) => words.split(' ')[2])).toEqual(['50', '50'])
  })

  it('is what crosses from host to host, when nothing that comes in by eth0 is taken', () => {
    const closed = shop({
      nodes: onEveryNode((netns) => {
        netns.netfilter.restore('*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -i eth0 -j DROP\nCOMMIT\n', {
          noflush: true,
        })
      }),
    })
    const { changes } = differenceOf(shop(), closed)
    expect(changes.length).toBeGreaterThan(5)
    for (const { from, after } of changes) {
      expect(
        after.some(({ disposition }) => disposition !== 'delivered'),
        from,
      ).toBe(true)
    }
  })

  it('is whom the server sees, when nobody masquerades any more', () => {
    const bare = shop({
      nodes: onEveryNode((netns) => {
        const nat = netns.netfilter
          .save({ table: 'nat' })
          .split('\n')
          .filter((line) => !line.includes('-j MASQUERADE'))
        netns.netfilter.restore(nat.join('\n'))
      }),
    })
    const { changes } = differenceOf(shop(), bare)
    const nodePorts = changes.filter(({ about }) => about?.startsWith('node port of ') === true)
    expect(nodePorts.length).toBeGreaterThan(0)
    const delivered = nodePorts.flatMap(({ before, after }) =>
      after.filter(({ endpoint }) => before.some((was) => was.endpoint === endpoint)),
    )
    for (const { endpoint, client } of delivered) {
      const was = nodePorts.flatMap(({ before }) => before).find((one) => one.endpoint === endpoint)
      expect(client).not.toBe(was?.client)
    }
  })

  it('is that of one flow, when one is named; a name that one side lacks is a difference too', () => {
    const without = shop({ text: (text) => text.replaceAll('name: near', 'name: nearer') })
    const flow = [{ from: 'pod/client', to: 'pod/near:8080' }]
    const { changes, compared } = differenceOf(shop(), without, flow)
    expect(compared).toBe(1)
    expect(changes[0]?.before[0]?.disposition).toBe('delivered')
    expect(changes[0]?.after[0]).toMatchObject({ disposition: 'absent', probability: 1 })
    expect(() => differenceOf(shop(), without, [{ from: 'svc/near', to: 'pod/near:8080' }])).toThrow('cannot send')
  })
})

const RULES = `*nat
:PREROUTING ACCEPT [0:0]
:KUBE-SERVICES - [0:0]
:KUBE-SVC-A - [0:0]
-A PREROUTING -j KUBE-SERVICES
-A KUBE-SERVICES -d 10.96.0.9/32 -p tcp -m comment --comment "shop/db:sql cluster IP" -m tcp --dport 5432 -j KUBE-SVC-A
-A KUBE-SVC-A -p tcp -m tcp -j DNAT --to-destination 10.244.1.7:5432
COMMIT
*filter
:FORWARD ACCEPT [0:0]
COMMIT
`
const HOST =
  '$ ip addr\n2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000\n    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff\n    inet 10.0.0.1/24 brd 10.0.0.255 scope global eth0\n'

function dump(rules: string): DumpSide {
  return new DumpSide(
    evidenceOfDumps([
      { name: 'rules', text: rules },
      { name: 'host', text: HOST },
    ]),
    { in: 'eth0' },
  )
}

describe('the difference of two rule tables', () => {
  it('is none where they do the same in other words', () => {
    const longer = RULES.replace(':KUBE-SVC-A', ':KUBE-SVC-B').replaceAll('KUBE-SVC-A', 'KUBE-SVC-B')
    expect(differenceOf(dump(RULES), dump(longer))).toMatchObject({ compared: 1, changes: [] })
  })

  it('names the Services whose packets end elsewhere', () => {
    const difference = differenceOf(dump(RULES), dump(RULES.replace('10.244.1.7', '10.244.1.8')))
    expect(difference.changes.map(({ to, about }) => [to, about])).toEqual([['10.96.0.9:5432', 'shop/db:sql']])
    const text = differenceText(difference)
    expect(text).toContain('1 flow compared: 1 differs')
    expect(text).toMatch(/before .*10\.244\.1\.7:5432/)
    expect(text).toMatch(/after .*10\.244\.1\.8:5432/)
    expect(text).toContain('supposed on both sides:')
  })

  it('tells what it hangs on when a set is told on neither side', () => {
    const guarded = RULES.replace(
      'COMMIT\n*filter\n:FORWARD ACCEPT [0:0]\n',
      'COMMIT\n*filter\n:FORWARD ACCEPT [0:0]\n-A FORWARD -m set --match-set banned src -j DROP\n',
    )
    const { changes } = differenceOf(dump(RULES), dump(guarded))
    expect(changes[0]?.after.some(({ conditions }) => conditions?.some((one) => one.includes('banned')))).toBe(true)
    expect(changes[0]?.after.some(({ disposition }) => disposition === 'dropped')).toBe(true)
  })
})
