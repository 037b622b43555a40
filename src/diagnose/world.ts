import {
  type ClusterObjects,
  hasSelector,
  isPodTerminal,
  type KubernetesObjects,
  ObjectIndex,
  type Pod,
  type Service,
} from '../kubernetes/index.ts'
import { LabelIndex } from '../kubernetes/label-index.ts'
import { formatIpv4, type Ipv4, networkOf, type Prefix, prefixContains } from '../packet/address.ts'
import type { AddressEvidence, LinkEvidence, NamespaceEvidence } from '../snapshot/index.ts'
import { type RuleService, serviceRules } from './proxy-rules.ts'
import { readRoutes, readRules, type ToldRoute, type ToldRule } from './routes.ts'
import { RuleSet } from './rules.ts'

/** What is known of one namespace, prepared for questions. Each part is made when it is first asked for. */
export class NamespaceView {
  readonly evidence: NamespaceEvidence
  #rules: readonly RuleSet[] | undefined
  #routes: ReturnType<typeof readRoutes> | undefined
  #policy: readonly ToldRule[] | undefined
  readonly #services = new Map<RuleSet, readonly RuleService[]>()
  readonly #byAddress = new Map<RuleSet, Map<Ipv4, RuleService[]>>()

  constructor(evidence: NamespaceEvidence) {
    this.evidence = evidence
  }

  /** As people call it: by the pod or container that lives there, else as evidence names it. */
  get name(): string {
    const { owners, isHost, name } = this.evidence
    if (isHost) return name
    const pod = owners.find((owner) => owner.kind === 'pod' && owner.name !== undefined)
    if (pod !== undefined) return `pod ${pod.namespace ?? 'default'}/${pod.name}`
    const container = owners.find((owner) => owner.kind === 'container' && owner.name !== undefined)
    return container === undefined ? name : `container ${container.name}`
  }

  /** One for each back end that has rules; null: nobody told. */
  get rules(): readonly RuleSet[] | null {
    if (this.evidence.iptables === null) return null
    this.#rules ??= this.evidence.iptables.map((evidence) => new RuleSet(evidence))
    return this.#rules
  }

  /** Those that are understood. */
  get routes(): readonly ToldRoute[] | null {
    if (this.evidence.routes === null) return null
    this.#routes ??= readRoutes(this.evidence.routes, this.evidence.links ?? [])
    return this.#routes.routes
  }

  /** Is there a route that is not understood? What is not found may be there then. */
  get hasOtherRoutes(): boolean {
    return this.routes !== null && this.#routes!.others.length > 0
  }

  get policy(): readonly ToldRule[] | null {
    if (this.evidence.rules === null) return null
    this.#policy ??= readRules(this.evidence.rules).rules
    return this.#policy
  }

  /** Does every packet that is not for the host itself ask the main table first? */
  get asksMainTable(): boolean {
    const { policy } = this
    if (policy === null || policy.length !== this.evidence.rules?.length) return false
    return policy.every(({ rule }) => rule.priority === 0 || (rule.priority ?? 0) >= 32766)
  }

  /** The Services of kube-proxy's rules. */
  services(rules: RuleSet): readonly RuleService[] {
    let services = this.#services.get(rules)
    if (services === undefined) {
      services = serviceRules(rules)
      this.#services.set(rules, services)
    }
    return services
  }

  /** Those with this address. */
  servicesAt(rules: RuleSet, address: Ipv4): readonly RuleService[] {
    let byAddress = this.#byAddress.get(rules)
    if (byAddress === undefined) {
      byAddress = new Map()
      for (const service of this.services(rules)) {
        const list = byAddress.get(service.address)
        if (list === undefined) byAddress.set(service.address, [service])
        else list.push(service)
      }
      this.#byAddress.set(rules, byAddress)
    }
    return byAddress.get(address) ?? []
  }

  link(name: string): LinkEvidence | undefined {
    return this.evidence.links?.find((link) => link.name === name)
  }

