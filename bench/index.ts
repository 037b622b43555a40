/**
 * How fast it is: `npm run bench -- [--quick] [--only SUITE] [--json FILE] [--update-baseline]`. It prints Markdown. Times are
 * processor time, of this machine; what can be compared are the ratios within one run, and `baseline.json` has those of another day. Nothing fails for being
 * slow. `--only` takes the beginning of a suite's name: event, packets, traces, rule, clusters; it may stand more than once.
 *
 * Each suite runs in a process of its own: what the compiler has learned of one would slow down another.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { CLUSTERS } from './clusters.ts'
import { EVENT_LOOP } from './event-loop.ts'
import { ratioTable, resultTable } from './markdown.ts'
import { PACKETS } from './packets.ts'
import { RULE_TABLES } from './rule-tables.ts'
import { type Effort, type Measured, measure, type Ratio, Results, type Suite } from './suite.ts'
import { TRACES } from './traces.ts'

const SUITES = [EVENT_LOOP, PACKETS, TRACES, RULE_TABLES, CLUSTERS]
const BASELINE = 'bench/baseline.json'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    json: { type: 'string' },
    'update-baseline': { type: 'boolean', default: false },
    /** One suite, its results into this file: the part that a process of its own does. */
    worker: { type: 'string' },
  },
})
const effort: Effort = values.quick ? { quick: true, time: 100 } : { quick: false, time: 250 }
const chosen = SUITES.filter(({ name }) => values.only?.some((wanted) => name.startsWith(wanted)) ?? true)

if (values.worker === undefined) report()
else writeFileSync(values.worker, JSON.stringify(await runSuite(chosen[0]!)))

function report(): void {
  const machine = { node: process.version, cpu: cpus()[0]?.model ?? 'unknown' }
  console.log(`node ${machine.node}, ${machine.cpu}`)
  const all = chosen.flatMap(runApart)
  const results = new Results(all)
  const ratios = chosen.flatMap((suite) => suite.ratios(results)).filter((ratio): ratio is Ratio => ratio !== null)
  const baseline = readBaseline()
  console.log(`\n## ratios: less is better\n\n${ratioTable(ratios, baseline)}`)
  if (values.json !== undefined) {
    writeJson(values.json, { version: 1, ...machine, quick: values.quick, results: all, ratios })
  }
  if (values['update-baseline']) {
    writeJson(BASELINE, { ...baseline, ...Object.fromEntries(ratios.map(({ name, value }) => [name, value])) })
  }
}

function runApart({ name }: Suite): Measured[] {
  const folder = mkdtempSync(join(tmpdir(), 'kubehop-bench-'))
  try {
    const file = join(folder, 'results.json')
    const options = [...process.execArgv, process.argv[1]!, '--worker', file, '--only', name]
    const { status } = spawnSync(process.execPath, values.quick ? [...options, '--quick'] : options, {
      stdio: 'inherit',
    })
    if (status !== 0) throw new Error(`the suite ${name} ended with ${status}`)
    return JSON.parse(readFileSync(file, 'utf8')) as Measured[]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function runSuite({ name, rows }: Suite): Promise<Measured[]> {
  const measured = await measure(rows(effort), effort, ({ name: row }) => progress(row))
  progress('')
  console.log(`\n## ${name}\n\n${resultTable(measured)}`)
  return measured
}

function readBaseline(): Readonly<Record<string, number>> {
  try {
    return JSON.parse(readFileSync(BASELINE, 'utf8')) as Record<string, number>
  } catch {
    return {}
  }
}

function writeJson(file: string, value: unknown): void {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`)
}

/** What is being measured, where somebody waits for it. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`)
}
