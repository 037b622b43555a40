import { describe, expect, it } from 'vitest'
import { parseIpv4 } from '../../src/packet/address.ts'
import { installSockets } from '../../src/sockets/index.ts'
import { journeysOf, Recorder } from '../../src/trace/index.ts'
import { dockerHost, quietNetwork, routed, rules, trace, twoHosts, vxlanPair } from './networks.ts'
import { schemaErrorsOf } from './schema.ts'

/** A switch with four hosts, which knows none of them: `a` 10.0.0.1 to `d` 10.0.0.4, all neighbours of each other. */
function switched() {
  const net = quietNetwork()
  const node = net.netns('switch', { 'bridge.bridge-nf-call-iptables': 0 })
  const bridge = net.bridge(node, 'br0', null)
  const hosts = ['a', 'b', 'c', 'd'].map((name, index) => {
    const { netns, port } = net.container(node, bridge, name, `10.0.0.${index + 1}/24`, null)
    installSockets(netns, { defaultListener: true })
    return { netns, port, eth0: netns.link('eth0') }
  })
  for (const { netns, eth0 } of hosts) {
    hosts.forEach((other, index) => {
      if (other.netns !== netns) netns.neighbours.addPermanent(eth0, parseIpv4(`10.0.0.${index + 1}`), other.eth0.mac)
    })
  }
  return { net, bridge, hosts }
}

describe('what a bridge floods', () => {
  it('is followed to the host that it is for, and nowhere else', () => {
    const { net, hosts } = switched()
    const made = trace(net, { from: hosts[0]!.netns, address: '10.0.0.2', port: 80 })
    expect(made.disposition).toBe('delivered')
    expect(made.path).toEqual(['a eth0', 'switch va', 'b eth0'])
    const steps = made.hops[1]!.steps
    expect(steps.find((step) => step.kind === 'bridged' && step.action === 'flooded')).toMatchObject({
      to: ['vd', 'vc', 'vb'],
    })
    expect(steps.filter(({ kind }) => kind === 'sent')).toMatchObject([{ device: 'vb' }])
    expect(made.reply?.hops.map(({ netns }) => netns)).toEqual(['b', 'switch', 'a'])
  })

  it('to nobody ends with the copies, after a while', () => {
    const { net, hosts } = switched()
    hosts[0]!.netns.neighbours.addPermanent(hosts[0]!.eth0, parseIpv4('10.0.0.9'), net.mac())
    const made = trace(net, { from: hosts[0]!.netns, address: '10.0.0.9', port: 80 })
    expect(made.disposition).toBe('dropped')
    expect(made.reason).toMatch(/^OTHERHOST: the frame is for another host, in [bcd]$/)
  })

  it('to two hosts with one address is what the first of them got', () => {
    const { net, hosts } = switched()
    const [a, b, c] = hosts
    c!.netns.setMac(c!.eth0, b!.eth0.mac)
    net.address(c!.netns, c!.eth0, '10.0.0.2/24')
    const made = trace(net, { from: a!.netns, address: '10.0.0.2' })
    // the newest port comes first
    expect(made.endpoint).toBe('c 10.0.0.2')
    expect(made.hops.filter(({ steps }) => steps.some(({ kind }) => kind === 'delivered'))).toHaveLength(2)
  })

  it('is lost where a copy is too long, and arrives all the same', () => {
    const { net, hosts } = switched()
    for (const { netns, eth0 } of hosts.slice(2)) netns.setMtu(eth0, 500)
    const made = trace(net, { from: hosts[0]!.netns, address: '10.0.0.2', payload: 1000 })
    expect(made.disposition).toBe('delivered')
  })
})

