import type { FlowKey } from './flow.ts'
import { FibTable, lookupMerged } from './table.ts'
import { TrieHistory } from './trie-history.ts'
import { type FibHost, type Route, TableId } from './types.ts'

/** The routing tables of a namespace (`net->ipv4.fib_table_hash`). A table is made when somebody first tries to put a route into it. */
export class FibTables {
  readonly #tables = new Map<number, FibTable>()
  /** Of the trie of `local` and `main`. */
  readonly #history = new TrieHistory()
  /**
   * As long as nobody has touched the policy rules, `local` and `main` are one trie: the longest prefix of both wins, and whoever asks
   * one of them asks both (`fib_unmerge`, net/ipv4/fib_frontend.c).
   */
  get merged(): boolean {
    return this.#merged
  }
  #merged = true

  /** Somebody has touched the policy rules. */
  split(): void {
    if (this.#merged) this.#history.split()
    this.#merged = false
  }

  /** Removes the routes that the test names, in all tables; nothing is walked over when there are none (`fib_flush`). */
  removeWhere(test: (route: Route) => boolean): number {
    const tables = this.inOrder()
    const marks = tables.map(({ history }) => [history, history.length] as const)
    let removed = 0
    for (const table of tables) removed += table.removeWhere(test)
    if (removed === 0) for (const [history, length] of marks) history.cutTo(length)
    return removed
  }

  get(id: number): FibTable | undefined {
    return this.#tables.get(id === TableId.UNSPEC ? TableId.MAIN : id)
  }

  /** The table, made if there is none (`fib_new_table`). */
  make(id: number): FibTable {
    const found = this.get(id)
    if (found !== undefined) return found
    if (id === TableId.LOCAL && this.merged) this.make(TableId.MAIN)
    const own = id === TableId.UNSPEC ? TableId.MAIN : id
    const table = own === TableId.LOCAL || own === TableId.MAIN ? new FibTable(own, this.#history) : new FibTable(own)
    this.#tables.set(table.id, table)
    return table
  }

  /** A new table with the first number that has none (`fib_empty_table`). */
  makeFirst(): FibTable {
    let id = 1
    while (this.#tables.has(id)) id++
    return this.make(id)
  }

  /** In the order in which the kernel dumps them: 256 hash chains, the youngest first in each. */
  inOrder(): FibTable[] {
    const youngestFirst = [...this.#tables.values()].reverse()
    return youngestFirst.sort((a, b) => (a.id & 255) - (b.id & 255))
  }

  /** The longest prefix in a table, or null. `linkdown`: the host when its devices' linkdown state is to be heeded. */
  lookup(id: number, key: FlowKey, linkdown: FibHost | null): Route | null {
    if (!this.merged || (id !== TableId.LOCAL && id !== TableId.MAIN)) {
      return this.#tables.get(id)?.lookup(key, linkdown) ?? null
    }
    const local = this.#tables.get(TableId.LOCAL)
    const main = this.#tables.get(TableId.MAIN)
    if (main === undefined) return null
    return local === undefined ? main.lookup(key, linkdown) : lookupMerged(local, main, key, linkdown)
  }
}
