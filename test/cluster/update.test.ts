import type { Draft } from 'immer'
import { describe, expect, it } from 'vitest'
import { Cluster } from '../../src/cluster/cluster.ts'
import type { ClusterObjects } from '../../src/kubernetes/index.ts'
import { formatIpv4, parseIpv4 } from '../../src/packet/address.ts'
import { UnsupportedError } from '../../src/packet/errors.ts'
import { Protocol } from '../../src/packet/protocol.ts'

const pod = (name: string, node: string, more = '') => `---
apiVersion: v1
kind: Pod
metadata: {name: ${name}, labels: {app: ${name.split('-')[0]}}}
spec: {nodeName: ${node}, ${more}containers: [{name: c, image: i}]}
`
const node = (name: string, podCIDR: string) => `apiVersion: v1
kind: Node
metadata: {name: ${name}}
spec: {podCIDR: ${podCIDR}}
---
`
const MANIFESTS = `${node('node-1', '10.244.0.0/24')}${node('node-2', '10.244.1.0/24')}apiVersion: v1
kind: Service
metadata: {name: dns}
spec: {selector: {app: dns}, ports: [{port: 53, protocol: UDP}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
${pod('client', 'node-1')}${pod('dns-a', 'node-1')}${pod('dns-b', 'node-2')}${pod('web-a', 'node-2')}`

/** An endpoint without a pod, and a Service that load balancers ask for. */
const OTHERS = `---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: other-1, labels: {kubernetes.io/service-name: other}}
addressType: IPv4
endpoints: [{addresses: [10.244.0.50], nodeName: node-1}]
ports: [{port: 80}]
---
apiVersion: v1
kind: Service
metadata: {name: checked}
spec: {type: LoadBalancer, selector: {app: web}, externalTrafficPolicy: Local, healthCheckNodePort: 31000, ports: [{port: 81}]}
`

const clusterOf = (more = '') => Cluster.fromManifests(MANIFESTS + more)
type Recipe = (objects: Draft<ClusterObjects>) => void

const without =
  (...names: string[]): Recipe =>
  (objects) => {
    objects.pods = objects.pods.filter(({ metadata }) => !names.includes(metadata.name))
  }

const podOf = (objects: Draft<ClusterObjects>, name: string) =>
  objects.pods.find(({ metadata }) => metadata.name === name)!

/** One datagram of the client to the Service; the pod that answers, by the name of its namespace, or null. */
function ask(cluster: Cluster, ownPort: number): string | null {
  const { network } = cluster
  const { sockets } = network.pods.get('default/client')!
  for (const name of ['dns-a', 'dns-b', 'dns-c'])
    network.pods.get(`default/${name}`)?.sockets.serve(Protocol.UDP, 53, name)
  const service = cluster.objects.services.find(({ metadata }) => metadata.name === 'dns')!
  const socket = sockets.udp.open()
  expect(socket.bind(parseIpv4('0.0.0.0'), ownPort)).toBeNull()
  socket.sendTo(parseIpv4(service.spec.clusterIP!), 53, 1)
  network.sim.run({ until: network.sim.now + 1e9 })
  const answer = socket.read()
  socket.close()
  return answer === null ? null : new TextDecoder().decode(answer.payload.data!).split(' ').at(-1)!
}

const chainsOf = (cluster: Cluster, node: string) => cluster.iptablesSave(node, 'nat')

