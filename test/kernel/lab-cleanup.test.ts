import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { labObstacle, recordLabText } from '../../src/lab/index.ts'

const obstacle = labObstacle()
if (obstacle !== null) console.warn(`The laboratory is not tried: ${obstacle}.`)

/** A lab that sleeps so long that its process can be found by the number. */
function sleepyLab(seconds: string, setup = ''): string {
  return `# Sleeps\nip netns add a\n${setup}# --- traffic ---\nip netns exec a sleep ${seconds} &\nsleep ${seconds}\n`
}

function processes(argument: string): number {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(argument)
    } catch {
      return false
    }
  }).length
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 100 && !condition(); i++) await wait(50)
  expect(condition()).toBe(true)
}

describe.skipIf(obstacle !== null)('the laboratory leaves nothing behind', () => {
  it('when a lab takes too long', async () => {
    await expect(recordLabText(sleepyLab('31.4151'), { timeLimit: 1 })).rejects.toMatchObject({
      code: 'LAB_FAILED',
      message: expect.stringContaining('time limit of 1 seconds'),
    })
    await until(() => processes('31.4151') === 0)
  })

  it('when it is aborted', async () => {
    const abort = new AbortController()
    const lab = recordLabText(sleepyLab('31.4152'), { signal: abort.signal })
    const outcome = expect(lab).rejects.toMatchObject({ code: 'LAB_ABORTED' })
    await until(() => processes('31.4152') === 2)
    abort.abort()
    await outcome
    await until(() => processes('31.4152') === 0)
    await expect(recordLabText(sleepyLab('1'), { signal: abort.signal })).rejects.toMatchObject({ code: 'LAB_ABORTED' })
  })

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const)('when the one who asked gets %s', async (signal) => {
    const seconds = `31.4${signal.length}${signal.charCodeAt(3)}${signal.charCodeAt(4)}`
    const source = fileURLToPath(new URL('../../src/lab/record-lab.ts', import.meta.url))
    const program = `import(${JSON.stringify(source)}).then((lab) => lab.recordLabText(${JSON.stringify(sleepyLab(seconds))}))`
    const asking = spawn(process.execPath, ['--import', 'tsx', '-e', program], { stdio: 'ignore' })
    await until(() => processes(seconds) === 2)
    asking.kill(signal)
    await until(() => processes(seconds) === 0)
  })

  it('when the set-up fails, and says where', async () => {
    await expect(recordLabText(sleepyLab('31.4153', 'ip -n a link set nowhere up\n'))).rejects.toMatchObject({
      code: 'LAB_FAILED',
      message: expect.stringMatching(/at line 3: ip -n a link set nowhere up\nCannot find device "nowhere"/),
    })
  })

  it('when the lab ends its own shell', async () => {
    await expect(recordLabText('# Ends\n# --- traffic ---\nexit 3\n')).rejects.toMatchObject({
      code: 'LAB_FAILED',
      message: expect.stringContaining('ended early with status 3'),
    })
  })

  it('when bash does not understand it', async () => {
    await expect(recordLabText('# Breaks\nif\n# --- traffic ---\ntrue\n')).rejects.toMatchObject({
      code: 'LAB_FAILED',
      message: expect.stringContaining('syntax error'),
    })
  })

  it('in the file system: /tmp and /run are private', async () => {
    const record = await recordLabText(
      '# Writes\nip netns add kubehop-lab-cleanup\n# --- traffic ---\necho x > /tmp/kubehop-lab-cleanup\nip netns list\n',
    )
    expect(record.commands.map(({ rc, out }) => [rc, out])).toEqual([
      [0, ''],
      [0, 'kubehop-lab-cleanup\n'],
    ])
    expect(readdirSync('/tmp')).not.toContain('kubehop-lab-cleanup')
    expect(readFileSync('/proc/mounts', 'utf8')).not.toContain('kubehop-lab-cleanup')
  })
})
