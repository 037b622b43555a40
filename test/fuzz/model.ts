import type { Topology } from './topologies/topology.ts'

/**
 * A generated lab as data: small parts that shrinking can leave out one by one. Texts may hold references (`@h3`, see
 * references.ts), so that any part fits any topology, and what is left of a lab is always a lab.
 */
export interface GeneratedLab {
  readonly topology: Topology
  readonly sysctls: readonly SysctlSetting[]
  readonly routing: readonly RoutingCommand[]
  readonly sets: readonly IpSet[]
  /** Are rules loaded by iptables-restore, and not one by one? */
  readonly restore: boolean
  readonly rules: readonly Rule[]
  readonly policies: readonly Policy[]
  readonly servers: readonly Server[]
  readonly probes: readonly Probe[]
}

/** Which namespace; any number does. */
export type Node = number

export interface SysctlSetting {
  readonly node: Node
  /** `all`, a device's number, or null where the name has no device. */
  readonly device: 'all' | number | null
  readonly name: string
  readonly value: number
}

export interface RoutingCommand {
  readonly node: Node
  /** What follows `ip -n NODE`. */
  readonly text: string
}

export interface IpSet {
  readonly type: string
  readonly elements: readonly string[]
}

export type Table = 'raw' | 'mangle' | 'nat' | 'filter' | 'security'

export interface Rule {
  readonly node: Node
  readonly table: Table
  readonly chain: string
  /** `-s`, `-d`, `-i`, `-o`, `-f`. */
  readonly header: readonly string[]
  /** `-p`, or empty; and the tests of that protocol. */
  readonly protocol: string
  readonly tests: readonly string[]
  readonly matches: readonly string[]
  /** With `-j` or `-g`; empty: it counts only. */
  readonly target: string
}

export interface Policy {
  readonly node: Node
  readonly chain: string
}

/** A program that listens while the lab lasts. */
export interface Server {
  readonly node: Node
  /** `udp-all` hears everybody and answers nobody; `udp` answers its first client. */
  readonly kind: 'tcp' | 'udp' | 'udp-all'
  readonly port: number
}

export type Probe =
  | { readonly kind: 'ping'; readonly from: number; readonly to: string; readonly options: readonly string[] }
  | {
      readonly kind: 'tcp' | 'udp'
      readonly from: number
      readonly to: string
      readonly port: number
      readonly sourcePort: number
      readonly options: readonly string[]
    }
  | { readonly kind: 'traceroute'; readonly from: number; readonly to: string; readonly options: readonly string[] }
  /** Something is changed between two probes. */
  | { readonly kind: 'delete' | 'insert'; readonly rule: number }
  | { readonly kind: 'command'; readonly node: Node; readonly text: string }
