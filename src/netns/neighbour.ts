import { type Ipv4, isMulticast } from '../packet/address.ts'
import { MAC_BROADCAST, MAC_ZERO, type Mac, multicastMac } from '../packet/mac.ts'
import type { Packet } from '../packet/packet.ts'
import type { Timer } from '../sim/index.ts'
import type { Simulation } from '../sim/simulation.ts'
import type { Stateful } from '../sim/types.ts'
import type { DropEvent, NeighbourEvent } from './events.ts'
import type { Link, LinkHost } from './link.ts'
import type { NeighbourState } from './neighbour-state.ts'
import { ProxyNeighbours } from './proxy-neighbours.ts'
import { startTimer } from './timer-wheel.ts'

export type { NeighbourState } from './neighbour-state.ts'

const SECOND = 1_000_000_000
/** What one small waiting packet costs of `unres_qlen_bytes` (SKB_TRUESIZE of a packet below 576 octets on 64 bit). */
const TRUESIZE = 768

/** What the neighbour table asks of its namespace, beside what a link asks. */
export interface NeighbourHost extends LinkHost {
  /** Asks for an address by ARP; `unicastTo` re-validates a known one (`arp_solicit`). */
  solicit(link: Link, address: Ipv4, unicastTo: Mac | null, trigger: Packet | null): void
  /** The neighbour did not answer: the sender of a waiting packet is told (`arp_error_report`). */
  neighbourFailed(packet: Packet): void
}

/** One entry: the link-layer address of a next hop, and how sure of it the kernel is (`struct neighbour`). */
export class Neighbour {
  readonly link: Link
  readonly address: Ipv4
  state: NeighbourState = 'NONE'
  mac: Mac = MAC_ZERO
  /** Packets that wait for the address (`arp_queue`). */
  queue: Packet[] = []
  probes = 0
  /** Virtual times in ns: last change of state, last proof that it is there, last use for sending. */
  updated = 0
  confirmed = 0
  used = 0
  /** A header was cached when a packet was sent by way of it (`hh_len`); bridged DNAT looks at this. */
  headerCached = false
  timer: Timer | null = null

  constructor(link: Link, address: Ipv4) {
    this.link = link
    this.address = address
  }

  /** May be sent to at once and without doubt (`NUD_CONNECTED`). */
  get connected(): boolean {
    return this.state === 'REACHABLE' || this.state === 'PERMANENT' || this.state === 'NOARP'
  }

  /** Has a usable address (`NUD_VALID`). */
  get valid(): boolean {
    return this.connected || this.state === 'STALE' || this.state === 'DELAY' || this.state === 'PROBE'
  }

  /** Takes over the state of another entry: a transaction puts it back so. */
  copyFrom(other: Neighbour): void {
    this.state = other.state
    this.mac = other.mac
    this.queue = [...other.queue]
    this.probes = other.probes
    this.updated = other.updated
    this.confirmed = other.confirmed
    this.used = other.used
    this.headerCached = other.headerCached
    this.timer = other.timer
  }
}

/** The neighbours that somebody configured on a link: address to Ethernet address. Many nodes may share one such map. */
export type PermanentNeighbours = ReadonlyMap<Ipv4, Mac>

/**
 * The neighbours of a namespace (net/core/neighbour.c with the operations of net/ipv4/arp.c).
 *
 * What somebody configured (permanent entries) is configuration, kept apart from what was learned.
 */
export class NeighbourTable implements Stateful {
  touchedAt = 0
  readonly #host: NeighbourHost
  readonly #sim: Simulation
  /** By link, then by address. */
  #learned = new Map<Link, Map<Ipv4, Neighbour>>()
  readonly #permanent = new Map<Link, PermanentNeighbours>()
  /** Addresses of others that ARP answers for. */
  readonly proxies = new ProxyNeighbours()

  constructor(host: NeighbourHost) {
    this.#host = host
    this.#sim = host.sim
  }

  /** Replaces the permanent entries of a link. */
  setPermanent(link: Link, entries: PermanentNeighbours): void {
    this.#permanent.set(link, entries)
    const learned = this.#learned.get(link)
    if (learned !== undefined) for (const address of entries.keys()) learned.delete(address)
  }

