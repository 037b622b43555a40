import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { runScript } from '../../../src/commands/index.ts'

/*
 * Commands beside this file, one a line, and what the real ipset printed and how it ended. The seeds of hashes are given, so the order of
 * members is the kernel's; those that are drawn, in the headers alone, are not compared.
 */

const FOLDER = fileURLToPath(new URL('.', import.meta.url))
const NAMES = ['create', 'elements', 'restore']

function script(name: string): string {
  const lines = readFileSync(`${FOLDER}${name}.sh`, 'utf8').trimEnd().split('\n')
  return `${lines.map((line, i) => `echo "$ ${i + 1}"\n${line}\necho "[$?]"`).join('\n')}\n`
}

function stored(name: string): string {
  return readFileSync(`${FOLDER}${name}.txt`, 'utf8')
}

function normal(text: string): string {
  return text.replace(/initval 0x[0-9a-f]{8}/g, 'initval X')
}

describe('ipset says and does what ipset 7.17 says and does', () => {
  it.each(NAMES)('%s', (name) => {
    expect(normal(runScript(script(name)).output)).toBe(normal(stored(name)))
  })
})

const available = process.getuid?.() === 0 && spawnSync('unshare', ['--net', '--mount', 'ipset', 'list']).status === 0

describe.skipIf(!available)('the stored words are the real ones', () => {
  it.each(NAMES)(
    '%s',
    (name) => {
      const run = spawnSync('unshare', ['--net', '--mount', 'bash'], {
        input: `exec 2>&1\n${script(name)}`,
        encoding: 'utf8',
        timeout: 60_000,
      })
      expect(normal(run.stdout)).toBe(normal(stored(name)))
    },
    60_000,
  )
})
