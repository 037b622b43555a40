import { describe, expect, it } from 'vitest'
import { nodeTables } from '../../src/cluster/node-tables.ts'
import type {
  EndpointSliceInput,
  KubeProxyConfigurationInput,
  NodeInput,
  ServiceInput,
} from '../../src/kubeproxy/input.ts'
import { KubeProxy } from '../../src/kubeproxy/kube-proxy.ts'
import { type ProxyState, type SyncOptions, syncBetween } from '../../src/kubeproxy/sync.ts'
import { restoreTables } from '../../src/netfilter/command/restore.ts'
import type { Tables } from '../../src/netfilter/command/tables.ts'
import { parseIpv4 } from '../../src/packet/address.ts'
import { savedTable } from '../netfilter/save-text.ts'
import { node, service, slice } from './objects.ts'

interface Given {
  readonly services?: readonly ServiceInput[]
  readonly slices?: readonly EndpointSliceInput[]
  readonly configuration?: KubeProxyConfigurationInput
  readonly node?: NodeInput
  readonly addresses?: readonly string[]
}

const CIDR = { clusterCIDR: '10.244.0.0/16' }
const A = service('a')
const B = service('b', { clusterIP: '10.96.0.2' })
const SLICES = [slice('a', ['10.244.1.1@node-1']), slice('b', ['10.244.2.1@node-2'])]

function state(given: Given, previous?: ProxyState): ProxyState {
  const { services = [A, B], slices = SLICES, configuration = CIDR, addresses } = given
  const proxy = new KubeProxy({ services, endpointSlices: slices, configuration }, previous?.proxy)
  const seen = given.node ?? node()
  const host = { node: seen, ...(addresses === undefined ? {} : { interfaceAddresses: addresses.map(parseIpv4) }) }
  return { proxy, settings: proxy.settingsOf(host), node: seen }
}

function sync(before: Given, after: Given, options?: SyncOptions) {
  const one = state(before)
  return syncBetween(one, state(after, one), options)
}

const tablesOf = ({ proxy, settings }: ProxyState): Tables =>
  nodeTables({ kubeProxy: proxy.withSettings(settings).operations() })

const lines = (text: string, pattern: RegExp) => text.split('\n').filter((line) => pattern.test(line))

/** The chains of a Service: those of the rules that name it. */
function chainsOf(given: Given, name: string): string[] {
  const { proxy, settings } = state(given)
  const ports = proxy.withSettings(settings).parts.services.filter(({ info }) => info.service === name)
  return ports.flatMap(({ chains }) => chains.map((chain) => chain.name))
}

