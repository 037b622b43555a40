import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { categorizeEndpoints } from '../../src/kubeproxy/categorize.ts'
import type { EndpointSliceInput, NodeInput, ServiceInput } from '../../src/kubeproxy/input.ts'
import { KubeProxy } from '../../src/kubeproxy/kube-proxy.ts'
import type { ProxyRules } from '../../src/kubeproxy/proxy-rules.ts'
import { proxySettings } from '../../src/kubeproxy/settings.ts'
import { type ProxyState, syncBetween } from '../../src/kubeproxy/sync.ts'
import { parsePrefix } from '../../src/packet/address.ts'
import { sortRestoreText } from './sorting.ts'
import { type Flow, traceFlow } from './tracer.ts'

// Objects in, rules and flows out, from kube-proxy's own tests: a folder beside the checkout, not part of the repository.
const FOLDER = join(import.meta.dirname, '../../../shared/kube-proxy-cases')

interface Case {
  readonly name: string
  readonly proxy: {
    readonly nodeName: string
    readonly nodeIP: string
    readonly nodeIPs: readonly string[]
    readonly interfaces: readonly { readonly addresses: readonly string[] }[]
    readonly clusterCIDR: string
    readonly detectLocal: string
    readonly masqueradeAll: boolean
    readonly masqueradeBit: number
    readonly nodePortAddresses: readonly string[]
    readonly localhostNodePorts: boolean
    readonly conntrackTCPLiberal: boolean
    readonly hasRandomFully: boolean
    readonly nfacctCounters: { readonly [name: string]: boolean }
  }
  readonly objects: readonly ApiObject[]
  readonly expectedIptables: string | null
  readonly expectedChains?: readonly { table: 'nat' | 'filter'; chain: string; rules: readonly string[] }[]
  readonly expectedLines?: readonly string[]
  readonly expectedCounts?: { sepDnatRules: number; sepDnatRulesWithComment: number }
  readonly expectedRuleForDestination?: { table: 'nat' | 'filter'; chain: string; destination: string; exists: boolean }
  readonly expectedEndpoints?: {
    readonly cluster: readonly string[] | null
    readonly local: readonly string[] | null
    readonly allReachable: readonly string[] | null
    readonly hasAnyEndpoints: boolean
  }
  readonly steps?: readonly {
    readonly step: number
    readonly action: string
    readonly syncType: 'full' | 'partial'
    readonly objects: readonly ApiObject[]
    readonly expectedIptables: string
  }[]
  readonly flows: readonly (Flow & { readonly name: string; readonly output: string; readonly masq: boolean })[]
}

type ApiObject = { readonly kind: string } & (ServiceInput | EndpointSliceInput | NodeInput)

function ofKind<T>(objects: readonly ApiObject[], kind: string): T[] {
  return objects.filter((object) => object.kind === kind) as unknown as T[]
}

function kubeProxy({ proxy }: Case, objects: readonly ApiObject[], previous?: KubeProxy): KubeProxy {
  return new KubeProxy(
    {
      services: ofKind<ServiceInput>(objects, 'Service'),
      endpointSlices: ofKind<EndpointSliceInput>(objects, 'EndpointSlice'),
      configuration: {
        clusterCIDR: proxy.clusterCIDR,
        detectLocalMode: proxy.detectLocal,
        nodePortAddresses: proxy.nodePortAddresses,
        iptables: {
          masqueradeAll: proxy.masqueradeAll,
          masqueradeBit: proxy.masqueradeBit,
          localhostNodePorts: proxy.localhostNodePorts,
        },
        conntrack: { tcpBeLiberal: proxy.conntrackTCPLiberal },
      },
      facts: {
        randomFully: proxy.hasRandomFully,
        nfacct: {
          invalidDropped: proxy.nfacctCounters.ct_state_invalid_dropped_pkts!,
          localhostNodePorts: proxy.nfacctCounters.localhost_nps_accepted_pkts!,
        },
      },
    },
    previous,
  )
}

function host({ proxy, objects }: Case) {
  const node = ofKind<NodeInput>(objects, 'Node').find(({ metadata }) => metadata.name === proxy.nodeName)
  return {
    node: node ?? {
      metadata: { name: proxy.nodeName },
      status: { addresses: [{ type: 'InternalIP', address: proxy.nodeIP }] },
    },
    interfaceAddresses: proxy.interfaces
      .flatMap(({ addresses }) => addresses)
      .filter((address) => !address.includes(':'))
      .map((address) => parsePrefix(address).address),
  }
}

