/** Nodes by the number of their pods, fewest first, and in the nodes' own order among equals. */
export class NodeHeap {
  readonly #counts: readonly number[]
  /** Node indexes with the counts that they were put in with. */
  readonly #heap: { node: number; count: number }[] = []

  /** @param counts pods of each node by its index; may grow afterwards */
  constructor(counts: readonly number[], nodes: Iterable<number>) {
    this.#counts = counts
    for (const node of nodes) this.push(node)
  }

  push(node: number): void {
    this.#heap.push({ node, count: this.#counts[node]! })
    this.#up(this.#heap.length - 1)
  }

  /** Takes out the node with the fewest pods; undefined when there is none. */
  pop(): number | undefined {
    for (;;) {
      const first = this.#heap[0]
      if (first === undefined) return undefined
      const count = this.#counts[first.node]!
      if (first.count === count) {
        const last = this.#heap.pop()!
        if (this.#heap.length > 0) {
          this.#heap[0] = last
          this.#down(0)
        }
        return first.node
      }
      // It has got pods since it was put in.
      first.count = count
      this.#down(0)
    }
  }

  #less(i: number, j: number): boolean {
    const a = this.#heap[i]!
    const b = this.#heap[j]!
    return a.count < b.count || (a.count === b.count && a.node < b.node)
  }

  #swap(i: number, j: number): void {
    const a = this.#heap[i]!
    this.#heap[i] = this.#heap[j]!
    this.#heap[j] = a
  }

  #up(start: number): void {
    for (let i = start; i > 0; ) {
      const parent = (i - 1) >> 1
      if (!this.#less(i, parent)) return
      this.#swap(i, parent)
      i = parent
    }
  }

  #down(start: number): void {
    for (let i = start; ; ) {
      let least = i
      for (const child of [2 * i + 1, 2 * i + 2]) {
        if (child < this.#heap.length && this.#less(child, least)) least = child
      }
      if (least === i) return
      this.#swap(i, least)
      i = least
    }
  }
}
