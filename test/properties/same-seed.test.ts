import fc from 'fast-check'
import { describe, it } from 'vitest'
import { Cluster, type TraceRequest } from '../../src/cluster/cluster.ts'
import { PcapngWriter } from '../../src/packet/pcapng.ts'
import { type ClusterConstraints, clusterManifests } from '../../src/testing/index.ts'
import { expect } from './support/expect.ts'
import { forEveryChoice } from './support/laws.ts'
import { destinationOf } from './support/observe.ts'
import { requestOf } from './support/requests.ts'

const SMALL: ClusterConstraints = { nodes: { max: 3 }, podsPerNode: { max: 5 } }

/** The trace as JSON, and its capture in hexadecimal digits. */
function traceBytes(cluster: Cluster, request: TraceRequest): { readonly json: string; readonly capture: string } {
  const capture = new PcapngWriter()
  const trace = cluster.trace({ ...request, capture })
  return { json: JSON.stringify(trace), capture: Buffer.from(capture.take()).toString('hex') }
}

/** The same cluster, made anew from the same objects. */
const again = ({ objects, options }: Cluster) => new Cluster(objects, options)

describe('the same seed', () => {
  it('gives the same bytes: of a trace, of its capture, of rules and of the topology', () => {
    forEveryChoice(SMALL, 40, (cluster, pick) => {
      const other = again(cluster)
      const request = requestOf(cluster, pick)
      expect(traceBytes(other, request)).toEqual(traceBytes(cluster, request))
      for (const name of cluster.network.nodes.keys()) expect(other.iptablesSave(name)).toBe(cluster.iptablesSave(name))
      expect(other.topology()).toEqual(cluster.topology())
    })
  })

  it('gives the same objects out of the same manifests', () => {
    fc.assert(
      fc.property(clusterManifests(SMALL), fc.nat(), ({ text, options }, seed) => {
        const make = () => Cluster.fromManifests(text, { ...options, seed }).objects
        expect(make()).toEqual(make())
      }),
      { numRuns: 30 },
    )
  })

  it('gives the same trace when it is given with the request, whatever the cluster’s', () => {
    forEveryChoice(SMALL, 40, (cluster, pick) => {
      const request = { ...requestOf(cluster, pick), seed: pick([1, 2, 3]) }
      expect(traceBytes(cluster, request)).toEqual(traceBytes(cluster, request))
    })
  })

  it('is what draws: with other seeds every endpoint of a Service has its turn', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 4 }), fc.constantFrom('node/node-1', 'external'), (replicas, from) => {
        const cluster = Cluster.fromManifests(webShop(replicas))
        const to = from === 'external' ? 'node/node-1:30080' : 'svc/web'
        // the odds that one is left out 80 times are 10^-10
        const drawn = Array.from({ length: 80 }, (_, seed) => destinationOf(cluster.trace({ from, to, seed }).data))
        expect(new Set(drawn).size).toBe(replicas)
      }),
      { numRuns: 6 },
    )
  })
})

const webShop = (replicas: number) => `
kind: Deployment
apiVersion: apps/v1
metadata: {name: web}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: i}]}}
---
kind: Service
apiVersion: v1
metadata: {name: web}
spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, nodePort: 30080}]}
`
