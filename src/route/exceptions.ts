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
  /** Somebody has gone by it since. Until then `ip route show cache` says nothing of it (`fnhe_dump_bucket` wants a cached route). */
  readonly used: boolean
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
 * Path MTUs and redirects that a namespace has learned, by next hop and destination: run-time state. Routes to different prefixes that agree
 * in everything else have one next hop (`fib_find_info`) and share what was learned; it is gone with the last of them.
 */
export class PathExceptions implements Stateful {
  touchedAt = 0
  readonly #sim: Simulation
  readonly #settings: PathSettings
  /** By the text of `nexthopOf`. The inner maps are never changed, only replaced. */
  #byNexthop = new Map<string, ReadonlyMap<Ipv4, PathException>>()

  constructor(sim: Simulation, settings: PathSettings) {
    this.#sim = sim
    this.#settings = settings
  }

  /** Nothing was learned: nobody needs to ask. */
  get isEmpty(): boolean {
    return this.#byNexthop.size === 0
  }

  /** What holds for a destination by this route, or undefined (`find_exception`). */
  find(route: Route, destination: Ipv4): PathException | undefined {
    const found = this.#byNexthop.get(nexthopOf(route))?.get(destination)
    return found === undefined || this.#sim.now > found.expires ? undefined : found
  }

  /** A way to the destination was asked for: what holds for it is in use from now on (`rt_bind_exception`). */
  use(route: Route, destination: Ipv4): PathException | undefined {
    const found = this.find(route, destination)
    if (found === undefined || found.used) return found
    const used = { ...found, used: true }
    this.#put(nexthopOf(route), used)
    return used
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
    const { gateway = IPV4_ANY, used = false } = known ?? {}
    this.#put(nexthopOf(route), { destination, gateway, pmtu, locked, expires, used })
  }

  /** A router named a better gateway for the destination (`__ip_do_redirect`, after its checks). */
  redirect(route: Route, destination: Ipv4, gateway: Ipv4): void {
    const { pmtu = 0, locked = false, used = false } = this.find(route, destination) ?? {}
    const expires = this.#sim.now + GC_TIMEOUT * SECOND
    this.#put(nexthopOf(route), { destination, gateway, pmtu, locked, expires, used })
  }

  /** The MTU of a device changed from `before` to `mtu`: path MTUs that it limited follow (`fib_nhc_update_mtu`). */
  deviceMtuChanged(ifindex: number, mtu: number, before: number): void {
    for (const [nexthop, exceptions] of this.#byNexthop) {
      if (!nexthop.startsWith(`${ifindex} `)) continue
      for (const exception of exceptions.values()) {
        if (exception.pmtu === 0) continue
        if (exception.locked ? mtu <= exception.pmtu : mtu < exception.pmtu || before === exception.pmtu) {
          this.#put(nexthop, { ...exception, pmtu: mtu, locked: false })
        }
      }
    }
  }

  /** Routes have come or gone: what was learned by a next hop that no route has any more is forgotten. */
  routesChanged(routes: Iterable<Route>): void {
    const left = new Set<string>()
    for (const route of routes) left.add(nexthopOf(route))
    for (const nexthop of this.#byNexthop.keys()) {
      if (left.has(nexthop)) continue
      this.#sim.touch(this)
      this.#byNexthop.delete(nexthop)
    }
  }

  /** What holds at present and is in use, in the order of the routes given, for each route that shares it: `ip route show cache`. */
  list(routes: Iterable<Route>): { route: Route; exception: PathException }[] {
    const all: { route: Route; exception: PathException }[] = []
    if (this.isEmpty) return all
    for (const route of routes) {
      for (const exception of this.#byNexthop.get(nexthopOf(route))?.values() ?? []) {
        if (exception.used && this.#sim.now <= exception.expires) all.push({ route, exception })
      }
    }
    return all
  }

  /** `ip route flush cache` */
  clear(): void {
    this.#sim.touch(this)
    this.#byNexthop.clear()
  }

  capture(): () => void {
    const byNexthop = new Map(this.#byNexthop)
    return () => {
      this.#byNexthop = byNexthop
    }
  }

  #put(nexthop: string, exception: PathException): void {
    this.#sim.touch(this)
    const exceptions = new Map(this.#byNexthop.get(nexthop))
    exceptions.set(exception.destination, exception)
    this.#byNexthop.set(nexthop, exceptions)
  }
}

const nexthops = new WeakMap<Route, string>()

/** What a route shares with others, in words: all but destination and TOS, the device first (`fib_find_info`, net/ipv4/fib_semantics.c). */
function nexthopOf(route: Route): string {
  let text = nexthops.get(route)
  if (text === undefined) {
    const { destination: _destination, length: _length, tos: _tos, ifindex, metrics, ...rest } = route
    text = `${ifindex} ${Object.values(rest).join(' ')} ${Object.values(metrics).join(' ')}`
    nexthops.set(route, text)
  }
  return text
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
