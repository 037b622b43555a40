import { CtInfo, type IcmpHeader, type Packet } from '../../packet/packet.ts'
import { Protocol } from '../../packet/protocol.ts'
import type { Stateful } from '../../sim/types.ts'
import { type HookState, Verdict } from '../hook.ts'
import type { NetfilterHost } from '../host.ts'
import { allowsClash, sameConnection } from './clash.ts'
import { ctState, direction } from './classify.ts'
import { ConntrackEntry, saveEntry, type TupleNode } from './entry.ts'
import type { ConntrackDropEvent, ConntrackEvent, TrackedEvent } from './events.ts'
import { isIcmpError } from './protocol/icmp.ts'
import { trackerOf } from './protocol/index.ts'
import type { Tracker } from './protocol/tracker.ts'
import { Settings } from './settings.ts'
import { SourceIndex } from './source-index.ts'
import { ConntrackStatistics } from './statistics.ts'
import { CtEvent, Direction, IPS, Tracked } from './status.ts'
import { ConntrackTable, nodeMatches } from './table.ts'
import { emptyTuple, hashTuple, invertTuple, type Tuple, tupleOfPacket, tuplesEqual } from './tuple.ts'
import { UndoLog } from './undo-log.ts'

/** Highest ICMP type that conntrack knows (`NR_ICMP_TYPES`). */
const ICMP_TYPES = 18
/** Entries looked at for expiry when one is inserted: garbage goes faster than it comes. */
const SWEEP = 2
/** Buckets in which room is sought when the table is full (`NF_CT_EVICTION_RANGE`). */
const EVICTION_RANGE = 8
/** Life time of an entry that lost a clash, nanoseconds (`nf_ct_resolve_clash_harder`). */
const CLASH_LIFETIME = 1e9

/**
 * Connection tracking of one namespace (net/netfilter/nf_conntrack_core.c). Each packet is classified by `track` when it comes in or is
 * made, and its connection enters the table by `confirm` when it has passed all hooks.
 *
 * Time-outs are virtual time. An entry whose time is over is removed, with its event, when somebody comes across it: by looking its
 * tuples up, by listing the table, or a few at a time whenever one is inserted. (The kernel's garbage worker comes once a minute or so, at
 * a moment that nobody can foresee.)
 */
export class Conntrack implements Stateful, Tracker {
  readonly host: NetfilterHost
  /** `Stateful` */
  touchedAt = 0
  readonly statistics = new ConntrackStatistics()
  /** Entries by their real source; for `Nat`. */
  readonly sources = new SourceIndex()

  readonly #table = new ConntrackTable()
  readonly #undo = new UndoLog()
  /** Filled for each packet, so that none is allocated. */
  readonly #tuple = emptyTuple()
  readonly #inverse = emptyTuple()
  #nextId = 1
  /** The entry at which the next sweep goes on. */
  #sweepAt: ConntrackEntry | null = null
  #active = false
  #settings: Settings
  #settingsVersion: number | undefined

  constructor(host: NetfilterHost) {
    this.host = host
    this.#settings = new Settings((path) => host.sysctlValue(path))
    this.#settingsVersion = host.sysctlVersion
  }

  /** Does it work at all? In a namespace conntrack exists only since a rule has needed it (`nf_ct_netns_get`). */
  get active(): boolean {
    return this.#active
  }

  activate(): void {
    this.#active = true
  }

  /** No rule needs it any more (`nf_ct_netns_put`): entries stay in the table until their time is over. */
  deactivate(): void {
    this.#active = false
  }

  /** Virtual nanoseconds. */
  get now(): number {
    return this.host.sim.now
  }

  get settings(): Settings {
    const version = this.host.sysctlVersion
    if (version === undefined || version !== this.#settingsVersion) {
      this.#settings = new Settings((path) => this.host.sysctlValue(path))
      this.#settingsVersion = version
    }
    return this.#settings
  }

  /** How many entries the table holds, with those whose time is over and that nobody has come across yet. */
  get size(): number {
    return this.#table.size
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
    const verdict = this.#classify(packet, zone)
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
    if (entry.pendingEvents !== 0 && (entry.status & IPS.DYING) === 0) this.#tellPending(entry)
    return Verdict.ACCEPT
  }

