import { describe, expect, it } from 'vitest'
import { healthChecks } from '../../src/kubeproxy/health.ts'
import { KubeProxy } from '../../src/kubeproxy/kube-proxy.ts'
import { proxySysctls } from '../../src/kubeproxy/sysctls.ts'
import { service, slice } from './objects.ts'

const SPEC = {
  type: 'LoadBalancer',
  externalTrafficPolicy: 'Local',
  healthCheckNodePort: 31000,
  ports: [
    { name: 'http', port: 80, nodePort: 30080 },
    { name: 'https', port: 443, nodePort: 30443 },
  ],
}
const PORTS = [
  { name: 'http', port: 8080 },
  { name: 'https', port: 8443 },
]

describe('healthChecks', () => {
  const gone = { ip: '10.244.1.3', nodeName: 'node-1', conditions: { ready: false, serving: true, terminating: true } }
  const proxy = new KubeProxy({
    services: [service('web', SPEC), service('db', { clusterIP: '10.96.0.2' })],
    endpointSlices: [slice('web', ['10.244.1.1@node-1', '10.244.1.2@node-1', '10.244.2.1@node-2', gone], PORTS)],
  })

  it('counts the ready endpoints of the node, by address', () => {
    expect(healthChecks(proxy, 'node-1')).toEqual([{ service: 'ns/web', port: 31000, localEndpoints: 2, status: 200 }])
  })

  it('answers 503 where there is none', () => {
    expect(healthChecks(proxy, 'node-3')).toEqual([{ service: 'ns/web', port: 31000, localEndpoints: 0, status: 503 }])
  })
})

describe('proxySysctls', () => {
  it('sets the timeouts of conntrack, and more where it is asked to', () => {
    expect([...proxySysctls({ localhostNodePorts: false }).keys()]).toEqual([
      'netfilter.nf_conntrack_tcp_timeout_established',
      'netfilter.nf_conntrack_tcp_timeout_close_wait',
      'netfilter.nf_conntrack_max',
    ])
    const given = proxySysctls(
      { localhostNodePorts: false },
      {
        conntrack: {
          maxPerCore: 65_536,
          min: 1,
          tcpEstablishedTimeout: 0,
          tcpCloseWaitTimeout: 90_500_000_000,
          udpTimeout: 10_000_000_000,
          udpStreamTimeout: 60_000_000_000,
        },
      },
    )
    expect([...given]).toEqual([
      ['netfilter.nf_conntrack_tcp_timeout_close_wait', 90],
      ['netfilter.nf_conntrack_udp_timeout', 10],
      ['netfilter.nf_conntrack_udp_timeout_stream', 60],
      ['netfilter.nf_conntrack_max', 262_144],
    ])
    expect([...proxySysctls({ localhostNodePorts: false }, { conntrack: { maxPerCore: 0 } }).keys()]).not.toContain(
      'netfilter.nf_conntrack_max',
    )
    const all = proxySysctls({ localhostNodePorts: true }, { conntrack: { tcpBeLiberal: true } })
    expect(all.get('ipv4.conf.all.route_localnet')).toBe(1)
    expect(all.get('netfilter.nf_conntrack_tcp_be_liberal')).toBe(1)
  })
})
