import { describe, expect, it } from 'vitest'
import { Cluster } from '../../src/cluster/index.ts'

const CLUSTER = `apiVersion: v1
kind: Pod
metadata: {name: a, labels: {app: a}}
spec: {nodeName: node-1, containers: [{name: c, ports: [{name: http, containerPort: 80}, {name: metrics, containerPort: 9090}]}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, ports: [{name: http, containerPort: 80}, {name: metrics, containerPort: 9090}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: balanced}
spec:
  type: LoadBalancer
  externalTrafficPolicy: Local
  healthCheckNodePort: 32123
  selector: {app: a}
  ports: [{port: 80}]
status: {loadBalancer: {ingress: [{ip: 203.0.113.7}]}}
---
apiVersion: v1
kind: Service
metadata: {name: proxied}
spec: {type: LoadBalancer, selector: {app: a}, ports: [{port: 80, nodePort: 30084}]}
status: {loadBalancer: {ingress: [{ip: 203.0.113.9, ipMode: Proxy}]}}
---
apiVersion: v1
kind: Node
metadata: {name: node-1}
---
apiVersion: v1
kind: Node
metadata: {name: node-2}
`
const cluster = Cluster.fromManifests(CLUSTER)

describe('who is outside', () => {
  it.each([
    ['external:192.168.0.11', 'node-1, which is not outside'],
    ['external:10.244.0.1', 'node-1, which is not outside'],
    ['external:10.244.0.2', 'default/a, which is not outside'],
    ['external:10.244.0.77', "lies in the pods' network 10.244.0.0/16"],
    ['10.244.0.77', "lies in the pods' network 10.244.0.0/16"],
    ['10.96.0.1', "lies in the Services' network 10.96.0.0/12"],
    ['external:203.0.113.7', 'leads to Service default/balanced'],
    ['127.0.0.1', "no single host's address"],
    ['localhost', "no single host's address"],
    ['external:0.0.0.0', "no single host's address"],
    ['external:224.0.0.1', "no single host's address"],
    ['255.255.255.255', "no single host's address"],
  ])('not %s', (from, why) => {
    expect(() => cluster.trace({ from, to: 'pod/a:80' })).toThrow(why)
  })

  it('as a destination, too', () => {
    expect(() => cluster.trace({ from: 'pod/a', to: 'external:192.168.0.12:80' })).toThrow('node-2, which is not')
    expect(() => cluster.trace({ from: 'pod/a', to: 'external:127.0.0.1:80' })).toThrow('no single host')
  })

  it('a neighbour of the nodes is', () => {
    const trace = cluster.trace({ from: 'external:192.168.0.77', to: 'node/node-1:32123' })
    expect(trace.disposition).toBe('delivered')
  })
})

describe('load balancers', () => {
  it('that are proxies are not modelled, nor guessed', () => {
    expect(() => cluster.trace({ from: 'external', to: 'svc/proxied' })).toThrow(/which is a proxy.* is not modelled/)
    expect(cluster.network.attracted.map(({ address }) => address)).toEqual(['203.0.113.7'])
    expect(cluster.trace({ from: 'pod/a', to: '203.0.113.9:80' }).disposition).toBe('left')
    expect(cluster.trace({ from: 'external', to: 'node/node-2:30084' }).disposition).toBe('delivered')
  })

  it('ask kube-proxy on every node how it is', () => {
    for (const node of ['node-1', 'node-2']) {
      expect(cluster.trace({ from: 'external', to: `node/${node}:32123` }).disposition).toBe('delivered')
    }
  })
})

describe('a named port of a pod', () => {
  it('is found in a workload as in a pod', () => {
    expect(cluster.trace({ from: 'pod/a', to: 'pod/a:metrics' }).data.to.port).toBe(9090)
    expect(cluster.trace({ from: 'pod/a', to: 'deploy/web:metrics' }).data.to.port).toBe(9090)
    expect(() => cluster.trace({ from: 'pod/a', to: 'deploy/web:grpc' })).toThrow('has no port named "grpc"')
  })
})

describe('hosts that a trace asks for', () => {
  const requests = [
    { from: 'pod/a', to: '8.8.8.8:80' },
    { from: 'pod/a', to: 'external:8.8.8.8:80' },
    { from: 'external:192.168.0.99', to: 'svc/balanced' },
    { from: '192.168.0.98', to: 'node/node-2:30084' },
    { from: 'external:192.168.0.99', to: 'external:192.168.0.98:80' },
    { from: 'external:9.9.9.9', to: 'external:192.168.0.97:53', protocol: 'udp' },
    { from: 'pod/a', to: '192.168.0.99' },
  ] as const
  const text = (of: Cluster, request: (typeof requests)[number]) => JSON.stringify(of.trace(request))

  it('are gone when it ends', () => {
    const before = JSON.stringify(cluster.topology())
    for (const request of requests) cluster.trace(request)
    expect(JSON.stringify(cluster.topology())).toBe(before)
    expect(cluster.trace(requests[0]).disposition).toBe('left')
    expect(cluster.trace(requests[6]).disposition).toBe('dropped')
  })

  it('are the same in any order', () => {
    const forwards = requests.map((request) => text(cluster, request))
    const other = Cluster.fromManifests(CLUSTER)
    const backwards = requests.toReversed().map((request) => text(other, request))
    expect(backwards.toReversed()).toEqual(forwards)
    expect(requests.map((request) => text(other, request))).toEqual(forwards)
  })

  it('can be read about afterwards', () => {
    const trace = cluster.trace(requests[4])
    expect(trace.format('detailed')).toContain('host-192.168.0.98')
    expect(trace.branches[0]?.hops.map(({ netns }) => netns)).toEqual([
      'host-192.168.0.99',
      'underlay',
      'host-192.168.0.98',
    ])
  })
})
