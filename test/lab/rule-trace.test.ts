import { describe, expect, it } from 'vitest'
import type { RecordedTraversal } from '../../src/commands/record/index.ts'
import { readMessages } from '../../src/lab/netlink.ts'
import { TRACE_TABLE } from '../../src/lab/recorder-program.ts'
import { RulePositions } from '../../src/lab/rule-positions.ts'
import { RuleTrace } from '../../src/lab/rule-trace.ts'
import { type Attribute, hex, ipHeader, message, text, u32, u64 } from './octets.ts'

const rules = new RulePositions()
rules.update(
  JSON.stringify({
    nftables: [
      { metainfo: {} },
      { rule: { table: TRACE_TABLE, chain: 'OUTPUT', handle: 3 } },
      { rule: { table: 'filter', chain: 'OUTPUT', handle: 11 } },
      { rule: { table: 'filter', chain: 'OUTPUT', handle: 12 } },
      { rule: { table: 'filter', chain: 'OUTPUT', handle: 13 } },
      { rule: { table: 'filter', chain: 'mine', handle: 14 } },
      { rule: { table: 'filter', chain: 'odd', handle: 15 } },
    ],
  }),
  `# comment
*filter
:OUTPUT ACCEPT [0:0]
-A OUTPUT -m comment --comment "not -j THIS \\" one" -j mine
-A OUTPUT -p udp
-A OUTPUT -g mine
-A mine -j ACCEPT
COMMIT
`,
)

describe('RulePositions', () => {
  it('maps handles to what iptables shows', () => {
    expect(rules.find('filter', 'OUTPUT', 11n)).toEqual({ position: 1, target: 'mine' })
    expect(rules.find('filter', 'OUTPUT', 12n)).toEqual({ position: 2, target: '' })
    expect(rules.find('filter', 'OUTPUT', 13n)).toEqual({ position: 3, target: 'mine' })
    expect(rules.find('filter', 'odd', 15n)).toEqual({ position: 1, target: '?' })
    expect(rules.find('filter', 'OUTPUT', 99n)).toEqual({ position: 'handle99', target: '?' })
    expect(rules.hasRules('filter', 'OUTPUT')).toBe(true)
    expect(rules.hasRules('filter', 'INPUT')).toBe(false)
    expect(rules.hasRules(TRACE_TABLE, 'OUTPUT')).toBe(false)
  })

  it('remembers rules that are gone', () => {
    const positions = new RulePositions()
    positions.update(
      '{"nftables": [{"rule": {"table": "raw", "chain": "OUTPUT", "handle": 4}}]}',
      '*raw\n-A OUTPUT -j NOTRACK\n',
    )
    positions.update('', '')
    expect(positions.find('raw', 'OUTPUT', 4n)).toEqual({ position: 1, target: 'NOTRACK' })
    expect(positions.hasRules('raw', 'OUTPUT')).toBe(false)
  })
})

const TRACE = 0x0a11
const PACKET: Attribute[] = [
  [8, hex(ipHeader(31, 17))],
  [9, hex('9c41 0035')],
]
const VERDICT = { DROP: 0, ACCEPT: 1, CONTINUE: -1, JUMP: -3 }

class Tracer {
  readonly #trace = new RuleTrace('a', rules, (ifindex) => `dev${ifindex}`)
  step = 1

