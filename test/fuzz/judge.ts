import { runScript } from '../../src/commands/index.ts'
import {
  type Agreement,
  agreementOf,
  compareRecords,
  type Difference,
  type LabRecord,
} from '../../src/commands/record/index.ts'
import { LabError, recordLabText } from '../../src/lab/index.ts'
import { KubehopError, UnsupportedError } from '../../src/packet/index.ts'
import { PAUSE } from './print.ts'
import type { Told, Truth, Truths } from './truths.ts'

/** What became of a lab. */
export type Verdict =
  | { readonly kind: 'agree'; readonly counts: Agreement['counts'] }
  /** Both refuse the set-up. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'disagree'; readonly differences: readonly Difference[] }
  /** One of them refuses the set-up, or kubehop fails. */
  | { readonly kind: 'disagree-apart'; readonly why: string }
  /** kubehop says that it does not model something. */
  | { readonly kind: 'unsupported'; readonly why: string }
  /** kubehop itself says another thing when commands take some hundredths of a second more: no two machines need agree. */
  | { readonly kind: 'timed'; readonly differences: readonly Difference[] }
  /** The kernel disagrees with itself. */
  | { readonly kind: 'unstable'; readonly differences: readonly Difference[] }
  /** The laboratory failed: not the lab's fault. */
  | { readonly kind: 'failed'; readonly why: string }

/** A lab that is to be judged. */
export interface Case {
  readonly name: string
  readonly text: string
}

export interface JudgeOptions {
  /** The CPU that the kernel's part is pinned to. */
  readonly cpu: number
  /** How often the kernel must say the same before it is believed against kubehop. Default 3. */
  readonly times?: number
  /** Where its records are kept. */
  readonly truths?: Truths | undefined
}

const TIMES = 3
const TIME_LIMIT = 60

/** What the kernel does. */
async function kernel({ text, name }: Case, cpu: number): Promise<Told> {
  try {
    return { record: await recordLabText(text, { name, cpu, timeLimit: TIME_LIMIT }) }
  } catch (error) {
    if (!(error instanceof LabError)) throw error
    return /the set-up failed/.test(error.message) ? { refused: error.message } : { failed: error.message }
  }
}

/** What kubehop does. */
export function simulate({ text, name }: Case): Told | { readonly unsupported: string } {
  try {
    return { record: runScript(text, { name }).record() }
  } catch (error) {
    if (error instanceof UnsupportedError) return { unsupported: error.message }
    if (error instanceof KubehopError && error.code === 'BAD_LAB') return { refused: error.message }
    return { failed: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

/** Lets both machines run a lab. A disagreement counts only if the kernel repeats itself. */
export async function judge(lab: Case, { cpu, times = TIMES, truths }: JudgeOptions): Promise<Verdict> {
  const claim = simulate(lab)
  if ('unsupported' in claim) return { kind: 'unsupported', why: claim.unsupported }
  const known = truths?.read(lab.name, lab.text) ?? null
  const truth: Truth = known ?? { told: await kernel(lab, cpu) }
  if (known === null && !('failed' in truth.told)) truths?.write(lab.name, lab.text, truth)
  const first = compare(truth.told, claim)
  if (first.kind === 'disagree' && 'record' in claim && dependsOnClock(lab, claim.record)) {
    return { kind: 'timed', differences: first.differences }
  }
  if ((first.kind !== 'disagree' && first.kind !== 'disagree-apart') || truth.stable === true) return first
  if (truth.stable === false) return { kind: 'unstable', differences: [] }
  const stable = await repeats(truth.told, lab, cpu, times)
  if (stable.kind === 'failed') return stable
  if (times >= TIMES) truths?.write(lab.name, lab.text, { ...truth, stable: stable.kind === 'agree' })
  return stable.kind === 'agree' ? first : stable
}

/** Pauses that stand for a slower machine. */
const SLOWER = ['sleep 0.38', 'sleep 0.43', 'sleep 0.47']

/** Would kubehop say something else, were the pauses between the probes a little longer? */
function dependsOnClock({ text, name }: Case, said: LabRecord): boolean {
  return SLOWER.some((pause) => {
    const slower = simulate({ name, text: text.replaceAll(PAUSE, pause) })
    if (!('record' in slower)) return true
    const commands = slower.record.commands.map((each) => (each.line === pause ? { ...each, line: PAUSE } : each))
    return compareRecords(said, { ...slower.record, commands }).length > 0
  })
}

/** Does the kernel say the same again? */
async function repeats(
  told: Told,
  lab: Case,
  cpu: number,
  times: number,
): Promise<Verdict | { readonly kind: 'agree' }> {
  for (let time = 2; time <= times; time++) {
    const again = compare(told, await kernel(lab, cpu))
    if (again.kind === 'failed') return again
    if (again.kind === 'disagree') return { kind: 'unstable', differences: again.differences }
    if (again.kind === 'disagree-apart') return { kind: 'unstable', differences: [] }
  }
  return { kind: 'agree' }
}

function compare(truth: Told, claim: Told): Verdict {
  if ('failed' in truth) return { kind: 'failed', why: truth.failed }
  if ('failed' in claim) return { kind: 'disagree-apart', why: claim.failed }
  if ('refused' in truth && 'refused' in claim) return { kind: 'refused' }
  if ('refused' in truth) return { kind: 'disagree-apart', why: `the kernel alone refuses: ${truth.refused}` }
  if ('refused' in claim) return { kind: 'disagree-apart', why: `kubehop alone refuses: ${claim.refused}` }
  const { differences, counts } = agreementOf(truth.record, claim.record)
  return differences.length === 0 ? { kind: 'agree', counts } : { kind: 'disagree', differences }
}
