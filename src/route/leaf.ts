import { IPV4_ANY } from '../packet/address.ts'
import { NetlinkError } from './errors.ts'
import { sameMetrics } from './metrics.ts'
import { type Route, type RouteSpec, Scope } from './types.ts'

/*
 * A leaf holds the routes to one prefix, the preferred one first. Leaves are values: changing one makes another.
 */

/**
 * How `ip route` adds: the netlink flags that each word stands for. `ensure` is what the kernel does for an address: it appends, and is
 * content when the route is there.
 */
export type AddMode = 'add' | 'replace' | 'change' | 'append' | 'prepend' | 'ensure'

/** Where a route goes among those to the same prefix (`fib_table_insert`, `fib_find_alias`). The same leaf: nothing to do. */
export function insertIntoLeaf(leaf: readonly Route[], route: Route, mode: AddMode): readonly Route[] {
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
    if (match >= 0 && mode === 'ensure') return leaf
    if (match >= 0) throw new NetlinkError('EEXIST')
  }
  if (mode === 'change') throw new NetlinkError('ENOENT')
  return leaf.toSpliced(mode === 'append' || mode === 'ensure' ? end : first, 0, route)
}

/** Does a route agree with what a deletion asks for? Scope, type and all the rest count only when they are given. */
export function agrees(route: Route, selector: RouteSpec): boolean {
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

/** Would the kernel share one `fib_info` between the two (`fib_find_info`)? Destination and DS field do not count. */
function sameInfo(a: Route, b: Route): boolean {
  return (
    a.type === b.type &&
    a.scope === b.scope &&
    a.gateway === b.gateway &&
    a.ifindex === b.ifindex &&
    a.prefsrc === b.prefsrc &&
    a.metric === b.metric &&
    a.protocol === b.protocol &&
    a.onlink === b.onlink &&
    a.nexthopScope === b.nexthopScope &&
    sameMetrics(a.metrics, b.metrics)
  )
}