describe('a network that runs on', () => {
  it('without a pod: what went to it goes to another one', () => {
    const before = clusterOf()
    const first = ask(before, 40000)!
    const { network } = before
    const gone = network.pods.get(`default/${first}`)!
    const { cluster, syncs } = before.advance(without(first))
    expect(cluster.network).toBe(network)
    expect(network.pods.has(`default/${first}`)).toBe(false)
    expect(network.netnsAt(gone.address)).toBeUndefined()
    expect([...network.namespaces()].map(({ name }) => name)).not.toContain(`default/${first}`)
    expect(syncs.get('node-1')!.sync).toMatchObject({ kind: 'partial', services: new Set(['default/dns']) })
    expect(syncs.get('node-1')!.deletedFlows).toHaveLength(1)
    expect(ask(cluster, 40000)).toBe(first === 'dns-a' ? 'dns-b' : 'dns-a')
    expect(cluster.trace({ from: 'pod/client', to: 'svc/dns' }).disposition).toBe('delivered')
  })

  it('has the tables of a new one of the same objects', () => {
    let cluster = clusterOf()
    const expectFresh = () => {
      const fresh = new Cluster(cluster.objects, cluster.options)
      for (const node of ['node-1', 'node-2']) {
        expect(chainsOf(cluster, node)).toBe(chainsOf(fresh, node))
        expect(cluster.iptablesSave(node, 'filter')).toBe(fresh.iptablesSave(node, 'filter'))
        expect(cluster.kubeProxyRestoreText(node)).toBe(fresh.kubeProxyRestoreText(node))
      }
    }
    const steps: Recipe[] = [
      without('dns-a'),
      without('dns-b', 'web-a'),
      ({ services }) => {
        services.find(({ metadata }) => metadata.name === 'web')!.spec.type = 'NodePort'
      },
      (objects) => {
        objects.services = objects.services.filter(({ metadata }) => metadata.name !== 'dns')
      },
      ({ nodes }) => {
        nodes[0]!.metadata.labels = { ...nodes[0]!.metadata.labels, 'topology.kubernetes.io/zone': 'z' }
      },
    ]
    for (const step of steps) {
      cluster = cluster.advance(step).cluster
      expectFresh()
    }
    const last = cluster.advance(() => {}).syncs
    expect([...last.values()].map(({ sync }) => sync.kind)).toEqual(['none', 'none'])
  })

  it('a pod that comes can be reached, a load balancer that comes or goes as well', () => {
    const before = clusterOf()
    const web = (cluster: Cluster) => cluster.trace({ from: 'external', to: 'svc/web:80' }).disposition
    expect(web(before)).toBe('delivered')
    const address = before.network.attracted[0]!.address
    const { cluster: without1 } = before.advance(without('web-a'))
    expect(web(without1)).toBe('rejected')
    const { cluster: again } = without1.advance((objects) => {
      const old = podOf(before.objects as Draft<ClusterObjects>, 'web-a')
      objects.pods.push({ ...old, metadata: { ...old.metadata, name: 'web-b' } })
    })
    expect(web(again)).toBe('delivered')
    const { cluster: noBalancer } = again.advance((objects) => {
      const service = objects.services.find(({ metadata }) => metadata.name === 'web')!
      service.spec.type = 'ClusterIP'
      service.status.loadBalancer.ingress = []
      for (const port of service.spec.ports) port.nodePort = undefined
    })
    expect(noBalancer.network.attracted).toEqual([])
    expect(noBalancer.trace({ from: 'external', to: `${address}:80` }).disposition).not.toBe('delivered')
  })

  it('nobody answers at the address of a pod that is gone, even where a slice still has it', () => {
    const before = clusterOf()
    const { address } = before.network.pods.get('default/dns-a')!
    const { cluster } = before.advance((objects) => {
      const slice = objects.endpointSlices.find(({ metadata }) => metadata.name.startsWith('dns'))!
      // as if somebody else kept it
      slice.source = {}
      without('dns-a')(objects)
    })
    expect(
      cluster.objects.endpointSlices.some(({ endpoints }) =>
        endpoints.some(({ addresses }) => addresses[0] === formatIpv4(address)),
      ),
    ).toBe(true)
    expect(cluster.network.netnsAt(address)).toBeUndefined()
  })

  it('leaves the earlier cluster what it was, and may go on from there anew', () => {
    const before = clusterOf()
    const { network } = before
    before.advance(without('dns-a'))
    expect(before.network).not.toBe(network)
    expect(before.network.pods.has('default/dns-a')).toBe(true)
  })

  it.each<[string, string, Recipe]>([
    [
      'a node that comes',
      'a change of nodes',
      ({ nodes }) => {
        const [, old] = nodes
        nodes.push({
          ...old!,
          metadata: { ...old!.metadata, name: 'node-3' },
          spec: { taints: [], unschedulable: false },
          status: { addresses: [] },
        })
      },
    ],
    [
      'a node that moves',
      'a change of nodes',
      ({ nodes }) => {
        nodes[1]!.status.addresses = [{ type: 'InternalIP', address: '192.168.0.99' }]
      },
    ],
    ['a host-network pod', 'host-network pod default/agent-1', without('agent-1')],
    [
      'an address of nobody’s network',
      'is not of its node',
      (objects) => {
        podOf(objects, 'dns-a').status.podIP = '10.244.77.7'
      },
    ],
    [
      'an address that somebody has',
      'which somebody else has',
      (objects) => {
        podOf(objects, 'dns-a').status.podIP = '10.244.0.50'
      },
    ],
    [
      'an endpoint that flannel would have to learn',
      'an endpoint 10.244.1.77 that comes',
      ({ endpointSlices }) => {
        const slice = endpointSlices.find(({ metadata }) => metadata.name === 'other-1')!
        slice.endpoints.push({ addresses: ['10.244.1.77'], conditions: {}, nodeName: 'node-1' })
      },
    ],
  ])('refuses %s, and changes nothing', (_what, message, recipe) => {
    const cluster = clusterOf(pod('agent-1', 'node-1', 'hostNetwork: true, ') + OTHERS)
    const { network } = cluster
    const saved = chainsOf(cluster, 'node-1')
    const pods = [...network.pods.keys()]
    let error: unknown
    try {
      cluster.advance(recipe)
    } catch (caught) {
      error = caught
    }
    expect(error).toBeInstanceOf(UnsupportedError)
    expect((error as Error).message).toContain(message)
    expect(cluster.network).toBe(network)
    expect([...network.pods.keys()]).toEqual(pods)
    expect(chainsOf(cluster, 'node-1')).toBe(saved)
  })
})
