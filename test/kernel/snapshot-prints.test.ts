import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { FORMS, PRINTS_FILE, realPrints, STORED } from '../snapshot/parse/real-prints.ts'
import { evidenceOfPrints, withoutSources } from '../snapshot/parse/support.ts'

/*
 * A namespace with all that this kernel has is printed in every form, and each form must become the same evidence: words and JSON, with
 * details and without, statistics between the lines, one line each.
 */

const available =
  process.getuid?.() === 0 &&
  spawnSync('unshare', ['--net', '--mount', 'ip', '-V']).stdout?.includes('iproute2') === true

/** In words the name of the other end's namespace is told, and this tells its number. */
const NUMBERS = 'ip netns list-id'

describe.skipIf(!available)('the prints of a real namespace', () => {
  let prints = new Map<string, string>()

  beforeAll(() => {
    const script = fileURLToPath(new URL('../snapshot/parse/real-host.sh', import.meta.url))
    const ask = FORMS.flat()
      .map((command) => `echo '### ${command}'; ${command} 2>&1`)
      .join('\n')
    const run = spawnSync('unshare', ['--net', '--mount', 'bash', '-c', `. ${script} 2>/dev/null\n${ask}\ntrue`], {
      encoding: 'utf8',
      timeout: 50_000,
      env: { ...process.env, LC_ALL: 'C' },
      maxBuffer: 2 ** 26,
    })
    expect(run.status).toBe(0)
    prints = realPrints(run.stdout)
    if (process.env.UPDATE_PRINTS === '1')
      writeFileSync(PRINTS_FILE, STORED.map((command) => `### ${command}\n${prints.get(command)}`).join('\n'))
  })

  test.each(FORMS)('%s', (...forms) => {
    const [first, ...others] = forms.map((command) => {
      const { notes, ...rest } = withoutSources(evidenceOfPrints(prints, [command, NUMBERS]))
      expect(notes, command).toEqual([])
      return { ...rest, partial: [...rest.partial.keys()] }
    })
    for (const other of others) expect(other).toEqual(first)
  })
})
