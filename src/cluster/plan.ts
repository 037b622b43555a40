import type { ClusterObjects, Node } from '../kubernetes/index.ts'
import { flannelNode, isPodTerminal, nodeAddress } from '../kubernetes/index.ts'
import type { FlannelBackend, FlannelConfig } from '../overlay/flannel.ts'
import { FlannelLeases, type Lease } from '../overlay/flannel-leases.ts'
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
  prefixesOverlap,
  tryParseIpv4,
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
  /** Its other InternalIPs and its ExternalIPs. */
  readonly moreAddresses: readonly Ipv4[]
  readonly lease: Lease
}

/** What the wiring needs to know of a cluster, worked out of its objects once. */
export interface ClusterPlan {
  readonly nodes: readonly NodePlan[]
  /** What flannel leads packets by: a subnet of each node, and each address of a pod that lies elsewhere. */
  readonly leases: FlannelLeases
  /** The network that the nodes share. */
  readonly underlay: Prefix
  /** The router's address in it: the nodes' default gateway. */
  readonly gateway: Ipv4
  readonly pods: Prefix
  readonly services: Prefix
  /** The network beyond the router. */
  readonly outside: Prefix
  readonly flannel: FlannelConfig
  /** Its name: cni0, docker0, or what kube-proxy calls the bridge of the pods. */
  readonly bridge: string
  readonly hairpinMode: boolean
  readonly mtu: number
  readonly assumptions: readonly string[]
}

const MAC = /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i

/** An Ethernet address as the kernel makes them up: locally administered, not a group (`eth_random_addr`). */
export function randomMac(random: RandomStream): Mac {
  const high = ((random.below(0x10000) & 0xfeff) | 0x0200) * 2 ** 32
  return (high + random.uint32()) as Mac
}

/** An Ethernet address that follows from an IPv4 address: the same whoever asks for it, and when. */
export function macOf(high: number, address: Ipv4): Mac {
  return (high * 2 ** 32 + (address >>> 0)) as Mac
}

export function planCluster(objects: ClusterObjects, options: ClusterOptions, random: RandomStream): ClusterPlan {
  const assumptions: string[] = []
  const bridge = options.bridge ?? bridgeOfKubeProxy(objects) ?? 'cni0'
  const backend = planBackend(objects, options, assumptions)
  const ipMasq = options.ipMasq ?? objects.flannel?.ipMasq ?? !isAboutKubeProxy(objects)
  const nodes = objects.nodes.map((node) => planNode(node, backend, random))
  const underlay = sharedNetwork(objects, nodes)
  const pods = parsePrefix(objects.networks.pods)
  const services = parsePrefix(objects.networks.services)
  if (objects.networks.nodes.length > 1) assumptions.push(`all nodes share one network, ${formatPrefix(underlay)}`)
  if (options.ipMasq === undefined && objects.flannel?.ipMasq === undefined)
    assumptions.push(
      ipMasq
        ? 'flanneld runs with --ip-masq, as its manifest has it'
        : 'nobody but kube-proxy masquerades: the input is about kube-proxy alone',
    )
  if (options.bridge === undefined) assumptions.push(`pods are attached to ${bridge} by flannel's CNI plugin`)
  const external = nodes.filter(({ node }) => node.status.addresses.some(({ type }) => type === 'ExternalIP'))
  if (external.length > 0) assumptions.push('nodes have their ExternalIPs themselves, beside their InternalIPs')
  return {
    nodes,
    leases: new FlannelLeases([...nodes.map(({ lease }) => lease), ...strayLeases(objects, nodes, pods)]),
    underlay,
    gateway: freeAddress(underlay, nodes),
    pods,
    services,
    outside: outsideNetwork([underlay, pods, services, parsePrefix(objects.networks.loadBalancers)]),
    flannel: { network: pods, backend, ipMasq },
    bridge,
    hairpinMode: options.hairpinMode ?? objects.flannel?.hairpinMode ?? true,
    mtu: options.mtu ?? 1500,
    assumptions,
  }
}

/** kube-proxy's configuration, and neither pods nor what makes them, nor a word about flannel. */
export function isAboutKubeProxy({ kubeProxy, flannel, nodes, pods, workloads }: ClusterObjects): boolean {
  if (kubeProxy === undefined || flannel !== undefined || pods.length + workloads.length > 0) return false
  return nodes.every(({ metadata }) => flannelNode(metadata.annotations) === undefined)
}

/** By which kube-proxy was told to know traffic of pods (detectLocalMode BridgeInterface): such a bridge is there. */
function bridgeOfKubeProxy({ kubeProxy }: ClusterObjects): string | undefined {
  return kubeProxy?.detectLocalMode === 'BridgeInterface' ? kubeProxy.detectLocal?.bridgeInterface : undefined
}

/**
 * Pods that another CNI gave addresses have them anywhere (Calico cuts blocks of its own). A real flannel would lead nothing there; the
 * input carries a warning, and each such address is led like a subnet, so that there is something to see. So is the address of an
 * endpoint in the pods' network that the input has no pod for.
 */
