import { describe, expect, it } from 'vitest'
import { IPV4_ANY, IPV4_BROADCAST, IPV4_LOOPBACK, parseIpv4 } from '../../../src/packet/address.ts'
import type { Packet } from '../../../src/packet/packet.ts'
import { utf8Bytes } from '../../../src/packet/utf8.ts'
import { A, B, BROADCAST, endpoint, FAR, NOBODY, opened, TwoHosts, text } from '../support/net.ts'

describe('a datagram', () => {
  it('leaves as Linux sends it: TTL 64, no type of service, not to be fragmented', () => {
    const net = new TwoHosts()
    opened(net.onB.udp.bind({ port: 53 }))
    const socket = opened(net.onA.udp.bind({ port: 40001 }))
    expect(socket.sendTo(B, 53, utf8Bytes('hi\n'))).toBeNull()
    net.run(10)
    expect(net.take()).toEqual(['> udp 31'])
  })

  it('carries addresses and ports, and is received with them', () => {
    const net = new TwoHosts()
    const seen: string[] = []
    opened(
      net.onB.udp.bind(
        { port: 53 },
        {
          onReceive: (packet, socket) => {
            const { ip, l4 } = packet
            if (ip === null || l4?.kind !== 'udp') return
            seen.push(`${endpoint(ip.src, l4.sport)} ${endpoint(ip.dst, l4.dport)} ${text(packet.payload)} ${socket}`)
          },
        },
      ),
    )
    const socket = opened(net.onA.udp.bind({ port: 40001 }))
    socket.sendTo(B, 53, utf8Bytes('hi'))
    net.run(10)
    expect(seen).toEqual(['10.0.0.1:40001 10.0.0.2:53 hi udp 0.0.0.0:53'])
    const { ip } = net.packets[0]!
    expect(ip).toMatchObject({ ttl: 64, tos: 0, df: true, mf: false })
    expect(net.b.snmp.get('UdpInDatagrams')).toBe(1)
    expect(net.a.snmp.get('UdpOutDatagrams')).toBe(1)
  })

  it('is fragmented when it is longer than the path MTU, unless that is forbidden', () => {
    const net = new TwoHosts()
    const got: number[] = []
    opened(net.onB.udp.bind({ port: 53 }, { onReceive: (packet) => got.push(packet.payload.length) }))
    const socket = opened(net.onA.udp.connect({ address: B, port: 53 }))
    expect(socket.send(3000)).toBeNull()
    net.run(10)
    expect(net.packets.map(({ ip }) => [ip!.totalLength, ip!.df, ip!.mf])).toEqual([
      [1500, false, true],
      [1500, false, true],
      [68, false, false],
    ])
    expect(got).toEqual([3000])
    socket.set({ pmtuDiscovery: 'do' })
    expect(socket.send(1472)).toBeNull()
    expect(socket.send(1473)).toBe('EMSGSIZE')
    socket.set({ pmtuDiscovery: 'probe' })
    expect(socket.send(1473)).toBe('EMSGSIZE')
    socket.set({ pmtuDiscovery: 'dont' })
    net.clear()
    expect(socket.send(10)).toBeNull()
    net.run(10)
    expect(net.packets[0]!.ip!.df).toBe(false)
    expect(socket.send(65508)).toBe('EMSGSIZE')
  })

  it('takes TTL, type of service and mark from its socket', () => {
    const net = new TwoHosts()
    const socket = net.onA.udp.open({ ttl: 3, tos: 0x10, mark: 7, pmtuDiscovery: 'do' })
    const marks: number[] = []
    const { localOut } = net.a
    net.a.localOut = (packet: Packet) => {
      marks.push(packet.mark)
      return localOut.call(net.a, packet)
    }
    expect(socket.sendTo(B, 9, 1)).toBeNull()
    net.run(10)
    expect(net.packets[0]!.ip).toMatchObject({ ttl: 3, tos: 0x10, id: 0 })
    expect(marks).toEqual([7])
  })

  it('goes nowhere without a port, a peer or a route', () => {
    const net = new TwoHosts()
    const socket = net.onA.udp.open()
    expect(socket.send(1)).toBe('EDESTADDRREQ')
    expect(socket.sendTo(B, 0, 1)).toBe('EINVAL')
    expect(socket.sendTo(B, 65536, 1)).toBe('EINVAL')
    expect(socket.sendTo(FAR, 53, 1)).toBe('ENETUNREACH')
    net.a.fib.add({ destination: { address: FAR, length: 32 }, type: 'prohibit' })
    expect(socket.sendTo(FAR, 53, 1)).toBe('EACCES')
    expect(net.a.snmp.get('IpOutNoRoutes')).toBe(1)
    expect(net.onA.udp.connect({ address: FAR, port: 53 }).error).toBe('EACCES')
    expect(net.onB.udp.connect({ address: FAR, port: 53 }).error).toBe('ENETUNREACH')
    socket.close()
    expect(socket.sendTo(B, 53, 1)).toBe('EINVAL')
  })

  it('is EPERM when OUTPUT drops it', () => {
    const net = new TwoHosts()
    net.a.localOut = () => false
    expect(net.onA.udp.open().sendTo(B, 53, 1)).toBe('EPERM')
  })

  it('to 0.0.0.0 is for this host', () => {
    const net = new TwoHosts()
    const got: string[] = []
    const server = opened(net.onA.udp.bind({ port: 53 }, { onReceive: ({ ip }) => got.push(endpoint(ip!.src, 0)) }))
    expect(server.port).toBe(53)
    net.onA.udp.open().sendTo(IPV4_ANY, 53, 1)
    opened(net.onA.udp.bind({ address: A })).sendTo(IPV4_ANY, 53, 1)
    net.run(1)
    expect(got).toEqual(['127.0.0.1:0', '10.0.0.1:0'])
    const client = opened(net.onA.udp.connect({ address: IPV4_ANY, port: 53 }))
    expect(client.peerAddress).toBe(IPV4_LOOPBACK)
  })
})

