import { describe, expect, it } from 'vitest'
import { IPV4_ANY, IPV4_LOOPBACK } from '../../../src/packet/address.ts'
import { buildSctp } from '../../../src/packet/build.ts'
import type { SctpHeader } from '../../../src/packet/headers.ts'
import { utf8Bytes } from '../../../src/packet/utf8.ts'
import type { SctpAssociation, SctpHandlers, SctpProtocol } from '../../../src/sockets/index.ts'
import { A, B, BROADCAST, FAR, opened, TwoHosts, text } from '../support/net.ts'

function sctpOn(net: TwoHosts): { a: SctpProtocol; b: SctpProtocol } {
  return { a: net.onA.loadSctp(), b: net.onB.loadSctp() }
}

function watch(name: string, log: string[]): SctpHandlers {
  return {
    onConnect: () => void log.push(`${name} connected`),
    onData: (payload) => void log.push(`${name} got ${text(payload)}`),
    onError: (errno) => void log.push(`${name} ${errno}`),
    onClose: () => void log.push(`${name} closed`),
  }
}

function connected(): { net: TwoHosts; client: SctpAssociation; server: SctpAssociation; log: string[] } {
  const net = new TwoHosts()
  const { a, b } = sctpOn(net)
  const log: string[] = []
  const servers: SctpAssociation[] = []
  opened(
    b.listen({ port: 80 }, (association) => {
      servers.push(association)
      return watch('server', log)
    }),
  )
  const client = opened(a.connect({ address: B, port: 80 }, watch('client', log)))
  net.run(1)
  return { net, client, server: servers[0]!, log }
}

describe('an association', () => {
  it('is opened with four packets, carries messages, and is shut down with three', () => {
    const { net, client, log } = connected()
    const [init, initAck, echo, cookieAck] = net.packets.map(({ l4 }) => l4 as SctpHeader)
    expect(init).toMatchObject({ vtag: 0 })
    expect(initAck!.vtag).toBe(init!.chunks[0]!.initTag)
    expect(echo!.vtag).toBe(initAck!.chunks[0]!.initTag)
    expect(cookieAck!.vtag).toBe(init!.chunks[0]!.initTag)
    client.send(utf8Bytes('hello'))
    net.run(1)
    client.close()
    net.run(1)
    expect(net.take()).toEqual([
      '> sctp 52 1',
      '< sctp 72 2',
      '> sctp 52 10',
      '< sctp 36 11',
      '> sctp 56 0',
      '< sctp 48 3',
      '> sctp 40 7',
      '< sctp 36 8',
      '> sctp 36 14',
    ])
    expect(log).toEqual(['client connected', 'server got hello', 'client closed', 'server closed'])
    expect([...net.onA.sockets()]).toEqual([])
    expect(client.send(1)).toBe('EPIPE')
    client.close()
    client.abort()
    expect(log).toHaveLength(4)
  })

  it('messages that are written early wait for the handshake', () => {
    const net = new TwoHosts()
    const { a, b } = sctpOn(net)
    const log: string[] = []
    opened(b.listen({ address: B, port: 80 }, () => watch('server', log)))
    const client = opened(a.connect({ address: B, port: 80, ttl: 9, tos: 4 }))
    client.send(3)
    net.run(1)
    expect(log).toEqual(['server got 3 zeroes'])
    expect(net.packets[0]!.ip).toMatchObject({ ttl: 9, tos: 4, df: true })
    expect(client.info()).toMatchObject({ state: 'ESTAB', peerPort: 80 })
    expect(String(client)).toBe(`sctp 10.0.0.1:${client.port} 10.0.0.2:80`)
  })

  it('waits for what is on its way before it shuts down', () => {
    const { net, client, log } = connected()
    net.lose = (_, toB) => !toB
    client.send(utf8Bytes('x'))
    client.close()
    net.run(100)
    expect(client.state).toBe('SHUTDOWN-PENDING')
    net.lose = () => false
    net.run(5000)
    expect(client.state).toBe('CLOSED')
    expect(log).toEqual(['client connected', 'server got x', 'client closed', 'server closed'])
  })

  it('may be shut down by both at once', () => {
    const net = new TwoHosts({ latencyMs: 5 })
    const { a, b } = sctpOn(net)
    const servers: SctpAssociation[] = []
    opened(b.listen({ port: 80 }, (association) => void servers.push(association)))
    const client = opened(a.connect({ address: B, port: 80 }))
    net.run(100)
    client.close()
    servers[0]!.close()
    net.run(10_000)
    expect([client.state, servers[0]!.state].filter((state) => state !== 'CLOSED')).toEqual([])
  })

  it('may be aborted, also before it is open', () => {
    const { net, client, log } = connected()
    net.clear()
    client.abort()
    net.run(1)
    expect(net.take()).toEqual(['> sctp 36 6'])
    expect(log.slice(1)).toEqual(['client closed', 'server ECONNRESET', 'server closed'])
    net.lose = () => true
    const early = opened(net.onA.sctp!.connect({ address: B, port: 80 }))
    early.close()
    expect(early.state).toBe('CLOSED')
    expect(net.take()).toEqual(['> sctp 52 1'])
  })

  it('sends again what is lost, and gives up', () => {
    for (const lostType of [1, 2, 10, 11, 0, 3, 7, 8]) {
      const net = new TwoHosts()
      const { a, b } = sctpOn(net)
      const log: string[] = []
      opened(b.listen({ port: 80 }, () => watch('server', log)))
      let lost = 0
      net.lose = ({ l4 }) => l4?.kind === 'sctp' && l4.chunks[0]!.type === lostType && lost++ === 0
      const client = opened(a.connect({ address: B, port: 80 }))
      client.send(utf8Bytes('x'))
      net.run(10_000)
      client.close()
      net.run(10_000)
      expect(lost).toBeGreaterThan(1)
      expect(log.filter((line) => line === 'server got x')).toHaveLength(1)
      expect(client.state).toBe('CLOSED')
    }
    const net = new TwoHosts()
    const { a } = sctpOn(net)
    net.lose = () => true
    const log: string[] = []
    opened(a.connect({ address: B, port: 80 }, watch('client', log)))
    net.run(600_000)
    expect(log).toEqual(['client ETIMEDOUT', 'client closed'])
    expect(net.take()).toHaveLength(9)
  })

  it('is as it was after a transaction', () => {
    const { net, client, log } = connected()
    const look = (): unknown => [client.info(), [...net.onA.sockets()], [...net.onB.sockets()], net.sim.pending]
    const before = look()
    const inside = (): string[] => {
      net.clear()
      client.send(2)
      net.run(1)
      client.close()
      net.run(1)
      return net.take()
    }
    const first = net.sim.transaction(inside)
    expect(look()).toEqual(before)
    expect(net.sim.transaction(inside)).toEqual(first)
    log.length = 0
    client.send(2)
    net.run(1)
    expect(log).toEqual(['server got 2 zeroes'])
  })
})

