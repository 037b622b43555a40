import { describe, expect, it } from 'vitest'
import { Cluster } from '../../src/cluster/index.ts'
import { KubehopError } from '../../src/packet/errors.ts'
import { shopManifest } from '../support/shop.ts'

const WORKLOADS = `kind: Deployment
apiVersion: apps/v1
metadata: {name: front}
spec:
  replicas: 3
  selector: {matchLabels: {app: front}}
  template:
    metadata: {labels: {app: front}}
    spec: {containers: [{name: c, image: front, ports: [{name: web, containerPort: 8080}]}]}
---
kind: Deployment
apiVersion: apps/v1
metadata: {name: none}
spec:
  replicas: 0
  selector: {matchLabels: {app: none}}
  template: {metadata: {labels: {app: none}}, spec: {containers: [{name: c, image: none}]}}
---
kind: Deployment
apiVersion: apps/v1
metadata: {name: homeless}
spec:
  replicas: 2
  selector: {matchLabels: {app: homeless}}
  template:
    metadata: {labels: {app: homeless}}
    spec: {nodeSelector: {disk: ssd}, containers: [{name: c, image: homeless}]}
---
kind: Pod
apiVersion: v1
metadata: {name: done, labels: {app: done}}
spec: {containers: [{name: c, image: done}]}
status: {phase: Succeeded}
---
kind: Pod
apiVersion: v1
metadata: {name: quiet, namespace: other}
spec: {containers: [{name: c, image: quiet}]}
---
kind: Service
apiVersion: v1
metadata: {name: two-ports}
spec: {selector: {app: front}, ports: [{name: a, port: 80, targetPort: web}, {name: b, port: 81, targetPort: 8080, protocol: UDP}]}
---
kind: Service
apiVersion: v1
metadata: {name: elsewhere}
spec: {type: ExternalName, externalName: db.example.org}
---
kind: Service
apiVersion: v1
metadata: {name: nobody}
spec: {clusterIP: None, selector: {app: nobody}, ports: [{port: 80}]}
---
kind: Service
apiVersion: v1
metadata: {name: direct}
spec: {clusterIP: None, selector: {app: front}, ports: [{port: 80, targetPort: 8080}]}
---
kind: Service
apiVersion: v1
metadata: {name: balanced}
spec: {type: LoadBalancer, loadBalancerIP: 203.0.113.9, selector: {app: front}, ports: [{port: 80, targetPort: 8080}]}
`

const cluster = Cluster.fromManifests(WORKLOADS, { nodes: 2 })
const shop = Cluster.fromManifests(shopManifest())

function failure(work: () => unknown): { code: string; message: string; hint: string | undefined } {
  try {
    work()
  } catch (error) {
    if (error instanceof KubehopError) return { code: error.code, message: error.message, hint: error.hint }
    throw error
  }
  throw new Error('nothing was thrown')
}

const refused = (from: string, to: string, namespace?: string) => failure(() => cluster.trace({ from, to, namespace }))

