import { describe, expect, it } from 'vitest'
import { LayeredChains } from '../../src/netfilter/layered-chains.ts'
import { applyOperations, type TableOperation } from '../../src/netfilter/operations.ts'
import type { Chain, Rule, Table } from '../../src/netfilter/rule.ts'

const rule = (target: string, why = ''): Rule => ({
  ip: {},
  matches: [],
  target: { kind: target },
  origin: { writer: 'test', why },
})

const chain = (name: string, ...targets: string[]): Chain => ({
  name,
  policy: null,
  rules: targets.map((t) => rule(t)),
})

const mapOf = (...chains: Chain[]) => new Map(chains.map((each) => [each.name, each]))

/** Chains as `NAME policy: targets`. */
const text = (table: Table | undefined) =>
  [...table!.chains.values()].map(({ name, policy, rules }) =>
    `${name} ${policy ?? '-'}: ${rules.map(({ target }) => target!.kind).join(' ')}`.trim(),
  )

const filter = (...operations: TableOperation[]) => applyOperations(operations).get('filter')
const on = (name: string, added: Rule) => ({ table: 'filter', chain: name, rule: added }) as const

describe('applyOperations', () => {
  it('makes no table that nobody wrote into', () => {
    expect(applyOperations([]).size).toBe(0)
    const tables = applyOperations([
      { kind: 'chain', table: 'filter', chain: 'A' },
      { kind: 'chain', table: 'mangle', chain: 'A' },
    ])
    expect([...tables.keys()]).toEqual(['mangle', 'filter'])
  })

  it('the last one that goes to the head stands first, and one at the end last', () => {
    const table = filter(
      { kind: 'append', ...on('FORWARD', rule('ACCEPT')) },
      { kind: 'prepend', ...on('FORWARD', rule('DROP')) },
      { kind: 'prepend', ...on('FORWARD', rule('RETURN')) },
      { kind: 'append', ...on('FORWARD', rule('REJECT')) },
    )
    expect(text(table)[1]).toBe('FORWARD ACCEPT: RETURN DROP ACCEPT REJECT')
  })

  it('adds no rule twice, whoever wrote it', () => {
    const table = filter(
      { kind: 'append', ...on('INPUT', rule('ACCEPT', 'mine')) },
      { kind: 'prepend', ...on('INPUT', rule('ACCEPT', 'yours')) },
    )
    expect(table!.chains.get('INPUT')!.rules.map(({ origin }) => origin!.why)).toEqual(['mine'])
  })

  it('sets policies, makes chains, orders them by name', () => {
    const table = filter(
      { kind: 'chain', table: 'filter', chain: 'B' },
      { kind: 'append', ...on('A', rule('ACCEPT')) },
      { kind: 'chain', table: 'filter', chain: 'A' },
      { kind: 'policy', table: 'filter', chain: 'FORWARD', policy: 'DROP' },
    )
    expect(text(table)).toEqual(['INPUT ACCEPT:', 'FORWARD DROP:', 'OUTPUT ACCEPT:', 'A -: ACCEPT', 'B -:'])
    expect([...table!.chains.keys()]).toEqual(['INPUT', 'FORWARD', 'OUTPUT', 'A', 'B'])
  })

  it('a restore puts whole chains in the place of others', () => {
    const restored = mapOf(chain('A', 'DROP'), chain('C', 'RETURN'))
    const table = filter(
      { kind: 'append', ...on('A', rule('ACCEPT')) },
      { kind: 'append', ...on('B', rule('ACCEPT')) },
      { kind: 'restore', table: 'filter', chains: restored },
      { kind: 'append', ...on('C', rule('ACCEPT')) },
      { kind: 'chain', table: 'filter', chain: 'A' },
      { kind: 'restore', table: 'filter', chains: mapOf(chain('D', 'DROP')) },
    )
    expect(text(table).slice(3)).toEqual(['A -: DROP', 'B -: ACCEPT', 'C -: RETURN ACCEPT', 'D -: DROP'])
    expect(restored.get('C')!.rules).toHaveLength(1)
  })

  it('does not copy what it restores', () => {
    const restored = mapOf(chain('A', 'DROP'))
    const one = filter({ kind: 'restore', table: 'filter', chains: restored })
    const two = filter(
      { kind: 'restore', table: 'filter', chains: restored },
      { kind: 'append', ...on('INPUT', rule('ACCEPT')) },
    )
    expect(one!.chains.get('A')).toBe(two!.chains.get('A'))
  })
})