describe('a closed port', () => {
  it('is answered with port unreachable, and a connected socket is told', () => {
    const net = new TwoHosts()
    const errors: string[] = []
    const socket = opened(net.onA.udp.connect({ address: B, port: 53 }, { onError: (errno) => errors.push(errno) }))
    socket.send(3)
    net.run(10)
    expect(net.take()).toEqual(['> udp 31', '< icmp 59 3/3'])
    expect(errors).toEqual(['ECONNREFUSED'])
    expect(socket.takeError()).toBeNull()
    expect(net.b.snmp.get('UdpNoPorts')).toBe(1)
    expect(net.eventsOf('drop')).toEqual([])
  })

  it('makes the next call fail once when nobody waits for the error', () => {
    const net = new TwoHosts()
    const socket = opened(net.onA.udp.connect({ address: B, port: 53 }))
    socket.send(3)
    net.run(10)
    expect(socket.send(3)).toBe('ECONNREFUSED')
    expect(socket.send(3)).toBeNull()
    net.run(10)
    expect(socket.takeError()).toBe('ECONNREFUSED')
  })

  it('is nothing to a socket without a peer, unless it asks for errors', () => {
    const net = new TwoHosts()
    const deaf = opened(net.onA.udp.bind({ port: 1000 }))
    const keen = opened(net.onA.udp.bind({ port: 1001, receiveErrors: true }))
    for (const socket of [deaf, keen]) socket.sendTo(B, 53, 1)
    net.run(10)
    expect(deaf.takeError()).toBeNull()
    expect(keen.takeError()).toBe('ECONNREFUSED')
  })

  it('is not spoken of when the datagram was for all', () => {
    const net = new TwoHosts()
    net.onA.udp.open({ broadcast: true }).sendTo(BROADCAST, 53, 1)
    net.run(10)
    expect(net.take()).toEqual(['> udp 29'])
  })
})

