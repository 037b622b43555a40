import { spawn, spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { build } from 'tsup'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SHOP } from './support.ts'

// The command line as it is built and run: a process of its own.

/** In the package's folder, so that the build finds its dependencies and package.json as the real one does. */
const OUT = path.resolve('node_modules/.cache/kubehop-cli-test')
const MAIN = path.join(OUT, 'cli/main.js')

beforeAll(async () => {
  rmSync(OUT, { recursive: true, force: true })
  await build({
    config: false,
    entry: { 'cli/main': 'src/cli/main.ts' },
    format: 'esm',
    outDir: OUT,
    target: 'node20',
    splitting: true,
    silent: true,
  })
}, 60_000)

afterAll(() => rmSync(OUT, { recursive: true, force: true }))

const env = { PATH: process.env.PATH ?? '' }

function kubehop(words: string, input = ''): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...words.split(' ')], {
    input,
    env,
    encoding: 'utf8',
  })
  return { code: status, out: stdout, err: stderr }
}

describe('the built command', { timeout: 30_000 }, () => {
  it('knows its version', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
    expect(kubehop('--version')).toEqual({ code: 0, out: `${version}\n`, err: '' })
  })

  it('traces from a file and from standard input alike', () => {
    const flow = 'deploy/frontend svc/cartservice:7070 -o json'
    const fromFile = kubehop(`trace -f ${SHOP} ${flow}`)
    expect(fromFile.err).toBe('')
    expect(fromFile.code).toBe(0)
    expect(kubehop(`trace -f - ${flow}`, readFileSync(SHOP, 'utf8')).out).toBe(fromFile.out)
  })

  it('exits with 1 when the packet does not arrive, with 2 on bad input', () => {
    expect(kubehop(`trace -f ${SHOP} deploy/frontend svc/reviews:80`).code).toBe(1)
    const bad = kubehop('trace -f - a b', 'kind: [')
    expect([bad.code, bad.out]).toEqual([2, ''])
    expect(bad.err).toMatch(/^error: -:1/)
    expect(bad.err).not.toMatch(/^ +at /m)
  })

  it('finds the bundled application', () => {
    expect(kubehop('demo 1 --detail minimal').code).toBe(0)
  })

  it('writes no colours and no progress into pipes', () => {
    const { out, err } = kubehop('demo 1')
    expect(out + err).not.toContain('\u001b')
  })

  it('is silent when its reader goes away', async () => {
    const child = spawn(process.execPath, [MAIN, 'demo'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let err = ''
    child.stderr.on('data', (text) => {
      err += String(text)
    })
    child.stdout.once('data', () => child.stdout.destroy())
    const code = await new Promise((resolve) => child.on('close', resolve))
    expect(err).toBe('')
    expect([0, 1]).toContain(code)
  })

  it('loads neither YAML nor the simulator for its help', () => {
    const main = readFileSync(MAIN, 'utf8')
    const chunks = [...main.matchAll(/^(?:import|export).*from\s*"([^"]+)"/gm)].map(([, name]) => name ?? '')
    const loaded = [
      main,
      ...chunks.filter((name) => name.startsWith('.')).map((name) => readFileSync(path.join(OUT, 'cli', name), 'utf8')),
    ]
    expect(chunks.filter((name) => !name.startsWith('.') && !/^(node:|util|fs|path|url)/.test(name))).toEqual([])
    expect(loaded.join('').length).toBeLessThan(60_000)
  })
})
