import { describe, expect, it } from 'vitest'
import { runScript } from '../../src/commands/index.ts'
import { normal, scriptOf, storedOutput, transcripts } from './transcripts/index.ts'

describe('the programs print what the real ones print, and end as they end', () => {
  it.each(transcripts)('%s', (name) => {
    expect(normal(runScript(scriptOf(name)).output)).toBe(normal(storedOutput(name)))
  })
})
