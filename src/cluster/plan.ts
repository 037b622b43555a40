import type { ClusterObjects, Node } from '../kubernetes/index.ts'
import { flannelNode, nodeAddress } from '../kubernetes/index.ts'
import type { FlannelBackend, FlannelConfig, Lease } from '../overlay/flannel.ts'
import {
  addressAt,
  broadcastOf,
  compareIpv4,
  formatPrefix,
  type Ipv4,
  networkOf,
  type Prefix,
  parseIpv4,
  parsePrefix,
  prefixContains,
} from '../packet/address.ts'
import { KubehopError, UnsupportedError } from '../packet/errors.ts'
import { type Mac, parseMac } from '../packet/mac.ts'
import type { RandomStream } from '../sim/index.ts'
import type { ClusterOptions } from './options.ts'

/** One node, in numbers. */
export interface NodePlan {
  readonly node: Node
  readonly name: string
  readonly address: Ipv4
  readonly lease: Lease
}

/** What the wiring needs to know of a cluster, worked out of its objects once. */
export interface ClusterPlan {
  readonly nodes: readonly NodePlan[]
  /** The network that the nodes share. */
  readonly underlay: Prefix
  /** The router's address in it: the nodes' default gateway. */
  readonly gateway: Ipv4
  readonly pods: Prefix
  readonly services: Prefix
  readonly flannel: FlannelConfig
  readonly bridge: 'cni0' | 'docker0'
  readonly hairpinMode: boolean
  readonly mtu: number
  readonly assumptions: readonly string[]
}

/** An Ethernet address as the kernel makes them up: locally administered, not a group (`eth_random_addr`). */
export function randomMac(random: RandomStream): Mac {
  const high = ((random.below(0x10000) & 0xfeff) | 0x0200) * 2 ** 32
  return (high + random.uint32()) as Mac
}

export function planCluster(objects: ClusterObjects, options: ClusterOptions, random: RandomStream): ClusterPlan {
  const assumptions: string[] = []
  const bridge = options.bridge ?? 'cni0'
  const backend = planBackend(objects, options, assumptions)
  const ipMasq = options.ipMasq ?? objects.flannel?.ipMasq ?? true
  const nodes = objects.nodes.map((node) => planNode(node, backend, random))
  const underlay = sharedNetwork(objects, nodes)
  if (options.ipMasq === undefined && objects.flannel?.ipMasq === undefined)
    assumptions.push('flanneld runs with --ip-masq, as its manifest has it')
  if (options.bridge === undefined) assumptions.push("pods are attached to cni0 by flannel's CNI plugin")
  return {
    nodes,
    underlay,
    gateway: freeAddress(underlay, nodes),
    pods: parsePrefix(objects.networks.pods),
    services: parsePrefix(objects.networks.services),
    flannel: { network: parsePrefix(objects.networks.pods), backend, ipMasq },
    bridge,
    hairpinMode: options.hairpinMode ?? objects.flannel?.hairpinMode ?? true,
    mtu: options.mtu ?? 1500,
    assumptions,
  }
}

function planBackend(objects: ClusterObjects, options: ClusterOptions, assumptions: string[]): FlannelBackend {
  const given = objects.flannel?.backend
  const type = options.backend ?? given?.type
  if (type === undefined) assumptions.push('the pod network is flannel with its vxlan backend')
  switch (type ?? 'vxlan') {
    case 'vxlan':
      return {
        type: 'vxlan',
        vni: given?.vni ?? 1,
        port: given?.port ?? 0,
        directRouting: options.directRouting ?? given?.directRouting ?? false,
      }
    case 'host-gw':
      return { type: 'host-gw' }
    default:
      throw new UnsupportedError(`flannel backend ${type}`, { hint: 'vxlan and host-gw are' })
  }
}

function planNode(node: Node, backend: FlannelBackend, random: RandomStream): NodePlan {
  const flannel = flannelNode(node.metadata.annotations)
  const address = nodeAddress(node)
  const podCidr = node.spec.podCIDR
  if (address === undefined || podCidr === undefined) {
    throw new KubehopError('BAD_NODE', `node ${node.metadata.name} has no InternalIP or no podCIDR`)
  }
  const vtepMac = flannel?.vtepMAC === undefined ? randomMac(random) : parseMac(flannel.vtepMAC)
  const publicIp = flannel?.publicIP ?? address
  return {
    node,
    name: node.metadata.name,
    address: parseIpv4(address),
    lease: {
      subnet: parsePrefix(podCidr),
      publicIp: parseIpv4(publicIp),
      vtepMac: backend.type === 'vxlan' ? vtepMac : (0 as Mac),
    },
  }
}

/** The smallest network that holds all nodes: theirs, or what all of theirs have in common. */
function sharedNetwork(objects: ClusterObjects, nodes: readonly NodePlan[]): Prefix {
  const given = objects.networks.nodes.map(parsePrefix)
  const [only] = given
  if (given.length === 1 && only !== undefined && nodes.every((node) => prefixContains(only, node.address))) {
    return { address: networkOf(only.address, only.length), length: only.length }
  }
  const first = nodes[0]?.address ?? (0 as Ipv4)
  let length = 24
  while (length > 1 && !nodes.every((node) => networkOf(node.address, length) === networkOf(first, length))) length--
  return { address: networkOf(first, length), length }
}

/** The router takes the first address of the network that no node has, from the bottom. */
function freeAddress(network: Prefix, nodes: readonly NodePlan[]): Ipv4 {
  const taken = new Set(nodes.map((node) => node.address))
  const last = broadcastOf(network.address, network.length)
  for (let address = addressAt(network.address, 1); compareIpv4(address, last) < 0; address = addressAt(address, 1)) {
    if (!taken.has(address)) return address
  }
  throw new KubehopError('NO_ADDRESS', `the nodes' network ${formatPrefix(network)} has no address left for a router`)
}
