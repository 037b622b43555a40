/** A map that many hosts share, without a few keys: each host's view of what is the same on all of them but itself. */
export class MapWithout<K, V> implements ReadonlyMap<K, V> {
  readonly #all: ReadonlyMap<K, V>
  readonly #without: ReadonlySet<K>
  readonly size: number

  /** @param without keys of `all` */
  constructor(all: ReadonlyMap<K, V>, without: ReadonlySet<K>) {
    this.#all = all
    this.#without = without
    this.size = all.size - without.size
  }

  get(key: K): V | undefined {
    return this.#without.has(key) ? undefined : this.#all.get(key)
  }

  has(key: K): boolean {
    return this.#all.has(key) && !this.#without.has(key)
  }

  *entries(): MapIterator<[K, V]> {
    for (const entry of this.#all) if (!this.#without.has(entry[0])) yield entry
  }

  *keys(): MapIterator<K> {
    for (const [key] of this.entries()) yield key
  }

  *values(): MapIterator<V> {
    for (const [, value] of this.entries()) yield value
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries()
  }

  forEach(callback: (value: V, key: K, map: ReadonlyMap<K, V>) => void, thisArg?: unknown): void {
    for (const [key, value] of this.entries()) callback.call(thisArg, value, key, this)
  }
}
