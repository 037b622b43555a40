import type { FlowResult } from './flow.ts'
import { TRACE_VERSION, type TraceBranch, type TraceData } from './model.ts'

/** What a trace says beside its packets. */
export interface TraceHeader {
  readonly from: { readonly name: string; readonly netns: string }
  readonly to: TraceData['to']
  readonly protocol: string
  readonly seed: number
  readonly assumptions: readonly string[]
  readonly warnings: readonly string[]
  readonly allBranches: boolean
}

/**
 * One trace of the flows to every address that a destination has; each has a share of the clients. The whole ends as
 * its branches do; where they differ, as the worst of them. Words are made when the data are first asked for.
 */
export function mergeTargets(
  results: readonly FlowResult[],
  targets: readonly { readonly probability: number }[],
  header: TraceHeader,
): () => TraceData {
  if (results.length === 0) throw new RangeError('a trace needs a flow')
  return () => merge(results, targets, header)
}

function merge(
  results: readonly FlowResult[],
  targets: readonly { readonly probability: number }[],
  header: TraceHeader,
): TraceData {
  const branches = results.flatMap(({ branches: own }, index) => {
    const share = header.allBranches ? (targets[index]?.probability ?? 1) : 1
    return share === 1 ? own : own.map((branch) => ({ ...branch, probability: branch.probability * share }))
  })
  const worst = branches.reduce((a, b) => (rank(b) > rank(a) ? b : a))
  return {
    version: TRACE_VERSION,
    from: { ...header.from, address: worst.packet.src },
    to: header.to,
    protocol: header.protocol,
    seed: header.seed,
    assumptions: header.assumptions,
    warnings: header.warnings,
    ...worst,
    ...(header.allBranches ? { branches } : {}),
  }
}

/** From good to bad. */
const ORDER = ['delivered', 'left', 'unanswered', 'rejected', 'dropped', 'depends'] as const

function rank(branch: TraceBranch): number {
  return ORDER.indexOf(branch.disposition)
}
