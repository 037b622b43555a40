import { NetworkNamespace } from '../../netns/index.ts'
import { Simulation } from '../../sim/index.ts'
import { installSockets, type SocketLayer } from '../../sockets/index.ts'
import type { LinkEvidence, NamespaceEvidence } from '../evidence.ts'
import { rebuildConnections } from './connections.ts'
import { Findings } from './findings.ts'
import { addAddresses, checkStates, configureLinks, kindIn, type LinkHome, makeLinks } from './links.ts'
import { rebuildListeners } from './listeners.ts'
import { rebuildNeighbours } from './neighbours.ts'
import { Outside } from './outside.ts'
import { Pairs } from './pairs.ts'
import { standBehind, standForEndpoints, standForHosts } from './peers.ts'
import { rebuildRoutes, rebuildRules } from './routes.ts'
import { type Plug, planSegments, type Segment } from './segments.ts'
import { rebuildSysctls } from './sysctls.ts'
import { hasRules, rebuildTables } from './tables.ts'

/** How much of what was told is rebuilt. */
export interface RebuildOptions {
  /** Where it is built. Default: a new simulation. */
  readonly sim?: Simulation
  /** The connections of conntrack come along: who continues one goes where it went. Default true. */
  readonly connections?: boolean
  /** Who listened answers. False: nobody does, because the caller starts programs. Default true. */
  readonly listeners?: boolean
  /** The name of a namespace in traces. Default: the pod's, where one lives there, else the evidence's own. */
  readonly nameOf?: (evidence: NamespaceEvidence) => string
}

/** A namespace that was rebuilt. */
export interface RebuiltNamespace {
  readonly evidence: NamespaceEvidence
  readonly netns: NetworkNamespace
  readonly sockets: SocketLayer
}

/** What evidence comes to, and what had to be supposed. */
export interface RebuiltWorld {
  readonly sim: Simulation
  readonly namespaces: readonly RebuiltNamespace[]
  /** What is between the hosts and beyond them, which nobody recorded. */
  readonly outside: Outside
  /** What of all that is about some namespaces, by the names of their evidence. */
  about(places: ReadonlySet<string>): { readonly assumptions: readonly string[]; readonly warnings: readonly string[] }
  /** Supposed, because nobody told; a line each. */
  readonly assumptions: readonly string[]
  /** Told, and without a model, or not as Linux would have it. */
  readonly warnings: readonly string[]
}

/**
 * Makes simulated namespaces of what is known of real ones, in one simulation. Hosts whose devices have a network in common are plugged into
 * one segment of it; whoever they send to beyond that is a stand-in that answers.
 *
 * @throws KubehopError what was told cannot be, with its place
 */
export function rebuild(evidence: readonly NamespaceEvidence[], options: RebuildOptions = {}): RebuiltWorld {
  return new Rebuild(evidence, options).world()
}

/** In traces a pod is called as a cluster calls it. */
export function nameInTraces({ owners, isHost, name }: NamespaceEvidence): string {
  const pod = owners.find((owner) => owner.kind === 'pod' && owner.name !== undefined)
  return isHost || pod === undefined ? name : `${pod.namespace ?? 'default'}/${pod.name}`
}

class Rebuild implements LinkHome {
  readonly pairs: Pairs
  readonly #sim: Simulation
  readonly #spaces: readonly NamespaceEvidence[]
  readonly #options: RebuildOptions
  readonly #findings = new Findings()
  readonly #netns = new Map<NamespaceEvidence, NetworkNamespace>()
  readonly #segmentOf = new Map<LinkEvidence, Segment>()
  readonly #segments: readonly Segment[]
  readonly #outside: Outside
  #unfinished: (() => void)[] = []

