import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { runScript } from '../../src/commands/index.ts'
import { UnsupportedError } from '../../src/packet/errors.ts'
import { ipsetSequence, iptablesSequence } from '../support/command-arbitraries.ts'

/*
 * Calls of iptables and of ipset in random order, run by the real programs and by the simulator: what each prints on both streams and how it ends,
 * and the tables at the end, must be the same.
 */

const available =
  process.getuid?.() === 0 &&
  spawnSync('unshare', ['--net', '--mount', 'sh', '-c', 'iptables-nft --version && ipset list']).status === 0
const folder = available ? mkdtempSync(join(tmpdir(), 'kubehop-sequences-')) : ''
afterAll(() => {
  if (available) rmSync(folder, { recursive: true })
})

const SEED = Number(process.env.KUBEHOP_SEED ?? 7)
const RUNS = Number(process.env.KUBEHOP_RUNS ?? 40)

/** Says how each line ends. */
function scriptOf(lines: readonly string[]): string {
  return `${lines.map((line, i) => `echo "$ ${i + 1}"\n${line} 2>&1\necho "[$?]"`).join('\n')}\n`
}

/** All sequences in one namespace, which is emptied in between. */
function askKernel(sequences: readonly (readonly string[])[], clean: string): string[] {
  sequences.forEach((lines, i) => {
    writeFileSync(join(folder, `${i}.sh`), scriptOf(lines))
  })
  const script = `cd ${folder}; for i in $(seq 0 ${sequences.length - 1}); do bash $i.sh > $i.out; ${clean}; done`
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' }
  const run = spawnSync('unshare', ['--net', '--mount', 'bash', '-c', script], { encoding: 'utf8', env })
  if (run.status !== 0) throw new Error(`the namespace could not be built: ${run.stderr}`)
  return sequences.map((_, i) => readFileSync(join(folder, `${i}.out`), 'utf8'))
}

/** Undefined: it needs something that kubehop does not model, and says so. */
function askKubehop(lines: readonly string[]): string | undefined {
  try {
    return runScript(scriptOf(lines)).output
  } catch (error) {
    if (error instanceof UnsupportedError) return undefined
    throw error
  }
}

/** Time goes on in the kernel alone, and iptables-save dates its tables. */
function normal(text: string): string {
  return text
    .replace(/^#.*\n/gm, '')
    .replace(/timeout (49|99)\b/g, (_, seconds: string) => `timeout ${Number(seconds) + 1}`)
}

function compare(sequences: readonly (readonly string[])[], clean: string): void {
  let compared = 0
  askKernel(sequences, clean).forEach((truth, i) => {
    const ours = askKubehop(sequences[i]!)
    if (ours === undefined) return
    expect(normal(ours), sequences[i]!.join('\n')).toBe(normal(truth))
    compared++
  })
  // most of what is tried is modelled
  expect(compared).toBeGreaterThan(sequences.length * 0.7)
}

describe.skipIf(!available)('commands in random order', () => {
  it('iptables says and does the same', () => {
    compare(fc.sample(iptablesSequence, { numRuns: RUNS, seed: SEED }), 'nft flush ruleset')
  }, 600_000)

  it('ipset says and does the same', () => {
    compare(fc.sample(ipsetSequence, { numRuns: RUNS, seed: SEED }), 'ipset flush; ipset destroy')
  }, 600_000)
})
