import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { demoFlows } from '../../src/cli/demo/flows.ts'
import { Cluster } from '../../src/cluster/index.ts'
import { CHAPTERS } from '../support/flows/index.ts'
import { GREY_FLOW, storedClusterLabs } from '../support/stored-cluster-labs.ts'

const labs = storedClusterLabs()

/*
 * Clusters among the stored labs: `UPDATE_GOLDEN=1 npx vitest run test/cluster/labs.test.ts` writes their scripts anew; then
 * `npx tsx test/labs/record.ts NAME…` (root) records what the kernel makes of them.
 */
describe('a cluster written as a script', () => {
  it.each(labs)('$name is what stands in test/labs', ({ name, text }) => {
    const path = fileURLToPath(new URL(`../labs/${name}.sh`, import.meta.url))
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, text)
    expect(text).toBe(readFileSync(path, 'utf8'))
  })
})

describe('the stored labs', () => {
  const shown = new Set(labs.flatMap(({ flows }) => flows.map(({ title }) => title)))

  it.each(CHAPTERS)('show every flow of the specification: $title', ({ flows }) => {
    // the laboratory's kernel has no SCTP
    const speakable = flows.filter(({ protocol }) => protocol !== 'sctp')
    expect(speakable.map(({ title }) => title).filter((title) => !shown.has(title))).toEqual([])
  })

  it('show every kind of flow of the demo', () => {
    const cluster = Cluster.fromManifests(readFileSync('examples/shop.yaml', 'utf8'), { nodes: 2 })
    const flows = demoFlows(cluster)
    expect(flows.map(({ title }) => title)).toEqual(Object.keys(SHOWN_AS))
    for (const { title } of flows) for (const as of SHOWN_AS[title] ?? []) expect(shown, title).toContain(as)
  })
})

/** Which flows of the stored labs are of the kind that a flow of `kubehop demo` is. */
const SHOWN_AS: Readonly<Record<string, readonly string[]>> = {
  'Container to container, over localhost': ['container to container of one pod, over localhost'],
  'Pod to pod, on one node': ['pod to pod on one node'],
  'Pod to pod, across nodes': ['pod to pod across nodes'],
  'Node to a pod of its own': ['node to a pod of its own'],
  'Node to a pod of another node': ['node to a pod of another node'],
  'Pod to its own node': ['pod to its own node'],
  'Pod to another node': ['pod to another node'],
  'Pod to a Service, the endpoint on the same node': ['pod to Service, endpoint on the same node'],
  'Pod to a Service, the endpoint on another node': ['pod to Service, endpoint on another node'],
  'A pod to itself, through its Service': ['pod to Service, the endpoint is the pod itself'],
  'Node to a Service': ['node to Service, endpoint on the same node', 'node to Service, endpoint on another node'],
  'Two Deployments behind one Service': [GREY_FLOW.title],
  // DNS gives the pods' own addresses
  'A headless Service': ['pod to pod on one node', 'pod to pod across nodes'],
  'A Service without endpoints, asked by a pod': ['pod to a Service without endpoints'],
  'A Service without endpoints, asked by a node': ['node to a Service without endpoints'],
  'Ping of a cluster IP': ['ping of a ClusterIP from a pod'],
  'A port that the Service does not serve': ['a port that the ClusterIP does not serve, from a pod'],
  'The API server, as every pod finds it': [
    'pod to default/kubernetes, the API server on its own node',
    'pod to default/kubernetes, the API server on another node',
  ],
  'A cluster IP, asked from outside': ['a ClusterIP from outside'],
  'NodePort, on the node that has the pod': ['NodePort, policy Cluster, to the node of the endpoint'],
  'NodePort, on a node that has no such pod': ['NodePort, policy Cluster, to a node without endpoint'],
  'NodePort with externalTrafficPolicy Local, on the node that has the pod': [
    'NodePort, policy Local, to the node of the endpoint',
  ],
  'NodePort with externalTrafficPolicy Local, on a node that has no such pod': [
    'NodePort, policy Local, to a node without endpoint',
  ],
  'A load balancer’s address': ['load balancer address, policy Cluster'],
  'An external IP': ['externalIP'],
  'Pod to a host outside': ['pod to an outside host'],
  'A Service whose endpoint is a host outside': ['pod to a Service whose EndpointSlice is an outside host'],
  'A pod in its node’s network, as client': [
    'host-network pod to a pod of another node',
    'host-network pod to Service of another one',
  ],
  'A pod in its node’s network, as server over TCP': [
    'pod to Service of host-network pods on every node, each for its own',
  ],
  'A pod in its node’s network, as server over UDP': ['pod to Service of host-network pods on every node, a datagram'],
}
