import { describe, expect, it } from 'vitest'
import type { RuleOrigin } from '../../src/netfilter/rule.ts'
import { parseIpv4 } from '../../src/packet/address.ts'
import { flowTrace, mergeTargets, Trace, traceFlow } from '../../src/trace/index.ts'
import { assertTraceGrammar } from './grammar.ts'
import { branches, routed, rules, trace } from './networks.ts'
import { schemaErrors } from './schema.ts'

/** A Service of three endpoints as kube-proxy writes it; the third has nobody behind it. */
function service() {
  const all = routed()
  all.net.address(all.server, all.server.link('eth0'), '10.0.2.3/24')
  rules(
    all.router,
    'nat',
    ':SVC - [0:0]',
    ':SEP-1 - [0:0]',
    ':SEP-2 - [0:0]',
    ':SEP-3 - [0:0]',
    '-A PREROUTING -d 10.96.0.1/32 -p tcp -m tcp --dport 80 -j SVC',
    '-A SVC -m statistic --mode random --probability 0.33333333349 -j SEP-1',
    '-A SVC -m statistic --mode random --probability 0.50000000000 -j SEP-2',
    '-A SVC -j SEP-3',
    '-A SEP-1 -p tcp -j DNAT --to-destination 10.0.2.2:8080',
    '-A SEP-2 -p tcp -j DNAT --to-destination 10.0.2.3:8080',
    '-A SEP-3 -p tcp -j DNAT --to-destination 10.0.2.4:8080',
  )
  return all
}

const SERVICE = { address: '10.96.0.1', port: 80 }

describe('all branches', () => {
  it('come with their exact probabilities, in the order of the rules', () => {
    const { net, client } = service()
    const made = trace(net, { from: client, ...SERVICE, allBranches: true })
    expect(made.branches.map(({ disposition, translations }) => [disposition, translations[0]?.to])).toEqual([
      ['delivered', '10.0.2.2:8080'],
      ['delivered', '10.0.2.3:8080'],
      ['dropped', '10.0.2.4:8080'],
    ])
    const [first, second, third] = made.branches.map(({ probability }) => probability)
    // what a kernel can keep of 1/3: a whole number of 2^-31
    expect(first! * 2 ** 31).toBe(Math.round(2 ** 31 / 3))
    expect(first! + second! + third!).toBeCloseTo(1, 12)
    // the whole ends as the worst branch
    expect(made.disposition).toBe('dropped')
    expect(made.data.probability).toBe(third)
  })

  it('tell which rules drew, and the odds of the one that was chosen', () => {
    const { net, client } = service()
    const [first, second, third] = trace(net, { from: client, ...SERVICE, allBranches: true }).branches
    expect(first!.draws).toMatchObject([
      { netns: 'router', table: 'nat', chain: 'SVC', position: 1, matched: true, misses: 0 },
    ])
    expect(second!.draws).toMatchObject([
      {
        rule: '-A SVC -m statistic --mode random --probability 0.50000000000 -j SEP-2',
        position: 2,
        matched: true,
        misses: 1,
      },
    ])
    // no lot is drawn for the last one
    expect(third!.draws).toMatchObject([{ rule: '-A SVC -j SEP-3', position: 3, matched: true, misses: 2 }])
    expect(third!.draws[0]!.probability).toBe(third!.probability)
    for (const branch of [first!, second!, third!]) {
      const odds = branch.hops.flatMap(({ steps }) =>
        steps.flatMap((step) => (step.kind === 'hook' ? step.rules.filter((rule) => rule.odds !== undefined) : [])),
      )
      expect(odds).toHaveLength(1)
      expect(odds[0]?.odds).toBeCloseTo(1 / 3, 6)
      expect(odds[0]?.chain).toBe('SVC')
    }
  })

  it('is one branch where nothing is drawn', () => {
    const { net, client } = routed()
    const made = trace(net, { from: client, address: '10.0.2.2', port: 80, allBranches: true })
    expect(made.branches).toHaveLength(1)
    expect(made.data.branches?.[0]?.probability).toBe(1)
  })

  it('are not all there unless asked for', () => {
    const { net, client } = service()
    const made = trace(net, { from: client, ...SERVICE })
    expect(made.data).not.toHaveProperty('branches')
    expect(made.branches).toEqual([made.data])
    expect(made.data.probability).toBe(1)
  })
})

describe('a seed', () => {
  it('decides the draws: equal ones alike, and all outcomes come', () => {
    const { net, client } = service()
    const ask = (seed: number) => branches(net, { from: client, ...SERVICE, seed })[0]?.translations[0]?.to
    const seen = Array.from({ length: 30 }, (_, seed) => ask(seed))
    expect(Array.from({ length: 30 }, (_, seed) => ask(seed))).toEqual(seen)
    expect(new Set(seen).size).toBe(3)
  })

  it('without one, the simulation decides', () => {
    const { net, client } = service()
    const [a] = branches(net, { from: client, ...SERVICE })
    const [b] = branches(net, { from: client, ...SERVICE })
    expect(b).toEqual(a)
  })

  it('stands back when somebody else decides', () => {
    const { net, client } = service()
    net.sim.decider = { decide: () => false }
    expect(branches(net, { from: client, ...SERVICE })[0]?.translations[0]?.to).toBe('10.0.2.4:8080')
  })
})

