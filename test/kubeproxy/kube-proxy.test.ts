import { describe, expect, it } from 'vitest'
import { KubeProxy } from '../../src/kubeproxy/kube-proxy.ts'
import type { ProxyRules } from '../../src/kubeproxy/proxy-rules.ts'
import { chainLike, node, rulesFor, service, slice } from './objects.ts'

const LOCAL = {
  type: 'NodePort',
  externalTrafficPolicy: 'Local',
  ports: [{ name: 'http', port: 80, nodePort: 30080 }],
}
const CIDR = { clusterCIDR: '10.244.0.0/16' }

const hosts = (count: number) => Array.from({ length: count }, (_, i) => ({ node: node(`node-${i + 1}`) }))

describe('KubeProxy', () => {
  it('nodes with the same rules share one object', () => {
    const proxy = new KubeProxy({
      services: [service('web')],
      endpointSlices: [slice('web', ['10.244.1.1@node-1'])],
      configuration: CIDR,
    })
    const [one, two] = hosts(2).map((host) => proxy.forNode(host))
    expect(one).toBe(two)
  })

  it('a Service with the policy Local makes its own chains different, and no others', () => {
    const proxy = new KubeProxy({
      services: [service('web', LOCAL), service('db', { clusterIP: '10.96.0.2' })],
      endpointSlices: [
        slice('web', ['10.244.1.1@node-1', '10.244.2.1@node-2']),
        slice('db', ['10.244.1.2@node-1', '10.244.2.2@node-2']),
      ],
      configuration: CIDR,
    })
    const [one, two, three, four] = hosts(4).map((host) => proxy.forNode(host)) as [
      ProxyRules,
      ProxyRules,
      ProxyRules,
      ProxyRules,
    ]
    expect(one).not.toBe(two)
    // nodes 3 and 4 have no endpoint of it, and so the same rules
    expect(three).toBe(four)
    const differing = [...one.nat.values()].filter((chain) => two.nat.get(chain.name) !== chain).map(({ name }) => name)
    expect(differing.map((name) => name.slice(0, 8)).sort()).toEqual([
      'KUBE-EXT',
      'KUBE-MAR',
      'KUBE-NOD',
      'KUBE-POS',
      'KUBE-SER',
      'KUBE-SVL',
    ])
  })

  it('hints make the nodes of a zone alike', () => {
    const hinted = (ip: string, zone: string) => ({ ip, hints: { forZones: [zone] } })
    const proxy = new KubeProxy({
      services: [service('web')],
      endpointSlices: [slice('web', [hinted('10.244.1.1', 'a'), hinted('10.244.2.1', 'b')])],
    })
    const inZone = (name: string, zone: string) =>
      proxy.forNode({ node: node(name, { 'topology.kubernetes.io/zone': zone }) })
    const a = inZone('node-1', 'a')
    expect(inZone('node-2', 'a')).toBe(a)
    expect(inZone('node-3', 'b')).not.toBe(a)
    expect(a.nat.get(chainLike(a, 'KUBE-SVC-'))!.rules).toHaveLength(1)
  })

  it('hints for nodes count only with their feature gate', () => {
    const hinted = (ip: string, name: string) => ({ ip, hints: { forZones: ['a'], forNodes: [name] } })
    const input = {
      services: [service('web')],
      endpointSlices: [slice('web', [hinted('10.244.1.1', 'node-1'), hinted('10.244.2.1', 'node-2')])],
    }
    const endpoints = (proxy: KubeProxy) => {
      const rules = proxy.forNode({ node: node('node-1') })
      return rules.nat.get(chainLike(rules, 'KUBE-SVC-'))!.rules.length
    }
    const on = new KubeProxy(input)
    expect(endpoints(on)).toBe(1)
    const off = { ...input, configuration: { featureGates: { PreferSameTrafficDistribution: false } } }
    expect(endpoints(new KubeProxy(off))).toBe(2)
    // an earlier state that was read with the gate does not show through
    expect(endpoints(new KubeProxy(off, on))).toBe(2)
  })

  it('with NodeCIDR only the chains that name the network differ', () => {
    const proxy = new KubeProxy({
      services: [service('web')],
      endpointSlices: [slice('web', ['10.244.1.1'])],
      configuration: { detectLocalMode: 'NodeCIDR' },
    })
    const [one, two] = hosts(2).map((host) => proxy.forNode(host)) as [ProxyRules, ProxyRules]
    const svc = chainLike(one, 'KUBE-SVC-')
    expect(one.nat.get(svc)).not.toEqual(two.nat.get(svc))
    expect(one.nat.get(chainLike(one, 'KUBE-SEP-'))).toBe(two.nat.get(chainLike(two, 'KUBE-SEP-')))
  })

  it('chains stand in the order of their names', () => {
    const services = ['c', 'a', 'b'].map((name, i) => service(name, { ...LOCAL, clusterIP: `10.96.0.${i}` }))
    const slices = ['a', 'b', 'c'].map((name, i) => slice(name, [`10.244.1.${i}@node-1`]))
    const rules = rulesFor(services, slices)
    for (const chains of [rules.nat, rules.filter]) {
      const names = [...chains.keys()]
      expect(names).toEqual([...names].sort())
    }
  })

  it('Services stand in the order of their names, one that is there twice counts once', () => {
    const services = [service('b', { clusterIP: '10.96.0.2' }), service('a', { clusterIP: '10.96.0.9' }), service('a')]
    const proxy = new KubeProxy({ services, endpointSlices: [] })
    expect(proxy.entries.map(({ info }) => `${info.name} ${info.clusterIP.text}`)).toEqual([
      'ns/a:http 10.96.0.1',
      'ns/b:http 10.96.0.2',
    ])
  })

  it('drops comments above 1,000 endpoints', () => {
    const ips = Array.from({ length: 1000 }, (_, i) => `10.244.${i >> 8}.${i & 255}`)
    const services = [service('web')]
    const small = rulesFor(services, [slice('web', ips)])
    expect(small.restoreText()).toContain('ns/web:http -> ')
    const large = rulesFor(services, [slice('web', [...ips, '10.245.0.0'])])
    const text = large.restoreText()
    expect(text).not.toContain('ns/web:http -> ')
    expect(text).toMatch(/-A KUBE-SVC-\w+ -m statistic --mode random --probability 0.0009990010 -j KUBE-SEP-/)
    expect(text).toMatch(/-A KUBE-SEP-\w+ -s 10.245.0.0 -j KUBE-MARK-MASQ/)
    expect(text).toContain('ns/web:http cluster IP')
  })

  it('counts connections to localhost where the counter is there', () => {
    const services = [service('web', LOCAL)]
    const endpointSlices = [slice('web', ['10.244.1.1@node-1'])]
    const text = new KubeProxy({ services, endpointSlices }).forNode({ node: node() }).restoreText()
    expect(text).toContain(
      '-d 127.0.0.0/8 --dport 30080 -m nfacct --nfacct-name localhost_nps_accepted_pkts -j KUBE-EXT-',
    )
    expect(text).toContain('--ctstate INVALID -m nfacct --nfacct-name ct_state_invalid_dropped_pkts -j DROP')
  })

  it('every rule says where it came from', () => {
    const rules = rulesFor(
      [service('web', { ...LOCAL, sessionAffinity: 'ClientIP' })],
      [slice('web', ['10.244.1.1@node-1', '10.244.2.1'])],
    )
    for (const chain of [...rules.nat.values(), ...rules.filter.values()]) {
      for (const rule of chain.rules) {
        expect(rule.origin).toMatchObject({ writer: 'kube-proxy', why: expect.stringMatching(/./) })
        const ofService = /^KUBE-(SVC|SVL|EXT|SEP)-/.test(chain.name)
        if (ofService) expect(rule.origin).toMatchObject({ service: 'ns/web', port: 'http' })
        if (chain.name.startsWith('KUBE-SEP-')) expect(rule.origin!.endpoint).toMatch(/^10\.244\.\d\.1:8080$/)
      }
    }
  })

  it('a port without a name is known by its number', () => {
    const rules = rulesFor(
      [service('web', { ports: [{ port: 80 }] })],
      [slice('web', ['10.244.1.1'], [{ port: 8080 }])],
    )
    expect(rules.nat.get(chainLike(rules, 'KUBE-SVC-'))!.rules[0]!.origin!.port).toBe('80')
  })
})

