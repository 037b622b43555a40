import { NetworkNamespace } from '../netns/index.ts'
import type { Ipv4, Mac } from '../packet/index.ts'
import { Simulation } from '../sim/index.ts'
import { installSockets, type SocketLayer } from '../sockets/index.ts'
import { OctetFiles } from './process/captures.ts'
import type { Files } from './process/files.ts'
import { VirtualFiles } from './process/files.ts'
import { Scheduler } from './process/scheduler.ts'

/** The name of the namespace that a machine begins with. It has none of `ip netns`. */
export const ROOT = 'root'

/** A host that exists: its first namespace, and what its programs talk through. */
export interface HostParts {
  readonly netns: NetworkNamespace
  readonly sockets: SocketLayer
  /** Shared by all machines of a simulation on which programs run at the same time. */
  readonly scheduler: Scheduler
}

/** A port on which somebody is said to listen. */
export interface ServedPort {
  readonly protocol: 'tcp' | 'udp'
  readonly port: number
}

/** What listens where a stand-in answers on every port. */
export interface ServedPorts {
  readonly ports: readonly ServedPort[]
  /** What whoever reads the list should know; null: it has been said. */
  readonly note: string | null
}

/**
 * A Linux machine as commands see it: its network namespaces, the kernel modules that all of them share, its files. Commands hold
 * nothing themselves.
 */
export class Machine {
  readonly sim: Simulation
  /** Runs its programs. */
  readonly scheduler: Scheduler
  readonly root: NetworkNamespace
  readonly files: Files = new VirtualFiles()
  /** What `tcpdump -w` has written, as it would stand on a disk. */
  readonly captures = new OctetFiles()
  /**
   * What a name service would say of a name that /etc/hosts does not know: an address, or undefined. No packet is sent for it. Null: there is none.
   */
  resolver: ((name: string) => Ipv4 | undefined) | null = null
  /** There is a name service to say that a name is unknown. False: looking names up fails. */
  hasNameService = false
  /** What a name service calls a name whole (`AI_CANONNAME`, getaddrinfo(3)): with a search domain. Null: as it was asked for. */
  wholeNameOf: ((name: string) => string | undefined) | null = null
  /** What a name service would say that an address is called. Null: there is none that knows names both ways. */
  nameOf: ((address: Ipv4) => string | undefined) | null = null
  /** What is said to listen in a namespace whose server answers on every port. Null: nobody knows. */
  served: ((netns: NetworkNamespace) => ServedPorts) | null = null
  readonly #namespaces = new Map<string, NetworkNamespace>()
  /** There was a namespace with a name, if only for a while. */
  hadNamespaces = false
  readonly #sockets = new WeakMap<NetworkNamespace, SocketLayer>()
  readonly #known = new WeakMap<NetworkNamespace, readonly NetworkNamespace[]>()
  readonly #created: ((netns: NetworkNamespace) => void)[] = []

  /** @param host a host that is there already, to look around in; a new machine otherwise */
  constructor(sim: Simulation = new Simulation(), host?: HostParts) {
    this.sim = sim
    this.scheduler = host?.scheduler ?? new Scheduler(sim)
    this.root = host?.netns ?? this.#make(ROOT)
    if (host !== undefined) this.#sockets.set(host.netns, host.sockets)
  }

  /** Those that `ip netns add` made, the youngest last. */
  get namespaces(): ReadonlyMap<string, NetworkNamespace> {
    return this.#namespaces
  }

  /** `ip netns add`; undefined when the name is taken. */
  addNamespace(name: string): NetworkNamespace | undefined {
    if (this.#namespaces.has(name)) return undefined
    const netns = this.#make(name)
    this.#namespaces.set(name, netns)
    this.hadNamespaces = true
    return netns
  }

  /** A namespace that is there already gets a name here, as what a container runtime has made. */
  adoptNamespace(name: string, netns: NetworkNamespace, sockets: SocketLayer): void {
    this.#namespaces.set(name, netns)
    this.hadNamespaces = true
    this.#sockets.set(netns, sockets)
    this.acquaint(this.root, netns)
  }

  /** `ip netns del`: its devices go with it. False: there is none. */
  deleteNamespace(name: string): boolean {
    const netns = this.#namespaces.get(name)
    if (netns === undefined) return false
    for (const link of [...netns.devices()]) {
      // a pair's other end may have gone with the first
      if (!link.loopback && netns.device(link.ifindex) === link) netns.remove(link)
    }
    this.#namespaces.delete(name)
    return true
  }

  /**
   * A device of the first has its other end in the second: they get to know each other by number (`peernet2id_alloc`,
   * net/core/net_namespace.c).
   */
  acquaint(a: NetworkNamespace, b: NetworkNamespace): void {
    if (a === b) return
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      const known = this.#known.get(from) ?? []
      if (!known.includes(to)) this.#known.set(from, [...known, to])
    }
  }

  /** The number by which one namespace knows another, or undefined: it does not. */
  idOf(netns: NetworkNamespace, other: NetworkNamespace): number | undefined {
    const id = this.#known.get(netns)?.indexOf(other) ?? -1
    return id < 0 ? undefined : id
  }

  /**
   * The same, of one that a device leads to: who is told of such a device gets to know where it leads by that (`rtnl_fill_link_netnsid`,
   * net/core/rtnetlink.c).
   */
  numberFor(netns: NetworkNamespace, other: NetworkNamespace): number {
    const known = this.#known.get(netns) ?? []
    if (!known.includes(other)) this.#known.set(netns, [...known, other])
    return this.idOf(netns, other)!
  }

  /** The namespaces that one knows, each at its number. */
  knownTo(netns: NetworkNamespace): readonly NetworkNamespace[] {
    return this.#known.get(netns) ?? []
  }

  /** What its programs talk through. */
  socketsOf(netns: NetworkNamespace): SocketLayer {
    return this.#sockets.get(netns)!
  }

  /** Calls this for each namespace there is, and for each that comes. */
  onNamespace(created: (netns: NetworkNamespace) => void): void {
    created(this.root)
    for (const netns of this.#namespaces.values()) created(netns)
    this.#created.push(created)
  }

  /** An address as the kernel makes up (`eth_random_addr`): locally administered, for one device. */
  randomMac(): Mac {
    const random = this.sim.random('mac')
    const high = (random.below(0x10000) & 0xfeff) | 0x0200
    return (high * 2 ** 32 + random.uint32()) as Mac
  }

  /** For people: how many namespaces there are. */
  toString(): string {
    return `machine with ${this.#namespaces.size + 1} namespaces`
  }

  #make(name: string): NetworkNamespace {
    const netns = new NetworkNamespace(this.sim, name)
    this.#sockets.set(netns, installSockets(netns))
    for (const created of this.#created) created(netns)
    return netns
  }
}
