import { describe, expect, it } from 'vitest'
import { Cluster } from '../../src/cluster/cluster.ts'
import { describeBranch, FlowNames } from '../support/flow-text.ts'
import { CHAPTERS, expectedIn, SETTINGS } from '../support/flows/index.ts'
import { GREY_RELEASE, shopManifest } from '../support/shop.ts'

const MANIFEST = shopManifest()

describe.each(SETTINGS)('$backend, $bridge', (setting) => {
  const cluster = Cluster.fromManifests(MANIFEST, setting)
  const names = new FlowNames(cluster)

  describe.each(CHAPTERS)('$title', ({ flows }) => {
    it.each(flows)('$title: $from to $to', (flow) => {
      const trace = cluster.trace({ from: flow.from, to: flow.to, protocol: flow.protocol })
      expect(describeBranch(trace.data, names)).toEqual(expectedIn(flow, setting))
      if (flow.because !== undefined) expect(trace.reason).toContain(flow.because)
    })
  })

  describe('several ways', () => {
    const branchesOf = (from: string, to: string, manifest = MANIFEST) => {
      const other = manifest === MANIFEST ? cluster : Cluster.fromManifests(manifest, setting)
      const trace = other.trace({ from, to, allBranches: true })
      const words = new FlowNames(other)
      return trace.branches.map((branch) => ({
        probability: Number(branch.probability.toFixed(6)),
        disposition: branch.disposition,
        server: describeBranch(branch, words).server,
        nat: describeBranch(branch, words).nat,
        answer: describeBranch(branch, words).answer?.packet,
      }))
    }

    it('a headless Service: one branch for each ready pod, nothing translated', () => {
      expect(branchesOf('pod/client', 'svc/db')).toEqual([
        { probability: 0.5, disposition: 'delivered', server: 'db-0:5432', nat: [], answer: 'db-0:5432 → client' },
        { probability: 0.5, disposition: 'delivered', server: 'db-1:5432', nat: [], answer: 'db-1:5432 → client' },
      ])
    })

    it('a Service with four endpoints: each gets a quarter', () => {
      const branches = branchesOf('pod/client', 'svc/grey')
      expect(branches.map(({ server }) => server).sort()).toEqual([
        'canary-1:8080',
        'stable-1:8080',
        'stable-2:8080',
        'stable-3:8080',
      ])
      for (const { probability, answer, disposition } of branches) {
        expect(probability).toBe(0.25)
        expect(disposition).toBe('delivered')
        expect(answer).toBe('svc/grey:80 → client')
      }
    })

    it('a grey release: two Deployments behind one Service get their shares of replicas', () => {
      const branches = branchesOf('node/node-1', 'svc/shop', GREY_RELEASE)
      const share = (deployment: string) =>
        branches
          .filter(({ server }) => server?.startsWith(`${deployment}-`))
          .reduce((sum, { probability }) => sum + probability, 0)
      expect(branches).toHaveLength(4)
      expect(share('stable')).toBeCloseTo(0.75, 6)
      expect(share('canary')).toBeCloseTo(0.25, 6)
    })
  })

  it('pod to pod on one node never touches the overlay', () => {
    const { data } = cluster.trace({ from: 'pod/client', to: 'pod/near:8080' })
    expect(JSON.stringify(data)).not.toContain('flannel.1')
  })

  it('rules name the Service and endpoint that they are for', () => {
    const { translations } = cluster.trace({ from: 'pod/client', to: 'svc/far:80' })
    expect(translations.map(({ origin }) => origin)).toMatchObject([
      { writer: 'kube-proxy', service: 'default/far', endpoint: '10.244.1.20:8080' },
    ])
  })
})

describe('a second bind to a port in use', () => {
  const cluster = Cluster.fromManifests(shopManifest({ clash: true }))

  it('is refused with EADDRINUSE, and told', () => {
    expect(cluster.network.bindFailures).toMatchObject([
      { pod: { metadata: { name: 'host-clash' } }, protocol: 'TCP', port: 9100, error: 'EADDRINUSE' },
    ])
    expect(cluster.assumptions).toContain('pod default/host-clash could not listen on 9100/TCP of its host: EADDRINUSE')
  })

  it('leaves the port to the first', () => {
    expect(cluster.trace({ from: 'pod/client', to: 'node/node-1:9100' }).disposition).toBe('delivered')
  })
})
