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
  /** The kernel disagrees with itself. */
  | { readonly kind: 'unstable'; readonly differences: readonly Difference[] }
  /** The laboratory failed: not the lab's fault. */
  | { readonly kind: 'failed'; readonly why: string }

/** A record, or why there is none. */
type Told = { readonly record: LabRecord } | { readonly refused: string } | { readonly failed: string }

/** How often the kernel must say the same before it is believed against kubehop. */
const TIMES = 3

/** What the kernel does. */
async function kernel(text: string, name: string, cpu: number): Promise<Told> {
  try {
    return { record: await recordLabText(text, { name, cpu, timeLimit: 60 }) }
  } catch (error) {
    if (!(error instanceof LabError)) throw error
    return /the set-up failed/.test(error.message) ? { refused: error.message } : { failed: error.message }
  }
}

/** What kubehop does. */
export function simulate(text: string, name: string): Told | { readonly unsupported: string } {
  try {
    return { record: runScript(text, { name }).record() }
  } catch (error) {
    if (error instanceof UnsupportedError) return { unsupported: error.message }
    if (error instanceof KubehopError && error.code === 'BAD_LAB') return { refused: error.message }
    return { failed: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

/** Lets both machines run a lab. A disagreement counts only if the kernel repeats itself. */
export async function judge(text: string, name: string, cpu: number, times = TIMES): Promise<Verdict> {
  const claim = simulate(text, name)
  if ('unsupported' in claim) return { kind: 'unsupported', why: claim.unsupported }
  const truth = await kernel(text, name, cpu)
  const first = compare(truth, claim)
  if (first.kind !== 'disagree' && first.kind !== 'disagree-apart') return first
  for (let time = 2; time <= times; time++) {
    const again = await kernel(text, name, cpu)
    if ('failed' in again) return { kind: 'failed', why: again.failed }
    if ('record' in again !== 'record' in truth) return { kind: 'unstable', differences: [] }
    if (!('record' in again && 'record' in truth)) continue
    const differences = compareRecords(truth.record, again.record)
    if (differences.length > 0) return { kind: 'unstable', differences }
  }
  return first
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
