// What becomes of packets that enter a node from anywhere, as kube-proxy's documentation and its rules have it, written by hand. The same table is asked of
// the simulator (test/cluster/kube-proxy-flows.test.ts) and of the kernel (test/kernel/kube-proxy-flows.test.ts).

const service = (name: string, spec: string, ingress = ''): string => `apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: ns}
spec: ${spec}
status: {loadBalancer: {${ingress === '' ? '' : `ingress: [{ip: ${ingress}}]`}}}
`

const slice = (name: string, endpoints: readonly string[], ports = '{name: p, protocol: TCP, port: 8080}'): string =>
  `apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: ${name}-1, namespace: ns, labels: {kubernetes.io/service-name: ${name}}}
addressType: IPv4
ports: [${ports}]
endpoints: [${endpoints.join(', ')}]
`

const endpoint = (address: string, node = '', more = ''): string =>
  `{addresses: [${address}]${node === '' ? '' : `, nodeName: ${node}`}${more === '' ? '' : `, ${more}`}}`

const FADING = 'conditions: {ready: false, serving: true, terminating: true}'
const GONE = 'conditions: {ready: false, serving: false, terminating: true}'
const UNREADY = 'conditions: {ready: false, serving: false, terminating: false}'
const zone = (name: string): string => `hints: {forZones: [{name: ${name}}]}`

/** Two nodes and no pods: endpoints stand in slices alone. One of them is on a node that the input does not know. */
export const FLOW_OBJECTS = [
  `apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: iptables
clusterCIDR: 10.50.0.0/16
`,
  `apiVersion: v1
kind: Node
metadata: {name: alpha, labels: {topology.kubernetes.io/zone: east}}
spec: {podCIDR: 10.50.1.0/24}
status: {addresses: [{type: InternalIP, address: 192.168.7.2}, {type: InternalIP, address: 192.168.8.2}, {type: ExternalIP, address: 203.0.113.2}]}
`,
  `apiVersion: v1
kind: Node
metadata: {name: beta, labels: {topology.kubernetes.io/zone: west}}
spec: {podCIDR: 10.50.2.0/24}
status: {addresses: [{type: InternalIP, address: 192.168.7.3}]}
`,
  service('web', '{clusterIP: 10.97.0.1, ports: [{name: p, port: 80}]}'),
  slice('web', [
    endpoint('10.50.1.5', 'alpha'),
    endpoint('10.50.2.5', 'beta'),
    endpoint('10.50.9.5', 'gamma'),
    endpoint('10.50.1.50', 'alpha', UNREADY),
  ]),
  service(
    'shop',
    '{type: NodePort, clusterIP: 10.97.0.2, externalIPs: [203.0.113.50], ports: [{name: p, port: 80, nodePort: 31080}]}',
  ),
  slice('shop', [endpoint('10.50.1.6', 'alpha'), endpoint('10.50.2.6', 'beta')]),
  service(
    'near',
    '{type: LoadBalancer, clusterIP: 10.97.0.3, externalTrafficPolicy: Local, healthCheckNodePort: 32060, ports: [{name: p, port: 80, nodePort: 31081}]}',
    '203.0.113.60',
  ),
  slice('near', [endpoint('10.50.1.7', 'alpha'), endpoint('10.50.2.7', 'beta')]),
  service(
    'far',
    '{type: LoadBalancer, clusterIP: 10.97.0.4, externalTrafficPolicy: Local, healthCheckNodePort: 32061, ports: [{name: p, port: 80, nodePort: 31082}]}',
    '203.0.113.61',
  ),
  slice('far', [endpoint('10.50.2.8', 'beta')]),
  service(
    'guarded',
    '{type: LoadBalancer, clusterIP: 10.97.0.5, allocateLoadBalancerNodePorts: false, loadBalancerSourceRanges: [" 198.51.100.0/24", 192.168.7.2/32], ports: [{name: p, port: 80}]}',
    '203.0.113.62',
  ),
  slice('guarded', [endpoint('10.50.2.9', 'beta')]),
  service(
    'empty',
    '{type: NodePort, clusterIP: 10.97.0.6, externalIPs: [203.0.113.51], ports: [{name: p, port: 80, nodePort: 31083}]}',
  ),
  slice('empty', [endpoint('10.50.2.10', 'beta', UNREADY)]),
  service('here', '{clusterIP: 10.97.0.7, internalTrafficPolicy: Local, ports: [{name: p, port: 80}]}'),
  slice('here', [endpoint('10.50.1.11', 'alpha'), endpoint('10.50.2.11', 'beta')]),
  service('there', '{clusterIP: 10.97.0.8, internalTrafficPolicy: Local, ports: [{name: p, port: 80}]}'),
  slice('there', [endpoint('10.50.2.12', 'beta')]),
  service(
    'fading',
    '{type: NodePort, clusterIP: 10.97.0.9, externalTrafficPolicy: Local, ports: [{name: p, port: 80, nodePort: 31084}]}',
  ),
  slice('fading', [
    endpoint('10.50.1.13', 'alpha', FADING),
    endpoint('10.50.1.14', 'alpha', GONE),
    endpoint('10.50.2.13', 'beta', FADING),
  ]),
  service('zoned', '{clusterIP: 10.97.0.10, trafficDistribution: PreferSameZone, ports: [{name: p, port: 80}]}'),
  slice('zoned', [endpoint('10.50.1.15', 'alpha', zone('east')), endpoint('10.50.2.15', 'beta', zone('west'))]),
  service(
    'names',
    '{clusterIP: 10.97.0.11, ports: [{name: udp, protocol: UDP, port: 53}, {name: tcp, protocol: TCP, port: 53}]}',
  ),
  slice(
    'names',
    [endpoint('10.50.2.16', 'beta')],
    '{name: udp, protocol: UDP, port: 5353}, {name: tcp, protocol: TCP, port: 8080}',
  ),
].join('---\n')