describe('a recorder', () => {
  it('of everything keeps all journeys, and no ARP', () => {
    const { net, client } = twoHosts()
    const recorder = new Recorder(net.sim)
    net.sim.probe = recorder
    net.ping(client, '10.0.0.2')
    net.ping(client, '10.0.0.2', { sequence: 2 })
    expect([...recorder.journeys.values()].map(({ packet }) => packet.l4)).toMatchObject([
      { kind: 'icmp', type: 8, sequence: 1 },
      { type: 0, sequence: 1 },
      { type: 8, sequence: 2 },
      { type: 0, sequence: 2 },
    ])
    expect(recorder.first).toBe(0)
    const journeys = journeysOf(recorder)
    for (const journey of journeys) expect(schemaErrorsOf('journey', journey)).toEqual([])
    expect(journeys.map(({ reason }) => reason)).toEqual([
      'delivered in server to icmp',
      'delivered in client to icmp',
      'delivered in server to icmp',
      'delivered in client to icmp',
    ])
  })

  it('of the first packet passes everything else by', () => {
    const { net, host, web, outside, docker0 } = dockerHost()
    rules(
      host,
      'filter',
      ':FORWARD DROP [0:0]',
      '-A FORWARD -i eth0 -m u32 --u32 "0=1" -j DROP',
      '-A FORWARD -j ACCEPT',
    )
    docker0.setPort(web.port, { hairpin: true })
    const recorder = new Recorder(net.sim, { firstFrom: 'web' })
    net.sim.probe = recorder
    net.ping(outside, '172.17.0.2')
    net.ping(web.netns, '192.168.0.20')
    const journeys = [...recorder.journeys.keys()]
    // the request, and its answer
    expect(journeys).toHaveLength(2)
    net.ping(web.netns, '192.168.0.20', { sequence: 2, size: 4000 })
    net.udp(web.netns, '192.168.0.20', 53)
    net.udp(web.netns, '192.168.0.10', 8080)
    net.udp(outside, '192.168.0.77', 53)
    outside.fib.add({
      destination: { address: parseIpv4('172.17.0.0'), length: 16 },
      gateway: parseIpv4('192.168.0.10'),
      ifindex: outside.link('eth0').ifindex,
    })
    net.udp(outside, '172.17.0.2', 53)
    expect([...recorder.journeys.keys()]).toEqual(journeys)
    expect(recorder.first).toBe(journeys[0])
  })

  it('of the first packet passes tunnels of others by', () => {
    const { net, nodes } = vxlanPair()
    const recorder = new Recorder(net.sim, { firstFrom: 'nobody' })
    net.sim.probe = recorder
    net.ping(nodes[0], '10.9.0.2')
    expect(recorder.journeys.size).toBe(0)
  })

  it('keeps copies: what happens later does not change what was', () => {
    const { net, client, router } = routed()
    const made = trace(net, { from: client, address: '10.0.2.2', port: 80 })
    router.rename(router.link('right'), 'renamed')
    expect(made.hops[1]?.steps.find(({ kind }) => kind === 'routed')).toMatchObject({
      route: '10.0.2.0/24 dev right proto kernel scope link src 10.0.2.1',
    })
    const again = trace(net, { from: client, address: '10.0.2.2', port: 80 })
    expect(again.hops[1]?.steps.find(({ kind }) => kind === 'routed')).toMatchObject({
      route: '10.0.2.0/24 dev renamed proto kernel scope link src 10.0.2.1',
    })
  })

  it('stops where a packet runs in a circle for ever', () => {
    const net = quietNetwork()
    const a = net.netns('a')
    const loop = net.netns('loop', { 'bridge.bridge-nf-call-iptables': 0 })
    const bridges = [net.bridge(loop, 'br0', null), net.bridge(loop, 'br1', null)]
    const { netns } = net.container(loop, bridges[0]!, 'b', '10.0.0.1/24', null)
    // two wires between two bridges, and nobody who would cut one
    for (const name of ['x', 'y']) {
      const [one, other] = net.pair(loop, `${name}0`, null, loop, `${name}1`, null)
      bridges[0]!.addPort(one)
      bridges[1]!.addPort(other)
    }
    netns.neighbours.addPermanent(netns.link('eth0'), parseIpv4('10.0.0.9'), net.mac())
    const made = trace(net, { from: netns, address: '10.0.0.9', port: 80 })
    expect(made.disposition).toBe('dropped')
    expect(made.reason).toBe('NOT_SPECIFIED: it runs in a circle')
    expect(made.hops.at(-1)?.steps.at(-1)?.kind).toBe('unfinished')
    expect(a.name).toBe('a')
  })
})

