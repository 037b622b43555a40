import { describe, expect, it } from 'vitest'
import { Cluster } from '../../src/cluster/index.ts'
import { printRoute } from '../../src/route/index.ts'
import { FLOW_OBJECTS } from '../support/kube-proxy-flows.ts'

const cluster = Cluster.fromManifests(FLOW_OBJECTS, { validation: 'lenient' })

const enter = (from: string, to = '10.97.0.1:80', at = 'node/alpha') => cluster.trace({ at, from, to })

/** Everything that a guest could leave behind. */
function state(of: Cluster): unknown {
  return [...of.network.namespaces()].map((netns) => ({
    name: netns.name,
    devices: [...netns.devices()].map((link) => [link.name, link.addresses.map(({ local }) => local)]),
    routes: netns.fib.routes().map((route) => printRoute(route, netns)),
    rules: netns.fib.rules,
    permanent: [...netns.neighbours.entries()]
      .filter(({ state }) => state === 'PERMANENT')
      .map(({ address }) => address),
  }))
}

describe('a packet that enters a node', () => {
  it.each([
    ['192.168.7.2', 'alpha', 'is an address of node/alpha'],
    ['203.0.113.2', 'alpha', 'is an address of node/alpha'],
    ['127.0.0.1', 'alpha', 'is an address of node/alpha'],
    ['10.50.1.200', 'sender', 'is a pod on the bridge of node/alpha'],
    ['10.50.77.1', 'sender', 'is a pod on the bridge of node/alpha'],
    ['10.50.1.5', 'endpoint-10.50.1.5', 'is a pod on the bridge of node/alpha'],
    ['198.51.100.1', 'sender', 'is outside, and what it sends goes to node/alpha'],
    ['192.168.7.99', 'sender', 'is outside, and what it sends goes to node/alpha'],
    ['10.97.0.1', 'sender', 'is outside, and what it sends goes to node/alpha'],
  ])('from %s is sent by %s', (from, netns, told) => {
    const to = from === '127.0.0.1' ? '127.0.0.1:31080' : '10.97.0.2:80'
    const { data } = enter(from, to)
    expect(data.from).toEqual({ name: from, netns, address: from })
    expect(data.assumptions).toContain(`${from} ${told}`)
    expect(data.disposition).toBe('delivered')
    const [first] = data.hops.filter((hop) => hop.netns === 'alpha')
    if (netns !== 'alpha')
      expect(first?.device).toBe(told.includes('pod') ? (netns === 'sender' ? 'sender' : first?.device) : 'eth0')
  })

  it('does so wherever it is for', () => {
    for (const to of [
      '8.8.8.8:53',
      '192.168.7.3:80',
      '192.168.7.1:80',
      '10.50.2.5:8080',
      '10.97.0.1:443',
      '192.0.2.9:80',
    ]) {
      const places = enter('198.51.100.77', to).data.hops.map(({ netns }) => netns)
      expect(places.slice(0, 3), to).toEqual(['sender', 'underlay', 'alpha'])
    }
  })

  it('of the address of another node leaves that node its tunnels', () => {
    const { branches = [] } = cluster.trace({
      at: 'node/alpha',
      from: '192.168.7.3',
      to: '10.97.0.2:80',
      allBranches: true,
    }).data
    expect(branches.map(({ endpoint }) => endpoint)).toEqual([
      'endpoint-10.50.1.6 10.50.1.6:8080',
      'endpoint-10.50.2.6 10.50.2.6:8080',
    ])
  })

  it('is sent to its own address, too', () => {
    const trace = enter('203.0.113.62', '203.0.113.62:80')
    expect(trace.disposition).toBe('delivered')
    expect(trace.data.kubeProxy).toEqual({ dnat: '10.50.2.9:8080', masquerade: true, verdict: 'none' })
  })

  it.each(['198.51.100.77', '192.168.7.99', '10.50.1.200', '10.50.1.5'])(
    'of a neighbour, %s, reaches the node’s 127.0.0.1 by node ports alone',
    (from) => {
      const guarded = enter(from, '127.0.0.1:10248').data
      expect(guarded.kubeProxy).toEqual({ dnat: null, masquerade: false, verdict: 'DROP' })
      expect(guarded.reason).toContain('-A KUBE-FIREWALL')
      const nodePort = enter(from, '127.0.0.1:31080').data
      expect(nodePort.kubeProxy).toMatchObject({ masquerade: true, verdict: 'none' })
      expect(nodePort.kubeProxy?.dnat).not.toBeNull()
      expect(nodePort.disposition).toBe('delivered')
    },
  )

  it('is not for 0.0.0.0, unless the node sends it', () => {
    expect(() => enter('198.51.100.77', '0.0.0.0:31080')).toThrow(/no packet to 0\.0\.0\.0 enters a node/)
    expect(enter('192.168.7.2', '0.0.0.0:31080').disposition).toBe('delivered')
  })

  it('enters at the node that is named', () => {
    const beta = enter('198.51.100.77', '10.97.0.8:80', 'node/beta').data
    expect(beta.hops.map(({ netns }) => netns)).toContain('beta')
    expect(beta.kubeProxy?.dnat).toBe('10.50.2.12:8080')
  })

  it('is answered by an endpoint that has the node’s own address', () => {
    const hostNetwork = Cluster.fromManifests(
      `${FLOW_OBJECTS}---
apiVersion: v1
kind: Service
metadata: {name: on-host, namespace: ns}
spec: {clusterIP: 10.97.0.200, ports: [{name: p, port: 80}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: on-host-1, namespace: ns, labels: {kubernetes.io/service-name: on-host}}
addressType: IPv4
ports: [{name: p, port: 9443}]
endpoints: [{addresses: [192.168.7.2], nodeName: alpha}]
`,
      { validation: 'lenient' },
    )
    for (const from of ['198.51.100.1', '10.50.1.200', '192.168.7.2']) {
      const { data } = hostNetwork.trace({ at: 'node/alpha', from, to: '10.97.0.200:80' })
      expect(data.kubeProxy?.dnat, from).toBe('192.168.7.2:9443')
      expect(data.disposition, from).toBe('delivered')
    }
  })

  it('leaves nothing behind', () => {
    const before = state(cluster)
    const one = enter('10.50.9.5').toJSON()
    for (const from of ['10.50.1.200', '10.50.2.5', '198.51.100.1', '192.168.7.3', '203.0.113.62', '10.97.0.1'])
      enter(from)
    expect(() => enter('10.50.1.200', 'svc/none:80')).toThrow(/no Service none/)
    expect(state(cluster)).toEqual(before)
    expect(enter('10.50.9.5').toJSON()).toEqual(one)
  })

  it('of an address that a pod has is sent by the pod', () => {
    const pods = Cluster.fromManifests(`apiVersion: v1
kind: Pod
metadata: {name: a}
spec: {nodeName: node-1, containers: [{name: c}]}
status: {phase: Running, podIP: 10.244.0.9}
---
apiVersion: v1
kind: Node
metadata: {name: node-1}
---
apiVersion: v1
kind: Node
metadata: {name: node-2}
`)
    const trace = (at: string) => pods.trace({ at, from: '10.244.0.9', to: 'svc/kubernetes:443' })
    expect(trace('node/node-1').data.from.netns).toBe('default/a')
    // its packets do not enter there, but they are let
    expect(trace('node/node-2').data.from.netns).toBe('sender')
    expect(trace('node/node-2').disposition).toBe('delivered')
  })

  it.each([
    ['node/gamma', '10.50.1.5', /there is no node gamma/],
    ['pod/a', '10.50.1.5', /there is no pod a/],
    ['node/alpha:80', '10.50.1.5', /packets enter at a node \(write node\/NAME\)|packets enter at a node/],
    ['svc/kubernetes', '10.50.1.5', /no Service kubernetes/],
    ['node/alpha', 'node/alpha', /who enters at node\/alpha is told by an address/],
    ['node/alpha', '10.50.1.5:80', /is told by an address/],
    ['node/alpha', '224.0.0.5', /no packet comes from that address/],
    ['node/alpha', '255.255.255.255', /no packet comes from that address/],
    ['node/alpha', '0.0.0.0', /no packet comes from that address/],
  ])('is refused: at %s from %s', (at, from, message) => {
    expect(() => enter(from, '10.97.0.1:80', at)).toThrow(message)
  })

  it('comes in by the bridge that kube-proxy knows pods by', () => {
    const bridged = FLOW_OBJECTS.replace(
      'clusterCIDR: 10.50.0.0/16',
      'detectLocalMode: BridgeInterface\ndetectLocal: {bridgeInterface: br-pods}',
    )
    const local = Cluster.fromManifests(bridged, { validation: 'lenient', podCidr: '10.50.0.0/16' })
    const masquerade = (from: string) =>
      local.trace({ at: 'node/alpha', from, to: '10.97.0.1:80' }).data.kubeProxy?.masquerade
    expect(local.node('alpha').bridge.name).toBe('br-pods')
    expect(masquerade('10.50.1.200')).toBe(false)
    expect(masquerade('198.51.100.77')).toBe(true)
    expect(masquerade('192.168.7.2')).toBe(true)
  })
})

