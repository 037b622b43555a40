import fc from 'fast-check'
import type { Cluster } from '../../../src/cluster/cluster.ts'
import type { PodHost } from '../../../src/cluster/pod-host.ts'
import { type ClusterConstraints, clusters } from '../../../src/testing/index.ts'

/** Pods that have an address of their own. */
export function podsOf(cluster: Cluster): readonly PodHost[] {
  return [...cluster.network.pods.values()].filter(({ port }) => port !== null)
}

/** `pod/a-1` */
export function referenceOf({ pod }: PodHost): string {
  return `pod/${pod.metadata.name}`
}

/** Clusters, and numbers with which a property picks what it looks at: shrinking changes neither's meaning. */
export function clustersAndPicks(constraints: ClusterConstraints, count: number) {
  return fc.tuple(clusters(constraints), fc.array(fc.nat(999), { minLength: count, maxLength: count }))
}

/** One of a list, by a number of any size. */
export function pick<T>(list: readonly T[], number: number): T {
  const found = list[number % list.length]
  if (found === undefined) throw new RangeError('nothing to pick from')
  return found
}
