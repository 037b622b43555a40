import { describe, expect, it } from 'vitest'
import { Hook, Verdict } from '../../src/netfilter/hook.ts'
import type { Veth } from '../../src/netns/veth.ts'
import { parseIpv4 } from '../../src/packet/address.ts'
import { installSockets, socketsOf } from '../../src/sockets/index.ts'
import { traceFlow } from '../../src/trace/index.ts'
import { dockerHost, quietNetwork, routed, rules, trace, twoHosts, vxlanPair } from './networks.ts'

describe('delivered and answered', () => {
  it.each(['tcp', 'udp', 'sctp'] as const)('over %s', (protocol) => {
    const { net, client } = twoHosts()
    const made = trace(net, { from: client, address: '10.0.0.2', port: 80, protocol, sourcePort: 40000 })
    expect(made.disposition).toBe('delivered')
    expect(made.reason).toBe(`delivered in server to ${protocol} 0.0.0.0:80, and answered`)
    expect(made.path).toEqual(['client eth0', 'server eth0'])
    expect(made.reply?.hops.map(({ netns }) => netns)).toEqual(['server', 'client'])
    expect(made.endpoint).toBe('server 10.0.0.2:80')
    expect(made.seenBy).toEqual({ server: '10.0.0.2:80', client: '10.0.0.1:40000' })
    expect(made.error).toBeUndefined()
    expect(made.translations).toEqual([])
  })

  it('by an echo and its reply', () => {
    const { net, client } = twoHosts()
    const made = trace(net, { from: client, address: '10.0.0.2', payload: 100 })
    expect(made.disposition).toBe('delivered')
    expect(made.packet.text).toMatch(/^10\.0\.0\.1 > 10\.0\.0\.2: ICMP echo request, id \d+, seq 1, length 108$/)
    expect(made.reply?.packet.text).toContain('ICMP echo reply')
    expect(made.seenBy).toEqual({ server: '10.0.0.2', client: '10.0.0.1' })
  })

  it('on the loopback device', () => {
    const { net, server } = twoHosts()
    const made = trace(net, { from: server, address: '127.0.0.1', port: 80 })
    expect(made.disposition).toBe('delivered')
    expect(made.path).toEqual(['server lo', 'server lo'])
  })

  it('from an address of its own choice', () => {
    const { net, client } = twoHosts()
    net.address(client, client.link('eth0'), '10.0.0.9/24')
    for (const protocol of ['tcp', 'udp', 'sctp', 'icmp'] as const) {
      const port = protocol === 'icmp' ? {} : { port: 80 }
      const made = trace(net, { from: client, source: parseIpv4('10.0.0.9'), address: '10.0.0.2', protocol, ...port })
      expect(made.packet.src).toBe('10.0.0.9')
      expect(made.disposition).toBe('delivered')
    }
  })

  it('through a router, a hop each', () => {
    const { net, client } = routed()
    const made = trace(net, { from: client, address: '10.0.2.2', port: 80 })
    expect(made.path).toEqual(['client eth0', 'router left', 'server eth0'])
    expect(made.hops[1]?.steps.map(({ kind }) => kind)).toEqual([
      'received',
      'routed',
      'forwarded',
      'neighbour',
      'sent',
    ])
    expect(made.hops[1]?.steps[2]).toEqual({ kind: 'forwarded', ttl: 63 })
  })

  it('in fragments, put together at the end', () => {
    const { net, client, router, server } = routed()
    router.setMtu(router.link('right'), 1000)
    server.setMtu(server.link('eth0'), 1000)
    const made = trace(net, { from: client, address: '10.0.2.2', payload: 3000 })
    expect(made.disposition).toBe('delivered')
    const kinds = made.hops.flatMap(({ netns, steps }) => steps.map(({ kind }) => `${netns} ${kind}`))
    expect(kinds).toContain('client fragmented')
    expect(kinds).toContain('router fragmented')
    expect(kinds).toContain('server defragmented')
    // 1480 octets of IP payload a fragment at first, then 976: two of each of the first two
    expect(made.hops.filter(({ netns }) => netns === 'router')).toHaveLength(3)
    expect(made.hops.filter(({ netns }) => netns === 'server')).toHaveLength(5)
  })

  it('in a VXLAN tunnel: the outer packet goes through the node as its own', () => {
    const { net, nodes } = vxlanPair()
    const made = trace(net, { from: nodes[0], address: '10.9.0.2', port: 80 })
    expect(made.disposition).toBe('delivered')
    expect(made.path).toEqual(['node-1 vxlan1', 'node-1 vxlan1', 'node-2 eth0', 'node-2 vxlan1'])
    const encapsulated = made.hops[1]?.steps[0]
    expect(encapsulated).toMatchObject({ kind: 'encapsulated', device: 'vxlan1', vni: 42 })
    expect(made.hops[2]?.steps.at(-1)).toMatchObject({
      kind: 'decapsulated',
      outer: { src: '192.168.0.11', dst: '192.168.0.12', dport: 8472 },
    })
  })
})

