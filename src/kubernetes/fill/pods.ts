import {
  addressAt,
  formatIpv4,
  type Ipv4,
  type Prefix,
  parsePrefix,
  prefixContains,
  tryParseIpv4,
} from '../../packet/address.ts'
import { didYouMean } from '../nearest.ts'
import type { KubernetesObjects } from '../objects/kubernetes-objects.ts'
import { keyOf } from '../objects/meta.ts'
import { type Node, nodeAddress } from '../objects/node.ts'
import { isPodTerminal, type Pod, type PodStatus } from '../objects/pod.ts'
import { type Filling, nameOf } from './filling.ts'
import { Scheduler } from './scheduler.ts'
import { WorkloadPods } from './workload-pods.ts'

const READY: NonNullable<PodStatus['conditions']> = Object.freeze([{ type: 'Ready', status: 'True' }])

/** Was it made of a workload, in an earlier filling in? */
function isMade(pod: Pod): boolean {
  return pod.source.generatedFor !== undefined
}

/** A live pod that waits (for a node, an image, its init containers) has been told about; it is left waiting. */
function isWaiting(pod: Pod): boolean {
  return pod.status.phase === 'Pending' && pod.status.podIP === undefined
}

/** All pods, those of workloads included, each with its node and address, as far as it can run. */
export function fillPods(objects: KubernetesObjects, nodes: readonly Node[], filling: Filling): readonly Pod[] {
  const names = new Map(nodes.map((node) => [node.metadata.name, node]))
  checkNodeNames(objects.pods, names, filling)
  const { pods, nodeNames } = placePods(objects, nodes, filling)
  return giveAddresses(pods, nodeNames, names, filling)
}

function checkNodeNames(pods: readonly Pod[], nodes: ReadonlyMap<string, Node>, filling: Filling): void {
  // Looking for near names is slow work; after a few there is nothing new to learn.
  const hints = new Map<string, string | undefined>()
  for (const pod of pods) {
    const { nodeName } = pod.spec
    if (nodeName === undefined || nodes.has(nodeName) || isPodTerminal(pod)) continue
    if (!hints.has(nodeName) && hints.size < 10) hints.set(nodeName, didYouMean(nodeName, [...nodes.keys()]))
    filling.problem('UNKNOWN_NODE', pod, 'spec.nodeName', `there is no node ${nodeName}`, hints.get(nodeName))
  }
}

/** Node names stand beside the pods: a new pod object is made only once, when the address is known too. */
interface Placed {
  readonly pods: readonly Pod[]
  readonly nodeNames: readonly (string | undefined)[]
}

function placePods(objects: KubernetesObjects, nodes: readonly Node[], filling: Filling): Placed {
  const scheduler = new Scheduler(nodes)
  const own = objects.pods.filter((pod) => !isMade(pod))
  const workloadPods = new WorkloadPods(objects.pods, objects.workloads, nodes, filling)
  const groups = objects.workloads.map((workload) => workloadPods.missing(workload))
  const pods = [...own]
  const nodeNames: (string | undefined)[] = []
  for (const pod of own) {
    if (!isPodTerminal(pod)) scheduler.add(pod)
    nodeNames.push(pod.spec.nodeName)
  }
  for (const pod of groups.flat()) if (pod.spec.nodeName !== undefined) scheduler.add(pod)
  for (const [i, pod] of own.entries()) {
    if (pod.spec.nodeName !== undefined || isPodTerminal(pod) || isWaiting(pod)) continue
    ;[nodeNames[i]] = scheduler.place(pod.spec, 1)
    tellPlace(pod, nodeNames[i], filling)
  }
  for (const group of groups) {
    const homeless = group.filter((pod) => pod.spec.nodeName === undefined)
    const [first] = homeless
    const placed = first === undefined ? [] : scheduler.place(first.spec, homeless.length)
    for (const [i, pod] of homeless.entries()) tellPlace(pod, placed[i], filling)
    placed.reverse()
    for (const pod of group) {
      pods.push(pod)
      nodeNames.push(pod.spec.nodeName ?? placed.pop())
    }
  }
  return { pods, nodeNames }
}

function tellPlace(pod: Pod, nodeName: string | undefined, filling: Filling): void {
  if (nodeName === undefined) filling.assumptions.add('PODS_PENDING', () => keyOf(pod))
  else filling.assumptions.add('PODS_SCHEDULED', () => `${keyOf(pod)} on ${nodeName}`)
}

/**
 * The addresses of one node's pods, as the host-local plugin gives them: in order, without the network's own address, the
 * gateway's and the broadcast address (containernetworking/plugins plugins/ipam/host-local/backend/allocator).
 */
