import { formatIpv4, IPV4_ANY, IPV4_BROADCAST, type Ipv4 } from '../packet/address.ts'
import type { RouteDecision } from './decision.ts'
import type { FlowKey } from './flow.ts'
import { METRIC_NAMES, NO_METRICS, type RouteMetrics } from './metrics.ts'
import { dsfieldName, PROTOCOL_NAMES, SCOPE_NAMES, TABLE_NAMES } from './names.ts'
import { isLinkdown } from './table.ts'
import { type FibHost, type Route, RouteProtocol, Scope, TableId } from './types.ts'

/** The parts of a line that `ip route show` leaves out when it was asked for exactly that value. */
export type HiddenPart = 'dev' | 'proto' | 'scope' | 'via' | 'src' | 'tos' | 'type' | 'metric'

/** How `ip route` prints. */
export interface RoutePrintOptions {
  /** Print the table of each route that is not in `main`: `ip route show table all`. */
  readonly tables?: boolean
  /** `ip -d`: print what goes without saying, too. */
  readonly details?: boolean
  readonly hide?: ReadonlySet<HiddenPart>
}

const NOTHING: ReadonlySet<HiddenPart> = new Set()

/** One route as `ip route show` of iproute2 6.1 prints it, with the blank at the end and without the line feed. */
export function printRoute(route: Route, host: FibHost, options: RoutePrintOptions = {}): string {
  const details = options.details === true
  const hide = options.hide ?? NOTHING
  const words: string[] = []
  if ((route.type !== 'unicast' || details) && !hide.has('type')) words.push(route.type)
  words.push(printDestination(route.destination, route.length))
  if (route.tos !== 0 && !hide.has('tos')) words.push('tos', dsfieldName(route.tos))
  if (route.gateway !== IPV4_ANY && !hide.has('via')) words.push('via', formatIpv4(route.gateway))
  if (route.ifindex !== 0 && !hide.has('dev')) words.push('dev', deviceName(host, route.ifindex))
  if (options.tables === true && (route.table !== TableId.MAIN || details))
    words.push('table', TABLE_NAMES.name(route.table))
  if ((route.protocol !== RouteProtocol.BOOT || details) && !hide.has('proto')) {
    words.push('proto', PROTOCOL_NAMES.name(route.protocol))
  }
  if ((route.scope !== Scope.UNIVERSE || details) && !hide.has('scope'))
    words.push('scope', SCOPE_NAMES.name(route.scope))
  if (route.prefsrc !== IPV4_ANY && !hide.has('src')) words.push('src', formatIpv4(route.prefsrc))
  if (route.metric !== 0 && !hide.has('metric')) words.push('metric', String(route.metric))
  if (route.onlink) words.push('onlink')
  const device = host.device(route.ifindex)
  if (device != null && isLinkdown(route, device.carrier)) {
    // Such a route is as good as dead where linkdown is heeded.
    if (device.ignoreRoutesWithLinkdown) words.splice(words.length - (route.onlink ? 1 : 0), 0, 'dead')
    words.push('linkdown')
  }
  printMetrics(route.metrics, words)
  return `${words.join(' ')} `
}

/** What `ip -j` prints of a route or a rule: JSON, its members in their order. */
export type RouteJson = { readonly [key: string]: RouteJsonValue }
/** What a field of `ip -j route` may hold. */
export type RouteJsonValue = null | number | string | readonly (string | RouteJson)[]

