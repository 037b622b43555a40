import { describe, expect, it } from 'vitest'
import { parseIpv4 } from '../../../src/packet/address.ts'
import { buildTcp, type TcpOptions } from '../../../src/packet/build.ts'
import type { TcpHeader } from '../../../src/packet/headers.ts'
import type { Packet } from '../../../src/packet/packet.ts'
import { TcpFlag } from '../../../src/packet/protocol.ts'
import { utf8Bytes } from '../../../src/packet/utf8.ts'
import type { TcpHandlers, TcpSocket } from '../../../src/sockets/index.ts'
import { A, B, BROADCAST, FAR, NOBODY, opened, TwoHosts, text } from '../support/net.ts'

const { SYN, ACK, RST, FIN } = TcpFlag

function watch(log: string[]): TcpHandlers {
  return {
    onConnect: () => void log.push('connected'),
    onData: (payload) => void log.push(text(payload)),
    onEnd: () => void log.push('end'),
    onError: (errno) => void log.push(errno),
    onClose: () => void log.push('closed'),
  }
}

function connect(net: TwoHosts, log: string[] = [], port = 80): TcpSocket {
  return opened(net.onA.tcp.connect({ address: B, port }, watch(log)))
}

/** An established connection from a; `server` is its other end. */
function connected(options: ConstructorParameters<typeof TwoHosts>[0] = {}): {
  net: TwoHosts
  client: TcpSocket
  server: TcpSocket
  log: string[]
  serverLog: string[]
} {
  const net = new TwoHosts(options)
  const log: string[] = []
  const serverLog: string[] = []
  const sockets: TcpSocket[] = []
  opened(
    net.onB.tcp.listen({ port: 80 }, (socket) => {
      sockets.push(socket)
      return watch(serverLog)
    }),
  )
  const client = connect(net, log)
  net.run(100)
  net.clear()
  log.length = 0
  return { net, client, server: sockets[0]!, log, serverLog }
}

/** Sends a made-up segment from a's address to b, as if it came by the wire. */
function inject(net: TwoHosts, options: Omit<TcpOptions, 'src' | 'dst' | 'smac' | 'dmac'>): void {
  const packet = buildTcp({ src: A, dst: B, smac: net.ea.mac, dmac: net.eb.mac, ...options })
  net.b.receive(packet, net.eb)
  net.run(1)
}

function tcpOf(packet: Packet | undefined): TcpHeader {
  if (packet?.l4?.kind !== 'tcp') throw new Error('no TCP')
  return packet.l4
}

/** When the frames came, in milliseconds after the call. */
function times(net: TwoHosts, work: () => void): number[] {
  const found: number[] = []
  const start = net.sim.now
  const { probe } = net.sim
  net.sim.probe = {
    emit: (event) => {
      probe?.emit(event)
      const packet = Reflect.get(event, 'packet') as Packet | undefined
      if (event.kind === 'frame' && Reflect.get(event, 'direction') === 'out' && packet?.ip?.src === A) {
        found.push(Math.round((net.sim.now - start) / 1e6))
      }
    },
  }
  work()
  net.sim.probe = probe
  return found
}

/** The kernel's timers are never early, and late by up to an eighth (netns/timer-wheel.ts). Milliseconds. */
function expectIntervals(sent: readonly number[], intervals: readonly number[]): void {
  expect(sent).toHaveLength(intervals.length + 1)
  intervals.forEach((interval, i) => {
    const actual = sent[i + 1]! - sent[i]!
    expect(actual).toBeGreaterThanOrEqual(interval - 4)
    expect(actual).toBeLessThanOrEqual(interval * 1.13 + 8)
  })
}