describe('where kube-proxy knows pods by their own devices', () => {
  const routed = Cluster.fromManifests(
    FLOW_OBJECTS.replace(
      'clusterCIDR: 10.50.0.0/16',
      'detectLocalMode: InterfaceNamePrefix\ndetectLocal: {interfaceNamePrefix: cali}',
    ),
    { validation: 'lenient', podCidr: '10.50.0.0/16' },
  )
  const enters = (from: string, to: string) => routed.trace({ at: 'node/alpha', from, to, allBranches: true }).data

  it('a pod’s packet comes in by such a device', () => {
    const pod = enters('10.50.1.200', '10.97.0.1:80')
    expect(pod.hops[1]).toMatchObject({ netns: 'alpha', device: 'calisender' })
    expect(pod.kubeProxy?.masquerade).toBe(false)
    expect(pod.branches?.every(({ disposition }) => disposition === 'delivered')).toBe(true)
    expect(enters('198.51.100.77', '10.97.0.1:80').kubeProxy?.masquerade).toBe(true)
    expect(enters('192.168.7.2', '10.97.0.1:80').kubeProxy?.masquerade).toBe(true)
  })

  it('an endpoint’s, too', () => {
    expect(enters('10.50.1.7', '203.0.113.60:80').branches?.map(({ kubeProxy }) => kubeProxy)).toEqual([
      { dnat: '10.50.1.7:8080', masquerade: true, verdict: 'none' },
      { dnat: '10.50.2.7:8080', masquerade: false, verdict: 'none' },
    ])
  })

  it('leaves nothing behind', () => {
    const before = state(routed)
    enters('10.50.1.7', '203.0.113.60:80')
    enters('10.50.77.7', '203.0.113.60:80')
    expect(state(routed)).toEqual(before)
  })
})

