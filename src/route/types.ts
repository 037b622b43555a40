import type { Ipv4, Prefix } from '../packet/address.ts'
import type { RouteMetrics } from './metrics.ts'

/** The type of an address or a route (`RTN_*`, include/uapi/linux/rtnetlink.h), by iproute2's names. */
export type AddressType =
  | 'unspec'
  | 'unicast'
  | 'local'
  | 'broadcast'
  | 'anycast'
  | 'multicast'
  | 'blackhole'
  | 'unreachable'
  | 'prohibit'
  | 'throw'
  | 'nat'
  | 'xresolve'

/** How far a destination is away (`enum rt_scope_t`): the larger, the nearer. A gateway must be nearer than what lies behind it. */
export const Scope = { UNIVERSE: 0, SITE: 200, LINK: 253, HOST: 254, NOWHERE: 255 } as const

/** The routing tables with a name (`enum rt_class_t`). Any other number up to 2^32 - 1 is a table, too. */
export const TableId = { UNSPEC: 0, DEFAULT: 253, MAIN: 254, LOCAL: 255 } as const

/** Who installed a route (`RTPROT_*`). Any number up to 255 may stand here; these matter to the kernel or are iproute2's default. */
export const RouteProtocol = { UNSPEC: 0, REDIRECT: 1, KERNEL: 2, BOOT: 3, STATIC: 4 } as const

/** ifindex of the loopback device in every namespace (`LOOPBACK_IFINDEX`, include/net/flow.h). */
export const LOOPBACK_IFINDEX = 1

/**
 * A route as it stands in a table: immutable, resolved and checked (`struct fib_alias` with its `fib_info` and single `fib_nh`).
 * Of several next hops (multipath) only the first would fit here; they are refused by name, and would become a list of
 * `{gateway, ifindex, onlink, nexthopScope, weight}` beside these fields.
 */
export interface Route {
  readonly destination: Ipv4
  /** Prefix length, 0 to 32. */
  readonly length: number
  /** The DS field that packets must carry (ECN bits zero), 0 for any. Trap: one above 0x1c never matches, see `LEGACY_TOS_MASK`. */
  readonly tos: number
  readonly table: number
  readonly type: AddressType
  readonly scope: number
  /** The next hop, 0 for none. */
  readonly gateway: Ipv4
  /** The output device, 0 for a route that only refuses. */
  readonly ifindex: number
  /** The source address for packets that have none yet, 0 for none (`src` in iproute2). */
  readonly prefsrc: Ipv4
  /** The smaller is preferred (`metric` in iproute2, `fib_priority` in the kernel). */
  readonly metric: number
  readonly protocol: number
  readonly onlink: boolean
  readonly metrics: RouteMetrics
  /**
   * How far the next hop is away (`fib_nh_scope`): LINK, it is a gateway; HOST, there is none, or it is this host; NOWHERE, the
   * destination is this host. Follows from the rest.
   */
  readonly nexthopScope: number
  /** The errno with which this route refuses, 0 when it does not (`fib_props[].error`). Follows from the type. */
  readonly error: number
  /** What of it has no model, as a trace names it (further next hops, say): what becomes of a packet that takes it is not known. */
  readonly unmodelled?: string
}

/** A route as somebody asks for it. What is left out gets what `ip route add` and the kernel would put there. */
export interface RouteSpec {
  /** Host bits must be zero. */
  readonly destination: Prefix
  readonly tos?: number
  readonly table?: number
  readonly type?: AddressType
  readonly scope?: number
  readonly gateway?: Ipv4
  readonly ifindex?: number
  readonly prefsrc?: Ipv4
  readonly metric?: number
  readonly protocol?: number
  readonly onlink?: boolean
  readonly metrics?: RouteMetrics
  /** See `Route`. */
  readonly unmodelled?: string
}

/** An address of a device (`struct in_ifaddr`), immutable. */
export interface InterfaceAddress {
  /** `ifa_local`: the address itself. */
  readonly local: Ipv4
  /** `ifa_address`: the peer's on a point-to-point link, else the same as `local`. It decides the prefix. */
  readonly address: Ipv4
  /** 0 to 32. */
  readonly length: number
  /** `ifa_broadcast`, 0 for none. iproute2 sets none unless it is told (`brd +`). */
  readonly broadcast: Ipv4
  readonly scope: number
  /** An earlier address of the device has the same prefix; such an address is never chosen as a source. */
  readonly secondary: boolean
  /** Do not install the connected route. */
  readonly noprefixroute: boolean
  /** Metric of the connected route. */
  readonly metric: number
  /** Usually the device's name. */
  readonly label: string
}

/**
 * What routing asks of a device (`struct net_device` and its `in_device`). The settings are effective values, already combined from
 * `conf/all` and `conf/DEVICE` as include/linux/inetdevice.h does it; the comment says how.
 */
export interface FibDevice {
  readonly ifindex: number
  readonly name: string
  /** IFF_UP. */
  readonly up: boolean
  /** `netif_carrier_ok` */
  readonly carrier: boolean
  /** IFF_LOOPBACK. */
  readonly loopback: boolean
  /** In the kernel's own order. Written by `addAddress` and `deleteAddress` alone. */
  addresses: readonly InterfaceAddress[]
  /** DEVICE alone. */
  readonly forwarding: boolean
  /** 0 off, 1 strict, 2 loose: the larger of all and DEVICE. */
  readonly rpFilter: number
  /** all or DEVICE. */
  readonly acceptLocal: boolean
  /** all or DEVICE. */
  readonly routeLocalnet: boolean
  /** all or DEVICE. */
  readonly srcValidMark: boolean
  /** all or DEVICE. */
  readonly sendRedirects: boolean
  /** all or DEVICE. */
  readonly sharedMedia: boolean
  /** all and DEVICE. */
  readonly bcForwarding: boolean
  /** all or DEVICE. */
  readonly promoteSecondaries: boolean
  /** all or DEVICE. */
  readonly ignoreRoutesWithLinkdown: boolean
  /** Does it receive this group (`ip_check_mc_rcu`)? */
  hasJoined(group: Ipv4): boolean
}

/** What routing asks of its namespace. */
export interface FibHost {
  /** The device with that ifindex. */
  device(ifindex: number): FibDevice | null | undefined
  /** The device of that name. */
  deviceByName(name: string): FibDevice | null | undefined
  /** All devices in the order in which they came into the namespace (`for_each_netdev`); the loopback device is the first. */
  devices(): Iterable<FibDevice>
  /** True when `ignoreRoutesWithLinkdown` is set for any device: only then a lookup asks for it. */
  readonly anyIgnoresLinkdown: boolean
  /** Routes, rules or devices have changed. */
  routesChanged?(): void
}