  /** The permanent entries of a link: shared with others, never to be changed. */
  permanentOf(link: Link): PermanentNeighbours {
    return this.#permanent.get(link) ?? new Map()
  }

  /** Adds one permanent entry (`ip neigh replace … nud permanent`). */
  addPermanent(link: Link, address: Ipv4, mac: Mac): void {
    this.setPermanent(link, new Map([...this.permanentOf(link), [address, mac]]))
  }

  /** Adds an entry in a state of its own, as `ip neigh add … nud stale` does. */
  addLearned(link: Link, address: Ipv4, mac: Mac, state: NeighbourState): void {
    const entry = this.#getOrCreate(link, address)
    entry.mac = mac
    this.#setState(entry, state)
  }

  /** Removes an entry of either kind. False: there was none. */
  delete(link: Link, address: Ipv4): boolean {
    const permanent = this.permanentOf(link)
    if (permanent.has(address)) {
      const rest = new Map(permanent)
      rest.delete(address)
      this.#permanent.set(link, rest)
      this.#learned.get(link)?.delete(address)
      return true
    }
    const entry = this.#learned.get(link)?.get(address)
    if (entry === undefined) return false
    this.#sim.touch(this)
    this.#stopTimer(entry)
    // whoever waits for it hears that it is gone (`neigh_update` with NUD_FAILED, then `neigh_remove_one`)
    if (entry.state === 'INCOMPLETE') this.#fail(entry)
    this.#learned.get(link)?.delete(address)
    return true
  }

  /** The link went down or away: what was learned on it is forgotten (`neigh_ifdown`); permanent entries too (`arp_ifdown`). */
  linkDown(link: Link): void {
    this.proxies.linkDown(link)
    this.forgetAll(link)
  }

  /** The link has another Ethernet address: permanent entries are gone, too (`neigh_changeaddr`). */
  forgetAll(link: Link): void {
    this.#permanent.delete(link)
    this.forget(link)
  }

  /** Forgets what was learned, on one link or everywhere. */
  forget(link?: Link): void {
    this.#sim.touch(this)
    for (const [on, entries] of this.#learned) {
      if (link !== undefined && on !== link) continue
      for (const entry of entries.values()) this.#stopTimer(entry)
      this.#learned.delete(on)
    }
  }

  /** The entry for an address, or undefined. Permanent ones get an entry of their own when they are first used. */
  find(link: Link, address: Ipv4): Neighbour | undefined {
    const entry = this.#learned.get(link)?.get(address)
    if (entry !== undefined) {
      this.#age(entry)
      return entry
    }
    const mac = this.#permanent.get(link)?.get(address)
    if (mac === undefined) return undefined
    const made = this.#getOrCreate(link, address)
    made.mac = mac
    made.state = 'PERMANENT'
    return made
  }

  /** All entries, permanent ones included, by link. */
  *entries(): Iterable<{ link: Link; address: Ipv4; mac: Mac; state: NeighbourState }> {
    for (const [link, permanent] of this.#permanent) {
      for (const [address, mac] of permanent) yield { link, address, mac, state: 'PERMANENT' }
    }
    for (const [link, entries] of this.#learned) {
      for (const entry of entries.values()) {
        this.#age(entry)
        if (entry.state === 'PERMANENT') continue
        yield { link, address: entry.address, mac: entry.mac, state: entry.state }
      }
    }
  }

