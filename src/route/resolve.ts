import { IPV4_ANY, type Ipv4, networkOf } from '../packet/address.ts'
import { Errno, type ErrnoName, errnoName, NetlinkError } from './errors.ts'
import { FibResult, FlowKey } from './flow.ts'
import { NO_METRICS } from './metrics.ts'
import { type AddressType, type FibHost, type Route, RouteProtocol, type RouteSpec, Scope, TableId } from './types.ts'

/** What each type of route answers and how far it reaches at least (`fib_props`, net/ipv4/fib_semantics.c). */
const PROPERTIES: { readonly [type in AddressType]: { readonly error: number; readonly scope: number } } = {
  unspec: { error: 0, scope: Scope.NOWHERE },
  unicast: { error: 0, scope: Scope.UNIVERSE },
  local: { error: 0, scope: Scope.HOST },
  broadcast: { error: 0, scope: Scope.LINK },
  anycast: { error: 0, scope: Scope.LINK },
  multicast: { error: 0, scope: Scope.UNIVERSE },
  blackhole: { error: Errno.EINVAL, scope: Scope.UNIVERSE },
  unreachable: { error: Errno.EHOSTUNREACH, scope: Scope.UNIVERSE },
  prohibit: { error: Errno.EACCES, scope: Scope.UNIVERSE },
  throw: { error: Errno.EAGAIN, scope: Scope.UNIVERSE },
  nat: { error: Errno.EINVAL, scope: Scope.NOWHERE },
  xresolve: { error: Errno.EINVAL, scope: Scope.NOWHERE },
}

/** What the checks ask of the routing that is there. `Fib` is one. */
export interface ResolveContext {
  readonly host: FibHost
  lookup(key: FlowKey, result: FibResult, heedLinkdown: boolean): number
  lookupTable(table: number, key: FlowKey, result: FibResult, heedLinkdown: boolean): number
  addressType(address: Ipv4, ifindex?: number): AddressType
  addressTypeIn(table: number, address: Ipv4): AddressType
}

/** A spec with nothing left out. */
export type FullRouteSpec = Required<Omit<RouteSpec, 'unmodelled'>> & Pick<RouteSpec, 'unmodelled'>

/**
 * Fills in what `ip route add` fills in (`iproute_modify`, iproute2 ip/iproute.c): table `local` for addresses of this host, and the scope
 * by type and gateway.
 */
export function fillRouteSpec(spec: RouteSpec): FullRouteSpec {
  const type = spec.type ?? 'unicast'
  const gateway = spec.gateway ?? IPV4_ANY
  return {
    destination: spec.destination,
    tos: spec.tos ?? 0,
    table: spec.table ?? defaultTable(type),
    type,
    scope: spec.scope ?? defaultScope(type, spec.gateway !== undefined),
    gateway,
    ifindex: spec.ifindex ?? 0,
    prefsrc: spec.prefsrc ?? IPV4_ANY,
    metric: spec.metric ?? 0,
    protocol: spec.protocol ?? RouteProtocol.BOOT,
    onlink: spec.onlink ?? false,
    metrics: spec.metrics ?? NO_METRICS,
    ...(spec.unmodelled !== undefined && { unmodelled: spec.unmodelled }),
  }
}

/** Routes that make something an address of this host stand in `local`, unless told otherwise. */
export function defaultTable(type: AddressType): number {
  const special = type === 'local' || type === 'broadcast' || type === 'nat' || type === 'anycast'
  return special ? TableId.LOCAL : TableId.MAIN
}

function defaultScope(type: AddressType, hasGateway: boolean): number {
  if (type === 'local' || type === 'nat') return Scope.HOST
  if (type === 'broadcast' || type === 'multicast' || type === 'anycast') return Scope.LINK
  return (type === 'unicast' || type === 'unspec') && !hasGateway ? Scope.LINK : Scope.UNIVERSE
}

/** What is wrong with a destination and DS field, whatever the rest says (`rtm_to_fib_config`). @throws NetlinkError */
export function checkKey(spec: RouteSpec): void {
  if (((spec.tos ?? 0) & 3) !== 0) throw new NetlinkError('EINVAL', 'Invalid dsfield (tos): ECN bits must be 0')
  const { address, length } = spec.destination
  if (length < 0 || length > 32) throw new NetlinkError('EINVAL', 'Invalid prefix length')
  if (networkOf(address, length) !== address) throw new NetlinkError('EINVAL', 'Invalid prefix for given prefix length')
}

/**
 * Checks a route against devices, addresses and the routes that are there, and finds its next hop (`fib_create_info`,
 * net/ipv4/fib_semantics.c).
 *
 * @throws NetlinkError with the kernel's own errno and words
 */
