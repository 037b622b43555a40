import { canonicalJson } from '../hash.ts'
import type { Node } from '../objects/node.ts'
import type { Pod, PodSpec } from '../objects/pod.ts'
import { nodeFits } from './node-fits.ts'
import { NodeHeap } from './node-heap.ts'

/** The kubelet's `--max-pods`, when the Node does not say. */
const MAX_PODS = 110

/** Ports of the node that the pod wants for itself: `TCP/8080`. A hostNetwork pod's container ports are host ports. */
function hostPorts(spec: PodSpec): string[] {
  const ports: string[] = []
  for (const container of [...spec.containers, ...spec.sidecars]) {
    for (const { containerPort, hostPort, protocol } of container.ports) {
      const port = hostPort ?? (spec.hostNetwork ? containerPort : undefined)
      if (port !== undefined) ports.push(`${protocol}/${port}`)
    }
  }
  return ports
}

/**
 * Puts pods on nodes: on those that fit (nodeSelector, required node affinity, taints, host ports, room), the pods of one workload
 * on different nodes as long as there are any, fewest pods first. Much simpler than kube-scheduler: requests, preferences,
 * pod affinity and topology spread constraints do not count.
 */
export class Scheduler {
  readonly #nodes: readonly Node[]
  readonly #indexes = new Map<string, number>()
  readonly #counts: number[]
  readonly #ports: Set<string>[]
  /** By what pods ask of nodes. */
  readonly #heaps = new Map<string, NodeHeap>()

  constructor(nodes: readonly Node[]) {
    this.#nodes = nodes
    this.#counts = nodes.map(() => 0)
    this.#ports = nodes.map(() => new Set())
    for (const [i, node] of nodes.entries()) this.#indexes.set(node.metadata.name, i)
  }

  /** Counts a pod that runs already. */
  add(pod: Pod): void {
    const index = pod.spec.nodeName === undefined ? undefined : this.#indexes.get(pod.spec.nodeName)
    if (index !== undefined) this.#put(index, hostPorts(pod.spec))
  }

  #put(index: number, ports: readonly string[]): void {
    this.#counts[index]!++
    for (const port of ports) this.#ports[index]!.add(port)
  }

  #heapFor(spec: PodSpec): NodeHeap {
    const simple =
      spec.nodeAffinity === undefined && spec.tolerations.length === 0 && Object.keys(spec.nodeSelector).length === 0
    const wishes = simple ? '' : canonicalJson([spec.nodeSelector, spec.nodeAffinity ?? [], spec.tolerations])
    let heap = this.#heaps.get(wishes)
    if (heap === undefined) {
      const fitting = [...this.#nodes.keys()].filter((i) => nodeFits(spec, this.#nodes[i]!))
      heap = new NodeHeap(this.#counts, fitting)
      this.#heaps.set(wishes, heap)
    }
    return heap
  }

  #hasRoom(index: number): boolean {
    return this.#counts[index]! < (this.#nodes[index]!.status.allocatable?.pods ?? MAX_PODS)
  }

  /** The nodes for `count` pods of one workload; fewer, when the rest fit nowhere. */
  place(spec: PodSpec, count: number): string[] {
    const heap = this.#heapFor(spec)
    const ports = hostPorts(spec)
    const placed: string[] = []
    while (placed.length < count) {
      const used: number[] = []
      const before = placed.length
      while (placed.length < count) {
        const index = heap.pop()
        if (index === undefined) break
        if (!this.#hasRoom(index)) continue
        used.push(index)
        if (ports.some((port) => this.#ports[index]!.has(port))) continue
        this.#put(index, ports)
        placed.push(this.#nodes[index]!.metadata.name)
      }
      for (const index of used) heap.push(index)
      if (placed.length === before) break
    }
    return placed
  }
}
