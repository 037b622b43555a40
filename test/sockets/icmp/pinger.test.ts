import { describe, expect, it } from 'vitest'
import { IPV4_ANY, IPV4_LOOPBACK } from '../../../src/packet/address.ts'
import type { IcmpHeader } from '../../../src/packet/packet.ts'
import { A, B, BROADCAST, FAR, NOBODY, TwoHosts } from '../support/net.ts'

describe('a pinger', () => {
  it('sends what ping of iputils sends, and gets the reply', () => {
    const net = new TwoHosts()
    const log: unknown[] = []
    const pinger = net.onA.icmp.open(
      {},
      { onReply: ({ ip, l4 }) => log.push([ip!.src, (l4 as IcmpHeader).sequence, ip!.ttl]) },
    )
    expect(pinger.send(B, 1)).toBeNull()
    net.run(1)
    expect(log).toEqual([[B, 1, 64]])
    expect(net.packets[0]!.ip).toMatchObject({ df: true, ttl: 64, tos: 0, totalLength: 84 })
    expect(net.packets[0]!.l4).toMatchObject({ type: 8, code: 0, id: pinger.id, sequence: 1 })
    expect(net.packets[1]!.cause).toBe(net.packets[0]!.journey)
    expect(net.take()).toEqual(['> icmp 84 8/0', '< icmp 84 0/0'])
    expect([...net.onA.sockets()]).toMatchObject([{ protocol: 'icmp', localPort: 1 }])
    expect(String(pinger)).toBe(`ping ${pinger.id}`)
    pinger.close()
    pinger.close()
    expect([...net.onA.sockets()]).toEqual([])
    expect(net.a.snmp.get('IcmpOutEchos')).toBe(2)
  })

  it('hears only replies to itself, and by its own device', () => {
    const net = new TwoHosts()
    const log: string[] = []
    const open = (name: string, options = {}): ReturnType<typeof net.onA.icmp.open> =>
      net.onA.icmp.open(options, { onReply: () => log.push(name) })
    const one = open('one')
    const two = open('two')
    const bound = open('bound', { device: net.ea.ifindex })
    const other = net.onA.icmp.open({ device: 1 }, { onReply: () => log.push('other') })
    expect(one.id).not.toBe(two.id)
    for (const pinger of [one, bound]) pinger.send(B, 1)
    net.run(1)
    expect(log).toEqual(['one', 'bound'])
    const request = net.packets[0]!
    other.send(IPV4_LOOPBACK, 1)
    net.run(1)
    expect(log).toEqual(['one', 'bound', 'other'])
    const reply = request.clone()
    const echo = reply.l4 as IcmpHeader
    echo.type = 0
    echo.id = other.id
    reply.ifindex = net.ea.ifindex
    net.onA.icmp.receive(reply)
    echo.type = 3
    net.onA.icmp.receive(reply)
    reply.l4 = null
    net.onA.icmp.receive(reply)
    expect(log).toHaveLength(3)
  })

  it('is told of errors with the request that they quote', () => {
    const net = new TwoHosts()
    net.b.sysctl.set('ipv4.ip_forward', 1)
    net.a.fib.add({ destination: { address: FAR, length: 32 }, gateway: B, ifindex: net.ea.ifindex })
    const log: unknown[] = []
    const onError = (icmp: { l4: unknown }, quoted: { l4: unknown }): void => {
      const { type, code } = icmp.l4 as IcmpHeader
      log.push([type, code, (quoted.l4 as IcmpHeader).sequence])
    }
    net.onA.icmp.open({}, { onError }).send(FAR, 7)
    net.onA.icmp.open({ ttl: 1 }, { onError }).send(FAR, 8)
    net.run(1)
    net.onA.icmp.open({}, { onError }).send(NOBODY, 9)
    net.run(5000)
    expect(log).toEqual([
      [3, 0, 7],
      [3, 0, 8],
      [3, 1, 9],
    ])
    const [request] = net.packets
    net.onA.icmp.error(request!, request!)
    const foreign = request!.clone()
    ;(foreign.l4 as IcmpHeader).id = 0
    net.onA.icmp.error(request!, foreign)
    foreign.l4 = null
    net.onA.icmp.error(request!, foreign)
    net.onA.icmp.open().send(FAR, 1)
    net.run(1)
  })

  it('-M do refuses what is too long, want has it fragmented, dont never forbids it', () => {
    const net = new TwoHosts()
    const strict = net.onA.icmp.open({ pmtuDiscovery: 'do' })
    expect(strict.send(B, 1, 1472)).toBeNull()
    expect(strict.send(B, 2, 1473)).toBe('EMSGSIZE')
    expect(strict.pathMtu(B)).toBe(1500)
    const probe = net.onA.icmp.open({ pmtuDiscovery: 'probe' })
    expect(probe.send(B, 2, 1473)).toBe('EMSGSIZE')
    expect(probe.pathMtu(B)).toBe(1500)
    net.onA.icmp.open({ pmtuDiscovery: 'dont' }).send(B, 1, new Uint8Array(4))
    expect(net.onA.icmp.open().send(B, 1, 1473)).toBeNull()
    expect(net.onA.icmp.open().send(B, 1, 65508)).toBe('EMSGSIZE')
    net.run(1)
    const sent = net.packets.filter(({ ip }) => ip!.src === A).map(({ ip }) => [ip!.totalLength, ip!.df, ip!.mf])
    expect(sent).toEqual([
      [1500, true, false],
      [32, false, false],
      [1500, false, true],
      [21, false, false],
    ])
  })

  it('fails at once without a route, for a broadcast, and when OUTPUT drops', () => {
    const net = new TwoHosts()
    const pinger = net.onA.icmp.open()
    expect(pinger.send(FAR, 1)).toBe('ENETUNREACH')
    expect(pinger.route(FAR).error).toBe('ENETUNREACH')
    net.a.fib.add({ destination: { address: FAR, length: 32 }, type: 'prohibit' })
    expect(pinger.send(FAR, 1)).toBe('EACCES')
    expect(pinger.send(BROADCAST, 1)).toBe('EACCES')
    expect(net.onA.icmp.open({ broadcast: true, tos: 8, mark: 1 }).send(BROADCAST, 1)).toBeNull()
    expect(pinger.send(IPV4_ANY, 1)).toBeNull()
    expect(net.onA.icmp.open({ source: A }).send(IPV4_ANY, 1)).toBeNull()
    net.run(1)
    const frames = net.eventsOf('frame') as unknown as { packet: { ip: { dst: number } } }[]
    expect(frames.some(({ packet }) => packet.ip?.dst === IPV4_LOOPBACK)).toBe(true)
    net.a.localOut = () => false
    expect(pinger.send(B, 1)).toBe('EPERM')
  })

  it('is forgotten after a transaction, and comes again with the same identifier', () => {
    const net = new TwoHosts()
    const inside = (): number => {
      const pinger = net.onA.icmp.open()
      pinger.send(B, 1)
      net.run(1)
      return pinger.id
    }
    const id = net.sim.transaction(inside)
    expect([...net.onA.icmp.sockets()]).toEqual([])
    expect(net.sim.transaction(inside)).toBe(id)
  })
})
