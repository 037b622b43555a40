import type { Simulation } from '../sim/simulation.ts'
import type { Stateful } from '../sim/types.ts'

/** What a device has counted: packets, and octets as its driver counts them (`struct rtnl_link_stats64`). */
export interface LinkStatistics {
  readonly rxPackets: number
  readonly rxBytes: number
  readonly rxDropped: number
  readonly txPackets: number
  readonly txBytes: number
  readonly txErrors: number
  readonly txDropped: number
  /** Frames for which a tunnel knew no way: errors, too. */
  readonly txCarrier: number
}

/**
 * The counters of one device: run-time state. Its driver counts, each in its own way: with the Ethernet header (veth, a bridge that sends) or
 * without (lo, VXLAN, a bridge that hands up). Nothing else in the kernel's path moves them.
 */
export class LinkCounters implements Stateful, LinkStatistics {
  touchedAt = 0
  readonly #sim: Simulation
  rxPackets = 0
  rxBytes = 0
  rxDropped = 0
  txPackets = 0
  txBytes = 0
  txErrors = 0
  txDropped = 0
  txCarrier = 0

  constructor(sim: Simulation) {
    this.#sim = sim
  }

  /** A packet of so many octets has left by the device. */
  sent(octets: number): void {
    this.#sim.touch(this)
    this.txPackets++
    this.txBytes += octets
  }

  /** A packet of so many octets has come in by the device. */
  received(octets: number): void {
    this.#sim.touch(this)
    this.rxPackets++
    this.rxBytes += octets
  }

  /** A packet that was to leave is lost in the driver. */
  dropSent(): void {
    this.#sim.touch(this)
    this.txDropped++
  }

  /** A packet that came in is lost in the driver. */
  dropReceived(): void {
    this.#sim.touch(this)
    this.rxDropped++
  }

  /** No way for a tunnel's packet (`tx_carrier_errors`). */
  noWay(): void {
    this.#sim.touch(this)
    this.txErrors++
    this.txCarrier++
  }

  capture(): () => void {
    const { rxPackets, rxBytes, rxDropped, txPackets, txBytes, txErrors, txDropped, txCarrier } = this
    return () => {
      this.rxPackets = rxPackets
      this.rxBytes = rxBytes
      this.rxDropped = rxDropped
      this.txPackets = txPackets
      this.txBytes = txBytes
      this.txErrors = txErrors
      this.txDropped = txDropped
      this.txCarrier = txCarrier
    }
  }
}
