/** What packets are told apart by: zeroes where the rule does not ask. */
export interface HashlimitKey {
  src: number
  dst: number
  /** Source port in the high 16 bits, destination port in the low ones. */
  ports: number
}

/** The allowance of one key (`struct dsthash_ent`). */
export interface Allowance extends HashlimitKey {
  credit: number
  /** When credit was last added, virtual nanoseconds. */
  last: number
  /** Forgotten by the next sweep behind this time. */
  expires: number
  /** By octets: how often the credit may still be filled up at once. */
  bursts: number
  next: Allowance | null
}

/** The allowances under one name (`struct xt_hashlimit_htable`), which all rules of a namespace with that name share. */
export class HashlimitTable {
  size = 0
  readonly #buckets: Map<number, Allowance>
  readonly #max: number
  /** Nanoseconds between two sweeps, and when the first was. */
  readonly #interval: number
  readonly #start: number

  constructor(max: number, interval: number, start: number, buckets = new Map<number, Allowance>()) {
    this.#max = max
    this.#interval = interval
    this.#start = start
    this.#buckets = buckets
  }

  /** The allowance of a key, unless it was forgotten meanwhile. */
  find(key: HashlimitKey, now: number): Allowance | null {
    const hash = hashOf(key)
    for (let each = this.#buckets.get(hash) ?? null; each !== null; each = each.next) {
      if (each.src !== key.src || each.dst !== key.dst || each.ports !== key.ports) continue
      if (!this.#forgotten(each, now)) return each
      this.#remove(hash, each)
      return null
    }
    return null
  }

  /** Null: there is no room for one more. */
  add(key: HashlimitKey, credit: number, now: number, bursts: number): Allowance | null {
    if (this.#max > 0 && this.size >= this.#max) this.#sweep(now)
    if (this.#max > 0 && this.size >= this.#max) return null
    const hash = hashOf(key)
    const { src, dst, ports } = key
    const made = { src, dst, ports, credit, last: now, expires: now, bursts, next: this.#buckets.get(hash) ?? null }
    this.#buckets.set(hash, made)
    this.size++
    return made
  }

  clone(): HashlimitTable {
    const buckets = new Map<number, Allowance>()
    for (const [hash, first] of this.#buckets) {
      let copy: Allowance | null = null
      for (const each of chain(first).reverse()) copy = { ...each, next: copy }
      buckets.set(hash, copy!)
    }
    const table = new HashlimitTable(this.#max, this.#interval, this.#start, buckets)
    table.size = this.size
    return table
  }

  /** The kernel sweeps at fixed intervals since the table was made. */
  #forgotten({ expires }: Allowance, now: number): boolean {
    const lastSweep = this.#start + Math.floor((now - this.#start) / this.#interval) * this.#interval
    return expires <= lastSweep
  }

  #sweep(now: number): void {
    for (const [hash, first] of [...this.#buckets]) {
      for (const each of chain(first)) if (this.#forgotten(each, now)) this.#remove(hash, each)
    }
  }

  #remove(hash: number, gone: Allowance): void {
    const first = this.#buckets.get(hash)!
    this.size--
    if (first === gone) {
      if (gone.next === null) this.#buckets.delete(hash)
      else this.#buckets.set(hash, gone.next)
      return
    }
    const before = chain(first).find((each) => each.next === gone)!
    before.next = gone.next
  }
}

function chain(first: Allowance): Allowance[] {
  const all: Allowance[] = []
  for (let each: Allowance | null = first; each !== null; each = each.next) all.push(each)
  return all
}

function hashOf({ src, dst, ports }: HashlimitKey): number {
  let hash = Math.imul(src, 0x9e3779b1)
  hash = Math.imul(((hash << 15) | (hash >>> 17)) ^ dst, 0x85ebca77)
  hash = Math.imul(((hash << 13) | (hash >>> 19)) ^ ports, 0xc2b2ae3d)
  return hash ^ (hash >>> 15)
}
