import type { ConntrackEntry, TupleNode } from './entry.ts'
import { hashTuple, type Tuple } from './tuple.ts'
import { zoneIn } from './zone.ts'

const FIRST_BITS = 6

/**
 * The connections of a namespace: a hash table with a chain of tuples in each bucket, where an entry stands twice, once for each
 * direction; and a list of the entries in order of insertion. It knows nothing of time.
 */
export class ConntrackTable {
  /** Entries, not tuples. */
  size = 0
  /** The oldest entry. */
  first: ConntrackEntry | null = null
  #last: ConntrackEntry | null = null
  #buckets: (TupleNode | null)[] = new Array(1 << FIRST_BITS).fill(null)
  /** 32 minus the number of bits of an index: the index is the high bits of a hash. */
  #shift = 32 - FIRST_BITS

  /**
   * The first tuple of the chain that this one may stand in; follow `next`, and compare with `nodeMatches`. A loop of the caller's
   * own, so that it can pass over nodes without a callback.
   */
  chain(hash: number): TupleNode | null {
    return this.#buckets[hash >>> this.#shift] ?? null
  }

  /** @param both false: only the reply direction can be found */
  insert(entry: ConntrackEntry, both: boolean): void {
    if (both) this.#link(entry.original)
    this.#link(entry.reply)
    this.#append(entry)
    if (++this.size > this.#buckets.length) this.#grow()
  }

  remove(entry: ConntrackEntry): void {
    if (entry.original.inTable) this.#unlink(entry.original)
    this.#unlink(entry.reply)
    const { previous, next } = entry
    if (previous === null) this.first = next
    else previous.next = next
    if (next === null) this.#last = previous
    else next.previous = previous
    this.size--
  }

  /** Takes back the last `remove`: the entry still knows its neighbours in the list. */
  restore(entry: ConntrackEntry, both: boolean): void {
    if (both) this.#link(entry.original)
    this.#link(entry.reply)
    if (entry.previous === null) this.first = entry
    else entry.previous.next = entry
    if (entry.next === null) this.#last = entry
    else entry.next.previous = entry
    this.size++
  }

  /**
   * The entries in some of the buckets that a kernel's table would have: `count` of `buckets` in all, from the one of `hash` on, in that
   * order; in each, oldest first. For early drop, which frees only in the neighbourhood of a new entry.
   */
  neighbourhood(hash: number, count: number, buckets: number): ConntrackEntry[][] {
    const scale = buckets / 2 ** 32
    const from = Math.floor((hash >>> 0) * scale)
    const found: ConntrackEntry[][] = []
    for (let i = 0; i < count; i++) {
      const bucket = (from + i) % buckets
      const entries = new Set<ConntrackEntry>()
      // The kernel's bucket is a range of hashes, too: it lies within one or more of ours.
      const lowest = Math.ceil(bucket / scale) >>> this.#shift
      const highest = Math.min(Math.ceil((bucket + 1) / scale) - 1, 2 ** 32 - 1) >>> this.#shift
      for (let index = lowest; index <= highest; index++) {
        for (let node = this.#buckets[index] ?? null; node !== null; node = node.next) {
          if (Math.floor((node.hash >>> 0) * scale) === bucket) entries.add(node.entry)
        }
      }
      found.push([...entries].sort((a, b) => a.id - b.id))
    }
    return found
  }

  #link(node: TupleNode): void {
    node.hash = hashTuple(node, node.zone)
    node.inTable = true
    const index = node.hash >>> this.#shift
    node.next = this.#buckets[index] ?? null
    this.#buckets[index] = node
  }

  #unlink(node: TupleNode): void {
    const index = node.hash >>> this.#shift
    node.inTable = false
    let each = this.#buckets[index] ?? null
    if (each === node) {
      this.#buckets[index] = node.next
      return
    }
    while (each !== null && each.next !== node) each = each.next
    if (each !== null) each.next = node.next
  }

  #append(entry: ConntrackEntry): void {
    entry.previous = this.#last
    entry.next = null
    if (this.#last === null) this.first = entry
    else this.#last.next = entry
    this.#last = entry
  }

  /** Four times as many buckets; chains keep about two tuples. */
  #grow(): void {
    const old = this.#buckets
    this.#shift -= 2
    this.#buckets = new Array(old.length * 4).fill(null)
    for (const head of old) {
      for (let node = head; node !== null; ) {
        const next: TupleNode | null = node.next
        const index = node.hash >>> this.#shift
        node.next = this.#buckets[index] ?? null
        this.#buckets[index] = node
        node = next
      }
    }
  }
}

/** Is this the node of the tuple? `hash` is `hashTuple(tuple, id of the zone)`; almost always it alone says no. */
export function nodeMatches(node: TupleNode, hash: number, tuple: Tuple, zone: number): boolean {
  return (
    node.hash === hash &&
    node.src === tuple.src &&
    node.dst === tuple.dst &&
    node.sport === tuple.sport &&
    node.dport === tuple.dport &&
    node.protocol === tuple.protocol &&
    node.zone === zoneIn(zone, node.direction)
  )
}
