import { IPV4_ANY, IPV4_BROADCAST, type Ipv4, isMulticast } from '../packet/address.ts'
import { Errno, NetlinkError } from './errors.ts'
import { FibResult, FlowKey } from './flow.ts'
import { sameMetrics } from './metrics.ts'
import { checkKey, type FullRouteSpec, fillRouteSpec, resolveRoute } from './resolve.ts'
import type { Rule } from './rule.ts'
import { RuleList, type RuleSpec } from './rules.ts'
import { selectAddress } from './select-source.ts'
import { FibTable, lookupMerged, sameInfo } from './table.ts'
import { type AddressType, type FibDevice, type FibHost, type Route, type RouteSpec, Scope, TableId } from './types.ts'

/** How `ip route` adds: the netlink flags that each word stands for. */
export type AddMode = 'add' | 'replace' | 'change' | 'append' | 'prepend'

/** What `delete` goes by: what is left out matches any route to the destination. */
export type RouteSelector = RouteSpec

/** How many destinations the lookup cache remembers before it starts anew. */
const CACHE_LIMIT = 4096

/**
 * The routing of one namespace (forwarding information base): tables, policy rules, and what the devices' addresses put there.
 * It is configuration, not run-time state: packets never change it.
 */
export class Fib {
  readonly host: FibHost
  /** Counts every change of routes and rules: what was derived from an older state is void. */
  generation = 0
  readonly #tables = new Map<number, FibTable>()
  readonly #rules: RuleList
  /** Someone other than the kernel has added a route of type local (`fib_has_custom_local_routes`). */
  #customLocalRoutes = false
  /** How often each address is assigned (`inet_addr_lst`, net/ipv4/devinet.c). */
  readonly #assigned = new Map<Ipv4, number[]>()

  /** Answers by destination, for keys that ask nothing else, as long as nothing else matters. */
  readonly #cache = new Map<Ipv4, Route | null>()
  #cacheGeneration = -1
  #cacheable = false
  readonly #key = new FlowKey()
  readonly #result = new FibResult()

  constructor(host: FibHost) {
    this.host = host
    this.#rules = new RuleList(host)
  }

  // configuration

  /** The routes of a table in the order of `ip route show table ID`; all tables' without one, in the order of `table all`. */
  routes(table?: number): readonly Route[] {
    if (table !== undefined) return this.#tables.get(table)?.routes() ?? []
    return this.tables().flatMap((each) => each.routes())
  }

  /** The policy rules in the order in which they are asked. */
  get rules(): readonly Rule[] {
    return this.#rules.rules
  }

  /** Does the table exist? It does from the first attempt on to put a route into it. */
  hasTable(id: number): boolean {
    return this.#tables.has(id)
  }

