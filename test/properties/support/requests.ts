import type { Cluster, TraceRequest } from '../../../src/cluster/cluster.ts'
import { isHeadless } from '../../../src/kubernetes/index.ts'
import { type Pick, podsOf, referenceOf } from './laws.ts'

/** Something to trace: between pods, nodes, Services and the outside, by any protocol; much of it arrives. */
export function requestOf(cluster: Cluster, pick: Pick): TraceRequest {
  const pods = podsOf(cluster).map(referenceOf)
  const nodes = cluster.objects.nodes.map(({ metadata }) => `node/${metadata.name}`)
  const services = cluster.objects.services.filter((service) => !isHeadless(service))
  const protocol = pick(['tcp', 'tcp', 'udp', 'sctp', 'icmp'] as const)
  const port = protocol === 'icmp' ? '' : `:${pick([80, 80, 8080, 9, 30_000])}`
  const ends = [...pods, ...nodes, 'external']
  return {
    from: pick(ends),
    to: pick([...ends, ...services.map(({ metadata }) => `svc/${metadata.name}`)]) + port,
    protocol,
    allBranches: pick([false, false, true]),
    packets: pick([2, 2, 6]),
    detail: pick(['summary', 'detailed'] as const),
  }
}
