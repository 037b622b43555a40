/** One namespace of a lab. */
export interface Place {
  readonly netns: string
  /** The address by which others reach it. */
  readonly address: string
  /** Its devices, without lo. */
  readonly devices: readonly string[]
  /** Who stands next to it and may forward: next hops. */
  readonly gateways: readonly string[]
}

/** Namespaces and how they are wired. */
export interface Topology {
  /** What it is, for a person. */
  readonly name: string
  readonly setup: readonly string[]
  /** Those that forward; rules stand mostly there. */
  readonly routers: readonly Place[]
  /** Those at the ends. */
  readonly hosts: readonly Place[]
  readonly networks: readonly string[]
}

const QUIET =
  'net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0'
/**
 * A TCP server that hears nothing more sends no SYN-ACK again, and gives up early: so all that a probe causes is over when the next one
 * begins. ICMP errors are not limited: their allowance is filled by time.
 */
const SOON = 'net.ipv4.tcp_synack_retries=0 net.ipv4.tcp_retries2=1 net.ipv4.icmp_ratelimit=0'
/** A neighbour that does not answer fails after a quarter of a second, which is sooner than a probe gives up. */
const ASK_AGAIN = 80

/** Trap: a bridge takes the lowest address of its ports. Were they drawn, chance would say whose it is. */
export function portMac(n: number): string {
  return `02:00:00:00:01:${n.toString(16).padStart(2, '0')}`
}

/** Collects the set-up of a topology line by line. */
export class Wiring {
  readonly lines: string[] = []
  readonly #devices = new Map<string, string[]>()

  namespace(name: string, forwards: boolean, more = ''): void {
    // A new namespace copies some of these from its host.
    const own = `net.ipv4.ip_forward=${forwards ? 1 : 0} net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0`
    this.lines.push(
      `ip netns add ${name}`,
      `ip netns exec ${name} sysctl -qw ${QUIET} ${SOON} ${own}${more === '' ? '' : ` ${more}`}`,
      `ip -n ${name} link set lo up`,
    )
    this.#devices.set(name, [])
  }

  /** Everything, in the order of building. */
  setup(): string[] {
    const neighbours = [...this.#devices].map(([netns, devices]) => {
      const settings = devices.map((device) => `net/ipv4/neigh/${device}/retrans_time_ms=${ASK_AGAIN}`)
      return `ip netns exec ${netns} sysctl -qw ${settings.join(' ')}`
    })
    return [...this.lines, ...neighbours]
  }

  /** A pair of veths; an end without an address gets none. */
  veth(a: VethEnd, b: VethEnd): void {
    const end = ({ netns, device, mac }: VethEnd) =>
      `${device}${mac === undefined ? '' : ` address ${mac}`} netns ${netns}`
    this.lines.push(`ip link add ${end(a)} type veth peer name ${end(b)}`)
    for (const { netns, device, address, mtu, master } of [a, b]) {
      if (address !== undefined) this.#devices.get(netns)!.push(device)
      if (master !== undefined) this.lines.push(`ip -n ${netns} link set ${device} master ${master}`)
      if (address !== undefined) this.lines.push(`ip -n ${netns} addr add ${address} dev ${device}`)
      this.lines.push(`ip -n ${netns} link set ${device}${mtu === undefined ? '' : ` mtu ${mtu}`} up`)
    }
  }

  bridge(netns: string, name: string, address?: string): void {
    this.lines.push(`ip -n ${netns} link add ${name} type bridge`)
    this.#devices.get(netns)!.push(name)
    if (address !== undefined) this.lines.push(`ip -n ${netns} addr add ${address} dev ${name}`)
    this.lines.push(`ip -n ${netns} link set ${name} up`)
  }

  route(netns: string, route: string): void {
    this.lines.push(`ip -n ${netns} route add ${route}`)
  }
}

export interface VethEnd {
  readonly netns: string
  readonly device: string
  readonly address?: string | undefined
  readonly mac?: string | undefined
  readonly mtu?: number | undefined
  /** The bridge that it belongs to. */
  readonly master?: string | undefined
}
