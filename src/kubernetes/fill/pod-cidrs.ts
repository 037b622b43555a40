import { IPv4CidrRange } from 'ip-num'
import {
  formatPrefix,
  type Ipv4,
  ipv4,
  networkOf,
  type Prefix,
  parsePrefix,
  prefixContains,
  prefixesOverlap,
  tryParseIpv4,
} from '../../packet/address.ts'
import type { KubernetesObjects } from '../objects/kubernetes-objects.ts'
import type { Node } from '../objects/node.ts'
import { cidrContains } from './address-pool.ts'
import type { Filling } from './filling.ts'

/** kube-controller-manager's `--node-cidr-mask-size` */
const NODE_CIDR_MASK_SIZE = 24

/** Each node's podCIDR: its own, or the next free part of the cluster's pod network. */
export function givePodCidrs(
  nodes: readonly Node[],
  podNetwork: string,
  objects: KubernetesObjects,
  filling: Filling,
): (string | undefined)[] {
  const cluster = parsePrefix(podNetwork)
  const given = checkPodCidrs(nodes, podNetwork, filling)
  const size = maskSize(cluster.length, nodes.length, filling)
  if (nodes.every(({ spec }) => spec.podCIDR !== undefined)) return nodes.map(({ spec }) => spec.podCIDR)
  const taken = inOrder([...given, ...inhabited(objects, filling, cluster, size)])
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

/** The parts of the pods' network that somebody lives in who is no pod of the input: endpoints, and who is asked for. */
function inhabited(
  { endpointSlices, pods }: KubernetesObjects,
  filling: Filling,
  cluster: Prefix,
  length: number,
): Prefix[] {
  const asked = filling.options.asked?.address
  const known = new Set(pods.map(({ status }) => status.podIP))
  const found = new Set<Ipv4>()
  const add = (text: string | undefined): void => {
    const address = text === undefined || known.has(text) ? undefined : tryParseIpv4(text)
    if (address !== undefined && prefixContains(cluster, address)) found.add(networkOf(address, length))
  }
  add(asked)
  for (const { endpoints } of endpointSlices) for (const { addresses } of endpoints) add(addresses[0])
  return [...found].map((address) => ({ address, length }))
}

/** By address; of two that begin together the larger one first. */
function inOrder(networks: readonly Prefix[]): Prefix[] {
  return networks.toSorted((a, b) => (a.address >>> 0) - (b.address >>> 0) || a.length - b.length)
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
