import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runScript } from '../../src/commands/index.ts'
import { labObstacle } from '../../src/lab/index.ts'
import { UnsupportedError } from '../../src/packet/errors.ts'
import { type Place, ruleText } from '../support/rule-arbitraries.ts'
import { grammarRule } from '../support/rule-grammar.ts'

/*
 * Rules written at random: what `iptables -L` says of them, in each of its ways, is what the real one says.
 */

const obstacle = labObstacle()
const SEED = Number(process.env.KUBEHOP_SEED ?? 7)
const RUNS = Number(process.env.KUBEHOP_RUNS ?? 60)

const SETS =
  'ipset create S hash:ip\nipset create PORTS hash:ip,port counters\nipset create NETS hash:net timeout 100\n'
const LISTS = ['-L -n -v --line-numbers', '-L -v -x', '-L -n', '-L']
const PLACES: readonly Place[] = (
  'filter FORWARD,filter INPUT,filter OUTPUT,nat PREROUTING,nat POSTROUTING,nat OUTPUT,mangle OUTPUT,mangle POSTROUTING,mangle PREROUTING,' +
  'raw PREROUTING,security INPUT'
)
  .split(',')
  .map((place) => {
    const [table = '', chain = ''] = place.split(' ')
    return { table, chain, below: [] }
  })

interface Written {
  readonly table: string
  readonly chain: string
  readonly rule: string
}

const place = fc.constantFrom(...PLACES)
const written: fc.Arbitrary<Written> = fc.oneof(
  fc.record({ place, rule: grammarRule }).map((each) => ({ ...each.place, rule: each.rule })),
  place.chain((each) => ruleText(each).map((rule) => ({ ...each, rule }))),
)

function load(table: string, rules: readonly Written[]): string {
  const lines = rules.map(({ chain, rule }) => `-A ${chain} ${rule}`)
  return ["iptables-restore 2> /dev/null <<'EOF'", `*${table}`, ':U1 - [0:0]', ...lines, 'COMMIT', 'EOF', ''].join('\n')
}

/** Both machines take it, and nothing of it is refused by name. Options that are no part of a rule are left out. */
function isGood(each: Written): boolean {
  if (/(^| )-([hLQ]|t nat)( |$)/.test(each.rule)) return false
  const list = LISTS.map((options) => `iptables -t ${each.table} ${options} > /dev/null`).join('\n')
  try {
    return runScript(`${SETS}${load(each.table, [each])}[ $? = 0 ] || exit 9\n${list}\n`).exitCode !== 9
  } catch (error) {
    if (error instanceof UnsupportedError) return false
    throw error
  }
}

describe.skipIf(obstacle !== null)('iptables -L', () => {
  it.each(['filter', 'nat', 'mangle', 'raw', 'security'])('table %s', (table) => {
    const rules = fc
      .sample(written, { numRuns: RUNS * 10, seed: SEED })
      .filter((each) => each.table === table)
      .filter(isGood)
    const lists = LISTS.map((options) => `iptables -t ${table} ${options}\n`).join('')
    const script = `${SETS}${load(table, rules)}${lists}`
    const real = spawnSync('unshare', ['--net', '--mount', 'bash', '-c', script], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
    })
    expect(rules.length).toBeGreaterThan(3)
    expect(runScript(script).output).toBe(real.stdout + real.stderr)
  })
})
