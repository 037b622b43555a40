import type { Cluster } from '../cluster/index.ts'
import type { Trace } from '../trace/index.ts'
import { type Complaint, checkDelivered, checkExpectation } from './check.ts'
import type { ReachExpectation } from './expectation.ts'

/** What became of an attempt to reach something. */
export interface ReachResult {
  readonly trace: Trace
  /** Empty: all holds. */
  readonly complaints: readonly Complaint[]
}

/**
 * Sends a packet and looks whether it arrives, is answered, and meets what is expected. Every outcome of every draw is followed, so
 * that what holds, holds for every packet; `allBranches: false` follows one.
 *
 * For runners without `expect.extend`:
 *
 * ```ts
 * const { complaints } = reach(cluster, 'pod/a', 'svc/b:80', { withoutNat: true })
 * assert.deepEqual(complaints, [])
 * ```
 *
 * @throws KubehopError as `Cluster.trace` does: unknown names are a mistake in the test, not an unreachable server
 */
export function reach(cluster: Cluster, from: string, to: string, expectation: ReachExpectation = {}): ReachResult {
  const { withoutNat: _nat, via: _via, seenAs: _seen, answeredBy: _server, ...request } = expectation
  const trace = cluster.trace({ allBranches: true, ...request, from, to })
  const lost = checkDelivered(trace)
  return { trace, complaints: lost.length > 0 ? lost : checkExpectation(trace, expectation) }
}

/** Complaints for a person: each branch that has one, and what happened in it. */
export function formatComplaints({ trace, complaints }: ReachResult): string {
  const { from, to, protocol } = trace.data
  const all = trace.branches.length
  const lines = complaints.map(({ message, branch }) => {
    const part = all === 1 ? '' : ` (in a branch of probability ${Number(branch.probability.toPrecision(4))})`
    return `  ${message}${part}`
  })
  return [`${from.name} → ${to.name}, ${protocol}:`, ...new Set(lines), '', trace.format('minimal').trimEnd()].join(
    '\n',
  )
}