/** One route as `ip -j route show` tells it (`print_route`, iproute2 ip/iproute.c). */
export function routeJson(route: Route, host: FibHost, options: RoutePrintOptions = {}): RouteJson {
  const details = options.details === true
  const hide = options.hide ?? NOTHING
  const json: Record<string, RouteJsonValue> = {}
  if ((route.type !== 'unicast' || details) && !hide.has('type')) json.type = route.type
  json.dst = printDestination(route.destination, route.length)
  if (route.tos !== 0 && !hide.has('tos')) json.tos = dsfieldName(route.tos)
  if (route.gateway !== IPV4_ANY && !hide.has('via')) json.gateway = formatIpv4(route.gateway)
  if (route.ifindex !== 0 && !hide.has('dev')) json.dev = deviceName(host, route.ifindex)
  if (options.tables === true && (route.table !== TableId.MAIN || details)) json.table = TABLE_NAMES.name(route.table)
  if ((route.protocol !== RouteProtocol.BOOT || details) && !hide.has('proto'))
    json.protocol = PROTOCOL_NAMES.name(route.protocol)
  if ((route.scope !== Scope.UNIVERSE || details) && !hide.has('scope')) json.scope = SCOPE_NAMES.name(route.scope)
  if (route.prefsrc !== IPV4_ANY && !hide.has('src')) json.prefsrc = formatIpv4(route.prefsrc)
  if (route.metric !== 0 && !hide.has('metric')) json.metric = route.metric
  const device = host.device(route.ifindex)
  const linkdown = device != null && isLinkdown(route, device.carrier)
  json.flags = [
    ...(linkdown && device.ignoreRoutesWithLinkdown ? ['dead'] : []),
    ...(route.onlink ? ['onlink'] : []),
    ...(linkdown ? ['linkdown'] : []),
  ]
  putMetrics(route.metrics, json)
  return json
}

/** What `ip -j route get` tells. */
export function routeGetJson(
  decision: RouteDecision,
  key: FlowKey,
  host: FibHost,
  options: RouteGetOptions,
): RouteJson {
  const json: Record<string, RouteJsonValue> = {}
  const gateway = options.redirected || decision.gateway
  if (decision.type !== 'unicast' || options.details === true) json.type = decision.type
  json.dst = formatIpv4(key.destination)
  if (key.source !== IPV4_ANY) json.from = formatIpv4(key.source)
  if (decision.route !== null && decision.route.tos !== 0) json.tos = dsfieldName(decision.route.tos)
  if (gateway !== IPV4_ANY) json.gateway = formatIpv4(gateway)
  json.dev = deviceName(host, decision.ifindex)
  const table = tableOf(decision, options)
  if (table !== null) json.table = table
  if (!options.input && decision.source !== key.source) json.prefsrc = formatIpv4(decision.source)
  json.flags = decision.type === 'multicast' ? ['rt_offload_failed'] : []
  if (key.mark !== 0) json.mark = key.mark
  if (!options.input) json.uid = key.uid
  const flags = cacheFlags(decision, options)
  json.cache = flags === '' ? [] : flags.split(',')
  if (options.expires !== undefined && options.expires > 0) json.expires = options.expires
  const metrics = metricsOfGet(decision, options)
  if (metrics !== null) putMetrics(metrics, json)
  if (options.input) json.iif = deviceName(host, key.iif)
  return json
}

/** Lines of routes, each with its line feed: what `ip route show` prints. */
export function printRoutes(routes: Iterable<Route>, host: FibHost, options: RoutePrintOptions = {}): string {
  let text = ''
  for (const route of routes) text += `${printRoute(route, host, options)}\n`
  return text
}

/** Numbers that only the asker of `ip route get` knows. */
export interface RouteGetOptions {
  /** `iif`: the decision was made for a packet that came in by `key.iif`. */
  readonly input: boolean
  /** Path MTU that a router told, in octets, and for how many seconds it holds; 0 for none. */
  readonly pmtu?: number
  readonly pmtuLocked?: boolean
  readonly expires?: number
  /** A gateway that a redirect named, 0 for none. */
  readonly redirected?: Ipv4
  /** `ip -d`: print what goes without saying, too. */
  readonly details?: boolean
}