describe('address translation', () => {
  it('leaves the host masqueraded; the answer is translated back', () => {
    const { net, web } = dockerHost()
    const made = trace(net, { from: web.netns, address: '192.168.0.20', port: 80, sourcePort: 40000 })
    expect(made.disposition).toBe('delivered')
    expect(made.translations).toEqual([
      {
        kind: 'masquerade',
        netns: 'host',
        protocol: 'tcp',
        from: '172.17.0.2:40000',
        to: '192.168.0.10:40000',
        rule: '-t nat -A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE',
        undone: false,
      },
    ])
    expect(made.reply?.translations).toMatchObject([{ kind: 'masquerade', to: '172.17.0.2:40000', undone: true }])
    expect(made.reply?.translations[0]).not.toHaveProperty('rule')
    expect(made.seenBy?.client).toBe('192.168.0.10:40000')
  })

  it('comes in by a published port', () => {
    const { net, outside } = dockerHost()
    const made = trace(net, { from: outside, address: '192.168.0.10', port: 8080 })
    expect(made.disposition).toBe('delivered')
    expect(made.translations).toMatchObject([
      {
        kind: 'dnat',
        from: '192.168.0.10:8080',
        to: '172.17.0.2:80',
        rule: '-t nat -A DOCKER -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80',
      },
    ])
    expect(made.endpoint).toBe('web 172.17.0.2:80')
  })

  it('leads back into the bridge, which tells of the neighbour code', () => {
    const { net, app } = dockerHost()
    const made = trace(net, { from: app.netns, address: '192.168.0.10', port: 8080 })
    expect(made.disposition).toBe('delivered')
    const sent = made.hops.flatMap(({ steps }) => steps.filter((step) => step.kind === 'sent'))
    expect(sent.filter((step) => step.kind === 'sent' && step.bridgedDnat)).toMatchObject([{ device: 'docker0' }])
    expect(made.hops.flatMap(({ steps }) => steps).find((step) => step.kind === 'hook')).toMatchObject({
      bridged: true,
    })
  })

  it('brings a container to itself by hairpin and MASQUERADE', () => {
    const { net, docker0, web } = dockerHost()
    docker0.setPort(web.port, { hairpin: true })
    const made = trace(net, { from: web.netns, address: '192.168.0.10', port: 8080 })
    expect(made.disposition).toBe('delivered')
    expect(made.translations.map(({ kind, to }) => `${kind} ${to.replace(/:.*/, '')}`)).toEqual([
      'dnat 172.17.0.2',
      'masquerade 172.17.0.1',
    ])
  })

  it('fails without hairpin mode, and says so', () => {
    const { net, web } = dockerHost()
    const made = trace(net, { from: web.netns, address: '192.168.0.10', port: 8080 })
    expect(made.disposition).toBe('dropped')
    expect(made.reason).toMatch(/^NO_TX_TARGET: .*hairpin mode is off, in host$/)
  })

  it('reroutes what the host itself sends', () => {
    const { net, host } = dockerHost()
    const made = trace(net, { from: host, address: '192.168.0.10', port: 8080 })
    expect(made.disposition).toBe('delivered')
    const routes = made.hops[0]?.steps.filter((step) => step.kind === 'routed')
    expect(routes?.map((step) => step.kind === 'routed' && step.direction)).toEqual(['output', 'reroute'])
    expect(made.hops[0]?.device).toBe('docker0')
  })

  it('of an ICMP error, outside and inside', () => {
    const { net, outside, web } = dockerHost()
    rules(outside, 'filter', '-A INPUT -p tcp -j REJECT --reject-with icmp-port-unreachable')
    const made = trace(net, { from: web.netns, address: '192.168.0.20', port: 80, sourcePort: 40000 })
    expect(made.disposition).toBe('rejected')
    expect(made.error).toBe('ECONNREFUSED')
    const translated = made.reply?.hops.flatMap(({ steps }) => steps.filter(({ kind }) => kind === 'translated'))
    expect(translated).toMatchObject([
      { quoted: true, translation: { from: '192.168.0.10:40000', to: '172.17.0.2:40000' } },
      { translation: { from: '192.168.0.10', to: '172.17.0.2', undone: true } },
    ])
    expect(made.reply?.translations).toHaveLength(1)
  })
})