describe('conntrack in a trace', () => {
  it('is told when an entry is made, and when it is found', () => {
    const { net, outside } = dockerHost()
    const made = trace(net, { from: outside, address: '192.168.0.10', port: 8080, sourcePort: 40000 })
    const entries = [made.hops, made.reply!.hops].map((hops) =>
      hops.flatMap(({ steps }) => steps.filter(({ kind }) => kind === 'conntrack')),
    )
    const entry = {
      original: 'tcp 192.168.0.20:40000 > 192.168.0.10:8080',
      reply: 'tcp 172.17.0.2:80 > 192.168.0.20:40000',
    }
    expect(entries[0]).toEqual([{ kind: 'conntrack', event: 'new', state: 'NEW', ...entry }])
    expect(entries[1]).toEqual([{ kind: 'conntrack', event: 'matched', state: 'ESTABLISHED', ...entry }])
  })

  it('is silent where it does not run', () => {
    const { net, client, router } = routed()
    rules(router, 'filter', '-A FORWARD -j ACCEPT')
    const made = trace(net, { from: client, address: '10.0.2.2', port: 80 })
    const hook = made.hops[1]?.steps.find(({ kind }) => kind === 'hook')
    expect(hook).not.toHaveProperty('state')
  })

  it('calls a packet INVALID or UNTRACKED', () => {
    const { net, client, router } = routed()
    rules(router, 'raw', '-A PREROUTING -i left -p udp -j CT --notrack')
    rules(router, 'filter', '-A FORWARD -m conntrack --ctstate INVALID -j DROP', '-A FORWARD -p udp -j ACCEPT')
    const udp = trace(net, { from: client, address: '10.0.2.2', port: 53, protocol: 'udp' })
    const hooks = udp.hops[1]!.steps.filter((step) => step.kind === 'hook')
    expect(hooks.map((step) => step.kind === 'hook' && [step.hook, step.state])).toEqual([
      ['PREROUTING', 'UNTRACKED'],
      ['FORWARD', 'UNTRACKED'],
    ])
    // the answer alone passes by the router: it knows of no request
    const { net: other, client: sender, router: gate, server } = routed()
    rules(gate, 'filter', '-A FORWARD -m conntrack --ctstate INVALID -j DROP')
    other.pair(sender, 'short', '10.0.3.1/24', server, 'short', '10.0.3.2/24')
    other.route(sender, '10.0.2.2/32', null, 'short')
    const made = trace(other, { from: sender, source: parseIpv4('10.0.1.2'), address: '10.0.2.2', port: 80 })
    expect(made.disposition).toBe('unanswered')
    const hook = made.reply?.hops.at(-1)?.steps.find((step) => step.kind === 'hook')
    expect(hook).toMatchObject({ state: 'INVALID', verdict: 'DROP' })
  })

  it('of a warm flow: nobody is asked by ARP, and the entry is found', () => {
    const { net, client, router } = routed()
    rules(router, 'filter', '-A FORWARD -m conntrack --ctstate NEW,ESTABLISHED -j ACCEPT')
    net.ping(client, '10.0.2.2')
    const warm = trace(net, { from: client, address: '10.0.2.2', port: 80, sourcePort: 40001 })
    expect(warm.disposition).toBe('delivered')
    expect(warm.hops[0]?.steps.some(({ kind }) => kind === 'neighbour')).toBe(false)
  })

  it('ends a connection whose way has moved to another address', () => {
    const { net, client, router } = routed()
    const third = net.netns('third')
    net.pair(router, 'other', '10.0.4.1/24', third, 'eth0', '10.0.4.2/24')
    rules(router, 'nat', '-A POSTROUTING -o right -j MASQUERADE', '-A POSTROUTING -o other -j MASQUERADE')
    const send = () => net.udp(client, '10.0.2.2', 53, { sport: 40000 })
    send()
    expect([...router.netfilter.conntrack.entries()]).toHaveLength(1)
    router.fib.add({
      destination: { address: parseIpv4('10.0.2.2'), length: 32 },
      gateway: parseIpv4('10.0.4.2'),
      ifindex: router.link('other').ifindex,
    })
    const made = trace(net, { from: client, address: '10.0.2.2', port: 53, protocol: 'udp', sourcePort: 40000 })
    expect(made.disposition).toBe('dropped')
    expect(made.reason).toBe('NETFILTER_DROP: address translation: the connection cannot go on, in router')
    const entries = made.hops.at(-1)!.steps.filter((step) => step.kind === 'conntrack')
    expect(entries.map((step) => step.kind === 'conntrack' && step.event)).toEqual(['matched', 'destroyed'])
  })
})

