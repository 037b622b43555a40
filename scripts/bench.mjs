/**
 * `npm run bench -- [--quick] [--only SUITE] [--json FILE] [--baseline]`. The benchmarks run as users run kubehop: bundled. A runner that
 * compiles each file as it is loaded may lower private fields to WeakMaps, which costs more than everything that is measured.
 *
 * What stands before `--` goes to node: `node scripts/bench.mjs --cpu-prof -- --only traces`.
 */
import { spawnSync } from 'node:child_process'
import { build } from 'tsup'

const OUT = 'node_modules/.cache/kubehop-bench'

await build({
  config: false,
  entry: { index: 'bench/index.ts' },
  outDir: OUT,
  format: 'esm',
  target: 'node20',
  platform: 'node',
  clean: true,
  silent: true,
})

const given = process.argv.slice(2)
const divider = given.indexOf('--')
const [forNode, forBench] = divider < 0 ? [[], given] : [given.slice(0, divider), given.slice(divider + 1)]
const { status } = spawnSync(process.execPath, [...forNode, `${OUT}/index.js`, ...forBench], { stdio: 'inherit' })
process.exitCode = status ?? 1
