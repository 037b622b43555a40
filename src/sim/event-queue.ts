import { KubehopError } from '../packet/errors.ts'

declare const timerBrand: unique symbol

/** Names a scheduled event, to cancel it. Never names another event, even after its own has run. */
export type Timer = number & { readonly [timerBrand]: true }

/** What `EventQueue.runNext` did. */
export const Ran = { EVENT: 0, EMPTY: 1, LATER: 2 } as const

type Callback = (arg: never) => void

/** A timer is `generation * SLOTS + slot`, which fits a double exactly. */
const SLOTS = 2 ** 26
const GENERATIONS = 2 ** 27
const NO_SLOT = -1
/** Fewer cancelled events than this are not worth a sweep. */
const SWEEP_FROM = 256

/**
 * The event queue: a binary heap over typed arrays, ordered by time and then by the order of scheduling, and a ring for the
 * events that are due at once (a frame that crosses a wire without latency), which need no sorting.
 *
 * The callback and its argument stand in a slot; heap and ring carry the slot's number. Slots are used again, so an
 * established packet path allocates nothing here. A cancelled event stays as an empty slot until it comes up, or until empty
 * slots are the greater part of the heap and it is swept.
 */
export class EventQueue {
  /** The clock: the time of the event that ran last, integer nanoseconds. */
  now = 0
  /** Events that wait and are not cancelled. */
  pending = 0

  #sequence = 0

  // the heap: three parallel arrays
  #times = new Float64Array(64)
  #sequences = new Float64Array(64)
  #slots = new Int32Array(64)
  #size = 0
  /** Cancelled events in the heap. */
  #dead = 0

  // the ring: all of it is due now. The length is a power of two.
  #ringSlots = new Int32Array(64)
  #ringHead = 0
  #ringSize = 0

  // the slots
  #callbacks: (Callback | null)[] = []
  #args: unknown[] = []
  #generations = new Int32Array(64)
  /** 1: the slot's event stands in the ring. */
  #inRing = new Uint8Array(64)
  #nextFree = new Int32Array(64)
  #firstFree = NO_SLOT

  /** @param time not before `now` */
  schedule<T>(time: number, run: (arg: T) => void, arg: T): Timer {
    const slot = this.#takeSlot(run as Callback, arg)
    this.pending++
    if (time === this.now) {
      this.#inRing[slot] = 1
      this.#ringPush(slot)
    } else {
      this.#inRing[slot] = 0
      this.#heapPush(time, this.#sequence++, slot)
    }
    return (this.#generations[slot]! * SLOTS + slot) as Timer
  }

  /** False when the event has run already, or was cancelled before. */
  cancel(timer: Timer): boolean {
    const slot = timer % SLOTS
    if (slot >= this.#callbacks.length || this.#generations[slot] !== Math.floor(timer / SLOTS)) return false
    if (this.#callbacks[slot] === null) return false
    this.#callbacks[slot] = null
    this.#args[slot] = undefined
    this.pending--
    if (this.#inRing[slot] === 0) {
      this.#dead++
      if (this.#dead > SWEEP_FROM && this.#dead > this.#size >> 1) this.#sweep()
    }
    return true
  }

  /** Runs the next event unless it is later than `limit`; moves the clock to its time first. */
  runNext(limit: number): number {
    for (;;) {
      let slot: number
      if (this.#ringSize > 0 && !this.#heapGoesFirst()) {
        if (this.now > limit) return Ran.LATER
        const head = this.#ringHead
        slot = this.#ringSlots[head]!
        this.#ringHead = (head + 1) & (this.#ringSlots.length - 1)
        this.#ringSize--
      } else if (this.#size > 0) {
        slot = this.#slots[0]!
        const time = this.#times[0]!
        if (this.#callbacks[slot] !== null) {
          if (time > limit) return Ran.LATER
          this.now = time
        } else this.#dead--
        this.#heapPop()
      } else return Ran.EMPTY
      const run = this.#callbacks[slot]!
      const arg = this.#args[slot]
      this.#freeSlot(slot)
      if (run === null) continue
      this.pending--
      run(arg as never)
      return Ran.EVENT
    }
  }

  /** Does an event wait that is not later than `limit`? */
  hasBefore(limit: number): boolean {
    for (let i = 0; i < this.#ringSize; i++) {
      if (this.#callbacks[this.#ringSlots[(this.#ringHead + i) & (this.#ringSlots.length - 1)]!] !== null) {
        return this.now <= limit
      }
    }
    while (this.#size > 0 && this.#callbacks[this.#slots[0]!] === null) {
      this.#dead--
      this.#freeSlot(this.#slots[0]!)
      this.#heapPop()
    }
    return this.#size > 0 && this.#times[0]! <= limit
  }

  /** A way back to the present content and time. */
  capture(): () => void {
    const { now, pending } = this
    const sequence = this.#sequence
    const size = this.#size
    const dead = this.#dead
    const times = this.#times.slice(0, size)
    const sequences = this.#sequences.slice(0, size)
    const slots = this.#slots.slice(0, size)
    const ringSlots = this.#ringSlots.slice()
    const ringHead = this.#ringHead
    const ringSize = this.#ringSize
    const callbacks = this.#callbacks.slice()
    const args = this.#args.slice()
    const generations = this.#generations.slice()
    const inRing = this.#inRing.slice()
    const nextFree = this.#nextFree.slice()
    const firstFree = this.#firstFree
    return () => {
      this.now = now
      this.pending = pending
      this.#sequence = sequence
      this.#times.set(times)
      this.#sequences.set(sequences)
      this.#slots.set(slots)
      this.#size = size
      this.#dead = dead
      this.#ringSlots = ringSlots
      this.#ringHead = ringHead
      this.#ringSize = ringSize
      this.#callbacks = callbacks
      this.#args = args
      this.#generations = generations
      this.#inRing = inRing
      this.#nextFree = nextFree
      this.#firstFree = firstFree
    }
  }

  /**
   * An event of the heap that is due now was scheduled before the clock came here, so before all of the ring; that is why the ring
   * needs no sequence numbers.
   */
  #heapGoesFirst(): boolean {
    return this.#size > 0 && this.#times[0]! <= this.now
  }

  #heapPush(time: number, sequence: number, slot: number): void {
    if (this.#size === this.#times.length) {
      this.#times = grown(this.#times, new Float64Array(this.#size * 2))
      this.#sequences = grown(this.#sequences, new Float64Array(this.#size * 2))
      this.#slots = grown(this.#slots, new Int32Array(this.#size * 2))
    }
    const times = this.#times
    const sequences = this.#sequences
    const slots = this.#slots
    let i = this.#size++
    // The new event has the highest sequence number: among equal times it stays below.
    while (i > 0) {
      const parent = (i - 1) >> 1
      const parentTime = times[parent]!
      if (parentTime <= time) break
      times[i] = parentTime
      sequences[i] = sequences[parent]!
      slots[i] = slots[parent]!
      i = parent
    }
    times[i] = time
    sequences[i] = sequence
    slots[i] = slot
  }

  /** Removes the first event of the heap. */
  #heapPop(): void {
    const last = --this.#size
    this.#sink(0, this.#times[last]!, this.#sequences[last]!, this.#slots[last]!)
  }

  /** Puts an event into the hole at `i`, or below it. */
  #sink(i: number, time: number, sequence: number, slot: number): void {
    const times = this.#times
    const sequences = this.#sequences
    const slots = this.#slots
    const size = this.#size
    const half = size >> 1
    while (i < half) {
      let child = 2 * i + 1
      let childTime = times[child]!
      const right = child + 1
      if (right < size) {
        const rightTime = times[right]!
        if (rightTime < childTime || (rightTime === childTime && sequences[right]! < sequences[child]!)) {
          child = right
          childTime = rightTime
        }
      }
      if (childTime > time || (childTime === time && sequences[child]! > sequence)) break
      times[i] = childTime
      sequences[i] = sequences[child]!
      slots[i] = slots[child]!
      i = child
    }
    times[i] = time
    sequences[i] = sequence
    slots[i] = slot
  }