describe('a new state', () => {
  const services = [service('a'), service('b', { clusterIP: '10.96.0.2' })]
  const endpointSlices = [slice('a', ['10.244.1.1']), slice('b', ['10.244.1.2'])]
  const before = new KubeProxy({ services, endpointSlices, configuration: CIDR })
  const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

  it('takes over what is the same object, or says the same', () => {
    for (const same of [{ services, endpointSlices }, copy({ services, endpointSlices })]) {
      const after = new KubeProxy({ ...same, configuration: CIDR }, before)
      expect(after.changesSince(before)).toEqual({ services: new Set(), endpoints: new Set(), udpEndpoints: false })
      expect(after.entries[0]).toBe(before.entries[0])
      const one = before.forNode({ node: node() })
      const two = after.forNode({ node: node() })
      for (const name of one.nat.keys()) {
        if (/^KUBE-(SVC|SEP)-/.test(name)) expect(two.nat.get(name)).toBe(one.nat.get(name))
      }
    }
  })

  it('reads again what has changed', () => {
    const moved = [slice('a', ['10.244.1.1']), slice('b', ['10.244.1.3'])]
    const after = new KubeProxy({ services, endpointSlices: moved, configuration: CIDR }, before)
    expect(after.changesSince(before)).toMatchObject({ services: new Set(), endpoints: new Set(['ns/b']) })
    const more = new KubeProxy({ services: [...services, service('c')], endpointSlices, configuration: CIDR }, before)
    expect(more.changesSince(before)).toMatchObject({ services: new Set(['ns/c']), endpoints: new Set() })
    const less = new KubeProxy({ services: services.slice(1), endpointSlices, configuration: CIDR }, before)
    expect(less.changesSince(before)).toMatchObject({ services: new Set(['ns/a']), endpoints: new Set() })
  })
})
