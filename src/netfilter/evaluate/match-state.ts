import type { Simulation } from '../../sim/simulation.ts'
import type { Stateful } from '../../sim/types.ts'

interface Slot {
  value: object
  readonly clone: (value: never) => object
  epoch: number
}

/** Run-time state of matches and targets in one namespace: `nth` counters, token buckets, lists of `recent`. */
export class MatchState implements Stateful {
  touchedAt = 0
  readonly #sim: Simulation
  #slots = new Map<object | string, Slot>()
  #epoch = 0

  constructor(sim: Simulation) {
    this.#sim = sim
  }

  /** The state under this key, to be read or changed; made on first use. */
  state<T extends object>(key: object | string, create: () => T, clone: (state: T) => T): T {
    this.#sim.touch(this)
    const slot = this.#slots.get(key)
    if (slot === undefined) {
      const value = create()
      this.#slots.set(key, { value, clone, epoch: this.#epoch })
      return value
    }
    if (slot.epoch === this.#epoch) return slot.value as T
    // whoever asks may change it: what was captured stays as it is
    const value = clone(slot.value as T)
    this.#slots.set(key, { value, clone, epoch: this.#epoch })
    return value
  }

  /** The state under this key, to be looked at; undefined when there is none yet. */
  peek(key: object | string): object | undefined {
    return this.#slots.get(key)?.value
  }

  /** What there is state of. */
  keys(): Iterable<object | string> {
    return this.#slots.keys()
  }

  /** The state under this key begins anew. */
  forget(key: object | string): void {
    if (!this.#slots.has(key)) return
    this.#sim.touch(this)
    this.#slots.delete(key)
  }

  capture(): () => void {
    const slots = this.#slots
    const epoch = this.#epoch
    this.#slots = new Map(slots)
    this.#epoch++
    return () => {
      this.#slots = slots
      this.#epoch = epoch
    }
  }
}
