import type { Ipv4 } from '../../packet/address.ts'
import type { Simulation } from '../../sim/simulation.ts'
import type { Stateful } from '../../sim/types.ts'
import type { Connection } from './connection.ts'

/** Connections by their four-tuple (the kernel's `ehash`): keyed by the two ports as one number, told apart by the addresses. */
export class ConnectionTable implements Stateful {
  touchedAt = 0
  readonly #sim: Simulation
  #byPorts: Map<number, readonly Connection[]> | null = null

  constructor(sim: Simulation) {
    this.#sim = sim
  }

  find(address: Ipv4, port: number, peerAddress: Ipv4, peerPort: number, ifindex: number): Connection | null {
    const connections = this.#byPorts?.get(peerPort * 65536 + port)
    if (connections === undefined) return null
    for (const c of connections) {
      if (c.address !== address || c.peerAddress !== peerAddress) continue
      if (c.device === 0 || ifindex === 0 || c.device === ifindex) return c
    }
    return null
  }

  add(c: Connection): void {
    this.#sim.touch(this)
    this.#byPorts ??= new Map()
    const key = c.peerPort * 65536 + c.port
    this.#byPorts.set(key, [...(this.#byPorts.get(key) ?? []), c])
  }

  remove(c: Connection): void {
    const key = c.peerPort * 65536 + c.port
    const connections = this.#byPorts?.get(key)
    if (connections === undefined) return
    this.#sim.touch(this)
    const rest = connections.filter((each) => each !== c)
    if (rest.length === 0) this.#byPorts!.delete(key)
    else this.#byPorts!.set(key, rest)
  }

  capture(): () => void {
    const byPorts = this.#byPorts === null ? null : new Map(this.#byPorts)
    return () => {
      this.#byPorts = byPorts
    }
  }
}
