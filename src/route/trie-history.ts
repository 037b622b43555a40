import type { Ipv4, Prefix } from '../packet/address.ts'

/** One thing that happened to the trie of a routing table. */
export interface TrieStep {
  /**
   * `add`, `remove`: the first route to a prefix has come, the last one has gone. `flush`: what is removed until `flushed` goes in one walk
   * over the trie. `split`: `local` leaves the trie that it has shared with `main`.
   */
  readonly kind: 'add' | 'remove' | 'flush' | 'flushed' | 'split'
  /** It is about the table `local`. */
  readonly local: boolean
  readonly address: Ipv4
}

const KINDS = ['add', 'remove', 'flush', 'flushed', 'split'] as const
const LOCAL = 2 ** 32
const KIND = 2 ** 33

/** Routes to prefixes that had none, but for those that a host does not have. The list is shared with other hosts. */
export interface ManyAdded {
  readonly routes: readonly { readonly destination: Ipv4; readonly length: number }[]
  readonly except: readonly Prefix[]
  /** How many there are without the exceptions. */
  readonly count: number
}

/**
 * What has happened to the trie of a table, or to the one that `local` and `main` share: its shape depends on it, in /proc/net/fib_trie. A
 * number for each step, so that it costs little.
 */
export class TrieHistory {
  #steps: (number | ManyAdded)[] = []
  #prefixes = 0

  /** The first route to a prefix has come. */
  add(address: Ipv4, local: boolean): void {
    this.#prefixes++
    this.#push('add', local, address)
  }

  /** The first routes to many prefixes have come to `main`, one after the other. */
  addAll(many: ManyAdded): void {
    this.#prefixes += many.count
    this.#steps.push(many)
  }

  /** The last route to a prefix has gone. */
  remove(address: Ipv4, local: boolean): void {
    this.#prefixes--
    this.#push('remove', local, address)
  }

  get length(): number {
    return this.#steps.length
  }

  /** Forgets the steps from a place on: they were none. */
  cutTo(length: number): void {
    if (this.#steps.length > length) this.#steps.length = length
  }

  /** What is removed until `flushed` goes in one walk. */
  flush(local: boolean): void {
    this.#push('flush', local)
  }

  /** The walk is over. */
  flushed(): void {
    this.#push('flushed', false)
    // nothing is left whose place could depend on the past
    if (this.#prefixes === 0) this.#steps = []
  }

  /** `local` leaves the trie that it has shared with `main`. */
  split(): void {
    this.#push('split', false)
  }

  /** All steps, the first one first. */
  *steps(): Generator<TrieStep> {
    for (const step of this.#steps) {
      if (typeof step !== 'number') {
        for (const { destination: address, length } of step.routes)
          if (!step.except.some((prefix) => prefix.address === address && prefix.length === length))
            yield { kind: 'add', local: false, address }
        continue
      }
      const address = ((step % LOCAL) | 0) as Ipv4
      yield { kind: KINDS[Math.floor(step / KIND)]!, local: Math.floor(step / LOCAL) % 2 === 1, address }
    }
  }

  #push(kind: TrieStep['kind'], local: boolean, address = 0 as Ipv4): void {
    this.#steps.push(KINDS.indexOf(kind) * KIND + (local ? LOCAL : 0) + (address >>> 0))
  }
}