describe('ICMP errors that are not fatal', () => {
  it('reach only sockets that ask for errors', () => {
    const net = new TwoHosts()
    const plain = opened(net.onA.udp.connect({ address: NOBODY, port: 53 }))
    const keen = opened(net.onA.udp.connect({ address: NOBODY, port: 53, receiveErrors: true }))
    for (const socket of [plain, keen]) socket.send(1)
    net.run(5000)
    expect(plain.takeError()).toBeNull()
    expect(keen.takeError()).toBe('EHOSTUNREACH')
  })

  it('but a datagram that was too long is told to every connected socket', () => {
    const net = new TwoHosts()
    const router = parseIpv4('10.0.0.2')
    net.b.sysctl.set('ipv4.ip_forward', 1)
    net.a.fib.add({ destination: { address: FAR, length: 32 }, gateway: router, ifindex: net.ea.ifindex })
    const socket = opened(net.onA.udp.connect({ address: FAR, port: 53 }))
    const stubborn = opened(net.onA.udp.connect({ address: FAR, port: 54, pmtuDiscovery: 'dont' }))
    for (const each of [socket, stubborn]) each.send(1000)
    net.run(1)
    for (const each of [socket, stubborn]) expect(each.takeError()).toBeNull()
    const quoted = net.packets.filter(({ l4 }) => l4?.kind === 'udp')
    for (const packet of quoted) {
      packet.route = net.b.routeInput(net.eb, A, FAR, 0, 0)
      net.b.icmpSend(packet, 3, 4, { mtu: 600 })
    }
    net.run(1)
    expect(socket.takeError()).toBe('EMSGSIZE')
    expect(stubborn.takeError()).toBeNull()
    net.clear()
    socket.send(1000)
    net.run(1)
    expect(net.packets[0]!.ip).toMatchObject({ df: false, mf: true })
  })

  it('of types without meaning are passed over, and so are errors about no socket', () => {
    const net = new TwoHosts()
    const socket = opened(net.onA.udp.connect({ address: B, port: 53, receiveErrors: true }))
    socket.send(1)
    net.run(10)
    const [request, answer] = net.packets
    expect(socket.takeError()).toBe('ECONNREFUSED')
    const odd = answer!.clone()
    if (odd.l4?.kind === 'icmp') odd.l4.type = 4
    net.onA.udp.error(odd, request!)
    expect(socket.takeError()).toBeNull()
    const before = net.a.snmp.get('IcmpInErrors')
    socket.close()
    net.onA.udp.error(answer!, request!)
    expect(net.a.snmp.get('IcmpInErrors')).toBe(before + 1)
    net.onA.udp.error(answer!, answer!)
  })
})

describe('ports', () => {
  it('are chosen from the range of the sysctl, by chance', () => {
    const net = new TwoHosts()
    net.a.sysctl.setText('ipv4.ip_local_port_range', '50000 50001')
    const ports = [0, 1].map(() => opened(net.onA.udp.bind({})).port)
    expect(ports.sort()).toEqual([50000, 50001])
    expect(net.onA.udp.bind({}).error).toBe('EADDRINUSE')
    const late = net.onA.udp.open()
    expect(late.sendTo(B, 53, 1)).toBe('EAGAIN')
    expect(late.connect(B, 53)).toBe('EAGAIN')
  })

  it('are taken once, by address and by device', () => {
    const net = new TwoHosts()
    const first = opened(net.onA.udp.bind({ address: A, port: 53 }))
    expect(net.onA.udp.bind({ port: 53 }).error).toBe('EADDRINUSE')
    expect(net.onA.udp.bind({ address: A, port: 53, reuseAddress: true }).error).toBe('EADDRINUSE')
    opened(net.onA.udp.bind({ address: IPV4_LOOPBACK, port: 53 }))
    first.close()
    first.close()
    expect(net.onA.udp.bind({ port: 53 }).error).toBe('EADDRINUSE')
    opened(net.onA.udp.bind({ address: A, port: 53, device: net.ea.ifindex }))
    opened(net.onA.udp.bind({ address: A, port: 53, device: 1 }))
  })

  it('are shared by those who both say so', () => {
    const net = new TwoHosts()
    for (const _ of [1, 2]) opened(net.onA.udp.bind({ port: 53, reuseAddress: true }))
    for (const _ of [1, 2]) opened(net.onA.udp.bind({ port: 54, reusePort: true }))
    expect(net.onA.udp.bind({ port: 54, reuseAddress: true }).error).toBe('EADDRINUSE')
  })

  it('of a tunnel are taken', () => {
    const net = new TwoHosts()
    net.a.tunnels.set(8472, [() => true])
    expect(net.onA.udp.bind({ port: 8472 }).error).toBe('EADDRINUSE')
    expect([...net.onA.sockets()]).toMatchObject([{ protocol: 'udp', localPort: 8472 }])
  })

  it('are bound once, to an address of this host', () => {
    const net = new TwoHosts()
    const socket = opened(net.onA.udp.bind({ port: 53 }))
    expect(socket.bind(A, 54)).toBe('EINVAL')
    expect(net.onA.udp.bind({ address: B, port: 53 }).error).toBe('EADDRNOTAVAIL')
    expect(net.onA.udp.connect({ address: B, port: 1, localAddress: B }).error).toBe('EADDRNOTAVAIL')
    opened(net.onA.udp.bind({ address: BROADCAST, port: 55 }))
    net.a.sysctl.set('ipv4.ip_nonlocal_bind', 1)
    expect(opened(net.onA.udp.bind({ address: FAR, port: 56 })).address).toBe(FAR)
  })
})

