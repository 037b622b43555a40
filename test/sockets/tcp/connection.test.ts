import { describe, expect, it } from 'vitest'
import type { TcpHeader } from '../../../src/packet/headers.ts'
import { utf8Bytes } from '../../../src/packet/utf8.ts'
import { IP_MAX_MTU } from '../../../src/route/index.ts'
import type { TcpHandlers, TcpListener, TcpSocket } from '../../../src/sockets/index.ts'
import { A, B, opened, TwoHosts, text } from '../support/net.ts'

/** A listener on b that writes down what happens, and whose sockets can be reached. */
function listenOnB(
  net: TwoHosts,
  log: string[],
  handlers: (socket: TcpSocket) => TcpHandlers = () => ({}),
): { listener: TcpListener; sockets: TcpSocket[] } {
  const sockets: TcpSocket[] = []
  const listener = opened(
    net.onB.tcp.listen({ port: 80 }, (socket) => {
      sockets.push(socket)
      log.push('accepted')
      return logging('server', log, handlers(socket))
    }),
  )
  return { listener, sockets }
}

function logging(name: string, log: string[], handlers: TcpHandlers = {}): TcpHandlers {
  return {
    onConnect: () => {
      log.push(`${name} connected`)
      handlers.onConnect?.()
    },
    onData: (payload) => {
      log.push(`${name} got ${text(payload)}`)
      handlers.onData?.(payload)
    },
    onEnd: () => {
      log.push(`${name} end`)
      handlers.onEnd?.()
    },
    onError: (errno) => {
      log.push(`${name} ${errno}`)
      handlers.onError?.(errno)
    },
    onClose: () => {
      log.push(`${name} closed`)
      handlers.onClose?.()
    },
  }
}

function connect(net: TwoHosts, log: string[], handlers: TcpHandlers = {}): TcpSocket {
  return opened(net.onA.tcp.connect({ address: B, port: 80 }, logging('client', log, handlers)))
}

function headers(net: TwoHosts): TcpHeader[] {
  return net.packets.map(({ l4 }) => l4).filter((l4): l4 is TcpHeader => l4?.kind === 'tcp')
}

