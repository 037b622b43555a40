import type { Mac } from '../packet/mac.ts'
import type { Simulation } from '../sim/simulation.ts'
import type { Stateful } from '../sim/types.ts'
import type { BridgePort } from './port.ts'

/** One entry of a bridge's forwarding database (`struct net_bridge_fdb_entry`). */
export interface FdbEntry {
  readonly mac: Mac
  /** The port behind which the address is; null: the bridge itself. */
  port: BridgePort | null
  /** An address of the bridge or of one of its ports: frames to it are for this host (`BR_FDB_LOCAL`). */
  readonly local: boolean
  /** Written by somebody; never ages (`BR_FDB_STATIC`). */
  readonly static: boolean
  /** Virtual time of the last frame from there, ns. */
  updated: number
}

/** Default ageing time (`BR_DEFAULT_AGEING_TIME`), ns. */
export const AGEING_TIME = 300_000_000_000

/**
 * The forwarding database of a bridge (net/bridge/br_fdb.c): which address is behind which port. Learned entries age; those of the
 * bridge and its ports, and those that somebody wrote, do not. VLANs have no model.
 */
export class ForwardingDatabase implements Stateful {
  touchedAt = 0
  readonly #sim: Simulation
  #entries = new Map<Mac, FdbEntry>()
  /** ns */
  ageingTime = AGEING_TIME

  constructor(sim: Simulation) {
    this.#sim = sim
  }

  /** The entry for an address, or undefined: unknown or too old. */
  find(mac: Mac): FdbEntry | undefined {
    const entry = this.#entries.get(mac)
    if (entry === undefined || this.#expired(entry)) return undefined
    return entry
  }

  /** A frame came from this address by this port (`br_fdb_update`). True: that is news. */
  learn(mac: Mac, port: BridgePort): boolean {
    if (this.ageingTime === 0) return false
    const entry = this.#entries.get(mac)
    this.#sim.touch(this)
    if (entry === undefined) {
      this.#entries.set(mac, { mac, port, local: false, static: false, updated: this.#sim.now })
      return true
    }
    if (entry.local) return false
    const moved = entry.port !== port && !entry.static
    if (moved) entry.port = port
    const wasOld = this.#expired(entry)
    entry.updated = this.#sim.now
    return moved || wasOld
  }

  /** Adds an entry of this host, or one that somebody wrote. */
  add(mac: Mac, port: BridgePort | null, options: { local: boolean }): void {
    this.#entries.set(mac, { mac, port, local: options.local, static: true, updated: this.#sim.now })
  }

  /** False: there was none. */
  delete(mac: Mac): boolean {
    this.#sim.touch(this)
    return this.#entries.delete(mac)
  }

  /** Forgets what was learned, behind one port or everywhere; with `all` also what was written (a port leaves). */
  flush(port: BridgePort | null, all = false): void {
    this.#sim.touch(this)
    for (const [mac, entry] of this.#entries) {
      if (port !== null && entry.port !== port) continue
      if (!entry.static || all) this.#entries.delete(mac)
    }
  }

  /** All entries that have not aged away. */
  *entries(): Iterable<FdbEntry> {
    for (const entry of this.#entries.values()) if (!this.#expired(entry)) yield entry
  }

  capture(): () => void {
    const entries = [...this.#entries.values()].map((entry) => [entry.mac, { ...entry }] as const)
    return () => {
      this.#entries = new Map(entries)
    }
  }

  #expired(entry: FdbEntry): boolean {
    return !entry.static && this.#sim.now >= entry.updated + this.ageingTime
  }
}
