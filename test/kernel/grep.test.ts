import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runScript } from '../../src/commands/index.ts'

/*
 * Random regular expressions, basic and extended, in random lines: this grep selects the lines that the machine's own selects. Left out is -o, where GNU
 * grep 3.8 tries one way after the other, for hours at times, and sometimes goes wrong; and the edges of words inside of patterns with -w.
 */

const isGnu = (spawnSync('grep', ['--version'], { encoding: 'utf8' }).stdout ?? '').startsWith('grep (GNU grep) 3.8')
const SEED = Number(process.env.KUBEHOP_SEED ?? 7)
const RUNS = Number(process.env.KUBEHOP_RUNS ?? 300)

const atom = fc.constantFrom('a', 'b', 'c', '.', '[ab]', '[^a]', '[[:alpha:]]', '\\w', '\\W', '_', '-', '\\.', '[a-c]')
const bounds = fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{1,2}', '{0,1}')
const edge = fc.constantFrom('', '', '', '\\b', '\\<', '\\>')

const { extended } = fc.letrec<{ extended: string; part: string }>((tie) => ({
  extended: fc.array(tie('part'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('')),
  part: fc.oneof(
    { maxDepth: 2 },
    fc.tuple(atom, bounds, edge).map((texts) => texts.join('')),
    fc
      .tuple(tie('extended'), fc.option(tie('extended')), bounds)
      .map(([one, other, times]) => `(${one}${other === null ? '' : `|${other}`})${times}`),
  ),
}))

/** The same in the words of basic expressions. */
function basic(pattern: string): string {
  return pattern.replace(/\\.|\[\^?[^\]]*(\[:alpha:\])?\]|[+?|(){}]/g, (text) =>
    text.length === 1 ? `\\${text}` : text,
  )
}

const call = fc
  .tuple(
    fc.constantFrom('-n', '-nw', '-nx', '-ic', '-vn', '-nA1', '-nC1'),
    fc.boolean(),
    fc.constantFrom('', '^'),
    extended,
    fc.constantFrom('', '$'),
  )
  .map(([options, isBasic, start, pattern, end]) => {
    const text = `${start}(${options === '-nw' ? pattern.replace(/\\[b<>]/g, '') : pattern})${end}`
    return isBasic ? `grep ${options} '${basic(text)}' lines` : `grep ${options} -E '${text}' lines`
  })
const line = fc
  .array(fc.constantFrom('a', 'a', 'b', 'b', 'c', '_', '-', ' ', '.'), { maxLength: 8 })
  .map((parts) => parts.join(''))

describe.skipIf(!isGnu)('grep', () => {
  it('finds what the real one finds', { timeout: 120_000 }, () => {
    const [lines] = fc.sample(fc.array(line, { minLength: 40, maxLength: 40 }), { seed: SEED, numRuns: 1 })
    const calls = fc.sample(call, { seed: SEED, numRuns: RUNS })
    const script = [
      `printf '${lines!.join('\\n')}\\n' > lines`,
      ...calls.map((each, i) => `echo "$ ${i} ${each.replace(/[\\$]/g, '\\$&')}"\n${each}\necho "[$?]"`),
    ].join('\n')
    const folder = mkdtempSync(join(tmpdir(), 'kubehop-grep-'))
    try {
      const env = { ...process.env, LC_ALL: 'C' }
      const real = spawnSync('bash', ['-s'], {
        input: script,
        encoding: 'utf8',
        cwd: folder,
        env,
        timeout: 60_000,
      }).stdout
      expect(runScript(`${script}\n`).output).toBe(real)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
