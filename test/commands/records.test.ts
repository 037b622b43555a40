import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { runScript } from '../../src/commands/index.ts'
import {
  compareWithAny,
  formatDifferences,
  formatRecord,
  type LabRecord,
  parseRecord,
} from '../../src/commands/record/index.ts'

/** Each hand-written lab, with what the kernel made of it (test/labs). */
const FOLDER = fileURLToPath(new URL('../labs', import.meta.url))
const files = readdirSync(FOLDER)
const labs = files.filter((file) => file.endsWith('.sh')).map((file) => file.slice(0, -'.sh'.length))

function recordsOf(name: string): LabRecord[] {
  return files
    .filter((file) => file.startsWith(`${name}.`) && /^(\d+\.)?record\.json$/.test(file.slice(name.length + 1)))
    .map((file) => parseRecord(readFileSync(`${FOLDER}/${file}`, 'utf8'), file))
}

function simulated(name: string, seed = 0): LabRecord {
  return runScript(readFileSync(`${FOLDER}/${name}.sh`, 'utf8'), { name: `${name}.sh`, seed }).record()
}

describe('what kubehop says, the kernel does', () => {
  it('there are labs', () => {
    expect(labs.length).toBeGreaterThan(40)
  })

  it.each(labs)('%s', (name) => {
    const truths = recordsOf(name)
    expect(truths.length).toBeGreaterThan(0)
    expect(formatDifferences(compareWithAny(truths, simulated(name)))).toBe('')
  })
})

describe('what chance decides on the kernel, it decides here', () => {
  it.each(labs.filter((name) => recordsOf(name).length > 1))('%s', (name) => {
    const mine = Array.from({ length: 24 }, (_, seed) => simulated(name, seed))
    for (const truth of recordsOf(name)) {
      expect(mine.some((record) => compareWithAny([truth], record).length === 0)).toBe(true)
    }
    for (const record of mine) expect(formatDifferences(compareWithAny(recordsOf(name), record))).toBe('')
  })
})

describe('the same script gives the same bytes', () => {
  it.each(labs.slice(0, 5))('%s', (name) => {
    expect(formatRecord(simulated(name))).toBe(formatRecord(simulated(name)))
  })
})
