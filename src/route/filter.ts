import { type Ipv4, maskOf, type Prefix } from '../packet/address.ts'
import type { RouteFilter } from './parse.ts'
import type { HiddenPart } from './print.ts'
import type { Route } from './types.ts'

/** Does a route pass the filter (`filter_nlmsg`, iproute2 ip/iproute.c)? */
export function passesFilter(route: Route, filter: RouteFilter): boolean {
  return (
    (filter.table === 0 || filter.table === route.table) &&
    equals(filter.ifindex, route.ifindex) &&
    equals(filter.protocol, route.protocol) &&
    equals(filter.scope, route.scope) &&
    equals(filter.type, route.type) &&
    equals(filter.tos, route.tos) &&
    equals(filter.metric, route.metric) &&
    holds(filter.via, route.gateway) &&
    holds(filter.src, route.prefsrc) &&
    (filter.root === undefined || (filter.root.length <= route.length && holds(filter.root, route.destination))) &&
    (filter.match === undefined || (route.length <= filter.match.length && isIn(filter.match.address, route)))
  )
}

/** What `ip route show` leaves out because the filter says it already. */
export function hiddenBy(filter: RouteFilter): Set<HiddenPart> {
  const hidden = new Set<HiddenPart>()
  if (filter.ifindex !== undefined) hidden.add('dev')
  if (filter.protocol !== undefined) hidden.add('proto')
  if (filter.scope !== undefined) hidden.add('scope')
  if (filter.tos !== undefined) hidden.add('tos')
  if (filter.metric !== undefined) hidden.add('metric')
  if (filter.via?.length === 32) hidden.add('via')
  if (filter.src?.length === 32) hidden.add('src')
  return hidden
}

function equals<T>(asked: T | undefined, actual: T): boolean {
  return asked === undefined || asked === actual
}

function holds(prefix: Prefix | undefined, address: Ipv4): boolean {
  return prefix === undefined || ((prefix.address ^ address) & maskOf(prefix.length)) === 0
}

function isIn(address: Ipv4, route: Route): boolean {
  return ((address ^ route.destination) & maskOf(route.length)) === 0
}
