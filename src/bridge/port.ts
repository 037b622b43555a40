import type { Link } from '../netns/link.ts'

/** The settings of a port, by iproute2's names (`ip link set DEV type bridge_slave …`). */
export interface PortSettings {
  /** Frames may leave by the port that they came in on. */
  readonly hairpin: boolean
  /** Isolated ports do not talk to each other. */
  readonly isolated: boolean
  readonly learning: boolean
  /** Frames to unknown unicast addresses leave by this port. */
  readonly flood: boolean
  readonly mcast_flood: boolean
  readonly bcast_flood: boolean
  /** `ip link set … type bridge_slave state`: 0 disabled, 3 forwarding. */
  readonly state: number
  /** For the spanning tree alone, 0 to 63. */
  readonly priority: number
  /** For the spanning tree alone, 1 to 65535. */
  readonly cost: number
}

/** `BR_STATE_FORWARDING`, `BR_STATE_BLOCKING` (include/uapi/linux/if_bridge.h). */
export const FORWARDING = 3
export const BLOCKING = 4

/** What a port has when it joins: forwarding, learning and flooding, without hairpin (`new_nbp` in net/bridge/br_if.c). */
export const DEFAULT_PORT_SETTINGS: PortSettings = Object.freeze({
  hairpin: false,
  isolated: false,
  learning: true,
  flood: true,
  mcast_flood: true,
  bcast_flood: true,
  state: FORWARDING,
  priority: 32,
  cost: 2,
})

/** A device that belongs to a bridge (`struct net_bridge_port`). */
export class BridgePort {
  readonly link: Link
  /** 1, 2, …: the number that `bridge link` and brctl show. */
  readonly number: number
  settings: PortSettings = DEFAULT_PORT_SETTINGS
  /** Virtual time when it last began to forward, in nanoseconds. */
  forwardingSince = 0

  constructor(link: Link, number: number) {
    this.link = link
    this.number = number
    // the spanning tree's cost of ten gigabits a second, or of nobody knows what (`port_cost`, net/bridge/br_if.c)
    if (link.speed !== 10_000) this.settings = { ...DEFAULT_PORT_SETTINGS, cost: 100 }
  }

  /** Does it take part in forwarding: set so, up, and with a carrier? */
  get forwarding(): boolean {
    return this.settings.state === FORWARDING && this.link.running
  }
}