  /**
   * The neighbour for an address, ready to be sent to, or null: the packet waits in its queue, or was dropped
   * (`neigh_resolve_output`).
   */
  resolve(link: Link, address: Ipv4, packet: Packet): Neighbour | null {
    let entry = this.find(link, address)
    if (entry === undefined) {
      entry = this.#getOrCreate(link, address)
      if (link.noArp) {
        entry.mac = link.loopback ? MAC_ZERO : link.mac
        entry.state = 'NOARP'
      }
    }
    if (entry.connected) return entry
    this.#sim.touch(this)
    entry.used = this.#sim.now
    switch (entry.state) {
      case 'DELAY':
      case 'PROBE':
        return entry
      case 'STALE':
        // the address is used while it is in doubt; five seconds later it is asked for again
        this.#setState(entry, 'DELAY')
        this.#startTimer(entry, entry.link.neigh.delay_first_probe_time * SECOND)
        return entry
      case 'INCOMPLETE':
        this.#enqueue(entry, packet)
        return null
      default: {
        if (entry.link.neigh.mcast_solicit === 0) {
          this.#setState(entry, 'FAILED')
          this.#host.drop(packet, 'NEIGH_FAILED', link, 'nobody may be asked')
          return null
        }
        entry.probes = entry.link.neigh.ucast_solicit
        this.#setState(entry, 'INCOMPLETE')
        this.#enqueue(entry, packet)
        this.#probe(entry)
        return null
      }
    }
  }

  /** Asks for an address that no packet waits for (`neigh_event_send` without one). */
  ask(link: Link, address: Ipv4): void {
    const entry = this.find(link, address) ?? this.#getOrCreate(link, address)
    if (entry.valid || entry.state === 'INCOMPLETE' || link.noArp) return
    this.#sim.touch(this)
    if (entry.link.neigh.mcast_solicit === 0) {
      this.#setState(entry, 'FAILED')
      return
    }
    entry.probes = entry.link.neigh.ucast_solicit
    this.#setState(entry, 'INCOMPLETE')
    this.#probe(entry)
  }

  /**
   * Something was heard from a neighbour (`neigh_update`): `state` is REACHABLE for an answer to us, STALE otherwise. Without `override`
   * an entry that is valid with another address keeps it.
   */
  update(entry: Neighbour, mac: Mac, state: 'REACHABLE' | 'STALE', override: boolean): void {
    if (entry.state === 'PERMANENT' || entry.state === 'NOARP') return
    this.#sim.touch(this)
    const wasValid = entry.valid
    if (wasValid && entry.mac !== mac && !override) return
    const changed = entry.mac !== mac
    let next: NeighbourState = state
    if (wasValid && !changed && state === 'STALE' && entry.state !== 'STALE') next = entry.state
    if (next === 'REACHABLE') entry.confirmed = this.#sim.now
    if (!changed && next === entry.state) return
    entry.mac = mac
    if (changed) entry.headerCached = false
    this.#stopTimer(entry)
    this.#setState(entry, next)
    if (wasValid) return
    const waiting = entry.queue
    entry.queue = []
    for (const packet of waiting) this.send(entry, packet)
  }

  /** An entry for an address that is not known yet: it knows nothing. */
  create(link: Link, address: Ipv4): Neighbour {
    return this.#getOrCreate(link, address)
  }

  /** Heard from an address that asks for one of ours: it is remembered as STALE (`neigh_event_ns`). */
  heard(link: Link, address: Ipv4, mac: Mac): void {
    const entry = this.find(link, address) ?? this.#getOrCreate(link, address)
    this.update(entry, mac, 'STALE', true)
  }

  /** Writes the Ethernet header and sends (`neigh_connected_output`). False: the driver has thrown it away. */
  send(entry: Neighbour, packet: Packet): boolean {
    if (!entry.headerCached) {
      this.#sim.touch(this)
      entry.headerCached = true
    }
    packet.dmac = entry.mac
    packet.smac = entry.link.mac
    packet.ifindex = entry.link.ifindex
    return this.#host.transmit(packet, entry.link)
  }

  capture(): () => void {
    const copies = new Map<Link, [Neighbour, Neighbour][]>()
    for (const [link, entries] of this.#learned) {
      copies.set(
        link,
        [...entries.values()].map((entry) => {
          const copy = new Neighbour(entry.link, entry.address)
          copy.copyFrom(entry)
          return [entry, copy]
        }),
      )
    }
    return () => {
      this.#learned = new Map()
      for (const [link, pairs] of copies) {
        const entries = new Map<Ipv4, Neighbour>()
        for (const [entry, copy] of pairs) {
          entry.copyFrom(copy)
          entries.set(entry.address, entry)
        }
        this.#learned.set(link, entries)
      }
    }
  }

