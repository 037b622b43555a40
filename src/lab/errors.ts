import { KubehopError } from '../packet/errors.ts'

/**
 * The laboratory could not give a record. `code`:
 *
 * - `LAB_UNSUPPORTED`: this machine has no laboratory (not Linux, not root, a tool is missing)
 * - `LAB_FAILED`: the set-up failed, bash ended early, or the time limit is over; the message says which
 * - `LAB_LOSSY`: the kernel dropped part of what it should have shown, so the record would not be the truth
 * - `LAB_ABORTED`: the caller's signal
 */
export class LabError extends KubehopError {}
