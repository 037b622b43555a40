import type { Ipv4 } from '../packet/address.ts'
import type { Fib } from '../route/fib.ts'
import { type RouteSpec, TableId } from '../route/index.ts'

/**
 * Leads one address elsewhere: the routes to it alone are taken out, and a new one, if there is one, is put in. Calling what is returned puts
 * the old ones back, in the place of all that there are by then.
 */
export function replaceRoute(fib: Fib, address: Ipv4, route: Omit<RouteSpec, 'destination'> | null): () => void {
  const before = takeOut(fib, address)
  if (route !== null) fib.add({ ...route, destination: { address, length: 32 } })
  return () => {
    takeOut(fib, address)
    for (const known of before) fib.add(known, 'append')
  }
}

function takeOut(fib: Fib, address: Ipv4): RouteSpec[] {
  const destination = { address, length: 32 }
  const routes = fib
    .routes(TableId.MAIN)
    .filter((route) => route.length === 32 && route.destination === address)
    .map(({ nexthopScope: _scope, error: _error, length: _length, ...known }): RouteSpec => ({ ...known, destination }))
  for (const route of routes) fib.delete(route)
  return routes
}