describe('rejected', () => {
  it('by a closed TCP port: a reset', () => {
    const { net, server } = twoHosts()
    const made = trace(net, { from: server, address: '10.0.0.1', port: 80 })
    expect(made.disposition).toBe('rejected')
    expect(made.reason).toBe('NO_SOCKET: no TCP socket for port 80, in client')
    expect(made.error).toBe('ECONNREFUSED')
    expect(made.reply?.packet.text).toContain('Flags [R.]')
    expect(
      made.hops
        .at(-1)
        ?.steps.slice(-2)
        .map(({ kind }) => kind),
    ).toEqual(['answered', 'dropped'])
  })

  it('by nobody: a broadcast that no socket wants is dropped, and nobody is told', () => {
    const { net, client, router } = routed()
    installSockets(router)
    const made = trace(net, { from: client, address: '10.0.2.255', port: 80 })
    expect(made.disposition).toBe('dropped')
    expect(made.reason).toBe('NO_SOCKET: no TCP socket for port 80, in router; no refusal was sent')
    expect(made.reply).toBeNull()
  })

  it('by a closed UDP port: port unreachable', () => {
    const { net, server } = twoHosts()
    const made = trace(net, { from: server, address: '10.0.0.1', port: 53, protocol: 'udp' })
    expect(made.disposition).toBe('rejected')
    expect(made.error).toBe('ECONNREFUSED')
    expect(made.reply?.packet.text).toContain('udp port 53 unreachable')
  })

  it('by a host without the protocol: protocol unreachable', () => {
    const { net, server } = twoHosts()
    const made = trace(net, { from: server, address: '10.0.0.1', port: 80, protocol: 'sctp' })
    expect(made.disposition).toBe('rejected')
    expect(made.reason).toMatch(/^IP_NOPROTO: nothing here speaks SCTP/)
    expect(made.reply?.packet.text).toContain('protocol 132 unreachable')
  })

  it.each(['icmp-port-unreachable', 'tcp-reset', 'icmp-admin-prohibited'])('by a rule with %s', (type) => {
    const { net, client, router } = routed()
    rules(router, 'filter', `-A FORWARD -p tcp -m tcp --dport 80 -j REJECT --reject-with ${type}`)
    const made = trace(net, { from: client, address: '10.0.2.2', port: 80 })
    expect(made.disposition).toBe('rejected')
    expect(made.reason).toBe(
      `REJECT: -t filter -A FORWARD -p tcp -m tcp --dport 80 -j REJECT --reject-with ${type}, in router`,
    )
    expect(made.reply?.disposition).toBe('delivered')
    expect(made.hops.at(-1)?.steps.at(-1)).toMatchObject({ kind: 'dropped', rule: { action: 'REJECT', position: 1 } })
  })
})

