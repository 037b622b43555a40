import { UnsupportedError } from '../../packet/errors.ts'
import { BASE_CHAINS, type Chain, type Policy, type Rule, type Table, type TableName } from '../rule.ts'
import { IptablesError } from '../text/errors.ts'
import { sameRule } from '../text/same-rule.ts'
import { checkChainName } from './chain-name.ts'

/** A chain while it is edited: `rules` is the immutable chain's own array until the first change. */
interface ChainDraft {
  name: string
  policy: Policy | null
  rules: readonly Rule[]
  /** The chain that it was made from, as long as nothing differs from it. */
  original: Chain | null
  owned: boolean
}

const NO_CHAIN = 'No chain/target/match by that name.'
const NO_RULE = 'Bad rule (does a matching rule exist in that chain?).'

/**
 * One transaction on a table: all commands of an iptables call or of an iptables-restore section go to a copy, and `toTable` makes the new
 * immutable table. Chains that nothing touched stay the same objects. Nothing is copied that is not changed.
 *
 * The rules are those of the nf_tables back end (iptables/nft.c): base chains come into being when a command names them.
 */
export class TableEditor {
  readonly name: TableName
  readonly #chains: Map<string, ChainDraft>
  readonly #before: Table | null
  #changed = false
  #sorted = true

  constructor(name: TableName, before: Table | null) {
    this.name = name
    this.#before = before
    this.#chains = new Map()
    if (before !== null) {
      for (const chain of before.chains.values()) {
        const { name: chainName, policy, rules } = chain
        this.#chains.set(chainName, { name: chainName, policy, rules, original: chain, owned: false })
      }
    }
  }

  /** Does the chain exist? */
  has(chain: string): boolean {
    return this.#chains.has(chain)
  }

  /** Is it a base chain of this table, be it there or not? */
  isBase(chain: string): boolean {
    return BASE_CHAINS[this.name].includes(chain)
  }

  /** The rules of a chain, undefined when it does not exist. */
  rules(chain: string): readonly Rule[] | undefined {
    return this.#chains.get(chain)?.rules
  }

