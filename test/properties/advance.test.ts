import type { Draft } from 'immer'
import { describe, it } from 'vitest'
import { Cluster } from '../../src/cluster/cluster.ts'
import { type ClusterObjects, isHeadless } from '../../src/kubernetes/index.ts'
import type { Trace } from '../../src/trace/index.ts'
import { expect } from './support/expect.ts'
import { forEveryChoice, podsOf, referenceOf } from './support/laws.ts'

/*
 * A network that has followed a change of its objects is, in its rules and in where packets go, the network that would be made of them anew.
 */

const CONSTRAINTS = {
  nodes: { min: 1, max: 3 },
  podsPerNode: { min: 1, max: 4 },
  services: { min: 1, max: 3 },
  hostNetworkPods: false,
}

type Change = (objects: Draft<ClusterObjects>, pick: <T>(list: readonly T[]) => T) => void

/** One thing at a time, as it happens in a cluster. */
const CHANGES: readonly Change[] = [
  (objects, pick) => {
    const gone = pick(objects.pods)
    objects.pods = objects.pods.filter((pod) => pod !== gone)
  },
  ({ pods }, pick) => {
    const like = pick(pods)
    const metadata = { ...like.metadata, name: `more-${pods.length}`, uid: undefined }
    pods.push({ ...like, metadata, status: { ...like.status, podIP: undefined } })
  },
  ({ pods }, pick) => {
    const pod = pick(pods)
    pod.status.conditions = [{ type: 'Ready', status: 'False' }]
  },
  (objects, pick) => {
    const gone = pick(objects.services)
    objects.services = objects.services.filter((service) => service !== gone)
  },
  ({ services }, pick) => {
    const { spec } = pick(services)
    spec.internalTrafficPolicy = spec.internalTrafficPolicy === 'Local' ? 'Cluster' : 'Local'
  },
  ({ services }, pick) => {
    const { spec } = pick(services)
    spec.sessionAffinity = spec.sessionAffinity === 'ClientIP' ? 'None' : 'ClientIP'
  },
  ({ nodes }, pick) => {
    const { metadata } = pick(nodes)
    metadata.labels = { ...metadata.labels, 'topology.kubernetes.io/zone': 'another' }
  },
]

/** What of a trace does not depend on what a network has seen before. */
function story({ branches }: Trace): object[] {
  return branches.map(({ disposition, reason, translations, probability }) => ({
    disposition,
    reason,
    probability,
    translations: translations.map(({ kind, netns, to }) => `${kind} ${netns} ${kind === 'dnat' ? to : ''}`),
  }))
}

describe('a network that goes on', () => {
  it('has the rules of a new one, and leads packets as it does', () => {
    forEveryChoice(CONSTRAINTS, 60, (first, pick) => {
      let cluster = first
      for (let step = 0; step < 3; step++) {
        if (cluster.objects.pods.length < 2 || cluster.objects.services.length === 0) return
        const change = pick(CHANGES)
        cluster = cluster.advance((objects) => change(objects, pick)).cluster
        const fresh = new Cluster(cluster.objects, cluster.options)
        for (const name of cluster.network.nodes.keys()) {
          expect(cluster.iptablesSave(name)).toBe(fresh.iptablesSave(name))
          expect(cluster.kubeProxyRestoreText(name)).toBe(fresh.kubeProxyRestoreText(name))
        }
        const client = pick(podsOf(cluster))
        for (const service of cluster.objects.services) {
          if (isHeadless(service) || service.metadata.name === 'kubernetes') continue
          const protocol = service.spec.ports[0]!.protocol === 'UDP' ? 'udp' : 'tcp'
          const request = {
            from: referenceOf(client),
            to: `${service.spec.clusterIP}:${service.spec.ports[0]!.port}`,
            protocol,
            allBranches: true,
          } as const
          expect(story(cluster.trace(request))).toEqual(story(fresh.trace(request)))
        }
      }
    })
  })
})