describe('dropped', () => {
  it('by a rule', () => {
    const { net, client, router } = routed()
    rules(router, 'filter', '-A FORWARD -i left -j DROP')
    const made = trace(net, { from: client, address: '10.0.2.2', port: 80 })
    expect(made.disposition).toBe('dropped')
    expect(made.reason).toBe('NETFILTER_DROP: -t filter -A FORWARD -i left -j DROP, in router')
    expect(made.reply).toBeNull()
    expect(made.hops.at(-1)?.steps.at(-1)).toMatchObject({ reason: 'NETFILTER_DROP', rule: { position: 1 } })
  })

  it('by a policy', () => {
    const { net, client, router } = routed()
    rules(router, 'filter', ':FORWARD DROP [0:0]')
    const made = trace(net, { from: client, address: '10.0.2.2', port: 80 })
    expect(made.reason).toBe('NETFILTER_DROP: -t filter -P FORWARD DROP, in router')
  })

  it('in OUTPUT: the sender is told', () => {
    const { net, client } = routed()
    rules(client, 'filter', '-A OUTPUT -p udp -j DROP')
    const made = trace(net, { from: client, address: '10.0.2.2', port: 53, protocol: 'udp' })
    expect(made.disposition).toBe('dropped')
    expect(made.error).toBe('EPERM')
    expect(made.path).toEqual(['client eth0'])
  })

  it('by MASQUERADE when no device has an address', () => {
    const net = quietNetwork()
    const client = net.netns('client')
    const router = net.netns('router', { 'ipv4.ip_forward': 1 })
    const server = net.netns('server')
    const [eth0, left] = net.pair(client, 'eth0', '10.0.1.2/24', router, 'left', null)
    net.pair(router, 'right', null, server, 'eth0', '10.0.2.2/24')
    net.route(client, '10.0.2.0/24', null, 'eth0')
    net.route(router, '10.0.2.0/24', null, 'right')
    net.route(router, '10.0.1.0/24', null, 'left')
    client.neighbours.addPermanent(eth0, parseIpv4('10.0.2.2'), left.mac)
    rules(router, 'nat', '-A POSTROUTING -o right -j MASQUERADE')
    const made = trace(net, { from: client, address: '10.0.2.2', port: 80 })
    expect(made.disposition).toBe('dropped')
    expect(made.reason).toMatch(/^NETFILTER_DROP: -t nat -A POSTROUTING -o right -j MASQUERADE, in router$/)
  })

  it('by an entry that cannot go on', () => {
    const { net, client, router } = routed()
    const stop = router.netfilter.register(Hook.FORWARD, 10, () => Verdict.DROP, 'somebody')
    const made = trace(net, { from: client, address: '10.0.2.2', port: 80 })
    expect(made.reason).toMatch(/^NETFILTER_DROP: address translation: /)
    stop()
    const { conntrack } = router.netfilter
    rules(router, 'filter', '-A FORWARD -m conntrack --ctstate INVALID -j DROP')
    router.sysctl.set('netfilter.nf_conntrack_max', 1)
    const tuple = { protocol: 17, src: parseIpv4('1.1.1.1'), dst: parseIpv4('2.2.2.2'), sport: 1, dport: 2 }
    conntrack.insert(tuple, { ...tuple, src: tuple.dst, dst: tuple.src }, 60_000_000_000)
    const full = trace(net, { from: client, address: '10.0.2.2', port: 80 })
    expect(full.reason).toBe('NETFILTER_DROP: nf_conntrack: table full, dropping packet, in router')
  })

  it('for want of a neighbour, after three seconds', () => {
    const { net, client } = routed()
    const made = trace(net, { from: client, address: '10.0.2.99', port: 80 })
    expect(made.reason).toBe('NEIGH_FAILED: nobody answered ARP, in router')
    expect(made.reply?.packet.text).toContain('host 10.0.2.99 unreachable')
    const neighbour = made.hops.at(-1)?.steps.find(({ kind }) => kind === 'neighbour')
    expect(neighbour).toMatchObject({ address: '10.0.2.99', state: 'FAILED' })
    expect(made.error).toBe('EHOSTUNREACH')
  })

  it('by rp_filter, forwarding off, a missing route', () => {
    const strict = routed({ 'ipv4.conf.all.rp_filter': 1 })
    strict.net.route(strict.router, '10.0.1.2/32', '10.0.2.2', 'right')
    const [left] = [strict.router.link('left')]
    strict.client.neighbours.addPermanent(strict.client.link('eth0'), parseIpv4('10.0.1.1'), left.mac)
    expect(trace(strict.net, { from: strict.client, address: '10.0.2.2', port: 80 }).reason).toMatch(/^IP_RPFILTER: /)

    const host = routed({ 'ipv4.ip_forward': 0 })
    const refused = trace(host.net, { from: host.client, address: '10.0.2.2', port: 80 })
    expect(refused.reason).toMatch(/^IP_INADDRERRORS: .*forwarding is off/)

    const lost = routed()
    const made = trace(lost.net, { from: lost.client, address: '10.7.7.7', port: 80 })
    expect(made.reason).toMatch(/^IP_INNOROUTES: no route to the destination, in router$/)
    expect(made.hops.at(-1)?.steps.find(({ kind }) => kind === 'routed')).toMatchObject({ type: 'unreachable' })
  })

  it('of a ping: the error is no errno', () => {
    const { net, client } = routed()
    const made = trace(net, { from: client, address: '10.0.2.99' })
    expect(made.reason).toBe('NEIGH_FAILED: nobody answered ARP, in router')
    expect(made.error).toBeUndefined()
  })

  it('before it was sent: the errno is the reason', () => {
    const { net, client } = twoHosts()
    const made = trace(net, { from: client, address: '10.7.7.7', port: 80 })
    expect(made.disposition).toBe('dropped')
    expect(made.reason).toBe('ENETUNREACH: Network is unreachable: nothing was sent')
    expect(made.error).toBe('ENETUNREACH')
    expect(made.hops).toEqual([])
    expect(made.reply).toBeNull()
    expect(made.packet).toMatchObject({ src: '10.0.0.1', dst: '10.7.7.7', dport: 80, protocol: 'tcp' })
    expect(made.data.from.address).toBe('10.0.0.1')
  })

  it.each(['tcp', 'udp'] as const)('because the %s port is in use', (protocol) => {
    const { net, client } = twoHosts()
    const sockets = installSockets(client)
    expect(sockets.serve(protocol === 'tcp' ? 6 : 17, 5000)).toBeNull()
    const source = parseIpv4('10.0.0.1')
    const made = trace(net, { from: client, source, sourcePort: 5000, address: '10.0.0.2', port: 80, protocol })
    expect(made.reason).toBe('EADDRINUSE: Address already in use: nothing was sent')
    expect(made.packet.text).toBe(`10.0.0.1.5000 > 10.0.0.2.80: ${protocol}, never sent`)
  })

  it('for want of an address', () => {
    const { net } = twoHosts()
    const lonely = net.netns('lonely')
    const made = trace(net, { from: lonely, address: '10.0.0.2' })
    expect(made.packet.src).toBe('0.0.0.0')
    expect(made.reason).toMatch(/^ENETUNREACH: /)
  })

  it('because it goes round and round', () => {
    const { net, client, router, server } = routed()
    net.route(router, '10.5.0.0/16', '10.0.2.2', 'right')
    server.sysctl.set('ipv4.ip_forward', 1)
    server.sysctl.set('ipv4.conf.all.send_redirects', 0)
    router.sysctl.set('ipv4.conf.all.send_redirects', 0)
    for (const netns of [router, server]) for (const link of netns.devices()) link.conf.send_redirects = 0
    const made = trace(net, { from: client, address: '10.5.0.1', port: 80 })
    expect(made.reason).toMatch(/^IP_INHDR: the TTL is used up, in /)
    expect(made.hops.length).toBeGreaterThan(60)
  })
})

