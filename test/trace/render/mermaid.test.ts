import { describe, expect, it } from 'vitest'
import { Trace } from '../../../src/trace/index.ts'
import { dockerHost, routed, rules, trace, twoHosts, vxlanPair } from '../networks.ts'
import { mermaidErrors } from './mermaid-grammar.ts'

describe('a trace as a Mermaid diagram', () => {
  it('has a participant for each namespace, a message for each frame between two, notes for the rest', () => {
    const { net, outside } = dockerHost()
    const made = trace(net, { from: outside, address: '192.168.0.10', port: 8080, sourcePort: 40000 })
    expect(mermaidErrors(made.toMermaid())).toEqual([])
    expect(made.toMermaid()).toMatchSnapshot()
  })

  it('shows that a namespace talks to itself', () => {
    const { net, server } = twoHosts()
    const diagram = trace(net, { from: server, address: '127.0.0.1', port: 80 }).toMermaid()
    expect(mermaidErrors(diagram)).toEqual([])
    expect(diagram).toMatch(/^ {2}n0->>n0: lo → lo<br\/>127\.0\.0\.1/m)
  })

  it('shows a tunnel and what an ICMP error quotes not at all', () => {
    const { net, nodes } = vxlanPair()
    const diagram = trace(net, { from: nodes[0], address: '10.9.0.2', port: 80 }).toMermaid()
    expect(mermaidErrors(diagram)).toEqual([])
    expect(diagram).toContain('VXLAN 42: 192.168.0.11 #gt; 192.168.0.12')
    expect(diagram).toContain('out of VXLAN 42')
    const { net: other, outside, web } = dockerHost()
    rules(outside, 'filter', '-A INPUT -p tcp -j REJECT')
    const refused = trace(other, { from: web.netns, address: '192.168.0.20', port: 80, sourcePort: 40000 }).toMermaid()
    expect(mermaidErrors(refused)).toEqual([])
    expect(refused).toContain('filter INPUT #35;1: REJECT --reject-with icmp-port-unreachable<br/>answers ')
    expect(refused.match(/MASQUERADE/g)).toHaveLength(3)
  })

  it('has an alternative for each branch', () => {
    const { net, client, router } = routed()
    rules(
      router,
      'nat',
      '-A PREROUTING -d 10.96.0.1/32 -m statistic --mode random --probability 0.25000000000 -j DNAT --to-destination 10.0.2.2',
      '-A PREROUTING -d 10.96.0.1/32 -j DNAT --to-destination 10.0.2.9',
    )
    const diagram = trace(net, { from: client, address: '10.96.0.1', port: 80, allBranches: true }).toMermaid()
    expect(mermaidErrors(diagram)).toEqual([])
    expect(diagram).toContain('  alt branch 1, probability 25 %\n')
    expect(diagram).toContain('  else branch 2, probability 75 %\n')
    expect(diagram).toContain('dropped: NEIGH_FAILED')
    expect(diagram.trimEnd().endsWith('\n  end')).toBe(true)
  })

  it('of other ends, and of a conversation', () => {
    const { net, client, router } = routed()
    const made = trace(net, { from: client, address: '10.0.2.2', payload: 3000, packets: 4 })
    router.setMtu(router.link('right'), 1000)
    const cut = trace(net, { from: client, address: '10.0.2.2', payload: 3000 })
    rules(router, 'filter', '-A FORWARD -m u32 --u32 "0=1" -j DROP', ':FORWARD DROP [0:0]')
    const depends = trace(net, { from: client, address: '10.0.2.2', port: 80 })
    const { net: other, client: sender, router: gate } = routed()
    other.route(gate, '10.8.0.0/16', '10.0.2.2', 'right')
    const left = trace(other, { from: sender, address: '10.8.0.1', port: 80, beyond: new Set(['server']) })
    const hosts = twoHosts()
    const unsent = trace(hosts.net, { from: hosts.client, address: '10.7.7.7', port: 80 })
    const data = left.data
    const unfinished = new Trace({
      ...data,
      hops: [{ ...data.hops[0]!, steps: [{ kind: 'unfinished', why: 'it runs in a circle' }] }],
    })
    for (const diagram of [made, cut, depends, left, unsent, unfinished].map((each) => each.toMermaid())) {
      expect(mermaidErrors(diagram)).toEqual([])
    }
    expect(made.toMermaid().match(/->>n/g)?.length).toBeGreaterThan(6)
    expect(cut.toMermaid()).toContain('fragments, MTU 1000')
    expect(depends.toMermaid()).toContain('depends on match u32')
    expect(left.toMermaid()).toContain('left for 10.8.0.1')
    expect(unsent.toMermaid()).toContain('Note over sender: ENETUNREACH')
    expect(unfinished.toMermaid()).toContain('it runs in a circle')
  })

  it('a policy, and names that would be syntax', () => {
    const { net, client, router } = routed()
    rules(router, 'filter', ':FORWARD DROP [0:0]')
    const { data } = trace(net, { from: client, address: '10.0.2.2', port: 80 })
    const names = {
      from: { ...data.from, name: 'pod/a;b#c' },
      hops: [{ ...data.hops[0]!, netns: 'x "y" <z>\n;#' }, ...data.hops.slice(1)],
    }
    const diagram = new Trace({ ...data, ...names }).toMermaid()
    expect(mermaidErrors(diagram)).toEqual([])
    expect(diagram).toContain('participant n0 as x #quot;y#quot; #lt;z#gt;<br/>#59;#35;')
    expect(diagram).toContain('title pod/a#59;b#35;c to 10.0.2.2')
    expect(diagram).toContain('filter FORWARD policy: DROP')
  })
})
