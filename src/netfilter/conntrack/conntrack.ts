import { CtInfo, type IcmpHeader, type Packet, Sum } from '../../packet/packet.ts'
import { Protocol } from '../../packet/protocol.ts'
import { Hook, type HookState, Verdict } from '../hook.ts'
import { allowsClash, sameConnection } from './clash.ts'
import { ctState, direction, entryOf } from './classify.ts'
import type { ConntrackEntry } from './entry.ts'
import type { ConntrackDropEvent, TrackedEvent } from './events.ts'
import { isIcmpError } from './protocol/icmp.ts'
import { trackerOf } from './protocol/index.ts'
import { TcpState } from './protocol/tcp-states.ts'
import type { Tracker } from './protocol/tracker.ts'
import { CtEvent, Direction, IPS, Tracked } from './status.ts'
import { ConntrackStore } from './store.ts'
import { emptyTuple, hashTuple, invertTuple, tupleOfPacket } from './tuple.ts'
import { zoneIn } from './zone.ts'

/** Highest ICMP type that conntrack knows (`NR_ICMP_TYPES`). */
const ICMP_TYPES = 18
/** Buckets in which room is sought when the table is full (`NF_CT_EVICTION_RANGE`). */
const EVICTION_RANGE = 8
/** Life time of an entry that lost a clash, nanoseconds (`nf_ct_resolve_clash_harder`). */
const CLASH_LIFETIME = 1e9

/**
 * Connection tracking of one namespace (net/netfilter/nf_conntrack_core.c). Each packet is classified by `track` when it comes in or is
 * made, and its connection enters the table by `confirm` when it has passed all hooks.
 */
export class Conntrack extends ConntrackStore implements Tracker {
  /** Filled for each packet, so that none is allocated. */
  readonly #tuple = emptyTuple()
  readonly #inverse = emptyTuple()
  #active = false

  /** Does it work at all? In a namespace conntrack exists only since a rule has needed it (`nf_ct_netns_get`). */
  get active(): boolean {
    return this.#active
  }

  /** A rule needs it (`nf_ct_netns_get`): packets are tracked from now on. */
  activate(): void {
    this.#active = true
  }

  /** No rule needs it any more (`nf_ct_netns_put`): entries stay in the table until their time is over. */
  deactivate(): void {
    this.#active = false
  }