describe('unanswered', () => {
  it('when the answer is dropped', () => {
    const { net, client, router } = routed()
    rules(router, 'filter', '-A FORWARD -i right -j DROP')
    const made = trace(net, { from: client, address: '10.0.2.2', port: 80 })
    expect(made.disposition).toBe('unanswered')
    expect(made.reason).toMatch(/^delivered in server to tcp 0\.0\.0\.0:80; the answer was lost: NETFILTER_DROP: /)
    expect(made.reply?.disposition).toBe('dropped')
  })

  it('when nobody answers', () => {
    const { net, client, server } = twoHosts()
    installSockets(server)
    expect(socketsOf(server).udp.bind({ port: 53 }, { onReceive: () => {} }).error).toBeNull()
    const made = trace(net, { from: client, address: '10.0.0.2', port: 53, protocol: 'udp' })
    expect(made.disposition).toBe('unanswered')
    expect(made.reason).toBe('delivered in server to udp 0.0.0.0:53; no answer was sent')
    expect(made.reply).toBeNull()
  })

  it('when somebody with the same address gets the answer', () => {
    const { net, client, server } = twoHosts()
    const impostor = net.netns('impostor')
    net.pair(impostor, 'eth0', '10.0.0.1/24', server, 'other', null)
    net.route(server, '10.0.0.1/32', null, 'other')
    const made = trace(net, { from: client, address: '10.0.0.2' })
    expect(made.disposition).toBe('unanswered')
    expect(made.reply).toMatchObject({
      disposition: 'dropped',
      reason: 'delivered in impostor to icmp, not to its client',
    })
  })

  it('when it takes longer than anybody waits', () => {
    const { net, client, server } = twoHosts()
    net.ping(client, '10.0.0.2')
    ;(server.link('eth0') as Veth).setWire({ latency: 40_000_000_000 })
    const made = trace(net, { from: client, address: '10.0.0.2', port: 80 })
    expect(made.disposition).toBe('unanswered')
    expect(made.reply?.reason).toBe('NOT_SPECIFIED: it was still on its way when the trace ended')
    expect(made.reply?.hops.at(-1)?.steps.at(-1)?.kind).toBe('unfinished')
  })

  it('when somebody else gets the answer', () => {
    const { net, client, router, server } = routed()
    rules(router, 'nat', '-A PREROUTING -i left -j DNAT --to-destination 10.0.2.2')
    // a way back around the router: it cannot translate the answer
    net.pair(server, 'short', '10.0.3.2/24', client, 'short', '10.0.3.1/24')
    net.route(server, '10.0.1.0/24', null, 'short')
    const made = trace(net, { from: client, address: '10.0.2.7', port: 80 })
    expect(made.disposition).toBe('unanswered')
    expect(made.reply?.reason).toMatch(/^NO_SOCKET: |^TCP_FLAGS: /)
  })
})

