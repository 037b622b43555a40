/**
 * A binary heap of times and sequence numbers in typed arrays, and nothing else: no callbacks, no cancelling, no clock. What an event loop
 * that keeps equal times in their order can reach at best.
 */
export class BareHeap {
  readonly #times: Float64Array
  readonly #sequences: Float64Array
  #size = 0
  #sequence = 0

  constructor(capacity: number) {
    this.#times = new Float64Array(capacity)
    this.#sequences = new Float64Array(capacity)
  }

  push(time: number): void {
    const times = this.#times
    const sequences = this.#sequences
    let i = this.#size++
    while (i > 0) {
      const parent = (i - 1) >> 1
      const parentTime = times[parent]!
      if (parentTime <= time) break
      times[i] = parentTime
      sequences[i] = sequences[parent]!
      i = parent
    }
    times[i] = time
    sequences[i] = this.#sequence++
  }

  /** Takes out the first time. */
  pop(): number {
    const times = this.#times
    const sequences = this.#sequences
    const first = times[0]!
    const last = --this.#size
    const time = times[last]!
    const sequence = sequences[last]!
    const half = last >> 1
    let i = 0
    while (i < half) {
      let child = 2 * i + 1
      let childTime = times[child]!
      const right = child + 1
      if (right < last) {
        const rightTime = times[right]!
        if (rightTime < childTime || (rightTime === childTime && sequences[right]! < sequences[child]!)) {
          child = right
          childTime = rightTime
        }
      }
      if (childTime > time || (childTime === time && sequences[child]! > sequence)) break
      times[i] = childTime
      sequences[i] = sequences[child]!
      i = child
    }
    times[i] = time
    sequences[i] = sequence
    return first
  }
}
