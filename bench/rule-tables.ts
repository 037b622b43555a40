import { Cluster, kubeletRules, nodeTables } from '../src/cluster/index.ts'
import { KubeProxy } from '../src/kubeproxy/index.ts'
import { saveTables } from '../src/netfilter/text/save.ts'
import { NetworkNamespace } from '../src/netns/index.ts'
import { Simulation } from '../src/sim/index.ts'
import { manyServices } from './services.ts'
import type { Row, Suite } from './suite.ts'
import { unrecordedFlow } from './unrecorded.ts'

const SIZES = [10, 100, 1000, 10_000]
const BUILD = 'tables from objects'
const WRITE = 'written as iptables-save'
const READ = 'read, checked and indexed from iptables-save'
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
