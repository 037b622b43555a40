import { KubehopError } from '../packet/errors.ts'
import type { RandomStream } from './random.ts'
import type { Stateful } from './types.ts'

/** What a wire is like; left out, it is perfect. */
export interface WireOptions {
  /** Nanoseconds from the last octet sent to the frame's arrival. Default 0. */
  readonly latency?: number
  /** Bits per second. Default: unlimited. */
  readonly bandwidth?: number
  /** Frames that may wait behind the one that is being sent. Default 1000, as `txqueuelen` of a veth. */
  readonly queueLimit?: number
  /** Probability that a frame is lost on the way, 0 to 1. Default 0. */
  readonly loss?: number
  /** Decides losses; needed with `loss`. */
  readonly random?: RandomStream
}

/** In the place of an arrival time: why there is none. */
export const WireDrop = {
  /** The queue in front of the wire was full: the kernel's `QDISC_DROP`. */
  QUEUE_FULL: -1,
  /** Lost on the way. */
  LOST: -2,
} as const

const SECOND = 1_000_000_000
const DEFAULT_QUEUE_LIMIT = 1000

/**
 * One direction of a wire: says when a frame arrives, or that it does not. It holds no frames; whoever asks schedules
 * the arrival.
 *
 * A frame waits until those before it are sent, is sent at the bandwidth, and arrives after the latency. Frames keep
 * their order. The queue drops what comes when it is full (`pfifo`, net/sched/sch_fifo.c). A lost frame has used the
 * wire.
 */
export class WireModel implements Stateful {
  touchedAt = 0
  readonly latency: number
  readonly bandwidth: number
  readonly queueLimit: number
  readonly loss: number
  readonly #random: RandomStream | null
  /**
   * When the wire has sent everything that it was given, in nanoseconds; a fraction, so that rounding does not add up.
   */
  #freeAt = 0
  /** When each frame that may still wait begins to be sent, in order; from `#first` on. */
  #starts: number[] = []
  #first = 0

  /** @throws KubehopError `BAD_WIRE` */
  constructor(options: WireOptions = {}) {
    this.latency = options.latency ?? 0
    this.bandwidth = options.bandwidth ?? Number.POSITIVE_INFINITY
    this.queueLimit = options.queueLimit ?? DEFAULT_QUEUE_LIMIT
    this.loss = options.loss ?? 0
    this.#random = options.random ?? null
    if (!Number.isSafeInteger(this.latency) || this.latency < 0)
      throw bad(`latency ${this.latency}`, 'whole nanoseconds')
    if (!(this.bandwidth > 0)) throw bad(`bandwidth ${this.bandwidth}`, 'bits per second, more than 0')
    if (!Number.isSafeInteger(this.queueLimit) || this.queueLimit < 0) {
      throw bad(`queue limit ${this.queueLimit}`, 'a number of frames')
    }
    if (!(this.loss >= 0 && this.loss <= 1)) throw bad(`loss ${this.loss}`, 'a probability from 0 to 1')
    if (this.loss > 0 && this.#random === null) throw bad('loss without chance', 'give it a random stream')
  }

  /**
   * Sends a frame of so many octets. In a transaction the caller touches the wire before.
   *
   * @param now never less than at the call before
   * @returns when it arrives in whole nanoseconds, or a `WireDrop`
   */
  send(now: number, octets: number): number {
    let sent = now
    if (this.bandwidth !== Number.POSITIVE_INFINITY) {
      const start = Math.max(now, this.#freeAt)
      // A frame that finds the wire free does not wait, whatever the limit of the queue.
      if (start > now && this.queued(now) >= this.queueLimit) return WireDrop.QUEUE_FULL
      sent = start + (octets * 8 * SECOND) / this.bandwidth
      this.#freeAt = sent
      if (start > now) this.#starts.push(start)
    }
    if (this.loss > 0 && this.#random!.chance(this.loss)) return WireDrop.LOST
    return Math.ceil(sent + this.latency)
  }

  /** How many frames wait at this time, the one that is being sent not counted. */
  queued(now: number): number {
    const starts = this.#starts
    while (this.#first < starts.length && starts[this.#first]! <= now) this.#first++
    // Dropping the front costs as much as what is left: only now and then.
    if (this.#first > 1024 || (this.#first > 0 && this.#first === starts.length)) {
      this.#starts = starts.slice(this.#first)
      this.#first = 0
    }
    return this.#starts.length - this.#first
  }

  capture(): () => void {
    const freeAt = this.#freeAt
    const starts = this.#starts.slice(this.#first)
    return () => {
      this.#freeAt = freeAt
      this.#starts = starts
      this.#first = 0
    }
  }
}

function bad(what: string, expected: string): KubehopError {
  return new KubehopError('BAD_WIRE', `a wire cannot have ${what}`, { hint: expected })
}
