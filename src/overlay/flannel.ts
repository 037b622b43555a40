import type { Link } from '../netns/link.ts'
import type { NetworkNamespace } from '../netns/namespace.ts'
import { addressAt, formatIpv4, formatPrefix, type Ipv4, type Prefix } from '../packet/address.ts'
import { UnsupportedError } from '../packet/errors.ts'
import type { Mac } from '../packet/mac.ts'
import { VXLAN_OVERHEAD, Vxlan } from './vxlan.ts'

/** The backends of flannel that are modelled (`Backend.Type` of net-conf.json). */
export type FlannelBackend =
  | {
      readonly type: 'vxlan'
      /** VXLAN network identifier; flannel's default is 1. */
      readonly vni: number
      /** UDP port, 0: the kernel's default, 8472. */
      readonly port: number
      /** Hosts of one network reach each other by plain routes. */
      readonly directRouting: boolean
    }
  | { readonly type: 'host-gw' }

/** What one host holds of the network (pkg/lease): everybody configures itself from everybody's leases. */
export interface Lease {
  /** The host's part of the network: 10.244.1.0/24. */
  readonly subnet: Prefix
  /** The host's address on the underlay. */
  readonly publicIp: Ipv4
  /** Ethernet address of its flannel.1; only the vxlan backend has one. */
  readonly vtepMac: Mac
}

/** `net-conf.json` and the command line of flanneld, as far as they matter to a packet. */
export interface FlannelConfig {
  /** The network that the leases are cut from. */
  readonly network: Prefix
  readonly backend: FlannelBackend
  /** `--ip-masq` */
  readonly ipMasq: boolean
}

/** The name of flannel's device: its VNI is part of it. */
export function flannelDeviceName(backend: FlannelBackend): string | null {
  return backend.type === 'vxlan' ? `flannel.${backend.vni}` : null
}

/** The MTU that pods get, in octets (`FLANNEL_MTU`). */
export function flannelMtu(backend: FlannelBackend, external: Link): number {
  return backend.type === 'vxlan' ? external.mtu - VXLAN_OVERHEAD : external.mtu
}

/**
 * Configures a host as flanneld does (pkg/backend/vxlan/vxlan.go, vxlan_network.go, device.go; pkg/backend/hostgw, route_network.go).
 *
 * vxlan: a device flannel.VNI without learning, with the subnet's first address as a /32, and for each other host a route onto that
 * device, a permanent neighbour and a forwarding entry. host-gw: a route by way of the other host.
 */
export function configureFlannel(
  netns: NetworkNamespace,
  external: Link,
  config: FlannelConfig,
  own: Lease,
  leases: Iterable<Lease>,
): void {
  const { backend } = config
  const others = [...leases].filter((lease) => lease.publicIp !== own.publicIp)
  if (backend.type === 'host-gw') {
    for (const lease of others) routeDirectly(netns, external, lease)
    return
  }
  if (backend.type !== 'vxlan') throw new UnsupportedError(`flannel backend ${(backend as { type: string }).type}`)

  const device = new Vxlan(netns, `flannel.${backend.vni}`, own.vtepMac, {
    id: backend.vni,
    ...(backend.port === 0 ? {} : { dstport: backend.port }),
    local: own.publicIp,
    dev: external,
    learning: false,
  })
  device.macIsSet = true
  netns.attach(device)
  netns.addAddress(device, { address: own.subnet.address, length: 32 })
  netns.setUp(device, true)

  const neighbours = new Map<Ipv4, Mac>()
  const entries = new Map<Mac, { address: Ipv4; port: number; vni: number }[]>()
  for (const lease of others) {
    if (backend.directRouting && isOnLink(netns, external, lease.publicIp)) {
      routeDirectly(netns, external, lease)
      continue
    }
    neighbours.set(lease.subnet.address, lease.vtepMac)
    entries.set(lease.vtepMac, [{ address: lease.publicIp, port: 0, vni: 0 }])
    netns.fib.add(
      { destination: lease.subnet, gateway: lease.subnet.address, ifindex: device.ifindex, onlink: true },
      'replace',
    )
  }
  netns.neighbours.setPermanent(device, neighbours)
  device.fdb.configure(entries)
}

function routeDirectly(netns: NetworkNamespace, external: Link, lease: Lease): void {
  netns.fib.add({ destination: lease.subnet, gateway: lease.publicIp, ifindex: external.ifindex }, 'replace')
}

/** Is the other host a neighbour of the external interface (`ip.DirectRouting`, pkg/ip/iface.go)? */
function isOnLink(netns: NetworkNamespace, external: Link, address: Ipv4): boolean {
  const dst = netns.routeOutput({ destination: address, source: 0 as Ipv4, tos: 0, mark: 0, oif: 0 })
  return dst.error === null && dst.link === external && dst.gateway === 0
}

/** The text of /run/flannel/subnet.env (`WriteSubnetFile`, pkg/subnet/subnet.go): what the CNI plugin and Docker's --bip read. */
export function subnetEnv(config: FlannelConfig, own: Lease, mtu: number): string {
  return [
    `FLANNEL_NETWORK=${formatPrefix(config.network)}`,
    `FLANNEL_SUBNET=${formatIpv4(addressAt(own.subnet.address, 1))}/${own.subnet.length}`,
    `FLANNEL_MTU=${mtu}`,
    `FLANNEL_IPMASQ=${config.ipMasq}`,
    '',
  ].join('\n')
}
