import { expect, it } from 'vitest'
import { Cluster } from '../../src/cluster/index.ts'
import { shopManifest } from '../support/shop.ts'

const SERVICES = { only: ['client', 'near', 'self', 'far', 'empty', 'local'] }
const FLOW = { from: 'pod/client', to: 'svc/far:80' }

it('a trace leaves nothing behind, unless it is to be kept', () => {
  const cluster = Cluster.fromManifests(shopManifest(SERVICES))
  const { conntrack } = cluster.node('node-1').netns.netfilter
  const connections = () => [...conntrack.entries()].filter(({ original }) => original.protocol === 6).length
  const { sim } = cluster.network
  cluster.trace(FLOW)
  expect([connections(), sim.now, sim.pending]).toEqual([0, 0, 0])

  const kept = cluster.trace({ ...FLOW, keep: true })
  expect(kept.disposition).toBe('delivered')
  expect(connections()).toBe(1)
  // the program ends, and so does its connection
  sim.run({ until: sim.now + 1e9 })
  expect([...conntrack.entries()].find(({ tcp }) => tcp !== null)?.tcp?.state).toBe(7)
  expect(cluster.trace(FLOW).disposition).toBe('delivered')
})