class NodeAddresses {
  readonly prefix: Prefix
  readonly #taken: ReadonlySet<Ipv4>
  #offset = 2

  constructor(cidr: string, taken: ReadonlySet<Ipv4>) {
    this.prefix = parsePrefix(cidr)
    this.#taken = taken
  }

  next(): string | undefined {
    const last = 2 ** (32 - this.prefix.length) - 2
    for (; this.#offset <= last; this.#offset++) {
      const address = addressAt(this.prefix.address, this.#offset)
      if (this.#taken.has(address)) continue
      this.#offset++
      return formatIpv4(address)
    }
    return undefined
  }
}

function giveAddresses(
  pods: readonly Pod[],
  nodeNames: readonly (string | undefined)[],
  nodes: ReadonlyMap<string, Node>,
  filling: Filling,
): readonly Pod[] {
  const ranges = new Map<string, NodeAddresses>()
  const taken = new Set<Ipv4>()
  for (const [name, { spec }] of nodes)
    if (spec.podCIDR !== undefined) ranges.set(name, new NodeAddresses(spec.podCIDR, taken))
  takeAddresses(pods, ranges, nodes, taken, filling)
  return pods.map((pod, i) => {
    const nodeName = nodeNames[i]
    const node = nodeName === undefined ? undefined : nodes.get(nodeName)
    if (node === undefined || isPodTerminal(pod) || isWaiting(pod)) return pod
    return runningPod(pod, node, ranges.get(node.metadata.name), filling)
  })
}

function runningPod(pod: Pod, node: Node, range: NodeAddresses | undefined, filling: Filling): Pod {
  const { status } = pod
  const hostIP = status.hostIP ?? nodeAddress(node)
  const podIP = status.podIP ?? (pod.spec.hostNetwork ? hostIP : newAddress(pod, node, range, filling))
  if (status.conditions === undefined && (status.phase === undefined || status.phase === 'Running')) {
    filling.assumptions.add('PODS_READY', () => keyOf(pod))
  }
  const complete =
    pod.spec.nodeName !== undefined &&
    status.podIP === podIP &&
    status.hostIP === hostIP &&
    status.conditions !== undefined &&
    status.phase !== undefined
  if (complete) return pod
  const ready = status.phase === undefined || status.phase === 'Running'
  return {
    ...pod,
    spec: pod.spec.nodeName === undefined ? { ...pod.spec, nodeName: node.metadata.name } : pod.spec,
    status: {
      ...status,
      phase: status.phase ?? 'Running',
      podIP,
      hostIP,
      conditions: status.conditions ?? (ready ? READY : []),
    },
  }
}

function newAddress(pod: Pod, node: Node, range: NodeAddresses | undefined, filling: Filling): string | undefined {
  const address = range?.next()
  if (address !== undefined) {
    filling.assumptions.add('POD_ADDRESSES', () => `${keyOf(pod)} ${address}`)
  } else if (range !== undefined) {
    const message = `the pod network of ${node.metadata.name}, ${node.spec.podCIDR}, has no address left for it`
    filling.problem('POOL_EXHAUSTED', pod, 'status.podIP', message, 'give the node a larger podCIDR')
  }
  return address
}

/** Takes the addresses that the input uses, and finds those that two have. */
function takeAddresses(
  pods: readonly Pod[],
  ranges: ReadonlyMap<string, NodeAddresses>,
  nodes: ReadonlyMap<string, Node>,
  taken: Set<Ipv4>,
  filling: Filling,
): void {
  const owners = new Map<string, Pod | Node>()
  for (const node of nodes.values()) {
    const address = nodeAddress(node)
    if (address !== undefined) owners.set(address, node)
  }
  for (const pod of pods) {
    const { podIP } = pod.status
    if (podIP === undefined || pod.spec.hostNetwork || isPodTerminal(pod)) continue
    const other = owners.get(podIP)
    if (other !== undefined) {
      filling.problem('DUPLICATE_ADDRESS', pod, 'status.podIP', `${podIP} is also the address of ${nameOf(other)}`)
    }
    owners.set(podIP, pod)
    const address = tryParseIpv4(podIP)
    if (address === undefined) continue
    taken.add(address)
    const own = pod.spec.nodeName === undefined ? undefined : ranges.get(pod.spec.nodeName)
    if (own !== undefined && !prefixContains(own.prefix, address)) {
      filling.note(
        'POD_ADDRESS_OUTSIDE',
        'pods have an address outside their node’s podCIDR, where flannel leads no packet: here each gets a route of its own',
        pod,
      )
    }
  }
}