describe('draws', () => {
  it('carry the origin of their rule', () => {
    const { net, client, router } = service()
    const origin: RuleOrigin = {
      writer: 'kube-proxy',
      why: 'endpoint',
      service: 'default/web',
      endpoint: '10.0.2.2:8080',
    }
    const nat = router.netfilter.table('nat')!
    const svc = nat.chains.get('SVC')!
    const marked = { ...svc, rules: svc.rules.map((rule) => ({ ...rule, origin })) }
    router.netfilter.setTable({ ...nat, chains: new Map([...nat.chains, ['SVC', marked]]) })
    const made = trace(net, { from: client, ...SERVICE, allBranches: true })
    expect(made.branches[0]?.draws[0]?.origin).toEqual(origin)
  })

  it('of something that is no rule are told as they are', () => {
    const { net, client, router } = routed()
    const coin = { coin: true }
    router.netfilter.register(2, 0, () => (net.sim.decide(0.25, coin) ? 0 : 1), 'coin')
    const made = trace(net, { from: client, address: '10.0.2.2', port: 80, allBranches: true })
    expect(made.branches.map(({ disposition, probability }) => [disposition, probability])).toEqual([
      ['dropped', 0.25],
      // the answer meets the coin as well
      ['unanswered', 0.75 * 0.25],
      ['delivered', 0.75 * 0.75],
    ])
    expect(made.branches[0]?.draws).toEqual([{ rule: 'not a rule', probability: 0.25, matched: true }])
  })

  it('of packets that are only sent again do not count', () => {
    const { net, client, router } = routed()
    rules(router, 'filter', '-A FORWARD -i left -m statistic --mode random --probability 0.50000000000 -j ACCEPT')
    // the first packet waits three seconds for a neighbour, and is sent again after one
    const made = trace(net, { from: client, address: '10.0.2.99', port: 80, allBranches: true })
    expect(made.branches.map(({ probability }) => probability)).toEqual([0.5, 0.5])
    expect(made.branches.map(({ draws }) => draws.length)).toEqual([1, 1])
    expect(made.reason).toMatch(/^NEIGH_FAILED: /)
  })

  it('in a chain that a goto led to, or that others were tried before', () => {
    const { net, client, router } = routed()
    rules(
      router,
      'filter',
      ':A - [0:0]',
      ':B - [0:0]',
      '-A FORWARD -i left -j A',
      '-A FORWARD -i left -m statistic --mode random --probability 0.25000000000 -j DROP',
      '-A A -p tcp -g B',
      '-A B -m statistic --mode random --probability 0.50000000000 -j REJECT',
    )
    const made = trace(net, { from: client, address: '10.0.2.2', port: 80, allBranches: true })
    expect(made.branches.map(({ disposition, probability }) => [disposition, probability])).toEqual([
      ['rejected', 0.5],
      ['dropped', 0.125],
      ['delivered', 0.375],
    ])
    expect(made.branches[2]?.draws.map(({ chain, position, matched }) => `${chain} ${position} ${matched}`)).toEqual([
      'B 1 false',
      'FORWARD 2 false',
    ])
  })
})

describe('several targets', () => {
  const header = {
    from: { name: 'pod/a', netns: 'client' },
    to: { name: 'svc/headless:80', address: '10.0.2.2', port: 80 },
    protocol: 'tcp',
    seed: 1,
    assumptions: [],
    warnings: [],
  }

  it('share the clients', () => {
    const { net, client } = routed()
    const results = ['10.0.2.2', '10.0.2.9'].map((address) =>
      traceFlow(net.sim, { from: client, to: parseIpv4(address), port: 80, protocol: 'tcp', allBranches: true }),
    )
    const targets = [{ probability: 0.25 }, { probability: 0.75 }]
    const made = new Trace(mergeTargets(results, targets, { ...header, allBranches: true }))
    assertTraceGrammar(made.data)
    expect(schemaErrors(made.data)).toEqual([])
    expect(made.branches.map(({ disposition, probability }) => [disposition, probability])).toEqual([
      ['delivered', 0.25],
      ['dropped', 0.75],
    ])
    expect(made.data.from).toEqual({ name: 'pod/a', netns: 'client', address: '10.0.1.2' })
  })

  it('are one when only one was asked', () => {
    const { net, client } = routed()
    const result = traceFlow(net.sim, { from: client, to: parseIpv4('10.0.2.2'), port: 80, protocol: 'tcp' })
    const made = new Trace(mergeTargets([result], [{ probability: 0.25 }], { ...header, allBranches: false }))
    expect(made.data.probability).toBe(1)
  })

  it('without any there is no trace', () => {
    expect(() => mergeTargets([], [], { ...header, allBranches: true })).toThrow('a trace needs a flow')
  })

  it('unnamed, a flow is called by its namespace and address', () => {
    const { net, client } = routed()
    const request = { from: client, to: parseIpv4('10.0.2.2'), protocol: 'icmp' } as const
    const made = flowTrace(request, traceFlow(net.sim, request))
    expect(made.data.to).toEqual({ name: '10.0.2.2', address: '10.0.2.2' })
    expect(made.data.seed).toBe(1)
  })
})
