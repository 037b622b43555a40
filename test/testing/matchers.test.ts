import { describe, expect, it } from 'vitest'
import { Cluster } from '../../src/cluster/cluster.ts'
import { type KubehopMatchers, type MatcherResult, matchers, toReach, withoutNat } from '../../src/testing/index.ts'
import { shopManifest } from '../support/shop.ts'

expect.extend(matchers)
declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: all declarations must have the same type parameters
  interface Matchers<T = any> extends KubehopMatchers {}
}

const cluster = Cluster.fromManifests(shopManifest())

/** What a failing expectation says. */
function complaint(expectation: () => unknown): string {
  try {
    expectation()
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('nothing was wrong')
}

describe('toReach', () => {
  it('holds when packet and answer arrive', () => {
    expect(cluster).toReach('pod/client', 'pod/far:8080')
    expect(cluster).toReach('pod/client', 'svc/grey')
    expect(cluster).toReach('external', 'node/node-1:30060')
    expect(cluster).not.toReach('pod/client', 'svc/empty')
  })

  it('says why not, with the whole way', () => {
    const text = complaint(() => expect(cluster).toReach('pod/client', 'svc/empty'))
    expect(text).toContain('pod/default/client → svc/empty (tcp):\n  rejected: REJECT')
    expect(text).toContain('KUBE-SERVICES')
  })

  it('takes protocol, namespace, source port and seed as a trace does', () => {
    expect(cluster).toReach('pod/client', 'pod/far', { protocol: 'icmp' })
    expect(cluster).toReach('pod/client', 'pod/near:53', { protocol: 'udp', namespace: 'default' })
    expect(cluster).toReach('pod/client', 'pod/far:80', { sourcePort: 4711, seenAs: 'pod/client:4711' })
  })

  it('follows every branch: of a Service all endpoints must answer', () => {
    const one = Cluster.fromManifests(shopManifest()).edit(({ pods }) => {
      const pod = pods.find(({ metadata }) => metadata.name === 'canary-1')!
      pod.metadata.labels = { app: 'elsewhere' }
    })
    expect(one).toReach('pod/client', 'svc/grey', { servedBy: /^10\.244\.\d+\.5[123]:8080$/ })
    const text = complaint(() => expect(one).toReach('pod/client', 'svc/grey', { servedBy: 'pod/stable-1' }))
    expect(text).toMatch(/with probability 0\.3333: was served by 10\.244\.1\.5[23]:8080, not by pod\/stable-1/)
    expect(one).toReach('pod/client', 'svc/grey', { allBranches: false })
  })

  it('with .not holds only when no branch does', () => {
    const three = { servedBy: 'pod/stable-1' }
    complaint(() => expect(cluster).toReach('pod/client', 'svc/grey', three))
    expect(complaint(() => expect(cluster).not.toReach('pod/client', 'svc/grey', three))).toContain('and does')
    expect(cluster).not.toReach('pod/client', 'svc/grey', { servedBy: 'pod/far' })
  })

  it('does not take a wrong name for an unreachable one', () => {
    expect(() => expect(cluster).not.toReach('pod/client', 'svc/nobody')).toThrow('there is no Service nobody')
    expect(() => expect(cluster).toReach('pod/client', 'pod/far:80', { servedBy: 'pod/faraway' })).toThrow(
      'no pod faraway',
    )
  })

  it('is a plain function', () => {
    const { pass, message }: MatcherResult = toReach(cluster, 'pod/client', 'pod/near:80', { withoutNat: true })
    expect(pass).toBe(true)
    expect(message()).toContain('should not do so, and does')
  })
})

describe('what may be expected of the way', () => {
  it('stands behind toReach, in one call or in a chain', () => {
    expect(cluster).toReach('pod/client', 'pod/far:80', {
      withoutNat: true,
      seenAs: 'pod/client',
      servedBy: 'pod/far:80',
    })
    expect(cluster).toReach('pod/client', 'pod/far:80').withoutNat().seenAs('pod/client').servedBy('pod/far')
    expect(cluster).toReach('pod/client', 'svc/far').via({ dnat: 'pod/far:8080', in: 'node-1', from: 'svc/far:80' })
    expect(cluster).toReach('pod/client', 'svc/far').not.withoutNat()
    expect(cluster).toReach('external', 'node/node-1:30060').seenAs('node/node-1').not.seenAs('external')
  })

  it('stands behind a trace', () => {
    const trace = cluster.trace({ from: 'pod/client', to: 'svc/far' })
    expect(trace).via({ dnat: '10.244.1.20:8080' }).servedBy('10.244.1.20').seenAs('10.244.0.10')
    expect(trace).not.withoutNat()
    expect(withoutNat(trace).pass).toBe(false)
    expect(() => expect(trace).servedBy('pod/far')).toThrow('a trace alone knows addresses only')
  })

  it('asks where to first', () => {
    const untouched = Cluster.fromManifests(shopManifest())
    expect(() => expect(untouched).withoutNat()).toThrow('ask where to first')
  })

  it('names translations', () => {
    const flow = ['external', 'node/node-1:30060'] as const
    expect(cluster).toReach(...flow, {
      via: [
        { dnat: 'pod/far:8080', from: 'node/node-1:30060' },
        { masquerade: true, in: 'node-1', from: 'external' },
      ],
    })
    expect(cluster)
      .toReach(...flow)
      .not.via({ snat: true })
    expect(cluster)
      .toReach(...flow)
      .not.via({ dnat: ':80' })
    expect(cluster)
      .toReach(...flow)
      .not.via({ dnat: true, in: 'node-2' })
    expect(cluster)
      .toReach(...flow)
      .not.via({ dnat: true, from: '192.168.0.12' })
    const wish = { dnat: '10.0.0.1', from: 'external', in: 'node-2' } as const
    const text = complaint(() => expect(cluster).toReach(...flow, { via: wish }))
    expect(text).toContain('expected dnat of external to 10.0.0.1 in node-2, there was dnat 192.168.0.11:30060 →')
    expect(complaint(() => expect(cluster).toReach('pod/client', 'pod/near:80').via({ dnat: true }))).toContain(
      'expected dnat, there was no translation',
    )
  })

  it('names devices and rules', () => {
    expect(cluster).toReach('pod/client', 'pod/far:80').via({ device: 'flannel.1' })
    expect(cluster).toReach('pod/client', 'pod/near:80').not.via({ device: 'flannel.1' })
    expect(cluster).toReach('pod/client', 'svc/near').via({ rule: 'default/near cluster IP' })
    expect(cluster)
      .toReach('pod/client', 'svc/near')
      .via({ rule: /-j DNAT --to-destination 10\.244\.0\.20:8080/ })
    expect(complaint(() => expect(cluster).toReach('pod/client', 'pod/near:80').via({ rule: 'DNAT' }))).toContain(
      'matched no rule DNAT',
    )
    expect(complaint(() => expect(cluster).toReach('pod/client', 'pod/near:80').via({ device: 'lo' }))).toContain(
      'did not cross lo',
    )
  })

  it('says what was translated, there and back', () => {
    const text = complaint(() => expect(cluster).toReach('pod/client', 'svc/near', { withoutNat: true }))
    expect(text).toContain('was translated: dnat 10.96.0.20:80 → 10.244.0.20:8080 in node-1')
    expect(text).toContain('its answer was: dnat 10.244.0.20:8080 → 10.96.0.20:80 in node-1')
    expect(complaint(() => expect(cluster).toReach('pod/client', 'svc/near', { seenAs: '10.0.0.1' }))).toMatch(
      /the server saw 10\.244\.0\.10:\d+, not 10\.0\.0\.1/,
    )
  })
})

describe('an end', () => {
  const served = (by: Parameters<KubehopMatchers['servedBy']>[0], to = 'svc/far') =>
    expect(cluster).toReach('pod/client', to).servedBy(by)

  it.each([
    '10.244.1.20',
    '10.244.1.20:8080',
    ':8080',
    'pod/far',
    'pod/far:8080',
    /^10\.244/,
    (end: string) => end.endsWith('8080'),
  ])('is %s', (expected) => {
    served(expected)
  })

  it.each([
    '10.244.1.21',
    '10.244.1.20:80',
    ':80',
    'pod/near',
    'pod/far:80',
    'node/node-2',
    'svc/far',
    'external',
    /x/,
    () => false,
  ])('is not %s', (expected) => {
    expect(complaint(() => served(expected))).toContain('was served by 10.244.1.20:8080, not by')
  })

  it('may be any address of a node, and any outside address that is meant', () => {
    expect(cluster).toReach('node/node-1', 'pod/near:80').seenAs('node/node-1')
    expect(cluster).toReach('pod/client', 'external:443').servedBy('external').servedBy('external:443')
    expect(cluster).toReach('pod/client', 'external:198.51.100.9:443').servedBy('external:198.51.100.9')
    expect(cluster).toReach('pod/client', 'external:198.51.100.9:443').not.servedBy('external:198.51.100.8')
  })

  it('may be any pod of a workload, and a Service’s address', () => {
    const deployed = Cluster.fromManifests(`
kind: Deployment
apiVersion: apps/v1
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: i}]}}
---
kind: Service
apiVersion: v1
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
`)
    expect(deployed).toReach('node/node-1', 'svc/web').via({ dnat: 'deploy/web:8080', from: 'svc/web:80' })
    expect(deployed).toReach('node/node-1', 'svc/web').not.servedBy('deploy/web:80')
  })
})

describe('toConnectAllPods', () => {
  it('holds for a network as Kubernetes wants it', () => {
    expect(cluster).toConnectAllPods()
    expect(cluster).toConnectAllPods({ udpPort: 9 })
    const { pass, message } = matchers.toConnectAllPods(cluster)
    expect([pass, message()]).toEqual([true, expect.stringContaining('all do')])
  })

  it('names the first pair that fails, and how', () => {
    const complaintsOf = (edit: (broken: Cluster) => void, options: { udpPort?: number } = {}) => {
      const broken = Cluster.fromManifests(shopManifest(), { bridge: 'docker0', ipMasq: true })
      edit(broken)
      return complaint(() => expect(broken).toConnectAllPods(options))
    }
    const onNode1 = (text: string) => (broken: Cluster) =>
      void broken.node('node-1').netns.netfilter.restore(text, { noflush: true })
    expect(complaintsOf(onNode1('*filter\n-I FORWARD -d 10.244.0.20 -j DROP\nCOMMIT\n'))).toMatch(
      /default\/client to default\/near 10\.244\.0\.20: it did not arrive/,
    )
    expect(complaintsOf(onNode1('*filter\n-I FORWARD -s 10.244.0.20 -j DROP\nCOMMIT\n'))).toMatch(
      /default\/client to default\/near 10\.244\.0\.20: no answer came back/,
    )
    expect(complaintsOf(onNode1('*nat\n-I POSTROUTING -o docker0 -j MASQUERADE\nCOMMIT\n'))).toMatch(
      /10\.244\.0\.10 became 10\.244\.0\.1 in node-1/,
    )
    const noRoute = (broken: Cluster) => {
      const { netns } = broken.network.pods.get('default/client')!
      netns.setUp(netns.link('eth0'), false)
    }
    expect(complaintsOf(noRoute)).toContain('nothing was sent: ENETUNREACH')
    expect(complaintsOf(noRoute, { udpPort: 80 })).toContain('nothing was sent: ENETUNREACH')
  })
})
