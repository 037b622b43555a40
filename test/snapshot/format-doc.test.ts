import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ALSO_COLLECTED, COLLECTED } from '../../src/snapshot/commands.ts'
import { readSnapshot } from '../../src/snapshot/index.ts'
import { schemaErrors } from './schema.ts'

const read = (name: string): string => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8')
const DOC = read('snapshot-format.md')
const SCHEMA = JSON.parse(read('snapshot.schema.json')) as {
  properties: object
  $defs: Record<string, { properties?: object }>
}

describe('docs/snapshot-format.md', () => {
  it('has a right example', () => {
    const [, example = ''] = /^```json\n([\s\S]*?)^```$/m.exec(DOC) ?? []
    expect(schemaErrors(JSON.parse(example))).toEqual([])
    expect(readSnapshot(example)).toEqual(JSON.parse(example))
  })

  it('names every field', () => {
    const fields = [SCHEMA, ...Object.values(SCHEMA.$defs)].flatMap(({ properties = {} }) => Object.keys(properties))
    expect(fields.filter((field) => !DOC.includes(`\`${field}\``) && !DOC.includes(`"${field}"`))).toEqual([])
  })

  it('lists the commands in their order', () => {
    const [, table = ''] = /^## The commands\n([\s\S]*?)^## /m.exec(DOC) ?? []
    const listed = [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, command]) => command)
    expect(listed).toEqual([...COLLECTED.map(({ command }) => command), ...ALSO_COLLECTED])
  })
})

describe('docs/snapshot.schema.json', () => {
  const snapshot = (namespace: object) => ({
    format: 'kubehop-snapshot',
    version: 1,
    hosts: [{ name: 'node-1', namespaces: [namespace] }],
  })

  it.each([
    { id: 1, prints: {} },
    { id: 1, prints: { a: '', b: [], c: {} }, later: true },
  ])('takes %j', (namespace) => {
    expect(schemaErrors(snapshot(namespace))).toEqual([])
  })

  it.each([
    { prints: {} },
    { id: 0, prints: {} },
    { id: 1 },
    { id: 1, prints: { a: 1 } },
    { id: 1, prints: { '': '' } },
    { id: 1, prints: {}, names: [''] },
    { id: 1, prints: {}, owners: [{ kind: 'vm' }] },
  ])('refuses %j', (namespace) => {
    expect(schemaErrors(snapshot(namespace))).not.toEqual([])
  })
})