/** A packet that enters node alpha, and what kube-proxy's rules do with it. */
export interface KubeProxyFlow {
  readonly title: string
  readonly from: string
  readonly to: string
  readonly protocol?: 'udp'
  /** Endpoints, each with the same odds; none: left alone, or refused. */
  readonly dnat?: readonly string[]
  readonly masquerade?: true
  readonly verdict?: 'ACCEPT' | 'DROP' | 'REJECT'
}

const POD = '10.50.1.200'
const OUTSIDE = '198.51.100.77'
const STRANGER = '192.0.2.77'
const NODE = '192.168.7.2'

const WEB = ['10.50.1.5:8080', '10.50.2.5:8080', '10.50.9.5:8080']
const SHOP = ['10.50.1.6:8080', '10.50.2.6:8080']
const NEAR = ['10.50.1.7:8080', '10.50.2.7:8080']
const FADES = ['10.50.1.13:8080', '10.50.2.13:8080']

export const KUBE_PROXY_FLOWS: readonly KubeProxyFlow[] = [
  { title: 'a pod, cluster IP', from: POD, to: '10.97.0.1:80', dnat: WEB },
  { title: 'a pod in nobody’s part of the network, cluster IP', from: '10.50.77.200', to: '10.97.0.1:80', dnat: WEB },
  { title: 'the node, cluster IP', from: NODE, to: '10.97.0.1:80', dnat: WEB, masquerade: true },
  { title: 'outside, cluster IP', from: OUTSIDE, to: '10.97.0.1:80', dnat: WEB, masquerade: true },
  {
    title: 'a neighbour of the nodes, cluster IP',
    from: '192.168.7.99',
    to: '10.97.0.1:80',
    dnat: WEB,
    masquerade: true,
  },
  { title: 'a port that the Service has not', from: POD, to: '10.97.0.1:81' },
  {
    title: 'an endpoint that draws itself',
    from: '10.50.1.11',
    to: '10.97.0.7:80',
    dnat: ['10.50.1.11:8080'],
    masquerade: true,
  },

  { title: 'outside, node port', from: OUTSIDE, to: '192.168.7.2:31080', dnat: SHOP, masquerade: true },
  {
    title: 'outside, node port on another address',
    from: OUTSIDE,
    to: '192.168.8.2:31080',
    dnat: SHOP,
    masquerade: true,
  },
  {
    title: 'outside, node port on the ExternalIP',
    from: OUTSIDE,
    to: '203.0.113.2:31080',
    dnat: SHOP,
    masquerade: true,
  },
  { title: 'a pod, node port', from: POD, to: '192.168.7.2:31080', dnat: SHOP, masquerade: true },
  { title: 'localhost, node port', from: '127.0.0.1', to: '127.0.0.1:31080', dnat: SHOP, masquerade: true },
  { title: 'outside, external IP', from: OUTSIDE, to: '203.0.113.50:80', dnat: SHOP, masquerade: true },

  { title: 'policy Local: outside, load balancer', from: OUTSIDE, to: '203.0.113.60:80', dnat: ['10.50.1.7:8080'] },
  { title: 'policy Local: outside, node port', from: OUTSIDE, to: '192.168.7.2:31081', dnat: ['10.50.1.7:8080'] },
  { title: 'policy Local: a pod, load balancer', from: POD, to: '203.0.113.60:80', dnat: NEAR },
  { title: 'policy Local: the node, load balancer', from: NODE, to: '203.0.113.60:80', dnat: NEAR, masquerade: true },
  { title: 'policy Local: outside, cluster IP', from: OUTSIDE, to: '10.97.0.3:80', dnat: NEAR, masquerade: true },
  { title: 'policy Local without local endpoints: outside', from: OUTSIDE, to: '203.0.113.61:80', verdict: 'DROP' },
  { title: 'policy Local without local endpoints: node port', from: OUTSIDE, to: '192.168.7.2:31082', verdict: 'DROP' },
  { title: 'policy Local without local endpoints: a pod', from: POD, to: '203.0.113.61:80', dnat: ['10.50.2.8:8080'] },
  { title: 'health check node port', from: OUTSIDE, to: '192.168.7.2:32060', verdict: 'ACCEPT' },
  {
    title: 'health check node port without local endpoints',
    from: OUTSIDE,
    to: '192.168.7.2:32061',
    verdict: 'ACCEPT',
  },

  { title: 'in the source ranges', from: OUTSIDE, to: '203.0.113.62:80', dnat: ['10.50.2.9:8080'], masquerade: true },
  {
    title: 'the node in the source ranges',
    from: NODE,
    to: '203.0.113.62:80',
    dnat: ['10.50.2.9:8080'],
    masquerade: true,
  },
  {
    title: 'the node as the load balancer’s address',
    from: '203.0.113.62',
    to: '203.0.113.62:80',
    dnat: ['10.50.2.9:8080'],
    masquerade: true,
  },
  { title: 'outside of the source ranges', from: STRANGER, to: '203.0.113.62:80', verdict: 'DROP' },
  { title: 'a pod outside of the source ranges', from: POD, to: '203.0.113.62:80', verdict: 'DROP' },

  { title: 'no endpoints: a pod, cluster IP', from: POD, to: '10.97.0.6:80', verdict: 'REJECT' },
  { title: 'no endpoints: the node, cluster IP', from: NODE, to: '10.97.0.6:80', verdict: 'REJECT' },
  { title: 'no endpoints: outside, external IP', from: OUTSIDE, to: '203.0.113.51:80', verdict: 'REJECT' },
  // KUBE-EXTERNAL-SERVICES hangs in INPUT and FORWARD alone
  { title: 'no endpoints: the node, external IP', from: NODE, to: '203.0.113.51:80' },
  { title: 'no endpoints: the node, node port', from: NODE, to: '192.168.7.2:31083', verdict: 'REJECT' },
  { title: 'no endpoints: outside, node port', from: OUTSIDE, to: '192.168.7.2:31083', verdict: 'REJECT' },

  { title: 'internal policy Local', from: POD, to: '10.97.0.7:80', dnat: ['10.50.1.11:8080'] },
  {
    title: 'internal policy Local: the node',
    from: NODE,
    to: '10.97.0.7:80',
    dnat: ['10.50.1.11:8080'],
    masquerade: true,
  },
  { title: 'internal policy Local without local endpoints', from: POD, to: '10.97.0.8:80', verdict: 'DROP' },

  { title: 'terminating endpoints alone: a pod', from: POD, to: '10.97.0.9:80', dnat: FADES },
  {
    title: 'terminating endpoints alone: outside, policy Local',
    from: OUTSIDE,
    to: '192.168.7.2:31084',
    dnat: ['10.50.1.13:8080'],
  },

  { title: 'hints for the zone', from: POD, to: '10.97.0.10:80', dnat: ['10.50.1.15:8080'] },
  {
    title: 'a UDP port beside a TCP port: UDP',
    from: POD,
    to: '10.97.0.11:53',
    protocol: 'udp',
    dnat: ['10.50.2.16:5353'],
  },
  { title: 'a UDP port beside a TCP port: TCP', from: POD, to: '10.97.0.11:53', dnat: ['10.50.2.16:8080'] },
]
