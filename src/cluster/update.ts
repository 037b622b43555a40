import { type ClusterObjects, isPodTerminal, keyOf, type Node, type Pod } from '../kubernetes/index.ts'
import { type Ipv4, prefixContains, tryParseIpv4 } from '../packet/address.ts'
import { UnsupportedError } from '../packet/errors.ts'
import type { NodeHost } from './node-host.ts'
import type { ClusterPlan } from './plan.ts'
import { type PodHost, podNetnsName } from './pod-host.ts'

/** What of a `ClusterNetwork` a change is measured by. */
interface Running {
  readonly objects: ClusterObjects
  readonly plan: ClusterPlan
  readonly nodes: ReadonlyMap<string, NodeHost>
  readonly pods: ReadonlyMap<string, PodHost>
  netnsAt(address: Ipv4): object | undefined
}

/** What becomes of the pods of a running network. */
export interface PodChanges {
  readonly gone: readonly PodHost[]
  readonly come: readonly Pod[]
  /** They stay where they are; the objects may say something else of them. */
  readonly kept: readonly { readonly host: PodHost; readonly pod: Pod }[]
}

/** A pod with another place or address is another sandbox, even under the same name (StatefulSets). */
export function changesOfPods(network: Running, objects: ClusterObjects): PodChanges {
  const gone = new Set(network.pods.values())
  const come: Pod[] = []
  const kept: { host: PodHost; pod: Pod }[] = []
  for (const pod of objects.pods) {
    if (!isWired(network, pod)) continue
    const host = network.pods.get(podNetnsName(pod))
    if (host === undefined || sandboxOf(host.pod) !== sandboxOf(pod)) come.push(pod)
    else {
      gone.delete(host)
      kept.push({ host, pod })
    }
  }
  return { gone: [...gone], come, kept }
}

function isWired({ nodes }: Running, pod: Pod): boolean {
  return nodes.has(pod.spec.nodeName ?? '') && !isPodTerminal(pod) && pod.status.podIP !== undefined
}

function sandboxOf({ metadata, spec, status }: Pod): string {
  return [metadata.uid ?? '', spec.nodeName, spec.hostNetwork, status.podIP].join(' ')
}

/** @throws UnsupportedError what cannot be followed */
export function checkUpdate(network: Running, objects: ClusterObjects, pods: PodChanges): void {
  const refuse = (what: string): never => {
    throw new UnsupportedError(`${what} while the network runs`, { hint: 'Cluster.edit makes a new network' })
  }
  const places = (nodes: readonly Node[]) => nodes.map(placeOf).sort().join('\n')
  if (places(network.objects.nodes) !== places(objects.nodes))
    refuse('a change of nodes, their addresses or pod networks')
  if (objects.networks.pods !== network.objects.networks.pods) refuse("a change of the pods' network")

  const ofHost = [...pods.gone.map(({ pod }) => pod), ...pods.come].find(({ spec }) => spec.hostNetwork)
  if (ofHost !== undefined) refuse(`host-network pod ${keyOf(ofHost)} that comes or goes`)

  const going = new Set(pods.gone.map(({ address }) => address))
  for (const pod of pods.come) {
    const address = tryParseIpv4(pod.status.podIP ?? '')
    const { subnet } = network.nodes.get(pod.spec.nodeName ?? '')!.plan.lease
    if (address === undefined || !prefixContains(subnet, address)) {
      refuse(
        `pod ${keyOf(pod)} with the address ${pod.status.podIP}, which is not of its node's pod network, that comes`,
      )
    } else if (network.netnsAt(address) !== undefined && !going.has(address)) {
      refuse(`pod ${keyOf(pod)} with the address ${pod.status.podIP}, which somebody else has, that comes`)
    }
  }
  checkEndpoints(network, objects, pods, refuse)
}

/** Flannel leads to endpoints without a pod, where they are not in their node's part of the pods' network, from the start or not at all. */
function checkEndpoints(
  network: Running,
  { endpointSlices }: ClusterObjects,
  pods: PodChanges,
  refuse: (what: string) => never,
): void {
  const ofPods = new Set([...pods.kept.map(({ pod }) => pod), ...pods.come].map(({ status }) => status.podIP))
  for (const { addresses, nodeName } of endpointSlices.flatMap(({ endpoints }) => endpoints)) {
    const text = addresses[0] ?? ''
    const address = tryParseIpv4(text)
    const node = network.nodes.get(nodeName ?? '')
    if (address === undefined || node === undefined || ofPods.has(text)) continue
    if (!prefixContains(network.plan.pods, address) || prefixContains(node.plan.lease.subnet, address)) continue
    if (network.netnsAt(address) === undefined)
      refuse(`an endpoint ${text} that comes, which is not of the pod network of ${nodeName}`)
  }
}

function placeOf({ metadata, spec, status }: Node): string {
  return [metadata.name, spec.podCIDR, ...status.addresses.map(({ type, address }) => `${type} ${address}`)].join(' ')
}