describe('connect', () => {
  it('to a closed port is refused', () => {
    const net = new TwoHosts()
    const log: string[] = []
    connect(net, log)
    net.run(1)
    const [syn, reset] = net.packets
    expect(tcpOf(reset)).toMatchObject({ seq: 0, ack: (tcpOf(syn).seq + 1) >>> 0, window: 0, headerLength: 20, mss: 0 })
    expect(reset!.ip).toMatchObject({ ttl: 64, id: 0, df: true, totalLength: 40 })
    expect(reset!.cause).toBe(syn!.journey)
    expect(net.eventsOf('answer')).toHaveLength(1)
    expect(net.eventsOf('drop')).toMatchObject([{ reason: 'NO_SOCKET' }])
    expect(net.take()).toEqual(['> tcp 60 S', '< tcp 40 RA'])
    expect(log).toEqual(['ECONNREFUSED', 'closed'])
    expect(net.a.snmp.get('TcpAttemptFails')).toBe(1)
    expect(net.b.snmp.get('TcpOutRsts')).toBe(1)
  })

  it('fails at once without a route, or with an address that is not for TCP', () => {
    const net = new TwoHosts()
    expect(net.onA.tcp.connect({ address: FAR, port: 80 }).error).toBe('ENETUNREACH')
    expect(net.onA.tcp.connect({ address: BROADCAST, port: 80 }).error).toBe('ENETUNREACH')
    net.a.fib.add({ destination: { address: FAR, length: 32 }, type: 'unreachable' })
    expect(net.onA.tcp.connect({ address: FAR, port: 80 }).error).toBe('EHOSTUNREACH')
    expect(net.onA.tcp.connect({ address: B, port: 80, localAddress: B }).error).toBe('EADDRNOTAVAIL')
    expect(net.a.snmp.get('IpOutNoRoutes')).toBe(1)
  })

  it('sends its SYN once a second five times, then doubles, and gives up', () => {
    const net = new TwoHosts()
    const log: string[] = []
    net.lose = () => true
    const sent = times(net, () => {
      connect(net, log)
      net.run(130_000)
    })
    expectIntervals(sent, [1000, 1000, 1000, 1000, 1000, 2000, 4000, 8000, 16_000, 32_000])
    expect(log).toEqual([])
    net.run(20_000)
    expect(log).toEqual(['ETIMEDOUT', 'closed'])
    expect(net.a.snmp.get('TcpExtTCPSynRetrans')).toBe(10)
    expect(net.a.snmp.get('TcpExtTCPTimeouts')).toBe(10)
  })

  it('ends with any ICMP error', () => {
    const net = new TwoHosts()
    const log: string[] = []
    const noOne = opened(net.onA.tcp.connect({ address: NOBODY, port: 80 }, watch(log)))
    net.run(5000)
    expect(log).toEqual(['EHOSTUNREACH', 'closed'])
    expect(noOne.error).toBe('EHOSTUNREACH')
  })

  it('takes a SYN-ACK only for its own SYN', () => {
    const net = new TwoHosts()
    net.lose = (_, toB) => toB
    const client = connect(net)
    net.run(1)
    const syn = tcpOf(net.packets[0])
    const answer = (flags: number, ack: number): void => {
      const packet = buildTcp({
        src: B,
        dst: A,
        sport: 80,
        dport: syn.sport,
        flags,
        ack,
        smac: net.eb.mac,
        dmac: net.ea.mac,
      })
      net.a.receive(packet, net.ea)
      net.run(1)
    }
    net.clear()
    answer(SYN | ACK, syn.seq)
    expect(net.take()).toEqual(['< tcp 40 SA', '> tcp 40 R'])
    answer(RST, 0)
    answer(ACK, (syn.seq + 1) >>> 0)
    expect(client.info().state).toBe('SYN-SENT')
    answer(RST | ACK, (syn.seq + 1) >>> 0)
    expect(client.error).toBe('ECONNREFUSED')
  })
})

