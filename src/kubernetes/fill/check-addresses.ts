import {
  addressAt,
  broadcastOf,
  formatIpv4,
  type Ipv4,
  isLimitedBroadcast,
  isLoopback,
  isMulticast,
  isZeronet,
  networkOf,
  type Prefix,
  parsePrefix,
  prefixContains,
  tryParseIpv4,
} from '../../packet/address.ts'
import type { Node } from '../objects/node.ts'
import { isPodTerminal, type Pod } from '../objects/pod.ts'
import { hasClusterIP, type Service } from '../objects/service.ts'
import { type Filling, nameOf } from './filling.ts'

/** The networks of nodes, found by address without a look at each. */
class NodeNetworks {
  readonly #byLength = new Map<number, Map<Ipv4, Node>>()

  constructor(nodes: readonly Node[]) {
    for (const node of nodes) {
      if (node.spec.podCIDR === undefined) continue
      const { address, length } = parsePrefix(node.spec.podCIDR)
      let networks = this.#byLength.get(length)
      if (networks === undefined) {
        networks = new Map()
        this.#byLength.set(length, networks)
      }
      networks.set(networkOf(address, length), node)
    }
  }

  of(address: Ipv4): Node | undefined {
    for (const [length, networks] of this.#byLength) {
      const node = networks.get(networkOf(address, length))
      if (node !== undefined) return node
    }
    return undefined
  }
}

/** Addresses and networks of the input that nobody can have where they stand: a packet would go elsewhere. */
export function checkAddresses(
  nodes: readonly Node[],
  pods: readonly Pod[],
  services: readonly Service[],
  filling: Filling,
): void {
  for (const node of nodes) checkNode(node, filling)
  if (filling.problems.failed) return
  const subnets = new Map<string, Prefix>()
  for (const { metadata, spec } of nodes)
    if (spec.podCIDR !== undefined) subnets.set(metadata.name, parsePrefix(spec.podCIDR))
  for (const pod of pods) checkPod(pod, subnets.get(pod.spec.nodeName ?? ''), filling)
  const networks = new NodeNetworks(nodes)
  for (const service of services) checkService(service, networks, filling)
}

/** Not the whole Internet's, not a group's, not every host's own. */
function isUnicast(address: Ipv4): boolean {
  return !isZeronet(address) && !isLoopback(address) && !isMulticast(address) && !isLimitedBroadcast(address)
}

function checkNode(node: Node, filling: Filling): void {
  for (const { type, address: text } of node.status.addresses) {
    const address = type === 'InternalIP' ? tryParseIpv4(text) : undefined
    if (address !== undefined && !isUnicast(address))
      filling.refused('BAD_ADDRESS', node, 'status.addresses', `no single node can have the address ${text}`)
  }
  const { podCIDR } = node.spec
  if (podCIDR === undefined) return
  const { address, length } = parsePrefix(podCIDR)
  if (!isUnicast(networkOf(address, length)) || !isUnicast(broadcastOf(address, length)))
    filling.refused('BAD_ADDRESS', node, 'spec.podCIDR', `no pod can have an address of ${podCIDR}`)
}

function checkPod(pod: Pod, subnet: Prefix | undefined, filling: Filling): void {
  const address = tryParseIpv4(pod.status.podIP ?? '')
  if (address === undefined || pod.spec.hostNetwork || isPodTerminal(pod)) return
  if (!isUnicast(address)) {
    filling.refused('BAD_ADDRESS', pod, 'status.podIP', `no single pod can have the address ${formatIpv4(address)}`)
    return
  }
  if (subnet === undefined || subnet.length > 30 || !prefixContains(subnet, address)) return
  const network = networkOf(subnet.address, subnet.length)
  const whose =
    address === addressAt(network, 1)
      ? 'the bridge’s own'
      : address === network || address === broadcastOf(network, subnet.length)
        ? 'no host’s'
        : undefined
  if (whose === undefined) return
  const message = `${formatIpv4(address)} is ${whose} in the podCIDR of ${pod.spec.nodeName}`
  filling.refused('BAD_ADDRESS', pod, 'status.podIP', message)
}

function checkService(service: Service, networks: NodeNetworks, filling: Filling): void {
  const address = hasClusterIP(service) ? tryParseIpv4(service.spec.clusterIP ?? '') : undefined
  if (address === undefined) return
  const node = networks.of(address)
  if (node === undefined) return
  const message = `${formatIpv4(address)} lies in the podCIDR of ${nameOf(node)}, ${node.spec.podCIDR}`
  filling.refused('OVERLAPPING_CIDRS', service, 'spec.clusterIP', message)
}