function strayLeases(objects: ClusterObjects, nodes: readonly NodePlan[], pods: Prefix): Lease[] {
  const leases = new Map(nodes.map(({ name, lease }) => [name, lease]))
  const known = new Set<Ipv4>()
  const strays: Lease[] = []
  const lead = (lease: Lease | undefined, address: Ipv4): void => {
    if (lease === undefined || known.has(address)) return
    known.add(address)
    if (!prefixContains(lease.subnet, address)) strays.push({ ...lease, subnet: { address, length: 32 } })
  }
  for (const pod of objects.pods) {
    const address = pod.spec.hostNetwork || isPodTerminal(pod) ? undefined : tryParseIpv4(pod.status.podIP ?? '')
    if (address !== undefined) lead(leases.get(pod.spec.nodeName ?? ''), address)
  }
  for (const { endpoints } of objects.endpointSlices) {
    for (const { addresses, nodeName } of endpoints) {
      const address = tryParseIpv4(addresses[0] ?? '')
      if (address !== undefined && prefixContains(pods, address)) lead(leases.get(nodeName ?? ''), address)
    }
  }
  return strays
}

function planBackend(objects: ClusterObjects, options: ClusterOptions, assumptions: string[]): FlannelBackend {
  // without its ConfigMap what flanneld wrote on the nodes still tells
  const annotated = objects.nodes
    .map(({ metadata }) => flannelNode(metadata.annotations))
    .find((flannel) => flannel?.backendType !== undefined)
  const given = objects.flannel?.backend
  const type = options.backend ?? given?.type ?? annotated?.backendType
  if (type === undefined) assumptions.push('the pod network is flannel with its vxlan backend')
  switch (type ?? 'vxlan') {
    case 'vxlan':
      return {
        type: 'vxlan',
        vni: given?.vni ?? annotated?.vni ?? 1,
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
  const vtepMac =
    flannel?.vtepMAC === undefined || !MAC.test(flannel.vtepMAC) ? randomMac(random) : parseMac(flannel.vtepMAC)
  const publicIp = tryParseIpv4(flannel?.publicIP ?? address)
  return {
    node,
    name: node.metadata.name,
    address: parseIpv4(address),
    moreAddresses: otherAddresses(node, parseIpv4(address)),
    lease: {
      subnet: parsePrefix(podCidr),
      publicIp: publicIp ?? parseIpv4(address),
      vtepMac: backend.type === 'vxlan' ? vtepMac : (0 as Mac),
    },
  }
}

function otherAddresses({ status }: Node, first: Ipv4): Ipv4[] {
  const found = new Set<Ipv4>()
  for (const { type, address } of status.addresses) {
    const value = type === 'InternalIP' || type === 'ExternalIP' ? tryParseIpv4(address) : undefined
    if (value !== undefined && value !== first) found.add(value)
  }
  return [...found]
}

/** The smallest network that holds all nodes: theirs, or what all of theirs have in common. */
function sharedNetwork(objects: ClusterObjects, nodes: readonly NodePlan[]): Prefix {
  const given = objects.networks.nodes.map(parsePrefix)
  const [only] = given
  const holdsAll = nodes.every(
    ({ address, lease }) => only !== undefined && prefixContains(only, address) && prefixContains(only, lease.publicIp),
  )
  if (given.length === 1 && only !== undefined && holdsAll) {
    return { address: networkOf(only.address, only.length), length: only.length }
  }
  const addresses = nodes.flatMap(({ address, lease }) => [address, lease.publicIp])
  const first = addresses[0] ?? (0 as Ipv4)
  let length = 24
  while (length > 1 && !addresses.every((address) => networkOf(address, length) === networkOf(first, length))) length--
  return { address: networkOf(first, length), length }
}

/** The networks that documents are written with (RFC 5737), and the one for measurements (RFC 2544): nobody's in particular. */
const OUTSIDE = ['198.51.100.0/24', '192.0.2.0/24', '203.0.113.0/24', '198.18.0.0/24'].map(parsePrefix)

/** The first that is nobody's in the cluster. */
function outsideNetwork(taken: readonly Prefix[]): Prefix {
  const free = OUTSIDE.find((network) => !taken.some((other) => prefixesOverlap(network, other)))
  if (free === undefined)
    throw new KubehopError('NO_ADDRESS', "the cluster's networks leave none for the world outside")
  return free
}

/** The router takes the first address of the network that no node has, from the bottom. */
function freeAddress(network: Prefix, nodes: readonly NodePlan[]): Ipv4 {
  const taken = new Set(
    nodes.flatMap(({ address, moreAddresses, lease }) => [address, ...moreAddresses, lease.publicIp]),
  )
  const last = broadcastOf(network.address, network.length)
  for (let address = addressAt(network.address, 1); compareIpv4(address, last) < 0; address = addressAt(address, 1)) {
    if (!taken.has(address)) return address
  }
  throw new KubehopError('NO_ADDRESS', `the nodes' network ${formatPrefix(network)} has no address left for a router`)
}