describe('the handshake', () => {
  it('has the lengths and options of Linux', () => {
    const net = new TwoHosts()
    const log: string[] = []
    listenOnB(net, log)
    connect(net, log)
    net.run(1)
    expect(log).toEqual(['client connected', 'accepted'])
    const [syn, synAck, ack] = headers(net)
    expect(syn).toMatchObject({ mss: 1460, windowScale: 10, sackPermitted: true, window: 64240, ack: 0 })
    expect(synAck).toMatchObject({ mss: 1460, windowScale: 10, sackPermitted: true, window: 65160 })
    expect(ack).toMatchObject({ mss: 0, windowScale: -1, window: 63 })
    expect(synAck!.ack).toBe((syn!.seq + 1) >>> 0)
    expect(synAck!.timestamp!.echo).toBe(syn!.timestamp!.value)
    expect(net.packets[0]!.ip).toMatchObject({ ttl: 64, tos: 0, df: true })
    expect(net.packets[1]!.ip).toMatchObject({ id: 0, df: true })
    expect(net.take()).toEqual(['> tcp 60 S', '< tcp 60 SA', '> tcp 52 A'])
    expect(net.a.snmp.get('TcpActiveOpens')).toBe(1)
    expect(net.b.snmp.get('TcpPassiveOpens')).toBe(1)
  })

  it('tells which packet answers which', () => {
    const net = new TwoHosts()
    listenOnB(net, [])
    connect(net, [])
    net.run(1)
    const [syn, synAck, ack] = net.packets
    expect(syn!.cause).toBe(0)
    expect(synAck!.cause).toBe(syn!.journey)
    expect(ack!.cause).toBe(synAck!.journey)
    expect(net.eventsOf('answered')).toHaveLength(2)
    expect(
      net.eventsOf('socket').map((event) => `${Reflect.get(event, 'netns')} ${Reflect.get(event, 'state')}`),
    ).toEqual(['b listening', 'a connecting', 'a connected', 'b connected'])
  })

  it('offers less where the sysctls say so', () => {
    for (const [sysctls, length] of [
      [['ipv4.tcp_timestamps'], 52],
      [['ipv4.tcp_timestamps', 'ipv4.tcp_window_scaling'], 48],
      [['ipv4.tcp_timestamps', 'ipv4.tcp_sack', 'ipv4.tcp_window_scaling'], 44],
      [['ipv4.tcp_sack'], 60],
    ] as const) {
      const net = new TwoHosts()
      for (const path of sysctls) net.a.sysctl.set(path, 0)
      const log: string[] = []
      listenOnB(net, log, (socket) => ({ onData: () => void socket.send(2) }))
      const client = connect(net, log)
      client.send(utf8Bytes('x'))
      net.run(1)
      expect(net.packets[0]!.ip!.totalLength).toBe(length)
      expect(net.packets[1]!.ip!.totalLength).toBe(length)
      expect(log).toContain('client got 2 zeroes')
    }
    const net = new TwoHosts()
    net.a.sysctl.set('ipv4.ip_no_pmtu_disc', 1)
    connect(net, [])
    net.run(1)
    expect(net.packets[0]!.ip!.df).toBe(false)
  })

  it('works over the loopback, with its larger segments', () => {
    const net = new TwoHosts()
    const log: string[] = []
    listenOnB(net, log)
    opened(net.onB.tcp.connect({ address: B, port: 80 }, logging('client', log)))
    net.run(1)
    expect(log).toEqual(['client connected', 'accepted'])
    const frame = net.eventsOf('frame')[0] as unknown as { packet: { l4: TcpHeader } }
    expect(frame.packet.l4).toMatchObject({ mss: IP_MAX_MTU - 40, window: IP_MAX_MTU - 40 })
    expect(opened(net.onB.tcp.connect({ address: 0 as typeof B, port: 80 })).address).toBe(0x7f000001)
  })

  it('is complete when both ends open at once', () => {
    const net = new TwoHosts({ latencyMs: 1 })
    const log: string[] = []
    opened(net.onA.tcp.connect({ address: B, port: 2000, localPort: 1000 }, logging('a', log)))
    opened(net.onB.tcp.connect({ address: A, port: 1000, localPort: 2000 }, logging('b', log)))
    net.run(100)
    expect(log.sort()).toEqual(['a connected', 'b connected'])
    expect(net.take().filter((frame) => frame.includes('S'))).toEqual([
      '> tcp 60 S',
      '< tcp 60 S',
      '> tcp 60 SA',
      '< tcp 60 SA',
    ])
  })
})

