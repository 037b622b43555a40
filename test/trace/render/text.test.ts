import { describe, expect, it } from 'vitest'
import type { RuleOrigin } from '../../../src/netfilter/rule.ts'
import { parseIpv4 } from '../../../src/packet/address.ts'
import { Trace, type TraceData } from '../../../src/trace/index.ts'
import { dockerHost, routed, rules, trace, twoHosts, vxlanPair } from '../networks.ts'

const SUPPOSED = {
  assumptions: [
    'a pod listens on every port; a host-network pod on those that it declares',
    `${'12 pods got an address: default/frontend 10.244.0.2, '.repeat(4)}…`,
  ],
  warnings: ['Calico is in the input: this trace is not that cluster’s truth'],
}

/** A published port, called by its Service: what kube-proxy's origins look like. */
function withOrigins() {
  const all = dockerHost()
  const nat = all.host.netfilter.table('nat')!
  const origin: RuleOrigin = { writer: 'kube-proxy', why: 'node port', service: 'default/web', port: 'http' }
  const chains = new Map(
    [...nat.chains].map(([name, chain]) => {
      const own =
        name === 'PREROUTING'
          ? { writer: 'kube-proxy', why: 'kubernetes service portals' }
          : { ...origin, endpoint: '172.17.0.2:80' }
      return [
        name,
        name === 'POSTROUTING' ? chain : { ...chain, rules: chain.rules.map((rule) => ({ ...rule, origin: own })) },
      ] as const
    }),
  )
  all.host.netfilter.setTable({ ...nat, chains })
  return all
}

function published(): TraceData {
  const { net, outside } = withOrigins()
  return trace(net, { from: outside, address: '192.168.0.10', port: 8080, sourcePort: 40000, nearMisses: true }).data
}

function longest(text: string): number {
  return Math.max(...text.split('\n').map((line) => line.length))
}

