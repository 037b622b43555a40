import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Cluster } from '../../src/cluster/index.ts'
import { parseIpv4, parsePrefix, prefixContains } from '../../src/packet/address.ts'

// Generated Services and EndpointSlices, and packets that enter a node of a whole simulated cluster. What must become of them is said as the documentation
// says it (kubernetes.io: Service, Virtual IPs and Service Proxies, EndpointSlices), without a word of rules.

const NODES = [
  { name: 'one', zone: 'east', address: '192.168.0.11', pods: '10.244.1.0/24' },
  { name: 'two', zone: 'east', address: '192.168.0.12', pods: '10.244.2.0/24' },
  { name: 'three', zone: 'west', address: '192.168.0.13', pods: '10.244.3.0/24' },
] as const
type Place = (typeof NODES)[number]

const PODS = '10.244.0.0/16'
const OUTSIDE = '203.0.113.7'
const STRANGER = '198.18.0.9'

interface Endpoint {
  readonly address: string
  /** Undefined: on no node of the cluster. */
  readonly node: string | undefined
  readonly state: 'ready' | 'not ready' | 'terminating' | 'gone'
  readonly zones: readonly string[]
  readonly nodes: readonly string[]
}

interface Service {
  readonly type: 'ClusterIP' | 'NodePort' | 'LoadBalancer'
  readonly internal: 'Cluster' | 'Local'
  readonly external: 'Cluster' | 'Local'
  readonly hasExternalIP: boolean
  readonly ranges: readonly string[]
  readonly affinity: boolean
  readonly protocol: 'tcp' | 'udp'
  readonly slices: readonly (readonly Endpoint[])[]
  readonly masqueradeAll: boolean
  /** kube-proxy is told the pods' network. */
  readonly knowsPods: boolean
}

const endpoint = (hints: 'none' | 'zones' | 'all'): fc.Arbitrary<Endpoint> =>
  fc
    .record({
      place: fc.constantFrom(1, 2, 3, 9),
      host: fc.integer({ min: 5, max: 8 }),
      state: fc.oneof(
        { weight: 4, arbitrary: fc.constant('ready' as const) },
        { weight: 3, arbitrary: fc.constantFrom('not ready' as const, 'terminating' as const, 'gone' as const) },
      ),
      // one endpoint in a dozen has been forgotten
      hinted: fc.integer({ min: 0, max: 11 }).map((draw) => draw > 0),
      zone: fc.constantFrom('east', 'west', 'south'),
      forNode: fc.constantFrom('one', 'two', 'three'),
    })
    .map(({ place, host, state, hinted, zone, forNode }) => ({
      address: `10.244.${place}.${host}`,
      node: NODES[place - 1]?.name,
      state,
      zones: hints !== 'none' && hinted ? [zone] : [],
      nodes: hints === 'all' && hinted ? [forNode] : [],
    }))

const service: fc.Arbitrary<Service> = fc
  .constantFrom('none' as const, 'none' as const, 'zones' as const, 'all' as const)
  .chain((hints) => {
    const some = fc.uniqueArray(endpoint(hints), { maxLength: 3, selector: ({ address }) => address })
    return fc.record({
      type: fc.constantFrom('ClusterIP', 'NodePort', 'LoadBalancer'),
      internal: fc.constantFrom('Cluster', 'Local'),
      external: fc.constantFrom('Cluster', 'Local'),
      hasExternalIP: fc.boolean(),
      ranges: fc.subarray(['203.0.113.0/24', '192.168.0.11/32', '10.244.1.0/24']),
      affinity: fc.boolean(),
      protocol: fc.constantFrom('tcp', 'udp'),
      slices: fc.tuple(some, some),
      masqueradeAll: fc.boolean(),
      knowsPods: fc.boolean(),
    })
  })

const CONDITIONS = {
  ready: { ready: true, serving: true, terminating: false },
  'not ready': { ready: false, serving: false, terminating: false },
  terminating: { ready: false, serving: true, terminating: true },
  gone: { ready: false, serving: false, terminating: true },
} as const

const CLUSTER_IP = '10.96.0.50'
const EXTERNAL_IP = '198.51.100.50'
const BALANCED = '198.51.100.60'
const NODE_PORT = 30_080

