/**
 * The record of a lab: its form, how what a recorder saw is brought into it, and how two records are compared.
 *
 * A lab is one bash script that two machines run: real network namespaces (`lab/`) and the simulator (`commands/`). Both hand an
 * `Observation` with real MACs, ports and ids to `normaliseObservation`; so every placeholder, every mark and every allowance is
 * decided once, here. Nothing in this folder knows where an observation came from, and nothing here needs Linux.
 *
 * `compareRecords` takes the allowances that docs/fidelity.md lists with their reasons, and no others.
 */
export { chainOrder, USER_CHAIN } from './chain-order.ts'
export {
  type Agreement,
  agreementOf,
  type Count,
  compareRecords,
  compareWithAny,
  type Difference,
  formatDifferences,
} from './compare.ts'
export { formatRecord, parseRecord } from './format.ts'
export { normaliseObservation } from './normalise.ts'
export type { Observation, ObservedFields, ObservedFrame, ObservedLink } from './observation.ts'
export { type LabCommand, type LabScript, parseLab } from './script.ts'
export {
  type FrameFields,
  type LabRecord,
  type LooseReason,
  type NumberOrPlaceholder,
  type PacketFields,
  type PerNetns,
  type RecordedChain,
  type RecordedCommand,
  type RecordedConntrack,
  type RecordedConntrackEntry,
  type RecordedConntrackEvent,
  type RecordedFdbEntry,
  type RecordedFrame,
  type RecordedHit,
  type RecordedNeighbour,
  type RecordedRoute,
  type RecordedRouting,
  type RecordedTraversal,
  type RecordedTuple,
  SECTIONS,
} from './types.ts'
