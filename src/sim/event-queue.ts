import { EventHeap } from './event-heap.ts'
import { type Callback, EventSlots, Place, type Timer } from './event-slots.ts'

/** What `EventQueue.runNext` did. */
export const Ran = { EVENT: 0, EMPTY: 1, LATER: 2 } as const

/** Fewer cancelled events than this are not worth a sweep. */
const SWEEP_FROM = 256
/** More than events are ever scheduled, and nine times as much still fits a double exactly. */
const LEVEL_RANK = 2 ** 49

/**
 * The event queue: a heap for what is due later, and a ring for what is due at once (a frame that crosses a wire
 * without latency), which needs no sorting. The clock is here too, because it moves with the events.
 *
 * A cancelled event stays as an empty slot until it comes up, or until such slots are the greater part of the heap and
 * it is swept.
 */
export class EventQueue {
  /** The time of the event that ran last, integer nanoseconds. */
  now = 0
  /** Events that wait and are not cancelled. */
  pending = 0

  #sequence = 0
  readonly #slots = new EventSlots()
  readonly #heap = new EventHeap(this.#slots)
  /** Cancelled events in the heap. */
  #dead = 0
  /** Slots whose events are due now, first in first out. The length is a power of two. */
  #ring = new Int32Array(64)
  #ringHead = 0
  #ringSize = 0

  /** @param time not before `now` */
  schedule<T>(time: number, run: (arg: T) => void, arg: T): Timer {
    this.pending++
    const slots = this.#slots
    if (time > this.now) {
      const slot = slots.take(run as Callback, arg, this.#sequence++, Place.HEAP)
      this.#heap.push(time, slot)
      return slots.timer(slot)
    }
    const slot = slots.take(run as Callback, arg, 0, Place.RING)
    if (this.#ringSize === this.#ring.length) this.#growRing()
    this.#ring[(this.#ringHead + this.#ringSize++) & (this.#ring.length - 1)] = slot
    return slots.timer(slot)
  }

  /**
   * A timer of the kernel's wheel. Among timers of one tick those of a higher level run first, and within a level the one that was set
   * last: a bucket is a list that grows at its head (`enqueue_timer`, `__run_timers`, kernel/time/timer.c). All run before other events of that time.
   *
   * @param time after `now`
   * @param level of the wheel, 0 to 8
   */
  scheduleTimer<T>(time: number, level: number, run: (arg: T) => void, arg: T): Timer {
    this.pending++
    const slots = this.#slots
    const slot = slots.take(run as Callback, arg, -(level * LEVEL_RANK + ++this.#sequence), Place.HEAP)
    this.#heap.push(time, slot)
    return slots.timer(slot)
  }

  /** False when the event has run already, or was cancelled before. */
  cancel(timer: Timer): boolean {
    const slots = this.#slots
    const slot = slots.find(timer)
    if (slot < 0) return false
    this.pending--
    const place = slots.place(slot)
    slots.cancel(slot)
    if (place === Place.HEAP && ++this.#dead > SWEEP_FROM && this.#dead > this.#heap.size >> 1) {
      this.#heap.sweep(
        (each) => slots.place(each) === Place.CANCELLED,
        (each) => slots.free(each),
      )
      this.#dead = 0
    }
    return true
  }

  /** Runs the next event unless it is later than `limit`; moves the clock to its time first. */
  runNext(limit: number): number {
    const slots = this.#slots
    for (;;) {
      let slot: number
      const time = this.#heap.firstTime
      // An event of the heap that is due now was scheduled before the clock came here, so before all of the ring.
      if (this.#ringSize > 0 && time > this.now) {
        if (this.now > limit) return Ran.LATER
        slot = this.#ring[this.#ringHead]!
        this.#ringHead = (this.#ringHead + 1) & (this.#ring.length - 1)
        this.#ringSize--
        if (slots.place(slot) === Place.CANCELLED) {
          slots.free(slot)
          continue
        }
      } else if (this.#heap.size > 0) {
        slot = this.#heap.firstSlot
        if (slots.place(slot) === Place.CANCELLED) {
          this.#heap.pop()
          this.#dead--
          slots.free(slot)
          continue
        }
        if (time > limit) return Ran.LATER
        this.#heap.pop()
        this.now = time
      } else return Ran.EMPTY
      const run = slots.callback(slot)
      const arg = slots.arg(slot)
      slots.free(slot)
      this.pending--
      run(arg as never)
      return Ran.EVENT
    }
  }

  /** The time of the next event, or infinity. */
  nextTime(): number {
    const slots = this.#slots
    while (this.#ringSize > 0) {
      const slot = this.#ring[this.#ringHead]!
      if (slots.place(slot) !== Place.CANCELLED) return this.now
      slots.free(slot)
      this.#ringHead = (this.#ringHead + 1) & (this.#ring.length - 1)
      this.#ringSize--
    }
    while (this.#heap.size > 0 && slots.place(this.#heap.firstSlot) === Place.CANCELLED) {
      slots.free(this.#heap.firstSlot)
      this.#heap.pop()
      this.#dead--
    }
    return this.#heap.firstTime
  }

  /** A way back to the present content and time; works once. */
  capture(): () => void {
    const restoreSlots = this.#slots.capture()
    const restoreHeap = this.#heap.capture()
    const { now, pending } = this
    const sequence = this.#sequence
    const dead = this.#dead
    const ring = this.#ring.slice()
    const ringHead = this.#ringHead
    const ringSize = this.#ringSize
    return () => {
      restoreSlots()
      restoreHeap()
      this.now = now
      this.pending = pending
      this.#sequence = sequence
      this.#dead = dead
      this.#ring = ring
      this.#ringHead = ringHead
      this.#ringSize = ringSize
    }
  }

  #growRing(): void {
    const ring = this.#ring
    this.#ring = new Int32Array(ring.length * 2)
    this.#ring.set(ring.subarray(this.#ringHead))
    this.#ring.set(ring.subarray(0, this.#ringHead), ring.length - this.#ringHead)
    this.#ringHead = 0
  }
}