describe('ports', () => {
  it('connect() takes even ones first, bind() odd ones', () => {
    const net = new TwoHosts()
    for (let i = 0; i < 5; i++) expect(connect(net).port % 2).toBe(0)
    for (let i = 0; i < 5; i++) expect(opened(net.onA.tcp.listen({ port: 0 }, () => undefined)).port % 2).toBe(1)
    expect(opened(net.onA.tcp.connect({ address: B, port: 80, localAddress: A })).port % 2).toBe(1)
    net.a.sysctl.setText('ipv4.ip_local_port_range', '50000 50001')
    const ports = [connect(net, [], 81), connect(net, [], 81)].map((socket) => socket.port)
    expect(ports).toEqual([50000, 50001])
    expect(net.onA.tcp.connect({ address: B, port: 81 }).error).toBe('EADDRNOTAVAIL')
    expect(connect(net, [], 82).port).toBe(50000)
    expect(net.onA.tcp.listen({ port: 0 }, () => undefined).error).toBe('EADDRINUSE')
    expect(net.onA.tcp.connect({ address: B, port: 80, localAddress: A }).error).toBe('EADDRINUSE')
    net.a.sysctl.setText('ipv4.ip_local_port_range', '50003 50003')
    expect(opened(net.onA.tcp.listen({ port: 0 }, () => undefined)).port).toBe(50003)
  })

  it('are taken by listeners, connections and those that are remembered', () => {
    const { net, client } = connected()
    const listen = (options: object): string | null =>
      net.onA.tcp.listen({ port: 90, ...options }, () => undefined).error
    expect(listen({})).toBeNull()
    expect(listen({ reuseAddress: true })).toBe('EADDRINUSE')
    expect(listen({ address: A })).toBe('EADDRINUSE')
    expect(listen({ address: FAR })).toBe('EADDRNOTAVAIL')
    expect(listen({ port: 91, reusePort: true })).toBeNull()
    expect(listen({ port: 91, reusePort: true })).toBeNull()
    expect(listen({ port: client.port })).toBe('EADDRINUSE')
    const fixed = (): string | null => net.onA.tcp.connect({ address: B, port: 80, localPort: 40001 }).error
    expect(fixed()).toBeNull()
    expect(fixed()).toBe('EADDRINUSE')
    expect(net.onA.tcp.connect({ address: B, port: 80, localPort: 90, reuseAddress: true }).error).toBe('EADDRINUSE')
  })

  it('of a remembered connection: bind() needs SO_REUSEADDR, connect() to the same peer fails but over lo', () => {
    const { net } = connected()
    net.run(1)
    const options = { address: B, port: 80, localPort: 40001 }
    const first = opened(net.onA.tcp.connect(options))
    net.run(1)
    first.close()
    net.run(1)
    const other = [...net.onB.sockets()].find(({ state }) => state === 'CLOSE-WAIT')
    expect(other).toBeDefined()
    const server = new TwoHosts()
    opened(server.onB.tcp.listen({ port: 80, reuseAddress: true }, (socket) => ({ onEnd: () => socket.close() })))
    const client = opened(server.onA.tcp.connect({ ...options, reuseAddress: true }))
    server.run(1)
    client.close()
    server.run(10)
    expect(client.info().state).toBe('TIME-WAIT')
    expect(server.onA.tcp.connect(options).error).toBe('EADDRINUSE')
    expect(server.onA.tcp.connect({ ...options, reuseAddress: true }).error).toBe('EADDRNOTAVAIL')
    const onLo = { address: parseIpv4('127.0.0.1'), port: 80, localPort: 40002, reuseAddress: true }
    const local = opened(server.onB.tcp.connect(onLo))
    server.run(1)
    local.close()
    server.run(10)
    expect(local.info().state).toBe('TIME-WAIT')
    expect(server.onB.tcp.connect(onLo).error).toBeNull()
  })
})

describe('a segment that is lost', () => {
  it('is probed after 200 ms and two round trips, sent again with doubling time-outs, and at last given up', () => {
    const { net, client, log } = connected()
    net.lose = (_, toB) => toB
    const sent = times(net, () => {
      client.send(1)
      net.run(3300)
    })
    expectIntervals(sent, [201, 201, 402, 804, 1608])
    expect(net.a.snmp.get('TcpRetransSegs')).toBe(5)
    net.run(920_000)
    expect(log).toEqual([])
    net.run(200_000)
    expect(log).toEqual(['ETIMEDOUT', 'closed'])
  })

  it('arrives in the end, and the connection goes on', () => {
    const { net, client, serverLog, server, log } = connected({ latencyMs: 10 })
    let lost = 0
    net.lose = (_, toB) => toB && lost++ < 2
    client.send(utf8Bytes('one'))
    net.run(1000)
    client.send(utf8Bytes('two'))
    server.send(utf8Bytes('back'))
    net.run(1000)
    expect(serverLog).toEqual(['one', 'two'])
    expect(log).toEqual(['back'])
  })

  it('in the middle is seen by its duplicates', () => {
    const { net, client, serverLog } = connected({ latencyMs: 10 })
    let count = 0
    net.lose = (_, toB) => toB && ++count === 1
    client.send(1448 * 6)
    net.run(100)
    expect(serverLog.reduce((sum, line) => sum + Number.parseInt(line, 10), 0)).toBe(1448 * 6)
    expect(net.a.snmp.get('TcpRetransSegs')).toBe(1)
    expect(net.a.snmp.get('TcpExtTCPTimeouts')).toBe(0)
  })

  it('may be an acknowledgement: what comes twice is acknowledged again', () => {
    const { net, client, serverLog } = connected()
    let lost = 0
    net.lose = (_, toB) => !toB && lost++ < 1
    client.send(utf8Bytes('x'))
    net.run(1000)
    expect(serverLog).toEqual(['x'])
    expect(net.take()).toEqual(['> tcp 53 PA', '< tcp 52 A', '> tcp 53 PA', '< tcp 52 A'])
  })

  it('may be a FIN, or the acknowledgement of one', () => {
    for (const toServer of [true, false]) {
      const { net, client, server } = connected()
      let lost = 0
      net.lose = (_, toB) => toB === toServer && lost++ < 1
      client.shutdown()
      net.run(1000)
      expect(client.info().state).toBe('FIN-WAIT-2')
      server.close()
      net.run(1000)
      expect(client.info().state).toBe('TIME-WAIT')
    }
  })

  it('of a closed socket is given up sooner', () => {
    const { net, client } = connected()
    net.lose = (_, toB) => toB
    client.close()
    net.run(100_000)
    expect(client.info().state).toBe('FIN-WAIT-1')
    net.run(60_000)
    expect(client.info().state).toBe('UNCONN')
  })

  it('may be the last one: the FIN of the peer is acknowledged out of TIME_WAIT', () => {
    const { net, client, server } = connected()
    client.close()
    net.run(10)
    net.lose = (_, toB) => toB
    server.close()
    net.run(10)
    net.lose = () => false
    net.run(1000)
    expect(server.info().state).toBe('UNCONN')
  })
})