describe('what makes kube-proxy sync', () => {
  it('nothing, when nothing has changed', () => {
    expect(sync({}, {})).toMatchObject({ kind: 'none', text: '', reasons: [], cleansConntrack: false })
  })

  it('the first time everything is written', () => {
    const first = syncBetween(null, state({}))
    expect(first).toMatchObject({ kind: 'full', services: null, reasons: [{ kind: 'start', what: '' }] })
    expect(first.deletedChains).toEqual([])
  })

  it('a changed Service: its chains, and those that Services share', () => {
    const wider = service('a', { type: 'NodePort', ports: [{ name: 'http', port: 80, nodePort: 30080 }] })
    const { kind, reasons, services, rewrittenChains, text } = sync({}, { services: [wider, B] })
    expect({ kind, reasons }).toEqual({ kind: 'partial', reasons: [{ kind: 'services', what: 'ns/a' }] })
    expect(services).toEqual(new Set(['ns/a']))
    expect(rewrittenChains.filter).toEqual([
      'KUBE-SERVICES',
      'KUBE-EXTERNAL-SERVICES',
      'KUBE-FORWARD',
      'KUBE-NODEPORTS',
      'KUBE-PROXY-FIREWALL',
      'KUBE-FIREWALL',
    ])
    const shared = ['KUBE-SERVICES', 'KUBE-NODEPORTS', 'KUBE-POSTROUTING', 'KUBE-MARK-MASQ']
    expect(rewrittenChains.nat).toEqual([...shared, ...chainsOf({ services: [wider, B] }, 'ns/a')])
    // the rule that leads to b stands in a shared chain, and is written
    expect(lines(text, /ns\/b/)).toHaveLength(1)
    expect(lines(text, /^:/).map((line) => line.slice(1, line.indexOf(' ')))).toEqual([
      ...rewrittenChains.filter,
      ...rewrittenChains.nat,
    ])
  })

  it('a Service that says the same in other words is no change', () => {
    const again = { ...A, metadata: { ...A.metadata, labels: { app: 'x' } }, spec: { ...A.spec, externalIPs: [] } }
    expect(sync({}, { services: [again, B] }).kind).toBe('none')
  })

  it('an EndpointSlice that differs in anything is one: kube-proxy compares the objects', () => {
    const [first, second] = SLICES as [EndpointSliceInput, EndpointSliceInput]
    const labelled = { ...first, metadata: { ...first.metadata, labels: { ...first.metadata.labels, x: 'y' } } }
    const { kind, reasons, services } = sync({}, { slices: [labelled, second] })
    expect({ kind, reasons }).toEqual({ kind: 'partial', reasons: [{ kind: 'endpoints', what: 'ns/a' }] })
    expect(services).toEqual(new Set(['ns/a']))
  })

  it('an EndpointSlice of no Service asks for a sync, too, which writes the shared chains alone', () => {
    const { kind, rewrittenChains } = sync({}, { slices: [...SLICES, slice('nobody', ['10.244.1.9'])] })
    expect(kind).toBe('partial')
    expect(rewrittenChains.nat).toHaveLength(4)
  })

  it('but not one that kube-proxy does not look at', () => {
    const fqdn = { ...slice('a', ['example.org'], undefined, 'a-2'), addressType: 'FQDN' }
    expect(sync({}, { slices: [...SLICES, fqdn] }).kind).toBe('none')
  })

  it('a deleted Service: its chains are emptied, and deleted before the last rules are written', () => {
    const gone = chainsOf({}, 'ns/b').sort()
    const { text, deletedChains, reasons } = sync({}, { services: [A] })
    expect(reasons).toEqual([{ kind: 'services', what: 'ns/b' }])
    expect(deletedChains).toEqual(gone)
    for (const name of gone) expect(lines(text, new RegExp(`${name}( |$)`))).toEqual([`:${name} - [0:0]`, `-X ${name}`])
    expect(text.indexOf('-X ')).toBeLessThan(text.indexOf('this must be the last rule'))
  })

  it('the caller may ask for one', () => {
    expect(sync({}, {}, { always: true })).toMatchObject({
      kind: 'partial',
      reasons: [{ kind: 'asked', what: '' }],
      services: new Set(),
    })
  })

  it.each(['flushed', 'failed', 'hourly'] as const)('%s: all chains are written', (full) => {
    const { kind, text, reasons } = sync({}, {}, { full })
    expect({ kind, reasons }).toEqual({ kind: 'full', reasons: [{ kind: full, what: '' }] })
    expect(text).toBe(syncBetween(null, state({})).text)
  })
})

