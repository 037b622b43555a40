import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { KubehopError } from '../../src/packet/errors.ts'
import { readSnapshot, type Snapshot } from '../../src/snapshot/index.ts'
import { looksLikeSnapshot } from '../../src/snapshot/read.ts'
import { schemaErrors } from './schema.ts'

const SNAPSHOT: Snapshot = {
  format: 'kubehop-snapshot',
  version: 1,
  hosts: [
    {
      name: 'node-1',
      time: '2026-01-31T12:00:00Z',
      kernel: '6.1.0',
      tools: { ip: 'ip utility, iproute2-6.1.0' },
      namespaces: [
        { id: 4026531840, host: true, prints: { 'ip -j rule show': [{ priority: 0 }], 'nft list tables': '' } },
        {
          id: 4026532178,
          names: ['cni-1'],
          owners: [
            { kind: 'pod', name: 'web-0', namespace: 'shop', uid: '0b5c7a1e', containers: ['3f'] },
            { kind: 'container' },
          ],
          prints: {},
        },
      ],
      failures: [
        { netns: 4026532178, command: 'ipset save', status: 1, message: 'no' },
        { command: 'ss', status: 127 },
      ],
    },
  ],
}

const text = JSON.stringify(SNAPSHOT, null, 1)

/** The same with something else at the place, as in `hosts.0.name`; undefined: with nothing there. */
function changed(place: string, value: unknown): string {
  const copy: unknown = JSON.parse(text)
  const steps = place.split('.')
  const last = steps.pop()!
  let inner = copy as Record<string, unknown>
  for (const step of steps) inner = inner[step] as Record<string, unknown>
  inner[last] = value
  return JSON.stringify(copy, null, 1)
}

function errorOf(input: string, file?: string): KubehopError {
  try {
    readSnapshot(input, file)
  } catch (error) {
    if (error instanceof KubehopError) return error
    throw error
  }
  throw new Error('it was read')
}

