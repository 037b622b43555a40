import { LabelIndex } from './label-index.ts'
import { type EndpointSlice, serviceNameOf } from './objects/endpoint-slice.ts'
import type { KubernetesObjects } from './objects/kubernetes-objects.ts'
import { keyOf } from './objects/meta.ts'
import type { Node } from './objects/node.ts'
import { isPodTerminal, type Pod } from './objects/pod.ts'
import type { Service } from './objects/service.ts'
import type { Workload, WorkloadKind } from './objects/workload.ts'
import { podsOfWorkload } from './owners.ts'

const NONE: readonly never[] = Object.freeze([])

function groupBy<T>(items: readonly T[], key: (item: T) => string | undefined): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const name = key(item)
    if (name === undefined) continue
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [item])
    else group.push(item)
  }
  return groups
}

/** Finds objects by what one usually has of them. Each table is made when it is first asked for. */
export class ObjectIndex {
  readonly objects: KubernetesObjects
  #nodes: ReadonlyMap<string, Node> | undefined
  #pods: ReadonlyMap<string, Pod> | undefined
  #services: ReadonlyMap<string, Service> | undefined
  #workloads: ReadonlyMap<string, Workload> | undefined
  #slices: ReadonlyMap<string, readonly EndpointSlice[]> | undefined
  #podsByNode: ReadonlyMap<string, readonly Pod[]> | undefined
  #podsByAddress: ReadonlyMap<string, readonly Pod[]> | undefined
  #labels: LabelIndex<Pod> | undefined

  constructor(objects: KubernetesObjects) {
    this.objects = objects
  }

  /** The node of that name. */
  node(name: string): Node | undefined {
    this.#nodes ??= new Map(this.objects.nodes.map((node) => [node.metadata.name, node]))
    return this.#nodes.get(name)
  }

  /** The pod of that namespace and name. */
  pod(namespace: string, name: string): Pod | undefined {
    this.#pods ??= new Map(this.objects.pods.map((pod) => [keyOf(pod), pod]))
    return this.#pods.get(`${namespace}/${name}`)
  }

  /** The Service of that namespace and name. */
  service(namespace: string, name: string): Service | undefined {
    this.#services ??= new Map(this.objects.services.map((service) => [keyOf(service), service]))
    return this.#services.get(`${namespace}/${name}`)
  }

  /** The workload of that kind, namespace and name. */
  workload(kind: WorkloadKind, namespace: string, name: string): Workload | undefined {
    this.#workloads ??= new Map(
      this.objects.workloads.map((workload) => [`${workload.kind} ${keyOf(workload)}`, workload]),
    )
    return this.#workloads.get(`${kind} ${namespace}/${name}`)
  }

  /** The EndpointSlices of a Service, in their order. */
  slicesOf(service: Service): readonly EndpointSlice[] {
    this.#slices ??= groupBy(this.objects.endpointSlices, (slice) => {
      const name = serviceNameOf(slice)
      return name === undefined ? undefined : `${slice.metadata.namespace}/${name}`
    })
    return this.#slices.get(keyOf(service)) ?? NONE
  }

  /** The pods on a node that have not run to their end. */
  podsOn(nodeName: string): readonly Pod[] {
    this.#podsByNode ??= groupBy(this.objects.pods, (pod) => (isPodTerminal(pod) ? undefined : pod.spec.nodeName))
    return this.#podsByNode.get(nodeName) ?? NONE
  }

  /** The pods with an address: one, but for hostNetwork pods, which share their node's. */
  podsWithAddress(address: string): readonly Pod[] {
    this.#podsByAddress ??= groupBy(this.objects.pods, (pod) => (isPodTerminal(pod) ? undefined : pod.status.podIP))
    return this.#podsByAddress.get(address) ?? NONE
  }

  /** The pods of a workload, in their order. */
  podsOf(workload: Workload): readonly Pod[] {
    this.#labels ??= new LabelIndex(this.objects.pods)
    return podsOfWorkload(workload, this.#labels)
  }
}
