import { KubehopError } from '../packet/errors.ts'
import type { Simulation } from './simulation.ts'
import type { Answer, Decider, Question } from './types.ts'

/** One draw by lot on the way to an outcome, or something that was supposed because nobody told it. */
export interface Decision {
  /** Who drew, for instance a rule. */
  readonly what: object
  /** The probability of `true`. What is supposed has none: 1 where `true` was supposed, else 0, so that the odds stay what they are. */
  readonly probability: number
  readonly taken: boolean
  /** What was supposed; absent: it was a draw. */
  readonly question?: Question
}

/** One of the ways in which the work can go. */
export interface Outcome<T> {
  readonly result: T
  /** Product of the odds of its decisions. */
  readonly probability: number
  readonly decisions: readonly Decision[]
}

/** How `walkOutcomes` goes. */
export interface WalkOptions {
  /** Default 100,000. */
  readonly maxOutcomes?: number
  /** Called when there are more, instead of an error: the others are left out. */
  readonly onTooMany?: () => void
  /** Decides draws: only the answers to what nobody told are walked. */
  readonly chance?: Decider
}

const DEFAULT_MAX_OUTCOMES = 100_000

/**
 * Does the work once for each way in which its draws (`Simulation.decide`) and the answers to what nobody told (`Simulation.ask`) can come out,
 * each time in a transaction of its own, so that none sees what another did. `true` comes first everywhere. The probabilities add up to 1, for
 * each set of answers.
 *
 * The work must draw the same when it is given the same outcomes; its result must not refer to state that is put back.
 *
 * @throws KubehopError `TOO_MANY_OUTCOMES` beyond `maxOutcomes`
 */
export function walkOutcomes<T>(sim: Simulation, work: () => T, options: WalkOptions = {}): Outcome<T>[] {
  const maxOutcomes = options.maxOutcomes ?? DEFAULT_MAX_OUTCOMES
  const outcomes: Outcome<T>[] = []
  const outer = sim.decider
  let plan: readonly boolean[] | null = []
  try {
    while (plan !== null) {
      if (outcomes.length === maxOutcomes) {
        if (options.onTooMany !== undefined) {
          options.onTooMany()
          break
        }
        throw new KubehopError('TOO_MANY_OUTCOMES', `chance leads to more than ${maxOutcomes} outcomes`)
      }
      const replay: Replay = new Replay(plan, options.chance ?? null)
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
  readonly #chance: Decider | null
  #answers: Map<string, Answer[]> | null = null

  constructor(plan: readonly boolean[], chance: Decider | null) {
    this.#plan = plan
    this.#chance = chance
  }

  decide(probability: number, what: object): boolean {
    if (this.#chance !== null) return this.#chance.decide(probability, what)
    const taken = this.#next()
    this.decisions.push({ what, probability, taken })
    return taken
  }

  suppose(question: Question): boolean {
    this.#answers ??= new Map()
    const earlier = this.#answers.get(question.subject) ?? []
    const same = earlier.find((each) => each.question.key === question.key)
    if (same !== undefined) return same.answer
    const follows = question.follows?.(earlier) ?? null
    if (follows !== null) return follows
    const taken = this.#next()
    this.#answers.set(question.subject, [...earlier, { question, answer: taken }])
    this.decisions.push({ what: question, probability: taken ? 1 : 0, taken, question })
    return taken
  }

  #next(): boolean {
    return this.#plan[this.decisions.length] ?? true
  }
}