function clusterOf(given: Service): Cluster {
  const protocol = given.protocol.toUpperCase()
  const port = { name: 'p', protocol, port: 80, ...(given.type === 'ClusterIP' ? {} : { nodePort: NODE_PORT }) }
  const items = [
    {
      apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
      kind: 'KubeProxyConfiguration',
      clusterCIDR: given.knowsPods ? PODS : '',
      iptables: { masqueradeAll: given.masqueradeAll },
    },
    ...NODES.map(({ name, zone, address, pods }) => ({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, labels: { 'topology.kubernetes.io/zone': zone } },
      spec: { podCIDR: pods },
      status: { addresses: [{ type: 'InternalIP', address }] },
    })),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 's', namespace: 'ns' },
      spec: {
        type: given.type,
        clusterIP: CLUSTER_IP,
        ports: [port],
        internalTrafficPolicy: given.internal,
        externalTrafficPolicy: given.external,
        externalIPs: given.hasExternalIP ? [EXTERNAL_IP] : [],
        loadBalancerSourceRanges: given.type === 'LoadBalancer' ? given.ranges : [],
        sessionAffinity: given.affinity ? 'ClientIP' : 'None',
        sessionAffinityConfig: given.affinity ? { clientIP: { timeoutSeconds: 60 } } : null,
      },
      status: { loadBalancer: given.type === 'LoadBalancer' ? { ingress: [{ ip: BALANCED }] } : {} },
    },
    ...given.slices.map((endpoints, index) => ({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: `s-${index}`, namespace: 'ns', labels: { 'kubernetes.io/service-name': 's' } },
      addressType: 'IPv4',
      ports: [{ name: 'p', protocol, port: 8080 }],
      endpoints: endpoints.map(({ address, node, state, zones, nodes }) => ({
        addresses: [address],
        conditions: CONDITIONS[state],
        ...(node === undefined ? {} : { nodeName: node }),
        hints: { forZones: zones.map((name) => ({ name })), forNodes: nodes.map((name) => ({ name })) },
      })),
    })),
  ]
  const content = JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
  return Cluster.fromManifests(content, { validation: 'lenient' })
}

/** Each address once: an endpoint that runs goes before one that terminates, and of those that run the later slice. */
function endpointsOf({ slices }: Service): Endpoint[] {
  const found = new Map<string, Endpoint>()
  const terminates = ({ state }: Endpoint) => state === 'terminating' || state === 'gone'
  for (const each of slices.flat()) if (!found.has(each.address) || !terminates(each)) found.set(each.address, each)
  return [...found.values()]
}

/** The ready ones; where there is none, those that serve on while they terminate. */
function usable(endpoints: readonly Endpoint[]): Endpoint[] {
  const ready = endpoints.filter(({ state }) => state === 'ready')
  return ready.length > 0 ? ready : endpoints.filter(({ state }) => state === 'terminating')
}

/** Hints are for ready endpoints, and count when each of those has one and somebody is for here: for the node first, then for the zone. */
function hinted(endpoints: readonly Endpoint[], { name, zone }: Place): Endpoint[] {
  const all = usable(endpoints)
  if (all[0]?.state !== 'ready') return all
  const byNode = all.filter(({ nodes }) => nodes.includes(name))
  if (all.every(({ nodes }) => nodes.length > 0) && byNode.length > 0) return byNode
  const byZone = all.filter(({ zones }) => zones.includes(zone))
  return all.every(({ zones }) => zones.length > 0) && byZone.length > 0 ? byZone : all
}

/** What becomes of it: who is reached, with equal odds; or how it is refused. */
interface Fate {
  readonly reached: readonly string[]
  readonly verdict: 'none' | 'REJECT' | 'DROP'
}

function fate(given: Service, place: Place, policy: 'Cluster' | 'Local'): Fate {
  const all = endpointsOf(given)
  if (usable(all).length === 0) return { reached: [], verdict: 'REJECT' }
  const chosen = policy === 'Local' ? usable(all.filter(({ node }) => node === place.name)) : hinted(all, place)
  const reached = chosen.map(({ address }) => `${address}:8080`).sort()
  return { reached, verdict: reached.length === 0 ? 'DROP' : 'none' }
}

type Way = 'cluster IP' | 'external IP' | 'load balancer' | 'node port'

function destination(way: Way, { address }: Place): string {
  if (way === 'node port') return `${address}:${NODE_PORT}`
  return `${way === 'cluster IP' ? CLUSTER_IP : way === 'external IP' ? EXTERNAL_IP : BALANCED}:80`
}