  constructor(spaces: readonly NamespaceEvidence[], options: RebuildOptions) {
    this.#spaces = spaces
    this.#options = options
    this.#sim = options.sim ?? new Simulation()
    this.pairs = new Pairs(spaces, ({ space, link }) => kindIn(space, link, this.#findings) === 'veth')
    const nameOf = options.nameOf ?? nameInTraces
    for (const space of spaces) this.#netns.set(space, new NetworkNamespace(this.#sim, nameOf(space), backendOf(space)))
    this.#segments = planSegments(this.#plugs(), spaces)
    for (const segment of this.#segments) for (const { link } of segment.plugs) this.#segmentOf.set(link, segment)
    this.#outside = new Outside(this.#sim, this.#segments)
  }

  world(): RebuiltWorld {
    const findings = this.#findings
    this.#notes()
    makeLinks(this.#spaces, this, findings)
    const all = this.#spaces.map((space) => [space, this.netnsOf(space)] as const)
    for (const [space, netns] of all) configureLinks(netns, space, findings)
    for (const [space, netns] of all) addAddresses(netns, space, findings)
    for (const finish of this.#unfinished) finish()
    // a bridge has a carrier, and a device an other end, when all are up
    for (const [space, netns] of all) checkStates(netns, space, findings)
    for (const [space, netns] of all) {
      rebuildRules(netns, space, findings)
      rebuildRoutes(netns, space, findings)
      rebuildNeighbours(netns, space, findings)
      rebuildSysctls(
        netns,
        space,
        this.#spaces.find(({ host, isHost }) => isHost && host === space.host),
        findings,
      )
      rebuildTables(netns, space, findings)
      if (this.#options.connections !== false) rebuildConnections(netns, space, findings)
    }
    const namespaces = all.map(([evidence, netns]) => ({
      evidence,
      netns,
      sockets: this.#options.listeners === false ? installSockets(netns) : rebuildListeners(netns, evidence, findings),
    }))
    standForHosts(this.#spaces, this.#segments, this.#outside, findings)
    standForEndpoints(namespaces, this.#segments, this.#outside, findings)
    const { assumptions, warnings } = findings
    return {
      sim: this.#sim,
      namespaces,
      outside: this.#outside,
      assumptions,
      warnings,
      about: (places) => findings.about(places),
    }
  }

  netnsOf(space: NamespaceEvidence): NetworkNamespace {
    return this.#netns.get(space)!
  }

  plug(space: NamespaceEvidence, link: LinkEvidence, own: NetworkNamespace) {
    const segment = this.#segmentOf.get(link)
    if (segment !== undefined) {
      const device = this.#outside.plug(segment, own, link.name, link.mac, link.mtu)
      const { peer } = device
      if (link.carrier === false && peer !== null)
        this.#unfinished.push(() => (peer.netns as NetworkNamespace).setUp(peer, false))
      return device
    }
    const { device, standIn, finish } = standBehind(this.#sim, space, link, own, this.#findings)
    this.#unfinished.push(finish)
    this.#outside.standIns.push(standIn)
    return device
  }

  /** Hardware; and a host's end of a pair that has addresses and whose other end nobody recorded, as a node in a container has one. */
  #plugs(): Plug[] {
    return this.#spaces.flatMap((space) =>
      (space.links ?? []).flatMap((link) => {
        const kind = kindIn(space, link, this.#findings)
        const isLost =
          kind === 'veth' && this.pairs.of(link) === undefined && link.master === null && link.addresses.length > 0
        return kind === 'uplink' || isLost ? [{ space, link }] : []
      }),
    )
  }

  /** What was not understood when it was read. */
  #notes(): void {
    for (const { name, notes, partial } of this.#spaces) {
      for (const { message } of notes) this.#findings.warn(message, name)
      for (const text of partial.values()) this.#findings.assume(text, name)
    }
  }
}

/** By which program the rules were written: the two register the security table at different places. */
function backendOf({ iptables }: NamespaceEvidence): { readonly backend?: 'legacy' } {
  const loaded = (iptables ?? []).filter(({ text }) => hasRules(text))
  const [first] = loaded.length > 0 ? loaded : (iptables ?? [])
  return first?.backend === 'legacy' ? { backend: 'legacy' } : {}
}
