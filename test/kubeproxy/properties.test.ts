import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nodeTables } from '../../src/cluster/node-tables.ts'
import { syncOperations } from '../../src/kubeproxy/apply-sync.ts'
import type { EndpointInput } from '../../src/kubeproxy/input.ts'
import { KubeProxy } from '../../src/kubeproxy/kube-proxy.ts'
import { type ProxyState, syncBetween } from '../../src/kubeproxy/sync.ts'
import { restoreTables } from '../../src/netfilter/command/restore.ts'
import type { Tables } from '../../src/netfilter/command/tables.ts'
import { applyOperations } from '../../src/netfilter/operations.ts'
import type { Chain } from '../../src/netfilter/rule.ts'
import { saveTables } from '../../src/netfilter/text/save.ts'
import { edit } from './edits.ts'
import { NODES, type Objects, objects } from './generated.ts'
import { node } from './objects.ts'
import { traceFlow } from './tracer.ts'

const CONFIGURATION = { clusterCIDR: '10.244.0.0/16' }
type Chains = ReadonlyMap<string, Chain>

const nodeName = fc.constantFrom(...NODES)

function stateOf(given: Objects, name: string, previous?: KubeProxy): ProxyState {
  const proxy = new KubeProxy({ ...given, configuration: CONFIGURATION }, previous)
  return { proxy, settings: proxy.settingsOf({ node: node(name) }) }
}

const tablesOf = ({ proxy, settings }: ProxyState): Tables =>
  nodeTables({ kubeProxy: proxy.withSettings(settings).operations() })

/** The tables after a text has gone through iptables-restore --noflush. */
function restored(text: string, before: Tables): Tables {
  const { tables, errors } = restoreTables(text, before, { noflush: true })
  expect(errors).toEqual([])
  return tables
}

describe('syncs', () => {
  it('the text of a full sync is what the tables say', () => {
    fc.assert(
      fc.property(objects, nodeName, (given, name) => {
        const state = stateOf(given, name)
        const empty = tablesOf(stateOf({ services: [], endpointSlices: [] }, name))
        expect(saveTables(restored(syncBetween(null, state).text, empty))).toBe(saveTables(tablesOf(state)))
      }),
      { numRuns: 60 },
    )
  })

  it('each sync leads from the old tables to the new ones, as text and as operations', () => {
    fc.assert(
      fc.property(objects, fc.array(edit, { minLength: 1, maxLength: 5 }), nodeName, (first, edits, name) => {
        let given = first
        let before = stateOf(given, name)
        let [byText, byOperations] = [tablesOf(before), tablesOf(before)]
        for (const change of edits) {
          given = change(given)
          const after = stateOf(given, name, before.proxy)
          const sync = syncBetween(before, after)
          expect(sync.kind).toBe(sync.text === '' ? 'none' : 'partial')
          byText = restored(sync.text, byText)
          byOperations = applyOperations(syncOperations(sync, after), byOperations)
          expect(saveTables(byText)).toBe(saveTables(tablesOf(after)))
          expect(saveTables(byOperations)).toBe(saveTables(tablesOf(after)))
          before = after
        }
      }),
      { numRuns: 150 },
    )
  })

  it('a full sync over any older tables does the same', () => {
    fc.assert(
      fc.property(objects, objects, nodeName, (one, two, name) => {
        const before = stateOf(one, name)
        const after = stateOf(two, name, before.proxy)
        const sync = syncBetween(before, after, { full: 'hourly' })
        expect(sync.kind).toBe('full')
        expect(saveTables(restored(sync.text, tablesOf(before)))).toBe(saveTables(tablesOf(after)))
        const operations = syncOperations(sync, after)
        expect(saveTables(applyOperations(operations, tablesOf(before)))).toBe(saveTables(tablesOf(after)))
      }),
      { numRuns: 60 },
    )
  })

  it('the chains that a partial sync leaves out have not changed', () => {
    fc.assert(
      fc.property(objects, edit, nodeName, (one, change, name) => {
        const before = stateOf(one, name)
        const after = stateOf(change(one), name, before.proxy)
        const { rewrittenChains, deletedChains } = syncBetween(before, after, { always: true })
        const [old, now] = [before, after].map(({ proxy, settings }) => proxy.withSettings(settings).nat) as [
          Chains,
          Chains,
        ]
        const written = new Set(rewrittenChains.nat)
        expect([...old.keys()].filter((chain) => !now.has(chain)).sort()).toEqual(deletedChains)
        for (const [chain, { rules }] of now) if (!written.has(chain)) expect(rules).toBe(old.get(chain)!.rules)
      }),
      { numRuns: 100 },
    )
  })
})

