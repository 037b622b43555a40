import { IPV4_ANY, type Ipv4 } from '../packet/address.ts'
import type { Simulation } from '../sim/simulation.ts'
import type { Stateful } from '../sim/types.ts'
import type { Route } from './types.ts'

const SECOND = 1_000_000_000

/** What a router told about one destination (`struct fib_nh_exception`, include/net/ip_fib.h), immutable. */
export interface PathException {
  readonly destination: Ipv4
  /** A better gateway (ICMP redirect), 0 for none. */
  readonly gateway: Ipv4
  /** Path MTU in octets (ICMP fragmentation needed), 0 for none. */
  readonly pmtu: number
  /** The router asked for less than `min_pmtu`: packets are to be fragmented, no further MTU is learned. */
  readonly locked: boolean
  /** Virtual time in nanoseconds after which it is void. */
  readonly expires: number
}

/** The switches below `net.ipv4.route.` (net/ipv4/route.c). */
export interface PathSettings {
  /** In octets. */
  readonly min_pmtu: number
  /** In seconds. */
  readonly mtu_expires: number
}

/** How long a redirect holds, in seconds (RT_GC_TIMEOUT). */
const GC_TIMEOUT = 300

/**
 * Path MTUs and redirects that a namespace has learned, by route and destination: run-time state. They belong to the route object, so
 * that they are gone when the route is. (The kernel keeps them at the next hop, which equal routes to other prefixes share.)
 */
export class PathExceptions implements Stateful {
  touchedAt = 0
  readonly #sim: Simulation
  readonly #settings: PathSettings
  /** The inner maps are never changed, only replaced. */
  #byRoute = new Map<Route, ReadonlyMap<Ipv4, PathException>>()

  constructor(sim: Simulation, settings: PathSettings) {
    this.#sim = sim
    this.#settings = settings
  }

  /** Nothing was learned: nobody needs to ask. */
  get isEmpty(): boolean {
    return this.#byRoute.size === 0
  }

  /** What holds for a destination by this route, or undefined (`find_exception`). */
  find(route: Route, destination: Ipv4): PathException | undefined {
    const found = this.#byRoute.get(route)?.get(destination)
    return found === undefined || this.#sim.now > found.expires ? undefined : found
  }

  /**
   * A router said that packets to the destination must not be larger than `mtu` octets (`__ip_rt_update_pmtu`).
   *
   * @param current the MTU towards the destination until now
   */
  updatePmtu(route: Route, destination: Ipv4, mtu: number, current: number): void {
    const known = this.find(route, destination)
    if (known?.locked === true || route.metrics.locked.includes('mtu') || current < mtu) return
    const { min_pmtu: minPmtu, mtu_expires: mtuExpires } = this.#settings
    const locked = mtu < minPmtu
    const pmtu = locked ? Math.min(current, minPmtu) : mtu
    // Learned already and still fresh.
    if (known?.pmtu === pmtu && !locked && this.#sim.now < known.expires - (mtuExpires * SECOND) / 2) return
    const expires = this.#sim.now + mtuExpires * SECOND
    this.#put(route, { destination, gateway: known?.gateway ?? IPV4_ANY, pmtu, locked, expires })
  }

  /** A router named a better gateway for the destination (`__ip_do_redirect`, after its checks). */
  redirect(route: Route, destination: Ipv4, gateway: Ipv4): void {
    const known = this.find(route, destination)
    const expires = this.#sim.now + GC_TIMEOUT * SECOND
    this.#put(route, { destination, gateway, pmtu: known?.pmtu ?? 0, locked: known?.locked ?? false, expires })
  }

  /** The MTU of a device changed from `before` to `mtu`: path MTUs that it limited follow (`fib_nhc_update_mtu`). */
  deviceMtuChanged(ifindex: number, mtu: number, before: number): void {
    for (const [route, exceptions] of this.#byRoute) {
      if (route.ifindex !== ifindex) continue
      for (const exception of exceptions.values()) {
        if (exception.pmtu === 0) continue
        if (exception.locked ? mtu <= exception.pmtu : mtu < exception.pmtu || before === exception.pmtu) {
          this.#put(route, { ...exception, pmtu: mtu, locked: false })
        }
      }
    }
  }

  /** What holds at present, in the order of the routes given: `ip route show cache`. */
  list(routes: Iterable<Route>): { route: Route; exception: PathException }[] {
    const all: { route: Route; exception: PathException }[] = []
    for (const route of routes) {
      for (const exception of this.#byRoute.get(route)?.values() ?? []) {
        if (this.#sim.now <= exception.expires) all.push({ route, exception })
      }
    }
    return all
  }

  /** `ip route flush cache` */
  clear(): void {
    this.#sim.touch(this)
    this.#byRoute.clear()
  }

  capture(): () => void {
    const byRoute = new Map(this.#byRoute)
    return () => {
      this.#byRoute = byRoute
    }
  }

  #put(route: Route, exception: PathException): void {
    this.#sim.touch(this)
    this.#sweep()
    const exceptions = new Map(this.#byRoute.get(route))
    exceptions.set(exception.destination, exception)
    this.#byRoute.set(route, exceptions)
  }

  /** Forgets routes whose exceptions are all void, so that replaced routes do not pile up. */
  #sweep(): void {
    for (const [route, exceptions] of this.#byRoute) {
      if ([...exceptions.values()].every(({ expires }) => this.#sim.now > expires)) this.#byRoute.delete(route)
    }
  }
}

/** No packet is larger, whatever device and route say (IP_MAX_MTU). */
export const IP_MAX_MTU = 0xffff

/**
 * The MTU towards a destination in octets (`ip_dst_mtu_maybe_forward`, include/net/ip.h).
 *
 * @param route null for a way that no table knows
 * @param usesGateway the next hop is a gateway
 * @param forwarding the packet is not this host's own: then a learned path MTU does not count, unless `useLearned`
 */
export function routeMtu(
  route: Route | null,
  exception: PathException | undefined,
  deviceMtu: number,
  usesGateway: boolean,
  forwarding: boolean,
  useLearned: boolean,
): number {
  const locked = exception?.locked === true || route?.metrics.locked.includes('mtu') === true
  if (exception !== undefined && exception.pmtu !== 0 && (useLearned || locked || !forwarding)) {
    return Math.min(exception.pmtu, IP_MAX_MTU)
  }
  const configured = route?.metrics.mtu ?? 0
  if (configured !== 0) return Math.min(configured, IP_MAX_MTU)
  // A locked MTU without a value: as small as every host must take.
  const mtu = locked && usesGateway && deviceMtu > 576 ? 576 : deviceMtu
  return Math.min(mtu, IP_MAX_MTU)
}
