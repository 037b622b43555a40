import type { Draft } from 'immer'
import { describe, expect, it } from 'vitest'
import { ClusterNetwork } from '../../src/cluster/network.ts'
import { nodeTables } from '../../src/cluster/node-tables.ts'
import { proxyState, rulesOf } from '../../src/cluster/running-proxies.ts'
import { type ClusterObjects, editObjects, fillIn, readObjects } from '../../src/kubernetes/index.ts'
import { saveTables } from '../../src/netfilter/text/save.ts'
import type { NetworkNamespace } from '../../src/netns/namespace.ts'
import { formatIpv4, parseIpv4 } from '../../src/packet/address.ts'
import { Protocol } from '../../src/packet/protocol.ts'
import type { SocketLayer } from '../../src/sockets/index.ts'

const pod = (name: string, ip: string, node: string) => `---
apiVersion: v1
kind: Pod
metadata: {name: ${name}}
spec: {nodeName: ${node}, containers: [{name: c, image: i}]}
status: {phase: Running, podIP: ${ip}}
`
const slice = (name: string, protocol: string) => `---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: ${name}-1, labels: {kubernetes.io/service-name: ${name}}}
addressType: IPv4
endpoints: [{addresses: [10.244.0.11], nodeName: node-1}]
ports: [{name: p, port: 5000, protocol: ${protocol}}]
`
const MANIFESTS = `apiVersion: v1
kind: Service
metadata: {name: dns}
spec: {type: NodePort, clusterIP: 10.96.0.10, ports: [{name: p, port: 53, protocol: UDP, nodePort: 30053}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {clusterIP: 10.96.0.20, ports: [{name: p, port: 80}]}
${slice('dns', 'UDP')}${slice('web', 'TCP')}${pod('client', '10.244.0.10', 'node-1')}${pod('a', '10.244.0.11', 'node-1')}${pod('b', '10.244.1.11', 'node-2')}`

/** A network with its kube-proxies, and a client in a pod. */
class Lab {
  objects: ClusterObjects
  readonly network: ClusterNetwork

  constructor(recipe: (objects: Draft<ClusterObjects>) => void = () => {}) {
    this.objects = editObjects(fillIn(readObjects({ name: 'm', content: MANIFESTS })), recipe)
    this.network = new ClusterNetwork(this.objects, {})
    for (const name of ['a', 'b']) {
      const { sockets } = this.network.pods.get(`default/${name}`)!
      for (const protocol of [Protocol.UDP, Protocol.TCP]) sockets.serve(protocol, 5000, name)
    }
  }

  /** Changes Services and EndpointSlices; what each kube-proxy did. */
  change(recipe: (objects: Draft<ClusterObjects>) => void) {
    this.objects = editObjects(this.objects, recipe)
    return this.network.update(this.objects)
  }

  /** The tables of a host on which kube-proxy starts now. */
  fresh(node: string): string {
    const rules = rulesOf(proxyState(this.network.kubeProxy, this.network.nodes.get(node)!))
    return saveTables(nodeTables({ kubeProxy: rules.operations() }))
  }

  get client(): SocketLayer {
    return this.network.pods.get('default/client')!.sockets
  }

  run(seconds = 1): void {
    const { sim } = this.network
    sim.run({ until: sim.now + seconds * 1e9 })
  }
}

/** One datagram; who answers. The same own port is the same flow. */
function ask(lab: Lab, sockets: SocketLayer, destination: string, port: number, ownPort: number): string {
  const socket = sockets.udp.open()
  expect(socket.bind(parseIpv4('0.0.0.0'), ownPort)).toBeNull()
  socket.sendTo(parseIpv4(destination), port, 4)
  lab.run()
  const answer = socket.read()
  socket.close()
  return answer === null ? 'nobody' : new TextDecoder().decode(answer.payload.data!).split(' ').at(-1)!
}

const endpointsOf = (objects: Draft<ClusterObjects>, service: string) =>
  objects.endpointSlices.find(({ metadata }) => metadata.name === `${service}-1`)!.endpoints
const A = { addresses: ['10.244.0.11'], conditions: {}, nodeName: 'node-1' }
const B = { addresses: ['10.244.1.11'], conditions: {}, nodeName: 'node-2' }
/** The endpoints of both Services become these. */
const to =
  (...endpoints: (typeof A)[]) =>
  (objects: Draft<ClusterObjects>): void => {
    for (const service of ['dns', 'web']) endpointsOf(objects, service).splice(0, 9, ...endpoints)
  }
const udpEntries = (netns: NetworkNamespace) =>
  [...netns.netfilter.conntrack.entries()].filter(({ protocol }) => protocol === Protocol.UDP).length

