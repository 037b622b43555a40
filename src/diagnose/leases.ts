import { flannelNode } from '../kubernetes/index.ts'
import { type Ipv4, type Prefix, parsePrefix, tryParseIpv4 } from '../packet/address.ts'
import { type Mac, parseMac } from '../packet/mac.ts'
import type { LinkEvidence } from '../snapshot/index.ts'
import { linkProof } from './examination.ts'
import { objectSource, type Proof } from './finding.ts'
import { type NamespaceView, networksOf, type World } from './world.ts'

/** What a host of the pod network is known by to the others: flannel calls it a lease. */
export interface Lease {
  readonly host: string
  /** Null: only its Node object tells of it. */
  readonly view: NamespaceView | null
  /** Its VXLAN device. */
  readonly device: LinkEvidence | null
  /** The network of its pods. */
  readonly subnet: Prefix
  /** What the others send to by the tunnel: the network's own address, as flannel has it. */
  readonly gateway: Ipv4
  readonly mac: Mac | null
  /** What the others’ tunnels send to. */
  readonly publicAddress: Ipv4 | null
  readonly vni: number | null
  readonly proof: Proof
}

/** The leases of a world: of the hosts that were looked at, and of the other nodes that flannel has written to. */
export function leasesOf(world: World): readonly Lease[] {
  const leases = world.nodes.flatMap((view) => leaseOf(view, world))
  const known = new Set(leases.map(({ host }) => host))
  for (const node of world.told?.nodes ?? []) {
    const { name, annotations } = node.metadata
    const { podCIDR } = node.spec
    if (known.has(name) || podCIDR === undefined) continue
    const flannel = flannelNode(annotations)
    if (flannel === undefined || flannel.backendType !== 'vxlan') continue
    const subnet = parsePrefix(podCIDR)
    leases.push({
      host: name,
      view: null,
      device: null,
      subnet,
      gateway: subnet.address,
      mac: flannel.vtepMAC === undefined ? null : macOf(flannel.vtepMAC),
      publicAddress: (flannel.publicIP === undefined ? undefined : tryParseIpv4(flannel.publicIP)) ?? null,
      vni: flannel.vni ?? null,
      proof: {
        text: `Node ${name}: podCIDR ${podCIDR}, VtepMAC ${flannel.vtepMAC}, public-ip ${flannel.publicIP}`,
        source: objectSource(node.source),
      },
    })
  }
  return leases
}

/** The bridges that have pods. */
export function podBridges(view: NamespaceView, world: World): readonly LinkEvidence[] {
  const bridges = world.attachments.flatMap(({ node, bridge }) => (node === view && bridge !== null ? [bridge] : []))
  return [...new Set(bridges)]
}

function leaseOf(view: NamespaceView, world: World): Lease[] {
  const device =
    view.evidence.links?.find(({ vxlan, name }) => vxlan !== undefined && name.startsWith('flannel')) ?? null
  if (device === null) return []
  const own = device.addresses[0]
  if (own === undefined) return []
  // flannel gives the device the first address of the network; how long its prefix is, the bridge tells
  const bridge = (view.evidence.links ?? [])
    .filter(({ kind }) => kind === 'bridge')
    .flatMap((link) => networksOf(link))
    .find(({ address }) => address === own.address)
  const node = world.told?.nodes.find(({ metadata }) => metadata.name === view.evidence.host)
  const told = node?.spec.podCIDR === undefined ? undefined : parsePrefix(node.spec.podCIDR)
  const subnet = bridge ?? (told?.address === own.address ? told : undefined) ?? { address: own.address, length: 24 }
  return [
    {
      host: view.evidence.host,
      view,
      device,
      subnet,
      gateway: own.address,
      mac: device.mac,
      publicAddress: device.vxlan?.local ?? null,
      vni: device.vxlan?.id ?? null,
      proof: linkProof(device, `${view.name}’s ${device.name}`),
    },
  ]
}

function macOf(text: string): Mac | null {
  try {
    return parseMac(text)
  } catch {
    return null
  }
}