describe('a half-open connection', () => {
  it('sends its SYN-ACK again, and gives up', () => {
    const net = new TwoHosts()
    opened(net.onB.tcp.listen({ port: 80 }, () => undefined))
    net.lose = (_, toB) => !toB
    inject(net, { sport: 40001, dport: 80, flags: SYN, seq: 1 })
    net.run(30_000)
    expect([...net.onB.sockets()].map(({ state }) => state)).toEqual(['SYN-RECV', 'LISTEN'])
    expect(net.b.snmp.get('TcpRetransSegs')).toBe(4)
    net.run(40_000)
    expect(net.b.snmp.get('TcpRetransSegs')).toBe(5)
    expect([...net.onB.sockets()]).toHaveLength(1)
    expect(net.b.snmp.get('TcpAttemptFails')).toBe(0)
  })

  it('answers the SYN again, refuses what is wrong, and ends with a reset', () => {
    const net = new TwoHosts()
    const accepted: string[] = []
    opened(net.onB.tcp.listen({ port: 80 }, () => void accepted.push('yes')))
    net.lose = (_, toB) => !toB
    const segment = { sport: 40001, dport: 80 }
    inject(net, { ...segment, flags: SYN, seq: 100 })
    net.run(500)
    inject(net, { ...segment, flags: SYN, seq: 100 })
    inject(net, { ...segment, flags: SYN, seq: 100 })
    const [synAck] = net.packets
    expect(net.take()).toEqual(['< tcp 44 SA', '< tcp 44 SA'])
    inject(net, { ...segment, flags: ACK, seq: 101, ack: 5 })
    expect(net.take()).toEqual(['< tcp 40 R'])
    net.run(500)
    inject(net, { ...segment, flags: ACK, seq: 500_000, ack: tcpOf(synAck).seq + 1 })
    inject(net, { ...segment, flags: RST, seq: 500_000 })
    inject(net, { ...segment, flags: FIN, seq: 101 })
    expect(net.take()).toEqual(['< tcp 40 A'])
    expect([...net.onB.sockets()]).toHaveLength(2)
    inject(net, { ...segment, flags: RST, seq: 101 })
    expect([...net.onB.sockets()]).toHaveLength(1)
    expect(net.b.snmp.get('TcpAttemptFails')).toBe(1)
    inject(net, { ...segment, flags: SYN, seq: 100 })
    net.clear()
    inject(net, { ...segment, flags: SYN, seq: 200 })
    expect(net.take()).toEqual(['< tcp 40 RA'])
    expect(accepted).toEqual([])
  })

  it('may be completed by data', () => {
    const net = new TwoHosts()
    const log: string[] = []
    opened(net.onB.tcp.listen({ port: 80 }, () => watch(log)))
    net.lose = (_, toB) => !toB
    const segment = { sport: 40001, dport: 80 }
    inject(net, { ...segment, flags: SYN, seq: 100 })
    const ack = tcpOf(net.packets[0]).seq + 1
    inject(net, { ...segment, flags: ACK, seq: 101, ack, payload: 'hello' })
    expect(log).toEqual(['hello'])
  })

  it('ends with an ICMP error about its host', () => {
    const net = new TwoHosts()
    opened(net.onB.tcp.listen({ port: 80 }, () => undefined))
    net.lose = (_, toB) => !toB
    inject(net, { sport: 40001, dport: 80, flags: SYN, seq: 100 })
    const synAck = net.packets[0]!.clone()
    const tell = (type: number, code: number): void => {
      const packet = synAck.clone()
      packet.route = net.a.routeInput(net.ea, B, A, 0, 0)
      net.a.icmpSend(packet, type, code)
      net.run(1)
    }
    tell(3, 3)
    expect([...net.onB.sockets()]).toHaveLength(2)
    tell(3, 1)
    expect([...net.onB.sockets()]).toHaveLength(1)
  })
})

