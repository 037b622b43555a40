import { type Cluster, TargetFinder } from '../cluster/index.ts'
import type { Machine } from '../commands/index.ts'
import { type Pod, parseReference } from '../kubernetes/index.ts'
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

/**
 * The node, pod or outside host that a reference names; of a workload a ready pod.
 *
 * @throws KubehopError `BAD_REFERENCE`, `NOT_FOUND` (with the nearest names), `NOT_RUNNING`
 */
export function findPlace(cluster: Cluster, machines: Machines, text: string, namespace: string): Place {
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
