import { IPv4CidrRange } from 'ip-num'
import { formatPrefix, ipv4, type Prefix, parsePrefix, prefixesOverlap, tryParseIpv4 } from '../../packet/address.ts'
import type { Networks } from '../objects/cluster-objects.ts'
import { flannelNode } from '../objects/flannel.ts'
import type { KubernetesObjects } from '../objects/kubernetes-objects.ts'
import { lookup, type StringMap } from '../objects/meta.ts'
import { type Node, type NodeAddress, nodeAddress } from '../objects/node.ts'
import { AddressPool, cidrContains, PoolExhausted } from './address-pool.ts'
import type { Filling } from './filling.ts'

const DEFAULT_NODES = 2
/** kube-controller-manager's `--node-cidr-mask-size` */
const NODE_CIDR_MASK_SIZE = 24
/** Made-up nodes begin here: .1 is somebody's router in most networks. */
const FIRST_NODE_OFFSET = 11

/** The names of the nodes that a live input's pods run on, with their addresses, when the input has no Nodes. */
function nodesOfPods(objects: KubernetesObjects): Map<string, string | undefined> {
  const found = new Map<string, string | undefined>()
  for (const { spec, status } of objects.pods) {
    const live = status.podIP !== undefined || status.hostIP !== undefined
    if (spec.nodeName !== undefined && live && found.get(spec.nodeName) === undefined)
      found.set(spec.nodeName, status.hostIP)
  }
  return found
}

function bareNode(name: string, address: string | undefined, generatedFor: string): Node {
  return {
    kind: 'Node',
    metadata: { name, labels: {}, annotations: {}, ownerReferences: [] },
    spec: { taints: [], unschedulable: false },
    status: { addresses: address === undefined ? [] : [{ type: 'InternalIP', address }] },
    source: { generatedFor },
  }
}

/** The nodes of the input, or those that its pods run on, or new ones named node-1 to node-N; not filled in yet. */
export function nodesOf(objects: KubernetesObjects, filling: Filling): readonly Node[] {
  const wanted = filling.options.nodes
  if (objects.nodes.length > 0) {
    if (wanted !== undefined && wanted !== objects.nodes.length) {
      filling.problems.note('NODES', `the input has ${objects.nodes.length} nodes, so ${wanted} are not made`)
    }
    return objects.nodes
  }
  const found = nodesOfPods(objects)
  if (found.size > 0) {
    return [...found].map(([name, address]) => {
      filling.assumptions.add('NODES', () => name)
      return bareNode(
        name,
        address === undefined || tryParseIpv4(address) === undefined ? undefined : address,
        'its pods',
      )
    })
  }
  const count = wanted ?? DEFAULT_NODES
  if (!Number.isInteger(count) || count < 1) {
    filling.wrong('BAD_OPTION', `the number of nodes must be 1 or more, not ${count}`)
    return []
  }
  return Array.from({ length: count }, (_, i) => {
    const name = `node-${i + 1}`
    filling.assumptions.add('NODES', () => name)
    return bareNode(name, undefined, 'the cluster')
  })
}