describe('data and the end', () => {
  it('go as nc -N and nc -l have them on the wire', () => {
    const net = new TwoHosts()
    const log: string[] = []
    listenOnB(net, log, (socket) => ({ onEnd: () => socket.close() }))
    const client = connect(net, log, {
      onConnect: () => {
        client.send(utf8Bytes('hi\n'))
        client.shutdown()
      },
      onEnd: () => client.close(),
    })
    net.run(1)
    expect(net.take()).toEqual([
      '> tcp 60 S',
      '< tcp 60 SA',
      '> tcp 52 A',
      '> tcp 55 PA',
      '> tcp 52 FA',
      '< tcp 52 A',
      '< tcp 52 FA',
      '> tcp 52 A',
    ])
    expect(log).toEqual([
      'client connected',
      'accepted',
      'server got hi\n',
      'server end',
      'client end',
      'client closed',
      'server closed',
    ])
    expect([...net.onA.sockets()]).toMatchObject([{ state: 'TIME-WAIT' }])
    expect([...net.onB.sockets()]).toMatchObject([{ state: 'LISTEN' }])
    net.run(59_000)
    expect([...net.onA.sockets()]).toHaveLength(1)
    net.run(1_001)
    expect([...net.onA.sockets()]).toEqual([])
  })

  it('the FIN is acknowledged alone when the server takes longer than 40 ms', () => {
    const net = new TwoHosts()
    const { sockets } = listenOnB(net, [])
    const client = connect(net, [])
    net.run(1)
    client.send(3)
    client.shutdown()
    net.run(1)
    net.clear()
    net.run(38)
    expect(net.take()).toEqual([])
    net.run(2)
    expect(net.take()).toEqual(['< tcp 52 A'])
    expect(sockets[0]!.info().state).toBe('CLOSE-WAIT')
    expect(client.info().state).toBe('FIN-WAIT-2')
    sockets[0]!.close()
    net.run(1)
    expect(net.take()).toEqual(['< tcp 52 FA', '> tcp 52 A'])
  })

  it('acknowledgements wait for answers once it is a conversation, as Linux 6.18 was seen to have them', () => {
    const net = new TwoHosts()
    const { sockets } = listenOnB(net, [])
    let rounds = 0
    const client = connect(net, [], { onData: () => void (++rounds < 3 && client.send(3)) })
    client.send(3)
    for (let round = 0; round < 3; round++) {
      net.run(100)
      sockets[0]!.send(3)
    }
    net.run(39)
    expect(net.take()).toEqual([
      '> tcp 60 S',
      '< tcp 60 SA',
      '> tcp 52 A',
      '> tcp 55 PA',
      '< tcp 52 A',
      '< tcp 55 PA',
      '> tcp 52 A',
      '> tcp 55 PA',
      '< tcp 52 A',
      '< tcp 55 PA',
      '> tcp 55 PA',
      '< tcp 52 A',
      '< tcp 55 PA',
    ])
    net.run(2)
    expect(net.take()).toEqual(['> tcp 52 A'])
  })

  it('a FIN without any data before it is acknowledged with the next tick', () => {
    const net = new TwoHosts()
    const { sockets } = listenOnB(net, [])
    connect(net, [])
    net.run(1)
    net.clear()
    sockets[0]!.close()
    net.run(2)
    expect(net.take()).toEqual(['< tcp 52 FA', '> tcp 52 A'])
  })

  it('a half-closed connection still carries data the other way', () => {
    const net = new TwoHosts()
    const log: string[] = []
    const { sockets } = listenOnB(net, log)
    const client = connect(net, log)
    net.run(1)
    expect(client.shutdown()).toBeNull()
    net.run(10)
    expect(client.shutdown()).toBeNull()
    expect(client.info().state).toBe('FIN-WAIT-2')
    const server = sockets[0]!
    expect(server.send(utf8Bytes('late'))).toBeNull()
    net.run(1)
    expect(log).toContain('client got late')
    server.close()
    net.run(1)
    expect(log.slice(-3)).toEqual(['client end', 'client closed', 'server closed'])
  })

  it('both ends may close at once', () => {
    const net = new TwoHosts({ latencyMs: 5 })
    const log: string[] = []
    const { sockets } = listenOnB(net, log)
    const client = connect(net, log)
    net.run(50)
    client.close()
    sockets[0]!.close()
    net.run(4)
    expect(client.info().state).toBe('FIN-WAIT-1')
    net.run(2)
    expect(client.info().state).toBe('CLOSING')
    net.run(50)
    expect(client.info().state).toBe('TIME-WAIT')
    expect(sockets[0]!.info().state).toBe('TIME-WAIT')
  })

  it('what is longer than a segment is cut, and arrives whole', () => {
    const net = new TwoHosts()
    let got = 0
    listenOnB(net, [], () => ({
      onData: ({ length }) => {
        got += length
      },
    }))
    const client = connect(net, [])
    net.run(1)
    net.clear()
    client.send(4000)
    net.run(1)
    expect(headers(net).length).toBeGreaterThan(3)
    expect(net.frames.slice(0, 3)).toEqual(['> tcp 1500 A', '> tcp 1500 A', '> tcp 1156 PA'])
    client.send(200_000)
    net.run(1000)
    expect(got).toBe(204_000)
  })

  it('data comes out as it went in', () => {
    const net = new TwoHosts()
    const octets: number[] = []
    listenOnB(net, [], () => ({ onData: ({ data }) => void octets.push(...(data ?? [])) }))
    const client = connect(net, [])
    const sent = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7) & 255)
    client.send(sent.subarray(0, 10))
    client.send(sent.subarray(10, 4000))
    net.run(1)
    client.send(sent.subarray(4000))
    net.run(1)
    expect(octets).toEqual([...sent])
  })

  it('small writes wait for each other, unless TCP_NODELAY', () => {
    for (const noDelay of [false, true]) {
      const net = new TwoHosts({ latencyMs: 10 })
      listenOnB(net, [])
      const client = opened(net.onA.tcp.connect({ address: B, port: 80, noDelay }))
      net.run(100)
      net.clear()
      for (let i = 0; i < 3; i++) client.send(1)
      net.run(5)
      expect(net.take()).toEqual(noDelay ? ['> tcp 53 PA', '> tcp 53 PA', '> tcp 53 PA'] : ['> tcp 53 PA'])
      net.run(100)
      if (!noDelay) expect(net.frames).toContain('> tcp 54 PA')
    }
  })

  it('after the end nothing can be sent', () => {
    const net = new TwoHosts()
    listenOnB(net, [])
    const client = connect(net, [])
    net.run(1)
    client.shutdown()
    expect(client.send(1)).toBe('EPIPE')
    client.close()
    client.close()
    expect(client.send(1)).toBe('EPIPE')
    const dead = connect(net, [])
    dead.abort()
    expect(dead.send(1)).toBe('EPIPE')
    expect(dead.shutdown()).toBe('ENOTCONN')
  })
})