  /** Makes a base chain that is not there yet. */
  ensureBase(name: string): void {
    if (this.#chains.has(name) || !this.isBase(name)) return
    this.#add({ name, policy: 'ACCEPT', rules: [], original: null, owned: true })
  }

  /** `-A`: a base chain that is missing is made first. */
  append(chain: string, rules: readonly Rule[]): void {
    const draft = this.#forRules(chain)
    for (const rule of rules) draft.push(rule)
  }

  /**
   * `-I`
   *
   * @param position from 1; one behind the last rule is the end
   */
  insert(chain: string, position: number, rules: readonly Rule[]): void {
    this.checkInsertion(chain, position)
    this.#forRules(chain).splice(position - 1, 0, ...rules)
  }

  /** Fails when there is no such place; a base chain comes into being. */
  checkInsertion(chain: string, position: number): void {
    this.ensureBase(chain)
    if (position > this.#find(chain).rules.length + 1) {
      throw new IptablesError('BAD_POSITION', 'Index of insertion too big.', 'plain')
    }
  }

  /** Fails when there is no such rule to be replaced. */
  checkPosition(chain: string, position: number): void {
    if (position > this.#find(chain).rules.length) {
      throw new IptablesError('BAD_POSITION', 'Index of replacement too big.', 'plain')
    }
  }

  /** `-R`, position from 1. */
  replace(chain: string, position: number, rule: Rule): void {
    this.checkPosition(chain, position)
    this.#forRules(chain)[position - 1] = rule
  }

  /** `-D CHAIN NUMBER`, position from 1. */
  deleteAt(chain: string, position: number): void {
    if (position > this.#find(chain).rules.length)
      throw new IptablesError('BAD_POSITION', 'Index of deletion too big.', 'plain')
    this.#forRules(chain).splice(position - 1, 1)
  }

  /** Deletes the first rule that says the same. */
  deleteRule(chain: string, rule: Rule): void {
    const position = this.positionOf(chain, rule)
    if (position === 0) throw new IptablesError('NO_RULE', NO_RULE, 'plain')
    this.deleteAt(chain, position)
  }

  /** `-C`: where the first rule stands that says the same, from 1; 0 when there is none. */
  positionOf(chain: string, rule: Rule): number {
    const rules = this.#chains.get(chain)?.rules ?? []
    return rules.findIndex((other) => sameRule(other, rule)) + 1
  }

  /** Empties one chain, or all. */
  flush(chain?: string): void {
    if (chain === undefined) {
      for (const name of this.#chains.keys()) this.flush(name)
      return
    }
    this.ensureBase(chain)
    if (this.#find(chain).rules.length > 0) this.#forRules(chain).length = 0
  }

  /** `-N` */
  newChain(name: string): void {
    checkChainName(name)
    if (this.#chains.has(name) || this.isBase(name))
      throw new IptablesError('CHAIN_EXISTS', 'Chain already exists.', 'plain')
    this.#add({ name, policy: null, rules: [], original: null, owned: true })
    this.#sorted = false
  }

  /** Deletes a chain; without a name all user chains, and the base chains that are empty and accept. */
  deleteChain(name?: string): void {
    if (name === undefined) {
      this.#deleteAllChains()
      return
    }
    const draft = this.#find(name)
    if (draft.policy === 'DROP') {
      throw new IptablesError('CHAIN_IN_USE', 'Directory not empty.', 'plain')
    }
    if (draft.rules.length > 0 || this.#isReferenced(name)) throw inUse(name)
    this.#chains.delete(name)
    this.#changed = true
  }

  #deleteAllChains(): void {
    const referenced = new Set<string>()
    for (const { name, rules } of this.#chains.values()) {
      for (const { target } of rules) {
        const to = chainOf(target)
        // among themselves user chains may refer to each other: all of them go, unless a base chain holds on
        if (to !== null) referenced.add(to)
      }
      if (!this.isBase(name) && rules.length > 0) throw inUse(name)
    }
    for (const { name, policy, rules } of [...this.#chains.values()]) {
      const base = policy !== null
      if (base && (rules.length > 0 || policy === 'DROP')) continue
      if (!base && referenced.has(name)) throw inUse(name)
      this.#chains.delete(name)
      this.#changed = true
    }
  }

  /** `-E`: jumps to the chain follow it. Trap: nobody looks at the new name. */
  renameChain(from: string, to: string): void {
    if (this.#chains.has(to) || this.isBase(to)) throw new IptablesError('CHAIN_EXISTS', 'File exists.', 'plain')
    const draft = this.#chains.get(from)
    if (draft === undefined) throw noChain()
    // the kernel does it, and iptables knows no more which chain is which
    if (this.isBase(from)) throw new UnsupportedError(`iptables -E of the base chain ${from}`)
    this.#chains.delete(from)
    this.#chains.set(to, { ...draft, name: to, original: null })
    this.#changed = true
    this.#sorted = false
    for (const chain of [...this.#chains.values()]) {
      if (!chain.rules.some(({ target }) => chainOf(target) === from)) continue
      const rules = this.#forRules(chain.name)
      rules.forEach((rule, i) => {
        if (chainOf(rule.target) === from)
          rules[i] = { ...rule, target: { ...rule.target!, chain: to } as Rule['target'] }
      })
    }
  }

  /** `-P`: ACCEPT or DROP, of a base chain. */
  setPolicy(chain: string, policy: string): void {
    if (policy !== 'ACCEPT' && policy !== 'DROP') throw new IptablesError('BAD_POLICY', 'Bad policy name.', 'plain')
    if (!this.isBase(chain)) throw new IptablesError('NO_CHAIN', 'Bad built-in chain name.', 'plain')
    this.ensureBase(chain)
    const draft = this.#find(chain)
    if (draft.policy === policy) return
    draft.policy = policy
    draft.original = null
    this.#changed = true
  }

  /** Throws away everything, as iptables-restore does at the head of a section. */
  clear(): void {
    this.#chains.clear()
    this.#changed = true
  }

  /** Fails when the chain does not exist; a base chain comes into being. */
  require(chain: string): void {
    this.ensureBase(chain)
    this.#find(chain)
  }

  /** The table as it is now. The same object as before when nothing changed. */
  toTable(): Table {
    if (!this.#changed && this.#before !== null) return this.#before
    const chains = new Map<string, Chain>()
    for (const base of BASE_CHAINS[this.name]) {
      const draft = this.#chains.get(base)
      if (draft !== undefined) chains.set(base, finish(draft))
    }
    for (const draft of this.#userChains()) chains.set(draft.name, finish(draft))
    return { name: this.name, chains }
  }

  #userChains(): ChainDraft[] {
    const drafts = [...this.#chains.values()].filter((draft) => !this.isBase(draft.name))
    return this.#sorted ? drafts : drafts.sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  #find(chain: string): ChainDraft {
    const draft = this.#chains.get(chain)
    if (draft === undefined) throw noChain()
    return draft
  }

  #add(draft: ChainDraft): void {
    this.#chains.set(draft.name, draft)
    this.#changed = true
  }

  /** The chain's rules, to be changed. */
  #forRules(chain: string): Rule[] {
    this.ensureBase(chain)
    const draft = this.#find(chain)
    this.#changed = true
    draft.original = null
    if (!draft.owned) {
      draft.rules = [...draft.rules]
      draft.owned = true
    }
    return draft.rules as Rule[]
  }

  #isReferenced(name: string): boolean {
    for (const { rules } of this.#chains.values()) {
      if (rules.some(({ target }) => chainOf(target) === name)) return true
    }
    return false
  }
}

function finish(draft: ChainDraft): Chain {
  if (draft.original !== null) return draft.original
  // from now on the array belongs to the immutable chain
  draft.owned = false
  draft.original = { name: draft.name, policy: draft.policy, rules: draft.rules }
  return draft.original
}

/** The chain that a target leads to, or null. */
export function chainOf(target: Rule['target']): string | null {
  if (target === null || (target.kind !== 'jump' && target.kind !== 'goto')) return null
  return (target as { kind: string; chain: string }).chain
}

function noChain(): IptablesError {
  return new IptablesError('NO_CHAIN', NO_CHAIN, 'plain')
}

function inUse(chain: string): IptablesError {
  return new IptablesError('CHAIN_IN_USE', ` CHAIN_DEL failed (Device or resource busy): chain ${chain}`, 'kernel')
}
