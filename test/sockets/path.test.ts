import { describe, expect, it } from 'vitest'
import type { TcpHeader } from '../../src/packet/headers.ts'
import { metricsOf } from '../../src/route/index.ts'
import { B, opened, TwoHosts } from './support/net.ts'

describe('a route', () => {
  it('says with which TTL and MSS to begin, and that nothing forbids fragments', () => {
    const net = new TwoHosts()
    const metrics = metricsOf({ mtu: 1400, advmss: 1000, hoplimit: 9 }, ['mtu'])
    net.a.fib.add({ destination: { address: B, length: 32 }, ifindex: net.ea.ifindex, scope: 253, metrics })
    opened(net.onA.tcp.connect({ address: B, port: 80 }))
    net.onA.udp.open().sendTo(B, 53, 1)
    net.onA.icmp.open().send(B, 1)
    net.onA.icmp.open({ pmtuDiscovery: 'do' }).send(B, 1)
    net.run(1)
    const sent = net.packets.filter(({ ip }) => ip?.dst === B)
    expect(sent.map(({ ip }) => [ip!.ttl, ip!.df])).toEqual([
      [9, false],
      [9, false],
      [9, false],
      [9, true],
    ])
    expect((sent[0]!.l4 as TcpHeader).mss).toBe(1000)
  })

  it('whose path MTU is too small to be believed lets fragments be', () => {
    const net = new TwoHosts()
    const socket = opened(net.onA.udp.connect({ address: B, port: 53 }))
    socket.send(100)
    net.run(1)
    net.a.learnPathMtu(net.packets[0]!, 100)
    net.clear()
    socket.takeError()
    socket.send(100)
    net.run(1)
    expect(net.packets[0]!.ip!.df).toBe(false)
  })
})
