/**
 * `npm run check`: every step that CI takes, in order, each as its own npm script. A failing step does not hide the
 * ones after it. `--without test` leaves a step out. The exit code is the number of steps that failed.
 */
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'

const STEPS = ['lint', 'typecheck', 'layers', 'deadcode', 'test', 'build', 'api:check', 'package:check', 'docs']

const { values } = parseArgs({ options: { without: { type: 'string', multiple: true, default: [] } } })
const failed = []
for (const step of STEPS.filter((each) => !values.without.includes(each))) {
  console.log(`\n— ${step}`)
  const begin = performance.now()
  const { status } = spawnSync('npm', ['run', '--silent', step], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  const seconds = ((performance.now() - begin) / 1000).toFixed(1)
  console.log(`${status === 0 ? '✓' : '✗'} ${step} (${seconds} s)`)
  if (status !== 0) failed.push(step)
}
if (failed.length > 0) console.error(`\nFailed: ${failed.join(', ')}`)
process.exitCode = failed.length
