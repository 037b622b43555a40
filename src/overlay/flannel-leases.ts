import type { Link } from '../netns/link.ts'
import type { NetworkNamespace } from '../netns/namespace.ts'
import type { Ipv4, Prefix } from '../packet/address.ts'
import type { Mac } from '../packet/mac.ts'
import { type RouteSpec, SharedRoutes, TableId } from '../route/index.ts'
import { MapWithout } from './map-without.ts'
import type { VxlanEntries, VxlanRemote } from './vxlan-fdb.ts'

/** What one host holds of the network (pkg/lease): everybody configures itself from everybody's leases. */
export interface Lease {
  /** The host's part of the network: 10.244.1.0/24. */
  readonly subnet: Prefix
  /** The host's address on the underlay. */
  readonly publicIp: Ipv4
  /** Ethernet address of its flannel.1; only the vxlan backend has one. */
  readonly vtepMac: Mac
}

/** Routes by one device, and the leases that they are still missing for: the first host could not check its own. */
interface RoutesByDevice {
  readonly shared: SharedRoutes
  readonly missing: Set<Lease>
}

/**
 * The leases of a network. What the hosts make of them by the vxlan backend is the same on all but for what is a host's own: each of these tables
 * exists once, however many hosts there are.
 */
export class FlannelLeases implements Iterable<Lease> {
  /** False: hosts share subnets or Ethernet addresses. Then what one host has is not what another has without its own. */
  readonly areDistinct: boolean
  readonly #leases: readonly Lease[]
  readonly #byHost = new Map<Ipv4, Lease[]>()
  /** Address and Ethernet address of each flannel.1. */
  readonly #neighbours = new Map<Ipv4, Mac>()
  readonly #entries = new Map<Mac, readonly VxlanRemote[]>()
  readonly #routes = new Map<number, RoutesByDevice>()

  constructor(leases: Iterable<Lease>) {
    this.#leases = [...leases]
    for (const lease of this.#leases) {
      const { publicIp, subnet, vtepMac } = lease
      const ofHost = this.#byHost.get(publicIp)
      if (ofHost === undefined) this.#byHost.set(publicIp, [lease])
      else ofHost.push(lease)
      this.#neighbours.set(subnet.address, vtepMac)
      this.#entries.set(vtepMac, [remoteOf(lease)])
    }
    this.areDistinct =
      this.#neighbours.size === this.#leases.length && this.#entries.size === this.#byHost.size && this.#hasOneMacEach()
  }

  /** All leases, in the order in which they were given. */
  [Symbol.iterator](): Iterator<Lease> {
    return this.#leases[Symbol.iterator]()
  }

  #hasOneMacEach(): boolean {
    for (const [first, ...more] of this.#byHost.values())
      if (more.some(({ vtepMac }) => vtepMac !== first!.vtepMac)) return false
    return true
  }

  /** The leases of a host. */
  of(publicIp: Ipv4): readonly Lease[] {
    return this.#byHost.get(publicIp) ?? []
  }

  /** Permanent neighbours of a host, when the leases are distinct. */
  neighboursOf(publicIp: Ipv4): ReadonlyMap<Ipv4, Mac> {
    return new MapWithout(this.#neighbours, new Set(this.of(publicIp).map(({ subnet }) => subnet.address)))
  }

  /** Forwarding entries of a host, when the leases are distinct. */
  entriesOf(publicIp: Ipv4): VxlanEntries {
    return new MapWithout(this.#entries, new Set(this.of(publicIp).map(({ vtepMac }) => vtepMac)))
  }

  /** Gives a host the routes to the subnets of the others, when the leases are distinct. */
  route(netns: NetworkNamespace, device: Link, publicIp: Ipv4): void {
    const routes = this.#routes.get(device.ifindex) ?? { shared: new SharedRoutes(), missing: new Set(this.#leases) }
    this.#routes.set(device.ifindex, routes)
    const { fib } = netns
    if (routes.missing.size > 0) this.#complete(routes, netns, device, publicIp)
    const own = this.of(publicIp).map(({ subnet }) => subnet)
    const taken = fib.routes(TableId.MAIN).filter(({ destination, length }) => {
      const isOwn = own.some((prefix) => prefix.address === destination && prefix.length === length)
      return !isOwn && routes.shared.has({ address: destination, length })
    })
    fib.lay(routes.shared, own)
    // where the host has a route already, the lease's replaces it
    for (const { destination: address, length } of taken) fib.add(routeTo({ address, length }, device), 'replace')
  }

  #complete({ shared, missing }: RoutesByDevice, netns: NetworkNamespace, device: Link, publicIp: Ipv4): void {
    let place = 0
    for (const lease of this.#leases) {
      if (missing.has(lease)) {
        if (lease.publicIp === publicIp) continue
        shared.add(netns.fib.resolve(routeTo(lease.subnet, device)), place)
        missing.delete(lease)
      }
      place++
    }
  }
}

/** Where a host's packets are sent: to the port and by the VNI of the device itself. */
export function remoteOf({ publicIp }: Lease): VxlanRemote {
  return { address: publicIp, port: 0, vni: 0 }
}

/** By the tunnel to the flannel.1 of the other end, which no route says to be there (pkg/backend/vxlan/vxlan_network.go). */
export function routeTo(destination: Prefix, device: Link): RouteSpec {
  return { destination, gateway: destination.address, ifindex: device.ifindex, onlink: true }
}
