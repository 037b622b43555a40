import { describe, expect, it } from 'vitest'
import { Protocol } from '../../src/packet/protocol.ts'
import { utf8Bytes } from '../../src/packet/utf8.ts'
import { echoServer, installSockets, type TcpSocket, whoamiServer } from '../../src/sockets/index.ts'
import { A, B, opened, TwoHosts, text } from './support/net.ts'

/** What a client at a gets for `hi` sent to this port of b. */
function ask(net: TwoHosts, protocol: 'udp' | 'tcp' | 'sctp', port: number): string[] {
  const got: string[] = []
  const address = B
  if (protocol === 'udp') {
    const socket = opened(
      net.onA.udp.connect(
        { address, port, localPort: 40001, reuseAddress: true },
        { onReceive: ({ payload }) => got.push(text(payload)), onError: (errno) => got.push(errno) },
      ),
    )
    socket.send(utf8Bytes('hi'))
    net.run(10)
    socket.close()
  } else if (protocol === 'tcp') {
    const socket: TcpSocket = opened(
      net.onA.tcp.connect(
        { address, port, localPort: 40001 },
        { onData: (payload) => void got.push(text(payload)), onError: (errno) => void got.push(errno) },
      ),
    )
    socket.send(utf8Bytes('hi'))
    net.run(10)
    socket.shutdown()
    net.run(10)
    got.push(socket.info().state)
    socket.abort()
  } else {
    const association = opened(
      net.onA
        .loadSctp()
        .connect(
          { address, port, localPort: 40001 },
          { onData: (payload) => void got.push(text(payload)), onError: (errno) => void got.push(errno) },
        ),
    )
    association.send(utf8Bytes('hi'))
    net.run(10)
    association.abort()
  }
  net.run(10)
  return got
}

describe('servers', () => {
  it('tell each client what they saw of it', () => {
    const net = new TwoHosts()
    for (const protocol of [Protocol.UDP, Protocol.TCP, Protocol.SCTP]) {
      expect(net.onB.serve(protocol, 80, 'default/web-0')).toBeNull()
      expect(net.onB.serve(protocol, 80)).toBe('EADDRINUSE')
    }
    expect(net.onB.serve(Protocol.ICMP, 80)).toBe('EINVAL')
    expect(ask(net, 'udp', 80)).toEqual(['10.0.0.1:40001 default/web-0'])
    expect(ask(net, 'tcp', 80)).toEqual(['10.0.0.1:40001 default/web-0', 'TIME-WAIT'])
    expect(ask(net, 'sctp', 80)).toEqual(['10.0.0.1:40001 default/web-0'])
  })

  it('or say it again', () => {
    const net = new TwoHosts()
    for (const protocol of [Protocol.UDP, Protocol.TCP, Protocol.SCTP]) net.onB.serve(protocol, 7, 'echo', echoServer)
    expect(ask(net, 'udp', 7)).toEqual(['hi'])
    expect(ask(net, 'tcp', 7)).toEqual(['hi', 'TIME-WAIT'])
    expect(ask(net, 'sctp', 7)).toEqual(['hi'])
  })

  it('need no packet that they cannot read', () => {
    const net = new TwoHosts()
    const pinger = net.onA.icmp.open()
    pinger.send(B, 1)
    net.run(1)
    whoamiServer().udp(net.packets[0]!, net.onA.udp.open())
  })
})