describe('LayeredChains', () => {
  const shared = mapOf(chain('B'), chain('D'), chain('F'))
  const input: Chain = { name: 'INPUT', policy: 'ACCEPT', rules: [] }
  const layered = new LayeredChains(shared, mapOf(input, chain('A'), chain('D', 'DROP'), chain('E')))

  it('is one map in the order of iptables-save', () => {
    expect([...layered.keys()]).toEqual(['INPUT', 'A', 'B', 'D', 'E', 'F'])
    expect(layered.size).toBe(6)
    expect([...layered].map(([name, { rules }]) => `${name}${rules.length}`).join(' ')).toBe('INPUT0 A0 B0 D1 E0 F0')
    const seen: string[] = []
    layered.forEach((each, name, map) => {
      expect(map).toBe(layered)
      expect(each.name).toBe(name)
      seen.push(name)
    })
    expect(seen).toEqual([...layered.keys()])
  })

  it('what both layers have is the upper one', () => {
    expect(layered.get('D')!.rules).toHaveLength(1)
    expect(layered.get('B')).toBe(shared.get('B'))
    expect(layered.get('X')).toBeUndefined()
    expect([layered.has('A'), layered.has('F'), layered.has('X')]).toEqual([true, true, false])
  })

  it('may be layered again', () => {
    const once = new LayeredChains(shared, mapOf(chain('A'), chain('E')))
    const twice = new LayeredChains(once, mapOf(input, chain('C'), chain('E', 'DROP')))
    expect([...twice.keys()]).toEqual(['INPUT', 'A', 'B', 'C', 'D', 'E', 'F'])
    expect(twice.get('E')!.rules).toHaveLength(1)
    expect(new LayeredChains(new Map(), new Map()).size).toBe(0)
  })

  it('goes on from the tables that it finds', () => {
    const there = applyOperations([
      { kind: 'policy', table: 'filter', chain: 'FORWARD', policy: 'DROP' },
      { kind: 'restore', table: 'filter', chains: mapOf(chain('A', 'ACCEPT'), chain('B', 'DROP'), chain('C')) },
      { kind: 'chain', table: 'nat', chain: 'N' },
    ])
    const after = applyOperations(
      [
        { kind: 'restore', table: 'filter', chains: mapOf(chain('B', 'RETURN')) },
        { kind: 'prepend', ...on('INPUT', rule('ACCEPT')) },
        { kind: 'delete', table: 'filter', chain: 'A' },
        { kind: 'delete', table: 'filter', chain: 'A' },
      ],
      there,
    )
    expect(text(after.get('filter'))).toEqual([
      'INPUT ACCEPT: ACCEPT',
      'FORWARD DROP:',
      'OUTPUT ACCEPT:',
      'B -: RETURN',
      'C -:',
    ])
    expect(after.get('nat')).toBe(there.get('nat'))
    expect(text(there.get('filter'))).toContain('A -: ACCEPT')
  })

  it('deletes also what it has just restored', () => {
    const restored = { kind: 'restore', table: 'filter', chains: mapOf(chain('A'), chain('B')) } as const
    expect(text(filter(restored, { kind: 'delete', table: 'filter', chain: 'A' }))).not.toContain('A -:')
  })

  it('leaves to other hosts what they share', () => {
    const shared = mapOf(...'ABCDEF'.split('').map((name) => chain(name, 'ACCEPT')))
    const restored = { kind: 'restore', table: 'filter', chains: shared } as const
    const there = applyOperations([restored])
    const after = applyOperations(
      [
        { kind: 'delete', table: 'filter', chain: 'B' },
        { kind: 'restore', table: 'filter', chains: mapOf(chain('C', 'DROP'), chain('CC')) },
      ],
      there,
    )
    const chains = after.get('filter')!.chains as LayeredChains
    expect(chains.shared).toBe(shared)
    expect([...chains.keys()].slice(3)).toEqual(['A', 'C', 'CC', 'D', 'E', 'F'])
    expect(chains.size).toBe(9)
    expect(chains.get('B')).toBeUndefined()
    expect(chains.has('B')).toBe(false)
    expect(text(after.get('filter'))).toContain('C -: DROP')
    // what was deleted may come back, and a larger restore takes the place of the shared one
    const again = applyOperations([{ kind: 'chain', table: 'filter', chain: 'B' }], after)
    expect(text(again.get('filter'))).toContain('B -:')
    expect(again.get('filter')!.chains.size).toBe(10)
    const other = mapOf(...'ABCD'.split('').map((name) => chain(name, 'DROP')))
    const last = applyOperations([{ kind: 'restore', table: 'filter', chains: other }], after)
    const now = last.get('filter')!.chains as LayeredChains
    expect(now.shared).toBe(other)
    expect(text(last.get('filter')).slice(3)).toEqual([
      'A -: DROP',
      'B -: DROP',
      'C -: DROP',
      'CC -:',
      'D -: DROP',
      'E -: ACCEPT',
      'F -: ACCEPT',
    ])
  })

  it('makes a base chain that a table lacked', () => {
    const lacking: Table = { name: 'filter', chains: mapOf(chain('A')) }
    const after = applyOperations([{ kind: 'append', ...on('INPUT', rule('ACCEPT')) }], new Map([['filter', lacking]]))
    expect(text(after.get('filter'))).toEqual(['INPUT ACCEPT: ACCEPT', 'A -:'])
  })
})
