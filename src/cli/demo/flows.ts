import type { Cluster } from '../../cluster/cluster.ts'
import type { FlowProtocol } from '../../cluster/targets.ts'
import type { Disposition } from '../../trace/index.ts'

/** One flow of the demonstration: what is sent, how it must end, and what there is to see. */
export interface DemoFlow {
  readonly title: string
  /** What to look for in the trace. */
  readonly lesson: string
  readonly from: string
  readonly to: string
  readonly protocol?: FlowProtocol
  readonly allBranches?: true
  readonly expect: Disposition
}

/** Where the pods of the bundled application run. */
class Places {
  readonly #cluster: Cluster

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  /** The first pod of a workload, on this node or on any other than this one. */
  pod(
    workload: string,
    where: { readonly on?: string; readonly notOn?: string } = {},
  ): { readonly name: string; readonly node: string } {
    for (const { metadata, spec } of this.#cluster.objects.pods) {
      const node = spec.nodeName ?? ''
      const isThere = (where.on === undefined || node === where.on) && node !== where.notOn
      const isIts = metadata.name.startsWith(`${workload}-`) && !/-next-/.test(metadata.name.slice(workload.length))
      if (isIts && isThere) return { name: `pod/${metadata.name}`, node }
    }
    throw new RangeError(`the bundled application has no ${workload} there`)
  }

  /** Any pod with a network of its own on a node, other than the one named. */
  podOn(node: string, other: string): string {
    const found = this.#cluster.objects.pods.find(
      ({ metadata, spec }) => spec.nodeName === node && !spec.hostNetwork && `pod/${metadata.name}` !== other,
    )
    if (found === undefined) throw new RangeError(`the bundled application has no pod on ${node}`)
    return `pod/${found.metadata.name}`
  }

  otherNode(node: string): string {
    return this.#cluster.objects.nodes.find(({ metadata }) => metadata.name !== node)?.metadata.name ?? node
  }
}

/** The main flows of a cluster on the bundled application. Who runs where is looked up, for the flows depend on it. */
export function demoFlows(cluster: Cluster): readonly DemoFlow[] {
  const places = new Places(cluster)
  return [...podFlows(places), ...serviceFlows(places), ...outsideFlows(places), ...hostFlows(places)]
}

function podFlows(places: Places): DemoFlow[] {
  const { name: pod, node: here } = places.pod('frontend')
  const there = places.otherNode(here)
  const near = places.pod('catalog', { on: here }).name
  const far = places.pod('catalog', { on: there }).name
  return [
    {
      title: 'Container to container, over localhost',
      lesson: 'The containers of a pod share one network namespace: the packet never leaves lo.',
      from: pod,
      to: 'localhost:9090',
      expect: 'delivered',
    },
    {
      title: 'Pod to pod, on one node',
      lesson: 'The bridge switches it. flannel.1 is not touched, and no address changes.',
      from: pod,
      to: `${near}:8080`,
      expect: 'delivered',
    },
    {
      title: 'Pod to pod, across nodes',
      lesson: 'flannel.1 wraps it in a UDP packet to the other node. No address changes.',
      from: pod,
      to: `${far}:8080`,
      expect: 'delivered',
    },
    {
      title: 'Node to a pod of its own',
      lesson: 'Straight into the bridge; the pod sees the bridge’s address.',
      from: `node/${here}`,
      to: `${pod}:8080`,
      expect: 'delivered',
    },
    {
      title: 'Node to a pod of another node',
      lesson: 'Over flannel.1, whose address the node takes for its own.',
      from: `node/${there}`,
      to: `${pod}:8080`,
      expect: 'delivered',
    },
    {
      title: 'Pod to its own node',
      lesson: 'The node sees the pod’s own address.',
      from: pod,
      to: `node/${here}:9100`,
      expect: 'delivered',
    },
    {
      title: 'Pod to another node',
      lesson: 'That node is outside of the pods’ network: flannel’s --ip-masq hides the pod behind its node.',
      from: pod,
      to: `node/${there}:9100`,
      expect: 'delivered',
    },
  ]
}

