import { describe, expect, it } from 'vitest'
import { Cluster } from '../../src/cluster/index.ts'
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
      if (verdict === 'REJECT') expect(branch).toMatchObject({ disposition: 'rejected', error: 'ECONNREFUSED' })
    }
  })
})
