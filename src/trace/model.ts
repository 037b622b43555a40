import type { RuleOrigin } from '../netfilter/rule.ts'

/** Version of the format; a change that breaks readers raises it. */
export const TRACE_VERSION = 1

/**
 * How a journey ended.
 *
 * `delivered`: it arrived, and the answer came back. `rejected`: somebody refused it and said so (REJECT, a closed
 * port). `dropped`: it ended on the way, or was never sent. `unanswered`: it arrived, but no answer came back; `reply`
 * tells why. `left`: it is gone beyond the modelled network. `depends`: a rule that is not modelled would decide, or, of a whole trace, something
 * that nobody told.
 */
export type Disposition = 'delivered' | 'rejected' | 'dropped' | 'unanswered' | 'left' | 'depends'

/** A packet in the words of tcpdump, and its fields. */
export interface PacketSummary {
  /** `10.0.0.1.40000 > 10.0.0.2.80: Flags [S], length 0` */
  readonly text: string
  /** `tcp`, `udp`, `icmp`, `sctp`; the number as text for others. */
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
  /** What it did: ACCEPT, DROP, REJECT, DNAT, RETURN …, `jump CHAIN`, `goto CHAIN`, `continue` (it only counted). */
  readonly action: string
  /** How deep in user chains: 0 in a base chain. */
  readonly depth: number
  /** The fwmark that it left, when it changed it. */
  readonly mark?: number
  /** Who wrote it and for what. */
  readonly origin?: RuleOrigin
  /** Draws in its chain led to it: the odds that they fell as they did, 0 to 1. */
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
  /** How deep in user chains, as in `RuleHit`. */
  readonly depth: number
  /** It was looked at before this one of the step's `rules` matched: an index. */
  readonly before: number
  readonly origin?: RuleOrigin
}

/** How an address was changed. */
export interface Translation {
  readonly kind: 'dnat' | 'snat' | 'masquerade' | 'redirect' | 'netmap'
  readonly netns: string
  /** `tcp`, `udp`, `icmp`, `sctp`; the number as text for others. */
  readonly protocol: string
  /** `ip:port`; an ICMP echo has its identifier for a port. */
  readonly from: string
  readonly to: string
  /**
   * The rule that asked for it, as `-t nat` and its text. Absent when an existing connection's translation is applied.
   */
  readonly rule?: string
  readonly origin?: RuleOrigin
  /** The packet goes the other way: its translation is undone. */
  readonly undone: boolean
}

/** It came in by the device of the hop. */
export interface ReceivedStep {
  readonly kind: 'received'
  readonly packet: PacketSummary
}

/** It left the hop by a device. */
export interface SentStep {
  readonly kind: 'sent'
  readonly device: string
  readonly packet: PacketSummary
  /**
   * DNAT led back into the bridge that the frame came from: the neighbour code wrote its new Ethernet destination and
   * handed it to the bridge device, which goes on with it as a bridged frame (`br_nf_pre_routing_finish_bridge`).
   */
  readonly bridgedDnat?: true
}

/** It passed a hook: what its rules made of it. */
export interface HookStep {
  readonly kind: 'hook'
  /** PREROUTING, INPUT, FORWARD, OUTPUT, POSTROUTING. */
  readonly hook: string
  /** What the rules said in the end: ACCEPT or DROP. */
  readonly verdict: string
  /** What conntrack thinks of the packet: NEW, ESTABLISHED …; absent when conntrack does not look. */
  readonly state?: string
  /** A bridged frame, shown to iptables by br_netfilter. */
  readonly bridged?: true
  /** What matched, in the order in which it did. */
  readonly rules: readonly RuleHit[]
  /** With detail `detailed`: what came close. */
  readonly nearMisses?: readonly NearMiss[]
}

/** An address or port was changed. */
export interface TranslatedStep {
  readonly kind: 'translated'
  readonly translation: Translation
  /** The packet that an ICMP error quotes was translated, not the error itself. */
  readonly quoted?: true
}

/** Connection tracking took note of it. */
export interface ConntrackStep {
  readonly kind: 'conntrack'
  /** `new`: entered into the table; `matched`: the packet belongs to it; `destroyed`: taken out of the table. */
  readonly event: 'new' | 'matched' | 'destroyed'
  /** NEW, ESTABLISHED, RELATED. */
  readonly state: string
  /** What packets of the opener look like when they come in, `tcp src:sport > dst:dport`. */
  readonly original: string
  /** What the answers look like when they come in. */
  readonly reply: string
}

/** A routing decision. */
export interface RoutedStep {
  readonly kind: 'routed'
  /** `reroute`: a local packet that OUTPUT changed was routed again. */
  readonly direction: 'input' | 'output' | 'reroute'
  /** `ip rule` that led to the table, by priority; absent when no table had an answer. */
  readonly rule?: number
  /** `main`, `local`, or the number as text. */
  readonly table?: string
  /** The route as `ip route` prints it; a drop reason or an errno when there is no way. */
  readonly route: string
  /** The device by which it will leave; `lo` for what stays here. */
  readonly device: string
  /** The next hop; absent when the destination is on the link. */
  readonly gateway?: string
  /** `unicast`, `local`, `broadcast`, `multicast`, `unreachable`, `martian`. */
  readonly type: string
}

/** A bridge learned from it or decided where it goes. */
export interface BridgedStep {
  readonly kind: 'bridged'
  readonly bridge: string
  /** `learned`: the sender's address is behind that port; `local`: the frame is for the host. */
  readonly action: 'learned' | 'forwarded' | 'flooded' | 'local'
  readonly mac: string
  /** Ports by which it leaves. */
  readonly to: readonly string[]
}

