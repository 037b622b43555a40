/**
 * Labs that nobody thought of, on the real kernel and in the simulator (root): `npm run lab:fuzz -- --runs N --seed S`.
 *
 *   --runs N        how many labs (100)
 *   --seed S        which series; lab K of a seed is always the same (drawn anew unless given)
 *   --from K        begins with lab K (0)
 *   --minutes M     begins no lab after so long
 *   --resume DIR    keeps the kernel's records there, and asks it only for labs that have none there
 *   --jobs J        labs at a time (8): most of a lab is waiting
 *   --shrink SECS   how long one disagreement is made smaller (90)
 *
 * Progress goes to standard error; disagreements, as scripts ready to run, and the counts to standard output. Exit code 1: kernel and
 * kubehop disagree somewhere.
 */
import { parseArgs } from 'node:util'
import { labObstacle } from '../../src/lab/index.ts'
import { campaign, Tally } from './campaign.ts'
import { labName } from './lab.ts'
import { briefVerdict, describeVerdict } from './report.ts'
import { Truths } from './truths.ts'

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
const runs = Array.from({ length: Number(values.runs) }, (_, i) => from + i)
const tally = new Tally()
const begin = performance.now()

console.error(`seed ${seed}: ${runs.length} labs`)
await campaign({
  seed,
  runs,
  jobs: Number(values.jobs),
  time: Number(values.minutes) * 60_000,
  shrinkTime: Number(values.shrink) * 1000,
  truths: values.resume === undefined ? undefined : new Truths(values.resume),
  onOutcome: (outcome) => {
    tally.add(outcome)
    const { kind } = outcome.verdict
    if (kind !== 'agree' && kind !== 'refused')
      console.error(`${labName(outcome)}: ${kind} ${briefVerdict(outcome.verdict)}`)
    if (tally.labs % 25 === 0) {
      const seconds = Math.round((performance.now() - begin) / 1000)
      console.error(`${tally.labs} of ${runs.length} in ${seconds} s, ${tally.disagreements} disagree`)
    }
  },
  onDisagreement: (number, text, verdict) => {
    console.log(`\n===== ${labName(number)}\n${text}===== ${describeVerdict(verdict)}`)
  },
})
console.log(`\nseed ${seed}, labs from ${from}\n${tally.text()}`)
process.exitCode = tally.disagreements > 0 ? 1 : 0
