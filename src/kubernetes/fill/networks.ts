import { formatPrefix, maskOf, networkOf, type Prefix, parsePrefix, tryParseIpv4 } from '../../packet/address.ts'
import type { Networks } from '../objects/cluster-objects.ts'
import type { KubernetesObjects } from '../objects/kubernetes-objects.ts'
import { nodeAddress } from '../objects/node.ts'
import { hasClusterIP } from '../objects/service.ts'
import { cidrContains, cidrsOverlap } from './address-pool.ts'
import type { Filling } from './filling.ts'

/** A network, and who said so. */
interface Choice {
  readonly cidr: string
  /** As messages call the source; undefined for a supposition, which gives way to what was said. */
  readonly from: string | undefined
}

const POD_DEFAULTS = ['10.244.0.0/16', '10.128.0.0/9', '172.16.0.0/13', '100.64.0.0/10']
const LARGE_POD_DEFAULTS = ['10.128.0.0/9', '100.64.0.0/10', '172.16.0.0/12']
const SERVICE_DEFAULTS = ['10.96.0.0/12', '172.30.0.0/16', '10.43.0.0/16', '100.64.0.0/16']
const NODE_DEFAULTS = ['192.168.0.0/24', '172.18.0.0/24', '10.10.0.0/24', '198.18.0.0/24']
const LARGE_NODE_DEFAULTS = ['192.168.0.0/16', '172.18.0.0/16', '10.10.0.0/16']
const LOAD_BALANCER_DEFAULTS = ['203.0.113.0/24', '198.18.0.0/15']
/** So many nodes fit into a default network of nodes, and /24s into 10.244.0.0/16. */
const MOST_SMALL = 200

/** The smallest network that holds all of them and is no smaller than `longest`. */
export function commonNetwork(prefixes: readonly Prefix[], longest: number): Prefix | undefined {
  const [first, ...rest] = prefixes
  if (first === undefined) return undefined
  let length = Math.min(first.length, longest)
  for (const { address, length: other } of rest) {
    length = Math.min(length, other)
    while (((first.address ^ address) & maskOf(length)) !== 0) length--
  }
  return { address: networkOf(first.address, length), length }
}

function prefixesOf(addresses: readonly (string | undefined)[]): Prefix[] {
  return addresses.flatMap((text) => {
    const address = text === undefined ? undefined : tryParseIpv4(text)
    return address === undefined ? [] : [{ address, length: 32 }]
  })
}

/** The value of a flag of a control plane program that runs as a pod, as kubeadm's do. */
function flagOf(objects: KubernetesObjects, program: string, flag: string): string | undefined {
  for (const pod of objects.pods) {
    if (!pod.metadata.name.startsWith(program)) continue
    const words = pod.spec.containers.flatMap(({ command, args }) => [...(command ?? []), ...(args ?? [])])
    const found = words.find((word) => word.startsWith(`--${flag}=`))?.slice(flag.length + 3)
    const ipv4 = found?.split(',').find((cidr) => /^[0-9./]+$/.test(cidr))
    if (ipv4 !== undefined) return ipv4
  }
  return undefined
}

/** The first of the suppositions that is clear of all that was said; the first one, when none is. */
function clearOf(defaults: readonly string[], others: readonly (Choice | undefined)[]): Choice {
  const clear = defaults.find((cidr) => others.every((other) => other === undefined || !cidrsOverlap(cidr, other.cidr)))
  return { cidr: clear ?? defaults[0]!, from: undefined }
}

function saidPodCidr(objects: KubernetesObjects, filling: Filling): Choice | undefined {
  const { podCidr } = filling.options
  if (podCidr !== undefined) return { cidr: podCidr, from: 'the option podCidr' }
  const flannel = objects.flannel?.network
  if (flannel !== undefined) return { cidr: flannel, from: 'flannel’s Network' }
  const proxy = objects.kubeProxy?.clusterCIDR
  if (proxy !== undefined) return { cidr: proxy, from: 'kube-proxy’s clusterCIDR' }
  const manager = flagOf(objects, 'kube-controller-manager', 'cluster-cidr')
  if (manager !== undefined) return { cidr: manager, from: 'kube-controller-manager’s --cluster-cidr' }
  return undefined
}

