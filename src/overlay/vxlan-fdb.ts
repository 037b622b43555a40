import type { Ipv4 } from '../packet/address.ts'
import { MAC_ZERO, type Mac } from '../packet/mac.ts'
import type { Simulation } from '../sim/simulation.ts'
import type { Stateful } from '../sim/types.ts'

/** Where frames to an address are sent (`struct vxlan_rdst`). */
export interface VxlanRemote {
  readonly address: Ipv4
  /** UDP port, 0: the device's own. */
  readonly port: number
  /** VNI, 0: the device's own. */
  readonly vni: number
  /** The endpoint that the device was created with: reached by the underlying device alone. */
  readonly bound?: boolean
}

/** What somebody configured: Ethernet address to remotes; the all-zero address stands for every other. Nodes may share one map. */
export type VxlanEntries = ReadonlyMap<Mac, readonly VxlanRemote[]>

interface Learned {
  remote: VxlanRemote
  updated: number
}

/** Default ageing time of learned entries (`FDB_AGE_DEFAULT`), ns. */
const AGE = 300_000_000_000

/** The forwarding database of a VXLAN device (drivers/net/vxlan/vxlan_core.c): Ethernet address to remote endpoint. */
export class VxlanFdb implements Stateful {
  touchedAt = 0
  readonly #sim: Simulation
  #configured: VxlanEntries = new Map()
  #learned = new Map<Mac, Learned>()

  constructor(sim: Simulation) {
    this.#sim = sim
  }

  get configured(): VxlanEntries {
    return this.#configured
  }

  /** Replaces what was configured. */
  configure(entries: VxlanEntries): void {
    this.#configured = entries
  }

  /** `bridge fdb append` (or `add`, `replace`: in place of what is there). */
  set(mac: Mac, remote: VxlanRemote, mode: 'append' | 'replace'): void {
    const before = mode === 'append' ? (this.#configured.get(mac) ?? []) : []
    this.#configured = new Map([...this.#configured, [mac, [...before, remote]]])
  }

  /**
   * `bridge fdb del`. False: the address is not there.
   *
   * @param isMeant of its remotes; where it is none of them nothing happens, and nobody complains (`__vxlan_fdb_delete`). Default: all
   */
  delete(mac: Mac, isMeant: (remote: VxlanRemote) => boolean = () => true): boolean {
    const before = this.#configured.get(mac)
    if (before === undefined) {
      this.#sim.touch(this)
      return this.#learned.delete(mac)
    }
    const rest = before.filter((remote) => !isMeant(remote))
    const entries = new Map(this.#configured)
    if (rest.length === 0) entries.delete(mac)
    else entries.set(mac, rest)
    this.#configured = entries
    return true
  }

  /** The remotes for an address, those for every other address, or none. */
  find(mac: Mac): readonly VxlanRemote[] {
    const configured = this.#configured.get(mac)
    if (configured !== undefined) return configured
    const learned = this.#learned.get(mac)
    if (learned !== undefined && this.#sim.now < learned.updated + AGE) return [learned.remote]
    return this.#configured.get(MAC_ZERO) ?? []
  }

  /** A frame came from this address by this remote (`vxlan_snoop`). */
  learn(mac: Mac, address: Ipv4): void {
    if (this.#configured.has(mac)) return
    this.#sim.touch(this)
    this.#learned.set(mac, { remote: { address, port: 0, vni: 0 }, updated: this.#sim.now })
  }

  /** What was learned and has not aged away. */
  *learned(): Iterable<readonly [Mac, VxlanRemote]> {
    for (const [mac, { remote, updated }] of this.#learned) if (this.#sim.now < updated + AGE) yield [mac, remote]
  }

  /** The device went down (`vxlan_stop`). */
  forgetLearned(): void {
    this.#sim.touch(this)
    this.#learned.clear()
  }

  capture(): () => void {
    const learned = new Map(this.#learned)
    return () => {
      this.#learned = learned
    }
  }
}