function serviceFlows(places: Places): DemoFlow[] {
  const cart = places.pod('cartservice')
  const near = places.podOn(cart.node, cart.name)
  const far = places.podOn(places.otherNode(cart.node), cart.name)
  return [
    {
      title: 'Pod to a Service, the endpoint on the same node',
      lesson:
        'KUBE-SERVICES finds the cluster IP, KUBE-SEP- sets the pod’s address in its place; the answer gets the old one back.',
      from: near,
      to: 'svc/cartservice:7070',
      expect: 'delivered',
    },
    {
      title: 'Pod to a Service, the endpoint on another node',
      lesson: 'Translated where it starts, then carried over flannel.1.',
      from: far,
      to: 'svc/cartservice:7070',
      expect: 'delivered',
    },
    {
      title: 'A pod to itself, through its Service',
      lesson: 'Back out of the port that it came from (hairpin mode), masqueraded, lest the pod answers itself.',
      from: cart.name,
      to: 'svc/cartservice:7070',
      expect: 'delivered',
    },
    {
      title: 'Node to a Service',
      lesson: 'The node’s own packets meet the same rules in OUTPUT.',
      from: `node/${places.otherNode(cart.node)}`,
      to: 'svc/cartservice:7070',
      expect: 'delivered',
    },
    {
      title: 'Two Deployments behind one Service',
      lesson: 'A grey release: three pods of the old version and one of the new, a quarter of the clients each.',
      from: places.pod('frontend').name,
      to: 'svc/catalog:80',
      allBranches: true,
      expect: 'delivered',
    },
    {
      title: 'A headless Service',
      lesson: 'DNS gives the pods’ own addresses: no rule, no translation, one branch for each pod.',
      from: places.pod('frontend').name,
      to: 'svc/web:80',
      allBranches: true,
      expect: 'delivered',
    },
    {
      title: 'A Service without endpoints, asked by a pod',
      lesson: 'A rule refuses it with port unreachable: the client need not wait for a time-out.',
      from: places.pod('frontend').name,
      to: 'svc/reviews:80',
      expect: 'rejected',
    },
    {
      title: 'A Service without endpoints, asked by a node',
      lesson: 'The same in OUTPUT.',
      from: 'node/node-1',
      to: 'svc/reviews:80',
      expect: 'rejected',
    },
    {
      title: 'Ping of a cluster IP',
      lesson:
        'No rule is about ICMP, and nobody has the address: it leaves the node for the router, which knows no way.',
      from: places.pod('frontend').name,
      to: 'svc/cartservice',
      protocol: 'icmp',
      expect: 'dropped',
    },
    {
      title: 'A port that the Service does not serve',
      lesson: 'As for the ping: no rule matches.',
      from: places.pod('frontend').name,
      to: 'svc/cartservice:7071',
      expect: 'dropped',
    },
    {
      title: 'The API server, as every pod finds it',
      lesson: 'default/kubernetes is a Service like any other; its endpoint is a node.',
      from: far,
      to: 'svc/kubernetes:443',
      expect: 'delivered',
    },
  ]
}

function outsideFlows(places: Places): DemoFlow[] {
  const frontend = places.pod('frontend')
  const payment = places.pod('payment')
  return [
    {
      title: 'A cluster IP, asked from outside',
      lesson: 'Cluster IPs are known on nodes only; no router leads there.',
      from: 'external',
      to: 'svc/cartservice:7070',
      expect: 'dropped',
    },
    {
      title: 'NodePort, on the node that has the pod',
      lesson: 'externalTrafficPolicy Cluster masquerades, also where it need not.',
      from: 'external',
      to: `node/${frontend.node}:30080`,
      expect: 'delivered',
    },
    {
      title: 'NodePort, on a node that has no such pod',
      lesson: 'A second leg to the other node, and back the same way, for the pod answers the node that masqueraded.',
      from: 'external',
      to: `node/${places.otherNode(frontend.node)}:30080`,
      expect: 'delivered',
    },
    {
      title: 'NodePort with externalTrafficPolicy Local, on the node that has the pod',
      lesson: 'The pod sees the client’s own address.',
      from: 'external',
      to: `node/${payment.node}:30443`,
      expect: 'delivered',
    },
    {
      title: 'NodePort with externalTrafficPolicy Local, on a node that has no such pod',
      lesson: 'Dropped without a word: load balancers are to ask for the node’s health first.',
      from: 'external',
      to: `node/${places.otherNode(payment.node)}:30443`,
      expect: 'dropped',
    },
    {
      title: 'A load balancer’s address',
      lesson: 'KUBE-EXT- for the address that the cloud gave; the rest is as with a node port.',
      from: 'external',
      to: 'svc/storefront:80',
      expect: 'delivered',
    },
    {
      title: 'An external IP',
      lesson: 'Any address that the network leads to a node.',
      from: 'external',
      to: '192.0.2.80:80',
      expect: 'delivered',
    },
    {
      title: 'Pod to a host outside',
      lesson: 'MASQUERADE: the host sees the node.',
      from: frontend.name,
      to: 'external:443',
      expect: 'delivered',
    },
    {
      title: 'A Service whose endpoint is a host outside',
      lesson: 'First DNAT to the host of the EndpointSlice, then MASQUERADE.',
      from: payment.name,
      to: 'svc/bank:443',
      expect: 'delivered',
    },
  ]
}

function hostFlows(places: Places): DemoFlow[] {
  const agent = places.pod('agent')
  const pod = places.podOn(agent.node, '')
  return [
    {
      title: 'A pod in its node’s network, as client',
      lesson: 'hostNetwork: it sends as the node does.',
      from: agent.name,
      to: 'svc/cartservice:7070',
      expect: 'delivered',
    },
    {
      title: 'A pod in its node’s network, as server over TCP',
      lesson: 'internalTrafficPolicy Local: always the agent of the client’s own node.',
      from: pod,
      to: 'svc/agent:metrics',
      expect: 'delivered',
    },
    {
      title: 'A pod in its node’s network, as server over UDP',
      lesson:
        'A UDP server on all addresses answers from the one nearest to the client, the bridge’s. That is no part of the connection: the answer is not translated ' +
        'back, and the client’s socket does not take it. Statistics want no answer; DNS would.',
      from: pod,
      to: 'svc/agent:statsd',
      expect: 'unanswered',
    },
  ]
}
