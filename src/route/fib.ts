import { IPV4_ANY, IPV4_BROADCAST, type Ipv4, isMulticast, type Prefix } from '../packet/address.ts'
import { AssignedAddresses } from './assigned.ts'
import { Errno, NetlinkError } from './errors.ts'
import { FibResult, FlowKey } from './flow.ts'
import { type AddMode, agrees, insertIntoLeaf } from './leaf.ts'
import { FibLookup } from './lookup.ts'
import { checkKey, defaultTable, type FullRouteSpec, fillRouteSpec, resolveRoute } from './resolve.ts'
import type { Rule } from './rule.ts'
import { RuleList, type RuleSpec } from './rules.ts'
import { selectAddress } from './select-source.ts'
import type { SharedRoutes } from './shared-routes.ts'
import { FibTables } from './tables.ts'
import type { TrieHistory } from './trie-history.ts'
import { type AddressType, type FibDevice, type FibHost, type Route, type RouteSpec, Scope, TableId } from './types.ts'

/** What `delete` goes by: what is left out matches any route to the destination. */
export type RouteSelector = RouteSpec

/**
 * The routing of one namespace (forwarding information base): tables, policy rules, and what the devices' addresses put there.
 * It is configuration, not run-time state: packets never change it.
 */
export class Fib {
  readonly host: FibHost
  /** Counts every change of routes and rules: what was derived from an older state is void. */
  generation = 0
  readonly #tables = new FibTables()
  readonly #rules: RuleList
  /** Someone other than the kernel has added a route of type local (`fib_has_custom_local_routes`). */
  #customLocalRoutes = false
  readonly #assigned = new AssignedAddresses()

  readonly #lookup: FibLookup
  readonly #key = new FlowKey()
  readonly #result = new FibResult()

  constructor(host: FibHost) {
    this.host = host
    this.#rules = new RuleList(host)
    this.#lookup = new FibLookup(host, this.#tables, this.#rules)
  }

  // configuration

  /** The routes of a table in the order of `ip route show table ID`; all tables' without one, in the order of `table all`. */
  routes(table?: number): readonly Route[] {
    if (table !== undefined) return this.#tables.get(table)?.routes() ?? []
    return this.#tables.inOrder().flatMap((each) => each.routes())
  }

  /** The policy rules in the order in which they are asked. */
  get rules(): readonly Rule[] {
    return this.#rules.rules
  }

  /** Does some policy rule ask for the protocol or the ports of packets that come in? */
  get asksTransport(): boolean {
    return this.#rules.asksTransport
  }

  /** What has happened to the trie of a table (`local` and `main` have one); undefined: there is no such table. */
  trieHistory(id: number): TrieHistory | undefined {
    return this.#tables.get(id)?.history
  }

  /** Do `local` and `main` share their trie? They do until somebody touches the policy rules. */
  get isMerged(): boolean {
    return this.#tables.merged
  }

  /** Does the table exist? It does from the first attempt on to put a route into it. */
  hasTable(id: number): boolean {
    return this.#tables.get(id) !== undefined
  }

  /** The numbers of the tables in the order in which the kernel dumps them. */
  tableIds(): number[] {
    return this.#tables.inOrder().map((table) => table.id)
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
    const table = this.#tables.make(spec.table)
    const route = resolveRoute(this, { ...spec, table: table.id })
    const leaf = table.leaf(route.destination, route.length)
    const routes = insertIntoLeaf(leaf, route, mode)
    if (routes !== leaf) {
      table.setLeaf(route.destination, route.length, routes)
      this.#changed()
    }
    return route
  }

  /** What `add` would make of a route, which is not added: for one that many hosts have alike. @throws NetlinkError as `add` */
  resolve(spec: RouteSpec): Route {
    checkKey(spec)
    return resolveRoute(this, fillRouteSpec(spec))
  }

  /**
   * Has routes in `main` that other hosts have, too, but for some; where it has its own to the same prefix, these stay. Once for a namespace.
   *
   * @param except the prefixes of the routes that this host does not have
   */
  lay(shared: SharedRoutes, except: readonly Prefix[]): void {
    this.#tables.make(TableId.MAIN).lay(shared, except)
    this.#changed()
  }

