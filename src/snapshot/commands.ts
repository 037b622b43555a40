/** A command that is asked in each namespace of a host. */
export interface CollectedCommand {
  /** As it is typed, and as its output is filed (`NamespaceSnapshot.prints`). */
  readonly command: string
  /** It prints JSON. */
  readonly json: boolean
  /** Asked when the one before it failed: older programs know no `-j`. */
  readonly otherwise?: string
}

/**
 * What a collection asks in each namespace. None of them changes anything. The collector, `src/collect/collect.sh`, has the same list, and a
 * simulated host is asked the same. `docs/snapshot-format.md` tells where the collector's prints are not exactly the tool's.
 */
export const COLLECTED: readonly CollectedCommand[] = [
  { command: 'ip -d -j address show', json: true, otherwise: 'ip -d address show' },
  // as JSON it is not said that a metric is locked, and of some tunnels not where the route leads (`print_route`, iproute2 ip/iproute.c)
  { command: 'ip route show table all', json: false },
  { command: 'ip -j rule show', json: true, otherwise: 'ip rule show' },
  { command: 'ip -j neighbour show', json: true, otherwise: 'ip neighbour show' },
  { command: 'ip -j neighbour show proxy', json: true, otherwise: 'ip neighbour show proxy' },
  { command: 'ip netns list-id', json: false },
  { command: 'bridge -j fdb show', json: true, otherwise: 'bridge fdb show' },
  { command: 'bridge -d -j link show', json: true, otherwise: 'bridge -d link show' },
  { command: 'sysctl -a', json: false },
  { command: 'ipset save', json: false },
  { command: 'iptables-nft-save -c', json: false },
  { command: 'iptables-legacy-save -c', json: false },
  { command: 'nft list tables', json: false },
  { command: 'conntrack -L', json: false },
  { command: 'ss -H -l -n -t -u', json: false },
]

/** What a collector asks beyond that, of real hosts alone: what else could decide over packets, none of which kubehop models. */
export const ALSO_COLLECTED: readonly string[] = ['tc qdisc show', 'ip xfrm policy', 'cat /proc/net/ip_vs']
