/**
 * The record of a lab: what happened, in one normalised form, whichever machine it ran on. Field names are part of the format;
 * their order is the order in which they are printed.
 */
export interface LabRecord {
  /** File name of the lab, without its folder. */
  lab: string
  /** The comment lines at the top of the lab, without `# `. */
  story: string[]
  /** How long the lab took, in seconds. Never compared. */
  seconds: number
  commands: RecordedCommand[]
  frames: RecordedFrame[]
  rules: RecordedTraversal[]
  conntrack: PerNetns<RecordedConntrack>
  /** `iptables-save -c` without comments, line by line. */
  counters: PerNetns<string[]>
  neigh: PerNetns<RecordedNeighbour[]>
  fdb: PerNetns<RecordedFdbEntry[]>
  route: PerNetns<RecordedRouting>
  /** What changed in the counters of /proc/net/snmp and /proc/net/netstat that `SNMP_NAMES` lists. */
  snmp: PerNetns<Record<string, number>>
}

/** By name of the network namespace; the lab's unnamed one is `root`. */
export type PerNetns<T> = Record<string, T>

/** A number, or a placeholder: `eph#1`, `flowhash`, `id#1`. */
export type NumberOrPlaceholder = number | string

/** A command of the traffic: what it printed, and how it ended. */
export interface RecordedCommand {
  /** Counted from 1: the `step` of all that happened during a foreground command. */
  n: number
  line: string
  /** null: still running when the lab ended. */
  rc: number | null
  out: string
  err: string
  /** Ran in the background. */
  bg?: true
}

/** The headers of an ARP or IP packet. Which fields are there depends on `l3`. */
export interface PacketFields {
  /** `arp`, `udp`, `tcp`, `icmp`; `ip` for another protocol; `0x86dd` and the like for what is not IPv4. */
  l3: string
  /** ARP: 1 request, 2 reply; sender's and target's hardware address. */
  op?: number
  sha?: string
  src?: string
  tha?: string
  dst?: string
  ttl?: number
  /** IP total length in octets. */
  len?: number
  /** Absent when 0. */
  tos?: number
  df?: boolean
  /** More fragments; absent when not set. */
  mf?: true
  /** Fragment offset in octets; absent when 0. */
  off?: number
  /** The packet is a fragment. */
  frag?: true
  /** IP protocol number, where `l3` is `ip`. */
  proto?: number
  sport?: NumberOrPlaceholder
  dport?: NumberOrPlaceholder
  /** Octets of UDP or TCP payload. */
  dlen?: number
  /** Out of `FSRPAUEC`. */
  flags?: string
  /** On SYN. */
  mss?: number
  /** ICMP */
  type?: number
  code?: number
  id?: NumberOrPlaceholder
  seq?: number
  mtu?: number
  gw?: string
  /** The packet inside an ICMP error. */
  quoted?: PacketFields
  /** VXLAN */
  vni?: number
  inner?: FrameFields
}

export interface FrameFields extends PacketFields {
  smac: string
  dmac: string
}

export interface RecordedFrame extends FrameFields {
  /** n of the foreground command during which it was seen; 0: before the first. */
  step: number
  ns: string
  dev: string
  dir: 'in' | 'out'
  /** Present, but not compared. */
  loose?: LooseReason
  /** The how-many-eth repetition of an ARP request: compared as a set, without `step`. */
  retry?: number
}

/** Why a frame is not compared: see docs/fidelity.md. */
export type LooseReason = 'pure-ack' | 'retransmit' | 'neigh-probe'

/** The way of one packet through the rules of one network namespace. */
export interface RecordedTraversal {
  ns: string
  step: number
  /** The hook at which netfilter saw it first, `PREROUTING` or `OUTPUT`; `clone` for a copy that a flood made further on. */
  start: string
  chains: RecordedChain[]
}

/** One base chain and the rules that the packet matched there, with those of the chains it called. */
export interface RecordedChain {
  table: string
  chain: string
  in?: string
  out?: string
  /** The packet as this chain saw it. */
  pkt?: PacketFields
  /** The conntrack state: new, established, related, untracked; absent when there is none or it is invalid. */
  ct?: string
  hits: RecordedHit[]
}

