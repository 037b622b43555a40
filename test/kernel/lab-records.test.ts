import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { compareWithAny, formatDifferences } from '../../src/commands/record/index.ts'
import { labObstacle, recordLab, storedLabs } from '../../src/lab/index.ts'
import { handsMetadataUp } from '../support/tunnel-metadata.ts'

const labs = await storedLabs(fileURLToPath(new URL('../labs', import.meta.url)))
const obstacle = labObstacle()
if (obstacle !== null) console.warn(`The stored labs are not recorded again: ${obstacle}.`)

describe('the stored labs', () => {
  it('all have a record of the kernel', () => {
    expect(labs.length).toBeGreaterThan(20)
    expect(labs.filter(({ records }) => records.length === 0).map(({ name }) => name)).toEqual([])
  })
})

describe.skipIf(obstacle !== null)('this kernel does what the stored record says', () => {
  // A second try, because a busy machine may let a timer of the kernel win a race that it loses otherwise.
  it.concurrent.for(labs.map((lab, i) => ({ ...lab, cpu: i % availableParallelism() })))(
    '$name',
    { retry: 1, timeout: 60_000 },
    async ({ name, path, records, cpu }, { skip }) => {
      if (name === 'vxlan-outer-headers' && (await handsMetadataUp()))
        skip('tunnels of this machine hand their metadata up, until it boots again')
      const differences = compareWithAny(records, await recordLab(path, { cpu }))
      expect(formatDifferences(differences)).toBe('')
    },
  )
})
