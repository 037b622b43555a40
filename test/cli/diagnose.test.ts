import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runScript } from '../../src/commands/index.ts'
import type { DiagnosisData } from '../../src/diagnose/index.ts'
import { recordSnapshot } from '../../src/snapshot/record.ts'
import { BROKEN_LABS, buildScript, hostsOf } from '../diagnose/labs.ts'
import { cli } from './support.ts'

const CLUSTER = 'test/diagnose/cluster.yaml'
const isValid = new Ajv2020({ allowUnionTypes: true }).compile(
  JSON.parse(readFileSync('docs/diagnosis.schema.json', 'utf8')) as object,
)

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'diagnose-cli-'))
  for (const code of ['healthy', 'ip-forward-off', 'forward-drop', 'rp-filter-asymmetric']) {
    const { harm } = BROKEN_LABS.find((lab) => lab.code === code) ?? { harm: [] }
    const { machine } = runScript([buildScript(), ...harm].join('\n'), { name: 'lab.sh' })
    const snapshot = recordSnapshot([{ name: 'machine', machine }])
    for (const host of hostsOf(snapshot))
      writeFileSync(join(folder, `${code}-${host.name}.json`), JSON.stringify({ ...snapshot, hosts: [host] }))
  }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const snapshots = (code: string): string[] =>
  ['node-1', 'node-2'].flatMap((node) => ['--snapshot', join(folder, `${code}-${node}.json`)])

async function data(...argv: readonly string[]): Promise<DiagnosisData> {
  const { out, err } = await cli(['diagnose', ...argv, '-o', 'json'])
  expect(err).toBe('')
  const found = JSON.parse(out) as DiagnosisData
  expect(isValid(found), JSON.stringify(isValid.errors)).toBe(true)
  return found
}

