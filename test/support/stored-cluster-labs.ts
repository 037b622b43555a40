import { Cluster } from '../../src/cluster/cluster.ts'
import { clusterLab, LAB_OPTIONS } from './cluster-lab.ts'
import { CHAPTERS, type Flow, type Sent, type Setting } from './flows/index.ts'
import { shopManifest } from './shop.ts'

/** A lab of the repository: a cluster with only what its flows need, so that the kernel's record stays small. */
interface ClusterStory {
  /** File name in test/labs, without `.sh`. */
  readonly name: string
  readonly title: string
  readonly lesson: string
  /** `vxlan` on `cni0` unless given. */
  readonly setting?: Setting
  /** What clients do over TCP: `connect` unless given. */
  readonly tcp?: 'talk' | 'connect'
  /** Pods and Services of the shop that there are. */
  readonly shop: readonly string[]
  readonly flows: (flow: Flow, chapter: string) => boolean
  /** Flows that are in no chapter. */
  readonly more?: readonly Sent[]
}

export interface StoredClusterLab {
  /** File name in test/labs, without `.sh`. */
  readonly name: string
  readonly text: string
  readonly flows: readonly Sent[]
}

const VXLAN: Setting = { backend: 'vxlan', bridge: 'cni0' }
const HOST_GW: Setting = { backend: 'host-gw', bridge: 'docker0' }

