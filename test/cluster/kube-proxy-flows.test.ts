import { describe, expect, it } from 'vitest'
import { Cluster } from '../../src/cluster/index.ts'
import type { RuleHit } from '../../src/trace/index.ts'
import { FLOW_OBJECTS, KUBE_PROXY_FLOWS } from '../support/kube-proxy-flows.ts'

const cluster = Cluster.fromManifests(FLOW_OBJECTS, { validation: 'lenient' })

describe('what becomes of a packet that enters a node', () => {
  it.each(KUBE_PROXY_FLOWS)('$title: $from to $to', ({ from, to, protocol, dnat, masquerade, verdict }) => {
    const { branches = [] } = cluster.trace({ at: 'node/alpha', from, to, protocol, allBranches: true }).data
    const reached = branches.map(({ kubeProxy, probability }) => [kubeProxy!.dnat, probability.toFixed(6)])
    const endpoints = dnat ?? [null]
    expect(reached).toEqual(endpoints.map((endpoint) => [endpoint, (1 / endpoints.length).toFixed(6)]))
    for (const branch of branches) {
      expect(branch.kubeProxy).toMatchObject({ masquerade: masquerade ?? false, verdict: verdict ?? 'none' })
      // nobody else masquerades in an input that is about kube-proxy alone
      expect(branch.translations.some(({ kind }) => kind === 'masquerade')).toBe(masquerade ?? false)
      if (dnat !== undefined || verdict === 'ACCEPT') expect(branch.disposition).toBe('delivered')
      if (verdict === 'DROP') expect(branch).toMatchObject({ disposition: 'dropped', reply: null })
      const hooks = branch.hops.flatMap(({ steps }) => steps.filter((step) => step.kind === 'hook'))
      for (const hit of hooks.flatMap(({ rules }) => rules)) checkOrigin(hit)
      if (verdict === 'REJECT') expect(branch).toMatchObject({ disposition: 'rejected', error: 'ECONNREFUSED' })
    }
  })
})

/** Chains whose rules are none of a Service's own, with few exceptions. */
const COMMON = /^KUBE-(FORWARD|POSTROUTING|MARK-MASQ|FIREWALL)$/

/** Every rule of kube-proxy says who wrote it and why, and a Service's rule which Service and port, and which endpoint. */
function checkOrigin({ chain, position, text, origin }: RuleHit): void {
  const isOwn = chain.startsWith('KUBE-') || text.includes('-j KUBE-')
  if (!isOwn || position === 0) return
  expect(origin, text).toMatchObject({
    writer: expect.stringMatching(/^kube(-proxy|let)$/),
    why: expect.stringMatching(/./),
  })
  const isService = chain.startsWith('KUBE-') && !COMMON.test(chain) && !text.endsWith('-j KUBE-NODEPORTS')
  if (isService)
    expect(origin, text).toMatchObject({
      service: expect.stringMatching(/^ns\/\w+$/),
      port: expect.stringMatching(/./),
    })
  if (chain.startsWith('KUBE-SEP-') || text.includes('-j KUBE-SEP-'))
    expect(origin?.endpoint, text).toMatch(/^10\.50\.\d+\.\d+:\d+$/)
}
