import { describe, expect, it } from 'vitest'
import { dockerRules } from '../../src/cluster/docker.ts'
import { kubeletRules } from '../../src/cluster/kubelet.ts'
import { type NodeRuleWriters, nodeTables } from '../../src/cluster/node-tables.ts'
import type { KubeProxyConfigurationInput } from '../../src/kubeproxy/input.ts'
import { KubeProxy } from '../../src/kubeproxy/kube-proxy.ts'
import type { ProxyRules } from '../../src/kubeproxy/proxy-rules.ts'
import type { TableOperation } from '../../src/netfilter/operations.ts'
import { flannelRules } from '../../src/overlay/flannel-rules.ts'
import { parsePrefix } from '../../src/packet/address.ts'
import { node, service, slice } from '../kubeproxy/objects.ts'
import { savedTable } from '../netfilter/save-text.ts'
import { BACKENDS, COUNTERS, calls, FACTS, inNamespace, keepFiles, split } from './proxy-host.ts'

// The rules that kubehop makes for a node, loaded into real iptables in the way in which the programs do it. What iptables-save prints
// then must be what kubehop says.

const SERVICES = [
  service('web', { type: 'NodePort', ports: [{ name: 'http', port: 80, nodePort: 30080 }] }),
  service('sticky', { clusterIP: '10.96.0.2', sessionAffinity: 'ClientIP' }),
  service('dns', {
    clusterIP: '10.96.0.10',
    ports: [
      { name: 'dns', protocol: 'UDP', port: 53 },
      { name: 'dns', protocol: 'TCP', port: 53 },
      { name: 'sigtran', protocol: 'SCTP', port: 2905 },
    ],
  }),
  service(
    'front',
    {
      clusterIP: '10.96.0.3',
      type: 'LoadBalancer',
      ports: [{ name: 'http', port: 80, nodePort: 30081 }],
      externalTrafficPolicy: 'Local',
      healthCheckNodePort: 31000,
      externalIPs: ['203.0.113.9'],
      loadBalancerSourceRanges: ['203.0.113.0/24', '192.168.0.0/16', '198.51.100.1/32'],
    },
    [{ ip: '1.2.3.4' }],
  ),
  service(
    'open',
    {
      clusterIP: '10.96.0.4',
      type: 'LoadBalancer',
      ports: [{ port: 80, nodePort: 30082 }],
      loadBalancerSourceRanges: ['0.0.0.0/0'],
    },
    [{ ip: '1.2.3.5' }],
  ),
  service('local', { clusterIP: '10.96.0.5', internalTrafficPolicy: 'Local' }),
  service('brief', {
    clusterIP: '10.96.0.7',
    type: 'NodePort',
    ports: [{ port: 80, nodePort: 30084 }],
    externalTrafficPolicy: 'Local',
    internalTrafficPolicy: 'Local',
    sessionAffinity: 'ClientIP',
    sessionAffinityConfig: { clientIP: { timeoutSeconds: 1 } },
    externalIPs: ['203.0.113.10', '203.0.113.11'],
  }),
  service(
    'unallocated',
    {
      clusterIP: '10.96.0.8',
      type: 'LoadBalancer',
      ports: [{ name: 'quic', protocol: 'UDP', port: 443 }],
      loadBalancerSourceRanges: ['203.0.113.128/25'],
    },
    [{ ip: '1.2.3.7' }, { ip: '1.2.3.8', ipMode: 'VIP' }, { ip: '1.2.3.9', ipMode: 'Proxy' }],
  ),
  service('fading', {
    clusterIP: '10.96.0.9',
    type: 'NodePort',
    ports: [{ port: 80, nodePort: 30085 }],
    externalTrafficPolicy: 'Local',
  }),
  service('hinted', { clusterIP: '10.96.0.11' }),
  service('empty', { clusterIP: '10.96.0.6', type: 'NodePort', ports: [{ port: 80, nodePort: 30083 }] }, [
    { ip: '1.2.3.6' },
  ]),
]
const FADING = { ready: false, serving: true, terminating: true }
const DNS_PORTS = [
  { name: 'dns', protocol: 'UDP', port: 53 },
  { name: 'dns', protocol: 'TCP', port: 53 },
  { name: 'sigtran', protocol: 'SCTP', port: 2905 },
]
const SLICES = [
  slice('web', ['10.244.1.1@node-1', '10.244.2.1@node-2', '10.244.3.1@node-3']),
  slice('sticky', ['10.244.1.2@node-1', '10.244.2.2@node-2']),
  slice('dns', ['10.244.1.3@node-1', '10.244.2.3@node-2'], DNS_PORTS),
  slice('front', ['10.244.1.4@node-1', '10.244.2.4@node-2']),
  slice('open', ['10.244.1.5@node-1'], [{ port: 8080 }]),
  slice('local', ['10.244.2.6@node-2']),
  slice('brief', ['10.244.1.7@node-1', '10.244.1.8@node-1', '10.244.2.7@node-2'], [{ port: 8080 }]),
  slice('unallocated', ['10.244.2.8'], [{ name: 'quic', protocol: 'UDP', port: 8443 }]),
  slice(
    'fading',
    [
      { ip: '10.244.1.9', nodeName: 'node-1', conditions: FADING },
      { ip: '10.244.2.9', nodeName: 'node-2', conditions: FADING },
    ],
    [{ port: 8080 }],
  ),
  slice('hinted', [
    { ip: '10.244.1.10', nodeName: 'node-1', hints: { forNodes: ['node-1'] } },
    { ip: '10.244.2.10', nodeName: 'node-2', hints: { forNodes: ['node-2'] } },
  ]),
]

