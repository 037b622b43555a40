import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { collectorScript } from '../../src/collect/index.ts'
import { runScript } from '../../src/commands/index.ts'
import type { Finding } from '../../src/diagnose/index.ts'
import { readSnapshot } from '../../src/snapshot/index.ts'
import { recordSnapshot } from '../../src/snapshot/record.ts'
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
function run(lab: BrokenLab, commands: readonly string[]) {
  const script = [
    'mount -t tmpfs none /run',
    'mkdir -p /run/netns',
    `folder=${folder}`,
    buildScript(lab),
    ...commands,
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

/** Lets the collector record what there is; the folder's name is known in the script as `$folder`. */
const COLLECT = 'sh $folder/collect.sh 2>/dev/null >$folder/snapshot.json'

/** What is found when the simulator runs the lab. */
function simulated(lab: BrokenLab): readonly Finding[] {
  const { machine } = runScript([buildScript(lab), ...lab.harm].join('\n'), { name: 'lab.sh' })
  return findingsOf(recordSnapshot([{ name: 'machine', machine }]))
}

/** What the collector recorded in the last run. */
const found = () => findingsOf(readSnapshot(readFileSync(join(folder, 'snapshot.json'), 'utf8')))

const probe = ({ probe: command }: BrokenLab): string =>
  command === undefined ? 'echo works' : `${command} >/dev/null 2>&1 && echo works || echo fails`

describe.runIf(hasTools)('the healthy cluster', () => {
  it('has no finding', () => {
    run({ code: '', harm: [] }, [COLLECT])
    expect(found().map(({ code, title }) => `${code}: ${title}`)).toEqual([])
  })
})

describe.runIf(hasTools).each(BROKEN_LABS.map((lab) => [lab.name ?? lab.code, lab] as const))('%s', (_, lab) => {
  it('is found in real namespaces, stops the flow, and its fix makes it go', () => {
    // the simulator knows what to do already: one build is enough
    const mend = lab.mend ?? (lab.kernelOnly === undefined ? fixCommands(simulated(lab)) : null)
    // an ARP entry that nobody answered for is asked for again when its three tries are over
    const pause = lab.andThen === undefined ? 'sleep 0.2' : 'sleep 3.5'
    const again = (commands: readonly string[]) => (commands.length === 0 ? [] : [...commands, pause, probe(lab)])
    const answers = run(lab, [probe(lab), ...lab.harm, probe(lab), COLLECT, ...again(mend ?? [])])
    const fails = lab.probe === undefined ? 'works' : 'fails'
    expect(answers).toEqual(['works', fails, ...(mend === null || mend.length === 0 ? [] : ['works'])])
    const findings = found()
    const codes = new Set(findings.map(({ code }) => code))
    for (const also of lab.andThen ?? []) codes.delete(also)
    expect([...codes], findings.map(({ title }) => title).join('\n')).toEqual([lab.code])
    if (lab.mend === undefined && mend !== null) expect(fixCommands(findings)).toEqual(mend)
    if (mend === null) expect(run(lab, [...lab.harm, ...again(fixCommands(findings))])).toEqual(['works'])
  }, 120_000)
})
