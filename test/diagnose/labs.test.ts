import { describe, expect, it } from 'vitest'
import { runScript } from '../../src/commands/index.ts'
import { recordSnapshot } from '../../src/snapshot/record.ts'
import { BROKEN_LABS, type BrokenLab, buildScript, findingsOf, fixCommands } from './labs.ts'

// Each lab breaks a healthy cluster in one way, in the simulator. The flow stops, exactly that is found, and what the finding says to do makes it go again.
// test/kernel/diagnose.test.ts asks the kernel the same.

function run(lab: BrokenLab, ...commands: readonly string[]) {
  const script = [buildScript(lab), ...commands].join('\n')
  const { output, machine } = runScript(script, { name: 'lab.sh' })
  return { output, snapshot: recordSnapshot([{ name: 'machine', machine }]) }
}

const probe = ({ probe: command }: BrokenLab): string =>
  command === undefined ? 'echo works' : `${command} >/dev/null 2>&1 && echo works || echo fails`

describe('the healthy cluster', () => {
  it('has no finding', () => {
    const { snapshot } = run({ code: '', harm: [] })
    expect(findingsOf(snapshot).map(({ code, title }) => `${code}: ${title}`)).toEqual([])
  })
})

describe.each(
  BROKEN_LABS.filter(({ kernelOnly }) => kernelOnly === undefined).map((lab) => [lab.name ?? lab.code, lab] as const),
)('%s', (_, lab) => {
  it('is found on the broken cluster alone, and mended by its fix', () => {
    const broken = run(lab, probe(lab), ...lab.harm, probe(lab))
    const answers = broken.output.split('\n').filter((line) => line === 'works' || line === 'fails')
    expect(answers).toEqual(['works', lab.probe === undefined ? 'works' : 'fails'])
    const findings = findingsOf(run(lab, ...lab.harm).snapshot)
    expect([...new Set(findings.map(({ code }) => code))], findings.map(({ title }) => title).join('\n')).toEqual([
      lab.code,
    ])
    const mend = lab.mend ?? fixCommands(findings)
    if (mend.length === 0) return
    const mended = run(lab, ...lab.harm, ...mend, probe(lab))
    expect(mended.output.trimEnd().split('\n').at(-1)).toBe('works')
    expect(findingsOf(mended.snapshot)).toEqual([])
  })
})