/** kube-proxy's tests write the mark short, where kube-proxy itself pads it to eight digits. */
function asInTests(text: string): string {
  return text.replaceAll('0x00004000', '0x4000')
}

function rulesOfChain(text: string, table: string, chain: string): string[] {
  const part = text.slice(text.indexOf(`*${table}\n`)).split('COMMIT')[0]!
  return part.split('\n').filter((line) => line.startsWith(`-A ${chain} `))
}

function check(testCase: Case, rules: ProxyRules): void {
  const text = asInTests(rules.restoreText())
  if (testCase.expectedIptables !== null) expect(sortRestoreText(text)).toBe(testCase.expectedIptables)
  for (const { table, chain, rules: expected } of testCase.expectedChains ?? []) {
    expect(rulesOfChain(text, table, chain)).toEqual(expected)
  }
  const lines = text.split('\n')
  for (const line of testCase.expectedLines ?? []) expect(lines).toContain(line)
  if (testCase.expectedCounts !== undefined) {
    const dnat = lines.filter((line) => line.startsWith('-A KUBE-SEP-') && line.includes('-j DNAT'))
    expect(dnat.length).toBe(testCase.expectedCounts.sepDnatRules)
    const commented = dnat.filter((line) => line.includes('--comment'))
    expect(commented.length).toBe(testCase.expectedCounts.sepDnatRulesWithComment)
  }
  const destination = testCase.expectedRuleForDestination
  if (destination !== undefined) {
    const found = rulesOfChain(text, destination.table, destination.chain)
    expect(found.some((line) => line.includes(`-d ${destination.destination} `))).toBe(destination.exists)
  }
  for (const flow of testCase.flows) {
    const { output, masq } = traceFlow(rules, flow, testCase.proxy.nodeIPs)
    expect({ name: flow.name, output, masq }).toEqual({ name: flow.name, output: flow.output, masq: flow.masq })
  }
}

function checkEndpoints(testCase: Case, proxy: KubeProxy): void {
  const expected = testCase.expectedEndpoints!
  const entry = proxy.entries[0]!
  const place = proxySettings(proxy.configuration, host(testCase))
  const choice = categorizeEndpoints(entry.endpoints, entry.info, place)
  const texts = (list: readonly { text: string }[]) => list.map(({ text }) => text).sort()
  expect(texts(choice.cluster)).toEqual([...(expected.cluster ?? [])].sort())
  expect(texts(choice.local)).toEqual([...(expected.local ?? [])].sort())
  expect(texts(choice.reachable)).toEqual([...(expected.allReachable ?? [])].sort())
  expect(choice.hasAny).toBe(expected.hasAnyEndpoints)
}

function checkSteps(testCase: Case): void {
  let previous: ProxyState | null = null
  for (const { step, syncType, objects, expectedIptables } of testCase.steps!) {
    const proxy: KubeProxy = kubeProxy(testCase, objects, previous?.proxy)
    const state: ProxyState = { proxy, settings: proxy.settingsOf(host(testCase)) }
    // a full sync later than the first one: the one before it failed. One without changes: the test calls for it.
    const full = previous !== null && syncType === 'full' ? 'failed' : undefined
    const sync = syncBetween(previous, state, { full, always: true })
    expect(sync.kind, `step ${step}`).toBe(syncType)
    expect(sortRestoreText(asInTests(sync.text)), `step ${step}`).toBe(expectedIptables)
    previous = state
  }
}

describe.skipIf(!existsSync(FOLDER))("kube-proxy's own cases", () => {
  const files = existsSync(FOLDER) ? readdirSync(FOLDER).filter((file) => file.endsWith('.json')) : []
  it.each(files)('%s', (file) => {
    const testCase = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Case
    const proxy = kubeProxy(testCase, testCase.objects)
    if (testCase.expectedEndpoints !== undefined) checkEndpoints(testCase, proxy)
    check(testCase, proxy.forNode(host(testCase)))
    if (testCase.steps !== undefined) checkSteps(testCase)
  })
})
