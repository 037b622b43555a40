import { KubehopError } from '../packet/errors.ts'
import type { Simulation } from './simulation.ts'
import type { Decider } from './types.ts'

/** One draw by lot on the way to an outcome. */
export interface Decision {
  /** Who drew, for instance a rule. */
  readonly what: object
  /** The probability of `true`. */
  readonly probability: number
  readonly taken: boolean
}

/** One of the ways in which the work can go. */
export interface Outcome<T> {
  readonly result: T
  /** Product of the odds of its decisions. */
  readonly probability: number
  readonly decisions: readonly Decision[]
}

const DEFAULT_MAX_OUTCOMES = 100_000

/**
 * Does the work once for each way in which its draws (`Simulation.decide`) can come out, each time in a transaction of
 * its own, so that none sees what another did. `true` comes first at every draw. The probabilities add up to 1.
 *
 * The work must draw the same when it is given the same outcomes; its result must not refer to state that is put back.
 *
 * @throws KubehopError `TOO_MANY_OUTCOMES` beyond `maxOutcomes`
 */
export function walkOutcomes<T>(
  sim: Simulation,
  work: () => T,
  options: { readonly maxOutcomes?: number } = {},
): Outcome<T>[] {
  const maxOutcomes = options.maxOutcomes ?? DEFAULT_MAX_OUTCOMES
  const outcomes: Outcome<T>[] = []
  const outer = sim.decider
  let plan: readonly boolean[] | null = []
  try {
    while (plan !== null) {
      if (outcomes.length === maxOutcomes) {
        throw new KubehopError('TOO_MANY_OUTCOMES', `chance leads to more than ${maxOutcomes} outcomes`)
      }
      const replay = new Replay(plan)
      sim.decider = replay
      const result = sim.transaction(work)
      const { decisions } = replay
      const probability = decisions.reduce(
        (odds, each) => odds * (each.taken ? each.probability : 1 - each.probability),
        1,
      )
      outcomes.push({ result, probability, decisions })
      plan = nextPlan(decisions)
    }
  } finally {
    sim.decider = outer
  }
  return outcomes
}

/**
 * The last decision that was `true` comes out `false` next time; those behind it are open again. Null: that was the
 * last way.
 */
function nextPlan(decisions: readonly Decision[]): boolean[] | null {
  let last = decisions.length - 1
  while (last >= 0 && !decisions[last]!.taken) last--
  if (last < 0) return null
  const plan = decisions.slice(0, last).map(({ taken }) => taken)
  plan.push(false)
  return plan
}

/** Follows the plan and says `true` beyond it. */
class Replay implements Decider {
  readonly decisions: Decision[] = []
  readonly #plan: readonly boolean[]

  constructor(plan: readonly boolean[]) {
    this.#plan = plan
  }

  decide(probability: number, what: object): boolean {
    const taken = this.#plan[this.decisions.length] ?? true
    this.decisions.push({ what, probability, taken })
    return taken
  }
}
