import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { restoreTables, unsupportedPart } from '../../src/netfilter/command/restore.ts'
import { NO_TABLES } from '../../src/netfilter/command/tables.ts'
import { printRule } from '../../src/netfilter/text/rule-printer.ts'
import { readIptables } from '../../src/snapshot/parse/iptables/index.ts'
import { ruleText, tablesText } from '../support/rule-arbitraries.ts'
import { grammarRule } from '../support/rule-grammar.ts'

/*
 * Rules written at random and loaded with the real iptables-restore: what is read from the real `-L -n -v`, `-S` and `nft list ruleset` are the
 * rules of the real iptables-save, but for those of which the print does not say all. None is another rule.
 */

const available =
  process.getuid?.() === 0 && spawnSync('unshare', ['--net', '--mount', 'iptables-nft', '--version']).status === 0
const folder = available ? mkdtempSync(join(tmpdir(), 'kubehop-pasted-')) : ''
afterAll(() => {
  if (available) rmSync(folder, { recursive: true })
})

const SEED = Number(process.env.KUBEHOP_SEED ?? 7)
const RUNS = Number(process.env.KUBEHOP_RUNS ?? 40)
const TABLES = ['raw', 'mangle', 'nat', 'filter', 'security'] as const

type Backend = 'nft' | 'legacy'
type Prints = { readonly [form: string]: string }

/** Each text alone in the tables of one namespace; null: the real iptables-restore refused it. */
function ask(backend: Backend, texts: readonly string[]): (Prints | null)[] {
  texts.forEach((text, i) => {
    writeFileSync(join(folder, `${i}.in`), text)
  })
  const program = `iptables-${backend}`
  const lists = TABLES.map(
    (table) => `${program} -t ${table} -L -n -v > $i.L-${table}; ${program} -t ${table} -S -v > $i.S-${table}`,
  )
  const script = `cd ${folder}
    ipset create S hash:ip; ipset create PORTS hash:ip,port counters; ipset create NETS hash:net timeout 100
    for i in $(seq 0 ${texts.length - 1}); do
      ${program}-restore < $i.in 2> /dev/null; echo $? > $i.rc
      if [ $(cat $i.rc) = 0 ]; then
        ${program}-save > $i.save
        ${lists.join('\n')}
        ${backend === 'nft' ? 'nft -a list ruleset > $i.nft 2> /dev/null' : ''}
      fi
      ${backend === 'nft' ? 'nft flush ruleset' : `for t in ${TABLES.join(' ')}; do ${program} -t $t -F; ${program} -t $t -X; for c in $(${program} -t $t -S | sed -n 's/^-P \\([A-Z]*\\) .*/\\1/p'); do ${program} -t $t -P $c ACCEPT; done; done`}
    done`
  const run = spawnSync('unshare', ['--net', '--mount', 'bash', '-c', script], { encoding: 'utf8', timeout: 200_000 })
  if (run.status !== 0) throw new Error(`the namespace could not be built: ${run.stderr}`)
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  return texts.map((_, i) => {
    if (read(`${i}.rc`).trim() !== '0') return null
    const prints: { [form: string]: string } = { save: read(`${i}.save`) }
    for (const table of TABLES) {
      prints[`L-${table}`] = read(`${i}.L-${table}`)
      prints[`S-${table}`] = read(`${i}.S-${table}`)
    }
    if (backend === 'nft') prints.nft = read(`${i}.nft`)
    return prints
  })
}

/** The rules of a table in the order in which they stand, as iptables-save writes them; null: not all of it is known. */
function rulesOf(words: string, print: string, table: string): (string | null)[] {
  const [evidence] = readIptables(words.split(' '), print, {})
  const { tables, errors } = restoreTables(evidence!.text, NO_TABLES, { keepUnsupported: true, counters: true })
  expect(
    errors.map(({ message }) => message),
    evidence!.text,
  ).toEqual([])
  const chains = [...(tables.get(table as 'filter')?.chains.values() ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1))
  return chains.flatMap(({ name, rules }) =>
    rules.map((rule) => (unsupportedPart(rule) === null ? `${name}${printRule(rule)}` : null)),
  )
}

