import { LayeredChains } from './layered-chains.ts'
import type { Chain, Table } from './rule.ts'

/**
 * A question about rules that is asked whenever a table is loaded. Answers are remembered: a chain never changes, and what thousands of hosts
 * share is looked at once.
 */
export class ChainQuestion {
  readonly #ask: (chain: Chain) => boolean
  readonly #chains = new WeakMap<Chain, boolean>()
  readonly #shared = new WeakMap<ReadonlyMap<string, Chain>, boolean>()

  constructor(ask: (chain: Chain) => boolean) {
    this.#ask = ask
  }

  /** Is it so for this chain? */
  holds(chain: Chain): boolean {
    let answer = this.#chains.get(chain)
    if (answer === undefined) {
      answer = this.#ask(chain)
      this.#chains.set(chain, answer)
    }
    return answer
  }

  /** Is it so for any chain of the table? */
  holdsForAny({ chains }: Table): boolean {
    if (!(chains instanceof LayeredChains)) return this.#any(chains)
    // what a host hides, or has of its own in its place, may be the very chain: then all are asked
    return this.#any(chains.own) || (this.#anyShared(chains.shared) && this.#any(chains))
  }

  #anyShared(chains: ReadonlyMap<string, Chain>): boolean {
    let answer = this.#shared.get(chains)
    if (answer === undefined) {
      answer = this.#any(chains)
      this.#shared.set(chains, answer)
    }
    return answer
  }

  #any(chains: ReadonlyMap<string, Chain>): boolean {
    for (const chain of chains.values()) if (this.holds(chain)) return true
    return false
  }
}
