import { describe, expect, it } from 'vitest'
import { collectorScript } from '../../src/collect/index.ts'
import { ALSO_COLLECTED, COLLECTED } from '../../src/snapshot/commands.ts'

describe('collect.sh', () => {
  const script = collectorScript()
  const asked = new Set([...script.matchAll(/'([a-z][a-z-]* [^'\n]*)'/g)].map(([, command]) => command))

  it('is one script for sh', () => {
    expect(script.startsWith('#!/bin/sh\n')).toBe(true)
    // what comes over a connection that breaks must do nothing: all is in functions, and the last line calls one
    expect(script.endsWith('\nmain\n')).toBe(true)
  })

  it('asks what a simulated host is asked, and files it under the same commands', () => {
    for (const { command, otherwise } of COLLECTED) {
      expect(asked).toContain(command)
      if (otherwise !== undefined) expect(script).toContain(`ask json '${command}' '${otherwise}'`)
    }
    for (const command of ALSO_COLLECTED) expect(asked).toContain(command)
  })

  it('asks nothing beyond that', () => {
    const known = new Set(COLLECTED.flatMap(({ command, otherwise = command }) => [command, otherwise]))
    for (const command of ALSO_COLLECTED) known.add(command)
    for (const [, command] of script.matchAll(/\b(?:ask [a-z]+|run [a-z-]+|save|nothing|missing|refuse) '([^']*)'/g)) {
      expect(known).toContain(command)
    }
  })
})
