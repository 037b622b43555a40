import type { ExtensionDefinition } from '../definition.ts'
import { MATCHES } from '../match/index.ts'
import type { Chain, Rule, Table } from '../rule.ts'
import { TARGETS } from '../target/index.ts'
import { IptablesError } from '../text/errors.ts'
import { notAllowed } from './check-rule.ts'
import type { Command } from './command.ts'
import { chainOf, type TableEditor } from './table-editor.ts'

/** Jumps and gotos that may follow each other (NFT_JUMP_STACK_SIZE, include/net/netfilter/nf_tables.h), the base chain counting as one. */
const MAX_DEPTH = 16

/** Commands that bring a rule, by the name that iptables-nft has for them. */
const OPERATIONS: { readonly [K in Command['kind']]?: string } = {
  append: 'RULE_APPEND',
  insert: 'RULE_INSERT',
  replace: 'RULE_REPLACE',
}

/** Refuses a rule that leads to a chain that is not there, or to a base chain. */
export function checkReferences(editor: TableEditor, rule: Rule): void {
  const to = chainOf(rule.target)
  if (to === null) return
  if (editor.isBase(to)) throw notAllowed('Operation not supported', to)
  if (!editor.has(to)) throw new IptablesError('NO_TARGET', `Chain '${to}' does not exist`)
}

/** What is found out about a chain: how deep it goes, and for which rules it matters from where it is reached. */
interface ChainFacts {
  /** Chains in a row from here on, this one counting; Infinity on a circle. */
  readonly depth: number
  /** Rules that may not be reached from every base chain. */
  readonly picky: readonly ExtensionDefinition[]
}

/**
 * What the kernel sees only when a whole transaction is there (`nft_chain_validate`): circles, chains nested too deep, and rules in user chains
 * that are reached from a base chain where they may not stand. What no base chain leads to may be as wrong as it likes.
 *
 * @param command what changed the table last: the kernel blames its rule
 */
export function checkTable(table: Table, command?: Command): void {
  const operation = command === undefined ? undefined : OPERATIONS[command.kind]
  const blamed = operation !== undefined && command !== undefined && 'chain' in command ? command.chain : undefined
  const facts = new Map<string, ChainFacts>()
  for (const chain of table.chains.values()) {
    if (chain.policy === null) continue
    const visiting = new Set<string>()
    for (const rule of chain.rules) {
      const to = chainOf(rule.target)
      if (to === null) continue
      const found = chainFacts(table, to, facts, visiting)
      if (found.depth + 1 > MAX_DEPTH) throw notAllowed('Too many links', blamed ?? chain.name, operation)
      if (found.picky.some((definition) => !definition.hooks!.includes(chain.name))) {
        throw notAllowed('Invalid argument', blamed ?? chain.name, operation)
      }
    }
  }
}

function chainFacts(table: Table, name: string, known: Map<string, ChainFacts>, visiting: Set<string>): ChainFacts {
  const before = known.get(name)
  if (before !== undefined) return before
  const chain = table.chains.get(name)
  if (chain === undefined) throw new IptablesError('NO_TARGET', `Chain '${name}' does not exist`)
  // `visiting` is bounded, so that a long row of chains cannot exhaust the stack
  if (visiting.has(name) || visiting.size > MAX_DEPTH) return { depth: Number.POSITIVE_INFINITY, picky: [] }
  visiting.add(name)
  let depth = 0
  const picky = new Set(pickyRules(chain))
  for (const rule of chain.rules) {
    const to = chainOf(rule.target)
    if (to === null) continue
    const found = chainFacts(table, to, known, visiting)
    depth = Math.max(depth, found.depth)
    for (const definition of found.picky) picky.add(definition)
  }
  visiting.delete(name)
  const facts = { depth: depth + 1, picky: [...picky] }
  // what was cut off is not the whole truth about the chains in between
  if (depth !== Number.POSITIVE_INFINITY) known.set(name, facts)
  return facts
}

function pickyRules(chain: Chain): ExtensionDefinition[] {
  const found: ExtensionDefinition[] = []
  for (const { matches, target } of chain.rules) {
    for (const match of matches) {
      const definition = MATCHES.get(match.kind)
      if (definition?.hooks !== undefined) found.push(definition)
    }
    const definition = target === null ? undefined : TARGETS.get(target.kind)
    if (definition?.hooks !== undefined) found.push(definition)
  }
  return found
}