  /** Throws the cancelled events out of the heap and orders it anew. */
  #sweep(): void {
    const times = this.#times
    const sequences = this.#sequences
    const slots = this.#slots
    let kept = 0
    for (let i = 0; i < this.#size; i++) {
      const slot = slots[i]!
      if (this.#callbacks[slot] === null) {
        this.#freeSlot(slot)
        continue
      }
      times[kept] = times[i]!
      sequences[kept] = sequences[i]!
      slots[kept++] = slot
    }
    this.#size = kept
    this.#dead = 0
    for (let i = (kept >> 1) - 1; i >= 0; i--) this.#sink(i, times[i]!, sequences[i]!, slots[i]!)
  }

  #ringPush(slot: number): void {
    const length = this.#ringSlots.length
    if (this.#ringSize === length) {
      this.#ringSlots = unrolled(this.#ringSlots, this.#ringHead)
      this.#ringHead = 0
    }
    const tail = (this.#ringHead + this.#ringSize++) & (this.#ringSlots.length - 1)
    this.#ringSlots[tail] = slot
  }

  #takeSlot(run: Callback, arg: unknown): number {
    const slot = this.#firstFree
    if (slot === NO_SLOT) return this.#newSlot(run, arg)
    this.#firstFree = this.#nextFree[slot]!
    this.#callbacks[slot] = run
    this.#args[slot] = arg
    return slot
  }

  #newSlot(run: Callback, arg: unknown): number {
    const slot = this.#callbacks.length
    if (slot === SLOTS) throw new KubehopError('TOO_MANY_EVENTS', `more than ${SLOTS} events wait at once`)
    if (slot === this.#generations.length) {
      this.#generations = grown(this.#generations, new Int32Array(slot * 2))
      this.#inRing = grown(this.#inRing, new Uint8Array(slot * 2))
      this.#nextFree = grown(this.#nextFree, new Int32Array(slot * 2))
    }
    this.#callbacks.push(run)
    this.#args.push(arg)
    return slot
  }

  #freeSlot(slot: number): void {
    this.#callbacks[slot] = null
    this.#args[slot] = undefined
    const generation = this.#generations[slot]! + 1
    this.#generations[slot] = generation
    // A slot that has used up its generations is retired, so that no timer ever names two events.
    if (generation === GENERATIONS) return
    this.#nextFree[slot] = this.#firstFree
    this.#firstFree = slot
  }
}

function grown<A extends Float64Array | Int32Array | Uint8Array>(from: A, to: A): A {
  to.set(from)
  return to
}

/** Copies a full ring so that its head comes first. */
function unrolled(from: Int32Array, head: number): Int32Array<ArrayBuffer> {
  const to = new Int32Array(from.length * 2)
  to.set(from.subarray(head))
  to.set(from.subarray(0, head), from.length - head)
  return to
}