describe('left', () => {
  it('ends at the door to what is not modelled', () => {
    const { net, client } = routed()
    const made = trace(net, { from: client, address: '10.0.2.2', port: 80, beyond: new Set(['server']) })
    // what stands for the rest of the world may answer
    expect(made.disposition).toBe('delivered')
    const { net: other, client: sender, router: gate } = routed()
    other.route(gate, '10.8.0.0/16', '10.0.2.2', 'right')
    const gone = trace(other, { from: sender, address: '10.8.0.1', port: 80, beyond: new Set(['server']) })
    expect(gone.disposition).toBe('left')
    expect(gone.reason).toBe('left the modelled network for 10.8.0.1')
    expect(gone.path).toEqual(['client eth0', 'router left'])
    expect(gone.hops.at(-1)?.steps.at(-1)).toEqual({ kind: 'left', to: '10.8.0.1' })
  })
})

describe('depends', () => {
  it('on a rule that is not modelled', () => {
    const { net, client, router } = routed()
    rules(router, 'filter', '-A FORWARD -p tcp -m u32 --u32 "0>>22&0x3C@ 0>>8=80" -j DROP')
    const made = trace(net, { from: client, address: '10.0.2.2', port: 80 })
    expect(made.disposition).toBe('depends')
    expect(made.reason).toMatch(/^depends on match u32, which is not modelled: -t filter -A FORWARD .*, in router$/)
    expect(made.hops.at(-1)?.steps.at(-1)).toMatchObject({ kind: 'depends', what: 'match u32', rule: { position: 1 } })
  })

  it('on one that the answer meets', () => {
    const { net, client, router } = routed()
    rules(router, 'filter', '-A FORWARD -i right -j TEE --gateway 10.0.2.9')
    const made = trace(net, { from: client, address: '10.0.2.2', port: 80 })
    expect(made.disposition).toBe('depends')
    expect(made.reply?.disposition).toBe('depends')
  })
})