/** The two lines of `ip route get`, each with its line feed (`rt_fill_info`, net/ipv4/route.c). */
export function printRouteGet(decision: RouteDecision, key: FlowKey, host: FibHost, options: RouteGetOptions): string {
  const words: string[] = []
  const gateway = options.redirected || decision.gateway
  if (decision.type !== 'unicast' || options.details === true) words.push(decision.type)
  words.push(formatIpv4(key.destination))
  if (key.source !== IPV4_ANY) words.push('from', formatIpv4(key.source))
  if (decision.route !== null && decision.route.tos !== 0) words.push('tos', dsfieldName(decision.route.tos))
  if (gateway !== IPV4_ANY) words.push('via', formatIpv4(gateway))
  words.push('dev', deviceName(host, decision.ifindex))
  const table = tableOf(decision, options)
  if (table !== null) words.push('table', table)
  if (!options.input && decision.source !== key.source) words.push('src', formatIpv4(decision.source))
  // Trap: the flag of a multicast route is the bit that iproute2 6.1 takes for this.
  if (decision.type === 'multicast') words.push('rt_offload_failed')
  if (key.mark !== 0) words.push('mark', key.mark >= 16 ? `0x${key.mark.toString(16)}` : String(key.mark))
  if (!options.input) words.push('uid', String(key.uid))

  const cache: string[] = ['cache']
  const flags = cacheFlags(decision, options)
  if (flags !== '') cache.push(`<${flags}>`)
  if (options.expires !== undefined && options.expires > 0) cache.push(`expires ${options.expires}sec`)
  const metrics = metricsOfGet(decision, options)
  if (metrics !== null) printMetrics(metrics, cache)
  if (options.input) cache.push('iif', deviceName(host, key.iif))
  return `${words.join(' ')} \n    ${cache.join(' ')} \n`
}

function tableOf(decision: RouteDecision, { details }: RouteGetOptions): string | null {
  if (decision.table === 0 || (decision.table === TableId.MAIN && details !== true)) return null
  return TABLE_NAMES.name(decision.table)
}

function metricsOfGet(decision: RouteDecision, options: RouteGetOptions): RouteMetrics | null {
  if (decision.route !== null && usesMetrics(decision, options.input)) return withPmtu(decision.route.metrics, options)
  return options.pmtu !== undefined && options.pmtu !== 0 ? { ...NO_METRICS, mtu: options.pmtu } : null
}

/** Metrics belong to ways on which a route was followed to its next hop (`rt_set_nexthop`); what came in to stay has none. */
function usesMetrics(decision: RouteDecision, input: boolean): boolean {
  if (input) return !decision.local
  return decision.destination !== IPV4_BROADCAST && !(decision.type === 'multicast' && decision.route!.length < 4)
}

function withPmtu(metrics: RouteMetrics, options: RouteGetOptions): RouteMetrics {
  if (options.pmtu === undefined || options.pmtu === 0) return metrics
  const locked = options.pmtuLocked === true ? [...metrics.locked, 'mtu' as const] : metrics.locked
  return { ...metrics, mtu: options.pmtu, locked }
}

function cacheFlags(decision: RouteDecision, options: RouteGetOptions): string {
  const flags: string[] = []
  if (decision.local) flags.push('local')
  if (decision.type === 'multicast') flags.push('mc')
  if (decision.type === 'broadcast' && decision.local) flags.push('brd')
  if (options.redirected) flags.push('redirected')
  if (decision.redirect) flags.push('redirect')
  return flags.join(',')
}

/** Trap: which of them are locked is not told. */
function putMetrics(metrics: RouteMetrics, json: Record<string, RouteJsonValue>): void {
  const values: Record<string, number> = {}
  for (const name of METRIC_NAMES) {
    if (metrics[name] !== 0 || metrics.locked.includes(name)) values[name] = metrics[name]
  }
  if (Object.keys(values).length > 0) json.metrics = [values]
}

function printMetrics(metrics: RouteMetrics, words: string[]): void {
  for (const name of METRIC_NAMES) {
    const locked = metrics.locked.includes(name)
    if (metrics[name] === 0 && !locked) continue
    words.push(name)
    if (locked) words.push('lock')
    words.push(String(metrics[name]))
  }
}

function printDestination(destination: Ipv4, length: number): string {
  if (length === 32) return formatIpv4(destination)
  return length === 0 ? 'default' : `${formatIpv4(destination)}/${length}`
}

function deviceName(host: FibHost, ifindex: number): string {
  return host.device(ifindex)?.name ?? `if${ifindex}`
}
