import type { Draft } from 'immer'
import {
  type ClusterObjects,
  editObjects,
  fillIn,
  formatNote,
  type InputText,
  type ReadOptions,
  readObjects,
  refill,
} from '../kubernetes/index.ts'
import type { TableName } from '../netfilter/rule.ts'
import { readTopology, type Topology } from '../netns/index.ts'
import { formatIpv4 } from '../packet/address.ts'
import { KubehopError } from '../packet/errors.ts'
import type { PcapngWriter } from '../packet/pcapng.ts'
import { type FlowResult, mergeTargets, Trace, traceFlow } from '../trace/index.ts'
import { assumptionsOf, warningsOf } from './assumptions.ts'
import { byName } from './by-name.ts'
import { withOutcome } from './kube-proxy-outcome.ts'
import { ClusterNetwork } from './network.ts'
import type { NodeHost } from './node-host.ts'
import type { ClusterOptions } from './options.ts'
import type { NodeSync } from './running-proxies.ts'
import { type FlowProtocol, type Source, type Target, TargetFinder } from './targets.ts'

/** What to trace. Names are those of the command line: `pod/a`, `deploy/frontend`, `svc/cart:7070`, `node/node-1:30080`, `external`, `10.0.0.1:80`. */
export interface TraceRequest {
  readonly from: string
  readonly to: string
  /**
   * `node/NAME`: the packet enters at this node. `from` is then its source address, any one: of the node itself (the packet leaves its
   * sockets), of a pod (it comes in by the bridge), or another (it comes in from outside), whether or not anybody has it.
   */
  readonly at?: string | undefined
  /** The namespace of names that have none. Default `default`. */
  readonly namespace?: string | undefined
  /** Default: the Service port's, else tcp when there is a port, else icmp (a ping). */
  readonly protocol?: FlowProtocol | undefined
  /** 1 to 65535. Default: an ephemeral port. */
  readonly sourcePort?: number | undefined
  /** How many packets of the conversation to show. Default 2: the first one and its answer. */
  readonly packets?: number | undefined
  /** Follow every outcome of every draw, each with its probability. */
  readonly allBranches?: boolean | undefined
  /** `detailed` also looks for rules that came close. */
  readonly detail?: 'minimal' | 'summary' | 'detailed' | undefined
  /** Decides draws and ports. Default: the cluster's. */
  readonly seed?: number | undefined
  /** What the packets leave behind stays, such as connections. Default: everything is as it was before. Means nothing with `allBranches`. */
  readonly keep?: boolean | undefined
  /** Every frame on every device is written here. */
  readonly capture?: PcapngWriter | undefined
}

/** What became of a cluster while its network ran. */
export interface Advance {
  readonly cluster: Cluster
  /** What the kube-proxy of each node did, by the node's name. */
  readonly syncs: ReadonlyMap<string, NodeSync>
}

/**
 * A Kubernetes cluster in the simulator: its objects, and the network that they make. Objects are immutable; the network is built when it is
 * first asked for, and no trace changes it.
 *
 * ```ts
 * const cluster = Cluster.fromManifests(yamlText, { nodes: 3 })
 * const trace = cluster.trace({ from: 'deploy/frontend', to: 'svc/cartservice:7070' })
 * trace.disposition // 'delivered'
 * ```
 */
export class Cluster {
  /** Everything that the cluster consists of, what kubehop made up included. */
  readonly objects: ClusterObjects
  readonly options: ClusterOptions
  #network: ClusterNetwork | null = null
  #assumptions: readonly string[] | null = null
  #warnings: readonly string[] | null = null

  /** Prefer `fromManifests`. The objects must be complete (`fillIn`). */
  constructor(objects: ClusterObjects, options: ClusterOptions = {}) {
    this.objects = objects
    this.options = options
  }

  /**
   * Reads manifests, or what `kubectl get -o yaml|json` prints, and completes them to a cluster.
   *
   * @param manifests text, or named texts (the names stand in errors)
   * @throws InputError with every problem of the input at once
   */
  static fromManifests(
    manifests: string | InputText | readonly InputText[],
    options: ClusterOptions & Pick<ReadOptions, 'maxInput'> = {},
  ): Cluster {
    const inputs = typeof manifests === 'string' ? { name: 'manifests', content: manifests } : manifests
    const objects = readObjects(inputs, {
      ...(options.maxInput === undefined ? {} : { maxInput: options.maxInput }),
      ...(options.validation === undefined ? {} : { validation: options.validation }),
    })
    return new Cluster(fillIn(objects, options), options)
  }

  /** The simulated machines. Made on first use. */
  get network(): ClusterNetwork {
    this.#network ??= new ClusterNetwork(this.objects, this.options)
    return this.#network
  }