describe('reading by hand', () => {
  it('data waits without onData, and closing before it is read resets', () => {
    const net = new TwoHosts()
    const log: string[] = []
    const sockets: TcpSocket[] = []
    opened(
      net.onB.tcp.listen({ port: 80 }, (socket) => {
        sockets.push(socket)
        return undefined
      }),
    )
    const client = connect(net, log)
    client.send(utf8Bytes('one'))
    net.run(1)
    expect(text(sockets[0]!.read()!)).toBe('one')
    expect(sockets[0]!.read()).toBeNull()
    client.send(2)
    net.run(1)
    net.clear()
    sockets[0]!.close()
    net.run(1)
    expect(net.take()).toEqual(['< tcp 52 RA'])
    expect(log).toEqual(['client connected', 'client ECONNRESET', 'client closed'])
    expect(client.error).toBe('ECONNRESET')
    expect(net.b.snmp.get('TcpOutRsts')).toBe(1)
    expect(net.a.snmp.get('TcpEstabResets')).toBe(1)
  })

  it('handlers that come later get what has waited', () => {
    const net = new TwoHosts()
    const log: string[] = []
    const sockets: TcpSocket[] = []
    opened(net.onB.tcp.listen({ port: 80 }, (socket) => void sockets.push(socket)))
    const client = connect(net, [])
    client.send(utf8Bytes('one'))
    net.run(1)
    sockets[0]!.handle(logging('late', log))
    expect(log).toEqual(['late got one'])
  })
})

