import { describe, expect, it } from 'vitest'
import { labObstacle } from '../../src/lab/index.ts'
import { campaign, Tally } from '../fuzz/campaign.ts'
import { labName } from '../fuzz/lab.ts'
import { describeVerdict } from '../fuzz/report.ts'

/*
 * The first labs of some seeds, which all agree. More: `npm run lab:fuzz -- --runs N --seed S`. A failure prints each lab ready to run.
 */

const obstacle = labObstacle()
if (obstacle !== null) console.warn(`No generated lab is run: ${obstacle}.`)

const SEEDS = [11, 12, 15]
const RUNS = 50
/** Most of a lab is waiting. */
const JOBS = 10

describe.skipIf(obstacle !== null)('generated labs do on the kernel what kubehop says', () => {
  it.each(SEEDS)('seed %i', { timeout: 300_000 }, async (seed) => {
    const tally = new Tally()
    let report = ''
    await campaign({
      seed,
      runs: Array.from({ length: RUNS }, (_, i) => i),
      jobs: JOBS,
      time: 200_000,
      shrinkTime: 0,
      onOutcome: (outcome) => tally.add(outcome),
      onDisagreement: (number, text, verdict) => {
        report += `${labName(number)}\n${text}${describeVerdict(verdict)}\n`
      },
    })
    console.log(`seed ${seed}: ${tally.text()}`)
    expect(report).toBe('')
    // a machine that tells nothing proves nothing
    expect(tally.kinds.agree ?? 0).toBeGreaterThan(RUNS * 0.6)
  })
})
