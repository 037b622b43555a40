import { KubehopError } from '../packet/errors.ts'

declare const timerBrand: unique symbol

/** Names a scheduled event, to cancel it. Never names another event, even after its own has run. */
export type Timer = number & { readonly [timerBrand]: true }

export type Callback = (arg: never) => void

/** Where the event of a slot stands. */
export const Place = { RING: -2, HEAP: -3, CANCELLED: -4 } as const

/** A timer is `generation * SLOTS + slot`, which fits a double exactly. */
const SLOTS = 2 ** 26
const GENERATIONS = 2 ** 27
const NO_SLOT = -1

/**
 * What is to be called for each waiting event, in slots that are used again and again: the queue orders slot numbers,
 * and an established packet path allocates nothing here. Neighbouring fields of a slot share an array, because with
 * millions of events each array that is looked at is one more cache miss.
 */
export class EventSlots {
  /** Decides among equal times: the order of scheduling, or below 0 the order of timers. */
  sequences = new Float64Array(64)
  /** Callback and argument, two entries a slot. */
  #calls: unknown[] = []
  /** Two entries a slot: its generation; and `Place` while in use, the next free slot otherwise. */
  #states = new Int32Array(128)
  #count = 0
  #firstFree = NO_SLOT

  /** A slot for the event. */
  take(run: Callback, arg: unknown, sequence: number, place: number): number {
    let slot = this.#firstFree
    if (slot === NO_SLOT) {
      slot = this.#count
      this.#grow()
      this.#calls.push(run, arg)
    } else {
      this.#firstFree = this.#states[2 * slot + 1]!
      this.#calls[2 * slot] = run
      this.#calls[2 * slot + 1] = arg
    }
    this.#states[2 * slot + 1] = place
    this.sequences[slot] = sequence
    return slot
  }

  /** The handle of the event that stands in the slot. */
  timer(slot: number): Timer {
    return (this.#states[2 * slot]! * SLOTS + slot) as Timer
  }

  /** The slot in which the timer's event waits, or -1 when it has run or was cancelled. */
  find(timer: Timer): number {
    const slot = timer % SLOTS
    if (slot >= this.#count || this.#states[2 * slot] !== Math.floor(timer / SLOTS)) return NO_SLOT
    return this.#states[2 * slot + 1] === Place.CANCELLED ? NO_SLOT : slot
  }

  place(slot: number): number {
    return this.#states[2 * slot + 1]!
  }

  callback(slot: number): Callback {
    return this.#calls[2 * slot] as Callback
  }

  arg(slot: number): unknown {
    return this.#calls[2 * slot + 1]
  }

  /** The slot stays in the queue and is passed over when it comes up. */
  cancel(slot: number): void {
    this.#calls[2 * slot + 1] = undefined
    this.#states[2 * slot + 1] = Place.CANCELLED
  }

  free(slot: number): void {
    this.#calls[2 * slot + 1] = undefined
    const generation = this.#states[2 * slot]! + 1
    this.#states[2 * slot] = generation
    // A slot that has used up its generations is retired, so that no timer ever names two events.
    if (generation === GENERATIONS) {
      this.#states[2 * slot + 1] = Place.CANCELLED
      return
    }
    this.#states[2 * slot + 1] = this.#firstFree
    this.#firstFree = slot
  }

  /** A way back to the present content; works once. */
  capture(): () => void {
    const sequences = this.sequences.slice()
    const calls = this.#calls.slice()
    const states = this.#states.slice()
    const count = this.#count
    const firstFree = this.#firstFree
    return () => {
      this.sequences = sequences
      this.#calls = calls
      this.#states = states
      this.#count = count
      this.#firstFree = firstFree
    }
  }

  #grow(): void {
    if (this.#count === SLOTS) throw new KubehopError('TOO_MANY_EVENTS', `more than ${SLOTS} events wait at once`)
    if (++this.#count <= this.sequences.length) return
    const { sequences, length } = { sequences: this.sequences, length: this.sequences.length * 2 }
    this.sequences = new Float64Array(length)
    this.sequences.set(sequences)
    const states = this.#states
    this.#states = new Int32Array(2 * length)
    this.#states.set(states)
  }
}