describe('a listener', () => {
  it('lets one more wait than its backlog; then SYNs are ignored', () => {
    const net = new TwoHosts()
    const accepted: number[] = []
    const listener = opened(
      net.onB.tcp.listen({ port: 80, backlog: 1 }, (socket) => {
        accepted.push(socket.peerPort)
        return {}
      }),
    )
    listener.pause()
    const clients = [1, 2, 3].map(() => {
      const client = connect(net)
      net.run(1)
      return client
    })
    expect(clients.map((client) => client.info().state)).toEqual(['ESTAB', 'ESTAB', 'SYN-SENT'])
    expect(listener.waiting).toBe(2)
    expect(net.eventsOf('drop')).toHaveLength(1)
    clients[0]!.send(1)
    net.run(1)
    listener.resume()
    expect(accepted).toEqual([clients[0]!.port, clients[1]!.port])
    net.run(1100)
    expect(accepted).toHaveLength(3)
  })

  it('whose queue fills meanwhile ignores the last ACK', () => {
    const net = new TwoHosts()
    const listener = opened(net.onB.tcp.listen({ port: 80, backlog: 0 }, () => undefined))
    listener.pause()
    net.lose = (_, toB) => !toB
    for (const sport of [1000, 1001]) inject(net, { sport, dport: 80, flags: SYN, seq: 100 })
    const acks = net.packets.map((packet) => tcpOf(packet).seq + 1)
    inject(net, { sport: 1000, dport: 80, flags: ACK, seq: 101, ack: acks[0]! })
    inject(net, { sport: 1001, dport: 80, flags: ACK, seq: 101, ack: acks[1]! })
    expect(listener.waiting).toBe(1)
    expect([...net.onB.sockets()].map(({ state }) => state).sort()).toEqual(['ESTAB', 'LISTEN', 'SYN-RECV'])
  })

  it('resets what waits when it closes, and forgets what is half open', () => {
    const net = new TwoHosts()
    const log: string[] = []
    const listener = opened(net.onB.tcp.listen({ port: 80 }, () => undefined))
    listener.pause()
    connect(net, log)
    net.run(1)
    net.lose = (_, toB) => !toB && net.packets.length < 4
    inject(net, { sport: 40001, dport: 80, flags: SYN, seq: 100 })
    net.clear()
    net.lose = () => false
    listener.close()
    listener.close()
    net.run(1)
    expect(net.take()).toEqual(['< tcp 52 RA'])
    expect(log).toEqual(['connected', 'ECONNRESET', 'closed'])
    expect([...net.onB.sockets()]).toEqual([])
    connect(net, log)
    net.run(1)
    expect(log.slice(3)).toEqual(['ECONNREFUSED', 'closed'])
  })

  it('of this address, or bound to the device, comes before another', () => {
    const net = new TwoHosts()
    const got: string[] = []
    const listen = (name: string, options: object): void => {
      opened(net.onB.tcp.listen({ port: 80, reusePort: true, ...options }, () => void got.push(name)))
    }
    listen('any', {})
    connect(net)
    net.run(1)
    listen('device', { device: net.eb.ifindex })
    listen('other device', { device: 1 })
    connect(net)
    net.run(1)
    listen('address', { address: B })
    listen('other address', { address: parseIpv4('127.0.0.1') })
    connect(net)
    net.run(1)
    expect(got).toEqual(['any', 'device', 'address'])
  })

  it('answers only SYNs', () => {
    const net = new TwoHosts()
    const listener = opened(net.onB.tcp.listen({ port: 80 }, () => undefined))
    expect(String(listener)).toBe('tcp 0.0.0.0:80')
    const segment = { sport: 40001, dport: 80, seq: 7 }
    inject(net, { ...segment, flags: ACK, ack: 9 })
    inject(net, { ...segment, flags: SYN | ACK, ack: 9 })
    inject(net, { ...segment, flags: RST })
    inject(net, { ...segment, flags: SYN | FIN })
    inject(net, { ...segment, flags: 0 })
    expect(net.packets.map((packet) => tcpOf(packet).seq)).toEqual([9, 9])
    expect(net.take()).toEqual(['< tcp 40 R', '< tcp 40 R'])
    inject(net, { sport: 40001, dport: 81, seq: 7, flags: RST })
    inject(net, { sport: 40001, dport: 81, seq: 7, flags: FIN, payload: 3 })
    expect(tcpOf(net.packets[0])).toMatchObject({ flags: RST | ACK, ack: 11 })
  })

  it('the reset has the type of service of what it answers', () => {
    const net = new TwoHosts()
    inject(net, { sport: 40001, dport: 81, flags: SYN, tos: 0x10 })
    expect(net.packets[0]!.ip!.tos).toBe(0x10)
    net.b.sysctl.set('ipv4.fwmark_reflect', 1)
    inject(net, { sport: 40001, dport: 81, flags: SYN })
    expect(net.packets).toHaveLength(2)
  })

  it('takes nothing that was for all', () => {
    const net = new TwoHosts()
    opened(net.onB.tcp.listen({ port: 80 }, () => undefined))
    const packet = buildTcp({ src: A, dst: BROADCAST, sport: 1, dport: 80, flags: SYN, smac: net.ea.mac })
    packet.dmac = 0xffffffffffff as typeof packet.dmac
    packet.packetType = 1
    net.b.receive(packet, net.eb)
    const unicast = buildTcp({ src: A, dst: BROADCAST, sport: 1, dport: 80, flags: SYN, dmac: net.eb.mac })
    net.b.receive(unicast, net.eb)
    const closed = buildTcp({ src: A, dst: BROADCAST, sport: 1, dport: 81, flags: SYN, dmac: net.eb.mac })
    net.b.receive(closed, net.eb)
    net.run(1)
    expect(net.frames).toEqual([])
  })
})