/** A VXLAN device wrapped it, or took it out again. */
export interface TunnelStep {
  readonly kind: 'encapsulated' | 'decapsulated'
  readonly device: string
  readonly vni: number
  readonly outer: PacketSummary
}

/** The Ethernet address of the next hop was looked up. */
export interface NeighbourStep {
  readonly kind: 'neighbour'
  readonly device: string
  readonly address: string
  /** REACHABLE or STALE: ARP found it; FAILED: nobody answered. */
  readonly state: string
  readonly mac: string
}

/** The host passed it on for somebody else. */
export interface ForwardedStep {
  readonly kind: 'forwarded'
  /** As decremented. */
  readonly ttl: number
}

/** It was too long and was cut into pieces. */
export interface FragmentedStep {
  readonly kind: 'fragmented'
  readonly mtu: number
  readonly fragments: number
}

/** Its pieces were put together. */
export interface DefragmentedStep {
  readonly kind: 'defragmented'
  /** Of the whole IP packet, octets. */
  readonly length: number
}

/** It reached a socket or the ICMP code of the host. */
export interface DeliveredStep {
  readonly kind: 'delivered'
  /** `icmp`, or a socket as ss(8) writes it: `tcp 0.0.0.0:80`. */
  readonly to: string
}

/** The kernel itself answered it. */
export interface AnsweredStep {
  readonly kind: 'answered'
  /** What the kernel itself sends because of the packet: an ICMP error, a TCP reset. */
  readonly with: PacketSummary
}

/** It ended here. */
export interface DroppedStep {
  readonly kind: 'dropped'
  /** Linux's own name (`SKB_DROP_REASON_…`). */
  readonly reason: string
  /** The rule, route, neighbour or setting that decided. */
  readonly by: string
  readonly rule?: RuleHit
}

/** It is gone beyond the modelled network. */
export interface LeftStep {
  readonly kind: 'left'
  /** Where it is going. */
  readonly to: string
}

/** A rule, a device or a route that is not modelled would decide. */
export interface DependsStep {
  readonly kind: 'depends'
  /** What is not modelled: `match u32`, `the device tun0 (tun)`. */
  readonly what: string
  /** Absent: it is no rule. */
  readonly rule?: RuleHit
}

/** The trace ends before the packet does. */
export interface UnfinishedStep {
  readonly kind: 'unfinished'
  /** Why the trace ends before the packet does. */
  readonly why: string
}

/** One thing that happened to the packet. */
export type Step =
  | ReceivedStep
  | SentStep
  | HookStep
  | TranslatedStep
  | ConntrackStep
  | RoutedStep
  | BridgedStep
  | TunnelStep
  | NeighbourStep
  | ForwardedStep
  | FragmentedStep
  | DefragmentedStep
  | DeliveredStep
  | AnsweredStep
  | DroppedStep
  | LeftStep
  | DependsStep
  | UnfinishedStep

/** One namespace and device, and what happened there. */
export interface Hop {
  readonly netns: string
  /** By which it came in; where it began, the device by which it left. */
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

/**
 * Lots that were drawn for rules of one chain (`-m statistic --mode random`), one after the other, until one matched.
 */
export interface Draw {
  /** The rule that they led to; or, when nothing matched, the last one that lots were drawn for. */
  readonly rule: string
  /** Of this outcome, 0 to 1. */
  readonly probability: number
  /** They led to a rule. */
  readonly matched: boolean
  /** For how many rules lots were drawn in vain. */
  readonly misses?: number
  readonly netns?: string
  readonly table?: string
  readonly chain?: string
  readonly position?: number
  readonly origin?: RuleOrigin
}

/** A traced packet, there and back: plain JSON. */
export interface TraceBranch extends Journey {
  /** Of this branch, 0 to 1; 1 unless all branches were followed. */
  readonly probability: number
  readonly draws: readonly Draw[]
  /**
   * What is supposed in this branch and not in others, because nobody told it: `10.1.2.3 is in set pods`. Absent: it holds whatever is
   * supposed.
   */
  readonly conditions?: readonly string[]
  /** The first answer, or null: there was none. */
  readonly reply: Journey | null
  /** What the server saw as its client, `ip:port`; absent when nothing was delivered. */
  readonly seenBy?: { readonly server: string; readonly client: string }
  /** Where it was delivered, `netns ip:port`. */
  readonly endpoint?: string
  /** The errno that the sending program got: `ECONNREFUSED`, `ENETUNREACH` … */
  readonly error?: string
  /** Further packets of the conversation, when asked for. */
  readonly more?: readonly Journey[]
  /** When the packet was sent to one node (`--at`): what kube-proxy's rules did there. */
  readonly kubeProxy?: KubeProxyOutcome
}

/** What the rules of one node's kube-proxy did with a packet that came to that node. */
export interface KubeProxyOutcome {
  /** Where DNAT led it, `ip:port`; null: its destination was left alone. */
  readonly dnat: string | null
  /** It was marked for masquerading (KUBE-MARK-MASQ). */
  readonly masquerade: boolean
  /**
   * What a rule in the table filter decided; KUBE-FORWARD, which lets pass what goes to an endpoint already, does not
   * count with its ACCEPT.
   */
  readonly verdict: 'ACCEPT' | 'DROP' | 'REJECT' | 'none'
}

/** A whole trace as plain JSON: what `-o json` prints (docs/trace-format.md). */
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
  /** With `--all-branches`: every outcome of every draw. Also where it depends on what nobody told: every end that it can come to. */
  readonly branches?: readonly TraceBranch[]
}
