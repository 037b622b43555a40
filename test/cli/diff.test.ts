import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cli, SHOP } from './support.ts'

const SCHEMA = new URL('../../docs/difference.schema.json', import.meta.url)
const validate = new Ajv2020({ allErrors: true, strict: true, strictTypes: false }).compile(
  JSON.parse(readFileSync(SCHEMA, 'utf8')) as object,
)

let folder: string
const at = (name: string) => path.join(folder, name)

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'kubehop-diff-'))
  const snapshot = await cli(['export', '-f', SHOP, '-o', 'snapshot'])
  const { hosts, ...rest } = JSON.parse(snapshot.out) as { hosts: { name: string }[] }
  writeFileSync(at('all.json'), snapshot.out)
  mkdirSync(at('each'))
  for (const host of hosts) writeFileSync(at(`each/${host.name}.json`), JSON.stringify({ ...rest, hosts: [host] }))
  mkdirSync(at('none'))
  const rules = await cli(['iptables-save', '-f', SHOP, '--node', 'node-1'])
  writeFileSync(at('before.rules'), rules.out)
  writeFileSync(
    at('after.rules'),
    rules.out
      .split('\n')
      .filter((line) => !line.includes('cartservice'))
      .join('\n'),
  )
  writeFileSync(at('plain.rules'), '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\nCOMMIT\n')
  writeFileSync(at('open.rules'), '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\nCOMMIT\n')
})

afterAll(() => rmSync(folder, { recursive: true }))

describe('kubehop diff', () => {
  it('finds no difference between a snapshot and the same hosts one by one, and exits with 0', async () => {
    const { code, out } = await cli(['diff', at('all.json'), at('each')])
    expect(out).toMatch(/^\d+ flows compared: none differs\n/)
    expect(code).toBe(0)
  })

  it('compares one flow, in the words of trace', async () => {
    const { code, out } = await cli([
      'diff',
      at('all.json'),
      at('each'),
      'node/node-1',
      'svc/cartservice:7070',
      '-o',
      'json',
    ])
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ version: 1, compared: 1, changes: [] })
  })

  it('exits with 1 when something differs, and names it', async () => {
    const { code, out } = await cli(['diff', at('before.rules'), at('after.rules'), '--in', 'eth0'])
    expect(code).toBe(1)
    expect(out).toContain('default/cartservice:grpc')
    const data = await cli(['diff', at('before.rules'), at('after.rules'), '--in', 'eth0', '-o', 'json'])
    expect(validate(JSON.parse(data.out)), JSON.stringify(validate.errors)).toBe(true)
    const flow = await cli([
      'diff',
      at('plain.rules'),
      at('open.rules'),
      '--in',
      'eth0',
      '--out',
      'eth1',
      '203.0.113.7',
      '10.1.2.3:80',
    ])
    expect(flow.code).toBe(1)
    expect(flow.out).toMatch(/before +dropped: NETFILTER_DROP/)
  })

  it.each([
    [['diff', 'all.json', 'before.rules'], 'one side is a snapshot, the other is not'],
    [['diff', 'plain.rules', 'open.rules'], 'there are no Services'],
    [['diff', 'all.json', 'all.json', 'node/node-1'], 'a flow has two ends'],
    [['diff', 'all.json', 'all.json', '--in', 'eth0'], '--in is about the rules of a dump'],
    [['diff', 'before.rules', 'after.rules', '-n', 'shop'], '--namespace is not about a dump'],
    [['diff', 'all.json', 'all.json', '--protocol', 'udp'], '--protocol is about one flow'],
    [['diff', 'none', 'all.json'], 'there is no file in'],
    [['diff', 'missing.json', 'all.json'], 'there is no such file'],
  ])('refuses %j', async (words, message) => {
    const files = words.map((word) => (/\.(json|rules)$|^none$/.test(word) ? at(word) : word))
    const { code, err } = await cli(files)
    expect(code).toBe(2)
    expect(err).toContain(message)
  })

  it('reads standard input once', async () => {
    const { code, err } = await cli(['diff', '-', '-'])
    expect(code).toBe(2)
    expect(err).toContain('standard input can be read only once')
  })
})
