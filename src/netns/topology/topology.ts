import { formatPrefix } from '../../packet/address.ts'
import { formatMac } from '../../packet/mac.ts'
import type { Link } from '../link.ts'
import type { NetworkNamespace } from '../namespace.ts'

/** A device of the modelled graph, as plain data. */
export interface TopologyDevice {
  readonly name: string
  readonly ifindex: number
  readonly kind: string
  readonly mac: string
  readonly mtu: number
  readonly up: boolean
  readonly carrier: boolean
  readonly addresses: readonly string[]
  /** Name of the bridge that it is a port of. */
  readonly master?: string
  /** What the kind adds: a VXLAN device's id, port … */
  readonly settings: Readonly<Record<string, string | number | boolean>>
}

/** A namespace and its devices, in the order in which they came into it. */
export interface TopologyNamespace {
  readonly name: string
  readonly devices: readonly TopologyDevice[]
}

/** Two ends of a veth pair. */
export interface TopologyLink {
  readonly from: { readonly netns: string; readonly device: string }
  readonly to: { readonly netns: string; readonly device: string }
}

/** The modelled graph as a value: namespaces, their devices, and the pairs between them. */
export interface Topology {
  readonly namespaces: readonly TopologyNamespace[]
  readonly links: readonly TopologyLink[]
}

/** Reads the graph out of namespaces. Pairs that lead to other namespaces are left out. */
export function readTopology(namespaces: Iterable<NetworkNamespace>): Topology {
  const known = new Set(namespaces)
  const links: TopologyLink[] = []
  const seen = new Set<Link>()
  for (const netns of known) {
    for (const link of netns.devices()) {
      const { peer } = link
      if (peer === null || seen.has(peer) || !known.has(peer.netns as NetworkNamespace)) continue
      seen.add(link)
      links.push({ from: { netns: netns.name, device: link.name }, to: { netns: peer.netns.name, device: peer.name } })
    }
  }
  return {
    namespaces: [...known].map((netns) => ({ name: netns.name, devices: [...netns.devices()].map(describe) })),
    links,
  }
}

function describe(link: Link): TopologyDevice {
  return {
    name: link.name,
    ifindex: link.ifindex,
    kind: link.kind,
    mac: formatMac(link.mac),
    mtu: link.mtu,
    up: link.up,
    carrier: link.carrier,
    addresses: link.addresses.map(({ local, length }) => formatPrefix({ address: local, length })),
    ...(link.master === null ? {} : { master: link.master.name }),
    settings: link.describe(),
  }
}
