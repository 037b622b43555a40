import type { ConntrackEntry } from './entry.ts'
import type { Tuple } from './tuple.ts'

const FIRST_BITS = 4

/**
 * Entries whose source translation is decided, by the source that their opener really has (`nf_nat_bysource`,
 * net/netfilter/nf_nat_core.c): a source that is translated already keeps its translation for other destinations. Newest first.
 */
export class SourceIndex {
  #size = 0
  #buckets: (ConntrackEntry | null)[] = new Array(1 << FIRST_BITS).fill(null)
  #shift = 32 - FIRST_BITS

  /**
   * The first of the entries that may have this source; follow `nextOfSource`, and compare with `sameSource`.
   *
   * @param zone the id of it in the original direction
   */
  chain(tuple: Tuple, zone: number): ConntrackEntry | null {
    return this.#buckets[hashSource(tuple, zone) >>> this.#shift] ?? null
  }

  add(entry: ConntrackEntry): void {
    this.#link(entry)
    if (++this.#size > this.#buckets.length) this.#grow()
  }

  remove(entry: ConntrackEntry): void {
    const index = hashSource(entry.original, entry.original.zone) >>> this.#shift
    let each = this.#buckets[index] ?? null
    if (each === entry) this.#buckets[index] = entry.nextOfSource
    else {
      while (each !== null && each.nextOfSource !== entry) each = each.nextOfSource
      if (each === null) return
      each.nextOfSource = entry.nextOfSource
    }
    entry.nextOfSource = null
    this.#size--
  }

  /** By falling number, so that an entry which a rollback puts back stands where it stood. */
  #link(entry: ConntrackEntry): void {
    const index = hashSource(entry.original, entry.original.zone) >>> this.#shift
    let before: ConntrackEntry | null = null
    let after = this.#buckets[index] ?? null
    while (after !== null && after.id > entry.id) {
      before = after
      after = after.nextOfSource
    }
    entry.nextOfSource = after
    if (before === null) this.#buckets[index] = entry
    else before.nextOfSource = entry
  }

  #grow(): void {
    const old = this.#buckets
    this.#shift -= 2
    this.#buckets = new Array(old.length * 4).fill(null)
    for (const head of old) {
      const entries: ConntrackEntry[] = []
      for (let entry = head; entry !== null; entry = entry.nextOfSource) entries.push(entry)
      // the oldest first, so that each becomes the first of its bucket: one socket may have a hundred thousand peers
      for (const entry of entries.reverse()) this.#link(entry)
    }
  }
}

/** Does the entry's opener have the source of this tuple? */
export function sameSource(entry: ConntrackEntry, tuple: Tuple, zone: number): boolean {
  const own = entry.original
  return own.src === tuple.src && own.sport === tuple.sport && own.protocol === tuple.protocol && own.zone === zone
}

function hashSource(tuple: Tuple, zone: number): number {
  let h = Math.imul(tuple.src, 0x9e3779b1)
  h = Math.imul(((h << 15) | (h >>> 17)) ^ tuple.sport, 0x85ebca77)
  h ^= (h >>> 15) ^ tuple.protocol ^ (zone << 8)
  return Math.imul(h, 0x27d4eb2f)
}
