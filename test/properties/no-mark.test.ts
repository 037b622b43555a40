import { describe, it } from 'vitest'
import { Cluster } from '../../src/cluster/cluster.ts'
import type { ClusterConstraints } from '../../src/testing/index.ts'
import { expect } from './support/expect.ts'
import { forEveryChoice, podsOf } from './support/laws.ts'
import { requestOf } from './support/requests.ts'
import { runTimeState } from './support/run-time-state.ts'

const SMALL: ClusterConstraints = { nodes: { max: 3 }, podsPerNode: { max: 4 }, services: { min: 1, max: 3 } }

describe('a trace leaves no mark', () => {
  it('run-time state is after it what it was before', () => {
    forEveryChoice(SMALL, 60, (cluster, pick) => {
      const before = runTimeState(cluster)
      cluster.trace(requestOf(cluster, pick))
      expect(runTimeState(cluster)).toEqual(before)
    })
  })

  it('a trace after others is the trace that a fresh cluster gives', () => {
    forEveryChoice(SMALL, 40, (cluster, pick) => {
      const requests = [requestOf(cluster, pick), requestOf(cluster, pick), requestOf(cluster, pick)]
      const used = requests.map((request) => JSON.stringify(cluster.trace(request)))
      const fresh = requests.map((request) =>
        JSON.stringify(new Cluster(cluster.objects, cluster.options).trace(request)),
      )
      expect(used).toEqual(fresh)
    })
  })

  it('nor when everything was warm before: what was learned, connected and counted stays as it is', () => {
    forEveryChoice({ ...SMALL, podsPerNode: { min: 1, max: 4 }, hostNetworkPods: false }, 40, (cluster, pick) => {
      const { sim } = cluster.network
      const pods = podsOf(cluster)
      for (let i = 0; i < 3; i++) {
        pick(pods)
          .sockets.udp.connect({ address: pick(pods).address, port: 80 })
          .socket?.send(4)
        pick(pods).sockets.tcp.connect({ address: pick(pods).address, port: 80 })
      }
      // into the middle of things: neighbours are stale or being probed, timers run
      sim.run({ until: pick([0, 1_000_000, 6_000_000_000, 40_000_000_000]) })
      const request = requestOf(cluster, pick)
      const before = runTimeState(cluster)
      const first = JSON.stringify(cluster.trace(request))
      expect(runTimeState(cluster)).toEqual(before)
      expect(JSON.stringify(cluster.trace(request))).toBe(first)
      expect(before).not.toEqual(runTimeState(new Cluster(cluster.objects, cluster.options)))
    })
  })
})
