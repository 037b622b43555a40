import type { EventSlots } from './event-slots.ts'

/**
 * A binary heap of slots in typed arrays, ordered by time and, among equal times, by the slots' sequence numbers. These
 * are looked at only when times are equal, so they stay out of the heap's own arrays: less to move.
 */
export class EventHeap {
  size = 0
  /** Beyond the end stands infinity, so that a missing right child needs no test. */
  #times = new Float64Array(64).fill(Number.POSITIVE_INFINITY)
  #slots = new Int32Array(64)
  readonly #events: EventSlots

  constructor(events: EventSlots) {
    this.#events = events
  }

  /** Time of the first event; infinity when there is none. */
  get firstTime(): number {
    return this.#times[0]!
  }

  /** Slot of the first event. */
  get firstSlot(): number {
    return this.#slots[0]!
  }

  push(time: number, slot: number): void {
    // One place more than the events need, for the infinity beyond the end.
    if (this.size + 2 > this.#times.length) this.#grow()
    const times = this.#times
    const slots = this.#slots
    const sequences = this.#events.sequences
    let i = this.size++
    while (i > 0) {
      const parent = (i - 1) >> 1
      const parentTime = times[parent]!
      if (parentTime <= time && (parentTime < time || sequences[slots[parent]!]! < sequences[slot]!)) break
      times[i] = parentTime
      slots[i] = slots[parent]!
      i = parent
    }
    times[i] = time
    slots[i] = slot
  }

  /** Removes the first event. */
  pop(): void {
    const last = --this.size
    const time = this.#times[last]!
    this.#times[last] = Number.POSITIVE_INFINITY
    if (last > 0) this.#sink(0, time, this.#slots[last]!)
  }

  /** Removes the events for which `dead` holds, each with a call of `removed`, and orders the rest anew. */
  sweep(dead: (slot: number) => boolean, removed: (slot: number) => void): void {
    const times = this.#times
    const slots = this.#slots
    let kept = 0
    for (let i = 0; i < this.size; i++) {
      const slot = slots[i]!
      if (dead(slot)) {
        removed(slot)
        continue
      }
      times[kept] = times[i]!
      slots[kept++] = slot
    }
    times.fill(Number.POSITIVE_INFINITY, kept, this.size)
    this.size = kept
    for (let i = (kept >> 1) - 1; i >= 0; i--) this.#sink(i, times[i]!, slots[i]!)
  }

  /** A way back to the present content; works once. */
  capture(): () => void {
    const size = this.size
    const times = this.#times.slice()
    const slots = this.#slots.slice()
    return () => {
      this.size = size
      this.#times = times
      this.#slots = slots
    }
  }

  /** Puts an event into the hole at `i`, or below it. */
  #sink(i: number, time: number, slot: number): void {
    const times = this.#times
    const slots = this.#slots
    const sequences = this.#events.sequences
    const size = this.size
    let child = 2 * i + 1
    while (child < size) {
      let childTime = times[child]!
      const rightTime = times[child + 1]!
      if (rightTime <= childTime) {
        if (rightTime < childTime || sequences[slots[child + 1]!]! < sequences[slots[child]!]!) {
          child++
          childTime = rightTime
        }
      }
      if (childTime >= time && (childTime > time || sequences[slots[child]!]! > sequences[slot]!)) break
      times[i] = childTime
      slots[i] = slots[child]!
      i = child
      child = 2 * i + 1
    }
    times[i] = time
    slots[i] = slot
  }

  #grow(): void {
    const { times, slots } = { times: this.#times, slots: this.#slots }
    this.#times = new Float64Array(times.length * 2).fill(Number.POSITIVE_INFINITY, times.length)
    this.#times.set(times)
    this.#slots = new Int32Array(slots.length * 2)
    this.#slots.set(slots)
  }
}
