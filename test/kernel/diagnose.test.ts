import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { collectorScript } from '../../src/collect/index.ts'
import { readSnapshot } from '../../src/snapshot/index.ts'
import { BROKEN_LABS, type BrokenLab, buildScript, findingsOf, fixCommands } from '../diagnose/labs.ts'

// That something is a fault is a claim about the kernel: each lab of test/diagnose is broken in real namespaces, too. The flow stops, what the collector records
// there shows it, and what the finding says to do makes the flow go again.

const isRoot = process.platform === 'linux' && process.getuid?.() === 0
const hasTools =
  isRoot && ['nfacct', 'ip', 'nc', 'ping', 'iptables-restore'].every((tool) => spawnSync('which', [tool]).status === 0)

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'diagnose-'))
  writeFileSync(join(folder, 'collect.sh'), collectorScript())
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs commands in the cluster that a lab is about: what each probe said. */
function run(lab: BrokenLab, commands: readonly string[], collects = true) {
  const script = [
    'mount -t tmpfs none /run',
    'mkdir -p /run/netns',
    buildScript(lab),
    ...commands,
    collects ? `sh ${folder}/collect.sh 2>/dev/null >${folder}/snapshot.json` : '',
    'kill $(jobs -p)',
  ]
  writeFileSync(join(folder, 'lab.sh'), script.join('\n'))
  const { stdout, stderr } = spawnSync(
    'unshare',
    ['--net', '--mount', '--pid', '--fork', '--mount-proc', 'bash', join(folder, 'lab.sh')],
    { encoding: 'utf8', timeout: 50_000 },
  )
  expect(stderr).toBe('')
  return stdout.split('\n').filter((line) => line === 'works' || line === 'fails')
}

/** What the collector recorded at the end of the last run. */
const found = () => findingsOf(readSnapshot(readFileSync(join(folder, 'snapshot.json'), 'utf8')))

const probe = ({ probe: command }: BrokenLab): string =>
  command === undefined ? 'echo works' : `${command} >/dev/null 2>&1 && echo works || echo fails`

describe.runIf(hasTools)('the healthy cluster', () => {
  it('has no finding', () => {
    run({ code: '', harm: [] }, [])
    expect(found().map(({ code, title }) => `${code}: ${title}`)).toEqual([])
  })
})

describe.runIf(hasTools).each(BROKEN_LABS.map((lab) => [lab.name ?? lab.code, lab] as const))('%s', (_, lab) => {
  it('is found in real namespaces, stops the flow, and its fix makes it go', () => {
    const answers = run(lab, [probe(lab), ...lab.harm, probe(lab)])
    expect(answers).toEqual(['works', lab.probe === undefined ? 'works' : 'fails'])
    const findings = found()
    expect([...new Set(findings.map(({ code }) => code))], findings.map(({ title }) => title).join('\n')).toEqual([
      lab.code,
      ...(lab.andThen ?? []),
    ])
    const mend = lab.mend ?? fixCommands(findings)
    if (mend.length === 0) return
    expect(run(lab, [...lab.harm, ...mend, 'sleep 0.2', probe(lab)], false)).toEqual(['works'])
  }, 120_000)
})
