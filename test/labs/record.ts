/**
 * Records labs on this machine's kernel and stores what it did beside them: `npx tsx test/labs/record.ts [NAME…]` (root). Without
 * names: all. Each is recorded three times; a lab whose records differ is not stored, and the differences are printed. A stored record
 * that still agrees is left as it is.
 *
 * What is stored leaves out the base chains without rules that packets passed: nothing in them is compared, and they are a fifth of it.
 *
 * A lab with a rule that leaves it to chance (`statistic --mode random`) has a record for each outcome. It is recorded until each
 * outcome has been seen three times, and none that is new for a while.
 */
import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compareRecords, formatDifferences, formatRecord, type LabRecord } from '../../src/commands/record/index.ts'
import { recordLab, type StoredLab, storedLabs } from '../../src/lab/index.ts'

const FOLDER = dirname(fileURLToPath(import.meta.url))
const TIMES = 3
const MOST_OUTCOMES = 8
/** One of eight outcomes is missing after so many runs without it in one lab of thousands. */
const RUNS_WITHOUT_NEWS = 60
const CHANCE = /--mode random --probability 0\.\d*[1-9]/

interface Outcome {
  readonly record: LabRecord
  times: number
}

/** What the kernel makes of a lab, each seen often enough; null: it says one thing now and another then. */
async function outcomesOf({ name, path, text }: StoredLab): Promise<LabRecord[] | null> {
  const mayDiffer = CHANCE.test(text)
  const most = mayDiffer ? MOST_OUTCOMES : 1
  const outcomes: Outcome[] = []
  let withoutNews = 0
  while (withoutNews < (mayDiffer ? RUNS_WITHOUT_NEWS : TIMES - 1) || outcomes.some(({ times }) => times < TIMES)) {
    const record = await recordLab(path)
    const known = outcomes.find((outcome) => compareRecords(outcome.record, record).length === 0)
    if (known !== undefined) {
      known.times++
      withoutNews++
      continue
    }
    if (outcomes.length === most) {
      console.error(`${name}: a run differs\n${formatDifferences(compareRecords(outcomes[0]!.record, record))}`)
      return null
    }
    outcomes.push({ record, times: 1 })
    withoutNews = 0
  }
  return outcomes.map(({ record }) => record)
}

async function main(names: readonly string[]): Promise<void> {
  const labs = (await storedLabs(FOLDER)).filter(({ name }) => names.length === 0 || names.includes(name))
  for (const lab of labs) {
    const records = await outcomesOf(lab)
    if (records === null) {
      process.exitCode = 1
      continue
    }
    const isStored = (record: LabRecord): boolean =>
      lab.records.some((old) => compareRecords(old, record).length === 0 && isSameStory(old, record))
    const changed = records.length !== lab.records.length || !records.every(isStored)
    if (changed) {
      for (const [index, record] of records.entries()) {
        const number = index === 0 ? '' : `.${index + 1}`
        await writeFile(join(FOLDER, `${lab.name}${number}.record.json`), formatRecord(shortened(record)))
      }
    }
    console.log(`${lab.name}: ${changed ? 'stored' : 'unchanged'} (${records[0]?.seconds} s)`)
  }
}

/** Without what the comparison leaves out. What a pure ACK passed stays: it is subtracted from the counters. */
function shortened(record: LabRecord): LabRecord {
  const rules = record.rules.map((traversal) => ({
    ...traversal,
    chains: traversal.chains.filter(({ pkt, hits }) => pkt?.flags === 'A' || hits.some(({ empty }) => empty !== true)),
  }))
  const short = { ...record, rules: rules.filter(({ chains }) => chains.length > 0) }
  // a policy DROP is compared, for one
  return compareRecords(record, short).length === 0 ? short : record
}

function isSameStory(one: LabRecord, other: LabRecord): boolean {
  return one.story.join('\n') === other.story.join('\n')
}

await main(process.argv.slice(2))