/** The main flows, shown together in two clusters that differ in all. */
const MAIN: ReadonlySet<string> = new Set([
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
const MAIN_SHOP = ['client', 'near', 'self', 'far', 'empty', 'local']

/** A Service whose endpoints belong to two Deployments. Which of them answers is chance. */
export const GREY_FLOW: Sent = { title: 'pod to a Service of two Deployments', from: 'pod/client', to: 'svc/grey:80' }

/** The flows of a chapter that are not among the main ones: all, or those of these words. */
function rest(chapter: string, words = /^/): ClusterStory['flows'] {
  return ({ title, protocol }, its) => its === chapter && words.test(title) && !MAIN.has(title) && protocol !== 'sctp'
}

const STORIES: readonly ClusterStory[] = [
  {
    name: 'cluster-vxlan-cni0',
    title: "A cluster of two nodes with flannel's vxlan backend, pods on cni0: the main flows.",
    lesson: 'over vxlan a node reaches remote pods as flannel.1; only what leaves the pods’ network is masqueraded.',
    tcp: 'talk',
    shop: MAIN_SHOP,
    flows: ({ title }) => MAIN.has(title),
  },
  {
    name: 'cluster-host-gw-docker0',
    title: "A cluster of two nodes with flannel's host-gw backend, pods on docker0: the main flows.",
    lesson:
      'with host-gw a node keeps its address towards remote pods, but MASQUERADE --random-fully draws another port.',
    setting: HOST_GW,
    tcp: 'talk',
    shop: MAIN_SHOP,
    flows: ({ title }) => MAIN.has(title),
  },
  {
    name: 'cluster-host-gw-host-network',
    title: 'The same flow from a pod in the network of its node.',
    lesson: 'it sends as its node does, so flannel masquerades it towards the pods of other nodes, too.',
    setting: HOST_GW,
    shop: ['host-a', 'far'],
    flows: ({ title, hostGw }) => hostGw !== undefined && !MAIN.has(title),
  },
  {
    name: 'cluster-pods',
    title: 'Container to container, pod to pod on one node and across nodes, over TCP and UDP.',
    lesson: 'between pods nothing is ever translated, and each pod sees the other’s own address.',
    shop: ['client', 'near', 'far'],
    flows: rest('pods'),
  },
  {
    name: 'cluster-nodes-and-pods',
    title: 'Nodes speak to their pods and pods to nodes, their own and another.',
    lesson: 'a pod is hidden behind its node towards every other node, but not towards its own.',
    shop: ['client', 'near'],
    flows: rest('nodes and pods'),
  },
  {
    name: 'cluster-services',
    title: 'A Service over UDP; Services asked by nodes; the API server asked by pods.',
    lesson: 'a node’s own packets meet the rules in OUTPUT, and are masqueraded, for a node is no pod.',
    shop: ['client', 'near', 'guest', 'far', 'dns'],
    flows: rest('Services from inside'),
  },
  {
    name: 'cluster-services-without-endpoints',
    title: 'A Service without endpoints, asked by all of its addresses, from everywhere.',
    lesson: 'a rule refuses each of them with port unreachable: the client need not wait for a time-out.',
    shop: ['client', 'empty'],
    flows: rest('nobody there', /without endpoints/),
  },
  {
    name: 'cluster-ip-without-rule',
    title: 'A ping of a ClusterIP, a port that it does not serve, and a ClusterIP asked from outside.',
    lesson: 'nobody has the address: without a rule the packet goes to the router, which knows no way and says so.',
    shop: ['client', 'near'],
    flows: rest('nobody there', /ClusterIP/),
  },
  {
    name: 'cluster-node-ports',
    title: 'Node ports from outside, on nodes with and without the endpoint.',
    lesson: 'policy Cluster masquerades and takes a second leg; policy Local drops where there is no endpoint.',
    shop: ['far', 'open', 'local'],
    flows: rest('from outside in', /^NodePort/),
  },
  {
    name: 'cluster-load-balancers',
    title: 'Load balancer addresses and an external IP from outside.',
    lesson: 'the network leads the address to a node, whose rules do the rest; with policy Local the client is seen.',
    shop: ['near', 'far', 'balanced', 'balanced-local', 'by-address'],
    flows: rest('from outside in', /^(?!NodePort)/),
  },
  {
    name: 'cluster-node-ports-from-pod',
    title: 'Node ports asked by a pod: on its own node and on another.',
    lesson: 'its own node translates at once; to another node it goes as its node, and is translated there.',
    shop: ['client', 'far', 'open', 'local'],
    flows: rest('outside addresses from inside', /^pod .*node port/),
  },
  {
    name: 'cluster-node-ports-from-node',
    title: 'A node port asked by its node, by its address and on localhost.',
    lesson: 'localhost works because route_localnet is set: a packet from 127.0.0.1 leaves the node, masqueraded.',
    shop: ['far', 'open'],
    flows: rest('outside addresses from inside', /^node .*node port/),
  },
  {
    name: 'cluster-load-balancers-inside',
    title: 'A load balancer address and an external IP asked by pods.',
    lesson: 'the packet never leaves for the load balancer: the pod’s own node translates it, and masquerades.',
    shop: ['client', 'near', 'far', 'balanced', 'by-address'],
    flows: rest('outside addresses from inside', /externalIP|policy Cluster/),
  },
  {
    name: 'cluster-load-balancers-local-inside',
    title: 'A load balancer address with policy Local, asked from inside.',
    lesson: 'inside, policy Local means: as for a ClusterIP, wherever the endpoints are.',
    shop: ['client', 'guest', 'far', 'balanced-local'],
    flows: rest('outside addresses from inside', /load balancer address, policy Local/),
  },
  {
    name: 'cluster-to-outside',
    title: 'Pods and nodes to hosts outside, directly and through Services without a selector.',
    lesson: 'first DNAT to the address of the slice, then MASQUERADE: the host sees the node.',
    shop: ['client', 'legacy', 'older'],
    flows: rest('from inside out'),
  },
  {
    name: 'cluster-host-network',
    title: 'Pods in the network of their node, as clients and as servers.',
    lesson: 'such a pod is its node to everybody.',
    shop: ['client', 'near', 'far', 'host-a', 'host-b'],
    flows: rest('host network', /^(?!.*Service)/),
  },
  {
    name: 'cluster-host-network-services',
    title: 'Services of pods in the network of their node.',
    lesson:
      'a UDP server on all addresses answers from the one nearest to the client: its answer is no part of the connection.',
    shop: ['client', 'host-a', 'host-b', 'agent'],
    flows: rest('host network', /Service/),
  },
  {
    name: 'cluster-grey-release',
    title: 'Two pods of one Deployment and one of another behind one Service.',
    lesson: 'each rule takes its share of what the rules before it left: 1/3, 1/2, all.',
    shop: ['client', 'grey', 'stable-1', 'stable-2', 'canary-1'],
    flows: () => false,
    more: [GREY_FLOW],
  },
]

/** Whole clusters as labs: what `clusterLab` writes for a few pods and flows. */
export function storedClusterLabs(): StoredClusterLab[] {
  return STORIES.map(({ name, title, lesson, setting = VXLAN, tcp = 'connect', shop, flows, more = [] }) => {
    const told = CHAPTERS.flatMap((chapter) => chapter.flows.filter((flow) => flows(flow, chapter.title)))
    const cluster = Cluster.fromManifests(shopManifest({ only: shop }), { ...LAB_OPTIONS, ...setting })
    const sent = [...told, ...more]
    return { name, text: clusterLab(cluster, sent, [title, `Lesson: ${lesson}`], { tcp }), flows: sent }
  })
}
