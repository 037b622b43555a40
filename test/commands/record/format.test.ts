import { describe, expect, it } from 'vitest'
import { formatRecord, parseRecord } from '../../../src/commands/record/index.ts'
import { sortedJson, spacedJson } from '../../../src/commands/record/json.ts'
import { storedRecord, storedText } from './labs.ts'

describe('formatRecord', () => {
  it.each(['vxlan-pod-to-pod', 'arp-failure', 'policy-routing-source'])('writes %s as it was read', (name) => {
    expect(formatRecord(storedRecord(name))).toBe(storedText(name))
  })

  it('writes empty parts on one line', () => {
    const record = { ...storedRecord('arp-failure'), frames: [], fdb: {}, snmp: { a: {} }, counters: { a: [] } }
    expect(formatRecord(record)).toContain(' "frames": [],\n')
    expect(formatRecord(record)).toContain(' "fdb": {},\n')
    expect(formatRecord(record)).toContain(' "counters": {\n  "a": []\n }')
  })
})

describe('parseRecord', () => {
  it('refuses what is no record and says where', () => {
    expect(() => parseRecord('{', 'x.json')).toThrow(/^x\.json: the record is not JSON/)
    expect(() => parseRecord('null')).toThrow(/^the record has no commands, frames, rules/)
    expect(() => parseRecord('{"commands": []}', 'x.json')).toThrow(expect.objectContaining({ code: 'BAD_RECORD' }))
  })
})

describe('JSON on one line', () => {
  it('has blanks, sorted keys where asked for, nothing undefined and plain ASCII', () => {
    const value = { b: [1, 'é\u007f'], a: null, c: undefined, d: {} }
    expect(spacedJson(value)).toBe('{"b": [1, "\\u00e9\\u007f"], "a": null, "d": {}}')
    expect(sortedJson(value)).toBe('{"a": null, "b": [1, "\\u00e9\\u007f"], "d": {}}')
    expect(spacedJson(undefined)).toBe('null')
  })
})
