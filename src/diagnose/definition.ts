import type { Examination } from './examination.ts'
import type { Found, Severity } from './finding.ts'

/** A kind of finding: how it is recognised, and what it means. */
export interface FindingDefinition {
  /** Stable: `ip-forward-off`. */
  readonly code: string
  readonly severity: Severity
  /** What it is, in a few words. */
  readonly title: string
  /** Why it matters, and what one sees of it. */
  readonly explanation: string
  /** What it is recognised by, for the documentation. */
  readonly recognised: string
  /** Reasons of drops (`DropReason`) that it may be the cause of. */
  readonly drops?: readonly string[]
  /** What it finds. What nobody told is asked of the examination, which notes that it could not be. */
  examine(examination: Examination): Iterable<Found>
}