const CONFIGURATIONS: readonly [string, KubeProxyConfigurationInput][] = [
  ['clusterCIDR', { clusterCIDR: '10.244.0.0/16' }],
  ['nothing configured', {}],
  [
    'a bridge, other bits, node ports on some addresses',
    {
      detectLocalMode: 'BridgeInterface',
      detectLocal: { bridgeInterface: 'cni0' },
      nodePortAddresses: ['192.168.0.0/16'],
      iptables: { masqueradeBit: 31 },
      conntrack: { tcpBeLiberal: true },
    },
  ],
  ['masqueradeAll', { iptables: { masqueradeAll: true, localhostNodePorts: false } }],
  [
    'the node’s network, its primary address, the first bit',
    { detectLocalMode: 'NodeCIDR', nodePortAddresses: ['primary'], iptables: { masqueradeBit: 0 } },
  ],
  [
    'devices by their names, node ports on localhost, no hints for nodes',
    {
      detectLocalMode: 'InterfaceNamePrefix',
      detectLocal: { interfaceNamePrefix: 'cali' },
      nodePortAddresses: ['127.0.0.0/8', '192.168.0.1/32'],
      featureGates: { PreferSameTrafficDistribution: false },
    },
  ],
]

function writers(proxy: ProxyRules): Required<{ [K in keyof NodeRuleWriters]: readonly TableOperation[] }> {
  const subnet = parsePrefix('10.244.1.0/24')
  return {
    docker: dockerRules({ name: 'docker0', subnet, ipMasq: true, forwardDrop: true }),
    kubelet: kubeletRules(),
    kubeProxy: proxy.operations(),
    flannel: flannelRules({ network: parsePrefix('10.244.0.0/16'), subnet, ipMasq: true }),
  }
}

describe.skipIf(BACKENDS.length === 0)('the rules of a node in real iptables', () => {
  keepFiles()

  for (const iptables of BACKENDS) {
    it.each(CONFIGURATIONS)(`${iptables}: %s`, (_what, configuration) => {
      const proxy = new KubeProxy({ services: SERVICES, endpointSlices: SLICES, configuration, facts: FACTS })
      for (const name of ['node-1', 'node-3']) {
        const rules = proxy.forNode({ node: node(name) })
        const all = writers(rules)
        const operations = [...all.docker, ...all.kubelet, ...all.kubeProxy, ...all.flannel]
        const saved = inNamespace([...COUNTERS, ...calls(iptables, operations, rules), `${iptables}-save`])
        const tables = nodeTables(all)
        const real = split(saved)
        expect([...real.keys()].sort()).toEqual([...tables.keys()].sort())
        for (const table of tables.keys()) expect(real.get(table)).toBe(savedTable(tables, table))
      }
    })

    it(`${iptables}: a large cluster, whose rules for endpoints have no comments`, () => {
      const ips = Array.from({ length: 1001 }, (_, i) => `10.244.${i >> 8}.${i & 255}`)
      const services = [service('web', { sessionAffinity: 'ClientIP' })]
      const proxy = new KubeProxy({ services, endpointSlices: [slice('web', ips)], facts: FACTS })
      const rules = proxy.forNode({ node: node() })
      expect(proxy.largeCluster).toBe(true)
      const saved = inNamespace([...COUNTERS, ...calls(iptables, rules.operations(), rules), `${iptables}-save`])
      const tables = nodeTables({ kubeProxy: rules.operations() })
      for (const table of tables.keys()) expect(split(saved).get(table)).toBe(savedTable(tables, table))
    })

    it(`${iptables}: a second full sync changes nothing`, () => {
      const proxy = new KubeProxy({ services: SERVICES, endpointSlices: SLICES, facts: FACTS })
      const rules = proxy.forNode({ node: node() })
      const first = calls(iptables, rules.operations(), rules)
      const saved = inNamespace([...COUNTERS, ...first, ...first, `${iptables}-save`])
      const tables = nodeTables({ kubeProxy: rules.operations() })
      for (const table of tables.keys()) expect(split(saved).get(table)).toBe(savedTable(tables, table))
    })
  }
})