  #add(id: number, table: string, chain: string, type: number, more: readonly Attribute[]): this {
    const octets = message(TRACE, [[1, text(table)], [2, text(chain)], [4, u32(type)], [6, u32(id)], ...more])
    for (const read of readMessages(octets)) this.#trace.add(read, this.step)
    return this
  }

  begin(id: number, chain: string): this {
    return this.#add(id, TRACE_TABLE, chain, 3, [[3, u64(3)]])
  }

  policy(id: number, where: string, verdict: number, more: readonly Attribute[] = []): this {
    const [table, chain] = where.split(' ')
    return this.#add(id, table!, chain!, 1, [[16, u32(verdict)], ...more])
  }

  rule(id: number, where: string, handle: number, verdict: number, more: readonly Attribute[] = []): this {
    const [table, chain] = where.split(' ')
    return this.#add(id, table!, chain!, 3, [[3, u64(handle)], [5, [[1, u32(verdict)]]], ...more])
  }

  end(id: number, chain: string): this {
    return this.#add(id, 'filter', chain, 2, [])
  }

  other(octets: Buffer): this {
    for (const read of readMessages(octets)) this.#trace.add(read, this.step)
    return this
  }

  get traversals(): RecordedTraversal[] {
    return this.#trace.traversals
  }

  /** `start: table chain, table chain` of each packet. */
  get paths(): string[] {
    return this.traversals.map(
      ({ start, chains }) => `${start}: ${chains.map((c) => `${c.table} ${c.chain}`).join(', ')}`,
    )
  }
}

