import { parsePrefix, tryParseIpv4 } from '../../packet/address.ts'
import type { Networks } from '../objects/cluster-objects.ts'
import { flannelNode } from '../objects/flannel.ts'
import type { KubernetesObjects } from '../objects/kubernetes-objects.ts'
import { lookup, type StringMap } from '../objects/meta.ts'
import { type Node, type NodeAddress, nodeAddress } from '../objects/node.ts'
import { AddressPool, PoolExhausted } from './address-pool.ts'
import type { Filling } from './filling.ts'
import { givePodCidrs } from './pod-cidrs.ts'

const DEFAULT_NODES = 2
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

/**
 * The nodes that an input of kube-proxy's own objects speaks of: the one that is asked for, kube-proxy's `hostnameOverride`,
 * and those that endpoints are on. None for an input with pods or workloads: they go onto the nodes that there are.
 */
function namedNodes({ pods, workloads, endpointSlices, kubeProxy }: KubernetesObjects, filling: Filling): string[] {
  if (pods.length + workloads.length > 0 || (endpointSlices.length === 0 && kubeProxy === undefined)) return []
  const names = [filling.options.asked?.node, kubeProxy?.hostnameOverride?.trim().toLowerCase()]
  for (const { endpoints } of endpointSlices) for (const { nodeName } of endpoints) names.push(nodeName)
  return [...new Set(names)].filter((name): name is string => name !== undefined && name !== '')
}

/** The nodes of the input, or those that its pods or endpoints are on, or new ones named node-1 to node-N; not filled in yet. */
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
  const named = wanted === undefined ? namedNodes(objects, filling) : []
  if (named.length > 0) {
    return named.map((name) => {
      filling.assumptions.add('NODES', () => name)
      return bareNode(name, undefined, 'what names it')
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
export function fillNodes(
  nodes: readonly Node[],
  networks: Networks,
  objects: KubernetesObjects,
  filling: Filling,
): readonly Node[] {
  const addresses = giveAddresses(nodes, networks, filling)
  const cidrs = givePodCidrs(nodes, networks.pods, objects, filling)
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
