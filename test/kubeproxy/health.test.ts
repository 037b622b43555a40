import { describe, expect, it } from 'vitest'
import { formatHttpDate, formatRfc3339 } from '../../src/kubeproxy/go-time.ts'
import { healthAnswer, healthCheckPorts, healthChecks, proxyHealthAnswer } from '../../src/kubeproxy/health.ts'
import { KubeProxy } from '../../src/kubeproxy/kube-proxy.ts'
import { proxySysctls } from '../../src/kubeproxy/sysctls.ts'
import { node, service, slice } from './objects.ts'

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

describe('what the health server of a Service says', () => {
  it('is the count of local endpoints, in JSON and as a weight', () => {
    const answer = healthAnswer({ service: 'ns/web', port: 31000, localEndpoints: 2, status: 200 })
    expect(answer.headers).toEqual([
      ['Content-Type', 'application/json'],
      ['X-Content-Type-Options', 'nosniff'],
      ['X-Load-Balancing-Endpoint-Weight', '2'],
    ])
    expect(answer.body).toBe(`{
\t"service": {
\t\t"namespace": "ns",
\t\t"name": "web"
\t},
\t"localEndpoints": 2,
\t"serviceProxyHealthy": true
}`)
  })

  it('is listened for once for each Service', () => {
    const services = [
      service('web', SPEC),
      service('api', { ...SPEC, clusterIP: '10.96.0.3', healthCheckNodePort: 31001 }),
    ]
    expect([...healthCheckPorts(new KubeProxy({ services, endpointSlices: [] }))]).toEqual([
      ['ns/api', 31001],
      ['ns/web', 31000],
    ])
  })
})

describe('what kube-proxy says of itself', () => {
  const answer = (path: string, on = node()) => {
    const { status, body } = proxyHealthAnswer(path, on, 1_500_000_000)
    return [status, path === '/' ? body : JSON.parse(body)]
  }
  const times = { lastUpdated: '1970-01-01T00:00:01.5Z', currentTime: '1970-01-01T00:00:01.5Z' }
  const status = { IPv4: { lastUpdated: '1970-01-01T00:00:00Z', healthy: true } }

  it('is well', () => {
    expect(answer('/healthz')).toEqual([200, { ...times, nodeEligible: true, healthy: true, status }])
    expect(answer('/livez')).toEqual([200, { ...times, healthy: true, status }])
    expect(answer('/')).toEqual([404, '404 page not found\n'])
  })

  it.each([
    ['about to be taken away', { ...node(), spec: { taints: [{ key: 'ToBeDeletedByClusterAutoscaler' }] } }],
    ['being deleted', { ...node(), metadata: { name: 'node-1', deletionTimestamp: '2026-01-01T00:00:00Z' } }],
  ])('is not, for load balancers, on a node that is %s', (_what, on) => {
    const lastUpdated = '1970-01-01T00:00:00Z'
    expect(answer('/healthz', on)).toEqual([503, { ...times, lastUpdated, nodeEligible: false, healthy: true, status }])
    expect(answer('/livez', on)[0]).toBe(200)
  })

  it('writes times as Go does', () => {
    expect(formatRfc3339(86_400_000_000_001)).toBe('1970-01-02T00:00:00.000000001Z')
    expect(formatHttpDate(1_763_596_800_000_000_000)).toBe('Thu, 20 Nov 2025 00:00:00 GMT')
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