describe('a segment that does not belong', () => {
  function established(): ReturnType<typeof connected> & {
    segment: { sport: number; dport: number; seq: number; ack: number }
  } {
    const all = connected()
    all.client.send(1)
    all.net.run(1)
    const data = tcpOf(all.net.packets[0])
    all.net.lose = (_, toB) => !toB
    all.net.clear()
    return { ...all, segment: { sport: data.sport, dport: 80, seq: (data.seq + 1) >>> 0, ack: data.ack } }
  }

  it('a reset in the window, but not next, is challenged', () => {
    const { net, segment, server } = established()
    inject(net, { ...segment, flags: RST, seq: segment.seq + 10 })
    expect(net.take()).toEqual(['< tcp 52 A'])
    inject(net, { ...segment, flags: RST, seq: segment.seq - 10_000_000 })
    inject(net, { ...segment, flags: RST, seq: segment.seq + 20 })
    expect(net.take()).toEqual([])
    inject(net, { ...segment, flags: RST })
    expect(server.error).toBe('ECONNRESET')
  })

  it('a SYN is challenged, not too often', () => {
    const { net, segment, server } = established()
    inject(net, { ...segment, flags: SYN })
    inject(net, { ...segment, flags: SYN, seq: segment.seq - 10_000_000 })
    net.run(500)
    inject(net, { ...segment, flags: SYN, seq: segment.seq - 10_000_000 })
    expect(net.take()).toEqual(['< tcp 52 A', '< tcp 52 A'])
    expect(server.info().state).toBe('ESTAB')
  })

  it('data beyond the window, or before what has come, is answered with where we are', () => {
    const { net, segment, serverLog } = established()
    serverLog.length = 0
    inject(net, { ...segment, flags: ACK, seq: segment.seq + 70_000, payload: 3 })
    inject(net, { ...segment, flags: ACK, seq: segment.seq - 100, payload: 3 })
    inject(net, { ...segment, flags: ACK, seq: segment.seq - 1, payload: 1 })
    expect(net.take()).toEqual(['< tcp 52 A', '< tcp 52 A', '< tcp 52 A'])
    expect(serverLog).toEqual([])
    inject(net, { ...segment, flags: ACK, seq: segment.seq - 1, payload: 'xab' })
    expect(serverLog).toEqual(['ab'])
  })

  it('without ACK, or with one for what was never sent, is passed over', () => {
    const { net, segment, serverLog } = established()
    serverLog.length = 0
    inject(net, { ...segment, flags: 0, payload: 3 })
    inject(net, { ...segment, flags: ACK, ack: segment.ack + 100, payload: 3 })
    expect(serverLog).toEqual([])
    expect(net.take()).toEqual([])
  })

  it('with a time stamp from the past is not believed', () => {
    const { net, segment, serverLog } = established()
    serverLog.length = 0
    const value = 5
    inject(net, { ...segment, flags: ACK, payload: 3, timestamp: { value: (value - 2 ** 31) >>> 0, echo: 0 } })
    const count = serverLog.length
    inject(net, { ...segment, flags: ACK, payload: 3, timestamp: { value: (value - 2 ** 31) >>> 0, echo: 0 } })
    expect(serverLog.length).toBe(count)
  })

  it('data and FIN that come early wait for what precedes them', () => {
    const { net, segment, serverLog } = established()
    serverLog.length = 0
    inject(net, { ...segment, flags: ACK | FIN, seq: segment.seq + 6, payload: 'c!!' })
    inject(net, { ...segment, flags: ACK, seq: segment.seq + 3, payload: 'bbb' })
    inject(net, { ...segment, flags: ACK, seq: segment.seq + 3, payload: 'bb' })
    expect(net.take()).toEqual(['< tcp 52 A', '< tcp 52 A', '< tcp 52 A'])
    inject(net, { ...segment, flags: ACK, payload: 'aaa' })
    expect(serverLog).toEqual(['aaa', 'bbb', 'c!!', 'end'])
  })

  it('for a remembered connection: answered, or the beginning of a new one', () => {
    const { net, segment, server, client } = established()
    net.lose = () => false
    server.close()
    net.run(10)
    client.close()
    net.run(10)
    expect(server.info().state).toBe('TIME-WAIT')
    net.clear()
    const last = { ...segment, seq: (segment.seq + 1) >>> 0, ack: (segment.ack + 1) >>> 0 }
    inject(net, { ...last, flags: ACK })
    expect(net.take()).toEqual([])
    inject(net, { ...last, flags: ACK, seq: last.seq - 5, payload: 2 })
    expect(net.take()).toEqual(['< tcp 52 A', '> tcp 40 R'])
    expect(server.info().state).toBe('UNCONN')
  })

  it('a later SYN opens a new connection out of TIME_WAIT', () => {
    const { net, segment, server, client } = established()
    net.lose = () => false
    server.close()
    net.run(10)
    client.close()
    net.run(10)
    net.lose = (_, toB) => !toB
    net.clear()
    inject(net, { ...segment, flags: SYN, seq: segment.seq - 100 })
    expect(net.take()).toEqual(['< tcp 52 A'])
    inject(net, { ...segment, flags: RST, seq: segment.seq - 100 })
    expect(server.info().state).toBe('TIME-WAIT')
    inject(net, { ...segment, flags: SYN, seq: segment.seq + 100 })
    expect(net.take()).toEqual(['< tcp 44 SA'])
    expect(server.info().state).toBe('UNCONN')
    expect([...net.onB.sockets()].map(({ state }) => state).sort()).toEqual(['LISTEN', 'SYN-RECV'])
  })
})

