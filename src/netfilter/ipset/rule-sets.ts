import type { SetMatch } from '../match/set.ts'
import type { Chain, Rule } from '../rule.ts'
import type { SetTarget } from '../target/set.ts'
import { IptablesError } from '../text/errors.ts'

/** The names of the sets that a rule speaks of, each as often as it does. */
export function* setsOfRule({ matches, target }: Rule): Generator<string, void, undefined> {
  for (const match of matches) if (match.kind === 'set') yield (match as SetMatch).set
  if (target?.kind !== 'SET') return
  const { add, del } = target as SetTarget
  if (add !== undefined) yield add.set
  if (del !== undefined) yield del.set
}

/** Refuses a rule that speaks of a set that is not there, in iptables' words. @throws IptablesError `NO_SET` */
export function requireSets(rule: Rule, sets: { get(name: string): unknown }): void {
  for (const name of setsOfRule(rule)) {
    if (sets.get(name) === undefined) throw new IptablesError('NO_SET', `Set ${name} doesn't exist.\n`)
  }
}

const NONE: ReadonlyMap<string, number> = new Map()
const known = new WeakMap<Chain, ReadonlyMap<string, number>>()

/** How often the rules of a chain speak of each set. */
export function setsOfChain(chain: Chain): ReadonlyMap<string, number> {
  let sets = known.get(chain)
  if (sets === undefined) {
    let counts: Map<string, number> | undefined
    for (const rule of chain.rules) {
      for (const name of setsOfRule(rule)) {
        counts ??= new Map()
        counts.set(name, (counts.get(name) ?? 0) + 1)
      }
    }
    sets = counts ?? NONE
    known.set(chain, sets)
  }
  return sets
}
