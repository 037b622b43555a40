import { Cluster, kubeletRules, nodeTables } from '../src/cluster/index.ts'
import { listTable } from '../src/commands/iptables/list.ts'
import { KubeProxy } from '../src/kubeproxy/index.ts'
import { saveTables } from '../src/netfilter/text/save.ts'
import { NetworkNamespace } from '../src/netns/index.ts'
import { Simulation } from '../src/sim/index.ts'
import { readIptables } from '../src/snapshot/parse/iptables/index.ts'
import { manyServices } from './services.ts'
import type { Row, Suite } from './suite.ts'
import { unrecordedFlow } from './unrecorded.ts'

const SIZES = [10, 100, 1000, 10_000]
const BUILD = 'tables from objects'
const WRITE = 'written as iptables-save'
const READ = 'read, checked and indexed from iptables-save'
const LISTED = 'made a text of iptables-save from iptables -L -n -v'
const LIST = ['iptables', '-t', 'nat', '-L', '-n', '-v']
const LIST_REQUEST = {
  style: 'table',
  chain: null,
  position: null,
  numeric: true,
  verbose: true,
  exact: false,
  lineNumbers: false,
} as const
const CONNECT = 'new connection to a ClusterIP, unrecorded'
const TRACE = 'new connection to a ClusterIP, recorded'

/** What depends on how many Services there are, and what should not. */
export const RULE_TABLES: Suite = {
  name: 'rule tables',
  rows: ({ quick }) => SIZES.filter((size) => !quick || size <= 1000).flatMap(rowsOf),
  ratios: (results) => [
    results.ratio('a new connection, 1,000 Services / 10', results.median(CONNECT, 1000), results.median(CONNECT, 10)),
    results.ratio(
      'a new connection, 10,000 Services / 10',
      results.median(CONNECT, 10_000),
      results.median(CONNECT, 10),
    ),
    results.ratio('building tables, 1,000 Services / 100', results.median(BUILD, 1000), results.median(BUILD, 100)),
    results.ratio('reading tables, 1,000 Services / 100', results.median(READ, 1000), results.median(READ, 100)),
    results.ratio(
      'reading tables / writing them, 1,000 Services',
      results.median(READ, 1000),
      results.median(WRITE, 1000),
    ),
    results.ratio(
      'a list of rules, read / its iptables-save, 1,000 Services',
      results.median(LISTED, 1000),
      results.median(READ, 1000),
    ),
    results.ratio('reading tables, 10,000 Services / 1,000', results.median(READ, 10_000), results.median(READ, 1000)),
  ],
}

function rowsOf(size: number): Row[] {
  const suite = 'rule tables'
  const cluster = Cluster.fromManifests(manyServices(size))
  const { objects, network } = cluster
  const [node] = network.plan.nodes
  if (node === undefined) throw new Error('a cluster without nodes')
  const input = {
    services: objects.services,
    endpointSlices: objects.endpointSlices,
    configuration: { clusterCIDR: objects.networks.pods },
  }
  const tables = nodeTables({
    kubelet: kubeletRules(),
    kubeProxy: new KubeProxy(input).forNode({ node: node.node }).operations(),
  })
  const text = saveTables(tables, {})
  const list = listTable('nat', tables.get('nat') ?? null, LIST_REQUEST, () => ({ packets: 12, bytes: 720 }))
  const to = `svc/svc-${size >> 1}`
  return [
    {
      suite,
      size,
      name: BUILD,
      run: () => nodeTables({ kubeProxy: new KubeProxy(input).forNode({ node: node.node }).operations() }),
    },
    { suite, size, name: WRITE, run: () => saveTables(tables, {}) },
    {
      suite,
      size,
      name: READ,
      run: () => new NetworkNamespace(new Simulation(), 'node').netfilter.restore(text),
    },
    { suite, size, name: LISTED, run: () => readIptables(LIST, list, {}) },
    {
      suite,
      size,
      name: CONNECT,
      run: unrecordedFlow(cluster, 'pod/client', to, 'tcp'),
    },
    {
      suite,
      size,
      name: TRACE,
      run: () => cluster.trace({ from: 'pod/client', to }),
    },
  ]
}
