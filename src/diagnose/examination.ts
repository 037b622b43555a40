import type { KubernetesObjects } from '../kubernetes/index.ts'
import type {
  EvidencePart,
  FdbEvidence,
  Line,
  LinkEvidence,
  ListenerEvidence,
  NamespaceEvidence,
  NeighbourEvidence,
  Source,
} from '../snapshot/index.ts'
import type { Proof, Unchecked } from './finding.ts'
import type { ToldRoute, ToldRule } from './routes.ts'
import type { RuleSet } from './rules.ts'
import type { NamespaceView, World } from './world.ts'

/** What evidence is called when it is missing, and which command tells it. */
const NAMES = {
  links: 'devices (ip -d address)',
  routes: 'routes (ip route show table all)',
  policy: 'policy rules (ip rule)',
  neighbours: 'neighbours (ip neigh)',
  fdb: 'forwarding entries (bridge fdb)',
  sysctls: 'sysctls (sysctl -a)',
  rules: 'iptables rules (iptables-save -c)',
  connections: 'connections (conntrack -L)',
  listeners: 'listening sockets (ss -lntu)',
} as const

type Kind = keyof typeof NAMES

/** The parts of the evidence that such a question is about. Of a list that was told in part, what is not in it may be there all the same. */
const PARTS: Readonly<Partial<Record<Kind, readonly EvidencePart[]>>> = {
  links: ['links', 'addresses'],
  routes: ['routes'],
  policy: ['rules'],
  neighbours: ['neighbours'],
  fdb: ['fdb'],
  listeners: ['listeners'],
}

/**
 * One look for one kind of finding. What is asked for and was told by nobody is null, and remembered: it is listed as not checked.
 */
export class Examination {
  readonly world: World
  readonly code: string
  readonly #missing = new Map<string, Set<string>>()

  constructor(world: World, code: string) {
    this.world = world
    this.code = code
  }

  links(view: NamespaceView): readonly LinkEvidence[] | null {
    return this.#told(view, 'links', view.evidence.links)
  }

  routes(view: NamespaceView): readonly ToldRoute[] | null {
    return this.#told(view, 'routes', view.routes)
  }

  policy(view: NamespaceView): readonly ToldRule[] | null {
    return this.#told(view, 'policy', view.policy)
  }

  neighbours(view: NamespaceView): readonly NeighbourEvidence[] | null {
    return this.#told(view, 'neighbours', view.evidence.neighbours)
  }

  fdb(view: NamespaceView): readonly FdbEvidence[] | null {
    return this.#told(view, 'fdb', view.evidence.fdb)
  }

  rules(view: NamespaceView): readonly RuleSet[] | null {
    return this.#told(view, 'rules', view.rules)
  }

  connections(view: NamespaceView): readonly Line[] | null {
    return this.#told(view, 'connections', view.evidence.connections)
  }

  listeners(view: NamespaceView): readonly ListenerEvidence[] | null {
    return this.#told(view, 'listeners', view.evidence.listeners)
  }

  /** The value of a sysctl by its name with dots. */
  sysctl(view: NamespaceView, name: string): string | null {
    return this.#told(view, 'sysctls', view.evidence.sysctls?.get(name) ?? null)
  }

  /** The number of a sysctl. */
  number(view: NamespaceView, name: string): number | null {
    const value = this.sysctl(view, name)
    return value === null || !/^-?\d{1,15}$/.test(value) ? null : Number(value)
  }

  /** A switch of a device, and that of `all`. */
  conf(view: NamespaceView, device: string, name: string): { readonly all: number; readonly own: number } | null {
    const all = this.number(view, `net.ipv4.conf.all.${name}`)
    const own = this.number(view, confName(device, name))
    return all === null || own === null ? null : { all, own }
  }

  sysctlProof(view: NamespaceView, name: string): Proof {
    return { text: `${name} = ${view.evidence.sysctls?.get(name)}`, source: sourceOf(view.evidence, 'sysctl -a') }
  }

  /** The objects as they were told. */
  get told(): KubernetesObjects | null {
    const { told } = this.world
    if (told === null) this.missing('Kubernetes objects (kubectl get nodes,pods,services,endpointslices -A -o yaml)')
    return told
  }

  /** Notes that something is missing: of the namespace, or of none. */
  missing(what: string, view?: NamespaceView): void {
    const of = this.#missing.get(what) ?? new Set<string>()
    if (view !== undefined) of.add(view.name)
    this.#missing.set(what, of)
  }

  get unchecked(): readonly Unchecked[] {
    return [...this.#missing].map(([evidence, of]) => ({ code: this.code, evidence, of: [...of] }))
  }

  #told<T>(view: NamespaceView, kind: Kind, value: T | null): T | null {
    const partial = (PARTS[kind] ?? []).some((part) => view.evidence.partial.has(part))
    if (value !== null && !partial) return value
    this.missing(`${NAMES[kind]}${partial ? ', all of them' : ''}`, view)
    return null
  }
}

/** The name of a device's switch: sysctl(8) writes a dot in a device's name as a slash. */
export function confName(device: string, name: string): string {
  return `net.ipv4.conf.${device.replaceAll('.', '/')}.${name}`
}

/** A line that was read. */
export function lineProof({ text, source }: Line): Proof {
  return { text, source }
}

/** A device, in a few of `ip`'s words. */
export function linkProof(link: LinkEvidence, words: string): Proof {
  return { text: `${link.ifindex}: ${link.name}: ${words}`, source: link.source }
}

/** That something is not there. */
export function absent(text: string, command: string, evidence?: NamespaceEvidence): Proof {
  return {
    text: evidence === undefined ? text : `${evidence.name}: ${text}`,
    source: evidence === undefined ? { command } : sourceOf(evidence, command),
  }
}

/** A command in a namespace, of which no line is known. */
export function sourceOf({ links, iptables, routes }: NamespaceEvidence, command: string): Source {
  const file = links?.[0]?.source.file ?? iptables?.[0]?.source.file ?? routes?.[0]?.source.file
  return file === undefined ? { command } : { file, command }
}
