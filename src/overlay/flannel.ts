import type { Link } from '../netns/link.ts'
import type { NetworkNamespace } from '../netns/namespace.ts'
import { addressAt, formatIpv4, formatPrefix, type Ipv4, type Prefix } from '../packet/address.ts'
import { UnsupportedError } from '../packet/errors.ts'
import type { Mac } from '../packet/mac.ts'
import { FlannelLeases, type Lease, remoteOf, routeTo } from './flannel-leases.ts'
import { VXLAN_OVERHEAD, Vxlan } from './vxlan.ts'
import type { VxlanRemote } from './vxlan-fdb.ts'

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
 *
 * @param leases everybody's, its own too; hosts that are given the same `FlannelLeases` share what is the same on all of them
 */
export function configureFlannel(
  netns: NetworkNamespace,
  external: Link,
  config: FlannelConfig,
  own: Lease,
  leases: Iterable<Lease>,
): void {
  const { backend } = config
  const all = leases instanceof FlannelLeases ? leases : new FlannelLeases(leases)
  if (backend.type === 'host-gw') {
    for (const lease of all) if (lease.publicIp !== own.publicIp) routeDirectly(netns, external, lease)
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

  if (all.areDistinct && !backend.directRouting) {
    all.route(netns, device, own.publicIp)
    netns.neighbours.setPermanent(device, all.neighboursOf(own.publicIp))
    device.fdb.configure(all.entriesOf(own.publicIp))
    return
  }
  const neighbours = new Map<Ipv4, Mac>()
  const entries = new Map<Mac, VxlanRemote[]>()
  for (const lease of all) {
    if (lease.publicIp === own.publicIp) continue
    if (backend.directRouting && isOnLink(netns, external, lease.publicIp)) {
      routeDirectly(netns, external, lease)
      continue
    }
    neighbours.set(lease.subnet.address, lease.vtepMac)
    entries.set(lease.vtepMac, [remoteOf(lease)])
    netns.fib.add(routeTo(lease.subnet, device), 'replace')
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