describe('RuleTrace', () => {
  it('follows a packet through base chains, user chains and policies', () => {
    const tracer = new Tracer()
      .begin(7, 'OUTPUT')
      .policy(7, `${TRACE_TABLE} OUTPUT`, VERDICT.ACCEPT)
      .rule(7, 'filter OUTPUT', 11, VERDICT.JUMP, [
        ...PACKET,
        [10, u32(2)],
        [12, u32(3)],
        [20, u32(0)],
        [21, u32(8)],
        [18, u32(1)],
      ])
      .rule(7, 'filter mine', 14, VERDICT.CONTINUE, [[14, u32(0x4000)]])
      .end(7, 'mine')
      .policy(7, 'filter OUTPUT', VERDICT.ACCEPT)
      .policy(7, 'nat POSTROUTING', VERDICT.DROP, [...PACKET, [12, u32(3)]])
    expect(tracer.traversals).toEqual([
      {
        ns: 'a',
        step: 1,
        start: 'OUTPUT',
        chains: [
          {
            table: 'filter',
            chain: 'OUTPUT',
            in: 'dev2',
            out: 'dev3',
            pkt: { l3: 'udp', src: '10.0.0.1', dst: '10.0.0.2', ttl: 64, len: 31, sport: 40001, dport: 53 },
            ct: 'new',
            hits: [
              { chain: 'OUTPUT', pos: 1, target: 'mine', verdict: 'JUMP' },
              { chain: 'mine', pos: 1, target: 'ACCEPT', verdict: 'CONTINUE', mark: 0x4000 },
              { chain: 'OUTPUT', pos: 'policy', verdict: 'ACCEPT' },
            ],
          },
          {
            table: 'nat',
            chain: 'POSTROUTING',
            out: 'dev3',
            pkt: expect.anything(),
            hits: [{ chain: 'POSTROUTING', pos: 'policy', verdict: 'DROP', empty: true }],
          },
        ],
      },
    ])
  })

  it('knows another packet with the same id: later step, dropped before, an earlier chain again', () => {
    const tracer = new Tracer()
      .begin(1, 'PREROUTING')
      .policy(1, 'filter INPUT', VERDICT.ACCEPT, PACKET)
      .policy(1, 'filter INPUT', VERDICT.ACCEPT, PACKET)
    expect(tracer.paths).toEqual(['PREROUTING: filter INPUT', 'clone: filter INPUT'])

    const dropped = new Tracer()
      .begin(1, 'PREROUTING')
      .policy(1, 'filter INPUT', VERDICT.DROP, PACKET)
      .policy(1, 'filter FORWARD', VERDICT.ACCEPT, PACKET)
    expect(dropped.paths).toEqual(['PREROUTING: filter INPUT', 'clone: filter FORWARD'])

    const later = new Tracer().begin(1, 'PREROUTING').policy(1, 'raw PREROUTING', VERDICT.ACCEPT, PACKET)
    later.step = 2
    later.policy(1, 'filter INPUT', VERDICT.ACCEPT, PACKET)
    expect(later.paths).toEqual(['PREROUTING: raw PREROUTING', 'clone: filter INPUT'])
  })

  it('goes on with the last packet when its id changes on the way up from a bridge', () => {
    const up = (more: Attribute[] = [], before: Attribute[] = []) =>
      new Tracer()
        .begin(1, 'PREROUTING')
        .policy(1, 'nat PREROUTING', VERDICT.ACCEPT, [...PACKET, ...before])
        .policy(2, 'filter INPUT', VERDICT.ACCEPT, [...PACKET, ...more])
        .policy(2, 'nat INPUT', VERDICT.ACCEPT, PACKET).paths
    expect(up()).toEqual(['PREROUTING: nat PREROUTING, filter INPUT, nat INPUT'])
    expect(up([[18, u32(5)]], [[18, u32(5)]])).toHaveLength(1)
    expect(up([[18, u32(5)]])).toHaveLength(1)
    expect(up([[18, u32(5)]], [[18, u32(6)]])).toHaveLength(2)
    expect(new Tracer().begin(1, 'PREROUTING').policy(2, 'filter FORWARD', VERDICT.ACCEPT, PACKET).paths).toEqual([
      'PREROUTING: filter FORWARD',
    ])
  })

  it('does not go on with a packet that cannot be it', () => {
    const packets = (first: string, second: string, start = 'PREROUTING') =>
      new Tracer().begin(1, start).policy(1, first, VERDICT.ACCEPT, PACKET).policy(2, second, VERDICT.ACCEPT, PACKET)
        .paths.length
    expect(packets('nat PREROUTING', 'filter INPUT')).toBe(1)
    expect(packets('nat PREROUTING', 'raw PREROUTING')).toBe(2)
    expect(packets('nat PREROUTING', 'filter OUTPUT')).toBe(2)
    expect(packets('mangle POSTROUTING', 'nat POSTROUTING')).toBe(2)
    expect(packets('raw OUTPUT', 'nat POSTROUTING', 'OUTPUT')).toBe(2)
    expect(packets('other PREROUTING', 'filter INPUT')).toBe(1)
  })

  it('starts somewhere when it missed the start', () => {
    const tracer = new Tracer().rule(9, 'filter OUTPUT', 12, VERDICT.CONTINUE)
    expect(tracer.traversals).toEqual([
      {
        ns: 'a',
        step: 1,
        start: 'clone',
        chains: [
          { table: 'filter', chain: 'OUTPUT', hits: [{ chain: 'OUTPUT', pos: 2, target: '', verdict: 'CONTINUE' }] },
        ],
      },
    ])
  })

  it('tells conntrack states and verdicts, known or not', () => {
    const tracer = new Tracer()
    tracer.begin(1, 'OUTPUT').rule(1, 'raw OUTPUT', 5, 77, [
      [8, hex(ipHeader(31, 17))],
      [21, u32(64)],
    ])
    tracer.policy(1, 'filter OUTPUT', 77, [
      [8, hex('4500')],
      [21, u32(3)],
    ])
    const [raw, filter] = tracer.traversals[0]!.chains
    expect(raw).toMatchObject({ ct: 'untracked', hits: [{ verdict: '77' }] })
    expect(filter).toMatchObject({ ct: '3', hits: [{ verdict: '?' }] })
    expect(filter).not.toHaveProperty('pkt')
  })

  it('leaves other messages alone', () => {
    expect(new Tracer().other(message(0x0a00, [])).traversals).toEqual([])
  })

  it('reads a rule without a verdict and a policy without a value', () => {
    const bare = (more: Attribute[]) => message(TRACE, [[1, text('filter')], [2, text('OUTPUT')], [6, u32(1)], ...more])
    const tracer = new Tracer()
      .other(
        bare([
          [4, u32(3)],
          [3, u64(11)],
        ]),
      )
      .other(bare([[4, u32(1)]]))
    expect(tracer.traversals[0]!.chains[0]!.hits.map(({ verdict }) => verdict)).toEqual(['?', 'ACCEPT'])
  })
})
