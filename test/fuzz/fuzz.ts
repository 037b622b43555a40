/**
 * Labs that nobody thought of, on the real kernel and in the simulator (root): `npm run lab:fuzz -- --runs N --seed S`.
 *
 *   --runs N        how many labs (100)
 *   --seed S        which series; lab k of a seed is always the same (drawn anew unless given)
 *   --from K        begins with lab K (0)
 *   --minutes M     begins no lab after so long
 *   --resume FILE   writes each verdict there, and leaves out those that stand there already
 *   --jobs J        labs at a time (8)
 *   --shrink SECS   how long one disagreement is made smaller (90)
 *
 * Progress goes to standard error; disagreements, as scripts ready to run, and the counts to standard output. Exit code 1: kernel and
 * kubehop disagree somewhere.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { formatDifferences } from '../../src/commands/record/index.ts'
import { labObstacle } from '../../src/lab/index.ts'
import { campaign, isDisagreement, type Outcome, Tally } from './campaign.ts'
import type { Verdict } from './judge.ts'
import { labName } from './lab.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100' },
    seed: { type: 'string' },
    from: { type: 'string', default: '0' },
    minutes: { type: 'string', default: '1000000' },
    resume: { type: 'string' },
    jobs: { type: 'string', default: '8' },
    shrink: { type: 'string', default: '90' },
  },
})

const obstacle = labObstacle()
if (obstacle !== null) {
  console.error(`No generated lab is run: ${obstacle}.`)
  process.exit(2)
}
const seed = Number(values.seed ?? Date.now() % 1_000_000)
const from = Number(values.from)
const file = values.resume
const before = file === undefined ? [] : read(file).filter((outcome) => outcome.seed === seed)
const done = new Set(before.map(({ run }) => run))
const all = Array.from({ length: Number(values.runs) }, (_, i) => from + i)
const runs = all.filter((run) => !done.has(run))
const tally = new Tally()
for (const outcome of before) tally.add(outcome)

console.error(`seed ${seed}: ${runs.length} labs to run, ${before.length} done before`)
const begin = performance.now()
let count = 0
let disagreements = 0
await campaign({
  seed,
  runs,
  jobs: Number(values.jobs),
  time: Number(values.minutes) * 60_000,
  shrinkTime: Number(values.shrink) * 1000,
  onOutcome: (outcome) => {
    count++
    tally.add(outcome)
    if (file !== undefined) appendFileSync(file, `${JSON.stringify(forFile(outcome))}\n`)
    if (isDisagreement(outcome.verdict)) disagreements++
    const { kind } = outcome.verdict
    if (kind !== 'agree' && kind !== 'refused') console.error(`${labName(outcome)}: ${kind} ${whatOf(outcome.verdict)}`)
    if (count % 25 === 0) {
      const seconds = (performance.now() - begin) / 1000
      console.error(`${count} of ${runs.length} in ${Math.round(seconds)} s, ${disagreements} disagree`)
    }
  },
  onDisagreement: (number, text, verdict) => {
    console.log(`\n===== ${labName(number)}\n${text}----- kernel -, kubehop +\n${detailsOf(verdict)}`)
  },
})
console.log(`\nseed ${seed}\n${tally.text()}`)
process.exitCode = (tally.kinds.disagree ?? 0) + (tally.kinds['disagree-apart'] ?? 0) > 0 ? 1 : 0

function read(path: string): Outcome[] {
  if (!existsSync(path)) return []
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Outcome)
}

/** Without the differences, which the output has. */
function forFile(outcome: Outcome): Outcome {
  const { verdict } = outcome
  return 'differences' in verdict ? { ...outcome, verdict: { ...verdict, differences: [] } } : outcome
}

function whatOf(verdict: Verdict): string {
  if ('why' in verdict) return verdict.why.split('\n')[0]!
  if ('differences' in verdict) return [...new Set(verdict.differences.map(({ section }) => section))].join(' ')
  return ''
}

function detailsOf(verdict: Verdict): string {
  if ('why' in verdict) return `${verdict.why}\n`
  return 'differences' in verdict ? formatDifferences(verdict.differences) : ''
}
