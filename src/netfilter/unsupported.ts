import type { Match, Target } from './rule.ts'

/**
 * A match of iptables that is not modelled, kept as it was written so that a rule set can be read, looked at and written out again.
 * Loading refuses it unless told otherwise, and a packet whose fate hangs on it ends in `depends`.
 */
export interface UnsupportedMatch extends Match {
  readonly kind: 'unsupported'
  /** The name behind `-m`. */
  readonly name: string
  /** The words behind the name, with a leading blank; empty when there are none. */
  readonly text: string
}

/** The same for a target. */
export interface UnsupportedTarget extends Target {
  readonly kind: 'unsupported'
  /** The name behind `-j`. */
  readonly name: string
  readonly text: string
}

/** Matches that iptables 1.8.9 has and kubehop does not (yet). */
export const UNSUPPORTED_MATCHES: ReadonlySet<string> = new Set(
  (
    'ah bpf cgroup cluster connlabel cpu dccp devgroup ecn esp helper ipcomp ipvs osf policy ' +
    'rateest realm socket string time u32'
  ).split(' '),
)

/** Targets that iptables 1.8.9 has and kubehop does not (yet). */
export const UNSUPPORTED_TARGETS: ReadonlySet<string> = new Set(
  'AUDIT CHECKSUM CLUSTERIP CONNSECMARK ECN HMARK IDLETIMER LED NFQUEUE QUEUE RATEEST SECMARK SYNPROXY TCPOPTSTRIP TEE TPROXY ULOG'.split(
    ' ',
  ),
)
