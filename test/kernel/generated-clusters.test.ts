import { describe, expect, it } from 'vitest'
import { runScript } from '../../src/commands/index.ts'
import { compareRecords, formatDifferences } from '../../src/commands/record/index.ts'
import { labObstacle, recordLabText } from '../../src/lab/index.ts'
import { describeLab, generatedLabs } from '../support/generated-lab.ts'

/*
 * Clusters that nobody thought of, built for real. `CLUSTERS=100 CLUSTER_SEED=7 npx vitest run test/kernel/generated-clusters.test.ts`
 * tries more and others. A failure prints the whole lab, ready to run.
 */

const obstacle = labObstacle()
if (obstacle !== null) console.warn(`No generated cluster is built for real: ${obstacle}.`)

const COUNT = Number(process.env.CLUSTERS ?? 5)
const SEED = Number(process.env.CLUSTER_SEED ?? 1)
const labs =
  obstacle === null ? generatedLabs(COUNT, SEED).map((lab, i) => ({ ...lab, what: describeLab(lab), i: i + 1 })) : []

describe.skipIf(obstacle !== null)('a generated cluster does on the kernel what kubehop says', () => {
  // Chance may give the kernel two equal ports or identifiers in one lab: so each may try again.
  it.each(labs)('$i: $what', { retry: 2, timeout: 120_000 }, async ({ text, i }) => {
    const name = `generated-${SEED}-${i}.sh`
    const truth = await recordLabText(text, { name })
    const differences = compareRecords(truth, runScript(text, { name }).record())
    expect(differences.length === 0 ? '' : `${formatDifferences(differences)}\n\n${text}`).toBe('')
  })
})