describe('the default listener', () => {
  it('answers on each port that has no socket of its own and is not closed', () => {
    const net = new TwoHosts({ b: { defaultListener: true } })
    net.onB.serve(Protocol.TCP, 80, 'own')
    net.onB.closePort(Protocol.TCP, 81)
    net.onB.closePort(Protocol.UDP, 81)
    net.onB.closePort(Protocol.SCTP, 81)
    expect(ask(net, 'udp', 9)).toEqual(['10.0.0.1:40001'])
    expect(ask(net, 'tcp', 9)).toEqual(['10.0.0.1:40001', 'TIME-WAIT'])
    expect(ask(net, 'sctp', 9)).toEqual(['10.0.0.1:40001'])
    expect(ask(net, 'tcp', 80)[0]).toBe('10.0.0.1:40001 own')
    for (const protocol of ['udp', 'tcp', 'sctp'] as const) expect(ask(net, protocol, 81)[0]).toBe('ECONNREFUSED')
    expect(net.onB.serve(Protocol.UDP, 81, '')).toBeNull()
    expect(ask(net, 'udp', 81)).toEqual(['10.0.0.1:40001'])
  })

  it('may be any server', () => {
    const net = new TwoHosts({ b: { defaultListener: echoServer } })
    for (const protocol of ['udp', 'tcp', 'sctp'] as const) expect(ask(net, protocol, 9)[0]).toBe('hi')
  })

  it('does not answer answers: two of them do not talk for ever', () => {
    for (const server of [true, echoServer]) {
      const net = new TwoHosts({ a: { defaultListener: server }, b: { defaultListener: server } })
      const socket = opened(net.onA.udp.connect({ address: B, port: 9 }))
      socket.send(0)
      socket.close()
      net.run(10)
      expect(net.take().map((frame) => frame.slice(0, 6))).toEqual(['> udp ', '< udp ', '> icmp'])
    }
  })

  it('leaves no mark in a transaction', () => {
    const net = new TwoHosts({ b: { defaultListener: true } })
    const inside = (): unknown => {
      net.clear()
      const answers = [ask(net, 'udp', 9), ask(net, 'tcp', 9), ask(net, 'sctp', 9)]
      return [answers, net.packets.map(({ ip, l4, socket }) => ({ ...ip, id: 0, l4, socket }))]
    }
    const first = net.sim.transaction(inside)
    expect(net.sim.transaction(inside)).toEqual(first)
    expect([...net.onB.sockets()]).toEqual([])
  })

  it('has in a transaction alone what was loaded in it', () => {
    const net = new TwoHosts()
    net.sim.transaction(() => ask(net, 'sctp', 9))
    expect(net.onA.sctp).toBeNull()
    expect(net.a.protocols[Protocol.SCTP]).toBeUndefined()
    ask(net, 'sctp', 9)
    expect(net.onA.sctp).not.toBeNull()
    net.sim.transaction(() => ask(net, 'sctp', 9))
    expect(net.a.protocols[Protocol.SCTP]).toBe(net.onA.sctp)
  })

  it('refuses connections in the accept queue of nobody else', () => {
    const net = new TwoHosts({ b: { defaultListener: true } })
    const sockets = [1, 2, 3].map((port) => opened(net.onA.tcp.connect({ address: B, port })))
    net.run(1)
    expect(sockets.map((socket) => socket.info().state)).toEqual(['ESTAB', 'ESTAB', 'ESTAB'])
  })
})

describe('a layer', () => {
  it('lists its sockets as ss does', () => {
    const net = new TwoHosts({ b: { sctp: true } })
    net.onB.serve(Protocol.UDP, 53)
    net.onB.serve(Protocol.TCP, 80)
    net.onB.serve(Protocol.SCTP, 90)
    net.b.tunnels.set(8472, [])
    opened(net.onA.tcp.connect({ address: B, port: 80 }))
    net.run(1)
    const lines = [...net.onB.sockets()].map(({ protocol, state, localPort }) => `${protocol} ${state} ${localPort}`)
    expect(lines.sort()).toEqual([
      'sctp LISTEN 90',
      'tcp ESTAB 80',
      'tcp LISTEN 80',
      'udp UNCONN 53',
      'udp UNCONN 8472',
    ])
  })

  it('works unseen as it does when it is watched', () => {
    const run = (watched: boolean): unknown => {
      const net = new TwoHosts({ b: { defaultListener: true } })
      const { probe } = net.sim
      if (!watched) net.sim.probe = null
      const answers = [ask(net, 'udp', 9), ask(net, 'tcp', 9), ask(net, 'sctp', 9)]
      net.sim.probe = probe
      return [answers, net.sim.newJourney(), net.sim.random('port').uint32()]
    }
    expect(run(false)).toEqual(run(true))
  })

  it('is made by installSockets, and may be replaced', () => {
    const net = new TwoHosts()
    const layer = installSockets(net.a)
    expect(layer).not.toBe(net.onA)
    expect(net.a.protocols[Protocol.UDP]).toBe(layer.udp)
    layer.announce('udp', 'bound')
    net.sim.probe = null
    layer.announce('udp', 'bound')
    layer.delivered(net.packets[0]!, 'nobody')
    expect(A).not.toBe(B)
  })
})
