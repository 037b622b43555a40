import type { Cluster, PodHost } from '../cluster/index.ts'
import { Machine } from '../commands/index.ts'
import { Scheduler } from '../commands/process/scheduler.ts'
import type { Pod } from '../kubernetes/index.ts'
import type { NetworkNamespace } from '../netns/index.ts'
import { sha256Hex } from '../packet/index.ts'
import { type SocketLayer, socketsOf } from '../sockets/index.ts'
import { clusterResolver } from './cluster-resolver.ts'
import { filesOfNode, filesOfPod } from './host-files.ts'
import { servedPorts } from './served-ports.ts'

/**
 * The hosts of a cluster as machines on which commands run. Each is made when somebody first looks at it. A node sees the namespaces of its
 * pods by the names that the container runtime gives them; a pod sees itself alone.
 */
export class Machines {
  readonly #cluster: Cluster
  readonly #scheduler: Scheduler
  readonly #served: Machine['served']
  readonly #machines = new Map<NetworkNamespace, Machine>()
  readonly #hostNetworkPods = new Map<Pod, Machine>()

  constructor(cluster: Cluster) {
    this.#cluster = cluster
    this.#scheduler = new Scheduler(cluster.network.sim)
    this.#served = servedPorts(() => cluster.network)
  }

  of(netns: NetworkNamespace): Machine {
    let machine = this.#machines.get(netns)
    if (machine === undefined) {
      machine = this.#make(netns)
      this.#machines.set(netns, machine)
    }
    return machine
  }

  /** A pod. In the host's network it has its node's devices and sockets, and files of its own. */
  ofPod(pod: PodHost): Machine {
    if (pod.port !== null) return this.of(pod.netns)
    let machine = this.#hostNetworkPods.get(pod.pod)
    if (machine === undefined) {
      machine = this.#podMachine(pod)
      this.#hostNetworkPods.set(pod.pod, machine)
    }
    return machine
  }

  /** Those that were made by now. */
  *all(): Iterable<Machine> {
    yield* this.#machines.values()
    yield* this.#hostNetworkPods.values()
  }

  #make(netns: NetworkNamespace): Machine {
    const { network } = this.#cluster
    for (const node of network.nodes.values()) {
      if (node.netns !== netns) continue
      const machine = this.#around(netns, node.sockets)
      filesOfNode(machine.files, network, node)
      for (const pod of network.pods.values()) {
        if (pod.port?.netns === netns) machine.adoptNamespace(runtimeName(pod.netns.name), pod.netns, pod.sockets)
      }
      return machine
    }
    for (const pod of network.pods.values()) {
      if (pod.netns === netns) return this.#podMachine(pod)
    }
    return this.#around(netns, socketsOf(netns))
  }

  #podMachine(pod: PodHost): Machine {
    const machine = this.#around(pod.netns, pod.sockets)
    filesOfPod(machine.files, this.#cluster.network, pod)
    const names = clusterResolver(() => this.#cluster.objects, machine.files)
    machine.hasNameService = names.exists()
    machine.resolver = names.addressOf
    machine.wholeNameOf = names.wholeNameOf
    machine.nameOf = names.nameOf
    return machine
  }

  #around(netns: NetworkNamespace, sockets: SocketLayer): Machine {
    const machine = new Machine(this.#cluster.network.sim, { netns, sockets, scheduler: this.#scheduler })
    machine.served = this.#served
    return machine
  }
}

/** A name as containerd makes one up: `cni-` and a UUID (`NewNetNS`, pkg/netns/netns_linux.go). Here it follows from the pod's name. */
function runtimeName(pod: string): string {
  const digits = sha256Hex(pod)
  return `cni-${[0, 8, 12, 16, 20].map((from, i) => digits.slice(from, from + [8, 4, 4, 4, 12][i]!)).join('-')}`
}