describe('what a change of the node does', () => {
  const of = (labels: Record<string, string>, addresses: readonly [string, string][]): NodeInput => ({
    ...node('node-1', labels),
    status: { addresses: addresses.map(([type, address]) => ({ type, address })) },
  })
  const ONE = ['InternalIP', '192.168.0.1'] as [string, string]
  const zone = (name: string) => ({ 'topology.kubernetes.io/zone': name })

  it('another zone: a full sync', () => {
    const { kind, reasons } = sync({ node: of(zone('a'), [ONE]) }, { node: of(zone('b'), [ONE]) })
    expect({ kind, reasons }).toEqual({ kind: 'full', reasons: [{ kind: 'topology', what: 'zone a → b' }] })
  })

  it('other labels: nothing', () => {
    const region = { 'topology.kubernetes.io/region': 'r', 'kubernetes.io/hostname': 'h' }
    expect(sync({ node: of({}, [ONE]) }, { node: of(region, [ONE]) }).kind).toBe('none')
  })

  it('another address: kube-proxy ends and is started again, whatever bindAddress says', () => {
    const two = of({}, [['InternalIP', '192.168.0.2']])
    for (const configuration of [CIDR, { ...CIDR, bindAddress: '192.168.0.9' }]) {
      const { kind, reasons } = sync({ configuration }, { configuration, node: two })
      expect({ kind, reasons }).toEqual({
        kind: 'full',
        reasons: [{ kind: 'restart', what: 'addresses of the Node: 192.168.0.1 → 192.168.0.2' }],
      })
    }
  })

  it.each([
    ['one more of the same family', [ONE, ['InternalIP', '10.0.0.1']]],
    ['an ExternalIP behind', [ONE, ['ExternalIP', '203.0.113.1']]],
    ['a Hostname', [ONE, ['Hostname', 'h']]],
    ['something that is no address', [['InternalIP', 'x'], ONE]],
    ['none at all', []],
  ] as [string, [string, string][]][])('%s: no restart', (_what, addresses) => {
    expect(sync({}, { node: of({}, addresses), addresses: ['192.168.0.1'] }).reasons).not.toContainEqual(
      expect.objectContaining({ what: expect.stringContaining('addresses of the Node') }),
    )
  })

  it('an address of the other family: a restart', () => {
    const dual = of({}, [ONE, ['InternalIP', 'fd00::1']])
    expect(sync({}, { node: dual }).reasons).toEqual([
      { kind: 'restart', what: 'addresses of the Node: 192.168.0.1 → 192.168.0.1, fd00::1' },
    ])
  })

  it('another pod CIDR: a restart where local traffic is known by it', () => {
    const moved = { ...node(), spec: { podCIDR: '10.244.7.0/24' } }
    expect(sync({}, { node: moved }).kind).toBe('none')
    const configuration = { detectLocalMode: 'NodeCIDR' }
    expect(sync({ configuration }, { configuration, node: moved }).reasons).toEqual([
      { kind: 'restart', what: 'other settings: detector' },
    ])
  })

  it('another configuration: a restart', () => {
    const configuration = { ...CIDR, iptables: { masqueradeAll: true } }
    expect(sync({}, { configuration }).reasons).toEqual([{ kind: 'restart', what: 'other settings: masqueradeAll' }])
  })

  it('a configuration that comes to the same settings: a restart all the same', () => {
    const bridge = { detectLocalMode: 'BridgeInterface', detectLocal: { bridgeInterface: 'cni0' } }
    const configuration = {
      ...bridge,
      clusterCIDR: '10.244.0.0/16',
      featureGates: { PreferSameTrafficDistribution: false },
    }
    expect(sync({ configuration: bridge }, { configuration }).reasons).toEqual([
      { kind: 'restart', what: 'another configuration: clusterCIDR, featureGates' },
    ])
    const source = { file: 'a', line: 3 }
    const same = {
      ...bridge,
      source,
      clusterCIDR: null,
      nodePortAddresses: [],
      iptables: {},
    } as KubeProxyConfigurationInput
    expect(sync({ configuration: bridge }, { configuration: same }).kind).toBe('none')
  })

  it('an address on a device: the next sync, whatever it is for, reads it with nodePortAddresses', () => {
    const configuration = { ...CIDR, nodePortAddresses: ['192.168.0.0/16'] }
    const before = { configuration, addresses: ['192.168.0.1'] }
    const after = { configuration, addresses: ['192.168.0.1', '192.168.1.1'] }
    expect(sync(before, after).kind).toBe('none')
    const { kind, text } = sync(before, { ...after, services: [A] })
    expect(kind).toBe('partial')
    expect(lines(text, /last rule/)).toHaveLength(2)
  })
})