// What the documentation promises (kubernetes.io, Service: traffic policies, proxy terminating endpoints), said without rules.

const isReady = ({ conditions }: EndpointInput) => conditions!.ready === true
const isFallback = ({ conditions }: EndpointInput) => conditions!.serving === true && conditions!.terminating === true

/** The ready ones, or else those that still serve while they terminate. */
function usable(endpoints: readonly EndpointInput[]): EndpointInput[] {
  const ready = endpoints.filter(isReady)
  return ready.length > 0 ? ready : endpoints.filter(isFallback)
}

function expected(all: readonly EndpointInput[], isLocal: boolean, name: string): string {
  if (usable(all).length === 0) return 'REJECT'
  const chosen = usable(isLocal ? all.filter(({ nodeName }) => nodeName === name) : all)
  if (chosen.length === 0) return 'DROP'
  return chosen
    .map(({ addresses }) => `${addresses[0]}:8080`)
    .sort()
    .join(', ')
}

describe('who is reached', () => {
  const POD = '10.244.1.200'
  const OUTSIDE = '203.0.113.7'

  it('by each way in, as the traffic policies have it', () => {
    fc.assert(
      fc.property(objects, nodeName, (given, name) => {
        const { proxy, settings } = stateOf(given, name)
        const rules = proxy.withSettings(settings)
        given.services.forEach(({ spec, status }, index) => {
          const [port] = spec.ports!
          const protocol = port!.protocol!.toLowerCase()
          const all = given.endpointSlices[index]!.endpoints!
          const own = `192.168.0.${name.at(-1)}`
          const reach = (sourceIP: string, destIP: string, destPort: number) => {
            const { output, masq } = traceFlow(rules, { sourceIP, destIP, destPort, protocol }, [own])
            return { output: output.split(', ').sort().join(', '), masq }
          }
          const internal = expected(all, spec.internalTrafficPolicy === 'Local', name)
          expect(reach(POD, spec.clusterIP!, 80)).toEqual({ output: internal, masq: false })
          // an unsent packet is not masqueraded
          const isSent = (output: string) => output.includes(':')
          expect(reach(OUTSIDE, spec.clusterIP!, 80)).toEqual({ output: internal, masq: isSent(internal) })

          const isLocal = spec.externalTrafficPolicy === 'Local' && spec.type !== 'ClusterIP'
          const external = expected(all, isLocal, name)
          const anywhere = expected(all, false, name)
          const ways: [string, number][] = (spec.externalIPs ?? []).map((ip) => [ip, 80])
          if (spec.type !== 'ClusterIP') ways.push([own, port!.nodePort!])
          if ((spec.loadBalancerSourceRanges ?? []).length === 0) {
            for (const { ip } of status!.loadBalancer!.ingress!) ways.push([ip!, 80])
          }
          for (const [ip, at] of ways) {
            expect(reach(OUTSIDE, ip, at)).toEqual({ output: external, masq: isSent(external) && !isLocal })
            // pods and the node itself are not held to the external policy
            expect(reach(POD, ip, at)).toEqual({ output: anywhere, masq: isSent(anywhere) && !isLocal })
            expect(reach(own, ip, at)).toEqual({ output: anywhere, masq: isSent(anywhere) })
          }
        })
      }),
      { numRuns: 150 },
    )
  })

  it('an endpoint that reaches itself is masqueraded', () => {
    fc.assert(
      fc.property(objects, nodeName, (given, name) => {
        const { proxy, settings } = stateOf(given, name)
        const rules = proxy.withSettings(settings)
        given.services.forEach(({ spec }, index) => {
          for (const { addresses } of usable(given.endpointSlices[index]!.endpoints!)) {
            const flow = { sourceIP: addresses[0]!, destIP: spec.clusterIP!, destPort: 80 }
            const protocol = spec.ports![0]!.protocol!.toLowerCase()
            const { output, masq } = traceFlow(rules, { ...flow, protocol }, [])
            if (output.includes(`${addresses[0]}:`)) expect(masq).toBe(true)
          }
        })
      }),
      { numRuns: 50 },
    )
  })
})