describe('out of the blue', () => {
  it('INIT to a closed port is aborted, and the client refused', () => {
    const net = new TwoHosts()
    const { a } = sctpOn(net)
    const log: string[] = []
    opened(a.connect({ address: B, port: 80 }, watch('client', log)))
    net.run(1)
    expect(net.take()).toEqual(['> sctp 52 1', '< sctp 36 6'])
    expect(log).toEqual(['client ECONNREFUSED', 'client closed'])
  })

  it('without the module, the protocol is unreachable', () => {
    const net = new TwoHosts()
    const log: string[] = []
    const a = net.onA.loadSctp()
    const client = opened(a.connect({ address: B, port: 80 }, watch('client', log)))
    net.run(1)
    expect(net.frames[1]).toMatch(/^< icmp \d+ 3\/2$/)
    expect(log).toEqual(['client ENOPROTOOPT', 'client closed'])
    expect(client.error).toBe('ENOPROTOOPT')
    expect(net.onB.sctp).toBeNull()
    const [request, answer] = net.packets
    a.error(answer!, request!)
    a.error(request!, request!)
    const waiting = opened(a.connect({ address: FAR === B ? A : B, port: 80, localPort: 1000 }))
    const other = answer!.clone()
    if (other.l4?.kind === 'icmp') other.l4.code = 3
    const quoted = request!.clone()
    ;(quoted.l4 as SctpHeader).sport = 1000
    a.error(other, quoted)
    expect(waiting.state).toBe('COOKIE-WAIT')
  })

  it('other chunks are aborted with the T bit, or answered, or passed over', () => {
    const net = new TwoHosts()
    sctpOn(net)
    opened(net.onB.sctp!.listen({ port: 81 }, () => undefined))
    const send = (type: number, dport = 80, dst = B): string[] => {
      net.clear()
      const packet = buildSctp({
        src: A,
        dst,
        sport: 9,
        dport,
        vtag: 77,
        chunks: [{ type }],
        smac: net.ea.mac,
        dmac: net.eb.mac,
      })
      net.b.receive(packet, net.eb)
      net.run(1)
      return net.packets.map(({ l4 }) => {
        const { vtag, chunks } = l4 as SctpHeader
        return `${chunks[0]!.type}/${chunks[0]!.flags} ${vtag}`
      })
    }
    net.lose = (_, toB) => !toB
    expect(send(0)).toEqual(['6/1 77'])
    expect(send(8)).toEqual(['14/1 77'])
    expect(send(6)).toEqual([])
    expect(send(14)).toEqual([])
    expect(send(1)).toEqual(['6/0 0'])
    expect(send(10, 81)).toEqual([])
    expect(send(0, 81)).toEqual(['6/1 77'])
    expect(send(0, 80, BROADCAST)).toEqual([])
    expect(net.eventsOf('drop')).toHaveLength(1)
  })

  it('a wrong verification tag is not believed', () => {
    const { net, client, server } = connected()
    const send = (vtag: number, type: number, flags = 0): void => {
      const packet = buildSctp({
        src: A,
        dst: B,
        sport: client.port,
        dport: 80,
        vtag,
        chunks: [{ type, flags }],
        smac: net.ea.mac,
        dmac: net.eb.mac,
      })
      net.b.receive(packet, net.eb)
      net.run(1)
    }
    send(1, 6)
    expect(server.state).toBe('ESTAB')
    for (const type of [2, 11, 8, 14, 99]) send(server.localTag, type)
    expect(server.state).toBe('ESTAB')
    send(server.peerTag, 6, 1)
    expect(server.state).toBe('CLOSED')
  })
})