describe('a socket in FIN_WAIT2 that its program has closed', () => {
  function waiting(): {
    net: TwoHosts
    server: TcpSocket
    segment: { sport: number; dport: number; seq: number; ack: number }
  } {
    const { net, server } = connected()
    server.close()
    net.run(10)
    const fin = tcpOf(net.packets[0])
    net.clear()
    net.lose = (_, toB) => !toB
    return { net, server, segment: { sport: fin.dport, dport: 80, seq: fin.ack, ack: (fin.seq + 1) >>> 0 } }
  }

  it('resets data and new SYNs, and ends with a reset', () => {
    for (const [options, frames, ends] of [
      [{ flags: ACK, payload: 3 }, ['< tcp 40 R'], true],
      [{ flags: SYN }, ['< tcp 40 RA'], false],
      [{ flags: RST }, [], true],
      [{ flags: ACK }, [], false],
      [{ flags: 0, payload: 3 }, [], false],
      [{ flags: ACK, payload: 3, seqOffset: -10_000_000 }, ['< tcp 52 A'], false],
      [{ flags: RST, seqOffset: -10_000_000 }, [], false],
    ] as const) {
      const { net, server, segment } = waiting()
      const { seqOffset = 0, ...rest } = { seqOffset: 0, ...options }
      inject(net, { ...segment, ...rest, seq: segment.seq + seqOffset })
      expect(net.take()).toEqual(frames)
      expect(server.info().state).toBe(ends ? 'UNCONN' : 'FIN-WAIT-2')
    }
  })

  it('goes into TIME_WAIT with the FIN of its peer', () => {
    const { net, server, segment } = waiting()
    inject(net, { ...segment, flags: ACK | FIN })
    expect(net.take()).toEqual(['< tcp 52 A'])
    expect(server.info().state).toBe('TIME-WAIT')
  })
})