describe('what names stand for', () => {
  it('a workload is its first ready pod, and that is told', () => {
    const trace = cluster.trace({ from: 'deploy/front', to: 'deploy/front:8080' })
    expect(trace.data.from.name).toMatch(/^pod\/default\/front-/)
    expect(trace.assumptions.at(-1)).toMatch(/^deploy\/front:8080 is pod default\/front-.*, the first of 3$/)
  })

  it('a pod in another namespace', () => {
    const trace = cluster.trace({ from: 'other/pod/quiet', to: 'deploy/front:8080' })
    expect(trace.data.from.name).toBe('pod/other/quiet')
    expect(cluster.trace({ from: 'pod/quiet', to: 'external', namespace: 'other' }).disposition).toBe('delivered')
  })

  it('a pod without port is asked on its first declared one, or pinged', () => {
    const asked = cluster.trace({ from: 'node/node-1', to: 'deploy/front' })
    expect([asked.data.protocol, asked.data.to.port]).toEqual(['tcp', 8080])
    expect(asked.assumptions.at(-1)).toContain('is asked on its first container port, 8080/tcp')
    expect(cluster.trace({ from: 'node/node-1', to: 'other/pod/quiet' }).data.protocol).toBe('icmp')
  })

  it('a protocol without port', () => {
    expect(cluster.trace({ from: 'node/node-1', to: 'deploy/front', protocol: 'icmp' }).disposition).toBe('delivered')
    expect(failure(() => cluster.trace({ from: 'node/node-1', to: 'other/pod/quiet', protocol: 'udp' })).code).toBe(
      'BAD_PORT',
    )
  })

  it('a Service with several ports means its first; ports go by number and name', () => {
    const first = cluster.trace({ from: 'deploy/front', to: 'svc/two-ports' })
    expect(first.data.to.port).toBe(80)
    expect(first.assumptions.join('\n')).toContain('svc/two-ports has 2 ports: the first one, 80, is meant')
    const named = cluster.trace({ from: 'deploy/front', to: 'svc/two-ports:b' })
    expect([named.data.protocol, named.data.to.port]).toEqual(['udp', 81])
  })

  it('a headless Service: its clients speak to the pods themselves, the targetPort does not count', () => {
    const trace = cluster.trace({ from: 'node/node-1', to: 'svc/direct' })
    expect(trace.assumptions.join('\n')).toContain('the targetPort does not count')
    expect(trace.data.to.port).toBe(80)
    const seeds = [0, 1, 2].map((seed) => cluster.trace({ from: 'node/node-1', to: 'svc/direct', seed }).endpoint)
    expect(new Set(seeds).size).toBe(3)
  })

  it('from outside a LoadBalancer Service is its balanced address', () => {
    const trace = cluster.trace({ from: 'external', to: 'svc/balanced' })
    expect(trace.data.to.address).toBe('203.0.113.9')
    expect(trace.assumptions.join('\n')).toContain('from outside svc/balanced is its load balancer address 203.0.113.9')
  })

  it('addresses: of pods, nodes, bridges, and of hosts that nobody knows', () => {
    const from = (address: string) => shop.trace({ from: address, to: 'pod/near:8080' })
    expect(from('10.244.0.10').data.from.netns).toBe('default/client')
    expect(from('192.168.0.12').data.from.netns).toBe('node-2')
    expect(from('10.244.1.1').data.from.netns).toBe('node-2')
    const stranger = shop.trace({ from: '192.168.0.50', to: 'node/node-1:9100' })
    expect([stranger.disposition, stranger.seenBy?.client.split(':')[0]]).toEqual(['delivered', '192.168.0.50'])
    const far = shop.trace({ from: 'external:192.0.2.7', to: 'node/node-1:9100' })
    expect([far.disposition, far.seenBy?.client.split(':')[0]]).toEqual(['delivered', '192.0.2.7'])
    expect(shop.trace({ from: 'pod/client', to: 'external:192.0.2.8:443' }).disposition).toBe('delivered')
    expect(shop.trace({ from: 'pod/client', to: '192.168.0.1' }).disposition).toBe('delivered')
  })
})

describe('what cannot be', () => {
  it.each([
    ['svc/two-ports', 'external', 'BAD_REFERENCE', 'cannot send'],
    ['deploy/front', 'svc/elsewhere', 'UNSUPPORTED', 'DNS'],
    ['deploy/front', 'svc/nobody', 'NO_ENDPOINTS', 'no ready endpoint'],
    ['pod/nothing', 'external', 'NOT_FOUND', 'there is no pod nothing'],
    ['deploy/front', 'pod/nothing:80', 'NOT_FOUND', 'there is no pod nothing'],
    ['pod/done', 'external', 'NOT_RUNNING', 'its phase is Succeeded'],
    ['deploy/front', 'pod/done:80', 'NOT_RUNNING', 'its phase is Succeeded'],
    ['deploy/none', 'external', 'NOT_RUNNING', 'has no running pod'],
    ['deploy/homeless', 'external', 'NOT_RUNNING', 'has no running pod'],
    ['deploy/front', 'deploy/homeless:80', 'NOT_RUNNING', 'has no running pod'],
    ['node/node-9', 'external', 'NOT_FOUND', 'node-9'],
    ['deploy/front', 'external:udp', 'BAD_REFERENCE', 'is no IPv4 address'],
  ])('%s to %s: %s', (from, to, code, words) => {
    const error = refused(from, to)
    expect(error.code).toBe(code)
    expect(error.message).toContain(words)
  })

  it('says why no pod runs', () => {
    expect(refused('deploy/none', 'external').hint).toContain('is replicas 0?')
    expect(refused('deploy/homeless', 'external').hint).toBe('of its 2 pods none runs on a node')
    const [pod] = cluster.objects.pods.filter(({ metadata }) => metadata.name.startsWith('homeless'))
    expect(refused(`pod/${pod?.metadata.name}`, 'external').message).toContain('it is on no node')
  })
})