  /** The tables in the order in which the kernel dumps them: 256 hash chains, the youngest first in each. */
  tables(): FibTable[] {
    const youngestFirst = [...this.#tables.values()].reverse()
    return youngestFirst.sort((a, b) => (a.id & 255) - (b.id & 255))
  }

  /**
   * Adds a route as `ip route add|replace|change|append|prepend` does.
   *
   * @throws NetlinkError with the kernel's errno and words: `EEXIST`, `ENOENT` (change), `EINVAL`, `ENETUNREACH`, `ENODEV`, `ENETDOWN`
   */
  add(spec: RouteSpec, mode: AddMode = 'add'): Route {
    checkKey(spec)
    const full = fillRouteSpec(spec)
    const route = this.insert(full, mode)
    if (full.type === 'local') this.#customLocalRoutes = true
    return route
  }

  /** Adds a route that has nothing left out, without marking it as somebody's own: for the kernel's routes to its addresses. */
  insert(spec: FullRouteSpec, mode: AddMode): Route {
    const table = this.#makeTable(spec.table)
    const route = resolveRoute(this, { ...spec, table: table.id })
    const leaf = table.leaf(route.destination, route.length)
    const routes = insertIntoLeaf(leaf, route, mode)
    if (routes !== leaf) {
      table.setLeaf(route.destination, route.length, routes)
      this.generation++
    }
    return route
  }

  /**
   * Deletes the first route to the destination that agrees with everything that is given (`fib_table_delete`).
   *
   * @throws NetlinkError `ESRCH` when there is none
   */
  delete(selector: RouteSelector): Route {
    checkKey(selector)
    const type = selector.type ?? 'unspec'
    const id =
      selector.table ?? (type === 'local' || type === 'broadcast' || type === 'nat' || type === 'anycast' ? 255 : 254)
    const table = this.#tables.get(id === TableId.UNSPEC ? TableId.MAIN : id)
    if (table === undefined) throw new NetlinkError('ESRCH', 'FIB table does not exist')
    const { address, length } = selector.destination
    const leaf = table.leaf(address, length)
    const position = leaf.findIndex((route) => agrees(route, selector))
    const route = leaf[position]
    if (route === undefined) throw new NetlinkError('ESRCH')
    table.setLeaf(address, length, leaf.toSpliced(position, 1))
    this.generation++
    return route
  }

  /** `ip rule add` @throws NetlinkError `EEXIST`, `EINVAL` */
  addRule(spec: RuleSpec): Rule {
    this.generation++
    return this.#rules.add(spec, () => this.#emptyTable())
  }

  /** `ip rule del` @throws NetlinkError `ENOENT` */
  deleteRule(spec: RuleSpec): Rule {
    this.generation++
    return this.#rules.delete(spec)
  }

  /** `goto` of this rule leads nowhere. */
  isUnresolved(rule: Rule): boolean {
    return this.#rules.isUnresolved(rule)
  }

  // what happens to devices

  /** A device has come, gone or got another name: rules name devices. */
  devicesChanged(): void {
    this.generation++
    this.#rules.rebind()
  }

  /** The device went down: routes by it are gone, but for those to this host (`fib_disable_ip`, not forced). */
  deviceDown(ifindex: number): void {
    this.removeWhere((route) => route.ifindex === ifindex && route.nexthopScope !== Scope.NOWHERE)
  }

  /** The device has lost its last address, or leaves the namespace: every route by it is gone (`fib_disable_ip`, forced). */
  deviceGone(ifindex: number): void {
    this.removeWhere((route) => route.ifindex === ifindex)
  }

  /** Removes the routes that the test names, in all tables. */
  removeWhere(test: (route: Route) => boolean): number {
    let removed = 0
    for (const table of this.#tables.values()) removed += table.removeWhere(test)
    if (removed > 0) this.generation++
    return removed
  }

  /** An address was assigned to a device: `addAddress` calls it. */
  noteAddress(address: Ipv4, ifindex: number): void {
    this.generation++
    const devices = this.#assigned.get(address)
    // The kernel puts the newest at the head of its chain (inet_hash_insert).
    if (devices === undefined) this.#assigned.set(address, [ifindex])
    else devices.unshift(ifindex)
  }

  /** An address was taken from a device: `deleteAddress` calls it. */
  forgetAddress(address: Ipv4, ifindex: number): void {
    this.generation++
    const devices = this.#assigned.get(address)?.toSpliced(this.#assigned.get(address)!.indexOf(ifindex), 1) ?? []
    if (devices.length === 0) this.#assigned.delete(address)
    else this.#assigned.set(address, devices)
  }

  // questions

  /** Is the address assigned to a device, up or down (`inet_lookup_ifaddr_rcu`)? */
  isAssigned(address: Ipv4): boolean {
    return this.#assigned.has(address)
  }

  /** The device that has this address, by assignment or by a local route (`__ip_dev_find`); 0 when none has. */
  deviceOf(address: Ipv4): number {
    const assigned = this.#assigned.get(address)
    if (assigned !== undefined) return assigned[0]!
    this.#key.reset().destination = address
    if (this.lookupTable(TableId.LOCAL, this.#key, this.#result) !== 0) return 0
    const route = this.#result.route!
    return route.type === 'local' ? route.ifindex : 0
  }

  /** Rules or local routes of somebody's own: source validation must then ask the tables (`fib_validate_source`). */
  get needsFullSourceCheck(): boolean {
    return this.#customLocalRoutes || this.#rules.touched
  }

  /**
   * Finds the route for a key: asks the rules in turn, and in each rule's table the longest prefix (`fib_lookup`). Returns the
   * errno, 0 for success; the result has it too.
   *
   * `heedLinkdown` false: a device without carrier is as good as any (`FIB_LOOKUP_IGNORE_LINKSTATE`).
   */
  lookup(key: FlowKey, result: FibResult, heedLinkdown = true): number {
    if (this.#rules.touched) return this.#lookupRules(key, result, heedLinkdown)
    if (this.#cacheGeneration !== this.generation) this.#renewCache()
    if (!this.#cacheable || this.host.anyIgnoresLinkdown || key.oif !== 0 || key.scope !== 0)
      return this.#lookupDefault(key, result, heedLinkdown)
    let route = this.#cache.get(key.destination)
    if (route === undefined) {
      if (this.#cache.size >= CACHE_LIMIT) this.#cache.clear()
      route = this.#lookupMerged(key, null)
      this.#cache.set(key.destination, route)
    }
    return this.#finish(result, route, TableId.MAIN)
  }

  /** Finds the route in one table, whatever the rules say (`fib_table_lookup`): `EAGAIN` when it has none. */
  lookupTable(id: number, key: FlowKey, result: FibResult, heedLinkdown = true): number {
    const linkdown = heedLinkdown && this.host.anyIgnoresLinkdown ? this.host : null
    const route = this.#lookupIn(id, key, linkdown)
    result.rule = null
    result.table = id
    result.route = route
    result.error = route === null ? Errno.EAGAIN : route.error
    return result.error
  }

  /** The type of an address seen from this host (`inet_addr_type`); with a device, only its own addresses are special (`inet_dev_addr_type`). */
  addressType(address: Ipv4, ifindex = 0): AddressType {
    return this.addressTypeIn(TableId.LOCAL, address, ifindex)
  }

  /** The same going by another table than `local` (`inet_addr_type_table`). */
  addressTypeIn(table: number, address: Ipv4, ifindex = 0): AddressType {
    if (address === IPV4_ANY || address === IPV4_BROADCAST) return 'broadcast'
    if (isMulticast(address)) return 'multicast'
    this.#key.reset().destination = address
    // A missing table makes everything look like a broadcast to the kernel.
    if (!this.#tables.has(table)) return 'broadcast'
    if (this.lookupTable(table, this.#key, this.#result) !== 0) return 'unicast'
    const route = this.#result.route!
    return ifindex === 0 || ifindex === route.ifindex ? route.type : 'unicast'
  }

  /** The source address for packets to `destination` by a device (`inet_select_addr`), 0 when there is none of this scope. */
  selectAddress(device: FibDevice, destination: Ipv4, scope: number = Scope.UNIVERSE): Ipv4 {
    return selectAddress(this.host, device, destination, scope)
  }

  /** The source address for packets by this route (`fib_result_prefsrc`), 0 when there is none. */
  sourceFor(route: Route): Ipv4 {
    if (route.prefsrc !== IPV4_ANY) return route.prefsrc
    const device = this.host.device(route.ifindex)
    return device == null ? IPV4_ANY : selectAddress(this.host, device, route.gateway, route.scope)
  }

  // inside

  #makeTable(id: number): FibTable {
    const number = id === TableId.UNSPEC ? TableId.MAIN : id
    let table = this.#tables.get(number)
    if (table === undefined) {
      // As long as the two share a trie, local brings main with it (fib_new_table).
      if (number === TableId.LOCAL && !this.#rules.touched) this.#makeTable(TableId.MAIN)
      table = new FibTable(number)
      this.#tables.set(number, table)
      this.generation++
    }
    return table
  }

  /** `fib_empty_table` */
  #emptyTable(): number {
    let id = 1
    while (this.#tables.has(id)) id++
    this.#makeTable(id)
    return id
  }

  #renewCache(): void {
    this.#cache.clear()
    this.#cacheGeneration = this.generation
    this.#cacheable =
      !this.#tables.has(TableId.DEFAULT) &&
      (this.#tables.get(TableId.LOCAL)?.tosRoutes ?? 0) === 0 &&
      (this.#tables.get(TableId.MAIN)?.tosRoutes ?? 0) === 0
  }

  #lookupMerged(key: FlowKey, linkdown: FibHost | null): Route | null {
    const local = this.#tables.get(TableId.LOCAL)
    const main = this.#tables.get(TableId.MAIN)
    if (main === undefined) return null
    return local === undefined ? main.lookup(key, linkdown) : lookupMerged(local, main, key, linkdown)
  }

  #lookupIn(id: number, key: FlowKey, linkdown: FibHost | null): Route | null {
    const merged = !this.#rules.touched && (id === TableId.LOCAL || id === TableId.MAIN)
    return merged ? this.#lookupMerged(key, linkdown) : (this.#tables.get(id)?.lookup(key, linkdown) ?? null)
  }

  /** Nobody has touched the rules: `local` and `main` in one, then `default` (`fib_lookup`, include/net/ip_fib.h). */
  #lookupDefault(key: FlowKey, result: FibResult, heedLinkdown: boolean): number {
    const linkdown = heedLinkdown && this.host.anyIgnoresLinkdown ? this.host : null
    const route = this.#lookupMerged(key, linkdown)
    const last = this.#tables.get(TableId.DEFAULT)
    if (last === undefined || (route !== null && route.error !== Errno.EAGAIN))
      return this.#finish(result, route, TableId.MAIN)
    return this.#finish(result, last.lookup(key, linkdown), TableId.DEFAULT)
  }

  #finish(result: FibResult, route: Route | null, table: number): number {
    result.route = route
    result.table = table
    if (route === null) {
      result.rule = null
      return answer(result, Errno.ENETUNREACH)
    }
    result.rule = this.rules[route.table === TableId.LOCAL ? 0 : route.table === TableId.MAIN ? 1 : 2] ?? null
    return answer(result, route.error === Errno.EAGAIN ? Errno.ENETUNREACH : route.error)
  }

  /** Asks the rules one by one (`fib_rules_lookup`, `fib4_rule_action`). */
  #lookupRules(key: FlowKey, result: FibResult, heedLinkdown: boolean): number {
    const linkdown = heedLinkdown && this.host.anyIgnoresLinkdown ? this.host : null
    const compiled = this.#rules.compiled
    result.route = null
    for (let i = 0; i < compiled.length; i++) {
      const entry = compiled[i]!
      if (!entry.matches(key)) continue
      const rule = entry.rule
      result.rule = rule
      switch (rule.action) {
        case 'nop':
          continue
        case 'goto':
          // goto leads forward only, so this ends; the target is matched again like any other rule
          if (entry.target >= 0) i = entry.target - 1
          continue
        case 'unreachable':
          return answer(result, Errno.ENETUNREACH)
        case 'prohibit':
          return answer(result, Errno.EACCES)
        case 'blackhole':
          return answer(result, Errno.EINVAL)
      }
      const route = this.#tables.get(rule.table)?.lookup(key, linkdown) ?? null
      if (route === null || route.error === Errno.EAGAIN) continue
      if (route.error === 0 && route.length <= rule.suppressPrefixLength) continue
      result.route = route
      result.table = rule.table
      return answer(result, route.error)
    }
    result.rule = null
    result.table = 0
    return answer(result, Errno.ENETUNREACH)
  }
}

/** Where a route goes among those to the same prefix (`fib_table_insert`, `fib_find_alias`). The same leaf: nothing to do. */
function insertIntoLeaf(leaf: readonly Route[], route: Route, mode: AddMode): readonly Route[] {
  // The first that is not preferred to the new one: DS field from high to low, then metric from low to high.
  let first = leaf.findIndex(
    (other) => other.tos < route.tos || (other.tos === route.tos && other.metric >= route.metric),
  )
  if (first < 0) first = leaf.length
  let end = first
  while (end < leaf.length && leaf[end]!.tos === route.tos && leaf[end]!.metric === route.metric) end++
  if (end > first) {
    if (mode === 'add') throw new NetlinkError('EEXIST')
    const match = leaf.findIndex((other, position) => position >= first && position < end && sameInfo(other, route))
    if (mode === 'replace' || mode === 'change') {
      if (match === first) return leaf
      if (match >= 0) throw new NetlinkError('EEXIST')
      return leaf.toSpliced(first, 1, route)
    }
    if (match >= 0) throw new NetlinkError('EEXIST')
  }
  if (mode === 'change') throw new NetlinkError('ENOENT')
  return leaf.toSpliced(mode === 'append' ? end : first, 0, route)
}

/** Does a route agree with what a deletion asks for? Scope, type and all the rest count only when they are given. */
function agrees(route: Route, selector: RouteSelector): boolean {
  return (
    route.tos === (selector.tos ?? 0) &&
    agree(selector.type, 'unspec', route.type) &&
    agree(selector.scope, Scope.NOWHERE, route.scope) &&
    agree(selector.prefsrc, IPV4_ANY, route.prefsrc) &&
    agree(selector.protocol, 0, route.protocol) &&
    agree(selector.metric, 0, route.metric) &&
    agree(selector.ifindex, 0, route.ifindex) &&
    agree(selector.gateway, IPV4_ANY, route.gateway) &&
    (selector.metrics === undefined || sameMetrics(selector.metrics, route.metrics))
  )
}

function agree<T>(asked: T | undefined, any: T, actual: T): boolean {
  return asked === undefined || asked === any || asked === actual
}

/** Writes the errno into the result, too: 0 is success. */
function answer(result: FibResult, errno: number): number {
  result.error = errno
  return errno
}
