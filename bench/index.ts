/**
 * How fast it is: `npm run bench -- [--quick] [--only SUITE] [--json FILE]`. Medians are what to compare; nothing here fails for being
 * slow. `--only` takes the beginning of a suite's name: flows, rule, clusters.
 */
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { clusterRows } from './clusters.ts'
import { flowRows } from './flows.ts'
import { ruleTableRows } from './rule-tables.ts'
import { type Effort, type Measured, measure, type Row, timeText } from './suite.ts'

const SUITES: readonly { readonly name: string; readonly rows: (effort: Effort) => Row[] }[] = [
  { name: 'clusters', rows: clusterRows },
  { name: 'rule tables', rows: ruleTableRows },
  { name: 'flows', rows: flowRows },
]

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string' }, json: { type: 'string' } },
})
const effort: Effort = values.quick ? { quick: true, time: 100 } : { quick: false, time: 400 }

const results: Measured[] = []
for (const { name, rows } of SUITES) {
  if (values.only !== undefined && !name.startsWith(values.only)) continue
  console.log(`\n${name}`)
  results.push(...(await measure(rows(effort), effort, print)))
}
if (values.json !== undefined) {
  const report = { version: 1, node: process.version, cpu: cpus()[0]?.model ?? 'unknown', quick: values.quick, results }
  writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`)
}

function print({ name, size, median, perSecond }: Measured): void {
  const what = size === undefined ? name : `${name} (${size})`
  console.log(`  ${what.padEnd(76)} ${timeText(median).padStart(9)}  ${perSecond}/s`)
}
