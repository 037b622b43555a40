import { Cluster, kubeletRules, nodeTables } from '../src/cluster/index.ts'
import { KubeProxy } from '../src/kubeproxy/index.ts'
import { saveTables } from '../src/netfilter/text/save.ts'
import { NetworkNamespace } from '../src/netns/index.ts'
import { Simulation } from '../src/sim/index.ts'
import { manyServices } from './services.ts'
import type { Effort, Row } from './suite.ts'
import { unrecordedFlow } from './unrecorded.ts'

const SIZES = [10, 100, 1000, 10_000]

/** What depends on how many Services there are, and what should not. */
export function ruleTableRows({ quick }: Effort): Row[] {
  return SIZES.filter((size) => !quick || size <= 1000).flatMap((size) => rowsOf(size))
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
      name: 'tables from objects',
      run: () => nodeTables({ kubeProxy: new KubeProxy(input).forNode({ node: node.node }).operations() }),
    },
    { suite, size, name: 'written as iptables-save', run: () => saveTables(tables, {}) },
    {
      suite,
      size,
      name: 'read, checked and indexed from iptables-save',
      run: () => new NetworkNamespace(new Simulation(), 'node').netfilter.restore(text),
    },
    {
      suite,
      size,
      name: 'new connection to a ClusterIP, unrecorded',
      run: unrecordedFlow(cluster, 'pod/client', to, 'tcp'),
    },
    {
      suite,
      size,
      name: 'new connection to a ClusterIP, recorded',
      run: () => cluster.trace({ from: 'pod/client', to }),
    },
  ]
}