describe('a trace as text', () => {
  it.each(['minimal', 'summary', 'detailed'] as const)('%s', (detail) => {
    expect(new Trace({ ...published(), ...SUPPOSED }).format(detail)).toMatchSnapshot()
  })

  it('in a tunnel', () => {
    const { net, nodes } = vxlanPair()
    const text = trace(net, { from: nodes[0], address: '10.9.0.2', port: 80, sourcePort: 40000 }).format()
    // the outer source port is a hash of the flow inside
    expect(text.replace(/(UDP [\d.]+)\.\d{5} >/g, '$1.HASH >')).toMatchSnapshot()
  })

  it('bridged to itself', () => {
    const { net, docker0, web } = dockerHost()
    docker0.setPort(web.port, { hairpin: true })
    const made = trace(net, { from: web.netns, address: '192.168.0.10', port: 8080, sourcePort: 40000 })
    expect(made.format()).toMatchSnapshot()
  })

  it('with an errno instead of a packet', () => {
    const { net, client } = twoHosts()
    expect(trace(net, { from: client, address: '10.7.7.7', port: 80 }).format()).toMatchSnapshot()
  })

  it('of a ping calls the identifier by its name', () => {
    const { net, web } = dockerHost()
    const text = trace(net, { from: web.netns, address: '192.168.0.20' }).format()
    expect(text).toMatch(/request +MASQUERADE 172\.17\.0\.2 id \d+ → 192\.168\.0\.10 id \d+ in host/)
    expect(text).toMatch(/reply +MASQUERADE 192\.168\.0\.10 id \d+ → 172\.17\.0\.2 id \d+, undone in host/)
  })

  it('fits 120 columns in summary', () => {
    expect(longest(new Trace({ ...published(), ...SUPPOSED }).format('summary'))).toBeLessThanOrEqual(120)
  })

  it('has colours only when asked for them', () => {
    const made = new Trace({ ...published(), ...SUPPOSED })
    const coloured = made.format({ detail: 'detailed', color: true })
    expect(coloured).toContain('\u001b[')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape of a terminal is what is looked for
    expect(coloured.replace(/\u001b\[\d*m/g, '')).toBe(made.format('detailed'))
    expect(made.format('summary', { color: true })).toContain('\u001b[')
    expect(`${made}`).toBe(made.format())
  })

  it('tells who wrote the rule that refused', () => {
    const { net, client, router } = routed()
    rules(
      router,
      'filter',
      '-A FORWARD -p tcp -m comment --comment "default/web has no endpoints" -m tcp --dport 80 -j REJECT',
    )
    const filter = router.netfilter.table('filter')!
    const forward = filter.chains.get('FORWARD')!
    const origin = { writer: 'kube-proxy', why: 'cluster IP: no endpoints', service: 'default/web', port: '80' }
    const marked = { ...forward, rules: forward.rules.map((rule) => ({ ...rule, origin })) }
    router.netfilter.setTable({ ...filter, chains: new Map([...filter.chains, ['FORWARD', marked]]) })
    const text = trace(net, { from: client, address: '10.0.2.2', port: 80 }).format()
    expect(text).toContain(
      'rejected: REJECT: -t filter -A FORWARD -p tcp --dport 80 -j REJECT --reject-with icmp-port-unreachable, in router',
    )
    expect(text).toContain('because    kube-proxy: cluster IP: no endpoints, default/web:80')
    expect(text).toContain('sender got ECONNREFUSED')
  })

  it('shows a comment where no origin is known', () => {
    const { net, client, router } = routed()
    const comment = '"say \\"friend\\" and enter"'
    rules(router, 'filter', `-A FORWARD -m comment --comment ${comment} -j ACCEPT`, ':FORWARD DROP [0:0]')
    const text = trace(net, { from: client, address: '10.0.2.2', port: 80 }).format()
    expect(text).toMatch(/^ {5}#1 {3}-j ACCEPT +# say "friend" and enter$/m)
  })

  it('shows a policy that dropped', () => {
    const { net, client, router } = routed()
    rules(router, 'filter', ':FORWARD DROP [0:0]', '-A FORWARD -p udp -j ACCEPT')
    const made = trace(net, { from: client, address: '10.0.2.2', port: 80, nearMisses: true })
    expect(made.format()).toMatch(
      /FORWARD {6}filter\n {10}policy DROP\n {3}dropped {6}NETFILTER_DROP: filter FORWARD policy\n/,
    )
    expect(made.format('detailed')).toMatch(/#1 {3}✗ -A FORWARD -p udp -j ACCEPT +# not -p udp: protocol tcp\n/)
  })

  it('leaves out chains of which nothing came', () => {
    const { net, client, router } = routed()
    rules(
      router,
      'filter',
      ':EMPTY - [0:0]',
      ':BACK - [0:0]',
      '-A FORWARD -j EMPTY',
      '-A FORWARD -j BACK',
      '-A FORWARD -m comment --comment counted',
      '-A BACK -j RETURN',
    )
    const made = trace(net, { from: client, address: '10.0.2.2', port: 80 })
    expect(made.format()).not.toContain('FORWARD')
    expect(made.format('detailed')).toContain('-A BACK -j RETURN')
  })

  it('lists all branches, then tells of each', () => {
    const { net, client, router } = routed()
    rules(
      router,
      'nat',
      ':SVC - [0:0]',
      '-A PREROUTING -d 10.96.0.1/32 -j SVC',
      '-A SVC -m statistic --mode random --probability 0.25000000000 -j DNAT --to-destination 10.0.2.2',
      '-A SVC -j DNAT --to-destination 10.0.2.9',
    )
    const made = trace(net, { from: client, address: '10.96.0.1', port: 80, sourcePort: 40000, allBranches: true })
    const text = made.format()
    expect(text.split('\n').slice(1, 4)).toEqual([
      '  1       25 %  delivered in server to tcp 0.0.0.0:80, and answered',
      '  2       75 %  dropped: NEIGH_FAILED: nobody answered ARP, in router',
      '',
    ])
    expect(text).toContain('branch 2 of 2, probability 75 %')
    expect(text).toContain('  drawn      nat SVC #2, odds 75 %\n')
    expect(text).toMatch(/#1 .*-j DNAT --to-destination 10\.0\.2\.2 +# drawn, odds 25 %/)
    expect(made.format('minimal')).not.toContain('branch 2 of 2, probability 75 %\n\n')
  })

  it('tells of a few branches at length in summary, of all in detail', () => {
    const data = published()
    const made = new Trace({ ...data, branches: Array.from({ length: 20 }, () => ({ ...data, probability: 0.05 })) })
    expect(made.format().match(/^branch /gm)).toHaveLength(8)
    expect(made.format()).toContain('… and 12 more branches')
    expect(made.format('detailed').match(/^branch /gm)).toHaveLength(20)
  })

  it('names the endpoint that was drawn', () => {
    const data = published()
    const draw = (step: TraceData['hops'][number]['steps'][number]) =>
      step.kind === 'hook' ? { ...step, rules: step.rules.map((rule) => ({ ...rule, odds: 0.5 })) } : step
    const hops = data.hops.map((hop) => ({ ...hop, steps: hop.steps.map(draw) }))
    expect(new Trace({ ...data, hops }).format()).toContain(
      'drawn      default/web:http: endpoint 172.17.0.2:80, odds 50 %',
    )
  })

  it('goes on with the conversation', () => {
    const { net, client } = twoHosts()
    const made = trace(net, { from: client, address: '10.0.0.2', port: 80, sourcePort: 40000, packets: 4 })
    expect(made.format()).toContain('\npacket 4  10.0.0.1.40000 > 10.0.0.2.80: Flags [P.], length 4\n')
  })

  it('tells of what is not usual: other tables, failed neighbours, fragments, floods', () => {
    const { net, client, router, server } = routed()
    router.setMtu(router.link('right'), 1000)
    server.setMtu(server.link('eth0'), 1000)
    const fragments = trace(net, { from: client, address: '10.0.2.2', payload: 3000 })
    expect(fragments.format()).toMatch(/fragment {5}into 3, MTU 1500\n/)
    expect(fragments.format()).toMatch(/reassemble {3}3028 octets\n/)
    router.fib.add({
      destination: { address: 0x0a060000 as never, length: 16 },
      gateway: 0x0a000209 as never,
      ifindex: router.link('right').ifindex,
      table: 100,
    })
    router.fib.addRule({ priority: 100, table: 100 })
    const other = trace(net, { from: client, address: '10.6.0.1', port: 80 })
    expect(other.format()).toMatch(/route {8}10\.6\.0\.0\/16 via 10\.0\.2\.9 dev right, rule 100, table 100\n/)
    expect(other.format()).toMatch(/neighbour {4}10\.0\.2\.9 dev right FAILED nobody answers ARP\n/)
  })

  it('of a bridge that knows nobody', () => {
    const { net, host, app, docker0 } = dockerHost()
    for (let i = 4; i < 8; i++) net.container(host, docker0, `c${i}`, `172.17.0.${i}/16`, null)
    app.netns.neighbours.addPermanent(app.netns.link('eth0'), parseIpv4('172.17.0.9'), net.mac())
    host.sysctl.set('bridge.bridge-nf-call-iptables', 0)
    const made = trace(net, { from: app.netns, address: '172.17.0.9', port: 80 })
    expect(made.format()).toMatch(/bridge {7}docker0 floods to 5 ports: vc7, vc6, vc5, …\n/)
    expect(made.format('detailed')).toMatch(/bridge {7}docker0: flooded to vc7, vc6, vc5, vc4, vweb\n/)
    for (const port of docker0.ports) docker0.setPort(port.link, { flood: false })
    const lost = trace(net, { from: app.netns, address: '172.17.0.9', port: 80 })
    expect(lost.format()).toMatch(/bridge {7}docker0 has no port for it\n {3}dropped {6}BRIDGE_NO_EGRESS_PORT/)
  })

  it('of a frame that a bridge would forward, and the port does not take', () => {
    const { net, host, app, web } = dockerHost()
    host.setMtu(web.port, 500)
    const made = trace(net, { from: app.netns, address: '172.17.0.2', payload: 1000 })
    expect(made.format()).toMatch(/bridge {7}docker0: to leave by vweb\n(.*\n)? {3}dropped {6}PKT_TOO_BIG: /)
  })
})
