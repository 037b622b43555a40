import type { Chain } from './rule.ts'

const NOTHING_HIDDEN: ReadonlySet<string> = new Set()

/**
 * Chains of one host over chains that many hosts share: what both have is the host's. The shared map is only referred
 * to, so a thousand hosts with the same ten thousand chains hold them once. Iterates in iptables-save's order: base
 * chains, then user chains by name.
 */
export class LayeredChains implements ReadonlyMap<string, Chain> {
  readonly shared: ReadonlyMap<string, Chain>
  readonly own: ReadonlyMap<string, Chain>
  /** Shared chains that this host does not have. */
  readonly hidden: ReadonlySet<string>
  readonly size: number

  /**
   * @param shared user chains by name, in the order of their names
   * @param own base chains in iptables-save's order, then user chains in the order of their names
   * @param hidden names of `shared` alone
   */
  constructor(
    shared: ReadonlyMap<string, Chain>,
    own: ReadonlyMap<string, Chain>,
    hidden: ReadonlySet<string> = NOTHING_HIDDEN,
  ) {
    this.shared = shared
    this.own = own
    this.hidden = hidden
    let size = shared.size
    for (const name of own.keys()) if (!shared.has(name)) size++
    for (const name of hidden) if (!own.has(name)) size--
    this.size = size
  }

  get(name: string): Chain | undefined {
    return this.own.get(name) ?? (this.hidden.has(name) ? undefined : this.shared.get(name))
  }

  has(name: string): boolean {
    return this.own.has(name) || (this.shared.has(name) && !this.hidden.has(name))
  }

  *#visible(): MapIterator<Chain> {
    for (const chain of this.shared.values()) if (!this.hidden.has(chain.name)) yield chain
  }

  *values(): MapIterator<Chain> {
    const shared = this.hidden.size === 0 ? this.shared.values() : this.#visible()
    let below = shared.next()
    for (const chain of this.own.values()) {
      if (chain.policy === null) {
        while (below.done !== true && below.value.name < chain.name) {
          yield below.value
          below = shared.next()
        }
        if (below.done !== true && below.value.name === chain.name) below = shared.next()
      }
      yield chain
    }
    while (below.done !== true) {
      yield below.value
      below = shared.next()
    }
  }

  *keys(): MapIterator<string> {
    for (const chain of this.values()) yield chain.name
  }

  *entries(): MapIterator<[string, Chain]> {
    for (const chain of this.values()) yield [chain.name, chain]
  }

  [Symbol.iterator](): MapIterator<[string, Chain]> {
    return this.entries()
  }

  forEach(callback: (chain: Chain, name: string, map: ReadonlyMap<string, Chain>) => void, thisArg?: unknown): void {
    for (const chain of this.values()) callback.call(thisArg, chain, chain.name, this)
  }
}
