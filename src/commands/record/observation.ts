import type {
  FrameFields,
  PerNetns,
  RecordedCommand,
  RecordedConntrackEntry,
  RecordedConntrackEvent,
  RecordedFdbEntry,
  RecordedNeighbour,
  RecordedRouting,
  RecordedTraversal,
} from './types.ts'

/**
 * What a recorder saw, before it is normalised: real MACs, ports, ids and texts. The kernel's recorder and the simulator's both
 * hand in one of these, so that no name of the record format is decided twice.
 */
export interface Observation {
  /** File name of the lab. */
  lab: string
  seconds: number
  /** Namespaces in the order of the record: `root` first, then those of `ip netns list` by name. Those that existed when the traffic began. */
  netns: readonly string[]
  /** All links with an Ethernet address when the traffic began, namespaces in the order above, links by ifindex. */
  links: readonly ObservedLink[]
  commands: readonly RecordedCommand[]
  /** In the order in which each namespace saw them; namespaces may follow each other in any way. */
  frames: readonly ObservedFrame[]
  rules: readonly RecordedTraversal[]
  events: PerNetns<readonly RecordedConntrackEvent[]>
  /** `conntrack -L` of each namespace. */
  final: PerNetns<readonly RecordedConntrackEntry[]>
  counters: PerNetns<readonly string[]>
  neigh: PerNetns<readonly RecordedNeighbour[]>
  fdb: PerNetns<readonly RecordedFdbEntry[]>
  route: PerNetns<RecordedRouting>
  /** The difference between the end and the start of the traffic; zeros and other names may be there. */
  snmp: PerNetns<Readonly<Record<string, number>>>
}

/** A device with an Ethernet address. */
export interface ObservedLink {
  readonly netns: string
  readonly name: string
  readonly mac: string
  /** `bridge`, `veth`, `vxlan` …, as `ip -d link` says. */
  readonly kind?: string
}

/** A frame as a packet socket of that device saw it. */
export interface ObservedFrame {
  /** Nanoseconds since any fixed moment, the same for all namespaces. */
  readonly time: number
  readonly step: number
  readonly ns: string
  readonly dev: string
  readonly dir: 'in' | 'out'
  readonly frame: ObservedFields
  /** The journey of the packet, where it is known: in the simulator. */
  readonly journey?: number
}

/** Headers with the TCP sequence number, by which a retransmission is known. */
export interface ObservedFields extends FrameFields {
  tcpSeq?: number
  inner?: ObservedFields
}