describe('ICMP errors about a connection', () => {
  function tell(
    net: TwoHosts,
    type: number,
    code: number,
    info: { mtu?: number } = {},
    change: (tcp: TcpHeader) => void = () => {},
  ): void {
    const packet = net.packets.find(({ l4, ip }) => l4?.kind === 'tcp' && ip?.src === A)!.clone()
    change(tcpOf(packet))
    packet.route = net.b.routeInput(net.eb, A, FAR, 0, 0)
    net.b.icmpSend(packet, type, code, info)
    net.run(1)
  }

  it('do not end it, but explain its end', () => {
    const { net, client, log } = connected()
    net.lose = (packet, toB) => toB && packet.l4?.kind === 'tcp'
    client.send(1)
    net.run(1)
    tell(net, 3, 1)
    tell(net, 3, 20)
    tell(net, 3, 3, {}, (tcp) => {
      tcp.seq = (tcp.seq - 1000) >>> 0
    })
    expect(log).toEqual([])
    net.run(1_200_000)
    expect(log).toEqual(['EHOSTUNREACH', 'closed'])
  })

  it('a smaller path MTU cuts what is on its way into smaller pieces', () => {
    const { net, client, serverLog } = connected()
    net.lose = (packet, toB) => toB && (packet.ip?.totalLength ?? 0) > 1000
    client.send(1448)
    client.send(1448)
    net.run(1)
    tell(net, 3, 4, { mtu: 1000 })
    net.run(100)
    expect(serverLog.reduce((sum, line) => sum + Number.parseInt(line, 10), 0)).toBe(2896)
    expect(net.frames.filter((frame) => frame.startsWith('> tcp 1000'))).not.toEqual([])
    net.clear()
    tellNothing(net, client)
  })

  function tellNothing(net: TwoHosts, client: TcpSocket): void {
    client.send(2000)
    net.run(1)
    expect(net.frames[0]).toBe('> tcp 1000 A')
  }

  it('about no connection, or about what is no TCP, are passed over', () => {
    const { net, client } = connected()
    client.send(1)
    net.run(1)
    const packet = net.packets[0]!
    const before = net.a.snmp.get('IcmpInErrors')
    client.abort()
    net.onA.tcp.error(packet, packet)
    expect(net.a.snmp.get('IcmpInErrors')).toBe(before + 1)
    const other = packet.clone()
    other.l4 = null
    net.onA.tcp.error(packet, other)
    net.onA.tcp.receive(other)
  })
})

describe('the way to the peer', () => {
  it('may vanish: segments are lost, and the connection goes on when it is back', () => {
    const { net, client, serverLog } = connected()
    const network = { address: parseIpv4('10.0.0.0'), length: 24 }
    net.a.fib.delete({ destination: network })
    client.send(utf8Bytes('x'))
    net.run(100)
    expect(net.take()).toEqual([])
    net.a.fib.add({ destination: network, ifindex: net.ea.ifindex, prefsrc: A })
    net.run(1000)
    expect(serverLog).toEqual(['x'])
  })
})
