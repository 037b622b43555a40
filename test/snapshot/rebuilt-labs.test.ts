import { describe, expect, it } from 'vitest'
import { runScript } from '../../src/commands/index.ts'
import { recordSnapshot, snapshotText } from '../../src/snapshot/record.ts'
import { differencesOf, labText, rebuildableLabs, setupOf } from '../support/rebuilt-lab.ts'

describe('what is recorded of a machine and rebuilt does what the kernel did', () => {
  it.each(rebuildableLabs)('%s', (name) => {
    const { machine } = runScript(setupOf(labText(name)), { name: `${name}.sh` })
    expect(differencesOf(name, snapshotText(recordSnapshot([{ name: 'host', machine }])))).toBe('')
  })
})
