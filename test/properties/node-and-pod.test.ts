import { describe, it } from 'vitest'
import type { Cluster } from '../../src/cluster/cluster.ts'
import type { NodeHost } from '../../src/cluster/node-host.ts'
import type { PodHost } from '../../src/cluster/pod-host.ts'
import { addressAt, formatIpv4 } from '../../src/packet/address.ts'
import type { ClusterConstraints } from '../../src/testing/index.ts'
import { expect } from './support/expect.ts'
import { forEveryChoice, type Pick, podsOf, referenceOf, WITH_PODS } from './support/laws.ts'

/*
 * Kubernetes also asks that nodes and pods reach each other without NAT. What Linux makes of it depends on the direction, on flannel's backend
 * and on its --ip-masq rules. Each law names the rule where there is one. (It was looked at on a real kernel: test/kernel/flows.test.ts.)
 */

const ALL: ClusterConstraints = { ...WITH_PODS, nodes: { min: 1, max: 4 }, podsPerNode: { min: 1, max: 3 } }
const MASQ_FROM_PODS = /-A FLANNEL-POSTRTG -s \S+ ! -d 224\.0\.0\.0\/4 .*-j MASQUERADE/
const MASQ_FROM_HOST = /-A FLANNEL-POSTRTG ! -s \S+ -d \S+ .*-j MASQUERADE/

interface Scene {
  readonly cluster: Cluster
  readonly node: NodeHost
  readonly pod: PodHost
  readonly isOwn: boolean
  /** `node/node-1` and `pod/a-0` */
  readonly names: { readonly node: string; readonly pod: string }
}

function sceneOf(cluster: Cluster, pick: Pick): Scene {
  const node = pick([...cluster.network.nodes.values()])
  const pod = pick(podsOf(cluster))
  const isOwn = pod.pod.spec.nodeName === node.plan.name
  return { cluster, node, pod, isOwn, names: { node: `node/${node.plan.name}`, pod: referenceOf(pod) } }
}

function forEveryScene(constraints: ClusterConstraints, law: (scene: Scene) => void): void {
  forEveryChoice({ ...ALL, ...constraints }, 30, (cluster, pick) => {
    for (let i = 0; i < 3; i++) law(sceneOf(cluster, pick))
  })
}

/** The bridge's address: with it a node sends to its own pods. */
const bridgeAddress = ({ node }: Scene) => formatIpv4(addressAt(node.plan.lease.subnet.address, 1))
/** flannel.1's address: with it a node sends into the tunnel. */
const tunnelAddress = ({ node }: Scene) => formatIpv4(node.plan.lease.subnet.address)
const ownAddress = ({ node }: Scene) => formatIpv4(node.plan.address)

function expectClean({ cluster }: Scene, from: string, to: string, seenAs: string): void {
  expect(cluster).toReach(from, to, { withoutNat: true, seenAs, servedBy: to })
}

describe('node to pod', () => {
  it('on the same node is clean: the pod sees the bridge’s address', () => {
    forEveryScene({ ipMasq: [true, false] }, (scene) => {
      if (scene.isOwn) expectClean(scene, scene.names.node, `${scene.names.pod}:80`, bridgeAddress(scene))
    })
  })

  it('on another node over vxlan is clean: the pod sees the address of flannel.1, which is of the pods’ network', () => {
    forEveryScene({ backends: ['vxlan'], ipMasq: [true, false] }, (scene) => {
      if (!scene.isOwn) expectClean(scene, scene.names.node, `${scene.names.pod}:80`, tunnelAddress(scene))
    })
  })

  const plainRoutes: readonly ClusterConstraints[] = [
    { backends: ['host-gw'] },
    { backends: ['vxlan'], directRouting: [true] },
  ]
  it.each(plainRoutes)(
    'on another node by plain routes %j keeps its address, but flannel draws its port anew',
    (how) => {
      let [drawn, kept] = [0, 0]
      forEveryScene(how, (scene) => {
        if (scene.isOwn) return
        const { cluster, names, node } = scene
        const trace = cluster.trace({ from: names.node, to: `${names.pod}:80` })
        const address = ownAddress(scene)
        expect(trace).via({ masquerade: address, from: address, in: node.plan.name })
        expect(trace).seenAs(address)
        expect(trace.translations.map(({ rule }) => rule)).toEqual([expect.stringMatching(MASQ_FROM_HOST)])
        drawn++
        if (trace.translations[0]?.from === trace.translations[0]?.to) kept++
      })
      // one of 64,000 ports is drawn: it is hardly ever the one that was
      expect(kept).toBeLessThan(Math.max(1, drawn / 10))
    },
  )

  it.each(plainRoutes)('on another node by plain routes %j is clean without --ip-masq', (how) => {
    forEveryScene({ ...how, ipMasq: [false] }, (scene) => {
      if (!scene.isOwn) expectClean(scene, scene.names.node, `${scene.names.pod}:80`, ownAddress(scene))
    })
  })
})

describe('pod to node', () => {
  it('on the same node is clean', () => {
    forEveryScene({ ipMasq: [true, false] }, (scene) => {
      if (scene.isOwn) expectClean(scene, scene.names.pod, scene.names.node, scene.names.pod)
    })
  })

  it('on another node is masqueraded by flannel: the node sees the pod’s node', () => {
    forEveryScene({ directRouting: [true, false] }, (scene) => {
      if (scene.isOwn) return
      const { cluster, names, pod } = scene
      const trace = cluster.trace({ from: names.pod, to: names.node })
      const home = cluster.node(pod.pod.spec.nodeName!)
      const [translation] = trace.translations
      expect(trace.translations).toHaveLength(1)
      expect(translation).toMatchObject({ kind: 'masquerade', netns: home.plan.name, origin: { writer: 'flannel' } })
      expect(translation?.rule).toMatch(MASQ_FROM_PODS)
      expect(cluster).toReach(names.pod, names.node, { seenAs: formatIpv4(home.plan.address), servedBy: names.node })
    })
  })

  it('on another node is clean without --ip-masq, on cni0', () => {
    forEveryScene({ ipMasq: [false], bridges: ['cni0'] }, (scene) => {
      if (!scene.isOwn) expectClean(scene, scene.names.pod, scene.names.node, scene.names.pod)
    })
  })

  it('on another node is masqueraded by Docker, where flannel leaves that to it', () => {
    forEveryScene({ ipMasq: [false], bridges: ['docker0'] }, (scene) => {
      if (scene.isOwn) return
      const { cluster, names, pod } = scene
      const { translations } = cluster.trace({ from: names.pod, to: names.node })
      expect(translations).toMatchObject([{ netns: pod.pod.spec.nodeName, origin: { writer: 'docker' } }])
    })
  })
})

describe('node to node', () => {
  it('is clean', () => {
    forEveryChoice(ALL, 30, (cluster, pick) => {
      const nodes = [...cluster.network.nodes.values()]
      const [from, to] = [pick(nodes), pick(nodes)].map(({ plan }) => `node/${plan.name}`) as [string, string]
      expect(cluster).toReach(from, to, { withoutNat: true, seenAs: from, servedBy: to })
    })
  })
})
