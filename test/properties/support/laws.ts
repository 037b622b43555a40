import fc from 'fast-check'
import { vi } from 'vitest'
import type { Cluster } from '../../../src/cluster/cluster.ts'
import type { PodHost } from '../../../src/cluster/pod-host.ts'
import { type ClusterConstraints, clusters } from '../../../src/testing/index.ts'

/** `PROPERTY_RUNS=20 npx vitest run test/properties` tries twenty times as many clusters. */
const FACTOR = Number(process.env.PROPERTY_RUNS ?? 1)
// a law takes seconds, and longer on a machine that does other things, too
vi.setConfig({ testTimeout: 120_000 * Math.max(1, FACTOR) })

/** A law holds for every cluster of a kind. */
export function forEveryCluster(constraints: ClusterConstraints, runs: number, law: (cluster: Cluster) => void): void {
  fc.assert(
    fc.property(clusters(constraints), (cluster) => {
      law(cluster)
    }),
    { numRuns: runs * FACTOR },
  )
}

/** Chooses one of a list: which one is part of what was generated. */
export type Pick = <T>(list: readonly T[]) => T

const MOST_PICKS = 24

/**
 * A law about some things of a cluster: `pick` chooses them. A counterexample shows the cluster, and the numbers that it chose by.
 *
 * @throws RangeError when there is nothing to choose from
 */
export function forEveryChoice(
  constraints: ClusterConstraints,
  runs: number,
  law: (cluster: Cluster, pick: Pick) => void,
): void {
  const numbers = fc.array(fc.nat(999), { minLength: MOST_PICKS, maxLength: MOST_PICKS })
  fc.assert(
    fc.property(clusters(constraints), numbers, (cluster, choices) => {
      let next = 0
      law(cluster, (list) => {
        const found = list[choices[next++ % MOST_PICKS]! % list.length]
        if (found === undefined) throw new RangeError('nothing to choose from')
        return found
      })
    }),
    { numRuns: runs * FACTOR },
  )
}

/** Pods that have an address of their own. */
export function podsOf(cluster: Cluster): readonly PodHost[] {
  return [...cluster.network.pods.values()].filter(({ port }) => port !== null)
}

/** `pod/a-1` */
export function referenceOf({ pod }: PodHost): string {
  return `pod/${pod.metadata.name}`
}

/** Clusters in which there is a pod to speak of. */
export const WITH_PODS: ClusterConstraints = { podsPerNode: { min: 1 }, hostNetworkPods: false }
