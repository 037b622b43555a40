import type { Target, TraceRequest } from '../../cluster/index.ts'
import type { KubernetesObjects } from '../../kubernetes/index.ts'
import { type NetworkNamespace, readTopology, type Topology } from '../../netns/index.ts'
import { formatIpv4 } from '../../packet/address.ts'
import { KubehopError } from '../../packet/errors.ts'
import { type FlowResult, mergeTargets, Trace, traceFlow } from '../../trace/index.ts'
import type { NamespaceEvidence } from '../evidence.ts'
import { type RebuildOptions, type RebuiltWorld, rebuild } from '../rebuild/index.ts'
import { Ends } from './ends.ts'

/** What is known of real hosts, as a network through which packets are traced. */
export class SnapshotWorld {
  readonly world: RebuiltWorld
  readonly #objects: KubernetesObjects | null

  /**
   * @param objects names of pods, nodes and Services resolve by them, too
   * @throws KubehopError what was told cannot be
   */
  constructor(
    evidence: readonly NamespaceEvidence[],
    objects: KubernetesObjects | null = null,
    options: RebuildOptions = {},
  ) {
    this.world = rebuild(evidence, options)
    this.#objects = objects
  }

  /**
   * Follows a packet. Ends are names of namespaces (as `ip netns` has them, an inode, a pod's or container's name, `HOST:NAME`), addresses,
   * `external[:IP]`, and references to Kubernetes objects: pods by those who live in a namespace, Services by the rules of kube-proxy.
   *
   * @throws KubehopError `NOT_FOUND` with the names that there are, `AMBIGUOUS`, `BAD_REFERENCE`
   */
  trace(request: TraceRequest): Trace {
    if (request.at !== undefined)
      throw new KubehopError('BAD_REFERENCE', '--at names a node of a made-up cluster', {
        hint: 'write the sender itself: its address, or the namespace',
      })
    return this.world.outside.withGuests(() => this.#trace(request))
  }

  #trace(request: TraceRequest): Trace {
    const { sim, outside } = this.world
    const ends = new Ends(this.world, this.#objects, request.namespace)
    const from = ends.source(request.from)
    const targets = ends.targets(request.to, from, request.protocol)
    const chosen = request.allBranches === true ? targets : [targets[(request.seed ?? 0) % targets.length]!]
    const [first] = chosen
    if (first === undefined) throw new KubehopError('NOT_FOUND', `"${request.to}" has no address`)
    const follow = (target: Target): FlowResult =>
      traceFlow(sim, {
        from: from.netns,
        source: from.address,
        sourcePort: request.sourcePort,
        to: target.address,
        port: target.port,
        protocol: target.protocol,
        packets: request.packets,
        allBranches: request.allBranches,
        nearMisses: request.detail === 'detailed',
        seed: request.seed,
        beyond: new Set(outside.beyond.map(({ name }) => name)),
        keep: request.keep,
        capture: request.capture,
      })
    const results = chosen.map(follow)
    const { assumptions, warnings } = this.world.about(this.#placesOf(results, from.netns))
    return new Trace(
      mergeTargets(results, chosen, {
        from: { name: from.name, netns: from.netns.name },
        to: {
          name: request.to,
          address: formatIpv4(first.address),
          ...(first.port === undefined ? {} : { port: first.port }),
        },
        protocol: first.protocol,
        seed: request.seed ?? 0,
        assumptions: [...assumptions, ...ends.assumptions],
        warnings,
        allBranches: request.allBranches === true,
      }),
    )
  }

  /** The namespaces that the packets came to: what had to be supposed of others does not matter. */
  #placesOf(results: readonly FlowResult[], from: NetworkNamespace): ReadonlySet<string> {
    const seen = new Set([from.name])
    for (const { branches } of results) {
      for (const { hops, reply } of branches) for (const { netns } of [...hops, ...(reply?.hops ?? [])]) seen.add(netns)
    }
    for (const { netns, evidence } of this.world.namespaces) if (seen.has(netns.name)) seen.add(evidence.name)
    return seen
  }

  /** The modelled graph: every namespace, its devices, and what connects them. */
  topology(): Topology {
    return readTopology([...this.world.namespaces.map(({ netns }) => netns), ...this.world.outside.namespaces])
  }
}
