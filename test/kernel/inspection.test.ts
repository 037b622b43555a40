import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { runScript } from '../../src/commands/index.ts'
import { labObstacle } from '../../src/lab/index.ts'
import { INSPECTED_LABS, inspected, inspectionOf } from '../support/inspection.ts'

/*
 * Somebody looks around in networks that are built on the kernel and in the simulator: what each command of inspection prints in each namespace, before
 * the traffic and behind it, is the same.
 */

const obstacle = labObstacle()
if (obstacle !== null)
  console.warn(`What commands of inspection print is not compared with the real ones: ${obstacle}.`)

/** A machine of its own, with its own files. */
const PLACE = [
  'mount -t tmpfs none /run && mount -t tmpfs none /tmp && cd /tmp && cat >script',
  'sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.igmp_link_local_mcast_reports=0',
  'exec bash script 2>&1',
].join('\n')
const LARGE = 2 ** 27

async function realOutput(script: string): Promise<string> {
  const run = promisify(execFile)(
    'unshare',
    ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', 'bash', '-c', PLACE],
    { timeout: 180_000, maxBuffer: LARGE, env: { ...process.env, LC_ALL: 'C' } },
  )
  run.child.stdin?.end(script)
  return (await run).stdout
}

describe.skipIf(obstacle !== null)('who looks around sees what the kernel shows', () => {
  it.concurrent.each(INSPECTED_LABS)('%s', { timeout: 200_000, retry: 1 }, async (name) => {
    const script = inspectionOf(name)
    const real = inspected(await realOutput(script), script)
    expect(inspected(runScript(script).output, script)).toEqual(real)
    expect(real.length).toBeGreaterThan(100)
  })
})