/** The network around the podCIDRs that nodes have. It is a guess, but one that the nodes bound. */
function aroundPodCidrs(objects: KubernetesObjects): Choice | undefined {
  const cidrs = objects.nodes.flatMap(({ spec }) => (spec.podCIDR === undefined ? [] : [spec.podCIDR]))
  if (cidrs.length === 0) return undefined
  const usual = POD_DEFAULTS[0]!
  if (cidrs.every((cidr) => cidrContains(usual, cidr))) return { cidr: usual, from: 'the nodes’ podCIDRs' }
  const common = commonNetwork(cidrs.map(parsePrefix), 16)
  return common === undefined ? undefined : { cidr: formatPrefix(common), from: 'the nodes’ podCIDRs' }
}

/**
 * The network around the endpoints that are on nodes where the input has no pods: somebody lives there. Only where kube-proxy's configuration says that
 * it does not know the pods' network: no rule depends on it then.
 */
function aroundEndpoints(objects: KubernetesObjects, others: readonly (Choice | undefined)[]): Choice | undefined {
  if (objects.kubeProxy === undefined || objects.pods.length + objects.workloads.length > 0) return undefined
  const endpoints = objects.endpointSlices.flatMap((slice) => slice.endpoints)
  const onNodes = endpoints.flatMap(({ nodeName, addresses }) => (nodeName === undefined ? [] : addresses.slice(0, 1)))
  const prefixes = prefixesOf(onNodes).filter(
    (prefix) => !others.some((other) => other !== undefined && cidrContains(other.cidr, formatPrefix(prefix))),
  )
  const usual = POD_DEFAULTS[0]!
  if (prefixes.every((prefix) => cidrContains(usual, formatPrefix(prefix)))) return undefined
  const common = commonNetwork(prefixes, 16)
  return common === undefined || common.length < 8
    ? undefined
    : settled({ cidr: formatPrefix(common), from: undefined }, others)
}

function saidServiceCidr(objects: KubernetesObjects, filling: Filling): Choice | undefined {
  const { serviceCidr } = filling.options
  if (serviceCidr !== undefined) return { cidr: serviceCidr, from: 'the option serviceCidr' }
  const flag = flagOf(objects, 'kube-apiserver', 'service-cluster-ip-range')
  if (flag !== undefined) return { cidr: flag, from: 'kube-apiserver’s --service-cluster-ip-range' }
  return undefined
}

function aroundClusterIps(objects: KubernetesObjects): Choice | undefined {
  const addresses = objects.services.filter(hasClusterIP).map(({ spec }) => spec.clusterIP)
  const prefixes = prefixesOf(addresses)
  const usual = SERVICE_DEFAULTS[0]!
  if (prefixes.length === 0 || prefixes.every((prefix) => cidrContains(usual, formatPrefix(prefix)))) return undefined
  const common = commonNetwork(prefixes, 16)
  // Cluster IPs all over the place (test fixtures) are in no network worth the name.
  return common === undefined || common.length < 8 ? undefined : { cidr: formatPrefix(common), from: 'the cluster IPs' }
}

function aroundNodes(objects: KubernetesObjects): Choice | undefined {
  const common = commonNetwork(prefixesOf(objects.nodes.map((node) => nodeAddress(node))), 24)
  return common === undefined ? undefined : { cidr: formatPrefix(common), from: 'the node addresses' }
}

/** The /24s of the nodes, when the one network around them all would swallow the others. */
function separateNodeNetworks(objects: KubernetesObjects): string[] {
  const prefixes = prefixesOf(objects.nodes.map((node) => nodeAddress(node)))
  return [...new Set(prefixes.map(({ address }) => formatPrefix({ address: networkOf(address, 24), length: 24 })))]
}