describe('a closed socket', () => {
  it('answers later data with a reset without options', () => {
    const net = new TwoHosts()
    const log: string[] = []
    const { sockets } = listenOnB(net, log)
    const client = connect(net, log)
    net.run(1)
    sockets[0]!.close()
    net.run(10)
    net.clear()
    client.send(2)
    net.run(1)
    expect(net.packets[1]!.l4).toMatchObject({ ack: 0, window: 0, headerLength: 20, timestamp: null })
    expect(net.packets[1]!.ip).toMatchObject({ id: 0, df: true, totalLength: 40 })
    expect(net.take()).toEqual(['> tcp 54 PA', '< tcp 40 R'])
    expect(log).toEqual([
      'client connected',
      'accepted',
      'client end',
      'server closed',
      'client EPIPE',
      'client closed',
    ])
  })

  it('that still waits for the acknowledgement of its FIN does the same', () => {
    const net = new TwoHosts({ latencyMs: 5 })
    const log: string[] = []
    const { sockets } = listenOnB(net, log)
    const client = connect(net, log)
    net.run(50)
    client.send(2)
    sockets[0]!.close()
    net.run(50)
    expect(net.frames.at(-1)).toBe('< tcp 40 R')
    expect(client.error).toBe('EPIPE')
  })

  it('is forgotten a minute after the peer has acknowledged its FIN', () => {
    const net = new TwoHosts()
    const { sockets } = listenOnB(net, [])
    connect(net, [])
    net.run(1)
    sockets[0]!.close()
    net.run(10)
    expect(sockets[0]!.info().state).toBe('FIN-WAIT-2')
    net.run(60_000)
    expect(sockets[0]!.info().state).toBe('UNCONN')
    const half = new TwoHosts()
    const { sockets: more } = listenOnB(half, [])
    connect(half, [])
    half.run(1)
    more[0]!.shutdown()
    half.run(70_000)
    expect(more[0]!.info().state).toBe('FIN-WAIT-2')
    more[0]!.close()
    half.run(60_001)
    expect(more[0]!.info().state).toBe('UNCONN')
  })

  it('is given up by shutdown() while it is connecting', () => {
    const net = new TwoHosts()
    const log: string[] = []
    net.lose = () => true
    const client = connect(net, log)
    expect(client.shutdown()).toBeNull()
    expect(log).toEqual(['client closed'])
    expect(client.shutdown()).toBe('ENOTCONN')
  })

  it('before the handshake is over goes without a word', () => {
    const net = new TwoHosts()
    const log: string[] = []
    net.lose = () => true
    const client = connect(net, log)
    client.close()
    expect(log).toEqual(['client closed'])
    net.run(5000)
    expect(net.take()).toEqual(['> tcp 60 S'])
  })

  it('may be aborted', () => {
    const net = new TwoHosts()
    const log: string[] = []
    listenOnB(net, log)
    const client = connect(net, log)
    net.run(1)
    net.clear()
    client.abort()
    client.abort()
    net.run(1)
    expect(net.take()).toEqual(['> tcp 52 RA'])
    expect(log.slice(2)).toEqual(['client closed', 'server ECONNRESET', 'server closed'])
  })
})

describe('a transaction', () => {
  it('puts connections, listeners and timers back', () => {
    const net = new TwoHosts()
    const log: string[] = []
    const { listener, sockets } = listenOnB(net, log)
    const client = connect(net, log)
    net.run(1)
    const look = (): unknown => [
      [...net.onA.sockets()],
      [...net.onB.sockets()],
      client.info(),
      net.sim.now,
      net.sim.pending,
    ]
    const before = look()
    const inside = (): string[] => {
      net.clear()
      client.send(utf8Bytes('hi'))
      net.run(1)
      sockets[0]!.send(1)
      const other = connect(net, [])
      net.run(1)
      other.close()
      sockets[0]!.close()
      client.close()
      net.run(100_000)
      listener.close()
      return net.take()
    }
    const first = net.sim.transaction(inside)
    expect(look()).toEqual(before)
    log.length = 0
    expect(net.sim.transaction(inside)).toEqual(first)
    expect(look()).toEqual(before)
    client.send(utf8Bytes('after'))
    net.run(1)
    expect(log).toContain('server got after')
  })

  it('two runs with one seed are alike, with another they differ', () => {
    const run = (seed: number): number[] => {
      const net = new TwoHosts({ seed })
      listenOnB(net, [])
      connect(net, []).send(3)
      net.run(10)
      return headers(net).map(({ seq, sport }) => seq * 65536 + sport)
    }
    expect(run(1)).toEqual(run(1))
    expect(run(1)).not.toEqual(run(2))
  })
})