describe('a VXLAN device in another namespace than its socket', () => {
  it('takes frames from there and hands them in there', () => {
    const { net, nodes, links } = vxlanPair()
    const [pod] = [net.netns('pod')]
    const link = links[1]
    nodes[1].detach(link)
    link.ifindex = 0
    pod.attach(link)
    pod.addAddress(link, { address: parseIpv4('10.9.0.2'), length: 24 })
    pod.setUp(link, true)
    pod.neighbours.addPermanent(link, parseIpv4('10.9.0.1'), links[0].mac)
    rules(nodes[1], 'filter', '-A INPUT -p udp -j ACCEPT', '-A OUTPUT -p udp -j ACCEPT')
    const made = trace(net, { from: nodes[0], address: '10.9.0.2', nearMisses: true })
    expect(made.disposition).toBe('delivered')
    expect(made.path).toEqual(['node-1 vxlan1', 'node-1 vxlan1', 'node-2 eth0', 'pod vxlan1'])
    expect(made.reply?.hops.map(({ netns, device }) => `${netns} ${device}`)).toEqual([
      'pod vxlan1',
      'node-2 vxlan1',
      'node-1 eth0',
      'node-1 vxlan1',
    ])
    expect(made.reply?.hops[1]?.steps.find(({ kind }) => kind === 'hook')).toMatchObject({ hook: 'OUTPUT' })
  })
})

describe('a refusal on a bridge', () => {
  it('leaves by the port that the frame came in on', () => {
    const { net, host, app } = dockerHost()
    rules(host, 'filter', '-A FORWARD -p tcp -j REJECT --reject-with tcp-reset')
    const made = trace(net, { from: app.netns, address: '172.17.0.2', port: 80 })
    expect(made.disposition).toBe('rejected')
    expect(made.reply?.hops[0]).toMatchObject({
      netns: 'host',
      device: 'vapp',
      steps: [{ kind: 'sent', device: 'vapp' }],
    })
    expect(made.error).toBe('ECONNREFUSED')
  })
})

describe('a translation without a rule', () => {
  it('is a port that had to change', () => {
    const { net, client, router } = routed()
    rules(
      router,
      'nat',
      '-A PREROUTING -d 10.96.0.1/32 -j DNAT --to-destination 10.0.2.2',
      '-A POSTROUTING -o right -j ACCEPT',
    )
    net.udp(client, '10.0.2.2', 53, { sport: 40000 })
    const flow = { from: client, address: '10.96.0.1', port: 53, protocol: 'udp', sourcePort: 40000 } as const
    const made = trace(net, flow)
    expect(made.disposition).toBe('delivered')
    expect(made.translations).toMatchObject([
      { kind: 'dnat', rule: '-t nat -A PREROUTING -d 10.96.0.1/32 -j DNAT --to-destination 10.0.2.2' },
      { kind: 'snat', from: '10.0.1.2:40000' },
    ])
    expect(made.translations[1]).not.toHaveProperty('rule')
  })
})

describe('rules in a trace', () => {
  it('tell depth, action and mark', () => {
    const { net, client, router } = routed()
    rules(
      router,
      'mangle',
      ':A - [0:0]',
      ':B - [0:0]',
      '-A FORWARD -i left -j A',
      '-A FORWARD -i left -j MARK --set-xmark 0x1/0xffffffff',
      '-A FORWARD -i left -m comment --comment "only counted"',
      '-A A -j B',
      '-A A -g B',
      '-A B -p tcp -j RETURN',
    )
    rules(router, 'filter', '-A FORWARD -m mark --mark 0x1 -j ACCEPT')
    const made = trace(net, { from: client, address: '10.0.2.2', port: 80 })
    const hook = made.hops[1]?.steps.find((step) => step.kind === 'hook')
    expect(
      hook?.kind === 'hook' &&
        hook.rules.map(({ chain, position, action, depth, mark }) => [chain, position, action, depth, mark]),
    ).toEqual([
      ['FORWARD', 1, 'jump A', 0, undefined],
      ['A', 1, 'jump B', 1, undefined],
      ['B', 1, 'RETURN', 2, undefined],
      ['A', 2, 'goto B', 1, undefined],
      ['B', 1, 'RETURN', 2, undefined],
      ['FORWARD', 2, 'MARK', 0, 1],
      ['FORWARD', 3, 'continue', 0, undefined],
      ['FORWARD', 0, 'ACCEPT', 0, undefined],
      ['FORWARD', 1, 'ACCEPT', 0, undefined],
    ])
    expect(made.hops[1]?.steps.at(-1)).toMatchObject({ kind: 'sent', packet: { mark: 1 } })
  })
})