  /** What kubehop had to suppose, a line each. */
  get assumptions(): readonly string[] {
    this.#assumptions ??= assumptionsOf(this.network, this.options)
    return this.#assumptions
  }

  /** What looks odd in the input, or makes kubehop's answers less than the truth of that cluster. */
  get warnings(): readonly string[] {
    this.#warnings ??= [...this.objects.notes.map(formatNote), ...warningsOf(this.objects)]
    return this.#warnings
  }

  /** @throws KubehopError `BAD_REFERENCE`, `NOT_FOUND` (with the nearest names), `NOT_RUNNING`, `BAD_PORT` */
  trace(request: TraceRequest): Trace {
    return this.network.fabric.withGuests(() => this.#trace(request))
  }

  #trace(request: TraceRequest): Trace {
    const { network } = this
    const finder = new TargetFinder(network, request.namespace)
    const { from, targets, node } = endsOf(finder, request)
    const chosen = request.allBranches === true ? targets : [this.#pick(targets, request.seed)]
    const [first] = chosen
    if (first === undefined) throw new KubehopError('NOT_FOUND', `"${request.to}" has no address`)
    const flows = chosen.map((target) => this.#flow(request, from, target))
    const results = node === undefined ? flows : flows.map((flow) => withOutcome(flow, node))
    return new Trace(
      mergeTargets(results, chosen, {
        from: { name: from.name, netns: from.netns.name },
        to: {
          name: request.to,
          address: formatIpv4(first.address),
          ...(first.port === undefined ? {} : { port: first.port }),
        },
        protocol: first.protocol,
        seed: request.seed ?? this.options.seed ?? 0,
        assumptions: [...this.assumptions, ...finder.assumptions],
        warnings: this.warnings,
        allBranches: request.allBranches === true,
      }),
    )
  }

  /** One of the addresses that DNS gives: which one depends on the seed. */
  #pick(targets: readonly Target[], seed: number | undefined): Target {
    const target = targets[(seed ?? this.options.seed ?? 0) % targets.length]
    if (target === undefined) throw new KubehopError('NOT_FOUND', 'no address')
    return target
  }

  #flow(request: TraceRequest, from: Source, target: Target): FlowResult {
    return traceFlow(this.network.sim, {
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
      beyond: new Set([this.network.fabric.external.name]),
      keep: request.keep,
      capture: request.capture,
    })
  }

  /** A node by name. @throws KubehopError `NOT_FOUND` with the nearest names */
  node(name: string): NodeHost {
    return byName(this.network.nodes, name)
  }

  /** A node's rules as `iptables-save` prints them; one table or all. */
  iptablesSave(node: string, table?: TableName): string {
    return this.node(node).netns.netfilter.save(table === undefined ? {} : { table })
  }

  /** What kube-proxy hands to iptables-restore on a node, in a full sync. */
  kubeProxyRestoreText(node: string): string {
    return this.node(node).proxy.restoreText()
  }

  /** The modelled graph: every namespace, its devices, and what connects them. */
  topology(): Topology {
    return readTopology(this.network.namespaces())
  }

  /**
   * The cluster as it would be with other objects: what depends on them (pods of workloads, EndpointSlices, rules) is made anew, everything else keeps
   * its names and addresses. This cluster stays as it is.
   *
   * ```ts
   * const scaled = cluster.edit((objects) => { objects.workloads[0].spec.replicas = 5 })
   * ```
   */
  edit(recipe: (objects: Draft<ClusterObjects>) => void): Cluster {
    return new Cluster(refill(editObjects(this.objects, recipe), this.options), this.options)
  }

  /**
   * The same change as with {@link edit}, in the network that runs: pods come and go, each node's kube-proxy syncs what is different and
   * deletes the UDP connections that lead astray; all other connections stay. The network goes over to the cluster that is returned;
   * this one builds a new one when it is asked again.
   *
   * ```ts
   * const { cluster: later, syncs } = cluster.advance((objects) => { objects.workloads[0].spec.replicas = 0 })
   * syncs.get('node-1').sync.deletedChains
   * ```
   *
   * @throws UnsupportedError for a change that a running network cannot follow: see {@link ClusterNetwork.update}
   */
  advance(recipe: (objects: Draft<ClusterObjects>) => void): Advance {
    const cluster = this.edit(recipe)
    const syncs = this.network.update(cluster.objects)
    cluster.#network = this.#network
    this.#network = null
    return { cluster, syncs }
  }
}

/** Who sends what where; `node`: the one that was named as the packet's way in. */
function endsOf(
  finder: TargetFinder,
  { from, to, at, protocol }: TraceRequest,
): { from: Source; targets: Target[]; node?: string } {
  if (at !== undefined) return finder.entering(at, from, to, protocol)
  const source = finder.source(from)
  return { from: source, targets: finder.targets(to, source, protocol) }
}