describe('ports', () => {
  it('are taken once', () => {
    const net = new TwoHosts()
    const { a } = sctpOn(net)
    const listen = (options: object): string | null => a.listen({ port: 80, ...options }, () => undefined).error
    expect(listen({})).toBeNull()
    expect(listen({ address: A })).toBe('EADDRINUSE')
    expect(listen({ address: FAR, port: 81 })).toBe('EADDRNOTAVAIL')
    expect(a.connect({ address: B, port: 1, localPort: 80 }).error).toBe('EADDRINUSE')
    expect(a.connect({ address: B, port: 1, localAddress: B }).error).toBe('EADDRNOTAVAIL')
    expect(a.connect({ address: FAR, port: 1 }).error).toBe('ENETUNREACH')
    net.a.fib.add({ destination: { address: FAR, length: 32 }, type: 'prohibit' })
    expect(a.connect({ address: FAR, port: 1 }).error).toBe('EACCES')
    net.a.sysctl.setText('ipv4.ip_local_port_range', '50000 50000')
    opened(a.connect({ address: B, port: 1, localAddress: A }))
    expect(a.connect({ address: B, port: 2 }).error).toBe('EADDRINUSE')
    const lo = opened(a.connect({ address: IPV4_ANY, port: 80, localPort: 7 }))
    expect(lo.peerAddress).toBe(IPV4_LOOPBACK)
    expect(opened(a.connect({ address: IPV4_ANY, port: 80, localPort: 8, localAddress: A })).peerAddress).toBe(A)
    const listener = opened(a.listen({ port: 90 }, () => undefined))
    expect(listener.info()).toMatchObject({ state: 'LISTEN', localPort: 90 })
    listener.close()
    expect(listen({ port: 90 })).toBeNull()
  })

  it('nothing leaves without a way', () => {
    const { net, client } = connected()
    net.a.fib.delete({ destination: { address: 0x0a000000 as typeof A, length: 24 } })
    net.clear()
    client.send(1)
    net.run(1)
    expect(net.take()).toEqual([])
    net.b.fib.delete({ destination: { address: 0x0a000000 as typeof A, length: 24 } })
    const packet = buildSctp({
      src: A,
      dst: B,
      sport: 9,
      dport: 99,
      chunks: [{ type: 0 }],
      smac: net.ea.mac,
      dmac: net.eb.mac,
    })
    net.b.receive(packet, net.eb)
    net.onB.sctp!.receive(buildSctp({ src: A, dst: B, sport: 1, dport: 1, chunks: [] }))
    net.run(1)
    expect(net.take()).toEqual([])
  })
})
