import { compareIpv4, type Ipv4, maskOf, networkOf, type Prefix } from '../packet/address.ts'
import { type FlowKey, LEGACY_TOS_MASK } from './flow.ts'
import type { SharedRoutes } from './shared-routes.ts'
import { TrieHistory } from './trie-history.ts'
import { type FibHost, type Route, Scope, TableId } from './types.ts'

/** The netmasks by prefix length, so that a lookup computes none. */
const MASKS: readonly number[] = Array.from({ length: 33 }, (_, length) => maskOf(length))

type Leaf = readonly Route[]

/** In the own map: the host does not have the shared route to this prefix. */
const NONE: Leaf = []

/**
 * One routing table (`struct fib_table`): a hash map per prefix length that is in use, from network to the routes to it, the
 * preferred one first. A lookup asks the lengths from long to short, so its cost follows the number of different lengths (a node has about
 * five), not the number of routes.
 *
 * Thousands of equal routes are shared between nodes: a leaf is looked up in the own map first, and then in what lies below (`lay`). A shared
 * route that this host does not have is an empty leaf in the own map. Leaves are never changed in place for that reason.
 */
export class FibTable {
  readonly id: number
  /** By prefix length; null while no route has it. */
  readonly #leaves: (Map<number, Leaf> | null)[] = new Array(33).fill(null)
  /** The prefix lengths in use, longest first. */
  lengths: readonly number[] = []
  /** Number of routes with a DS field: while there are none, a lookup does not depend on it. */
  tosRoutes = 0
  #size = 0
  #shared: SharedRoutes | null = null
  /** Shared by `local` and `main` while they share a trie, and after that, too. */
  readonly history: TrieHistory

  constructor(id: number, history = new TrieHistory()) {
    this.id = id
    this.history = history
  }

  /** The routes to exactly this prefix, preferred first: DS field from high to low, then metric from low to high. */
  leaf(network: Ipv4, length: number): Leaf {
    return this.#leaves[length]?.get(network) ?? this.#shared?.leaves[length]?.get(network) ?? NONE
  }

  /**
   * Lays routes under the own ones, which win where both lead to a prefix. Once in the life of a table.
   *
   * @param except the host does not have these: they are there, or will be
   */
  lay(shared: SharedRoutes, except: readonly Prefix[]): void {
    const count = shared.routes.length - except.filter((prefix) => shared.has(prefix)).length
    this.#size += count
    this.history.addAll({ routes: shared.routes, except, count })
    this.#shared = shared
    for (const { address, length } of except)
      if (this.#leaves[length]?.has(address) !== true) this.#ownLeaves(length).set(address, NONE)
    this.#countLengths()
  }

  #ownLeaves(length: number): Map<number, Leaf> {
    const map = this.#leaves[length] ?? new Map<number, Leaf>()
    this.#leaves[length] = map
    return map
  }