describe('which socket a datagram is for', () => {
  it('the one of this address before the one of any; the connected one before both; the newest of equals', () => {
    const net = new TwoHosts()
    const got: string[] = []
    const listen = (name: string, options: object): ReturnType<typeof net.onB.udp.bind> =>
      net.onB.udp.bind({ port: 53, reuseAddress: true, ...options }, { onReceive: () => got.push(name) })
    const client = opened(net.onA.udp.bind({ port: 40001 }))
    const send = (): string[] => {
      got.length = 0
      client.sendTo(B, 53, 1)
      net.run(1)
      return [...got]
    }
    opened(listen('any', {}))
    expect(send()).toEqual(['any'])
    const newer = opened(listen('newer', {}))
    expect(send()).toEqual(['newer'])
    const specific = opened(listen('specific', { address: B }))
    expect(send()).toEqual(['specific'])
    const byDevice = opened(listen('device', { address: B, device: net.eb.ifindex }))
    opened(listen('other device', { address: B, device: 1 }))
    expect(send()).toEqual(['device'])
    const connected = opened(listen('connected', { address: B }))
    expect(connected.connect(A, 40001)).toBeNull()
    expect(send()).toEqual(['connected'])
    connected.disconnect()
    expect(connected.connect(A, 40002)).toBeNull()
    expect(send()).toEqual(['device'])
    for (const socket of [byDevice, specific, newer]) socket.close()
    expect(send()).toEqual(['any'])
  })

  it('a broadcast is for all of them', () => {
    const net = new TwoHosts()
    const got: string[] = []
    for (const name of ['one', 'two']) {
      opened(net.onB.udp.bind({ port: 53, reuseAddress: true }, { onReceive: () => got.push(name) }))
    }
    opened(net.onB.udp.bind({ port: 53, address: B, reuseAddress: true }, { onReceive: () => got.push('not this') }))
    const picky = opened(net.onB.udp.bind({ port: 53, reuseAddress: true }, { onReceive: () => got.push('nor this') }))
    picky.connect(NOBODY, 1)
    const client = net.onA.udp.open({ broadcast: true })
    expect(client.sendTo(BROADCAST, 53, 1)).toBeNull()
    net.run(1)
    expect(got.sort()).toEqual(['one', 'two'])
    expect(net.onA.udp.open().sendTo(BROADCAST, 53, 1)).toBe('EACCES')
    expect(net.onA.udp.connect({ address: BROADCAST, port: 53 }).error).toBe('EACCES')
    expect(net.onA.udp.open({ broadcast: true }).connect(BROADCAST, 53)).toBeNull()
    expect(client.sendTo(IPV4_BROADCAST, 53, 1)).toBe('ENETUNREACH')
  })
})