  /**
   * Classifies a packet: finds its connection or begins one, and sets `packet.ct` and `packet.ctInfo` (`nf_conntrack_in`). For PREROUTING
   * and OUTPUT. An invalid packet goes on without a connection.
   */
  track(packet: Packet, state: HookState): Verdict {
    if (!this.#active) return Verdict.ACCEPT
    let zone = 0
    const attached = packet.ct as ConntrackEntry | null
    if (attached !== null) {
      // Seen before: it went through the loopback device, or the bridge has tracked it.
      if ((attached.status & IPS.TEMPLATE) === 0) return Verdict.ACCEPT
      zone = attached.zone
      packet.ct = null
    } else if (packet.ctInfo === CtInfo.UNTRACKED) {
      return Verdict.ACCEPT
    }
    packet.ctInfo = CtInfo.ESTABLISHED
    this.host.sim.touch(this)
    const refused = packet.sum === Sum.WRONG && state.hook === Hook.PREROUTING && this.settings.checksum
    const verdict = refused ? this.#invalid() : this.#classify(packet, zone)
    const { probe } = this.host.sim
    if (probe !== null && verdict === Verdict.ACCEPT) {
      probe.emit({
        kind: 'tracked',
        netns: this.host.name,
        hook: state.hook,
        packet,
        entry: packet.ct as ConntrackEntry | null,
        state: ctState(packet),
        direction: direction(packet),
      } satisfies TrackedEvent)
    }
    return verdict
  }

  /**
   * Enters the packet's connection into the table if it is not there, and tells what happened to it (`nf_confirm`). For INPUT and
   * POSTROUTING, behind everything else.
   */
  confirm(packet: Packet, _state: HookState): Verdict {
    let entry = packet.ct as ConntrackEntry | null
    if (entry === null || !this.#active) return Verdict.ACCEPT
    if ((entry.status & IPS.CONFIRMED) === 0) {
      // What the kernel itself sends about an unconfirmed connection does not confirm it.
      if (direction(packet) === Direction.REPLY || (entry.status & IPS.TEMPLATE) !== 0) return Verdict.ACCEPT
      if (!this.#enter(entry, packet)) return Verdict.DROP
      entry = packet.ct as ConntrackEntry
    }
    if (entry.pendingEvents !== 0 && (entry.status & IPS.DYING) === 0) this.tellPending(entry)
    return Verdict.ACCEPT
  }

  /**
   * REJECT has answered a packet of this connection with a TCP reset: it is over, for both ends (`nf_conntrack_tcp_set_closing`,
   * net/netfilter/nf_conntrack_proto_tcp.c). The reset itself is not tracked, because it is attached to the connection already.
   */
  close(packet: Packet): void {
    const entry = entryOf(packet)
    if (entry === null || entry.tcp === null || (entry.status & IPS.CONFIRMED) === 0) return
    this.host.sim.touch(this)
    const { state } = entry.tcp
    entry.tcp.state = TcpState.CLOSE
    if (state === TcpState.CLOSE || (entry.status & IPS.FIXED_TIMEOUT) !== 0) return
    entry.expiresAt = this.now + this.settings.tcp[TcpState.CLOSE]!
    entry.pendingEvents |= CtEvent.PROTOINFO
  }

  // What the protocols' trackers ask.

  refresh(entry: ConntrackEntry, way: Direction, packet: Packet, lifetime: number): void {
    if ((entry.status & IPS.FIXED_TIMEOUT) === 0) {
      entry.expiresAt = (entry.status & IPS.CONFIRMED) !== 0 ? this.now + lifetime : lifetime
    }
    if (entry.counters !== null) count(entry, way, packet)
  }

  kill(entry: ConntrackEntry, way: Direction, packet: Packet): boolean {
    if (entry.counters !== null) count(entry, way, packet)
    return this.delete(entry)
  }

  #classify(packet: Packet, zone: number): Verdict {
    const tuple = this.#tuple
    // A fragment that is not the first has no ports (`ipv4_get_l4proto`).
    if (packet.ip!.fragmentOffset !== 0 || !tupleOfPacket(packet, tuple)) return this.#invalid()
    if (tuple.protocol === Protocol.ICMP) {
      const type = tuple.dport >> 8
      if (type > ICMP_TYPES) return this.#invalid()
      if (isIcmpError(type)) return this.#relate(packet, zone)
    }
    const track = trackerOf(tuple.protocol)
    for (;;) {
      const node = this.findNode(tuple, zone)
      let entry: ConntrackEntry
      let way: Direction = Direction.ORIGINAL
      if (node === null) {
        if (!invertTuple(tuple, this.#inverse)) return this.#invalid()
        if (this.size >= this.settings.max && !this.#makeRoom(hashTuple(tuple, zoneIn(zone, Direction.ORIGINAL)))) {
          return this.#drop(packet, 'table-full')
        }
        entry = this.create(tuple, this.#inverse, zone)
      } else {
        entry = node.entry
        way = node.direction
        this.save(entry)
      }
      const result = track(this, entry, packet, way)
      if (result === Tracked.ACCEPT) {
        attach(packet, entry, way)
        return Verdict.ACCEPT
      }
      // The connection was closed and begins again: the entry is gone, make a new one.
      if (result === Tracked.REPEAT) continue
      if (result === Tracked.DROP) return this.#drop(packet, 'dying')
      return this.#invalid()
    }
  }

  /** An ICMP error belongs to the connection of the packet that it quotes (`nf_conntrack_inet_error`). */
  #relate(packet: Packet, zone: number): Verdict {
    const { quoted } = packet.l4 as IcmpHeader
    const tuple = this.#tuple
    if (quoted === null || quoted.ip === null || quoted.ip.fragmentOffset !== 0) return this.#invalid()
    if (!tupleOfPacket(quoted, tuple) || !invertTuple(tuple, tuple)) return this.#invalid()
    const node = this.findNode(tuple, zone)
    // It must go to whoever sent the quoted packet; otherwise it is made up.
    if (node === null || node.dst !== packet.ip!.dst) {
      this.statistics.error++
      return this.#invalid()
    }
    packet.ct = node.entry
    packet.ctInfo = node.direction === Direction.REPLY ? CtInfo.RELATED_REPLY : CtInfo.RELATED
    return Verdict.ACCEPT
  }

  #invalid(): Verdict {
    this.statistics.invalid++
    return Verdict.ACCEPT
  }

  #drop(packet: Packet, why: ConntrackDropEvent['why']): Verdict {
    this.statistics.drop++
    const { probe } = this.host.sim
    if (probe !== null) {
      probe.emit({ kind: 'conntrack-drop', netns: this.host.name, packet, why } satisfies ConntrackDropEvent)
    }
    return Verdict.DROP
  }

  /** Removes entries near a new one that are not worth keeping (`early_drop`). False when there are none. */
  #makeRoom(hash: number): boolean {
    for (const bucket of this.neighbourhood(hash, EVICTION_RANGE)) {
      let dropped = 0
      for (const entry of bucket) {
        if (this.expired(entry)) this.delete(entry)
        else if ((entry.status & IPS.ASSURED) === 0 && this.delete(entry)) dropped++
      }
      this.statistics.early_drop += dropped
      if (dropped > 0) return true
    }
    return false
  }

  /** `__nf_conntrack_confirm`. False: drop the packet. */
  #enter(entry: ConntrackEntry, packet: Packet): boolean {
    this.willChange(entry)
    if ((entry.status & IPS.DYING) !== 0) {
      this.statistics.insert_failed++
      this.#drop(packet, 'dying')
      return false
    }
    const other = this.findNode(entry.original, entry.zone) ?? this.findNode(entry.reply, entry.zone)
    if (other !== null) return this.#resolveClash(entry, packet, other.entry)
    // Its life begins now, not when the packet came in.
    entry.expiresAt += this.now
    this.enterTable(entry, true)
    entry.pendingEvents |= entry.master === null ? CtEvent.NEW : CtEvent.RELATED
    return true
  }

