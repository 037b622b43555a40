/**
 * Records labs on this machine's kernel and stores what it did beside them: `npx tsx test/labs/record.ts [NAME…]` (root). Without
 * names: all. Each is recorded three times; a lab whose records differ is not stored, and the differences are printed. A stored record
 * that still agrees is left as it is.
 */
import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compareRecords, formatDifferences, formatRecord } from '../../src/commands/record/index.ts'
import { recordLab, storedLabs } from '../../src/lab/index.ts'

const FOLDER = dirname(fileURLToPath(import.meta.url))
const TIMES = 3

async function main(names: readonly string[]): Promise<void> {
  const labs = (await storedLabs(FOLDER)).filter(({ name }) => names.length === 0 || names.includes(name))
  for (const lab of labs) {
    const first = await recordLab(lab.path)
    let repeatable = true
    for (let time = 2; time <= TIMES && repeatable; time++) {
      const differences = compareRecords(first, await recordLab(lab.path))
      repeatable = differences.length === 0
      if (!repeatable) console.error(`${lab.name}: run ${time} differs\n${formatDifferences(differences)}`)
    }
    if (!repeatable) {
      process.exitCode = 1
      continue
    }
    const same = lab.records.find((record) => compareRecords(record, first).length === 0)
    const changed = same === undefined || same.story.join('\n') !== first.story.join('\n')
    if (changed) await writeFile(join(FOLDER, `${lab.name}.record.json`), formatRecord(first))
    console.log(`${lab.name}: ${changed ? 'stored' : 'unchanged'} (${first.seconds} s)`)
  }
}

await main(process.argv.slice(2))
