import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { runScript } from '../../../src/commands/index.ts'

/* Small scripts, which bash itself runs beside the simulator: output, errors and exit code are compared. No root is needed. */

const NAME = 'script.sh'
const snippets = readFileSync(new URL('snippets.txt', import.meta.url), 'utf8').split(/^%%\n/m)
const version = spawnSync('bash', ['--version'], { encoding: 'utf8' }).stdout ?? ''
const available = /version (\d+)/.exec(version)?.[1] === '5' && process.platform === 'linux'

const folder = available ? mkdtempSync(join(tmpdir(), 'kubehop-bash-')) : ''
afterAll(() => {
  if (available) rmSync(folder, { recursive: true })
})

function bash(text: string): { stdout: string; stderr: string; exitCode: number } {
  const place = mkdtempSync(join(folder, 'script-'))
  writeFileSync(join(place, NAME), text)
  const env = { PATH: '/usr/bin:/bin', LC_ALL: 'C' }
  const { stdout, stderr, status } = spawnSync('bash', [NAME], { cwd: place, encoding: 'utf8', input: '', env })
  return { stdout, stderr, exitCode: status ?? -1 }
}

function simulated(text: string): { stdout: string; stderr: string; exitCode: number } {
  const said = { stdout: '', stderr: '' }
  const { exitCode } = runScript(text, {
    name: NAME,
    onOutput: (printed, stream) => {
      said[stream] += printed
    },
  })
  return { ...said, exitCode }
}

describe.skipIf(!available)('the shell does what bash does', () => {
  it.each(snippets)('%j', (text) => {
    expect(simulated(text)).toEqual(bash(text))
  })
})