/** Labels that the kubelet sets on its own Node (pkg/kubelet/kubelet_node_status.go `initialNode`). */
function kubeletLabels(node: Node): StringMap {
  const { labels, name } = node.metadata
  const own = { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' }
  return Object.keys(own).every((key) => lookup(labels, key) !== undefined) ? labels : { ...own, ...labels }
}

/** Gives nodes what they lack: an InternalIP, a podCIDR, the kubelet's labels. */
export function fillNodes(nodes: readonly Node[], networks: Networks, filling: Filling): readonly Node[] {
  const addresses = giveAddresses(nodes, networks, filling)
  const cidrs = givePodCidrs(nodes, networks.pods, filling)
  return nodes.map((node, i) => {
    const labels = kubeletLabels(node)
    const podCIDR = cidrs[i]
    const given = addresses[i]
    if (labels === node.metadata.labels && podCIDR === node.spec.podCIDR && given === undefined) return node
    const list: readonly NodeAddress[] =
      given === undefined ? node.status.addresses : [{ type: 'InternalIP', address: given }, ...node.status.addresses]
    const named = list.some(({ type }) => type === 'Hostname')
    return {
      ...node,
      metadata: { ...node.metadata, labels },
      spec: { ...node.spec, podCIDR },
      status: {
        ...node.status,
        addresses: named ? list : [...list, { type: 'Hostname', address: node.metadata.name } as const],
      },
    }
  })
}

/** The new address of each node that has none. */
function giveAddresses(nodes: readonly Node[], networks: Networks, filling: Filling): (string | undefined)[] {
  const [network] = networks.nodes
  if (network === undefined) return []
  const { length } = parsePrefix(network)
  const pool = new AddressPool(network, length <= 26 ? FIRST_NODE_OFFSET : 1)
  const owners = new Map<string, Node>()
  for (const node of nodes) {
    for (const { type, address } of node.status.addresses) {
      if (!type.endsWith('IP')) continue
      pool.take(address)
      const other = owners.get(address)
      if (other !== undefined && other !== node) {
        filling.problem(
          'DUPLICATE_ADDRESS',
          node,
          'status.addresses',
          `${address} is also the address of Node ${other.metadata.name}`,
        )
      }
      owners.set(address, node)
    }
  }
  try {
    return nodes.map((node) => {
      if (nodeAddress(node) !== undefined) return undefined
      const known = flannelNode(node.metadata.annotations)?.publicIP
      const address = known !== undefined && tryParseIpv4(known) !== undefined ? known : pool.next()
      filling.assumptions.add('NODE_ADDRESSES', () => `${node.metadata.name} ${address}`)
      return address
    })
  } catch (error) {
    if (!(error instanceof PoolExhausted)) throw error
    filling.wrong(
      'POOL_EXHAUSTED',
      `the node network ${network} has too few addresses for ${nodes.length} nodes`,
      'give a larger one: --node-cidr',
    )
    return []
  }
}

/** Each node's podCIDR: its own, or the next free part of the cluster's pod network. */
function givePodCidrs(nodes: readonly Node[], podNetwork: string, filling: Filling): (string | undefined)[] {
  const cluster = parsePrefix(podNetwork)
  const taken = checkPodCidrs(nodes, podNetwork, filling)
  const size = maskSize(cluster.length, nodes.length, filling)
  const parts = new PodNetworkParts(podNetwork, size, taken)
  return nodes.map((node) => {
    if (node.spec.podCIDR !== undefined) return node.spec.podCIDR
    const cidr = parts.next()
    if (cidr === undefined) {
      const message = `the pod network ${podNetwork} has no /${size} left for ${node.metadata.name}`
      filling.problem('POOL_EXHAUSTED', node, 'spec.podCIDR', message, 'give a larger one: --pod-cidr')
      return undefined
    }
    filling.assumptions.add('POD_CIDRS', () => `${node.metadata.name} ${cidr}`)
    return cidr
  })
}

function maskSize(clusterLength: number, nodes: number, filling: Filling): number {
  const wanted = filling.options.nodeCidrMaskSize
  if (wanted !== undefined) return wanted
  const needed = clusterLength + Math.ceil(Math.log2(Math.max(nodes, 1)))
  // A pod network no larger than a node's usual share is cut into smaller parts.
  return clusterLength > NODE_CIDR_MASK_SIZE - 4
    ? Math.min(Math.max(needed, NODE_CIDR_MASK_SIZE), 30)
    : NODE_CIDR_MASK_SIZE
}

function checkPodCidrs(nodes: readonly Node[], podNetwork: string, filling: Filling): Prefix[] {
  const given: { node: Node; prefix: Prefix }[] = []
  for (const node of nodes) {
    const { podCIDR } = node.spec
    if (podCIDR === undefined) continue
    if (!cidrContains(podNetwork, podCIDR)) {
      const message = `${podCIDR} is outside the cluster’s pod network ${podNetwork}`
      filling.refused('POD_CIDR_OUTSIDE', node, 'spec.podCIDR', message)
    }
    given.push({ node, prefix: parsePrefix(podCIDR) })
  }
  // In the order of the addresses, networks that overlap are neighbours.
  const sorted = given.toSorted(
    (a, b) => (a.prefix.address >>> 0) - (b.prefix.address >>> 0) || a.prefix.length - b.prefix.length,
  )
  for (const [i, { node, prefix }] of sorted.entries()) {
    const before = sorted[i - 1]
    if (before === undefined || !prefixesOverlap(before.prefix, prefix)) continue
    const message = `${formatPrefix(prefix)} overlaps that of Node ${before.node.metadata.name}, ${formatPrefix(before.prefix)}`
    filling.problem('OVERLAPPING_CIDRS', node, 'spec.podCIDR', message)
  }
  return sorted.map(({ prefix }) => prefix)
}

/** The parts of the pod network in their order, without those that overlap one already given. */
class PodNetworkParts {
  readonly #first: number
  readonly #count: number
  readonly #size: number
  readonly #length: number
  readonly #taken: readonly Prefix[]
  #index = 0
  #takenIndex = 0

  constructor(network: string, length: number, taken: readonly Prefix[]) {
    const range = IPv4CidrRange.fromCidr(network)
    this.#length = length
    this.#size = 2 ** (32 - length)
    this.#first = Number(range.getFirst().getValue())
    this.#count = Math.floor(Number(range.getSize()) / this.#size)
    this.#taken = taken
  }

  next(): string | undefined {
    while (this.#index < this.#count) {
      const start = this.#first + this.#index * this.#size
      this.#index++
      if (!this.#overlapsTaken(start)) return formatPrefix({ address: ipv4(start), length: this.#length })
    }
    return undefined
  }

  /** The taken networks are in order and the parts come in order: one walk over both. */
  #overlapsTaken(start: number): boolean {
    for (; this.#takenIndex < this.#taken.length; this.#takenIndex++) {
      const { address, length } = this.#taken[this.#takenIndex]!
      const first = address >>> 0
      if (first + 2 ** (32 - length) > start) return first < start + this.#size
    }
    return false
  }
}