describe('kubehop diagnose', () => {
  it('finds nothing on a healthy cluster, and exits with 0', async () => {
    const { code, out, err } = await cli(['diagnose', ...snapshots('healthy'), '-f', CLUSTER])
    expect(err).toBe('')
    expect(out).toMatch(/^Nothing wrong was found\.\n/)
    expect(code).toBe(0)
  })

  it('tells what is wrong, where, what shows it and what to do, and exits with 1', async () => {
    const { code, out } = await cli(['diagnose', ...snapshots('ip-forward-off'), '-f', CLUSTER])
    expect(out).toContain('error ip-forward-off\n  node-1 does not forward packets: net.ipv4.ip_forward is 0.\n')
    expect(out).toContain('in node-1: sysctl -w net.ipv4.ip_forward=1')
    expect(out).toContain('1 error.')
    expect(code).toBe(1)
  })

  it('data is of the schema', async () => {
    const found = await data(...snapshots('forward-drop'), '-f', CLUSTER)
    expect(found.counts).toEqual({ error: 1, warning: 0, info: 0 })
    expect(found.findings.map(({ code }) => code)).toEqual(['forward-drop'])
  })

  it('yaml says the same', async () => {
    const { out } = await cli(['diagnose', ...snapshots('forward-drop'), '-o', 'yaml'])
    expect(out).toMatch(/^version: 1\n/)
    expect(out).toContain('  - code: forward-drop\n')
  })

  it.each([
    ['ip-forward-off', 'pod/client', 'svc/far'],
    ['forward-drop', 'pod/client', 'pod/far'],
    ['rp-filter-asymmetric', 'pod/client', 'pod/far'],
  ])('a flow: %s is the cause', async (code, from, to) => {
    const found = await data(...snapshots(code), '-f', CLUSTER, from, to)
    expect(found.flow).toMatchObject({ from, to, causes: [code] })
    expect(found.flow?.summary).toContain(`That is ${code}, see below.`)
    expect(found.findings[0]).toMatchObject({ code, onPath: true })
  })

  it('a flow that nothing stops', async () => {
    const found = await data(...snapshots('healthy'), '-f', CLUSTER, 'pod/client', 'svc/far')
    expect(found.flow).toMatchObject({
      disposition: 'delivered',
      causes: [],
      summary: 'pod/client → svc/far is delivered and answered.',
    })
  })

  it('a flow that depends on a rule that nobody knows: what is told of its end holds in that case', async () => {
    const unknown = '[0:0] -A FORWARD -m u32 --u32 0&0xFF=0x1 -j DROP\\n'
    for (const node of ['node-1', 'node-2']) {
      const text = readFileSync(join(folder, `healthy-${node}.json`), 'utf8')
      writeFileSync(join(folder, `u32-${node}.json`), text.replace('[0:0] -A FORWARD ', `${unknown}[0:0] -A FORWARD `))
    }
    const found = await data(...snapshots('u32'), '-f', CLUSTER, 'pod/client', 'pod/far')
    expect(found.flow?.disposition).toBe('depends')
    expect(found.flow?.reason).toMatch(/^depends on whether -m u32/)
    expect(found.flow?.summary).toMatch(/, if -m u32 .* holds for it, is dropped: NETFILTER_DROP/)
    expect(found.findings.map(({ code }) => code)).toEqual(['unmodelled-rule', 'unmodelled-rule'])
  })

  it('a flow through manifests alone: a Service without endpoints', async () => {
    const found = await data('-f', 'examples/shop.yaml', 'deploy/frontend', 'svc/reviews:80')
    expect(found.flow).toMatchObject({ disposition: 'rejected', causes: ['service-selects-nothing'] })
    expect(found.findings[0]).toMatchObject({ code: 'service-selects-nothing', onPath: true })
  })

  it('takes what somebody pasted of one host', async () => {
    const dump =
      '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:KUBE-FIREWALL - [0:0]\nCOMMIT\n*nat\n:PREROUTING ACCEPT [0:0]\n:KUBE-SERVICES - [0:0]\n:KUBE-MARK-MASQ - [0:0]\n:KUBE-POSTROUTING - [0:0]\nCOMMIT\n'
    const { out, code } = await cli('diagnose --snapshot - -o json', { stdin: dump })
    expect((JSON.parse(out) as DiagnosisData).findings.map((finding) => finding.code)).toEqual([
      'kube-services-not-reached',
      'masquerade-missing',
    ])
    expect(code).toBe(1)
  })

  it('of two snapshots of one host the later counts, and drops that grew between them are told', async () => {
    const later = JSON.parse(readFileSync(join(folder, 'healthy-node-1.json'), 'utf8')) as {
      hosts: { time?: string }[]
    }
    const text = (time: string, packets: number) => {
      const hosts = later.hosts.map((host) => ({ ...host, time }))
      return JSON.stringify({ ...later, hosts }).replaceAll('[0:0] -A KUBE-FIREWALL', `[${packets}:0] -A KUBE-FIREWALL`)
    }
    writeFileSync(join(folder, 'then.json'), text('2026-11-20T10:00:00Z', 3))
    writeFileSync(join(folder, 'now.json'), text('2026-11-20T10:05:00Z', 5))
    const found = await data('--snapshot', join(folder, 'now.json'), '--snapshot', join(folder, 'then.json'))
    expect(found.findings.map(({ code, where }) => [code, where.netns])).toEqual([['drops-growing', 'node-1']])
  })

  it('--only looks for one finding', async () => {
    const found = await data(...snapshots('forward-drop'), '--only', 'ip-forward-off')
    expect(found.findings).toEqual([])
    expect(found.unchecked).toEqual([])
  })

  it.each([
    ['diagnose', 'there is nothing to look at'],
    ['diagnose -f examples/shop.yaml --only ip-forward-of', 'ip-forward-off'],
    ['diagnose -f examples/shop.yaml pod/a', 'a flow has two ends'],
    ['diagnose --snapshot nowhere.json', 'nowhere.json'],
  ])('%s is refused', async (argv, says) => {
    const { code, err } = await cli(argv)
    expect(err).toContain(says)
    expect(code).toBe(2)
  })
})
