/**
 * The closing line of CI: `count-tests.mjs RESULTS.json TEST_EXIT_CODE FAILED_STEPS` prints `412 passed, 0 failed, 3 skipped`
 * from vitest's JSON. A test file that did not load and a check that failed each count as one failure.
 */
import { readFileSync } from 'node:fs'

const [file, testExit, failedSteps] = process.argv.slice(2)
const results = read(file)
const tests = results.testResults.flatMap((each) => each.assertionResults.map((test) => ({ file: each.name, ...test })))
const count = (list, ...status) => list.filter((test) => status.includes(test.status)).length

const kernel = tests.filter((test) => /[\\/]test[\\/]kernel[\\/]/.test(test.file))
console.log(`\nCompared with the kernel: ${count(kernel, 'passed', 'failed')} of ${kernel.length} tests`)

const unloaded = results.testResults.filter(
  (each) => each.status === 'failed' && count(each.assertionResults, 'failed') === 0,
)
let failed = count(tests, 'failed') + unloaded.length
if (testExit !== '0' && failed === 0) failed = 1
failed += Number(failedSteps)

const passed = count(tests, 'passed')
const skipped = count(tests, 'skipped', 'pending', 'todo', 'disabled')
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exitCode = failed > 0 ? 1 : 0

function read(name) {
  try {
    return JSON.parse(readFileSync(name, 'utf8'))
  } catch {
    return { testResults: [] }
  }
}
