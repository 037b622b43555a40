import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AddressPool, cidrContains, cidrsOverlap, PoolExhausted } from '../../../src/kubernetes/fill/address-pool.ts'
import { fillIn, NO_OBJECTS } from '../../../src/kubernetes/index.ts'
import { parsePrefix, prefixesOverlap } from '../../../src/packet/address.ts'
import { cluster, documents, pod, problems } from '../support.ts'

const service = (name: string, clusterIP: string) =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {clusterIP: ${clusterIP}, ports: [{port: 80}]}`
const node = (name: string, address: string, podCIDR = '') =>
  `apiVersion: v1\nkind: Node\nmetadata: {name: ${name}}\nspec: {${podCIDR === '' ? '' : `podCIDR: ${podCIDR}`}}\nstatus: {addresses: [{type: InternalIP, address: ${address}}]}`
const control = (program: string, flag: string) =>
  pod(`${program}-cp`, '')
    .replace('image: nginx', `command: [${program}, "${flag}"]`)
    .replace('spec: {', 'spec: {hostNetwork: true, ')

describe('networks', () => {
  it('are the usual ones when nobody says anything', () => {
    expect(fillIn(NO_OBJECTS).networks).toEqual({
      pods: '10.244.0.0/16',
      services: '10.96.0.0/12',
      nodes: ['192.168.0.0/24'],
      loadBalancers: '203.0.113.0/24',
    })
  })

  it('are those of the options before all', () => {
    const options = {
      podCidr: '10.1.0.0/16',
      serviceCidr: '10.2.0.0/16',
      nodeCidr: '10.3.0.0/24',
      loadBalancerPool: '10.4.0.0/24',
    }
    expect(fillIn(NO_OBJECTS, options).networks).toEqual({
      pods: '10.1.0.0/16',
      services: '10.2.0.0/16',
      nodes: ['10.3.0.0/24'],
      loadBalancers: '10.4.0.0/24',
    })
  })

  it('of pods come from flannel, then kube-proxy, then the controller manager, then the nodes', () => {
    const flannel =
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kube-flannel-cfg}\ndata: {net-conf.json: \'{"Network": "10.10.0.0/16", "Backend": {"Type": "vxlan"}}\'}'
    const proxy =
      'apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nclusterCIDR: 10.20.0.0/16'
    const manager = control('kube-controller-manager', '--cluster-cidr=10.30.0.0/16')
    const pods = (...texts: string[]) => cluster(documents(...texts)).networks.pods
    expect(pods(manager, proxy, flannel)).toBe('10.10.0.0/16')
    expect(pods(manager, proxy)).toBe('10.20.0.0/16')
    expect(pods(manager)).toBe('10.30.0.0/16')
    expect(pods(node('a', '192.168.0.1', '10.244.7.0/24'))).toBe('10.244.0.0/16')
    expect(pods(node('a', '192.168.0.1', '10.42.0.0/24'), node('b', '192.168.0.2', '10.42.9.0/24'))).toBe(
      '10.42.0.0/16',
    )
  })

  it('of Services come from the API server, or from the cluster IPs', () => {
    const services = (...texts: string[]) => cluster(documents(...texts)).networks.services
    expect(services(control('kube-apiserver', '--service-cluster-ip-range=10.40.0.0/16,fd00::/108'))).toBe(
      '10.40.0.0/16',
    )
    expect(services(service('a', '10.96.0.10'))).toBe('10.96.0.0/12')
    expect(services(service('kubernetes', '10.43.0.1'), service('b', '10.43.200.9'))).toBe('10.43.0.0/16')
    expect(services(service('a', '10.0.0.1'), service('b', '192.168.0.1'))).toBe('10.96.0.0/12')
  })

  it('of nodes hold their addresses', () => {
    const nodes = (...texts: string[]) => cluster(documents(...texts)).networks.nodes
    expect(nodes(node('a', '172.18.0.2'), node('b', '172.18.0.3'))).toEqual(['172.18.0.0/24'])
    expect(nodes(node('a', '172.18.1.2'), node('b', '172.18.6.3'))).toEqual(['172.18.0.0/21'])
    // One network around these would swallow the pods'.
    expect(nodes(node('a', '10.1.0.2', '10.244.0.0/24'), node('b', '10.250.0.3'))).toEqual([
      '10.1.0.0/24',
      '10.250.0.0/24',
    ])
  })

  it('of pods hold the endpoints on nodes, where kube-proxy is not told', () => {
    const proxy = 'apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration'
    const slice = (...addresses: string[]) =>
      `apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: web-1, labels: {kubernetes.io/service-name: web}}\naddressType: IPv4\nports: [{port: 80}]\nendpoints: [${addresses.map((address) => `{addresses: [${address}], nodeName: node-1}`).join(', ')}]`
    const podsOf = (...texts: string[]) => cluster(documents(...texts)).networks.pods
    expect(podsOf(proxy, slice('10.180.0.1', '10.180.1.1'))).toBe('10.180.0.0/16')
    expect(podsOf(proxy, slice('10.180.0.1', '10.150.1.1'))).toBe('10.128.0.0/10')
    expect(podsOf(proxy, slice('10.244.3.1'))).toBe('10.244.0.0/16')
    expect(podsOf(proxy, slice('10.180.0.1'), service('web', '10.180.7.7'))).toBe('10.244.0.0/16')
    expect(podsOf(proxy, slice('10.0.0.1'), node('node-1', '10.0.0.1'))).toBe('10.244.0.0/16')
    expect(podsOf(proxy, slice('10.180.0.1', '198.51.100.1'))).toBe('10.244.0.0/16')
    expect(podsOf(slice('10.180.0.1'))).toBe('10.244.0.0/16')
    expect(podsOf(proxy, `${slice('10.180.0.1')}`.replace(', nodeName: node-1', ''))).toBe('10.244.0.0/16')
  })

  it('that are supposed keep clear of those that are said', () => {
    const cidr = fc
      .record({ address: fc.nat(2 ** 24 - 1), length: fc.integer({ min: 12, max: 24 }) })
      .map(({ address, length }) => {
        const value = (0x0a000000 | (address & 0x00ffff00)) >>> 0
        const network = (value & (-1 << (32 - length))) >>> 0
        return `${network >>> 24}.${(network >>> 16) & 255}.${(network >>> 8) & 255}.0/${length}`
      })
    const choice = fc.constantFrom('podCidr', 'serviceCidr', 'nodeCidr')
    fc.assert(
      fc.property(cidr, choice, (given, option) => {
        const { networks } = fillIn(NO_OBJECTS, { [option]: given, nodes: 1, defaultService: false })
        const all = [networks.pods, networks.services, ...networks.nodes].map(parsePrefix)
        for (const [i, one] of all.entries()) {
          for (const other of all.slice(i + 1)) expect(prefixesOverlap(one, other)).toBe(false)
        }
      }),
    )
  })

  it('that overlap are an error, or a note', () => {
    const options = { podCidr: '10.96.0.0/16', serviceCidr: '10.96.0.0/12' }
    const text =
      'the pod network 10.96.0.0/16 (the option podCidr) overlaps the Service network 10.96.0.0/12 (the option serviceCidr)'
    expect(problems(() => fillIn(NO_OBJECTS, options))).toEqual([
      `${text} (networks must be apart; see --pod-cidr, --service-cidr, --node-cidr)`,
    ])
    expect(fillIn(NO_OBJECTS, { ...options, validation: 'lenient' }).notes.map((note) => note.text)).toEqual([text])
    expect(
      problems(() =>
        fillIn(NO_OBJECTS, { podCidr: '10.0.0.0/8', nodeCidr: '10.1.0.0/24', serviceCidr: '172.20.0.0/16' }),
      ),
    ).toHaveLength(1)
  })

  it('that are no networks are an error', () => {
    expect(problems(() => fillIn(NO_OBJECTS, { podCidr: '10.0.0/8', nodeCidrMaskSize: 33 }))).toEqual([
      'podCidr: "10.0.0/8" is not an IPv4 prefix (write ADDRESS/LENGTH, such as 10.244.0.0/16)',
      'nodeCidrMaskSize must be between 8 and 30, not 33',
    ])
  })
})

describe('networks in CIDR notation', () => {
  it('are compared as the address module does', () => {
    const cidr = fc
      .record({ address: fc.integer({ min: 0, max: 255 }), length: fc.integer({ min: 4, max: 32 }) })
      .map(({ address, length }) => `10.${address}.0.0/${length}`)
    fc.assert(
      fc.property(cidr, cidr, (a, b) => {
        expect(cidrsOverlap(a, b)).toBe(prefixesOverlap(parsePrefix(a), parsePrefix(b)))
        expect(cidrContains(a, b)).toBe(
          prefixesOverlap(parsePrefix(a), parsePrefix(b)) && parsePrefix(a).length <= parsePrefix(b).length,
        )
      }),
    )
  })
})

describe('AddressPool', () => {
  it('gives distinct addresses of its network, and then no more', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 24, max: 32 }),
        fc.array(fc.tuple(fc.boolean(), fc.nat()), { maxLength: 300 }),
        fc.array(fc.nat(255), { maxLength: 5 }),
        (length, calls, taken) => {
          const pool = new AddressPool(`192.0.2.0/${length}`)
          const given = new Set(taken.map((last) => `192.0.2.${last}`))
          for (const address of given) pool.take(address)
          const before = given.size
          let got = 0
          try {
            for (const [pick, hash] of calls) {
              const address = pick ? pool.pick(hash, 1) : pool.next()
              if (!pick) pool.take(address)
              expect(given.has(address)).toBe(false)
              expect(cidrContains(`192.0.2.0/${length}`, `${address}/32`)).toBe(true)
              given.add(address)
              got++
            }
          } catch (error) {
            expect(error).toBeInstanceOf(PoolExhausted)
          }
          expect(given.size).toBe(before + got)
        },
      ),
    )
  })

  it('leaves out the network’s own and the broadcast address', () => {
    const pool = new AddressPool('192.0.2.0/30')
    expect([pool.next(), pool.next()]).toEqual(['192.0.2.1', '192.0.2.2'])
    expect(() => pool.next()).toThrow(PoolExhausted)
  })

  it('picks the same address for the same number', () => {
    expect(new AddressPool('10.96.0.0/12').pick(12345, 16)).toBe(new AddressPool('10.96.0.0/12').pick(12345, 16))
  })
})
