import { KubehopError } from '../../packet/errors.ts'
import type { Chain, Rule, Table } from '../rule.ts'
import { ChainIndex } from './chain-index.ts'
import { RuleCode } from './rule-code.ts'

/** What can be prepared of a chain alone, whatever table it stands in: it outlives changes of other chains. */
export class ChainCode {
  readonly index: ChainIndex | null
  readonly #rules: readonly Rule[]
  /** Made when a packet first comes to the rule. */
  readonly #codes: (RuleCode | undefined)[]

  constructor(chain: Chain) {
    this.#rules = chain.rules
    this.#codes = new Array(chain.rules.length)
    this.index = ChainIndex.build(chain.rules)
  }

  /** The rule at this position, from 0. */
  rule(position: number): RuleCode {
    let code = this.#codes[position]
    if (code === undefined) {
      code = new RuleCode(this.#rules[position]!)
      this.#codes[position] = code
    }
    return code
  }
}

const chainCodes = new WeakMap<Chain, ChainCode>()

function chainCode(chain: Chain): ChainCode {
  let code = chainCodes.get(chain)
  if (code === undefined) {
    code = new ChainCode(chain)
    chainCodes.set(chain, code)
  }
  return code
}

/** A chain in its table: where its jumps lead, and where its counters stand. */
export class TableChain {
  readonly chain: Chain
  readonly name: string
  readonly length: number
  readonly code: ChainCode
  /** Counter key of the policy; the rule at position p (from 1) has `base + p`. */
  readonly base: number
  readonly #table: CompiledTable
  readonly #targets: (TableChain | undefined)[] = []

  constructor(table: CompiledTable, chain: Chain, base: number) {
    this.#table = table
    this.chain = chain
    this.name = chain.name
    this.length = chain.rules.length
    this.code = chainCode(chain)
    this.base = base
  }

  /** The chain to which the rule at this position (from 0) leads. */
  target(position: number, code: RuleCode): TableChain {
    let target = this.#targets[position]
    if (target === undefined) {
      target = this.#table.chain(code.chain)
      if (target === undefined) {
        throw new KubehopError(
          'NO_CHAIN',
          `table ${this.#table.table.name}: ${this.name} leads to ${code.chain}, which does not exist`,
        )
      }
      this.#targets[position] = target
    }
    return target
  }
}

/** A table made ready for packets, chain by chain as they come by. One for all namespaces that have the same table. */
export class CompiledTable {
  readonly table: Table
  readonly #chains = new Map<string, TableChain>()
  /** In the order of their `base`. */
  readonly #ordered: TableChain[] = []
  #nextBase = 0

  private constructor(table: Table) {
    this.table = table
  }

  static #known = new WeakMap<Table, CompiledTable>()

  static of(table: Table): CompiledTable {
    let compiled = CompiledTable.#known.get(table)
    if (compiled === undefined) {
      compiled = new CompiledTable(table)
      CompiledTable.#known.set(table, compiled)
    }
    return compiled
  }

  chain(name: string): TableChain | undefined {
    const known = this.#chains.get(name)
    if (known !== undefined) return known
    const chain = this.table.chains.get(name)
    if (chain === undefined) return undefined
    const made = new TableChain(this, chain, this.#nextBase)
    this.#nextBase += chain.rules.length + 1
    this.#chains.set(name, made)
    this.#ordered.push(made)
    return made
  }

  /** The chain that holds a counter key. */
  chainOfKey(key: number): TableChain {
    let low = 0
    let high = this.#ordered.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.#ordered[middle]!.base <= key) low = middle
      else high = middle - 1
    }
    return this.#ordered[low]!
  }
}
