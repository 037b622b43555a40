import type { RuleOrigin } from '../netfilter/rule.ts'

/** Version of the format; a change that breaks readers raises it. */
export const TRACE_VERSION = 1

/**
 * How a journey ended.
 *
 * `delivered`: it arrived, and the answer came back. `rejected`: somebody refused it and said so (a TCP reset, an ICMP error).
 * `dropped`: it ended on the way. `unanswered`: it arrived, but no answer came back; `reply` tells why. `left`: it is gone beyond the
 * modelled network. `depends`: a rule that is not modelled would decide.
 */
export type Disposition = 'delivered' | 'rejected' | 'dropped' | 'unanswered' | 'left' | 'depends'

/** A packet in the words of tcpdump, and its fields. */
export interface PacketSummary {
  /** `10.0.0.1.40000 > 10.0.0.2.80: Flags [S], length 0` */
  readonly text: string
  readonly protocol: string
  readonly src: string
  readonly dst: string
  readonly sport?: number
  readonly dport?: number
  readonly ttl?: number
  /** fwmark, when there is one. */
  readonly mark?: number
  readonly smac: string
  readonly dmac: string
  /** Whole frame, octets. */
  readonly length: number
}

/** A rule that matched, or that decided. */
export interface RuleHit {
  readonly table: string
  readonly chain: string
  /** Place in the chain, from 1; 0 is the policy. */
  readonly position: number
  /** The rule as `iptables -S` writes it, or `-P FORWARD ACCEPT` for a policy. */
  readonly text: string
  /** What it did: ACCEPT, DROP, REJECT, DNAT …, `jump CHAIN`, `return`, `continue`. */
  readonly action: string
  /** How deep in user chains: 0 in a base chain. */
  readonly depth: number
  /** The fwmark that it left, when it changed it. */
  readonly mark?: number
  /** Who wrote it and for what. */
  readonly origin?: RuleOrigin
  /** A draw decided: the odds that it fell as it did. */
  readonly odds?: number
}

/** A rule that was looked at, could have decided, and did not match. */
export interface NearMiss {
  readonly table: string
  readonly chain: string
  readonly position: number
  readonly text: string
  /** The part that did not match, and what the packet had there. */
  readonly because: string
}

/** How an address was changed. */
export interface Translation {
  readonly kind: 'dnat' | 'snat' | 'masquerade' | 'redirect' | 'netmap'
  readonly netns: string
  /** `ip:port`; an ICMP echo has its identifier for a port. */
  readonly from: string
  readonly to: string
  /** The rule that asked for it, as `-t nat` and its text. Absent when an existing connection's translation is applied. */
  readonly rule?: string
  readonly origin?: RuleOrigin
  /** The packet goes the other way: its translation is undone. */
  readonly undone: boolean
}

/** One thing that happened to the packet. */
export type Step =
  | { readonly kind: 'received'; readonly packet: PacketSummary }
  | { readonly kind: 'sent'; readonly device: string; readonly packet: PacketSummary }
  | {
      readonly kind: 'hook'
      readonly hook: string
      readonly verdict: string
      /** What conntrack thinks of the packet: NEW, ESTABLISHED …; absent when conntrack does not look. */
      readonly state?: string
      readonly rules: readonly RuleHit[]
      /** With detail `detailed`: what came close. */
      readonly nearMisses?: readonly NearMiss[]
    }
  | ({ readonly kind: 'translated' } & { readonly translation: Translation })
  | {
      readonly kind: 'conntrack'
      readonly event: 'new' | 'matched' | 'destroyed' | 'dropped'
      readonly state: string
      /** Original and reply direction, `src:sport > dst:dport`. */
      readonly original: string
      readonly reply: string
    }
  | {
      readonly kind: 'routed'
      readonly direction: 'input' | 'output' | 'reroute'
      /** `ip rule` that led to the table, by priority; absent when no table had an answer. */
      readonly rule?: number
      readonly table?: string
      /** The route as `ip route` prints it. */
      readonly route: string
      readonly device: string
      /** The next hop; absent when the destination is on the link. */
      readonly gateway?: string
      readonly type: string
    }
  | {
      readonly kind: 'bridged'
      readonly bridge: string
      readonly action: 'learned' | 'forwarded' | 'flooded' | 'local'
      readonly mac: string
      readonly to: readonly string[]
    }
  | { readonly kind: 'encapsulated' | 'decapsulated'; readonly device: string; readonly vni: number; readonly outer: PacketSummary }
  | { readonly kind: 'neighbour'; readonly device: string; readonly address: string; readonly state: string; readonly mac: string }
  | { readonly kind: 'forwarded'; readonly ttl: number }
  | { readonly kind: 'fragmented'; readonly mtu: number; readonly fragments: number }
  | { readonly kind: 'defragmented'; readonly length: number }
  | { readonly kind: 'delivered'; readonly to: string }
  | { readonly kind: 'answered'; readonly with: PacketSummary }
  | {
      readonly kind: 'dropped'
      /** Linux's own name (`SKB_DROP_REASON_…`). */
      readonly reason: string
      /** The rule, route, neighbour or setting that decided. */
      readonly by: string
      readonly rule?: RuleHit
    }

/** One namespace and device, and what happened there. */
export interface Hop {
  readonly netns: string
  readonly device: string
  /** Virtual time since the start of the trace at which it got here, ns. */
  readonly at: number
  readonly steps: readonly Step[]
}

/** The way of one packet. */
export interface Journey {
  readonly disposition: Disposition
  /** Why it ended so, in one sentence; the drop reason's name first when it was dropped. */
  readonly reason: string
  /** The packet as its sender sent it. */
  readonly packet: PacketSummary
  readonly translations: readonly Translation[]
  readonly hops: readonly Hop[]
}

/** A draw that fell on the way, and its odds. */
export interface Draw {
  readonly rule: string
  /** Of this outcome, 0 to 1. */
  readonly probability: number
  readonly matched: boolean
}

/** A traced packet, there and back: plain JSON. */
export interface TraceBranch extends Journey {
  /** Of this branch, 0 to 1; without draws 1. */
  readonly probability: number
  readonly draws: readonly Draw[]
  /** The first answer, or null: there was none. */
  readonly reply: Journey | null
  /** What the server saw as its client, `ip:port`; absent when nothing was delivered. */
  readonly seenBy?: { readonly server: string; readonly client: string }
  /** Where it was delivered, `netns ip:port`. */
  readonly endpoint?: string
  /** Further packets of the conversation, when asked for. */
  readonly more?: readonly Journey[]
}

export interface TraceData extends TraceBranch {
  readonly version: typeof TRACE_VERSION
  /** As the user named them, and what that came to. */
  readonly from: { readonly name: string; readonly netns: string; readonly address: string }
  readonly to: { readonly name: string; readonly address: string; readonly port?: number }
  readonly protocol: string
  readonly seed: number
  /** What kubehop had to suppose. */
  readonly assumptions: readonly string[]
  /** What looks wrong in the input: this trace may not be that cluster's truth. */
  readonly warnings: readonly string[]
  /** With `--all-branches`: every outcome of every draw. */
  readonly branches?: readonly TraceBranch[]
}