  /**
   * Another packet has confirmed a connection with one of these tuples meanwhile (`nf_ct_resolve_clash`): the packet joins it when it is
   * the same one. Otherwise the entry is kept for its answers, for a second, when these can be told apart.
   */
  #resolveClash(entry: ConntrackEntry, packet: Packet, winner: ConntrackEntry): boolean {
    if (allowsClash(entry.protocol)) {
      const taken = this.findNode(entry.reply, entry.zone)
      const same = sameConnection(winner, entry) ? winner : taken === null ? null : taken.entry
      if (same !== null && sameConnection(same, entry)) {
        this.save(same)
        if (same.counters !== null) count(same, direction(packet), packet)
        packet.ct = same
        this.statistics.clash_resolve++
        return true
      }
      if (taken === null) {
        entry.expiresAt = this.now + CLASH_LIFETIME
        entry.status |= IPS.FIXED_TIMEOUT | IPS.NAT_CLASH
        this.enterTable(entry, false)
        this.statistics.clash_resolve++
        return true
      }
    }
    this.statistics.insert_failed++
    this.#drop(packet, 'clash')
    return false
  }
}

/** Hangs the entry on the packet; the first answer makes it known that there are answers. */
function attach(packet: Packet, entry: ConntrackEntry, way: Direction): void {
  packet.ct = entry
  const status = entry.status
  if (way === Direction.REPLY) {
    packet.ctInfo = CtInfo.ESTABLISHED_REPLY
    if ((status & IPS.SEEN_REPLY) === 0) {
      entry.status |= IPS.SEEN_REPLY
      entry.pendingEvents |= CtEvent.REPLY
    }
  } else if ((status & IPS.SEEN_REPLY) !== 0) {
    packet.ctInfo = CtInfo.ESTABLISHED
  } else {
    packet.ctInfo = (status & IPS.EXPECTED) !== 0 ? CtInfo.RELATED : CtInfo.NEW
  }
}

/** `nf_ct_acct_update` */
function count(entry: ConntrackEntry, way: Direction, packet: Packet): void {
  entry.counters!.packets[way]++
  entry.counters!.bytes[way] += packet.ip!.totalLength
}