describe('the kube-proxies of a network that runs', () => {
  it('lead a UDP flow to the new endpoint', () => {
    const lab = new Lab()
    expect(ask(lab, lab.client, '10.96.0.10', 53, 40000)).toBe('a')
    const syncs = lab.change(to(B))
    const { sync, deletedFlows } = syncs.get('node-1')!
    expect(sync).toMatchObject({
      kind: 'partial',
      services: new Set(['default/dns', 'default/web']),
      cleansConntrack: true,
    })
    expect(deletedFlows).toEqual([expect.stringMatching(/^udp .*dst=10\.96\.0\.10 .*src=10\.244\.0\.11 /)])
    expect(syncs.get('node-2')!.deletedFlows).toEqual([])
    expect(ask(lab, lab.client, '10.96.0.10', 53, 40000)).toBe('b')
  })

  it('without the look through conntrack it goes on to the one that is gone', () => {
    const lab = new Lab()
    expect(ask(lab, lab.client, '10.96.0.10', 53, 40000)).toBe('a')
    lab.network.nodes.get('node-1')!.netns.netfilter.conntrack.delete = () => false
    lab.change(to(B))
    expect(ask(lab, lab.client, '10.96.0.10', 53, 40000)).toBe('a')
    // a new flow finds the new rules
    expect(ask(lab, lab.client, '10.96.0.10', 53, 40001)).toBe('b')
  })

  it('leave TCP connections alone', () => {
    const lab = new Lab()
    const seen: string[] = []
    const { socket } = lab.client.tcp.connect(
      { address: parseIpv4('10.96.0.20'), port: 80 },
      { onData: ({ data }) => void seen.push(new TextDecoder().decode(data!).split(' ').at(-1)!) },
    ) as { socket: { send(octets: number): void } }
    const say = () => {
      socket.send(4)
      lab.run()
    }
    lab.run()
    say()
    lab.change(to(B))
    say()
    expect(seen).toEqual(['a', 'a'])
  })

  it('let flows be while no endpoint is left, and delete them with the first one that comes', () => {
    const lab = new Lab()
    const { netns } = lab.network.nodes.get('node-1')!
    expect(ask(lab, lab.client, '10.96.0.10', 53, 40000)).toBe('a')
    expect(lab.change(to()).get('node-1')).toMatchObject({ sync: { cleansConntrack: true }, deletedFlows: [] })
    expect(udpEntries(netns)).toBe(1)
    expect(ask(lab, lab.client, '10.96.0.10', 53, 40000)).toBe('a')
    expect(ask(lab, lab.client, '10.96.0.10', 53, 40001)).toBe('nobody')
    expect(lab.change(to(B)).get('node-1')!.deletedFlows).toHaveLength(1)
    expect(ask(lab, lab.client, '10.96.0.10', 53, 40000)).toBe('b')
  })

  it('delete what nobody translated, when a Service gets its first endpoint', () => {
    const lab = new Lab((objects) => {
      objects.services = objects.services.filter(({ metadata }) => metadata.name !== 'dns')
      to()(objects)
    })
    const { dns } = { dns: new Lab().objects.services.find(({ metadata }) => metadata.name === 'dns')! }
    const { netns } = lab.network.nodes.get('node-1')!
    expect(ask(lab, lab.client, '10.96.0.10', 53, 40000)).toBe('nobody')
    expect(udpEntries(netns)).toBe(1)
    // the Service alone is no reason to look
    expect(lab.change((objects) => void objects.services.push(dns as Draft<typeof dns>)).get('node-1')).toMatchObject({
      sync: { kind: 'partial', cleansConntrack: false },
      deletedFlows: [],
    })
    expect(lab.change(to(A)).get('node-1')!.deletedFlows).toHaveLength(1)
    expect(ask(lab, lab.client, '10.96.0.10', 53, 40000)).toBe('a')
  })

  it('by node port, too', () => {
    const lab = new Lab()
    const address = formatIpv4(lab.network.nodes.get('node-2')!.plan.address)
    const { sockets } = lab.network.nodes.get('node-1')!
    const port = () => ask(lab, sockets, address, 30053, 40000)
    expect(port()).toBe('a')
    const syncs = lab.change(to(B))
    expect(syncs.get('node-2')!.deletedFlows).toHaveLength(1)
    expect(port()).toBe('b')
  })

  it('write the tables that a new kube-proxy would write, beside the rules of others', () => {
    const lab = new Lab()
    const others = (text: string) => text.split('\n').filter((line) => !line.includes('KUBE-'))
    const before = [...lab.network.nodes.values()].map(({ netns }) => others(netns.netfilter.save()))
    lab.change(to(A, B))
    lab.change((objects) => {
      objects.services = objects.services.filter(({ metadata }) => metadata.name !== 'web')
    })
    ;[...lab.network.nodes].forEach(([name, { netns }], i) => {
      const saved = netns.netfilter.save()
      const ofProxy = (text: string) =>
        text.split('\n').filter((line) => /^:KUBE-|^-A KUBE-/.test(line) && !/CANARY|KUBE-KUBELET|HINT/.test(line))
      expect(ofProxy(saved)).toEqual(ofProxy(lab.fresh(name)))
      expect(others(saved)).toEqual(before[i])
    })
  })

  it('rules keep their back-reference, and those that are rewritten count from zero', () => {
    const lab = new Lab()
    const { netfilter } = lab.network.nodes.get('node-1')!.netns
    const chainOf = (service: string) =>
      [...netfilter.table('nat')!.chains.values()].find(
        ({ name, rules }) => name.startsWith('KUBE-SEP-') && rules[0]!.origin?.service === `default/${service}`,
      )!
    expect(ask(lab, lab.client, '10.96.0.10', 53, 40000)).toBe('a')
    const count = (service: string) => netfilter.counters('nat')(chainOf(service).name, 2).packets
    expect(count('dns')).toBe(1)
    lab.change((objects) => endpointsOf(objects, 'web').splice(0, 1, B))
    expect(count('dns')).toBe(1)
    expect(chainOf('web').rules[1]!.origin).toMatchObject({ writer: 'kube-proxy', endpoint: '10.244.1.11:5000' })
    lab.change((objects) => void endpointsOf(objects, 'dns').push(B))
    expect(count('dns')).toBe(0)
  })

  it('do nothing when nothing changes, everything after an hour, or when somebody has flushed the tables', () => {
    const lab = new Lab()
    const kinds = () =>
      [...lab.change(() => {}).values()].map(({ sync }) => [sync.kind, ...sync.reasons.map(({ kind }) => kind)])
    expect(kinds()).toEqual([['none'], ['none']])
    lab.network.sim.schedule(3601e9, () => {}, null)
    lab.run(3602)
    expect(kinds()).toEqual([
      ['full', 'hourly'],
      ['full', 'hourly'],
    ])
    const [one] = lab.network.nodes.values()
    one!.netns.netfilter.setTables([])
    expect(kinds()).toEqual([['full', 'flushed'], ['none']])
    expect(one!.netns.netfilter.save()).toBe(lab.fresh('node-1'))
  })

  it.each([
    [undefined, 29, 31],
    [60e9, 59, 61],
    [0, 29, 31],
  ])('in a large cluster look for stale chains only every iptables.syncPeriod: %s', (syncPeriod, before, after) => {
    const many = Array.from({ length: 200 }, (_, i) => ({ ...B, addresses: [`10.244.1.${20 + i}`] }))
    const lab = new Lab((objects) => {
      objects.kubeProxy = {
        nodePortAddresses: [],
        iptables: { syncPeriod },
        conntrack: {},
        featureGates: {},
        source: {},
        clusterCIDR: '10.244.0.0/16',
      }
      // six ports of two hundred endpoints each
      const slice = objects.endpointSlices.find(({ metadata }) => metadata.name === 'web-1')!
      slice.endpoints = many
      const web = objects.services.find(({ metadata }) => metadata.name === 'web')!
      web.spec.ports = Array.from({ length: 6 }, (_, i) => ({ ...web.spec.ports[0]!, name: `p${i}`, port: 80 + i }))
      slice.ports = web.spec.ports.map(({ name, protocol }) => ({ name: name!, protocol, port: 5000 }))
    })
    expect(lab.network.kubeProxy.largeCluster).toBe(true)
    const deleted = (seconds: number, endpoint: typeof A) => {
      lab.network.sim.schedule(seconds * 1e9 - lab.network.sim.now, () => {}, null)
      lab.network.sim.run({ until: seconds * 1e9 })
      return lab.change((objects) => endpointsOf(objects, 'dns').splice(0, 1, endpoint)).get('node-1')!.sync
        .deletedChains.length
    }
    expect(deleted(before, B)).toBe(0)
    expect(deleted(after, A)).toBe(1)
    expect(deleted(after + 1, B)).toBe(0)
  })

  it('try again with everything when a partial sync cannot be loaded, and forget conntrack over it', () => {
    const lab = new Lab()
    const { netfilter } = lab.network.nodes.get('node-1')!.netns
    expect(ask(lab, lab.client, '10.96.0.10', 53, 40000)).toBe('a')
    const web = [...netfilter.table('nat')!.chains.keys()].find(
      (name) =>
        name.startsWith('KUBE-SVC-') &&
        netfilter.save().includes(`"default/web:p cluster IP" -m tcp --dport 80 -j ${name}`),
    )!
    netfilter.apply('nat', { kind: 'flush', chain: 'KUBE-SERVICES' })
    netfilter.apply('nat', { kind: 'flush', chain: web })
    netfilter.apply('nat', { kind: 'delete-chain', chain: web })
    const syncs = lab.change((objects) => endpointsOf(objects, 'dns').splice(0, 1, B))
    expect(syncs.get('node-2')!.sync).toMatchObject({ kind: 'partial', cleansConntrack: true })
    expect(syncs.get('node-1')).toMatchObject({
      sync: { kind: 'full', reasons: [{ kind: 'failed', what: '' }], cleansConntrack: false },
      deletedFlows: [],
    })
    expect(netfilter.table('nat')!.chains.has(web)).toBe(true)
    expect(ask(lab, lab.client, '10.96.0.10', 53, 40000)).toBe('a')
  })
})
