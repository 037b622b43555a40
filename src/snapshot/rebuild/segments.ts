import { type Ipv4, networkOf, type Prefix, prefixContains, tryParseIpv4 } from '../../packet/address.ts'
import type { Mac } from '../../packet/mac.ts'
import type { AddressEvidence, LinkEvidence, NamespaceEvidence } from '../evidence.ts'

/** A network that recorded hosts are plugged into. */
export interface Segment {
  /** Those of the hosts' addresses on it. */
  readonly networks: readonly Prefix[]
  /** The gateways of default routes that lead there and that no recorded host has, with the length of their network. */
  readonly routers: readonly Prefix[]
  /** The largest of the hosts' MTUs, octets. */
  readonly mtu: number
  readonly plugs: readonly Plug[]
  /** The Ethernet addresses that hosts know of whom nobody recorded. */
  readonly macs: ReadonlyMap<Ipv4, Mac>
}

/** A device that leads out of what was recorded. */
export interface Plug {
  readonly space: NamespaceEvidence
  readonly link: LinkEvidence
}

interface Draft {
  networks: Prefix[]
  routers: Ipv4[]
  plugs: Plug[]
}

/** Puts devices that have a network in common, or a gateway, on one segment each. */
export function planSegments(plugs: readonly Plug[], spaces: readonly NamespaceEvidence[]): Segment[] {
  const drafts: Draft[] = []
  const recorded = new Set(
    spaces.flatMap(({ links }) => (links ?? []).flatMap(({ addresses }) => addresses.map(({ address }) => address))),
  )
  for (const plug of plugs) {
    const face = faceOf(plug)
    const own: Draft = {
      networks: uniqueNetworks(face.addresses.flatMap(networkOfAddress)),
      routers: gatewaysOf(plug.space, face.name).filter((address) => !recorded.has(address)),
      plugs: [plug],
    }
    const same = drafts.filter((other) => meets(own, other))
    for (const other of same) {
      drafts.splice(drafts.indexOf(other), 1)
      own.networks = uniqueNetworks([...other.networks, ...own.networks])
      own.routers = [...new Set([...other.routers, ...own.routers])]
      own.plugs = [...other.plugs, ...own.plugs]
    }
    drafts.push(own)
  }
  return drafts.map(({ networks, routers, plugs: ends }) => ({
    networks,
    routers: routers.map((address) => ({
      address,
      length: networks.find((each) => prefixContains(each, address))?.length ?? 32,
    })),
    mtu: Math.max(...ends.map(({ link }) => link.mtu)),
    plugs: ends,
    macs: macsOf(ends),
  }))
}

function macsOf(plugs: readonly Plug[]): Map<Ipv4, Mac> {
  const found = new Map<Ipv4, Mac>()
  for (const plug of plugs) {
    const { name } = faceOf(plug)
    for (const { address, dev, mac } of plug.space.neighbours ?? [])
      if (dev === name && mac !== null) found.set(address, mac)
  }
  return found
}

/** Who has the addresses: the device itself, or the bridge that it is a port of. */
export function faceOf({ space, link }: Plug): LinkEvidence {
  return space.links?.find(({ name }) => name === link.master) ?? link
}

/** An address that has its network for itself is on one with its gateway. */
function networkOfAddress({ address, length, peer }: AddressEvidence): Prefix[] {
  if (peer !== undefined) return [{ address: networkOf(peer, length), length }]
  return [{ address: networkOf(address, length), length }]
}

function uniqueNetworks(networks: readonly Prefix[]): Prefix[] {
  return networks.filter(
    (each, i) => networks.findIndex((other) => other.address === each.address && other.length === each.length) === i,
  )
}

function meets(a: Draft, b: Draft): boolean {
  if (a.routers.some((router) => b.routers.includes(router))) return true
  return a.networks.some((one) =>
    b.networks.some((other) => prefixContains(one, other.address) || prefixContains(other, one.address)),
  )
}

/** The gateways of default routes by a device. */
function gatewaysOf({ routes }: NamespaceEvidence, device: string): Ipv4[] {
  return [
    ...new Set(
      waysBy({ routes }, device).flatMap(({ destination, gateway }) =>
        destination === 'default' ? (gateway ?? []) : [],
      ),
    ),
  ]
}

/** What the routes of a namespace say of a device: destination and gateway. */
export function waysBy(
  { routes }: Pick<NamespaceEvidence, 'routes'>,
  device: string,
): { readonly destination: string; readonly gateway: Ipv4 | null }[] {
  return (routes ?? []).flatMap(({ text }) => {
    const words = text.trim().split(/\s+/)
    const [destination = ''] = words
    return hops(words)
      .filter(({ dev }) => dev === device)
      .map(({ gateway }) => ({ destination, gateway }))
  })
}

/** The ways of a route: one, or those of its next hops. */
function hops(words: readonly string[]): { readonly dev: string; readonly gateway: Ipv4 | null }[] {
  const found: { dev: string; gateway: Ipv4 | null }[] = []
  let gateway: Ipv4 | null = null
  for (const [i, word] of words.entries()) {
    if (word === 'nexthop') gateway = null
    else if (word === 'via') gateway = tryParseIpv4(words[i + 1] ?? '') ?? null
    else if (word === 'dev') found.push({ dev: words[i + 1] ?? '', gateway })
  }
  return found
}
