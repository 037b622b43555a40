import type { Ipv4 } from '../packet/address.ts'
import type { Simulation } from '../sim/simulation.ts'
import type { Stateful } from '../sim/types.ts'

/** What a host remembers of another one so as not to flood it (`struct inet_peer`). Times and tokens in ns. */
interface Peer {
  tokens: number
  last: number
  redirects: number
}

const SECOND = 1_000_000_000
/** A new peer is taken to have been silent for this long (`inet_getpeer`). */
const NEW_PEER_AGE = 60 * SECOND
/** `ip_rt_error_cost` and `ip_rt_error_burst` (net/ipv4/route.c). */
const ROUTE_ERROR_COST = SECOND
const ROUTE_ERROR_BURST = 5 * SECOND
/** `XRLIM_BURST_FACTOR` (net/ipv4/icmp.c): so many messages may go at once. */
const BURST_FACTOR = 6
/** `ip_rt_redirect_load`, `_number`, `_silence`: twenty milliseconds, doubled with each; nine; twenty seconds after them. */
const REDIRECT_LOAD = SECOND / 50
const REDIRECT_NUMBER = 9
const REDIRECT_SILENCE = REDIRECT_LOAD * 2 ** (REDIRECT_NUMBER + 1)

/**
 * How often a host may tell another one that something is wrong. Refused routes and ICMP messages draw on the same tokens, so that an
 * error about a missing route costs two.
 */
export class InetPeers implements Stateful {
  readonly #sim: Simulation
  #peers = new Map<Ipv4, Peer>()
  /** What is left for all hosts together, and when it last grew. */
  #credit = 0
  #creditAt = Number.NEGATIVE_INFINITY

  constructor(sim: Simulation) {
    this.#sim = sim
  }

  /** May a refused route be answered (`ip_error`)? */
  allowRouteError(address: Ipv4): boolean {
    const peer = this.#peer(address)
    peer.tokens = Math.min(peer.tokens + this.#sim.now - peer.last, ROUTE_ERROR_BURST)
    peer.last = this.#sim.now
    if (peer.tokens < ROUTE_ERROR_COST) return false
    peer.tokens -= ROUTE_ERROR_COST
    return true
  }

  /**
   * May an ICMP message be sent (`inet_peer_xrlim_allow`, net/ipv4/inetpeer.c)? `interval` in milliseconds: net.ipv4.icmp_ratelimit.
   * Trap: with 0 always, and then nothing is left for refused routes; but not when one was refused just now, for then no time has passed.
   */
  allowIcmp(address: Ipv4, interval: number): boolean {
    const cost = interval * 1_000_000
    const peer = this.#peer(address)
    const passed = this.#sim.now - peer.last
    if (passed > 0) peer.tokens = Math.min(peer.tokens + passed, BURST_FACTOR * cost)
    peer.last = this.#sim.now
    if (peer.tokens < cost) return false
    peer.tokens -= cost
    return true
  }

  /**
   * Is there anything left of the messages that all hosts together may get (`icmp_global_allow`)? It grows by `rate` a second up to `burst`,
   * looked at every fiftieth of a second.
   */
  mayTellAny(rate: number, burst: number): boolean {
    if (this.#credit > 0) return true
    const passed = Math.min(this.#sim.now - this.#creditAt, SECOND)
    const more = Math.floor((rate * passed) / SECOND)
    if (passed < SECOND / 50 || more === 0) return false
    this.#sim.touch(this)
    this.#creditAt = this.#sim.now
    this.#credit = Math.min(this.#credit + more, burst)
    return true
  }

  /** One was sent. Trap: it costs none, one or two, by chance, so that nobody can count by it (`icmp_global_consume`). */
  tellsAny(): void {
    this.#sim.touch(this)
    this.#credit -= this.#sim.random('icmp').below(3)
  }

  /** May a redirect be sent (`ip_rt_send_redirect`)? Less and less often to a host that does not listen. */
  allowRedirect(address: Ipv4): boolean {
    const { now } = this.#sim
    const peer = this.#peer(address)
    if (now > peer.last + REDIRECT_SILENCE) {
      peer.tokens = 0
      peer.redirects = 0
    }
    if (peer.redirects >= REDIRECT_NUMBER) {
      peer.last = now
      return false
    }
    if (peer.redirects > 0 && now <= peer.last + REDIRECT_LOAD * 2 ** peer.redirects) return false
    peer.last = now
    peer.redirects++
    return true
  }

  capture(): () => void {
    const peers = [...this.#peers].map(([address, peer]) => [address, { ...peer }] as const)
    const credit = this.#credit
    const creditAt = this.#creditAt
    return () => {
      this.#peers = new Map(peers)
      this.#credit = credit
      this.#creditAt = creditAt
    }
  }

  #peer(address: Ipv4): Peer {
    this.#sim.touch(this)
    let peer = this.#peers.get(address)
    if (peer === undefined) {
      peer = { tokens: 0, last: this.#sim.now - NEW_PEER_AGE, redirects: 0 }
      this.#peers.set(address, peer)
    }
    return peer
  }
}