  /** The ports of a bridge. */
  portsOf(bridge: LinkEvidence): readonly LinkEvidence[] {
    return (this.evidence.links ?? []).filter(({ master }) => master === bridge.name)
  }

  /** The device that has the address. */
  holderOf(address: Ipv4): LinkEvidence | undefined {
    return this.evidence.links?.find((link) => link.addresses.some((one) => one.address === address))
  }

  /** Has it a chain of kube-proxy's? */
  get hasServiceRules(): boolean {
    return this.rules?.some((rules) => rules.chain('nat', 'KUBE-SERVICES') !== undefined) ?? false
  }

  /** Has Kubernetes written any rules here: kubelet, or kube-proxy? */
  get hasKubeRules(): boolean {
    return (
      this.rules?.some((rules) =>
        [...rules.tables.values()].some(({ chains }) => [...chains.keys()].some((name) => name.startsWith('KUBE-'))),
      ) ?? false
    )
  }
}

/** A pod (or another namespace) behind a veth pair of a node. */
export interface Attachment {
  readonly pod: NamespaceView
  /** The end in the pod. */
  readonly inside: LinkEvidence
  readonly node: NamespaceView
  /** The end on the node. */
  readonly outside: LinkEvidence
  /** The bridge that the node's end is a port of. */
  readonly bridge: LinkEvidence | null
}

/** The network of an address of a device. */
export function networkOfAddress({ address, length, peer }: AddressEvidence): Prefix {
  return { address: networkOf(peer ?? address, length), length }
}

/** Everything that is known: namespaces and objects. */
export class World {
  readonly views: readonly NamespaceView[]
  /** The same, as some of them were at an earlier time. */
  readonly earlier: readonly NamespaceView[]
  /** The objects as they were told; null: none were. */
  readonly told: KubernetesObjects | null
  /** The objects completed to a cluster, what was not told being supposed; null: none were told, or they do not fit together. */
  readonly objects: ClusterObjects | null
  #attachments: readonly Attachment[] | undefined
  #index: ObjectIndex | undefined
  #labels: LabelIndex<Pod> | undefined
  #podAddresses: ReadonlySet<string> | undefined

  constructor(
    evidence: readonly NamespaceEvidence[],
    told: KubernetesObjects | null = null,
    objects: ClusterObjects | null = null,
    earlier: readonly NamespaceEvidence[] = [],
  ) {
    this.views = evidence.map((one) => new NamespaceView(one))
    this.earlier = earlier.map((one) => new NamespaceView(one))
    this.told = told
    this.objects = objects
  }

  /** Finds objects. */
  get index(): ObjectIndex | null {
    const objects = this.objects ?? this.told
    if (objects === null) return null
    this.#index ??= new ObjectIndex(objects)
    return this.#index
  }

  /** The pods that have not run to their end and that a Service's selector selects; those that workloads would make count. */
  podsOf({ metadata, spec }: Service): readonly Pod[] {
    const objects = this.objects ?? this.told
    if (objects === null || !hasSelector(spec.selector)) return []
    this.#labels ??= new LabelIndex(objects.pods)
    return this.#labels.select(metadata.namespace, spec.selector).filter((pod) => !isPodTerminal(pod))
  }

  /** The namespaces that carry packets for others: hosts with a bridge, a tunnel, pods, or rules of Kubernetes. */
  get nodes(): readonly NamespaceView[] {
    return this.views.filter((view) => isNode(view))
  }

  /** Every namespace behind a veth pair of a node, that is no node itself. */
  get attachments(): readonly Attachment[] {
    this.#attachments ??= this.views.flatMap((pod) => (isNode(pod) || pod.evidence.isHost ? [] : this.#attached(pod)))
    return this.#attachments
  }