describe('a socket', () => {
  it('chooses its source address when it is connected, and forgets it again', () => {
    const net = new TwoHosts()
    const socket = net.onA.udp.open()
    expect(socket.connect(B, 53)).toBeNull()
    expect(String(socket)).toBe(`udp 10.0.0.1:${socket.port} 10.0.0.2:53`)
    expect(socket.info()).toMatchObject({ state: 'ESTAB', peerPort: 53 })
    socket.disconnect()
    expect(String(socket)).toBe(`udp 0.0.0.0:${socket.port}`)
    expect(socket.info()).toMatchObject({ state: 'UNCONN', peerPort: 0 })
    const bound = opened(net.onA.udp.connect({ address: B, port: 53, localAddress: A, localPort: 7 }))
    bound.disconnect()
    expect(String(bound)).toBe('udp 10.0.0.1:7')
  })

  it('keeps datagrams for who reads later, as many as its buffer holds', () => {
    const net = new TwoHosts()
    const socket = opened(net.onB.udp.bind({ port: 53 }))
    const client = net.onA.udp.open()
    for (let i = 0; i < 300; i++) client.sendTo(B, 53, i % 7)
    net.run(10)
    let count = 0
    while (socket.read() !== null) count++
    expect(count).toBe(276)
    expect(net.b.snmp.get('UdpInErrors')).toBe(24)
    expect(net.eventsOf('drop')).toHaveLength(24)
    expect(socket.read()).toBeNull()
  })

  it('answers in the name that was asked, and its answer says what it answers', () => {
    const net = new TwoHosts()
    opened(net.onB.udp.bind({ port: 53 }, { onReceive: (packet, socket) => void socket.reply(packet, 4) }))
    opened(net.onA.udp.connect({ address: B, port: 53 })).send(1)
    net.run(1)
    const [request, answer] = net.packets
    expect(answer!.cause).toBe(request!.journey)
    expect(request!.cause).toBe(0)
    expect(answer!.journey).not.toBe(request!.journey)
    expect(net.eventsOf('answered')).toMatchObject([{ netns: 'b' }])
    expect(net.eventsOf('deliver').map((event) => (event as unknown as { to: string }).to)).toEqual([
      'udp 0.0.0.0:53',
      `udp 10.0.0.1:${(request!.l4 as { sport: number }).sport} 10.0.0.2:53`,
    ])
    expect(net.onA.udp.open().reply(net.packets[0]!.clone(), 1)).toBeNull()
  })

  it('does not reply to what is no datagram', () => {
    const net = new TwoHosts()
    const pinger = net.onA.icmp.open()
    pinger.send(B, 1)
    net.run(1)
    const socket = net.onA.udp.open()
    expect(socket.reply(net.packets[0]!, 1)).toBe('EINVAL')
    net.onA.udp.receive(net.packets[0]!)
  })

  it('is as it was after a transaction', () => {
    const net = new TwoHosts()
    net.sim.probe = null
    const server = opened(net.onB.udp.bind({ port: 53 }))
    const client = opened(net.onA.udp.bind({ port: 40001 }))
    const look = (): unknown => [
      client.tos,
      client.mark,
      [...net.onA.sockets()],
      [...net.onB.sockets()],
      server.read(),
      client.takeError(),
    ]
    const before = look()
    const inside = (): number => {
      client.set({ ttl: 5, tos: 4, mark: 3 })
      client.connect(B, 53)
      client.send(3)
      const other = opened(net.onA.udp.connect({ address: B, port: 54 }))
      other.send(1)
      net.run(10)
      expect(server.read()).not.toBeNull()
      expect(other.takeError()).toBe('ECONNREFUSED')
      server.close()
      return other.id * 65536 + other.port
    }
    const first = net.sim.transaction(inside)
    expect(look()).toEqual(before)
    expect(net.sim.transaction(inside)).toBe(first)
    expect(net.a.snmp.get('UdpOutDatagrams')).toBe(0)
  })
})
