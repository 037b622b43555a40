/**
 * Real hosts and dumps, read in.
 *
 * A snapshot (`format.ts`) holds what the tools of a host print. `parse/` makes evidence of it (`evidence.ts`): what is known of each
 * namespace, whatever it was read from. `rebuild/` makes simulated namespaces of the evidence and joins hosts by their addresses; what is
 * unknown becomes an assumption that is told, or something that an answer depends on. Nothing here talks to a real machine: `collect` does.
 */
export * from './evidence.ts'
export * from './format.ts'
export { EvidenceBuilder, type NamespaceIdentity } from './parse/builder.ts'
export { evidenceOf } from './parse/snapshot-evidence.ts'
export {
  CT_STATES,
  type DumpText,
  evidenceOfDumps,
  type HookName,
  type HostFlow,
  type HostTraceRequest,
  parseEnd,
  type SupposedState,
  traceHost,
} from './partial/index.ts'
export { type PasteSection, readPaste } from './paste/index.ts'
export { looksLikeSnapshot, readSnapshot } from './read.ts'
export {
  type RebuildOptions,
  type RebuiltNamespace,
  type RebuiltWorld,
  rebuild,
} from './rebuild/index.ts'
export { type RecordedMachine, recordCluster, recordSnapshot, snapshotText } from './record.ts'
export { evidenceOfHosts, SnapshotWorld } from './trace/index.ts'
