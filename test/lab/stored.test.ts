import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { formatRecord } from '../../src/commands/record/index.ts'
import { judge, storedLabs } from '../../src/lab/index.ts'

const labs = await storedLabs(fileURLToPath(new URL('../labs', import.meta.url)))
const lab = labs.find(({ name }) => name === 'tcp-refused')!

describe('storedLabs', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'kubehop-labs-'))
    const record = formatRecord(lab.records[0]!)
    for (const file of ['b.sh', 'a.sh', 'notes.txt']) writeFileSync(join(folder, file), '# --- traffic ---\n')
    for (const file of ['a.record.json', 'a.2.record.json', 'a.old.record.json'])
      writeFileSync(join(folder, file), record)
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('finds scripts and all records of each', async () => {
    const found = await storedLabs(folder)
    expect(found.map(({ name, records }) => [name, records.length])).toEqual([
      ['a', 2],
      ['b', 0],
    ])
  })
})

describe('judge', () => {
  it('finds nothing against one who does what the kernel does', async () => {
    const differences = await judge(lab, (text, name) => {
      expect(text).toBe(lab.text)
      expect(name).toBe('tcp-refused.sh')
      return lab.records[0]!
    })
    expect(differences).toEqual([])
  })

  it('says where another one does otherwise', async () => {
    const other = structuredClone(lab.records[0]!)
    other.commands[0]!.rc = 0
    expect(await judge(lab, async () => other)).toMatchObject([{ section: 'commands' }])
  })
})

describe('each stored lab', () => {
  it.each(labs)('$name tells a story and its lesson, and names itself in its record', ({ name, text, records }) => {
    const lines = text.split('\n')
    expect(lines[0]).toMatch(/^# .*[.?]$/)
    expect(lines[1]).toMatch(/^# Lesson: .*\.$/)
    for (const record of records) {
      expect(record.lab).toBe(`${name}.sh`)
      expect(lines.slice(0, 2)).toEqual(record.story.slice(0, 2).map((line) => `# ${line}`))
    }
  })
})
