import type { Ipv4 } from '../packet/address.ts'
import type { Packet } from '../packet/packet.ts'
import type { AddressType } from '../route/types.ts'
import type { Simulation } from '../sim/simulation.ts'
import type { Device, HookState } from './hook.ts'

/** The ICMP answers (and TCP reset) that REJECT can give, by the names of `--reject-with`. */
export type RejectType =
  | 'icmp-net-unreachable'
  | 'icmp-host-unreachable'
  | 'icmp-proto-unreachable'
  | 'icmp-port-unreachable'
  | 'icmp-net-prohibited'
  | 'icmp-host-prohibited'
  | 'icmp-admin-prohibited'
  | 'tcp-reset'

/** What netfilter asks of the network namespace that it stands in. A `NetworkNamespace` implements it. */
export interface NetfilterHost {
  readonly name: string
  readonly sim: Simulation

  /** The type of an address seen from here (`inet_addr_type_dev_table`); with a device, only that device's own addresses count. */
  addressType(address: Ipv4, ifindex?: number): AddressType

  /** The source address that a packet to `destination` gets on a device (`inet_select_addr`, scope universe), or 0. */
  selectAddress(ifindex: number, destination: Ipv4): Ipv4

  /** The next hop of the packet's route when it has a gateway, its destination otherwise (`rt_nexthop`). MASQUERADE asks. */
  nextHop(packet: Packet): Ipv4

  /** The first primary address of a device (REDIRECT asks), or 0. */
  primaryAddress(ifindex: number): Ipv4

  /** A device by its index: `physdev` asks for bridge ports. */
  deviceByIndex(ifindex: number): Device | null

  /** Sends what REJECT answers (`nf_send_unreach`, `nf_send_reset`); silent when the rules of ICMP forbid an answer. */
  sendReject(packet: Packet, state: HookState, type: RejectType): void

  /** Routes a local packet again after OUTPUT changed what routing looks at (`ip_route_me_harder`). False: no route, drop. */
  routeMeHarder(packet: Packet): boolean

  /**
   * A packet that is complete again, or null while fragments are missing (`ip_defrag`). The user tells apart the queues of
   * conntrack and of local delivery, as `enum ip_defrag_users` does.
   */
  defragment(packet: Packet, user: 'conntrack-in' | 'conntrack-out' | 'local'): Packet | null

  /** What the route of a packet lets through in octets (`dst_mtu`), or undefined without one. */
  routeMtu(packet: Packet): number | undefined

  /** What a packet to this address could have in octets; undefined when there is no route. TCPMSS asks about the way back. */
  mtuTowards(address: Ipv4): number | undefined

  /**
   * Does the way to `source` lead out of the device that a packet from there came in by (net/ipv4/netfilter/ipt_rpfilter.c)? The loopback
   * device is always right.
   */
  leadsBack(
    ifindex: number,
    source: Ipv4,
    destination: number,
    tos: number,
    mark: number,
    options: { readonly loose: boolean; readonly acceptLocal: boolean },
  ): boolean

  /** Writes a sysctl below net.: `connbytes` switches accounting on. */
  setSysctl(path: string, value: number): void

  /** A sysctl below net., by its path with dots: `ipv4.ip_forward`. Undefined when there is none of that name. */
  sysctlValue(path: string): number | undefined

  /**
   * Grows with every change of a sysctl, so that what was read of them can be kept. Without it conntrack reads some thirty of them again
   * for each packet.
   */
  readonly sysctlVersion?: number
}
