import type { Prefix } from '../packet/address.ts'
import type { Route } from './types.ts'

/**
 * Routes of the table `main` that many hosts have alike, one to a prefix: one object for thousands of tables, each of which lays its own over it
 * (`Fib.lay`). It may grow while tables lie upon it only by routes that all of these leave out.
 */
export class SharedRoutes {
  /** By prefix length, then by network; null while no route has the length. */
  readonly leaves: (Map<number, readonly Route[]> | null)[] = new Array(33).fill(null)
  readonly #routes: Route[] = []

  /** In the order in which a host adds them. */
  get routes(): readonly Route[] {
    return this.#routes
  }

  /** Is there a route to this very prefix? */
  has({ address, length }: Prefix): boolean {
    return this.leaves[length]?.has(address) === true
  }

  /** Adds the route to a prefix that has none yet, at this place in the order. */
  add(route: Route, place: number): void {
    const map = this.leaves[route.length] ?? new Map<number, readonly Route[]>()
    this.leaves[route.length] = map
    map.set(route.destination, [route])
    this.#routes.splice(place, 0, route)
  }
}
