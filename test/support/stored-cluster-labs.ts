import { Cluster } from '../../src/cluster/cluster.ts'
import { clusterLab, LAB_OPTIONS } from './cluster-lab.ts'
import { CHAPTERS, type Setting } from './flows/index.ts'
import { shopManifest } from './shop.ts'

/** The flows that labs of the repository show: the main ones, so that their records stay small. */
const TITLES: ReadonlySet<string> = new Set([
  'pod to pod on one node, a ping',
  'pod to pod across nodes, a ping',
  'pod to another node, a ping',
  'pod to an outside host, a ping',
  'node to a pod of another node',
  'pod to Service, endpoint on the same node',
  'pod to Service, endpoint on another node',
  'pod to Service, the endpoint is the pod itself',
  'pod to a Service without endpoints',
  'NodePort, policy Local, to the node of the endpoint',
])
const SHOP = ['client', 'near', 'self', 'far', 'empty', 'local']

export interface StoredClusterLab {
  /** File name in test/labs, without `.sh`. */
  readonly name: string
  readonly text: string
}

const SHOWN: readonly (Setting & { readonly lesson: string })[] = [
  {
    backend: 'vxlan',
    bridge: 'cni0',
    lesson: 'over vxlan a node reaches remote pods as flannel.1; only what leaves the pods’ network is masqueraded.',
  },
  {
    backend: 'host-gw',
    bridge: 'docker0',
    lesson:
      'with host-gw a node keeps its address towards remote pods, but MASQUERADE --random-fully draws another port.',
  },
]

/** Whole clusters as labs: what `clusterLab` writes for a few pods and flows. */
export function storedClusterLabs(): StoredClusterLab[] {
  const flows = CHAPTERS.flatMap((chapter) => chapter.flows).filter(({ title }) => TITLES.has(title))
  return SHOWN.map(({ backend, bridge, lesson }) => {
    const cluster = Cluster.fromManifests(shopManifest({ only: SHOP }), { ...LAB_OPTIONS, backend, bridge })
    const story = [
      `A cluster of two nodes with flannel's ${backend} backend, pods on ${bridge}: the main flows.`,
      `Lesson: ${lesson}`,
    ]
    return { name: `cluster-${backend}-${bridge}`, text: clusterLab(cluster, flows, story) }
  })
}