describe('readSnapshot', () => {
  it('reads what is described, and the schema agrees', () => {
    expect(readSnapshot(text)).toEqual(SNAPSHOT)
    expect(schemaErrors(SNAPSHOT)).toEqual([])
    expect(readSnapshot(`\ufeff${text}\n`)).toEqual(SNAPSHOT)
  })

  it('leaves out what later versions may add', () => {
    expect(readSnapshot(changed('hosts.0.weather', 'fine'))).toEqual(SNAPSHOT)
    expect(readSnapshot(changed('hosts.0.namespaces.1.owners.0.colour', 'red'))).toEqual(SNAPSHOT)
    const [host] = readSnapshot(changed('hosts.0.kernel', null)).hosts
    expect(host).toEqual({ ...SNAPSHOT.hosts[0], kernel: undefined })
    expect(host).not.toHaveProperty('kernel')
  })

  it.each([
    ['hosts', {}, '4 hosts: must be a list, not an object'],
    ['hosts', [], '4 hosts: is empty'],
    ['hosts.0.name', undefined, '5 hosts[0].name: must be a text, not nothing'],
    ['hosts.0.name', '', '6 hosts[0].name: is empty'],
    ['hosts.0.namespaces.1.prints', undefined, '25 hosts[0].namespaces[1].prints: must be an object, not nothing'],
    ['hosts.0.namespaces.1.prints', { '': '' }, '44 hosts[0].namespaces[1].prints: has an empty name'],
    [
      'hosts.0.namespaces.0.prints.ip -j rule show',
      7,
      '17 hosts[0].namespaces[0].prints["ip -j rule show"]: must be a text or JSON that a command printed, not a number',
    ],
    ['hosts.0.namespaces.0.id', '1', '14 hosts[0].namespaces[0].id: must be a whole number'],
    ['hosts.0.namespaces.0.id', 0, '14 hosts[0].namespaces[0].id: must be a whole number above 0'],
    [
      'hosts.0.namespaces.1.id',
      4026531840,
      '26 hosts[0].namespaces[1].id: 4026531840 is the id of another namespace, too',
    ],
    [
      'hosts.0.namespaces.0.names',
      ['cni-1'],
      '31 hosts[0].namespaces[1].names[0]: cni-1 is the name of another namespace, too',
    ],
    ['hosts.0.namespaces.1.host', true, '45 hosts[0].namespaces[1].host: another namespace is the host’s, too'],
    [
      'hosts.0.namespaces.1.owners.1.kind',
      'vm',
      '41 hosts[0].namespaces[1].owners[1].kind: must be "pod" or "container"',
    ],
    ['hosts.0.time', 'noon', '7 hosts[0].time: must be a time as in RFC 3339: 2026-01-31T12:00:00Z'],
    ['hosts.0.failures.0.status', 'bad', '51 hosts[0].failures[0].status: must be a whole number'],
    ['hosts.0.namespaces.0.host', 'yes', '15 hosts[0].namespaces[0].host: must be true or false, not a string'],
    ['format', 'pcap', '2 format: must be "kubehop-snapshot" (a snapshot is what kubehop collect writes)'],
    ['version', 0, '3 version: must be 1'],
  ])('refuses %s: %j', (place, value, message) => {
    const error = errorOf(changed(place, value), 'a.json')
    expect([error.code, error.message]).toEqual(['BAD_SNAPSHOT', `a.json:${message}`])
  })

  it('refuses a later version, and says what to do', () => {
    expect(errorOf(changed('version', 2), 'a.json')).toMatchObject({
      code: 'SNAPSHOT_VERSION',
      message:
        'a.json:3 version: this is version 2 of the format, and this kubehop reads 1 (a newer kubehop has written it: npm install kubehop@latest)',
    })
  })

  it('says of a file that was cut off that it is not complete', () => {
    expect(errorOf(text.slice(0, 500), 'a.json')).toMatchObject({
      code: 'BAD_JSON',
      hint: 'the file is not complete: collect it again',
    })
    expect(errorOf(`${text}{}`).message).toBe('this is not JSON: something follows the document')
  })

  it('says of rules what reads them', () => {
    expect(errorOf('# Generated by iptables-save\n*nat\n').hint).toBe(
      'rules of iptables are read by kubehop trace --iptables',
    )
    expect(errorOf('').hint).toBe('a snapshot is what kubehop collect writes')
    expect(errorOf('[1]').message).toBe('1 the document: must be an object, not a list')
  })

  it('takes no depth without end', () => {
    const deep = changed('hosts.0.namespaces.0.prints.deep', 'HERE').replace('"HERE"', '['.repeat(1e6))
    expect(errorOf(deep)).toMatchObject({ code: 'BAD_JSON', message: 'values nest more than 64 levels deep' })
  })

  it('is not led astray by names of JavaScript', () => {
    const input = changed('hosts.0.namespaces.0.prints', { PROTO: 'x', constructor: 'y' })
    const { prints } = readSnapshot(input.replace('PROTO', '__proto__')).hosts[0]!.namespaces[0]!
    expect(Object.entries(prints)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ])
    expect(readSnapshot(text).hosts[0]!.namespaces[1]!.prints.toString).toBeUndefined()
    expect(({} as Record<string, unknown>).x).toBeUndefined()
  })

  const mutation = fc.record({ at: fc.nat(), length: fc.integer({ min: 0, max: 40 }), by: fc.string({ maxLength: 8 }) })
  test.prop([fc.array(mutation, { minLength: 1, maxLength: 4 })])(
    'reads or refuses, whatever is changed',
    (changes) => {
      let input = text
      for (const { at, length, by } of changes) {
        const from = at % (input.length + 1)
        input = input.slice(0, from) + by + input.slice(from + length)
      }
      try {
        expect(schemaErrors(readSnapshot(input, 'a.json'))).toEqual([])
      } catch (error) {
        expect(error).toBeInstanceOf(KubehopError)
      }
    },
  )

  test.prop([
    fc.jsonValue(),
    fc.constantFrom('hosts', 'version', 'namespaces', 'prints', 'owners', 'failures', 'tools'),
  ])('reads or refuses any value in any place', (value, place) => {
    const put = (each: unknown): unknown => {
      if (Array.isArray(each)) return each.map(put)
      if (typeof each !== 'object' || each === null) return each
      return Object.fromEntries(Object.entries(each).map(([key, inner]) => [key, key === place ? value : put(inner)]))
    }
    try {
      expect(schemaErrors(readSnapshot(JSON.stringify(put(SNAPSHOT))))).toEqual([])
    } catch (error) {
      expect(error).toBeInstanceOf(KubehopError)
    }
  })
})

describe('looksLikeSnapshot', () => {
  it.each([
    [text, true],
    [JSON.stringify(SNAPSHOT), true],
    [text.slice(0, 60), true],
    ['{"apiVersion": "v1", "kind": "List"}', false],
    ['*nat\n', false],
    ['', false],
  ])('%#', (input, expected) => {
    expect(looksLikeSnapshot(input)).toBe(expected)
  })
})