export function resolveRoute(fib: ResolveContext, spec: FullRouteSpec): Route {
  const { error, scope } = PROPERTIES[spec.type]
  if (scope > spec.scope) throw new NetlinkError('EINVAL', 'Invalid scope')
  const hop: Hop = { ifindex: spec.ifindex, scope: Scope.UNIVERSE }
  if (error !== 0) {
    if (spec.gateway !== IPV4_ANY || spec.ifindex !== 0) {
      throw new NetlinkError('EINVAL', 'Gateway, device and multipath can not be specified for this route type')
    }
  } else {
    if (spec.type === 'unspec') throw new NetlinkError('EINVAL', 'Invalid route type')
    if (spec.scope > Scope.HOST) throw new NetlinkError('EINVAL', 'Invalid scope')
    if (spec.scope === Scope.HOST) resolveHost(fib, spec, hop)
    else if (spec.gateway === IPV4_ANY) resolveLink(fib, spec, hop)
    else if (spec.onlink) resolveOnlink(fib, spec, hop)
    else resolveGateway(fib, spec, hop)
    if (spec.prefsrc !== IPV4_ANY && !isValidPrefsrc(fib, spec))
      throw new NetlinkError('EINVAL', 'Invalid prefsrc address')
  }
  return Object.freeze({
    destination: spec.destination.address,
    length: spec.destination.length,
    tos: spec.tos,
    table: spec.table,
    type: spec.type,
    scope: spec.scope,
    gateway: spec.gateway,
    ifindex: hop.ifindex,
    prefsrc: spec.prefsrc,
    metric: spec.metric,
    protocol: spec.protocol,
    onlink: spec.onlink,
    metrics: spec.metrics,
    nexthopScope: hop.scope,
    error,
    ...(spec.unmodelled !== undefined && { unmodelled: spec.unmodelled }),
  })
}

interface Hop {
  ifindex: number
  scope: number
}

/** A route to this host itself: any device will do, up or down. */
function resolveHost(fib: ResolveContext, spec: FullRouteSpec, hop: Hop): void {
  if (spec.gateway !== IPV4_ANY) throw new NetlinkError('EINVAL', 'Route with host scope can not have a gateway')
  if (fib.host.device(spec.ifindex) == null) throw new NetlinkError('ENODEV')
  hop.scope = Scope.NOWHERE
}

/** `fib_check_nh_nongw` */
function resolveLink(fib: ResolveContext, spec: FullRouteSpec, hop: Hop): void {
  if (spec.onlink) {
    throw new NetlinkError('EINVAL', 'Invalid flags for nexthop - PERVASIVE and ONLINK can not be set')
  }
  const device = fib.host.device(spec.ifindex)
  if (device == null) throw new NetlinkError('ENODEV')
  if (!device.up) throw new NetlinkError('ENETDOWN', 'Device for nexthop is not up')
  hop.scope = Scope.HOST
}

/** The gateway is on the link because the user says so. */
function resolveOnlink(fib: ResolveContext, spec: FullRouteSpec, hop: Hop): void {
  if (spec.scope >= Scope.LINK) throw new NetlinkError('EINVAL', 'Nexthop has invalid scope')
  const device = fib.host.device(spec.ifindex)
  if (device == null) throw new NetlinkError('ENODEV', 'Nexthop device required for onlink')
  if (!device.up) throw new NetlinkError('ENETDOWN', 'Nexthop device is not up')
  if (fib.addressType(spec.gateway) !== 'unicast') throw new NetlinkError('EINVAL', 'Nexthop has invalid gateway')
  hop.scope = Scope.LINK
}

const key = new FlowKey()
const result = new FibResult()

/** A route must lead to the gateway that is nearer than the new route (`fib_check_nh_v4_gw`). */
function resolveGateway(fib: ResolveContext, spec: FullRouteSpec, hop: Hop): void {
  key.reset()
  key.destination = spec.gateway
  key.oif = spec.ifindex
  key.scope = Math.max(spec.scope + 1, Scope.LINK)
  let error = Errno.EAGAIN as number
  if (spec.table !== TableId.MAIN) error = fib.lookupTable(spec.table, key, result, false)
  if (error !== 0) error = fib.lookup(key, result, false)
  if (error !== 0) throw new NetlinkError(errnoName(error) as ErrnoName, 'Nexthop has invalid gateway')
  const route = result.route as Route
  if (route.type !== 'unicast' && route.type !== 'local')
    throw new NetlinkError('EINVAL', 'Nexthop has invalid gateway')
  hop.scope = route.scope
  hop.ifindex = route.ifindex
  if (fib.host.device(route.ifindex)?.up !== true) throw new NetlinkError('ENETDOWN')
}

/** `fib_valid_prefsrc`: an address of this host, or the very address that the route makes one. */
function isValidPrefsrc(fib: ResolveContext, spec: FullRouteSpec): boolean {
  if (spec.type === 'local' && spec.destination.address !== IPV4_ANY && spec.prefsrc === spec.destination.address)
    return true
  if (spec.table !== TableId.MAIN && fib.addressTypeIn(spec.table, spec.prefsrc) === 'local') return true
  return fib.addressType(spec.prefsrc) === 'local'
}
