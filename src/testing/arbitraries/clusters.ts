import fc from 'fast-check'
import { Cluster } from '../../cluster/cluster.ts'
import type { ClusterOptions } from '../../cluster/options.ts'
import { clusterNetworks } from './networks.ts'
import { podManifest, podSketches } from './pods.ts'
import { manyOf, type Range, within } from './range.ts'
import { type GeneratedServiceKind, serviceManifests, serviceSketches } from './services.ts'
import { shownAs } from './shown.ts'

/** What generated clusters look like. */
export interface ClusterConstraints {
  /** Default 1 to 6. */
  readonly nodes?: Range
  /** Pods on each node: at most 20. Default 0 to 20. */
  readonly podsPerNode?: Range
  /** Default 0 to 4. */
  readonly services?: Range
  /** Default: ClusterIP, NodePort, LoadBalancer, headless, and one without selector whose endpoint is an outside host. */
  readonly serviceKinds?: readonly GeneratedServiceKind[]
  /** Default: vxlan and host-gw. */
  readonly backends?: readonly ('vxlan' | 'host-gw')[]
  /** Default: cni0 and docker0. */
  readonly bridges?: readonly ('cni0' | 'docker0')[]
  /** flanneld's `--ip-masq`. Default: always, as its manifest has it. */
  readonly ipMasq?: readonly boolean[]
  /** vxlan's `DirectRouting`. Default: never. */
  readonly directRouting?: readonly boolean[]
  /** Are some pods in the network of their host? Default true. */
  readonly hostNetworkPods?: boolean
  /** Options that every cluster gets. */
  readonly options?: ClusterOptions
}

/** A cluster as it would be given to `Cluster.fromManifests`. */
export interface ClusterManifests {
  /** A JSON list, one object a line: what `kubectl apply -f` and `kubehop trace -f` read. */
  readonly text: string
  readonly options: ClusterOptions
}

/**
 * Clusters: nodes, pods of the apps a, b and c on them, Services over those, in different networks, on either backend and bridge. A
 * counterexample is printed as manifests and options; it shrinks towards fewer nodes, pods and Services, vxlan, cni0 and the usual networks.
 *
 * ```ts
 * fc.assert(fc.property(clusters({ nodes: { max: 3 } }), (cluster) => {
 *   for (const service of cluster.objects.services) …
 * }))
 * ```
 */
export function clusters(constraints: ClusterConstraints = {}): fc.Arbitrary<Cluster> {
  return clusterManifests(constraints).map(clusterOf)
}

/** The cluster of generated manifests. */
export function clusterOf(manifests: ClusterManifests): Cluster {
  const { text, options } = manifests
  const cluster = Cluster.fromManifests({ name: 'generated', content: text }, options)
  return shownAs(cluster, () => `${text}\nwith the options ${JSON.stringify(options)}`)
}

/** The same before it is read: for those who edit manifests, or hand them to other programs. */
export function clusterManifests(constraints: ClusterConstraints = {}): fc.Arbitrary<ClusterManifests> {
  const pod = podSketches(constraints.hostNetworkPods ?? true)
  const podsOfNode = manyOf(pod, within(constraints.podsPerNode, 0, 20))
  return fc
    .record({
      nodes: manyOf(podsOfNode, within(constraints.nodes, 1, 6)),
      services: manyOf(serviceSketches(constraints.serviceKinds), within(constraints.services, 0, 4)),
      networks: clusterNetworks(),
      backend: fc.constantFrom(...(constraints.backends ?? (['vxlan', 'host-gw'] as const))),
      bridge: fc.constantFrom(...(constraints.bridges ?? (['cni0', 'docker0'] as const))),
      ipMasq: fc.constantFrom(...(constraints.ipMasq ?? [true])),
      directRouting: fc.constantFrom(...(constraints.directRouting ?? [false])),
    })
    .map(({ nodes, services, networks, ...choices }) => {
      let number = 0
      const objects = [
        ...nodes.map((_, node) => nodeManifest(nodeName(node))),
        ...nodes.flatMap((pods, node) => pods.map((each) => podManifest(each, number++, nodeName(node)))),
        ...services.flatMap(serviceManifests),
      ]
      return {
        text: `{"apiVersion":"v1","kind":"List","items":[\n${objects.map((object) => JSON.stringify(object)).join(',\n')}\n]}`,
        options: { ...networks, ...choices, ...constraints.options },
      }
    })
}

function nodeName(index: number): string {
  return `node-${index + 1}`
}

function nodeManifest(name: string): object {
  return { apiVersion: 'v1', kind: 'Node', metadata: { name } }
}