  /**
   * Deletes the first route to the destination that agrees with everything that is given (`fib_table_delete`).
   *
   * @throws NetlinkError `ESRCH` when there is none
   */
  delete(selector: RouteSelector): Route {
    checkKey(selector)
    const id = selector.table ?? defaultTable(selector.type ?? 'unspec')
    const table = this.#tables.get(id)
    if (table === undefined) throw new NetlinkError('ESRCH', 'FIB table does not exist')
    const { address, length } = selector.destination
    const leaf = table.leaf(address, length)
    const position = leaf.findIndex((route) => agrees(route, selector))
    const route = leaf[position]
    if (route === undefined) throw new NetlinkError('ESRCH')
    table.setLeaf(address, length, leaf.toSpliced(position, 1))
    this.#changed()
    return route
  }

  /** `ip rule add` @throws NetlinkError `EEXIST`, `EINVAL` */
  addRule(spec: RuleSpec): Rule {
    const rule = this.#rules.add(spec, () => this.#tables.makeFirst().id)
    this.#rulesTouched()
    return rule
  }

  /** `ip rule del` @throws NetlinkError `ENOENT` */
  deleteRule(spec: RuleSpec): Rule {
    const rule = this.#rules.delete(spec)
    this.#rulesTouched()
    return rule
  }

  /** `goto` of this rule leads nowhere. */
  isUnresolved(rule: Rule): boolean {
    return this.#rules.isUnresolved(rule)
  }

  // what happens to devices

  /** A device has come, gone or got another name: rules name devices. */
  devicesChanged(): void {
    this.#changed()
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
    const removed = this.#tables.removeWhere(test)
    if (removed > 0) this.#changed()
    return removed
  }

  /** An address was assigned to a device: `addAddress` says so. */
  noteAddress(address: Ipv4, ifindex: number): void {
    this.#changed()
    this.#assigned.add(address, ifindex)
  }

  /** An address was taken from a device: `deleteAddress` says so. */
  forgetAddress(address: Ipv4, ifindex: number): void {
    this.#changed()
    this.#assigned.delete(address, ifindex)
  }

  // questions

  /** Is the address assigned to a device, up or down (`inet_lookup_ifaddr_rcu`)? */
  isAssigned(address: Ipv4): boolean {
    return this.#assigned.deviceOf(address) !== 0
  }

  /** The device that has this address, by assignment or by a local route (`__ip_dev_find`); 0 when none has. */
  deviceOf(address: Ipv4): number {
    const assigned = this.#assigned.deviceOf(address)
    if (assigned !== 0) return assigned
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
    return this.#lookup.lookup(key, result, heedLinkdown)
  }

  /** Finds the route in one table, whatever the rules say (`fib_table_lookup`): `EAGAIN` when it has none. */
  lookupTable(id: number, key: FlowKey, result: FibResult, heedLinkdown = true): number {
    const linkdown = heedLinkdown && this.host.anyIgnoresLinkdown ? this.host : null
    const route = this.#tables.lookup(id, key, linkdown)
    result.rule = null
    result.table = id
    result.route = route
    result.error = route === null ? Errno.EAGAIN : route.error
    return result.error
  }

  /**
   * The type of an address seen from this host (`inet_addr_type`); with a device, only its own addresses are special
   * (`inet_dev_addr_type`).
   */
  addressType(address: Ipv4, ifindex = 0): AddressType {
    return this.addressTypeIn(TableId.LOCAL, address, ifindex)
  }

  /** The same going by another table than `local` (`inet_addr_type_table`). */
  addressTypeIn(table: number, address: Ipv4, ifindex = 0): AddressType {
    if (address === IPV4_ANY || address === IPV4_BROADCAST) return 'broadcast'
    if (isMulticast(address)) return 'multicast'
    // A missing table makes everything look like a broadcast to the kernel.
    if (this.#tables.get(table) === undefined) return 'broadcast'
    this.#key.reset().destination = address
    let route: Route | null
    if (table === TableId.LOCAL) route = this.#lookup.inLocal(this.#key)
    else {
      this.lookupTable(table, this.#key, this.#result)
      route = this.#result.route
    }
    if (route === null || route.error !== 0) return 'unicast'
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

  #rulesTouched(): void {
    this.#tables.split()
    this.#changed()
  }

  #changed(): void {
    this.generation++
    this.#lookup.forget()
    this.host.routesChanged?.()
  }
}
