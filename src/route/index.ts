/**
 * Routing (forwarding information base): which way a packet goes, and with which source address.
 *
 * A `Fib` belongs to one namespace. It owns the routing tables and the policy rules, puts the routes of the devices' addresses into
 * them as the kernel does, and answers lookups. All of it is configuration: packets never change it, and `fib.routes()` and
 * `fib.rules` read it out as plain immutable values. The only run-time state here is what routers tell about single destinations
 * (`PathExceptions`).
 *
 * - tables: `fib.ts`, `tables.ts`, `table.ts`, `leaf.ts`, `resolve.ts` (what makes a route valid), `lookup.ts`
 * - rules: `rule.ts`, `compiled-rule.ts`, `rules.ts`
 * - addresses: `interface-addresses.ts` (primary, secondary, promotion), `address-routes.ts` (local, broadcast and connected
 *   routes), `select-source.ts`
 * - decisions: `output.ts`, `input.ts`, `validate-source.ts` (rp_filter, martians), `exceptions.ts` (path MTU, redirects)
 * - text: `print.ts`, `print-rule.ts`, `parse.ts`, `parse-rule.ts`, `filter.ts`: the words of iproute2 6.1
 *
 * It knows no devices and no packets: a device is an ifindex and the facts of `FibDevice`, which the namespace tells it
 * (`FibHost`); a packet is a `FlowKey`. It sends nothing and waits for nothing.
 *
 * Modelled after net/ipv4/fib_trie.c, fib_semantics.c, fib_frontend.c, fib_rules.c, route.c, devinet.c and net/core/fib_rules.c of
 * Linux 6.18. Refused by name: multipath routes and next-hop objects, IPv6 gateways, realms, VRF.
 *
 * @packageDocumentation
 */

export { type MartianReason, RouteDecision } from './decision.ts'
export { Errno, type ErrnoName, errnoName, errnoText, NetlinkError, UsageError } from './errors.ts'
export {
  IP_MAX_MTU,
  type PathException,
  PathExceptions,
  type PathSettings,
  routeMtu,
} from './exceptions.ts'
export { Fib, type RouteSelector } from './fib.ts'
export { hiddenBy, passesFilter } from './filter.ts'
export { FibResult, FlowKey } from './flow.ts'
export { routeInput } from './input.ts'
export {
  type AddressDeletion,
  addAddress,
  deleteAddress,
  deviceUp,
  findAddress,
  type NewAddress,
  removeDevice,
} from './interface-addresses.ts'
export type { AddMode } from './leaf.ts'
export { METRIC_NAMES, type MetricName, metricsOf, NO_METRICS, type RouteMetrics, sameMetrics } from './metrics.ts'
export { dsfieldName, dsfieldNumber, type NameTable, PROTOCOL_NAMES, SCOPE_NAMES, TABLE_NAMES } from './names.ts'
export { routeOutput } from './output.ts'
export { parseRoute, parseRouteFilter, type RouteFilter } from './parse.ts'
export { parseRule } from './parse-rule.ts'
export {
  type HiddenPart,
  printRoute,
  printRouteGet,
  printRoutes,
  type RouteGetOptions,
  type RouteJson,
  type RouteJsonValue,
  type RoutePrintOptions,
  routeGetJson,
  routeJson,
} from './print.ts'
export { printRule, type RulePrintOptions, ruleJson } from './print-rule.ts'
export { type FullRouteSpec, fillRouteSpec } from './resolve.ts'
export type { NumberRange, Rule, RuleAction } from './rule.ts'
export type { RuleSpec } from './rules.ts'
export { confirmAddress, isInNetwork, selectAddress } from './select-source.ts'
export { SharedRoutes } from './shared-routes.ts'
export type { ManyAdded, TrieHistory, TrieStep } from './trie-history.ts'
export {
  type AddressType,
  type FibDevice,
  type FibHost,
  type InterfaceAddress,
  LOOPBACK_IFINDEX,
  type Route,
  RouteProtocol,
  type RouteSpec,
  Scope,
  TableId,
} from './types.ts'
export { type SourceCheck, type Transport, validateSource } from './validate-source.ts'