  /** The entries, oldest first. Those whose time is over are removed on the way. The caller may delete the one that it got. */
  *entries(): Generator<ConntrackEntry, void, undefined> {
    for (let entry = this.#table.first; entry !== null; ) {
      const next: ConntrackEntry | null = entry.next
      if (this.expired(entry)) this.delete(entry)
      // One that lost a clash is not listed: its original direction is not in the table (`ctnetlink_dump_table`).
      else if (entry.original.inTable) yield entry
      entry = next
    }
  }

  /** The entry that has this tuple in one of its directions, or null. */
  find(tuple: Tuple, zone = 0): ConntrackEntry | null {
    return this.findNode(tuple, zone)?.entry ?? null
  }

  /** As `find`; the direction is the node's (`nf_conntrack_find_get`). */
  findNode(tuple: Tuple, zone: number): TupleNode | null {
    const hash = hashTuple(tuple, zone)
    for (let node = this.#table.chain(hash); node !== null; ) {
      const next: TupleNode | null = node.next
      if (nodeMatches(node, hash, tuple, zone)) {
        if (!this.expired(node.entry)) return node
        this.delete(node.entry)
      }
      node = next
    }
    return null
  }

  /**
   * Would packets with this tuple be taken for those of another connection than `own` (`nf_conntrack_tuple_taken`)? One that begins with
   * the very same packet does not count: that clash is resolved when `own` is confirmed.
   */
  tupleTaken(tuple: Tuple, own: ConntrackEntry): boolean {
    const hash = hashTuple(tuple, own.zone)
    for (let node = this.#table.chain(hash); node !== null; ) {
      const next: TupleNode | null = node.next
      if (node.entry !== own && nodeMatches(node, hash, tuple, own.zone)) {
        if (this.expired(node.entry)) this.delete(node.entry)
        else if (!tuplesEqual(own.original, node.entry.original)) {
          this.statistics.found++
          return true
        }
      }
      node = next
    }
    return false
  }

  /** Is the entry's time over? */
  expired(entry: ConntrackEntry): boolean {
    return entry.expiresAt <= this.now && (entry.status & IPS.CONFIRMED) !== 0
  }