/** A rule that a packet matched, or the policy that it met (`pos` is `policy`). */
export interface RecordedHit {
  chain: string
  /** Counted from 1, as iptables does. */
  pos?: number | string
  target?: string
  /** ACCEPT DROP CONTINUE JUMP GOTO RETURN STOLEN QUEUE */
  verdict: string
  /** The packet's mark behind the rule; absent when 0. */
  mark?: number
  /** The policy of a base chain without rules. */
  empty?: true
}

/** The connections of one network namespace: what happened to them, and what was left at the end. */
export interface RecordedConntrack {
  events?: RecordedConntrackEvent[]
  final?: RecordedConntrackEntry[]
}

/** One direction of a connection; which fields are there depends on the protocol. */
export interface RecordedTuple {
  src?: string
  dst?: string
  sport?: NumberOrPlaceholder
  dport?: NumberOrPlaceholder
  type?: number
  code?: number
  id?: NumberOrPlaceholder
}

/** What ctnetlink told of a connection. */
export interface RecordedConntrackEvent {
  ev: 'NEW' | 'UPDATE' | 'DESTROY'
  proto: string
  orig: RecordedTuple
  reply: RecordedTuple
  /** Out of EXPECTED, SEEN_REPLY, ASSURED, SRC_NAT, DST_NAT, SEQ_ADJUST and later bits by number. */
  status?: string[]
  /** TCP */
  state?: string
  mark?: number
  zone?: number
  step: number
}

/** A line of `conntrack -L -o extended`. */
export interface RecordedConntrackEntry {
  proto: string
  orig: RecordedTuple
  reply: RecordedTuple
  state?: string
  /** UNREPLIED, ASSURED, OFFLOAD … */
  flags?: string[]
  mark?: number
  [zone: `zone${string}`]: number
}

/** A line of `ip neigh`. REACHABLE, STALE and DELAY depend on random timers: all are `resolved`. */
export interface RecordedNeighbour {
  dst: string
  dev: string
  state: 'resolved' | 'failed' | 'PERMANENT'
  lladdr?: string
}

/** A line of `bridge fdb`. */
export interface RecordedFdbEntry {
  mac: string
  dev: string
  dst?: string
  vlan?: number
  master?: string
  state?: string
  port?: number
  vni?: number
  flags?: string[]
}

/** What routing of one network namespace knew at the end. */
export interface RecordedRouting {
  /** Routes of all tables but local, as `ip -j route` prints them. */
  routes?: RecordedRoute[]
  /** What path MTU discovery and redirects taught. */
  cache?: RecordedRoute[]
  /** ip rules beyond the default three. */
  policy?: string[]
}

/** The fields of `ip -j route` that are kept; see `ROUTE_FIELDS`. */
export type RecordedRoute = Record<string, unknown>

/** The counters that a record holds, by the group and name of /proc/net/snmp and /proc/net/netstat. */
export const SNMP_NAMES = [
  'IpInHdrErrors',
  'IpInAddrErrors',
  'IpForwDatagrams',
  'IpInDiscards',
  'IpOutNoRoutes',
  'IpReasmReqds',
  'IpReasmOKs',
  'IpReasmFails',
  'IpFragOKs',
  'IpFragFails',
  'IpFragCreates',
  'IcmpInErrors',
  'IcmpInDestUnreachs',
  'IcmpInTimeExcds',
  'IcmpOutDestUnreachs',
  'IcmpOutTimeExcds',
  'IcmpOutRedirects',
  'UdpNoPorts',
  'TcpOutRsts',
  'IpExtInNoRoutes',
  'IpExtInTruncatedPkts',
  'TcpExtIPReversePathFilter',
  'TcpExtArpFilter',
] as const

/** The parts of a record that are compared, in the order of the record. */
export const SECTIONS = [
  'commands',
  'frames',
  'rules',
  'conntrack',
  'counters',
  'neigh',
  'fdb',
  'route',
  'snmp',
] as const
export type Section = (typeof SECTIONS)[number]