function waysOf({ type, hasExternalIP }: Service): Way[] {
  const ways: Way[] = ['cluster IP']
  if (hasExternalIP) ways.push('external IP')
  if (type !== 'ClusterIP') ways.push('node port')
  if (type === 'LoadBalancer') ways.push('load balancer')
  return ways
}

function expected(given: Service, place: Place, way: Way, from: string): Fate & { masquerades: boolean } {
  const isNode = from === place.address
  // who is not told where the pods are takes everybody for one by a cluster IP, and nobody by another address
  const isPod = given.knowsPods && prefixContains(parsePrefix(PODS), parseIpv4(from))
  if (way === 'cluster IP') {
    const masquerades = given.masqueradeAll || (given.knowsPods && !isPod)
    return { ...fate(given, place, given.internal), masquerades }
  }
  const isLocal = given.external === 'Local' && (given.type !== 'ClusterIP' || given.hasExternalIP)
  const found = fate(given, place, isLocal && !isNode && !isPod ? 'Local' : 'Cluster')
  // nobody is told that there would be endpoints
  const isRefused = found.verdict !== 'REJECT' && way === 'load balancer' && given.ranges.length > 0
  const mayPass = given.ranges.some((range) => prefixContains(parsePrefix(range), parseIpv4(from)))
  if (isRefused && !mayPass) return { reached: [], verdict: 'DROP', masquerades: false }
  // what the node itself sends to an address out there without endpoints leaves it like any other packet
  const leaves = isNode && way !== 'node port' && found.verdict === 'REJECT'
  return { ...found, verdict: leaves ? 'none' : found.verdict, masquerades: !isLocal || isNode }
}

describe('who is reached through a Service', () => {
  it('as its policies, the readiness of endpoints and hints have it', () => {
    fc.assert(
      fc.property(service, fc.constantFrom(...NODES), (given, place) => {
        const cluster = clusterOf(given)
        for (const way of waysOf(given)) {
          for (const from of [OUTSIDE, STRANGER, place.address, place.pods.replace('0/24', '200'), '10.244.1.5']) {
            const to = destination(way, place)
            const { reached, verdict, masquerades } = expected(given, place, way, from)
            const request = { at: `node/${place.name}`, from, to, protocol: given.protocol, allBranches: true }
            const { branches = [] } = cluster.trace(request).data
            const what = `${from} by ${way} ${to}`
            expect(branches.flatMap(({ kubeProxy }) => kubeProxy!.dnat ?? []).sort(), what).toEqual(reached)
            for (const { kubeProxy, probability } of branches) {
              expect(kubeProxy!.verdict, what).toBe(verdict)
              if (reached.length === 0) continue
              expect(probability, what).toBeCloseTo(1 / reached.length, 6)
              expect(kubeProxy!.masquerade, what).toBe(masquerades || kubeProxy!.dnat === `${from}:8080`)
            }
          }
        }
      }),
      { numRuns: 120 },
    )
  })

  it('with affinity a client stays with its endpoint for as long as it comes back in time, and only then', () => {
    const three: Service = {
      type: 'NodePort',
      internal: 'Cluster',
      external: 'Cluster',
      hasExternalIP: false,
      ranges: [],
      affinity: true,
      protocol: 'tcp',
      masqueradeAll: false,
      knowsPods: true,
      slices: [
        [1, 2, 3].map((place) => ({ address: `10.244.${place}.5`, node: 'one', state: 'ready', zones: [], nodes: [] })),
      ],
    }
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.integer({ min: 0, max: 58 }), fc.integer({ min: 62, max: 90 })), {
          minLength: 3,
          maxLength: 8,
        }),
        fc.nat(),
        (pauses, seed) => {
          const cluster = clusterOf(three)
          const { sim } = cluster.network
          let last: string | null = null
          let draw = seed
          for (const pause of [0, ...pauses]) {
            const now = sim.now + pause * 1_000_000_000
            sim.run({ until: now })
            const trace = cluster.trace({
              at: 'node/one',
              from: '192.168.0.11',
              to: `${CLUSTER_IP}:80`,
              seed: draw++,
              keep: true,
            })
            const { dnat } = trace.data.kubeProxy!
            if (last !== null && pause < 60) expect(dnat).toBe(last)
            expect(trace.data.draws.length).toBe(last !== null && pause < 60 ? 0 : 1)
            last = dnat
          }
        },
      ),
      { numRuns: 20 },
    )
  })
})
