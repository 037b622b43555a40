import { type Cluster, TargetFinder } from '../cluster/index.ts'
import type { Machine } from '../commands/index.ts'
import { type Pod, parseReference } from '../kubernetes/index.ts'
import { nearestNames } from '../kubernetes/nearest.ts'
import { tryParseIpv4 } from '../packet/address.ts'
import { KubehopError } from '../packet/errors.ts'
import { hostNameOf } from './host-files.ts'
import type { Machines } from './machines.ts'

/** Where commands run: a node, a pod's sandbox, or the host outside. */
export interface Place {
  /** As people name it: `node/node-1`, `pod/web-0`; with its namespace where that is not the default one. */
  readonly name: string
  /** What its own prompt would call it: the host name. */
  readonly hostname: string
  readonly machine: Machine
}

const BARE = /^[a-z0-9][-a-z0-9.]*$/i

/**
 * The node, pod or outside host that a reference names; of a workload a ready pod. A bare name is that of a node, or of a pod.
 *
 * @throws KubehopError `BAD_REFERENCE`, `NOT_FOUND` (with the nearest names), `NOT_RUNNING`
 */
export function findPlace(cluster: Cluster, machines: Machines, text: string, namespace: string): Place {
  if (!BARE.test(text) || text === 'external' || tryParseIpv4(text) !== undefined)
    return placeOf(cluster, machines, text, namespace)
  if (cluster.network.nodes.has(text)) return placeOf(cluster, machines, `node/${text}`, namespace)
  try {
    return placeOf(cluster, machines, `pod/${text}`, namespace)
  } catch (error) {
    if (!(error instanceof KubehopError) || error.code !== 'NOT_FOUND') throw error
    const near = nearestNames(text, cluster.network.nodes.keys())[0]
    throw new KubehopError('NOT_FOUND', `there is no node and no pod ${text}`, {
      hint: near === undefined ? (error.hint ?? 'kubectl get nodes,pods') : `did you mean node/${near}?`,
    })
  }
}

function placeOf(cluster: Cluster, machines: Machines, text: string, namespace: string): Place {
  const reference = parseReference(text, { namespace })
  if (reference.kind === 'service') {
    throw new KubehopError('BAD_REFERENCE', `"${text}" is no place: a Service is an address that pods answer for`, {
      hint: 'name a node or a pod: node/NAME, pod/NAME, deploy/NAME',
    })
  }
  const { name: found, netns } = new TargetFinder(cluster.network, namespace).source(text)
  if (reference.kind === 'pod' || reference.kind === 'workload') {
    const pod = cluster.network.pods.get(found.replace(/^pod\//, ''))
    if (pod !== undefined) return placeOfPod(pod.pod, machines.ofPod(pod))
  }
  const machine = machines.of(netns)
  for (const [name, node] of cluster.network.nodes) {
    if (node.netns === netns) return { name: `node/${name}`, hostname: name, machine }
  }
  const pod = cluster.network.pods.get(netns.name)
  if (pod !== undefined) return placeOfPod(pod.pod, machine)
  return { name: text, hostname: netns.name, machine }
}

function placeOfPod(pod: Pod, machine: Machine): Place {
  const { namespace, name } = pod.metadata
  return {
    name: namespace === 'default' ? `pod/${name}` : `${namespace}/pod/${name}`,
    hostname: hostNameOf(pod),
    machine,
  }
}