describe('endpoints without a pod', () => {
  it('answer on the bridge of their node, or beside the nodes', () => {
    const names = [...cluster.network.namespaces()].map(({ name }) => name)
    expect(names).toContain('endpoint-10.50.1.5')
    expect(names).toContain('elsewhere')
    // the node is not in the input
    expect(names).not.toContain('endpoint-10.50.9.5')
    expect(cluster.trace({ from: 'node/beta', to: '10.50.9.5:8080' }).endpoint).toBe('elsewhere 10.50.9.5:8080')
  })

  it('on no node that is told answer where their address leads', () => {
    const text = `apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: a-1, labels: {kubernetes.io/service-name: a}}
addressType: IPv4
ports: [{port: 80}]
endpoints: [{addresses: [10.244.1.77]}, {addresses: [10.244.7.7], nodeName: node-1}, {addresses: [192.0.2.5]}]
`
    const { network } = Cluster.fromManifests(`${text}---\napiVersion: v1\nkind: Node\nmetadata: {name: node-1}\n---
apiVersion: v1\nkind: Node\nmetadata: {name: node-2}\nspec: {podCIDR: 10.244.1.0/24}\n`)
    const [one, two] = [network.nodes.get('node-1')!, network.nodes.get('node-2')!]
    const names = (node: typeof one) => node.bridge.ports.map(({ link }) => link.peer?.netns.name)
    expect(names(two)).toEqual(['endpoint-10.244.1.77'])
    expect(names(one)).toEqual(['endpoint-10.244.7.7'])
  })
})

describe('a node with several addresses', () => {
  it('has them all, and is reached by them', () => {
    for (const address of ['192.168.7.2', '192.168.8.2', '203.0.113.2']) {
      expect(cluster.trace({ from: 'external', to: address, protocol: 'icmp' }).endpoint, address).toBe(
        `alpha ${address}`,
      )
      expect(cluster.trace({ from: 'node/beta', to: address, protocol: 'icmp' }).endpoint, address).toBe(
        `alpha ${address}`,
      )
    }
    expect(cluster.assumptions).toContain('nodes have their ExternalIPs themselves, beside their InternalIPs')
  })

  it('serves node ports on those that nodePortAddresses chooses', () => {
    const chosen = FLOW_OBJECTS.replace(
      'clusterCIDR: 10.50.0.0/16',
      'clusterCIDR: 10.50.0.0/16\nnodePortAddresses: [192.168.8.0/24, 10.50.0.0/16]',
    )
    const text = Cluster.fromManifests(chosen, { validation: 'lenient' }).kubeProxyRestoreText('alpha')
    // the bridge's address and that of flannel's device are the node's own, too
    expect([...text.matchAll(/-d (\S+) -j KUBE-NODEPORTS/g)].map(([, address]) => address)).toEqual([
      '192.168.8.2',
      '10.50.1.1',
      '10.50.1.0',
    ])
  })
})

describe('an input about kube-proxy alone', () => {
  it('leaves masquerading to it', () => {
    const text = cluster.iptablesSave('alpha', 'nat')
    expect(text).not.toContain('FLANNEL-POSTRTG')
    expect(cluster.assumptions).toContain('nobody but kube-proxy masquerades: the input is about kube-proxy alone')
    const told = Cluster.fromManifests(FLOW_OBJECTS, { validation: 'lenient', ipMasq: true })
    expect(told.iptablesSave('alpha', 'nat')).toContain('FLANNEL-POSTRTG')
  })
})