  #getOrCreate(link: Link, address: Ipv4): Neighbour {
    this.#sim.touch(this)
    let entries = this.#learned.get(link)
    if (entries === undefined) {
      entries = new Map()
      this.#learned.set(link, entries)
    }
    let entry = entries.get(address)
    if (entry === undefined) {
      entry = new Neighbour(link, address)
      entry.updated = this.#sim.now
      entries.set(address, entry)
    }
    return entry
  }

  /** REACHABLE becomes STALE by time alone; seen to on use, so that no timer runs for every entry. */
  #age(entry: Neighbour): void {
    if (entry.state !== 'REACHABLE') return
    if (this.#sim.now <= entry.confirmed + entry.link.neigh.base_reachable_time_ms * 1_000_000) return
    this.#sim.touch(this)
    entry.state = 'STALE'
    entry.updated = this.#sim.now
  }

  #enqueue(entry: Neighbour, packet: Packet): void {
    const most = Math.floor(entry.link.neigh.unres_qlen_bytes / TRUESIZE)
    while (entry.queue.length >= most) {
      const oldest = entry.queue.shift()
      if (oldest !== undefined)
        this.#host.drop(oldest, 'NEIGH_QUEUEFULL', entry.link, 'too many packets wait for the neighbour')
    }
    entry.queue.push(packet)
  }

  #probe(entry: Neighbour): void {
    const unicast = entry.probes < entry.link.neigh.ucast_solicit
    entry.probes++
    this.#startTimer(entry, entry.link.neigh.retrans_time_ms * 1_000_000)
    this.#host.solicit(entry.link, entry.address, unicast ? entry.mac : null, entry.queue[0] ?? null)
  }

  #startTimer(entry: Neighbour, delay: number): void {
    entry.timer = startTimer(this.#sim, delay, this.#onTimer, entry)
  }

  #stopTimer(entry: Neighbour): void {
    if (entry.timer !== null) this.#sim.cancel(entry.timer)
    entry.timer = null
  }

  /** `neigh_timer_handler` */
  readonly #onTimer = (entry: Neighbour): void => {
    this.#sim.touch(this)
    entry.timer = null
    if (entry.state === 'DELAY') {
      entry.probes = 0
      this.#setState(entry, 'PROBE')
      this.#probe(entry)
      return
    }
    if (entry.state !== 'PROBE' && entry.state !== 'INCOMPLETE') return
    const most =
      entry.link.neigh.ucast_solicit +
      (entry.state === 'PROBE' ? entry.link.neigh.mcast_resolicit : entry.link.neigh.mcast_solicit)
    if (entry.probes < most) {
      this.#probe(entry)
      return
    }
    this.#fail(entry)
  }

  #fail(entry: Neighbour): void {
    this.#setState(entry, 'FAILED')
    const waiting = entry.queue
    entry.queue = []
    for (const packet of waiting) {
      this.#host.neighbourFailed(packet)
      if (this.#sim.probe !== null) {
        this.#sim.probe.emit({
          kind: 'drop',
          netns: this.#host.name,
          packet,
          reason: 'NEIGH_FAILED',
          link: entry.link,
          detail: 'nobody answered ARP',
        } satisfies DropEvent)
      }
    }
  }

  #setState(entry: Neighbour, state: NeighbourState): void {
    entry.state = state
    entry.updated = this.#sim.now
    if (this.#sim.probe !== null) {
      this.#sim.probe.emit({
        kind: 'neighbour',
        netns: this.#host.name,
        link: entry.link,
        address: entry.address,
        state,
        mac: entry.mac,
      } satisfies NeighbourEvent)
    }
  }
}

/** The entry that a broadcast or multicast destination needs: it is there without asking (`arp_constructor`). */
export function groupNeighbour(link: Link, address: Ipv4): Neighbour {
  const entry = new Neighbour(link, address)
  entry.mac = isMulticast(address) ? multicastMac(address) : MAC_BROADCAST
  entry.state = 'NOARP'
  return entry
}
