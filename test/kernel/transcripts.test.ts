import { execFile } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { labObstacle } from '../../src/lab/index.ts'
import { normal, scriptOf, storedOutput, transcripts } from '../commands/transcripts/index.ts'

/*
 * The stored transcripts are what this machine's programs print. `UPDATE_TRANSCRIPTS=1 npx vitest run test/kernel/transcripts.test.ts -t NAME`
 * (root) writes them anew.
 */

const obstacle = labObstacle()
if (obstacle !== null) console.warn(`The transcripts are not compared with the real programs: ${obstacle}.`)

/** A machine of its own, with its own files, and without what nobody asked for. */
const PLACE = [
  'mount -t tmpfs none /run && mount -t tmpfs none /tmp && cd /tmp && cat >script',
  'sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0',
  'exec bash script 2>&1',
].join('\n')

async function realOutput(name: string): Promise<string> {
  const run = promisify(execFile)(
    'unshare',
    ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', 'bash', '-c', PLACE],
    { timeout: 120_000, env: { ...process.env, LC_ALL: 'C' } },
  )
  run.child.stdin?.end(scriptOf(name))
  return (await run).stdout
}

const pathOf = (name: string): string => fileURLToPath(new URL(`../commands/transcripts/${name}.txt`, import.meta.url))

describe.skipIf(obstacle !== null)('the stored words are those of the real programs', () => {
  // most of the time they wait
  it.concurrent.each(transcripts)('%s', { timeout: 130_000, retry: 1 }, async (name) => {
    const real = await realOutput(name)
    if (
      process.env.UPDATE_TRANSCRIPTS === '1' &&
      (!existsSync(pathOf(name)) || normal(storedOutput(name)) !== normal(real))
    ) {
      writeFileSync(pathOf(name), real)
    }
    expect(normal(storedOutput(name))).toBe(normal(real))
  })
})
