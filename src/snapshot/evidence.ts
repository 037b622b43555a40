import type { Ipv4 } from '../packet/address.ts'
import type { Mac } from '../packet/mac.ts'
import type { NamespaceOwner } from './format.ts'

/**
 * What is known of one network namespace, whatever it was read from: a snapshot, or texts that somebody pasted. `null` says that nobody
 * told, an empty list that there is none. A list of which only a part was told (`ip addr show dev eth0`) holds that part, and `partial`
 * names it: what is listed is there, what is not listed may be there, too. What follows from a `null` or from a partial list is an
 * assumption, and is told as one.
 */
export interface NamespaceEvidence {
  /** Within a world of several hosts: `node-1` for a host's own, `node-1/cni-1b2c` or `node-1/4026532178` for another. */
  readonly name: string
  /** The host's name. */
  readonly host: string
  /** The inode; 0 when nobody told. */
  readonly id: number
  readonly isHost: boolean
  readonly owners: readonly NamespaceOwner[]
  /** In the order of their numbers. */
  readonly links: readonly LinkEvidence[] | null
  /**
   * In the words of `ip route`, one each, with `table NAME` where it is not main; broadcast and local routes too if they were told. Flags
   * that only show (`linkdown`, `dead`, `offload` …) are among them, and next hops stand in the same line. A scope that `ip route add` would
   * not assume by itself is said, `scope global` too.
   */
  readonly routes: readonly Line[] | null
  /**
   * The tables of which each route was told, by name or number as `ip` prints them, or `all`: `ip route` alone tells `main`, and so says
   * nothing of `local`, whose routes follow from the addresses.
   */
  readonly routeTables: 'all' | ReadonlySet<string>
  /** In the words of `ip rule`: `0:	from all lookup local`. */
  readonly rules: readonly Line[] | null
  readonly neighbours: readonly NeighbourEvidence[] | null
  readonly proxies: readonly ProxyEvidence[] | null
  readonly fdb: readonly FdbEvidence[] | null
  /** The namespaces that this one has numbers for (link-netnsid): `id` of the namespace by number. */
  readonly nsids: ReadonlyMap<number, number> | null
  /** By name as sysctl(8) writes it with dots, `net.ipv4.ip_forward`. */
  readonly sysctls: ReadonlyMap<string, string> | null
  /** What `ipset save` prints. */
  readonly sets: Text | null
  /** One for each back end that has rules. */
  readonly iptables: readonly IptablesEvidence[] | null
  /** Tables of nftables that are not iptables' own, which kubehop does not model: family and name. */
  readonly foreignTables: readonly Line[]
  /**
   * What else decides over packets there, none of which kubehop models, in words: `qdisc clsact on eth0`, `XDP program on eth0`, `IPVS service
   * TCP 10.96.0.1:80`, `IPsec policy src 10.0.0.0/8 dst 10.1.0.0/16`.
   */
  readonly otherDeciders: readonly Line[]
  readonly connections: readonly Line[] | null
  readonly listeners: readonly ListenerEvidence[] | null
  /** Which of the above were told in part, and why, in words: `ip addr show dev eth0 tells of one device`. */
  readonly partial: ReadonlyMap<EvidencePart, string>
  /** What was printed but not understood, and so does not count. */
  readonly notes: readonly Note[]
}

/**
 * Parts of the evidence that may be told in part. `links`: there may be more devices; `addresses`: of some devices no address was told, and
 * `details`: what `ip -d link` tells of their kind, although their list says nothing.
 */
export type EvidencePart =
  | 'links'
  | 'addresses'
  | 'details'
  | 'routes'
  | 'rules'
  | 'neighbours'
  | 'proxies'
  | 'fdb'
  | 'nsids'
  | 'sysctls'
  | 'sets'
  | 'connections'
  | 'listeners'

/** Where something was read: for errors and for evidence. */
export interface Source {
  readonly file?: string
  /** From 1. */
  readonly line?: number
  /** What printed it, as typed. */
  readonly command?: string
}

/** A line of text, and where it stands. */
export interface Line {
  readonly text: string
  readonly source: Source
}

/** Several lines. */
export interface Text {
  readonly text: string
  readonly source: Source
}

/** Something to tell about what was read. */
export interface Note {
  readonly message: string
  readonly source: Source
}

/** A network device. */
export interface LinkEvidence {
  readonly ifindex: number
  readonly name: string
  /** iproute2's word: `veth`, `bridge`, `vxlan`, `dummy`, `vlan`, `tun` …; `loopback` for lo; `physical` for what has no kind; null: not told. */
  readonly kind: string | null
  readonly mac: Mac
  readonly mtu: number
  /** IFF_UP */
  readonly up: boolean
  /** IFF_LOWER_UP; undefined when not told. */
  readonly carrier?: boolean | undefined
  readonly promiscuous: boolean
  readonly txQueueLength: number
  /** NOARP: nobody is asked for by ARP there. Undefined: as its kind has it. */
  readonly noArp?: boolean
  /** The name of the bridge (or other master) that it is a port of. */
  readonly master: string | null
  /**
   * `eth0@if7`: the ifindex at the other end, and the number of the namespace there. Null: it is in this one; -1: in another one, whose number
   * nobody told. `netns` is the other namespace's name below /run/netns, where `ip` printed it.
   */
  readonly peer: { readonly ifindex: number; readonly nsid: number | null; readonly netns?: string } | null
  /** The name of the link below, `flannel.1@eth0`, or at the other end in this namespace. */
  readonly lower: string | null
  /** IPv4 alone. */
  readonly addresses: readonly AddressEvidence[]
  readonly vxlan?: VxlanEvidence
  readonly bridge?: BridgeEvidence
  readonly port?: PortEvidence
  readonly source: Source
}

