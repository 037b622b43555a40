import { describe, it } from 'vitest'
import type { Cluster } from '../../src/cluster/cluster.ts'
import type { PodHost } from '../../src/cluster/pod-host.ts'
import type { DeliverEvent } from '../../src/netns/index.ts'
import { parseIpv4 } from '../../src/packet/address.ts'
import type { ClusterConstraints } from '../../src/testing/index.ts'
import { expect } from './support/expect.ts'
import { forEveryChoice, podsOf } from './support/laws.ts'
import { usable } from './support/service-model.ts'

/** Sends datagrams from new ports, one after the other, and says in which pods they arrived. */
function receivers(cluster: Cluster, from: PodHost, address: string, count: number): string[] {
  const { sim } = cluster.network
  const found: string[] = []
  sim.probe = {
    emit: (event) => {
      if (event.kind !== 'deliver') return
      const { packet, netns } = event as unknown as DeliverEvent
      if (packet.cause === 0 && packet.payload.vxlan === null) found.push(netns)
    },
  }
  for (let i = 0; i < count; i++) {
    from.sockets.udp.connect({ address: parseIpv4(address), port: 80 }).socket?.send(4)
    sim.run({ until: sim.now + 1_000_000_000 })
  }
  sim.probe = null
  return found
}

const CONSTRAINTS: ClusterConstraints = {
  nodes: { max: 3 },
  podsPerNode: { min: 2, max: 5 },
  services: { min: 2, max: 3 },
  serviceKinds: ['ClusterIP'],
  hostNetworkPods: false,
}

/** Services with so many endpoints at least that it is no chance who gets what. */
function candidates(cluster: Cluster) {
  return cluster.objects.services.filter(
    (service) =>
      service.spec.ports[0]!.protocol === 'UDP' &&
      service.spec.internalTrafficPolicy === 'Cluster' &&
      usable(cluster, service).length > 1,
  )
}

describe('session affinity', () => {
  it('leads all connections of a client to one endpoint; without it lots are drawn for each', () => {
    forEveryChoice(CONSTRAINTS, 60, (cluster, pick) => {
      for (const { spec } of candidates(cluster)) {
        const isSticky = spec.sessionAffinity === 'ClientIP'
        const found = receivers(cluster, pick(podsOf(cluster)), spec.clusterIP!, isSticky ? 6 : 40)
        if (isSticky) expect([found.length, new Set(found).size]).toEqual([6, 1])
        // the odds of one endpoint for all are at most 2^-39
        else expect(new Set(found).size).toBeGreaterThan(1)
      }
    })
  })
})
