import type { Stateful } from '../../sim/types.ts'
import type { NetfilterHost } from '../host.ts'
import { ConntrackEntry, saveEntry, type TupleNode } from './entry.ts'
import type { ConntrackEvent } from './events.ts'
import { Settings } from './settings.ts'
import { SourceIndex } from './source-index.ts'
import { ConntrackStatistics } from './statistics.ts'
import { CtEvent, Direction, IPS } from './status.ts'
import { ConntrackTable, nodeMatches } from './table.ts'
import { hashTuple, type Tuple, tuplesEqual } from './tuple.ts'
import { UndoLog } from './undo-log.ts'
import { zoneIn } from './zone.ts'

/** Entries looked at for expiry when one is inserted: garbage goes faster than it comes. */
const SWEEP = 2

/**
 * The connections that a namespace remembers: finds, lists, enters and removes them, in virtual time and in transactions, and tells what
 * happens to them. What packets do to them is `Conntrack`'s part.
 *
 * An entry whose time is over is removed, with its event, when somebody comes across it: by looking its tuples up, by listing the table, or
 * a few at a time whenever one is inserted. (The kernel's garbage worker comes once a minute or so, at a moment that nobody can foresee.)
 */
export class ConntrackStore implements Stateful {
  readonly host: NetfilterHost
  /** `Stateful` */
  touchedAt = 0
  readonly statistics = new ConntrackStatistics()
  /** Entries by their real source; for `Nat`. */
  readonly sources = new SourceIndex()

  readonly #table = new ConntrackTable()
  /** Programs that listen to events (ctnetlink's groups), or null: nobody does. */
  listeners: readonly ((event: ConntrackEvent) => void)[] | null = null
  readonly #told = new WeakSet<ConntrackEntry>()
  readonly #undo = new UndoLog()
  #nextId = 1
  /** The entry at which the next sweep goes on. */
  #sweepAt: ConntrackEntry | null = null
  #settings: Settings
  #settingsVersion: number | undefined

  constructor(host: NetfilterHost) {
    this.host = host
    this.#settings = new Settings((path) => host.sysctlValue(path))
    this.#settingsVersion = host.sysctlVersion
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

  /** Removes the entries whose time is over. */
  collect(): void {
    for (let entry = this.#table.first; entry !== null; ) {
      const next: ConntrackEntry | null = entry.next
      if (this.expired(entry)) this.delete(entry)
      entry = next
    }
  }

  /** The entry that has this tuple in one of its directions, or null. */
  find(tuple: Tuple, zone = 0): ConntrackEntry | null {
    return this.findNode(tuple, zone)?.entry ?? null
  }

  /** As `find`; the direction is the node's (`nf_conntrack_find_get`). */
  findNode(tuple: Tuple, zone: number): TupleNode | null {
    const original = zoneIn(zone, Direction.ORIGINAL)
    const node = this.#findIn(tuple, zone, original)
    const reply = zoneIn(zone, Direction.REPLY)
    return node !== null || reply === original ? node : this.#findIn(tuple, zone, reply)
  }

  /** @param id of the zone: by it the bucket is found */
  #findIn(tuple: Tuple, zone: number, id: number): TupleNode | null {
    const hash = hashTuple(tuple, id)
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
    const hash = hashTuple(tuple, own.reply.zone)
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

  /**
   * Removes an entry (`nf_ct_delete`). False when it was removed before.
   *
   * @param asked a program asked for it (ctnetlink)
   */
  delete(entry: ConntrackEntry, asked = false): boolean {
    if ((entry.status & IPS.DYING) !== 0) return false
    this.willChange(entry)
    entry.status |= IPS.DYING
    if ((entry.status & IPS.CONFIRMED) === 0) return true
    this.#tell(entry, 'destroy', CtEvent.DESTROY, asked)
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
    return this.deleteWhere(() => true, true)
  }

  /** Removes the entries that the test picks (`nf_ct_iterate_cleanup_net`). How many there were. */
  deleteWhere(test: (entry: ConntrackEntry) => boolean, asked = false): number {
    let deleted = 0
    for (const entry of this.entries()) {
      if (test(entry) && this.delete(entry, asked)) deleted++
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
    const entry = this.create(original, reply, zone)
    entry.expiresAt = this.now + lifetime
    entry.status |= IPS.SRC_NAT_DONE | IPS.DST_NAT_DONE
    this.enterTable(entry, true)
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
    this.save(entry)
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

  // What `Conntrack` asks.

  /** A new connection, not yet in the table: it is confirmed where its first packet leaves the host. */
  protected create(original: Tuple, reply: Tuple, zone: number): ConntrackEntry {
    const entry = new ConntrackEntry(this.#nextId++, zone, original, reply)
    // It is new to this transaction: there is nothing to go back to.
    entry.savedAt = this.touchedAt
    if (this.settings.acct) entry.counters = { packets: [0, 0], bytes: [0, 0] }
    return entry
  }

  /** Puts an entry into the table. @param both false: only its reply direction */
  protected enterTable(entry: ConntrackEntry, both: boolean): void {
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

  /** Entries that the kernel would keep near a hash: see `ConntrackTable.neighbourhood`. */
  protected neighbourhood(hash: number, count: number): ConntrackEntry[][] {
    return this.#table.neighbourhood(hash, count, this.settings.buckets)
  }

  #sweep(): void {
    for (let i = 0; i < SWEEP; i++) {
      const entry = this.#sweepAt ?? this.#table.first
      if (entry === null) return
      this.#sweepAt = entry.next
      if (this.expired(entry)) this.delete(entry)
    }
  }

  /** As `willChange`, when the store is touched already. */
  protected save(entry: ConntrackEntry): void {
    if (!this.#undo.active || entry.savedAt === this.touchedAt) return
    this.#undo.push(saveEntry(entry))
    entry.savedAt = this.touchedAt
  }

  /** Tells what waited for a packet to pass. */
  protected tellPending(entry: ConntrackEntry): void {
    this.willChange(entry)
    const events = entry.pendingEvents
    entry.pendingEvents = 0
    this.#tell(entry, (events & (CtEvent.NEW | CtEvent.RELATED)) !== 0 ? 'new' : 'update', events)
  }

  #tell(entry: ConntrackEntry, action: ConntrackEvent['action'], events: number, asked = false): void {
    const { probe } = this.host.sim
    if (probe === null && this.listeners === null) return
    const event: ConntrackEvent = { kind: 'conntrack', netns: this.host.name, action, entry, events, asked }
    probe?.emit(event)
    if (this.listeners === null) return
    // of a connection that began when nobody listened nothing is told (`nf_ct_ecache_ext_add`, net.netfilter.nf_conntrack_events=2)
    if (action === 'new') this.#told.add(entry)
    if (this.#told.has(entry)) for (const listener of this.listeners) listener(event)
  }
}
