import { IPV4_ANY, type Ipv4 } from '../packet/address.ts'
import type { Simulation } from '../sim/simulation.ts'
import type { Stateful } from '../sim/types.ts'

/** What two sockets are compared by when one wants the other's port. */
export interface BoundSocket {
  /** The local address, or 0.0.0.0. */
  readonly address: Ipv4
  /** 1 to 65535; 0 while it has none. */
  readonly port: number
  /** Bound to this device (SO_BINDTODEVICE), or 0. */
  readonly device: number
  /** SO_REUSEADDR */
  readonly reuseAddress: boolean
  /** SO_REUSEPORT */
  readonly reusePort: boolean
}

const NONE: readonly never[] = []

/** Sockets by local port (the kernel's bind hash). Lists are never changed, only replaced, so that a capture copies the map alone. */
export class PortTable<S extends BoundSocket> implements Stateful {
  touchedAt = 0
  readonly #sim: Simulation
  /** Made on first use: most namespaces of a large cluster never hold a socket. */
  #byPort: Map<number, readonly S[]> | null = null

  constructor(sim: Simulation) {
    this.#sim = sim
  }

  /** The sockets of a port, the newest first, as the kernel's hash chains have them. */
  get(port: number): readonly S[] {
    return this.#byPort?.get(port) ?? NONE
  }

  add(socket: S): void {
    this.#sim.touch(this)
    this.#byPort ??= new Map()
    this.#byPort.set(socket.port, [socket, ...this.get(socket.port)])
  }

  remove(socket: S): void {
    const sockets = this.get(socket.port)
    if (!sockets.includes(socket)) return
    this.#sim.touch(this)
    if (sockets.length === 1) this.#byPort!.delete(socket.port)
    else
      this.#byPort!.set(
        socket.port,
        sockets.filter((each) => each !== socket),
      )
  }

  *all(): Generator<S> {
    if (this.#byPort !== null) for (const sockets of this.#byPort.values()) yield* sockets
  }

  capture(): () => void {
    const byPort = this.#byPort === null ? null : new Map(this.#byPort)
    return () => {
      this.#byPort = byPort
    }
  }
}

/**
 * Do the two want the same packets: the same address or one of them any, the same device or one of them any? The first half of
 * `inet_bind_conflict` and `inet_lport_inuse`, before the socket options are asked.
 */
export function overlaps(a: BoundSocket, b: BoundSocket): boolean {
  if (a.device !== 0 && b.device !== 0 && a.device !== b.device) return false
  return a.address === b.address || a.address === IPV4_ANY || b.address === IPV4_ANY
}
