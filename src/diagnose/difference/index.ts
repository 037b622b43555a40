/**
 * Which flows change between two states of a network: two snapshots, or two rule tables.
 *
 * A `Side` answers what becomes of a flow there: `WorldSide` among recorded hosts, `DumpSide` through one host of which perhaps only the rules are
 * known. Each flow is followed through every branch on both sides, and what its two ends could tell (`outcome.ts`) is compared: where it arrives, as whom,
 * with which odds, or why not. How it gets there is no difference.
 */
export { type DumpFlow, DumpSide } from './dump-side.ts'
export type { Outcome } from './outcome.ts'
export {
  DIFFERENCE_VERSION,
  type Difference,
  differenceOf,
  type FlowChange,
  type Question,
  type Side,
} from './question.ts'
export { differenceText } from './report.ts'
export { WorldSide } from './world-side.ts'
