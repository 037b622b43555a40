import type { FlowProtocol } from '../../cluster/index.ts'
import { type Outcome, sameOutcomes } from './outcome.ts'

/** A flow that both sides are asked about. */
export interface Question {
  /** In the words of `kubehop trace`, or what stands for the sender on each side: `a pod on node-1`. */
  readonly from: string
  readonly to: string
  readonly protocol?: FlowProtocol | undefined
  /** What the destination is, when its address does not say: `shop/db:sql, NodePort`. */
  readonly about?: string
}

/** One of two states of the same network. */
export interface Side {
  /** What becomes of the flow there. */
  outcomes(question: Question): readonly Outcome[]
  /** What people ask about there: each Service from each host. */
  questions(): readonly Question[]
  /** Supposed, or not modelled; a line each. */
  readonly remarks: readonly string[]
}

/** A flow that ends otherwise on the other side. */
export interface FlowChange extends Question {
  readonly before: readonly Outcome[]
  readonly after: readonly Outcome[]
}

/** Version of the data; a change that breaks readers raises it. */
export const DIFFERENCE_VERSION = 1

/** What `kubehop diff -o json` prints. */
export interface Difference {
  readonly version: typeof DIFFERENCE_VERSION
  /** How many flows were asked about. */
  readonly compared: number
  readonly changes: readonly FlowChange[]
  /** What was supposed on a side; lines that both sides share are in both. */
  readonly remarks: { readonly before: readonly string[]; readonly after: readonly string[] }
}

/**
 * Which flows change from one state of a network to another.
 *
 * @param questions default: all that people ask about on either side
 */
export function differenceOf(
  before: Side,
  after: Side,
  questions: readonly Question[] = everything(before, after),
): Difference {
  const changes: FlowChange[] = []
  for (const question of questions) {
    const was = before.outcomes(question)
    const is = after.outcomes(question)
    if (!sameOutcomes(was, is)) changes.push({ ...question, before: was, after: is })
  }
  return {
    version: DIFFERENCE_VERSION,
    compared: questions.length,
    changes,
    remarks: { before: before.remarks, after: after.remarks },
  }
}

function everything(before: Side, after: Side): Question[] {
  const all = new Map<string, Question>()
  for (const question of [...before.questions(), ...after.questions()]) {
    const key = JSON.stringify([question.from, question.to, question.protocol])
    if (!all.has(key)) all.set(key, question)
  }
  return [...all.values()]
}