/** Chooses the cluster's networks: what is said stands, what is supposed keeps clear of it. Networks that overlap are a problem. */
export function chooseNetworks(objects: KubernetesObjects, nodeCount: number, filling: Filling): Networks {
  const { options } = filling
  const large = nodeCount > MOST_SMALL
  const saidNodes = options.nodeCidr === undefined ? undefined : { cidr: options.nodeCidr, from: 'the option nodeCidr' }
  const givenNodes = saidNodes ?? aroundNodes(objects)
  const saidServices = saidServiceCidr(objects, filling)
  const saidPods =
    saidPodCidr(objects, filling) ??
    aroundPodCidrs(objects) ??
    aroundEndpoints(objects, [saidServices ?? aroundClusterIps(objects), givenNodes])
  const services =
    saidServices ?? settled(aroundClusterIps(objects), [saidPods]) ?? clearOf(SERVICE_DEFAULTS, [saidPods, givenNodes])
  const pods = saidPods ?? clearOf(large ? LARGE_POD_DEFAULTS : POD_DEFAULTS, [services, givenNodes])
  let nodes = givenNodes ?? clearOf(large ? LARGE_NODE_DEFAULTS : NODE_DEFAULTS, [pods, services])
  let nodeNetworks = [nodes.cidr]
  if (saidNodes === undefined && [pods, services].some((other) => cidrsOverlap(nodes.cidr, other.cidr))) {
    nodeNetworks = givenNodes === undefined ? nodeNetworks : separateNodeNetworks(objects)
    if (nodeNetworks.length === 1) nodes = { ...nodes, cidr: nodeNetworks[0]! }
  }
  const pool = options.loadBalancerPool
  const balanced = objects.services.filter(({ spec }) => spec.type === 'LoadBalancer').length
  const loadBalancers: Choice =
    pool === undefined
      ? clearOf(balanced > 250 ? LOAD_BALANCER_DEFAULTS.toReversed() : LOAD_BALANCER_DEFAULTS, [pods, services, nodes])
      : { cidr: pool, from: 'the option loadBalancerPool' }
  checkClear(
    [
      ['pod network', pods],
      ['Service network', services],
      ...nodeNetworks.map((cidr) => ['node network', { cidr, from: nodes.from }] as [string, Choice]),
    ],
    filling,
  )
  const supposed = Object.entries({ pods, services, nodes, 'load balancers': loadBalancers })
  for (const [what, { cidr, from }] of supposed) {
    if (from === undefined && !(what === 'load balancers' && balanced === 0)) {
      filling.assumptions.add('NETWORKS', () => `${what} ${cidr}`)
    }
  }
  return { pods: pods.cidr, services: services.cidr, nodes: nodeNetworks, loadBalancers: loadBalancers.cidr }
}

function settled(choice: Choice | undefined, others: readonly (Choice | undefined)[]): Choice | undefined {
  if (choice === undefined) return undefined
  return others.some((other) => other !== undefined && cidrsOverlap(choice.cidr, other.cidr)) ? undefined : choice
}

function checkClear(networks: readonly (readonly [string, Choice])[], filling: Filling): void {
  for (const [i, [name, choice]] of networks.entries()) {
    for (const [otherName, other] of networks.slice(i + 1)) {
      if (name === otherName || !cidrsOverlap(choice.cidr, other.cidr)) continue
      const text = `the ${name} ${choice.cidr}${said(choice)} overlaps the ${otherName} ${other.cidr}${said(other)}`
      if (filling.options.validation === 'lenient') filling.problems.note('OVERLAPPING_CIDRS', text)
      else
        filling.wrong('OVERLAPPING_CIDRS', text, 'networks must be apart; see --pod-cidr, --service-cidr, --node-cidr')
    }
  }
}

function said({ from }: Choice): string {
  return from === undefined ? '' : ` (${from})`
}