/** An address of a device. */
export interface AddressEvidence {
  readonly address: Ipv4
  readonly length: number
  /** The other end, of `10.0.0.1 peer 10.0.0.2/32`. */
  readonly peer?: Ipv4
  readonly broadcast?: Ipv4
  readonly scope: string
  readonly secondary: boolean
  readonly label?: string
  /** The kernel made no connected route for it. */
  readonly noprefixroute?: boolean
  /** Of the connected route. */
  readonly metric?: number
}

/** Of a VXLAN device, what `ip -d link` tells. */
export interface VxlanEvidence {
  readonly id: number
  readonly local: Ipv4 | null
  readonly remote: Ipv4 | null
  readonly group: Ipv4 | null
  /** The device below. */
  readonly dev: string | null
  readonly dstport: number
  readonly learning: boolean
  /** 0: `net.ipv4.ip_default_ttl` (`ttl auto`). */
  readonly ttl: number | 'inherit'
  /** 1: inherit */
  readonly tos: number
  readonly df: 'unset' | 'set' | 'inherit'
  readonly udpCsum: boolean
  /** In seconds. */
  readonly ageing: number
  /** Settings that kubehop has no model of, by iproute2's word. */
  readonly others: readonly string[]
}

/** Of a bridge. */
export interface BridgeEvidence {
  /** Was the spanning tree protocol on? */
  readonly stp: boolean
  readonly vlanFiltering: boolean
  /** In seconds. */
  readonly ageing: number
  readonly nfCallIptables: boolean
  readonly groupForwardMask: number
  /** The upper half of its identifier. */
  readonly priority?: number
}

/** Of a port of a bridge. */
export interface PortEvidence {
  /** `port_no`, from 1. */
  readonly number?: number
  /** `forwarding`, `blocking` …; null when not told. */
  readonly state: string | null
  readonly hairpin: boolean
  readonly isolated: boolean
  readonly learning: boolean
  /** Unicast to an unknown address goes there, too. */
  readonly flood: boolean
  /** Multicast and broadcast frames go there, too. */
  readonly multicastFlood: boolean
  readonly broadcastFlood: boolean
  readonly neighbourSuppression: boolean
  readonly locked: boolean
  readonly priority?: number
  readonly cost?: number
  /** Switches that are on and that kubehop has no model of, by iproute2's word. */
  readonly others: readonly string[]
}

/** An entry of `ip neigh`. */
export interface NeighbourEvidence {
  readonly address: Ipv4
  readonly dev: string
  /** Null: nobody answered yet (FAILED, INCOMPLETE). */
  readonly mac: Mac | null
  /** PERMANENT, REACHABLE, STALE, DELAY, PROBE, FAILED, INCOMPLETE, NOARP. */
  readonly state: string
  readonly source: Source
}

/** An entry of `ip neigh show proxy`. */
export interface ProxyEvidence {
  readonly address: Ipv4
  readonly dev: string | null
}

/** An entry of `bridge fdb`. */
export interface FdbEvidence {
  readonly mac: Mac
  readonly dev: string
  /** A bridge's entry names the bridge. */
  readonly master: string | null
  /** A tunnel's: where the other end is. */
  readonly dst: Ipv4 | null
  readonly port?: number
  readonly vni?: number
  readonly via?: string
  /** A bridge with VLANs has an entry for each; it heeds them only with `vlan_filtering`. */
  readonly vlan?: number
  /** What else is said of it, by iproute2's word: `sticky`, `nhid 5` … */
  readonly others?: readonly string[]
  readonly self: boolean
  readonly state: 'permanent' | 'static' | 'stale' | 'reachable' | ''
  readonly source: Source
}

/** The rules of one back end of iptables. */
export interface IptablesEvidence {
  readonly backend: 'nft' | 'legacy' | 'unknown'
  /** In the form of iptables-save, whatever it was read from; every table that was told. */
  readonly text: string
  /** The tables of which nothing was told: an answer may depend on them. */
  readonly missing: readonly string[]
  /** For each line of `text`, the line of the file that it was read from; 0: of none. Absent: the same. */
  readonly lines?: readonly number[]
  /** For each line of `text`, what it was read from, when that is several prints; absent: `source`. */
  readonly sources?: readonly Source[]
  /** Tables and base chains of nftables that stood beside them and are not iptables' own: `inet foo`, `ip filter bar`. */
  readonly foreign?: readonly Line[]
  readonly notes?: readonly Note[]
  /** The first print that it was read from. */
  readonly source: Source
}

/** A socket that takes connections or datagrams. */
export interface ListenerEvidence {
  readonly protocol: 'tcp' | 'udp' | 'sctp'
  /** 0: any */
  readonly address: Ipv4
  readonly port: number
  /** It listens on one device alone, `127.0.0.53%lo`. */
  readonly dev?: string
  /** It is an IPv6 socket that takes IPv4 (`*:80`). */
  readonly dual: boolean
}
