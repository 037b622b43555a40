import { Cluster } from '../src/cluster/index.ts'
import { shopManifest } from '../test/support/shop.ts'
import { manyServices } from './services.ts'
import type { Effort, Row } from './suite.ts'

/** Building, and walking all branches. */
export function clusterRows({ quick }: Effort): Row[] {
  const suite = 'clusters'
  const shop = shopManifest()
  const sizes = quick ? [100] : [10, 100, 1000]
  return [
    { suite, name: 'two nodes, fourteen pods: from text to a first trace', run: () => firstTrace(shop) },
    ...[10, 100]
      .filter((nodes) => !quick || nodes === 10)
      .map((nodes) => ({
        suite,
        size: nodes,
        name: 'nodes with ten pods each: from text to wired',
        run: () => Cluster.fromManifests(workload(nodes * 10), { nodes }).network,
      })),
    ...sizes.map((size) => {
      const cluster = Cluster.fromManifests(manyServices(1, size))
      return {
        suite,
        size,
        name: 'all branches of a Service with so many endpoints',
        run: () => cluster.trace({ from: 'pod/client', to: 'svc/svc-0', allBranches: true }).branches.length,
      }
    }),
  ]
}

function firstTrace(manifest: string): unknown {
  return Cluster.fromManifests(manifest).trace({ from: 'pod/client', to: 'svc/far' }).disposition
}

function workload(replicas: number): string {
  return JSON.stringify({
    kind: 'Deployment',
    apiVersion: 'apps/v1',
    metadata: { name: 'web' },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'web' }] } },
    },
  })
}