  #attached(pod: NamespaceView): Attachment[] {
    const found: Attachment[] = []
    for (const inside of pod.evidence.links ?? []) {
      const end = this.peerOf(pod, inside)
      if (end === null || end.view === pod || !(isNode(end.view) || end.view.evidence.isHost)) continue
      const { view: node, link: outside } = end
      const bridge = outside.master === null ? null : (node.link(outside.master) ?? null)
      found.push({ pod, inside, node, outside, bridge: bridge?.kind === 'bridge' ? bridge : null })
    }
    return found
  }

  /**
   * Is it a pod of a cluster, and not a container of a docker that has nothing to do with it, or some namespace of somebody's? Somebody says so, or its
   * bridge has the network that flannel gave the node, or it hangs on a bridge of a node that kubelet or kube-proxy have written rules on.
   */
  isPod({ pod, inside, node, bridge }: Attachment): boolean {
    const { owners } = pod.evidence
    if (owners.some(({ kind }) => kind === 'pod')) return true
    this.#podAddresses ??= new Set((this.told?.pods ?? []).flatMap(({ status }) => status.podIP ?? []))
    if (inside.addresses.some(({ address }) => this.#podAddresses!.has(formatIpv4(address)))) return true
    if (bridge === null || owners.length > 0) return false
    const tunnel = node.evidence.links?.find(({ vxlan }) => vxlan !== undefined)
    const base = tunnel?.addresses[0]?.address
    return base === undefined ? node.hasKubeRules : isOnNetwork(bridge, base)
  }

  /** Does the node route for others: for pods, through a tunnel, or as the gateway of a namespace behind it? */
  isRouter(node: NamespaceView): boolean {
    if (node.hasKubeRules) return true
    if (node.evidence.links?.some(({ vxlan, addresses }) => vxlan !== undefined && addresses.length > 0) === true)
      return true
    return this.attachments.some(
      (one) =>
        one.node === node &&
        (one.pod.routes ?? []).some(({ gateway }) => gateway !== null && node.holderOf(gateway) !== undefined),
    )
  }

  /** The other end of a veth pair, where it is known. */
  peerOf(
    view: NamespaceView,
    link: LinkEvidence,
  ): { readonly view: NamespaceView; readonly link: LinkEvidence } | null {
    const { peer } = link
    if (peer === null || (link.kind !== null && link.kind !== 'veth')) return null
    const ends = this.views.filter(
      (other) => other.evidence.host === view.evidence.host && mayBeAt(view, other, peer.nsid),
    )
    const links = ends.flatMap((other) =>
      (other.evidence.links ?? [])
        .filter(
          (one) =>
            one !== link &&
            one.ifindex === peer.ifindex &&
            one.peer?.ifindex === link.ifindex &&
            mayBeAt(other, view, one.peer.nsid),
        )
        .map((one) => ({ view: other, link: one })),
    )
    // where several might be the one, none is
    return links.length === 1 ? links[0]! : null
  }

  /** The namespaces of one host. */
  ofHost(host: string): readonly NamespaceView[] {
    return this.views.filter(({ evidence }) => evidence.host === host)
  }

  /** Who has the address, loopback and bridges apart. */
  holdersOf(address: Ipv4): readonly { readonly view: NamespaceView; readonly link: LinkEvidence }[] {
    return this.views.flatMap((view) => {
      const link = view.holderOf(address)
      return link === undefined ? [] : [{ view, link }]
    })
  }
}

/** May `there` be the namespace that `here` gives this number? Null: here itself. */
function mayBeAt(here: NamespaceView, there: NamespaceView, nsid: number | null): boolean {
  if (nsid === null) return here === there
  if (here === there) return false
  const id = here.evidence.nsids?.get(nsid)
  return id === undefined || there.evidence.id === 0 || id === there.evidence.id
}

function isNode(view: NamespaceView): boolean {
  const links = view.evidence.links ?? []
  return links.some(({ kind }) => kind === 'bridge' || kind === 'vxlan') || view.hasKubeRules
}

/** The addresses of a bridge (or any device), as networks. */
export function networksOf(link: LinkEvidence): readonly Prefix[] {
  return link.addresses.filter(({ length }) => length < 32).map(networkOfAddress)
}

/** Is the address in a network of the device? */
export function isOnNetwork(link: LinkEvidence, address: Ipv4): boolean {
  return networksOf(link).some((network) => prefixContains(network, address))
}