  /** Puts a whole leaf in place. */
  setLeaf(network: Ipv4, length: number, routes: Leaf): void {
    const before = this.leaf(network, length)
    this.#size += routes.length - before.length
    for (const route of before) if (route.tos !== 0) this.tosRoutes--
    for (const route of routes) if (route.tos !== 0) this.tosRoutes++
    if (before.length === 0 && routes.length > 0) this.history.add(network, this.id === TableId.LOCAL)
    else if (before.length > 0 && routes.length === 0) this.history.remove(network, this.id === TableId.LOCAL)
    const isNew = this.#leaves[length] === null
    if (routes.length > 0) this.#ownLeaves(length).set(network, routes)
    else if (this.#shared?.leaves[length]?.has(network) === true) this.#ownLeaves(length).set(network, NONE)
    else if (this.#leaves[length]?.delete(network) && this.#leaves[length].size === 0) this.#leaves[length] = null
    if (isNew !== (this.#leaves[length] === null)) this.#countLengths()
  }

  #countLengths(): void {
    const lengths: number[] = []
    const shared = this.#shared
    for (let length = 32; length >= 0; length--)
      if (this.#leaves[length] !== null || (shared !== null && shared.leaves[length] !== null)) lengths.push(length)
    this.lengths = lengths
  }

  /**
   * The first route of this prefix length that suits the key, or null (`fib_table_lookup`, net/ipv4/fib_trie.c). A route that
   * refuses suits whatever device is asked for.
   */
  lookupAt(length: number, key: FlowKey, linkdown: FibHost | null): Route | null {
    const network = key.destination & MASKS[length]!
    const leaf = this.#leaves[length]?.get(network) ?? this.#shared?.leaves[length]?.get(network)
    if (leaf === undefined) return null
    for (let i = 0; i < leaf.length; i++) {
      const route = leaf[i]!
      if (route.tos !== 0 && route.tos !== (key.tos & LEGACY_TOS_MASK)) continue
      if (route.scope < key.scope) continue
      if (route.error !== 0) return route
      if (key.oif !== 0 && key.oif !== route.ifindex) continue
      if (linkdown !== null && isIgnored(route, linkdown)) continue
      return route
    }
    return null
  }

  /** The longest prefix that suits the key. `linkdown`: the host when its devices' linkdown state is to be heeded. */
  lookup(key: FlowKey, linkdown: FibHost | null): Route | null {
    const lengths = this.lengths
    for (let i = 0; i < lengths.length; i++) {
      const route = this.lookupAt(lengths[i]!, key, linkdown)
      if (route !== null) return route
    }
    return null
  }

  /** All routes in the order of `ip route show`: by address, then longest prefix, then preference. */
  routes(): Route[] {
    const leaves = this.#all().map(([, , leaf]) => leaf)
    leaves.sort((a, b) => compareIpv4(a[0]!.destination, b[0]!.destination) || b[0]!.length - a[0]!.length)
    return leaves.flat()
  }

  /** Every leaf that has routes, with its network and length, in no order. */
  #all(): [network: number, length: number, Leaf][] {
    const all: [number, number, Leaf][] = []
    for (let length = 0; length <= 32; length++) {
      const own = this.#leaves[length] ?? null
      for (const [network, leaf] of own ?? []) if (leaf.length > 0) all.push([network, length, leaf])
      for (const [network, leaf] of this.#shared?.leaves[length] ?? [])
        if (own?.has(network) !== true) all.push([network, length, leaf])
    }
    return all
  }

  /** Removes every route that the test names; how many. */
  removeWhere(test: (route: Route) => boolean): number {
    const before = this.#size
    this.history.flush(this.id === TableId.LOCAL)
    for (const [network, length, leaf] of this.#all()) {
      const kept = leaf.filter((route) => !test(route))
      if (kept.length < leaf.length) this.setLeaf(networkOf(network as Ipv4, length), length, kept)
    }
    this.history.flushed()
    return before - this.#size
  }
}

/** The device has lost its carrier, and its owner wants such routes ignored (`fib_lookup_good_nhc`). */
function isIgnored(route: Route, host: FibHost): boolean {
  const device = host.device(route.ifindex)
  return device?.ignoreRoutesWithLinkdown === true && isLinkdown(route, device.carrier)
}

/** RTNH_F_LINKDOWN: set on every route by a device without carrier but those to the host itself. */
export function isLinkdown(route: Route, carrier: boolean): boolean {
  return !carrier && route.ifindex !== 0 && route.nexthopScope !== Scope.NOWHERE
}

/** Looks in two tables as if they were one, the first one winning at equal length (the merged trie of `local` and `main`). */
export function lookupMerged(first: FibTable, second: FibTable, key: FlowKey, linkdown: FibHost | null): Route | null {
  const a = first.lengths
  const b = second.lengths
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    const lengthA = i < a.length ? a[i]! : -1
    const lengthB = j < b.length ? b[j]! : -1
    if (lengthA >= lengthB) {
      i++
      const route = first.lookupAt(lengthA, key, linkdown)
      if (route !== null) return route
    } else {
      j++
      const route = second.lookupAt(lengthB, key, linkdown)
      if (route !== null) return route
    }
  }
  return null
}
