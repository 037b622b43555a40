import { dependsText } from './conditions.ts'
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
  const questions = [...new Set(results.flatMap((result) => result.questions))]
  const incomplete = results.some((result) => result.incomplete)
  const depends = incomplete || endsDiffer(branches)
  return {
    version: TRACE_VERSION,
    from: { ...header.from, address: worst.packet.src },
    to: header.to,
    protocol: header.protocol,
    seed: header.seed,
    assumptions: header.assumptions,
    warnings: incomplete ? [...header.warnings, TOO_MANY] : header.warnings,
    ...worst,
    ...(depends ? { disposition: 'depends', reason: dependsText(questions) } : {}),
    ...(header.allBranches || questions.length > 0 ? { branches } : {}),
  }
}

const TOO_MANY = 'there are more ways than were followed: tell more of the host, such as its sets, routes and addresses'

/** Does how it ends depend on what nobody told? Draws alone are no reason: of their outcomes the worst counts. */
function endsDiffer(branches: readonly TraceBranch[]): boolean {
  const worst = new Map<string, number>()
  for (const branch of branches) {
    const key = JSON.stringify(branch.conditions ?? [])
    worst.set(key, Math.max(worst.get(key) ?? 0, rank(branch)))
  }
  return new Set(worst.values()).size > 1
}

/** From good to bad. */
const ORDER = ['delivered', 'left', 'unanswered', 'rejected', 'dropped', 'depends'] as const

function rank(branch: TraceBranch): number {
  return ORDER.indexOf(branch.disposition)
}
