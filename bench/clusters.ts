import { Cluster } from '../src/cluster/index.ts'
import { shopManifest } from '../test/support/shop.ts'
import { manyServices } from './services.ts'
import type { Row, Suite } from './suite.ts'

const FIRST = 'two nodes, fourteen pods: from text to a first trace'
const WIRED = 'nodes with ten pods each: from text to wired'
const BRANCHES = 'all branches of a Service with so many endpoints'

/** Building clusters, and walking all branches of a draw. */
export const CLUSTERS: Suite = {
  name: 'clusters',
  rows: ({ quick }) => [
    { suite: 'clusters', name: FIRST, run: () => firstTrace(shopManifest()) },
    ...[10, 100].map(wiredRow),
    ...(quick ? [10, 100] : [10, 100, 1000]).map(branchesRow),
  ],
  ratios: (results) => [
    results.ratio('wiring 100 nodes / 10 nodes', results.median(WIRED, 100), results.median(WIRED, 10)),
    results.ratio('all branches, 100 endpoints / 10', results.median(BRANCHES, 100), results.median(BRANCHES, 10)),
    results.ratio('all branches, 1,000 endpoints / 100', results.median(BRANCHES, 1000), results.median(BRANCHES, 100)),
  ],
}

function wiredRow(size: number): Row {
  const manifests = workload(size * 10)
  return {
    suite: 'clusters',
    size,
    name: WIRED,
    run: () => Cluster.fromManifests(manifests, { nodes: size }).network,
  }
}

function branchesRow(size: number): Row {
  const cluster = Cluster.fromManifests(manyServices(1, size))
  return {
    suite: 'clusters',
    size,
    name: BRANCHES,
    run: () => cluster.trace({ from: 'pod/client', to: 'svc/svc-0', allBranches: true }).branches.length,
  }
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
