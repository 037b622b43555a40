/**
 * Connection tracking of one namespace: which connection a packet belongs to, what state that is in, and for how long it is remembered.
 * Models net/netfilter/nf_conntrack_core.c, nf_conntrack_proto_*.c and nf_conntrack_ecache.c.
 *
 * It classifies and never changes a packet's headers (that is `nat`), and it knows nothing of rules. Helpers (FTP, SIP …), expectations
 * and synproxy have no model.
 */
export {
  attachRelated,
  type CtState,
  conntrackTemplate,
  ctState,
  direction,
  entryOf,
  resetConntrack,
  setUntracked,
} from './classify.ts'
export { Conntrack } from './conntrack.ts'
export { ConntrackEntry, type Counters, type TranslationKind } from './entry.ts'
export type { ConntrackDropEvent, ConntrackEvent, TrackedEvent } from './events.ts'
export { SCTP_STATE_NAMES, SctpState } from './protocol/sctp-states.ts'
export { CONNTRACK_SYSCTLS, type ConntrackSysctl } from './settings.ts'
export { CtEvent, Direction, IPS } from './status.ts'
export { formatEntry, formatEvent, formatProcEntry, protocolName, stateName } from './text.ts'
export { formatTuple, type Tuple } from './tuple.ts'
