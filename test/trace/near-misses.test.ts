import { describe, expect, it } from 'vitest'
import type { HookStep } from '../../src/trace/index.ts'
import { dockerHost, type Flow, routed, rules, trace } from './networks.ts'

/** `table chain position: because` of the rules that came close in a hook of the router. */
function misses(net: Parameters<typeof trace>[0], flow: Flow, hook: string): string[] {
  const made = trace(net, { ...flow, nearMisses: true })
  return made.hops
    .flatMap(({ steps }) => steps.filter((step): step is HookStep => step.kind === 'hook' && step.hook === hook))
    .flatMap(({ nearMisses = [] }) => nearMisses)
    .map(({ table, chain, position, because }) => `${table} ${chain} ${position}: ${because}`)
}

const FLOW = { address: '10.0.2.2', port: 80, sourcePort: 40000 }

describe('rules that came close', () => {
  it('are those for this destination, with the part that did not hold', () => {
    const { net, client, router } = routed()
    rules(
      router,
      'filter',
      '-A FORWARD -d 10.0.2.3/32 -p tcp -j DROP',
      '-A FORWARD -d 10.0.2.2/32 -p udp -j DROP',
      '-A FORWARD -d 10.0.2.2/32 -p tcp -m tcp --dport 443 -j DROP',
      '-A FORWARD ! -d 10.0.2.2/32 -j DROP',
      '-A FORWARD -i right -j ACCEPT',
      '-A FORWARD -p tcp -j ACCEPT',
      '-A FORWARD -j DROP',
    )
    expect(misses(net, { from: client, ...FLOW }, 'FORWARD')).toEqual([
      'filter FORWARD 2: not -p udp: protocol tcp',
      'filter FORWARD 3: not -m tcp --dport 443: dport 80',
      'filter FORWARD 5: not -i right: in left',
    ])
  })

  it('stand before the rule that matched next, in chains that nothing came of, too', () => {
    const { net, client, router } = routed()
    rules(
      router,
      'filter',
      ':A - [0:0]',
      ':B - [0:0]',
      ':C - [0:0]',
      '-A FORWARD -j A',
      '-A FORWARD -s 10.9.0.0/16 -j DROP',
      '-A FORWARD -g B',
      '-A FORWARD -p icmp -j DROP',
      '-A A -p udp -j DROP',
      '-A B -p udp -j DROP',
      '-A B -j C',
      '-A C -p tcp -j RETURN',
      '-A C -p udp -j DROP',
    )
    const made = trace(net, { from: client, ...FLOW, nearMisses: true })
    const step = made.hops[1]!.steps.find((each): each is HookStep => each.kind === 'hook')!
    expect(step.rules.map(({ chain, position }) => `${chain} ${position}`)).toEqual([
      'FORWARD 1',
      'FORWARD 3',
      'B 2',
      'C 1',
      'FORWARD 0',
    ])
    expect(step.nearMisses?.map(({ chain, position, depth, before }) => [chain, position, depth, before])).toEqual([
      ['A', 1, 1, 1],
      ['FORWARD', 2, 0, 1],
      // neither behind RETURN nor behind a goto does anybody look
      ['B', 1, 1, 2],
    ])
  })

  it('are asked as the packet was then', () => {
    const { net, client, router } = routed()
    rules(
      router,
      'mangle',
      '-A FORWARD -i left -m mark --mark 0x1 -j DROP',
      '-A FORWARD -i left -j MARK --set-xmark 0x1/0xffffffff',
      '-A FORWARD -i left -m mark --mark 0x2 -j DROP',
    )
    expect(misses(net, { from: client, ...FLOW }, 'FORWARD')).toEqual([
      'mangle FORWARD 1: not -m mark --mark 0x1: mark 0x0',
      'mangle FORWARD 3: not -m mark --mark 0x2: mark 0x1',
    ])
  })

  it('tell of draws only that they went elsewhere', () => {
    const { net, client, router } = routed()
    rules(router, 'filter', '-A FORWARD -i left -m statistic --mode random --probability 0.00000000047 -j DROP')
    expect(misses(net, { from: client, ...FLOW }, 'FORWARD')).toEqual([
      'filter FORWARD 1: not -m statistic --mode random --probability 0.00000000047: the draw went to another rule',
    ])
  })

  it('are the last dozen of a chain', () => {
    const { net, client, router } = routed()
    const many = Array.from({ length: 30 }, (_, index) => `-A FORWARD -p tcp -m tcp --dport ${1000 + index} -j DROP`)
    rules(router, 'filter', ...many)
    const found = misses(net, { from: client, ...FLOW }, 'FORWARD')
    expect(found).toHaveLength(12)
    expect(found.at(-1)).toMatch(/^filter FORWARD 30: /)
  })

  it('carry their origin', () => {
    const { net, client, router } = routed()
    rules(router, 'filter', '-A FORWARD -p udp -j DROP')
    const filter = router.netfilter.table('filter')!
    const forward = filter.chains.get('FORWARD')!
    const origin = { writer: 'someone', why: 'no datagrams' }
    const chains = new Map([...filter.chains, ['FORWARD', { ...forward, rules: [{ ...forward.rules[0]!, origin }] }]])
    router.netfilter.setTable({ ...filter, chains })
    const made = trace(net, { from: client, ...FLOW, nearMisses: true })
    const step = made.hops[1]?.steps.find((each): each is HookStep => each.kind === 'hook')
    expect(step?.nearMisses?.[0]?.origin).toEqual(origin)
  })

  it('are left alone when nobody asks', () => {
    const { net, outside } = dockerHost()
    const made = trace(net, { from: outside, address: '192.168.0.10', port: 8080 })
    expect(JSON.stringify(made)).not.toContain('nearMisses')
  })
})