describe('where the tables are not those of a host that starts anew', () => {
  const addresses = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) => `10.244.${(from + i) >> 8}.${(from + i) & 255}@node-2`)
  const small = { slices: [slice('a', ['10.244.9.1@node-1']), slice('b', addresses(0, 999))] }
  const large = { slices: [slice('a', ['10.244.9.1@node-1', '10.244.9.2@node-1']), slice('b', addresses(0, 999))] }

  function applied(before: Tables, text: string): Tables {
    const { tables, errors } = restoreTables(text, before, { noflush: true })
    expect(errors).toEqual([])
    return tables
  }

  it('comments: a cluster that has become large loses them Service by Service', () => {
    const one = state(small)
    const two = state(large, one)
    const partial = syncBetween(one, two)
    expect(partial.services).toEqual(new Set(['ns/a']))
    const left = applied(tablesOf(one), partial.text)
    const fresh = tablesOf(two)
    expect(savedTable(left, 'filter')).toBe(savedTable(fresh, 'filter'))
    const differs = (saved: string) =>
      lines(saved, /^-A KUBE-(SVC|SEP)-.*ns\/b/).filter((line) => !/cluster IP/.test(line))
    expect(differs(savedTable(left, 'nat'))).toHaveLength(3 * 999)
    expect(differs(savedTable(fresh, 'nat'))).toHaveLength(0)
    const uncommented = (saved: string) => saved.replace(/ -m comment --comment ("[^"]*"|\S+)/g, '')
    expect(uncommented(savedTable(left, 'nat'))).toBe(uncommented(savedTable(fresh, 'nat')))
    const hour = syncBetween(two, two, { full: 'hourly' })
    expect(savedTable(applied(left, hour.text), 'nat')).toBe(savedTable(fresh, 'nat'))
  })

  it('in a large cluster stale chains stay for iptables.syncPeriod', () => {
    const one = state(large)
    const two = state({ slices: [slice('a', ['10.244.9.3@node-1']), slice('b', addresses(0, 1000))] }, one)
    const stay = syncBetween(one, two, { looksForStaleChains: false })
    expect(stay.deletedChains).toEqual([])
    expect(stay.text).not.toContain('-X ')
    const left = applied(tablesOf(one), stay.text)
    const later = syncBetween(two, two, { always: true, existingChains: left.get('nat')!.chains.keys() })
    expect(later.deletedChains).toHaveLength(2)
    expect(savedTable(applied(left, later.text), 'nat')).toBe(savedTable(tablesOf(two), 'nat'))
    const restarted = state({ slices: large.slices, configuration: {} }, two)
    expect(syncBetween(two, restarted, { looksForStaleChains: false }).deletedChains).toHaveLength(2)
    // in a small one they are always looked for
    const [three, four] = [state({}), state({ services: [A] })]
    expect(syncBetween(three, four, { looksForStaleChains: false }).deletedChains).toHaveLength(2)
  })

  it('the guard of localhost node ports stays when they are switched off', () => {
    const one = state({})
    const two = state({ configuration: { ...CIDR, iptables: { localhostNodePorts: false } } }, one)
    const after = syncBetween(one, two)
    expect(after.rewrittenChains.filter).not.toContain('KUBE-FIREWALL')
    const guard = lines(savedTable(applied(tablesOf(one), after.text), 'filter'), /^-A KUBE-FIREWALL/)
    expect(guard).toHaveLength(1)
    expect(lines(savedTable(tablesOf(two), 'filter'), /^-A KUBE-FIREWALL/)).toHaveLength(0)
  })
})

describe('whether conntrack is looked through', () => {
  const UDP = [{ name: 'dns', protocol: 'UDP', port: 53 }]
  const dns = service('dns', { clusterIP: '10.96.0.10', ports: UDP })
  const of = (...endpoints: string[]) => [...SLICES, slice('dns', endpoints, UDP)]
  const base = { services: [A, B, dns] }
  const cleans = (before: Given, after: Given) => sync({ ...base, ...before }, { ...base, ...after }).cleansConntrack

  it('when endpoints of a UDP port come, go or change', () => {
    expect(cleans({ slices: of() }, { slices: of('10.244.1.3') })).toBe(true)
    expect(cleans({ slices: of('10.244.1.3') }, { slices: of('10.244.1.4') })).toBe(true)
    expect(cleans({ slices: of('10.244.1.3') }, { slices: SLICES })).toBe(true)
    expect(cleans({ slices: SLICES }, { slices: of() })).toBe(false)
  })

  it('not when those of other ports do, nor for a Service alone', () => {
    const slices = of('10.244.1.3')
    expect(cleans({ slices }, { slices: [slice('a', ['10.244.1.7']), ...slices.slice(1)] })).toBe(false)
    const moved = service('dns', { clusterIP: '10.96.0.11', ports: UDP })
    expect(cleans({ slices }, { slices, services: [A, B, moved] })).toBe(false)
    expect(cleans({ slices, services: [A, B] }, { slices })).toBe(false)
  })

  it('when kube-proxy starts all endpoints are new to it', () => {
    expect(syncBetween(null, state({ ...base, slices: of('10.244.1.3') })).cleansConntrack).toBe(true)
    expect(syncBetween(null, state({})).cleansConntrack).toBe(false)
    const one = state({ ...base, slices: of('10.244.1.3') })
    const restarted = state({ ...base, slices: of('10.244.1.3'), configuration: {} }, one)
    expect(syncBetween(one, restarted)).toMatchObject({ reasons: [{ kind: 'restart' }], cleansConntrack: true })
    expect(syncBetween(one, one, { full: 'hourly' }).cleansConntrack).toBe(false)
  })
})