describe('a flow', () => {
  it('leaves no mark: equal calls give equal traces', () => {
    const { net, outside, host } = dockerHost()
    const ask = () => trace(net, { from: outside, address: '192.168.0.10', port: 8080 }).toJSON()
    const first = ask()
    expect(ask()).toEqual(first)
    expect(net.sim.now).toBe(0)
    expect(net.sim.pending).toBe(0)
    expect([...host.netfilter.conntrack.entries()]).toEqual([])
    expect([...host.neighbours.entries()]).toEqual([])
    expect(net.sim.probe).toBeNull()
    expect(net.sim.decider).toBeNull()
  })

  it.each([
    [{ protocol: 'tcp' as const }, 'a tcp packet needs a port to go to'],
    [{ port: 70000 }, '70000 is no port number'],
    [{ port: 80, sourcePort: 0 }, '0 is no port number'],
    [{ port: 1.5 }, '1.5 is no port number'],
  ])('refuses %o', (ports, message) => {
    const { net, client } = twoHosts()
    const ask = () => traceFlow(net.sim, { from: client, to: parseIpv4('10.0.0.2'), protocol: 'udp', ...ports })
    expect(ask).toThrow(message)
  })
})

describe('more of a conversation', () => {
  it.each(['tcp', 'udp', 'sctp', 'icmp'] as const)('over %s', (protocol) => {
    const { net, client } = twoHosts()
    const port = protocol === 'icmp' ? {} : { port: 80 }
    const made = trace(net, { from: client, address: '10.0.0.2', protocol, ...port, packets: 5 })
    expect(made.disposition).toBe('delivered')
    expect(made.data.more).toHaveLength(3)
    const texts = made.data.more!.map(({ packet }) => `${packet.src} ${packet.text.replace(/^[^:]*: /, '')}`)
    expect(texts).toMatchSnapshot()
  })

  it('to its end', () => {
    const { net, client } = twoHosts()
    const made = trace(net, { from: client, address: '10.0.0.2', port: 80, packets: 40 })
    const last = made.data.more!.map(({ packet }) => packet.text.replace(/^[^:]*: /, ''))
    expect(last.filter((text) => text.includes('[F'))).toHaveLength(2)
    expect(last.length).toBeLessThan(12)
  })

  it('does not count what is only sent again', () => {
    const { net, client, router } = routed()
    rules(router, 'filter', '-A FORWARD -j DROP')
    const made = trace(net, { from: client, address: '10.0.2.2', port: 80, packets: 4 })
    expect(made.disposition).toBe('dropped')
    expect(made.data).not.toHaveProperty('more')
  })

  it('shows what there is when the conversation is shorter', () => {
    const { net, server } = twoHosts()
    const made = trace(net, { from: server, address: '10.0.0.1', port: 80, packets: 9 })
    expect(made.disposition).toBe('rejected')
    expect(made.data.more ?? []).toEqual([])
  })
})
