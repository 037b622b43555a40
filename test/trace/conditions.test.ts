import { describe, expect, it } from 'vitest'
import { markUnknown, parseTables } from '../../src/netfilter/index.ts'
import { routed, trace } from './networks.ts'
import { schemaErrors } from './schema.ts'

/** A router with these rules in its table filter, of whose sets nobody told the members. */
function guarded(...rules: string[]) {
  const all = routed()
  const { netfilter } = all.router
  for (const set of ['pods', 'bad', 'seen']) netfilter.sets.createUnknown(set)
  const { tables } = parseTables(`*filter\n${rules.join('\n')}\nCOMMIT\n`, { keepUnsupported: true })
  const unknowns = {
    devices: false,
    isUnknown: ({ kind }: { kind: string }) => kind === 'unsupported' || kind === 'limit',
  }
  netfilter.setTables(
    [...tables.values()].map((table) => markUnknown(table, unknowns)),
    { keepUnsupported: true },
  )
  return all
}

const SERVER = { address: '10.0.2.2', port: 80 }

describe('what nobody told', () => {
  it('makes branches, each with what is supposed', () => {
    const { net, client } = guarded('-A FORWARD -d 10.0.2.2/32 -m set --match-set bad src -j DROP')
    const made = trace(net, { from: client, ...SERVER })
    expect(made.disposition).toBe('depends')
    expect(made.reason).toBe('depends on whether 10.0.1.2 is in set bad')
    expect(made.branches.map(({ disposition, conditions }) => [disposition, conditions])).toEqual([
      ['dropped', ['10.0.1.2 is in set bad']],
      ['delivered', ['10.0.1.2 is not in set bad']],
    ])
    expect(schemaErrors(made.data)).toEqual([])
    expect(made.format()).toContain('if 10.0.1.2 is in set bad:')
    expect(made.toMermaid()).toContain('alt branch 1, if 10.0.1.2 is in set bad')
  })

  it('is left out where it does not matter', () => {
    const { net, client } = guarded(
      '-A FORWARD -m limit --limit 3/min -j LOG',
      '-A FORWARD -m set --match-set seen src -j ACCEPT',
      '-A FORWARD -m set --match-set bad dst -j MARK --set-mark 1',
      '-A FORWARD -p udp -m set --match-set pods src -j DROP',
    )
    const made = trace(net, { from: client, ...SERVER })
    expect(made.disposition).toBe('delivered')
    expect(made.branches).toHaveLength(1)
    expect(made.data).not.toHaveProperty('branches')
    expect(made.data).not.toHaveProperty('conditions')
  })

  it('stays one end where all ways end alike, each with the rule that did it', () => {
    const { net, client } = guarded('-A FORWARD -m set --match-set bad src -j DROP', '-A FORWARD -j DROP')
    const made = trace(net, { from: client, ...SERVER })
    expect(made.disposition).toBe('dropped')
    expect(made.branches.map(({ reason }) => reason)).toEqual([
      'NETFILTER_DROP: -t filter -A FORWARD -m set --match-set bad src -j DROP, in router',
      'NETFILTER_DROP: -t filter -A FORWARD -j DROP, in router',
    ])
  })

  it('has one answer for the way there and the way back', () => {
    const { net, client } = guarded(
      '-A FORWARD -m set --match-set pods src -m set --match-set pods dst -j DROP',
      '-A FORWARD -m set --match-set pods dst -j ACCEPT',
      '-A FORWARD -m set --match-set pods src -j ACCEPT',
      '-A FORWARD -j DROP',
    )
    const made = trace(net, { from: client, ...SERVER })
    expect(made.branches.map(({ disposition, conditions }) => [disposition, conditions])).toEqual([
      ['dropped', ['10.0.1.2 is in set pods', '10.0.2.2 is in set pods']],
      ['delivered', ['10.0.1.2 is in set pods', '10.0.2.2 is not in set pods']],
      ['delivered', ['10.0.1.2 is not in set pods', '10.0.2.2 is in set pods']],
      ['dropped', ['10.0.1.2 is not in set pods', '10.0.2.2 is not in set pods']],
    ])
  })

  it('and chance: the branches add up to 1 for each answer', () => {
    const { net, client } = guarded(
      '-A FORWARD -d 10.0.2.2/32 -m set --match-set bad src -m statistic --mode random --probability 0.25 -j DROP',
    )
    const made = trace(net, { from: client, ...SERVER, allBranches: true })
    expect(made.branches.map(({ disposition, probability }) => [disposition, probability])).toEqual([
      ['dropped', 0.25],
      ['delivered', 0.75],
      ['delivered', 1],
    ])
    expect(made.disposition).toBe('depends')
    // one draw: the answers differ in what can happen, and the trace tells of one outcome each
    expect(trace(net, { from: client, ...SERVER }).branches.length).toBeLessThanOrEqual(2)
  })

  it('are told together where several come to the same', () => {
    const { net, client } = guarded(
      '-A FORWARD -s 10.0.1.2/32 -m set --match-set pods src -j ACCEPT',
      '-A FORWARD -s 10.0.1.2/32 -m set --match-set seen src -j MARK --set-mark 1',
      '-A FORWARD -m mark --mark 1 -j ACCEPT',
      '-A FORWARD -s 10.0.1.2/32 -j DROP',
    )
    const lines = trace(net, { from: client, ...SERVER })
      .format('minimal')
      .split('\n')
    expect(lines.slice(2, 7)).toEqual([
      '  1  if 10.0.1.2 is in set pods, or',
      '  2  if 10.0.1.2 is not in set pods, and 10.0.1.2 is in set seen:',
      '       delivered in server to tcp 0.0.0.0:80, and answered',
      '  3  if 10.0.1.2 is not in set pods, and 10.0.1.2 is not in set seen:',
      '       dropped: NETFILTER_DROP: -t filter -A FORWARD -s 10.0.1.2/32 -j DROP, in router',
    ])
  })

  it('supposes both of a rule that is not modelled', () => {
    const { net, client } = guarded('-A FORWARD -d 10.0.2.2/32 -m time --weekdays Sat -j DROP')
    expect(
      trace(net, { from: client, ...SERVER }).branches.map(({ disposition, conditions }) => [disposition, conditions]),
    ).toEqual([
      ['dropped', ['-m time --weekdays Sat holds']],
      ['delivered', ['-m time --weekdays Sat does not hold']],
    ])
  })

  it('leaves no mark, and does not go on without end', () => {
    const rules = Array.from(
      { length: 14 },
      (_, i) => `-A FORWARD -m set --match-set s${i} src -j MARK --or-mark ${1 << i}`,
    )
    const all = routed()
    for (let i = 0; i < 14; i++) all.router.netfilter.sets.createUnknown(`s${i}`)
    all.router.netfilter.load(`*filter\n${rules.join('\n')}\n-A FORWARD -m mark --mark 0x3fff -j DROP\nCOMMIT\n`)
    const made = trace(all.net, { from: all.client, ...SERVER })
    expect(made.disposition).toBe('depends')
    expect(made.format().split('\n')[1]).toMatch(/^depends on whether 10\.0\.1\.2 is in set s0/)
    expect(made.warnings).toContainEqual(expect.stringContaining('more ways than were followed'))
    expect(all.net.sim.decider).toBeNull()
  })
})
