import type { Disposition, TraceBranch, TraceData } from '../../trace/index.ts'

/** One of the ways in which a flow can end, as far as its two ends can tell. */
export interface Outcome {
  /** `absent`: the flow cannot be asked there; `reason` says why. */
  readonly disposition: Disposition | 'absent'
  /** Where it was delivered, `ip:port`. */
  readonly endpoint?: string
  /** The address that the server sees as its client's. */
  readonly client?: string
  /** Why it was not delivered and answered. */
  readonly reason?: string
  /** What is supposed in this case alone, because nobody told it. */
  readonly conditions?: readonly string[]
  /** 0 to 1 */
  readonly probability: number
}

/** Odds are printed by iptables with eleven digits: less than this is no difference. */
const NO_DIFFERENCE = 1e-6

/** The outcomes of a flow, those that no end can tell apart taken together, the likelier first. */
export function outcomesOf({ branches, ...only }: TraceData): Outcome[] {
  const outcomes = new Map<string, Outcome>()
  for (const branch of branches ?? [only]) {
    const outcome = outcomeOf(branch)
    const key = keyOf(outcome)
    const before = outcomes.get(key)
    outcomes.set(
      key,
      before === undefined ? outcome : { ...outcome, probability: before.probability + outcome.probability },
    )
  }
  return [...outcomes.values()].sort((a, b) => b.probability - a.probability || (keyOf(a) < keyOf(b) ? -1 : 1))
}

/** Would the ends of the flow notice? */
export function sameOutcomes(a: readonly Outcome[], b: readonly Outcome[]): boolean {
  if (a.length !== b.length) return false
  const odds = new Map(b.map((outcome) => [keyOf(outcome), outcome.probability]))
  return a.every((outcome) => {
    const probability = odds.get(keyOf(outcome))
    return probability !== undefined && Math.abs(probability - outcome.probability) < NO_DIFFERENCE
  })
}

function outcomeOf({ disposition, endpoint, seenBy, reason, conditions, probability }: TraceBranch): Outcome {
  const address = endpoint?.slice(endpoint.lastIndexOf(' ') + 1)
  const client = seenBy?.client.replace(/:\d+$/, '')
  return {
    disposition,
    ...(address !== undefined && { endpoint: address }),
    ...(client !== undefined && { client }),
    ...(disposition !== 'delivered' && { reason }),
    ...(conditions !== undefined && conditions.length > 0 && { conditions }),
    probability,
  }
}

function keyOf({ probability: _, ...rest }: Outcome): string {
  return JSON.stringify(rest)
}