  /** Removes an entry (`nf_ct_delete`). False when it was removed before. */
  delete(entry: ConntrackEntry): boolean {
    if ((entry.status & IPS.DYING) !== 0) return false
    this.willChange(entry)
    entry.status |= IPS.DYING
    if ((entry.status & IPS.CONFIRMED) === 0) return true
    this.#tell(entry, 'destroy', CtEvent.DESTROY)
    if (this.#sweepAt === entry) this.#sweepAt = entry.next
    const both = entry.original.inTable
    const bySource = (entry.status & IPS.SRC_NAT_DONE) !== 0
    this.#table.remove(entry)
    if (bySource) this.sources.remove(entry)
    if (this.#undo.active) {
      this.#undo.push(() => {
        this.#table.restore(entry, both)
        if (bySource) this.sources.add(entry)
      })
    }
    return true
  }

  /** Removes all entries (`conntrack -F`). How many there were. */
  flush(): number {
    return this.deleteWhere(() => true)
  }

  /** Removes the entries that the test picks (`nf_ct_iterate_cleanup_net`). How many there were. */
  deleteWhere(test: (entry: ConntrackEntry) => boolean): number {
    let deleted = 0
    for (const entry of this.entries()) {
      if (test(entry) && this.delete(entry)) deleted++
    }
    return deleted
  }

  /**
   * Enters an entry that no packet has made (`conntrack -I`). Null when one of its tuples is taken.
   *
   * @param lifetime nanoseconds
   */
  insert(original: Tuple, reply: Tuple, lifetime: number, zone = 0): ConntrackEntry | null {
    if (this.find(original, zone) !== null || this.find(reply, zone) !== null) return null
    this.host.sim.touch(this)
    const entry = this.#create(original, reply, zone)
    entry.expiresAt = this.now + lifetime
    entry.status |= IPS.SRC_NAT_DONE | IPS.DST_NAT_DONE
    this.#enterTable(entry, true)
    this.#tell(entry, 'new', CtEvent.NEW)
    return entry
  }

  /** CONNMARK and `conntrack -U --mark`. Told with the next packet that passes. */
  setMark(entry: ConntrackEntry, mark: number): void {
    const value = mark >>> 0
    if (entry.mark === value) return
    this.willChange(entry)
    entry.mark = value
    entry.pendingEvents |= CtEvent.MARK
  }

  /** To be called before any change of an entry, so that a transaction can take it back. */
  willChange(entry: ConntrackEntry): void {
    this.host.sim.touch(this)
    this.#save(entry)
  }

  capture(): () => void {
    const rollback = this.#undo.open()
    const nextId = this.#nextId
    const sweepAt = this.#sweepAt
    const statistics = { ...this.statistics }
    return () => {
      rollback()
      this.#nextId = nextId
      this.#sweepAt = sweepAt
      Object.assign(this.statistics, statistics)
    }
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
        if (this.#table.size >= this.settings.max && !this.#makeRoom(hashTuple(tuple, zone))) {
          return this.#drop(packet, 'table-full')
        }
        entry = this.#create(tuple, this.#inverse, zone)
      } else {
        entry = node.entry
        way = node.direction
        this.#save(entry)
      }
      const result = track(this, entry, packet, way)
      if (result === Tracked.ACCEPT) {
        attach(packet, entry, way)
        return Verdict.ACCEPT
      }
      // The connection was closed and begins again: the entry is gone, make a new one.
      if (result !== Tracked.REPEAT) return this.#invalid()
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

  #create(original: Tuple, reply: Tuple, zone: number): ConntrackEntry {
    const entry = new ConntrackEntry(this.#nextId++, zone, original, reply)
    // It is new to this transaction: there is nothing to go back to.
    entry.savedAt = this.touchedAt
    if (this.settings.acct) entry.counters = { packets: [0, 0], bytes: [0, 0] }
    return entry
  }

  /** Removes entries near a new one that are not worth keeping (`early_drop`). False when there are none. */
  #makeRoom(hash: number): boolean {
    for (const bucket of this.#table.neighbourhood(hash, EVICTION_RANGE, this.settings.buckets)) {
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
    this.#enterTable(entry, true)
    entry.pendingEvents |= entry.master === null ? CtEvent.NEW : CtEvent.RELATED
    return true
  }

  #enterTable(entry: ConntrackEntry, both: boolean): void {
    this.#sweep()
    entry.status |= IPS.CONFIRMED
    this.#table.insert(entry, both)
    const bySource = (entry.status & IPS.SRC_NAT_DONE) !== 0
    if (bySource) this.sources.add(entry)
    if (this.#undo.active) {
      this.#undo.push(() => {
        this.#table.remove(entry)
        if (bySource) this.sources.remove(entry)
      })
    }
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
        this.#save(same)
        if (same.counters !== null) count(same, direction(packet), packet)
        packet.ct = same
        this.statistics.clash_resolve++
        return true
      }
      if (taken === null) {
        entry.expiresAt = this.now + CLASH_LIFETIME
        entry.status |= IPS.FIXED_TIMEOUT | IPS.NAT_CLASH
        this.#enterTable(entry, false)
        this.statistics.clash_resolve++
        return true
      }
    }
    this.statistics.insert_failed++
    this.#drop(packet, 'clash')
    return false
  }

  #sweep(): void {
    for (let i = 0; i < SWEEP; i++) {
      const entry = this.#sweepAt ?? this.#table.first
      if (entry === null) return
      this.#sweepAt = entry.next
      if (this.expired(entry)) this.delete(entry)
    }
  }

  #save(entry: ConntrackEntry): void {
    if (!this.#undo.active || entry.savedAt === this.touchedAt) return
    this.#undo.push(saveEntry(entry))
    entry.savedAt = this.touchedAt
  }

  #tellPending(entry: ConntrackEntry): void {
    this.willChange(entry)
    const events = entry.pendingEvents
    entry.pendingEvents = 0
    this.#tell(entry, (events & (CtEvent.NEW | CtEvent.RELATED)) !== 0 ? 'new' : 'update', events)
  }

  #tell(entry: ConntrackEntry, action: ConntrackEvent['action'], events: number): void {
    const { probe } = this.host.sim
    if (probe === null) return
    probe.emit({ kind: 'conntrack', netns: this.host.name, action, entry, events } satisfies ConntrackEvent)
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
