import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { restoreTables } from '../../src/netfilter/command/restore.ts'
import { NO_TABLES } from '../../src/netfilter/command/tables.ts'
import type { IptablesError } from '../../src/netfilter/text/errors.ts'
import { saveTables } from '../../src/netfilter/text/save.ts'
import { UnsupportedError } from '../../src/packet/errors.ts'
import { ruleText, SETS, tablesText } from '../support/rule-arbitraries.ts'
import { grammarRule } from '../support/rule-grammar.ts'

/*
 * Rules written at random, loaded with the real iptables-restore and with kubehop: iptables-save must print the same octets but for
 * comment lines, and what one refuses the other must refuse.
 */

const available =
  process.getuid?.() === 0 && spawnSync('unshare', ['--net', '--mount', 'iptables-nft', '--version']).status === 0
const folder = available ? mkdtempSync(join(tmpdir(), 'kubehop-iptables-')) : ''
afterAll(() => {
  if (available) rmSync(folder, { recursive: true })
})

/** What the real tools said to a text. */
interface Outcome {
  /** What iptables-save prints afterwards, or null when iptables-restore refused the text. */
  readonly saved: string | null
  readonly stderr: string
  /** How iptables-restore ended. */
  readonly status: number
}

/** Loads each text and prints the tables, all in one namespace, which is emptied in between. */
function askKernel(texts: readonly string[]): Outcome[] {
  texts.forEach((text, i) => {
    writeFileSync(join(folder, `${i}.in`), text)
  })
  const script = `cd ${folder}
    ipset create S hash:ip; ipset create PORTS hash:ip,port counters; ipset create NETS hash:net timeout 100
    for i in $(seq 0 ${texts.length - 1}); do
      iptables-nft-restore < $i.in 2> $i.err; echo $? > $i.rc
      iptables-nft-save > $i.out
      nft flush ruleset
    done`
  const run = spawnSync('unshare', ['--net', '--mount', 'bash', '-c', script], { encoding: 'utf8', timeout: 50_000 })
  if (run.status !== 0) throw new Error(`the namespace could not be built: ${run.stderr}`)
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  return texts.map((_, i) => ({
    status: Number(read(`${i}.rc`)),
    saved: read(`${i}.rc`).trim() === '0' ? read(`${i}.out`).replace(/^#.*\n/gm, '') : null,
    stderr: read(`${i}.err`),
  }))
}

function compare(texts: readonly string[]): void {
  askKernel(texts).forEach(({ saved, stderr, status }, i) => {
    const text = texts[i]!
    const ours = askKubehop(text)
    if (ours === undefined) return
    expect(ours.saved, `${text}${stderr}`).toBe(saved)
    if (saved === null) expect(ours.status, `${text}${stderr}`).toBe(status)
  })
}

/** Undefined: it has a rule that kubehop does not model, and says so. */
function askKubehop(text: string): Pick<Outcome, 'saved' | 'status'> | undefined {
  const { tables, errors } = restoreTables(text, NO_TABLES, {
    stopAtFirst: true,
    sets: { get: (name) => SETS.find((each) => each === name) },
  })
  if (errors.some((error) => error instanceof UnsupportedError)) return undefined
  const [error] = errors
  if (error === undefined) return { saved: saveTables(tables), status: 0 }
  return { saved: null, status: (error as IptablesError).status }
}

const SEED = Number(process.env.KUBEHOP_SEED ?? 7)
const RUNS = Number(process.env.KUBEHOP_RUNS ?? 60)

describe.skipIf(!available)('iptables-restore and iptables-save', () => {
  it('the same tables are printed', () => {
    const texts = fc.sample(tablesText, { numRuns: RUNS, seed: SEED })
    compare(texts)
  })

  it('each rule alone is printed the same, or refused by both', () => {
    const place = fc.constantFrom(
      { table: 'filter', chain: 'FORWARD', below: [] },
      { table: 'nat', chain: 'PREROUTING', below: [] },
      { table: 'nat', chain: 'POSTROUTING', below: [] },
      { table: 'mangle', chain: 'OUTPUT', below: [] },
      { table: 'raw', chain: 'PREROUTING', below: [] },
    )
    const section = fc.tuple(place, place).chain(([written, loaded]) =>
      // a rule made for one place and loaded in another is often refused
      ruleText(written).map((rule) => `*${loaded.table}\n-A ${loaded.chain} ${rule}\nCOMMIT\n`),
    )
    const texts = fc.sample(section, { numRuns: RUNS * 3, seed: SEED })
    compare(texts)
  })

  it('every option in every spelling is taken alike, or refused by both', () => {
    const places = [
      'filter FORWARD',
      'filter INPUT',
      'filter OUTPUT',
      'nat PREROUTING',
      'nat POSTROUTING',
      'nat OUTPUT',
    ]
    const others = ['mangle OUTPUT', 'mangle POSTROUTING', 'mangle PREROUTING', 'raw PREROUTING', 'security INPUT']
    const section = fc.tuple(fc.constantFrom(...places, ...others), grammarRule).map(([place, rule]) => {
      const [table, chain] = place.split(' ')
      return `*${table}\n:U1 - [0:0]\n-A ${chain} ${rule}\nCOMMIT\n`
    })
    const texts = fc.sample(section, { numRuns: RUNS * 4, seed: SEED })
    compare(texts)
  })

  it('spoilt rules are refused by both', () => {
    const broken = ruleText({ table: 'filter', chain: 'FORWARD', below: [] }).chain((rule) => {
      const words = rule.split(' ')
      return fc.tuple(fc.nat(words.length - 1), fc.constantFrom('drop', 'double', 'bang', 'junk')).map(([at, how]) => {
        const spoilt = [...words]
        if (how === 'drop') spoilt.splice(at, 1)
        else if (how === 'double') spoilt.splice(at, 0, words[at]!)
        else if (how === 'bang') spoilt.splice(at, 0, '!')
        else spoilt.splice(at, 1, 'foo')
        return `*filter\n-A FORWARD ${spoilt.join(' ')}\nCOMMIT\n`
      })
    })
    const texts = fc.sample(broken, { numRuns: RUNS * 3, seed: SEED })
    compare(texts)
  })
})
