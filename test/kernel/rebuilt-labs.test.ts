import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { collectorScript } from '../../src/collect/index.ts'
import { labObstacle } from '../../src/lab/index.ts'
import { differencesOf, labText, rebuildableLabs, setupOf } from '../support/rebuilt-lab.ts'

const obstacle = labObstacle()
if (obstacle !== null) console.warn(`No lab is collected: ${obstacle}.`)

/** Each takes a second or two; all of them with REBUILT_LABS=all. */
const labs = rebuildableLabs.filter((_, i) => process.env.REBUILT_LABS === 'all' || i % 5 === 0)

/** Does the set-up in namespaces of its own, whose process 1 it is, and has them recorded. Nothing of it stays behind. */
const PROGRAM = `
for folder in /run /tmp; do mount -t tmpfs private $folder; done
mkdir -p /run/netns
cd /tmp
printf '%s\\n' "$SETUP" >setup.sh
set -e
. ./setup.sh >setup.out 2>&1 </dev/null
set +e
printf '%s\\n' "$COLLECTOR" | sh
`
const UNSHARE = '--net --mount --pid --fork --kill-child --mount-proc --propagation private'.split(' ')
const MAX_OUTPUT = 64 * 1024 * 1024

async function collected(setup: string): Promise<string> {
  const { stdout } = await promisify(execFile)('unshare', [...UNSHARE, 'bash', '-c', PROGRAM], {
    cwd: fileURLToPath(new URL('/', import.meta.url)),
    env: {
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      LC_ALL: 'C',
      HOME: '/',
      SETUP: setup,
      COLLECTOR: collectorScript(),
    },
    maxBuffer: MAX_OUTPUT,
    timeout: 50_000,
    killSignal: 'SIGKILL',
  })
  return stdout
}

describe.skipIf(obstacle !== null)('what is collected of real namespaces and rebuilt does what the kernel did', () => {
  // Another try: on a busy machine IPv6 has time to tell a bridge where a device is, which it has not in the lab.
  it.each(labs)('%s', { retry: 2, timeout: 60_000 }, async (name) => {
    expect(differencesOf(name, await collected(setupOf(labText(name))))).toBe('')
  })
})
