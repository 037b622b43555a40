import type { Ipv4 } from '../packet/address.ts'

/** An address test: `-s 10.0.0.0/8`, `! -d 10.0.0.1`. The mask may have holes, as in iptables. */
export interface AddressTest {
  readonly address: Ipv4
  readonly mask: Ipv4
  readonly invert: boolean
}

/** An interface test: `-i eth0`, `! -o veth+`. A `+` at the end stands for any ending. */
export interface InterfaceTest {
  readonly name: string
  readonly invert: boolean
}

/** The part of a rule that iptables knows without an extension (`struct ipt_ip`). Absent fields match everything. */
export interface IpTest {
  readonly src?: AddressTest
  readonly dst?: AddressTest
  readonly in?: InterfaceTest
  readonly out?: InterfaceTest
  /** `-p`: a protocol number. */
  readonly protocol?: { readonly number: number; readonly invert: boolean }
  /** `-f`: second and further fragments. */
  readonly fragment?: { readonly invert: boolean }
}

/** A match (`-m NAME …`) as data. Each kind's fields stand in `match/KIND.ts`. */
export interface Match {
  /** The name behind `-m`. */
  readonly kind: string
}

/** A target (`-j NAME …`) as data. Each kind's fields stand in `target/KIND.ts`; `jump` and `goto` lead to user chains. */
export interface Target {
  /** The name behind `-j`, or `jump` or `goto`. */
  readonly kind: string
}

/** `-j CHAIN` */
export interface JumpTarget extends Target {
  readonly kind: 'jump'
  readonly chain: string
}

/** `-g CHAIN` */
export interface GotoTarget extends Target {
  readonly kind: 'goto'
  readonly chain: string
}

/**
 * Where a rule came from: who wrote it and for what. netfilter carries it unread, traces print it. kube-proxy's rules name the
 * Service, the port and the endpoint.
 */
export interface RuleOrigin {
  /** The program that wrote the rule: `kube-proxy`, `flannel`, `kubelet`, `docker`, … */
  readonly writer: string
  /** Why the rule is there, one short phrase. */
  readonly why: string
  /** `namespace/name` */
  readonly service?: string
  /** Port name, or its number as text when it has no name. */
  readonly port?: string
  /** `ip:port` */
  readonly endpoint?: string
}

/** One rule, immutable. Counters and match state are kept outside (see `state.ts`), so that many nodes can share one rule. */
export interface Rule {
  readonly ip: IpTest
  readonly matches: readonly Match[]
  /** Null: the rule only counts. */
  readonly target: Target | null
  readonly origin?: RuleOrigin
  /** What of it cannot be known from the packet alone; absent, as in every rule of a machine that is known to its end: nothing. */
  readonly unknown?: RuleUnknowns
}

/** Parts of a rule whose outcome nobody told: the simulation is asked (`Simulation.ask`) where a known rule would look. See `evaluate/unknown.ts`. */
export interface RuleUnknowns {
  /** `-i`: the packet may have come in by a device of which only is known what it is not called. */
  readonly in?: true
  /** `-o` */
  readonly out?: true
  /** Matches of the rule whose state was not told, or that are not modelled. */
  readonly matches: ReadonlySet<Match>
  /** The target is not modelled, but surely lets the packet go on as it is. */
  readonly passes?: true
  /** The rule only counts or logs: what is unknown of it does not matter to any packet, and is not asked. It is passed over. */
  readonly idle?: true
}

/** What happens to a packet that no rule of a base chain decides. */
export type Policy = 'ACCEPT' | 'DROP'

/** A chain, immutable. A base chain is called by its hook and has a policy; a user chain is reached by jumps and has none. */
export interface Chain {
  readonly name: string
  readonly policy: Policy | null
  readonly rules: readonly Rule[]
}

/** The tables, in the order in which OUTPUT asks them. */
export const TABLE_NAMES = ['raw', 'mangle', 'nat', 'filter', 'security'] as const

/** The name of a table. */
export type TableName = (typeof TABLE_NAMES)[number]

/** A table, immutable. Chains stand in the order in which iptables-save prints them. */
export interface Table {
  readonly name: TableName
  readonly chains: ReadonlyMap<string, Chain>
}

/** The base chains of each table (iptables(8)), in the order in which iptables-save prints them. */
export const BASE_CHAINS: { readonly [T in TableName]: readonly string[] } = {
  raw: ['PREROUTING', 'OUTPUT'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  security: ['INPUT', 'FORWARD', 'OUTPUT'],
}
