import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { type LabRecord, parseRecord, type RecordedChain } from '../../src/commands/record/index.ts'
import { restoreTables } from '../../src/netfilter/command/restore.ts'
import { NO_TABLES, type Tables } from '../../src/netfilter/command/tables.ts'
import type { ExtensionDefinition } from '../../src/netfilter/definition.ts'
import { HOOK_NAMES } from '../../src/netfilter/hook.ts'
import { MATCHES } from '../../src/netfilter/match/index.ts'
import { BASE_CHAINS, type Chain, type Rule, TABLE_NAMES, type TableName } from '../../src/netfilter/rule.ts'
import { TARGETS } from '../../src/netfilter/target/index.ts'

/*
 * Every match and target is hit in some lab on each hook and in each table where it can stand, by the kernel's own word: its records say
 * which rules each packet met. A new match or target without labs fails here.
 */

/** What cannot be reached, and why. `*` stands for all places. */
const UNREACHABLE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'match sctp': { '*': "the laboratory's kernel has no SCTP, so no lab can send any" },
  'match -f': {
    INPUT: 'the kernel puts fragments together before INPUT',
    OUTPUT: 'the kernel cuts its own packets behind POSTROUTING',
    nat: 'nat needs conntrack, which puts fragments together first',
  },
  'target DROP': { nat: 'iptables refuses to drop there' },
}

const FOLDER = fileURLToPath(new URL('.', import.meta.url))

/** What was seen of one match or target. */
class Sightings {
  readonly hooks = new Set<string>()
  readonly tables = new Set<string>()
  /** Some packet came by and did not match. */
  missed = false
}

const seen = new Map<string, Sightings>()

function sightings(name: string): Sightings {
  let found = seen.get(name)
  if (found === undefined) {
    found = new Sightings()
    seen.set(name, found)
  }
  return found
}

/** The extensions of a rule, as `match tcp`, `target DNAT`. */
function extensionsOf({ ip, matches, target }: Rule): string[] {
  const names = matches.map(({ kind }) => `match ${kind}`)
  if (ip.fragment?.invert === false) names.push('match -f')
  if (target !== null) names.push(`target ${target.kind}`)
  return names
}

function read(file: string): void {
  const record = parseRecord(readFileSync(FOLDER + file, 'utf8'), file)
  const tables = new Map(Object.entries(record.counters).map(([ns, lines]) => [ns, tablesOf(lines)]))
  for (const { ns, chains } of record.rules) {
    const rules = tables.get(ns)
    if (rules !== undefined) for (const chain of chains) readChain(chain, rules)
  }
}

/** The rules at the end of the lab: one that changes them under way counts only where the targets still agree. */
function tablesOf(lines: LabRecord['counters'][string]): Tables {
  return restoreTables(`${lines.join('\n')}\n`, NO_TABLES, { keepUnsupported: true }).tables
}

function readChain({ table, chain: base, hits }: RecordedChain, tables: Tables): void {
  const chains = tables.get(table as TableName)?.chains
  if (chains === undefined) return
  const entered = new Set([base])
  const hit = new Set<Rule>()
  for (const { chain, pos, target } of hits) {
    const rule = typeof pos === 'number' ? chains.get(chain)?.rules[pos - 1] : undefined
    if (rule === undefined || targetOf(rule) !== target) continue
    hit.add(rule)
    if (rule.target?.kind === 'jump') entered.add(targetOf(rule))
    for (const name of extensionsOf(rule)) {
      const found = sightings(name)
      found.hooks.add(base)
      found.tables.add(table)
    }
  }
  // who came to the policy went by all rules on the way
  if (hits.at(-1)?.pos !== 'policy') return
  for (const name of entered) for (const rule of passedBy(chains.get(name), hit)) rememberMiss(rule)
}

function targetOf({ target }: Rule): string {
  if (target === null) return ''
  return target.kind === 'jump' || target.kind === 'goto'
    ? (target as { chain: string } & typeof target).chain
    : target.kind
}

/** The rules of a chain that was walked to its end and that did not match. */
function passedBy(chain: Chain | undefined, hit: ReadonlySet<Rule>): Rule[] {
  if (chain === undefined) return []
  const ended = chain.rules.some((rule) => hit.has(rule) && ['RETURN', 'goto'].includes(rule.target?.kind ?? ''))
  return ended ? [] : chain.rules.filter((rule) => !hit.has(rule))
}

/** Only of a rule with one match is it clear which one failed. */
function rememberMiss({ ip, matches }: Rule): void {
  const tests = Object.keys(ip).filter((key) => key !== 'protocol')
  if (matches.length === 1 && tests.length === 0) sightings(`match ${matches[0]!.kind}`).missed = true
}

for (const file of readdirSync(FOLDER)) if (file.endsWith('.record.json')) read(file)

/** Where an extension can stand, by hook and by table. */
function placesOf({ hooks, tables }: Pick<ExtensionDefinition, 'hooks' | 'tables'>): string[] {
  const allowed = TABLE_NAMES.filter(
    (table) =>
      (tables === undefined || tables.includes(table)) &&
      BASE_CHAINS[table].some((chain) => hooks === undefined || hooks.includes(chain)),
  )
  const chains = HOOK_NAMES.filter(
    (hook) =>
      (hooks === undefined || hooks.includes(hook)) && allowed.some((table) => BASE_CHAINS[table].includes(hook)),
  )
  return [...chains, ...allowed]
}

function isUnreachable(name: string, place: string): boolean {
  const reasons = UNREACHABLE[name]
  return reasons !== undefined && (reasons['*'] !== undefined || reasons[place] !== undefined)
}

const EXTENSIONS: readonly (readonly [string, ExtensionDefinition])[] = [
  ...[...MATCHES].map(([name, definition]) => [`match ${name}`, definition] as const),
  ['match -f', { options: [] }],
  ...[...TARGETS].map(([name, definition]) => [`target ${name}`, definition] as const),
]

/** What matches every packet cannot miss one. */
const ALWAYS = ['match comment', 'match nfacct']

describe('the labs reach', () => {
  it.each(EXTENSIONS)('%s', (name, definition) => {
    const { hooks, tables, missed } = sightings(name)
    const wanted = placesOf(definition).filter((place) => !isUnreachable(name, place))
    expect(wanted.filter((place) => !hooks.has(place) && !tables.has(place))).toEqual([])
    if (name.startsWith('match ') && name !== 'match -f' && wanted.length > 0 && !ALWAYS.includes(name)) {
      expect(missed, 'some packet that it does not match').toBe(true)
    }
  })

  it('nothing of what is said to be out of reach', () => {
    for (const [name, places] of Object.entries(UNREACHABLE)) {
      const { hooks, tables } = sightings(name)
      for (const place of Object.keys(places)) {
        expect(place === '*' ? [...hooks] : hooks.has(place) || tables.has(place), `${name} in ${place}`).toEqual(
          place === '*' ? [] : false,
        )
      }
    }
  })
})