/** Rates in octets, which iptables-save prints so that iptables-restore refuses some of them. */
const OCTETS = /--hashlimit-(?:upto|above) [0-9]+[km]?b/

const texts = (): string[] => {
  const place = fc.constantFrom(
    { table: 'filter', chain: 'FORWARD', below: [] },
    { table: 'filter', chain: 'INPUT', below: [] },
    { table: 'nat', chain: 'PREROUTING', below: [] },
    { table: 'nat', chain: 'POSTROUTING', below: [] },
    { table: 'mangle', chain: 'OUTPUT', below: [] },
    { table: 'raw', chain: 'PREROUTING', below: [] },
  )
  const alone = place.chain((each) =>
    fc.oneof(ruleText(each), grammarRule).map((rule) => `*${each.table}\n-A ${each.chain} ${rule}\nCOMMIT\n`),
  )
  return [
    ...fc.sample(tablesText, { numRuns: RUNS, seed: SEED }),
    ...fc.sample(alone, { numRuns: RUNS * 2, seed: SEED }),
  ].filter(
    (text) =>
      !OCTETS.test(text) && !/chunk-types \w+ NONE/i.test(text) && restoreTables(text, NO_TABLES).errors.length === 0,
  )
}

/** Two of these say the same as one with the parts of both. */
const inParts = (rule: string): string => rule.replace(/(?<= -m (iprange|owner) .*) -m \1(?= )/g, '')

/**
 * What makes no difference, and nft does not print, or not apart: comments, what is logged, a match on a protocol that tests nothing else, types of
 * addresses that none has, one port of multiport, the zone of what is not tracked.
 */
function essence(rule: string): string {
  return inParts(rule)
    .replace(/ -m comment --comment (?:"(?:[^"\\]|\\.)*"|\S+)/g, '')
    .replace(/ -j (LOG|NFLOG) .*/, ' -j $1')
    .replace(/ -m state( !)? --state /g, ' -m conntrack$1 --ctstate ')
    .replace(/ -j CT --notrack.*/, ' -j NOTRACK')
    .replace(/(?<=-type \S*),(?:NAT|THROW)/g, '')
    .replace(/(?<=-type )(?:NAT|THROW),/g, '')
    .replace(/ -m multiport( !)? --([sd])ports ([0-9:]+)(?= |$)/g, ' -m PORT$1 --$2port $3')
    .replace(/ -m (?:tcp|udp|sctp)(?= (?:! )?--[sd]port)/, ' -m PORT')
    .replace(/ -m (tcp|udp|sctp)(?= -|$)(?! (?:! )?--)/, '')
}

describe.skipIf(!available)('rules read from what the real tools print', () => {
  it.each(['nft', 'legacy'] as const)(
    'iptables-%s',
    (backend) => {
      const known = { list: 0, nft: 0, all: 0 }
      const wrong: string[] = []
      const compare = (
        truth: readonly (string | null)[],
        read: readonly (string | null)[],
        of: (rule: string) => string,
      ) => {
        expect(read).toHaveLength(truth.length)
        read.forEach((rule, i) => {
          if (rule !== null && of(rule) !== of(truth[i] ?? '')) wrong.push(`${truth[i]}\n${rule}`)
        })
      }
      for (const prints of ask(backend, texts())) {
        if (prints === null) continue
        for (const table of TABLES) {
          const truth = rulesOf(`iptables-${backend}-save`, prints.save!, table)
          expect(rulesOf(`iptables-${backend} -t ${table} -S -v`, prints[`S-${table}`]!, table)).toEqual(truth)
          const listed = rulesOf(`iptables-${backend} -t ${table} -L -n -v`, prints[`L-${table}`]!, table)
          compare(truth, listed, inParts)
          known.all += truth.length
          known.list += listed.filter((rule) => rule !== null).length
          if (backend !== 'nft') continue
          const native = rulesOf('nft -a list ruleset', prints.nft!, table)
          compare(truth, native, essence)
          known.nft += native.filter((rule) => rule !== null).length
        }
      }
      expect(wrong).toEqual([])
      expect(known.all).toBeGreaterThan(40)
      expect(known.list / known.all).toBeGreaterThan(0.8)
      if (backend === 'nft') expect(known.nft / known.all).toBeGreaterThan(0.3)
    },
    240_000,
  )
})
