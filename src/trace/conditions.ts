import type { Decision } from '../sim/outcomes.ts'
import type { Journey, TraceBranch } from './model.ts'

/** One of the ways that a flow can go. */
export interface Way {
  readonly branch: TraceBranch
  /** Draws, and what was supposed, in order. */
  readonly decisions: readonly Decision[]
}

/** Branches of which each says what is supposed for it, and what they hang on. */
export interface FoldedWays {
  readonly branches: readonly TraceBranch[]
  /** Everything that decides between two ends: `10.1.2.3 is in set pods`. */
  readonly questions: readonly string[]
}

/** A branch, and the answers to questions that lead to it and nowhere else. */
interface Leaf {
  readonly branch: TraceBranch
  readonly answers: readonly Decision[]
}

/**
 * Makes branches of all ways. Where both answers to a question come to the same end, the question does not matter, and one of the two ways
 * is left out.
 *
 * @param ways in the order in which `walkOutcomes` goes them
 */
export function foldWays(ways: readonly Way[]): FoldedWays {
  if (ways.every(({ decisions }) => decisions.every(({ question }) => question === undefined))) {
    return { branches: ways.map(({ branch }) => branch), questions: [] }
  }
  const leaves = fold(ways, 0)
  const questions = new Set(leaves.flatMap(({ answers }) => answers.map(({ question }) => question!.yes)))
  return {
    branches: leaves.map(({ branch, answers }) =>
      answers.length === 0 ? branch : { ...branch, conditions: withoutImplied(answers).map(textOf) },
    ),
    questions: [...questions],
  }
}

/** Without what follows from the others: a device that is eth1 is not eth0. */
function withoutImplied(answers: readonly Decision[]): readonly Decision[] {
  return answers.reduce<readonly Decision[]>((left, each) => {
    const { question, taken } = each
    const others = left.filter((other) => other !== each && other.question!.subject === question!.subject)
    const earlier = others.map((other) => ({ question: other.question!, answer: other.taken }))
    return question!.follows?.(earlier) === taken ? left.filter((other) => other !== each) : left
  }, answers)
}

function textOf({ question, taken }: Decision): string {
  return taken ? question!.yes : question!.no
}

/** @param depth so many decisions are the same in all of them */
function fold(ways: readonly Way[], depth: number): Leaf[] {
  const [first] = ways
  if (first === undefined) return []
  const decision = first.decisions[depth]
  if (ways.length === 1 || decision === undefined) {
    return [
      { branch: first.branch, answers: first.decisions.slice(depth).filter(({ question }) => question !== undefined) },
    ]
  }
  const sides = [true, false].map((taken) =>
    fold(
      ways.filter(({ decisions }) => decisions[depth]!.taken === taken),
      depth + 1,
    ),
  ) as [Leaf[], Leaf[]]
  const [yes, no] = sides
  if (decision.question === undefined) return [...yes, ...no]
  if (sameEnds(yes, no)) return no
  const asked = (leaves: readonly Leaf[], taken: boolean): Leaf[] =>
    leaves.map(({ branch, answers }) => ({ branch, answers: [{ ...decision, taken }, ...answers] }))
  return [...asked(yes, true), ...asked(no, false)]
}

function sameEnds(some: readonly Leaf[], others: readonly Leaf[]): boolean {
  return (
    some.length === others.length &&
    some.every((leaf, i) => {
      const other = others[i]!
      return (
        leaf.answers.length === other.answers.length &&
        leaf.answers.every((answer, k) => textOf(answer) === textOf(other.answers[k]!)) &&
        endOf(leaf.branch) === endOf(other.branch)
      )
    })
  )
}

/** All that somebody wants to know who does not ask by which rules it came to that. */
function endOf(branch: TraceBranch): string {
  const { probability, reply, seenBy, error } = branch
  return JSON.stringify([probability, endOfJourney(branch), reply === null ? null : endOfJourney(reply), seenBy, error])
}

function endOfJourney({ disposition, reason, translations, hops }: Journey): unknown {
  const last = hops.at(-1)
  return [
    disposition,
    reason,
    translations.map(({ kind, netns, from, to }) => [kind, netns, from, to]),
    last?.netns,
    last?.steps.flatMap((step) => (step.kind === 'sent' ? [step.device] : [])),
  ]
}

/** `depends on whether A, and whether B`, of as many as one can read. */
export function dependsText(questions: readonly string[]): string {
  const told = questions.slice(0, MOST).map((question) => `whether ${question}`)
  const untold = questions.length - told.length
  return `depends on ${told.join(', and ')}${untold > 0 ? `, and on ${untold} more such` : ''}`
}

const MOST = 3
