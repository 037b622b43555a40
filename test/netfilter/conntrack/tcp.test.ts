import { beforeEach, describe, expect, test } from 'vitest'
import { ctState, entryOf, IPS, stateName } from '../../../src/netfilter/conntrack/index.ts'
import type { Packet } from '../../../src/packet/packet.ts'
import { type TcpOptions, tcp } from './packets.ts'
import { Router } from './router.ts'

const CLIENT = '10.0.0.1:40000'
const SERVER = '10.0.1.1:80'

let router: Router
beforeEach(() => {
  router = new Router()
})

function client(flags: string, options?: TcpOptions): Packet {
  const packet = tcp(CLIENT, SERVER, flags, options)
  router.forward(packet)
  return packet
}

function server(flags: string, options?: TcpOptions): Packet {
  const packet = tcp(SERVER, CLIENT, flags, options)
  router.forward(packet)
  return packet
}

/** The entry's state, how many seconds it has left, and whether it is assured. */
function entry(): string {
  const found = [...router.conntrack.entries()][0]
  if (found === undefined) return 'none'
  const left = (found.expiresAt - router.host.sim.now) / 1e9
  return `${stateName(found)} ${left}${(found.status & IPS.ASSURED) !== 0 ? ' assured' : ''}`
}

/** Handshake with initial sequence numbers 1000 and 5000. */
function open(scale?: number): void {
  const options = scale === undefined ? {} : { scale }
  client('S', { seq: 1000, ...options })
  server('SA', { seq: 5000, ack: 1001, ...options })
  client('A', { seq: 1001, ack: 5001 })
}

describe('the life of a connection', () => {
  test('handshake, data, orderly close', () => {
    expect(ctState(client('S', { seq: 1000 }))).toBe('NEW')
    expect(entry()).toBe('SYN_SENT 120')
    expect(ctState(server('SA', { seq: 5000, ack: 1001 }))).toBe('ESTABLISHED')
    expect(entry()).toBe('SYN_RECV 60')
    expect(ctState(client('A', { seq: 1001, ack: 5001 }))).toBe('ESTABLISHED')
    expect(entry()).toBe('ESTABLISHED 432000 assured')
    client('PA', { seq: 1001, ack: 5001, length: 100 })
    expect(entry()).toBe('ESTABLISHED 300 assured')
    server('A', { seq: 5001, ack: 1101 })
    expect(entry()).toBe('ESTABLISHED 432000 assured')
    client('FA', { seq: 1101, ack: 5001 })
    expect(entry()).toBe('FIN_WAIT 120 assured')
    server('A', { seq: 5001, ack: 1102 })
    expect(entry()).toBe('CLOSE_WAIT 60 assured')
    server('FA', { seq: 5001, ack: 1102 })
    expect(entry()).toBe('LAST_ACK 30 assured')
    client('A', { seq: 1102, ack: 5002 })
    expect(entry()).toBe('TIME_WAIT 120 assured')
    expect(
      router.conntrackEvents().map((line) =>
        line
          .split(' ')
          .slice(0, 10)
          .filter((word) => /^[[A-Z]/.test(word)),
      ),
    ).toEqual([
      ['[NEW]', 'SYN_SENT'],
      ['[UPDATE]', 'SYN_RECV'],
      ['[UPDATE]', 'ESTABLISHED'],
      ['[UPDATE]', 'FIN_WAIT'],
      ['[UPDATE]', 'CLOSE_WAIT'],
      ['[UPDATE]', 'LAST_ACK'],
      ['[UPDATE]', 'TIME_WAIT'],
    ])
  })

  test('a refused connection is forgotten at once', () => {
    client('S', { seq: 1000 })
    const reset = server('RA', { seq: 0, ack: 1001, window: 0 })
    expect(ctState(reset)).toBe('ESTABLISHED')
    expect(entry()).toBe('none')
    expect(router.conntrackEvents().map((line) => line.slice(0, 25))).toEqual([
      '[NEW] tcp      6 120 SYN_',
      '[DESTROY] tcp      6 120 ',
    ])
  })

  test('a SYN that is sent again does not prolong', () => {
    client('S', { seq: 1000 })
    router.sleep(100)
    expect(ctState(client('S', { seq: 1000 }))).toBe('NEW')
    expect(entry()).toBe('SYN_SENT 20')
  })

  test('simultaneous open', () => {
    client('S', { seq: 1000 })
    server('S', { seq: 5000 })
    expect(entry()).toBe('SYN_SENT2 120')
    client('SA', { seq: 1000, ack: 5001 })
    expect(entry()).toBe('SYN_RECV 60')
    server('SA', { seq: 5000, ack: 1001 })
    server('A', { seq: 5001, ack: 1001 })
    expect(entry()).toBe('ESTABLISHED 432000 assured')
  })

  test('a segment of a connection that nobody saw begin is picked up, with little trust', () => {
    expect(ctState(client('A', { seq: 1, ack: 1 }))).toBe('NEW')
    expect(entry()).toBe('ESTABLISHED 300')
    server('A', { seq: 1, ack: 1 })
    expect(entry()).toBe('ESTABLISHED 300')
    client('A', { seq: 1, ack: 1 })
    expect(entry()).toBe('ESTABLISHED 432000 assured')
    // Its window scale is unknown, so windows are not held against it.
    expect(ctState(client('A', { seq: 900_000_000, ack: 1, length: 10 }))).toBe('ESTABLISHED')
  })

  test('unless that is forbidden', () => {
    router.host.setSysctl('netfilter.nf_conntrack_tcp_loose', 0)
    expect(ctState(client('A', { seq: 1, ack: 1 }))).toBe('INVALID')
    expect(ctState(client('S', { seq: 1 }))).toBe('NEW')
  })

  test('picked up by a segment with window 0, and by the answer', () => {
    client('A', { seq: 1, ack: 1, window: 0 })
    expect(entry()).toBe('ESTABLISHED 300')
    // An answer that acknowledges one more than was seen answers a keep-alive.
    expect(ctState(server('A', { seq: 7, ack: 2, window: 0 }))).toBe('ESTABLISHED')
  })
})

describe('reopening', () => {
  function close(): void {
    open()
    client('FA', { seq: 1001, ack: 5001 })
    server('FA', { seq: 5001, ack: 1002 })
    client('A', { seq: 1002, ack: 5002 })
  }

  test('a SYN in TIME_WAIT begins a new connection', () => {
    close()
    expect(entry()).toBe('TIME_WAIT 120 assured')
    const old = [...router.conntrack.entries()][0]
    router.conntrackEvents()
    const syn = client('S', { seq: 9000 })
    expect(ctState(syn)).toBe('NEW')
    expect(entryOf(syn)).not.toBe(old)
    expect(entry()).toBe('SYN_SENT 120')
    expect(router.conntrackEvents().map((line) => line.slice(0, 10))).toEqual(['[DESTROY] ', '[NEW] tcp '])
  })

  test('so does one from the other end: the roles have changed', () => {
    close()
    expect(ctState(server('S', { seq: 9000 }))).toBe('NEW')
    expect([...router.conntrack.entries()][0]!.original.sport).toBe(80)
  })

  test('and one of the end that has reset the connection', () => {
    open()
    client('RA', { seq: 1001, ack: 5001 })
    expect(entry()).toBe('CLOSE 10 assured')
    expect(ctState(client('S', { seq: 9000 }))).toBe('NEW')
  })

  test('after a reset by the other end it is let through, and believed when it is answered', () => {
    open(7)
    server('RA', { seq: 5001, ack: 1001 })
    expect(entry()).toBe('CLOSE 10 assured')
    const syn = client('S', { seq: 9000, scale: 5, sack: true })
    expect(ctState(syn)).toBe('ESTABLISHED')
    expect(entry()).toBe('CLOSE 10 assured')
    server('SA', { seq: 70_000, ack: 9001, scale: 5, sack: true })
    expect(entry()).toBe('SYN_RECV 60 assured')
    client('A', { seq: 9001, ack: 70_001 })
    expect(entry()).toBe('ESTABLISHED 432000 assured')
    expect(ctState(server('A', { seq: 70_001, ack: 9001, length: 1000 }))).toBe('ESTABLISHED')
  })

  test('an entry that is removed already costs the packet', () => {
    close()
    const [old] = [...router.conntrack.entries()]
    // As if somebody else were removing it at this moment.
    old!.status |= IPS.DYING
    expect(router.forward(tcp(CLIENT, SERVER, 'S', { seq: 9000 }))).toBe(false)
    expect(router.conntrack.statistics.drop).toBe(1)
  })
})

describe('segments that may be right or wrong are let through', () => {
  test('a SYN in an open connection, and its SYN-ACK brings both into step again', () => {
    open()
    expect(ctState(client('S', { seq: 90_000 }))).toBe('ESTABLISHED')
    expect(entry()).toBe('ESTABLISHED 432000 assured')
    server('SA', { seq: 700_000, ack: 90_001, window: 0 })
    expect(entry()).toBe('SYN_RECV 60 assured')
  })

  test('with a window of 0, too', () => {
    open()
    client('S', { seq: 90_000, window: 0 })
    server('SA', { seq: 700_000, ack: 90_001 })
    expect(entry()).toBe('SYN_RECV 60 assured')
  })

  test('a SYN-ACK that acknowledges something else changes nothing', () => {
    open()
    client('S', { seq: 90_000 })
    server('SA', { seq: 700_000, ack: 80_001 })
    expect(entry()).toBe('ESTABLISHED 432000 assured')
  })

  test('the reset that answers a stray SYN is believed, wherever its number lies', () => {
    open()
    client('S', { seq: 90_000 })
    expect(ctState(server('RA', { seq: 0, ack: 90_001 }))).toBe('ESTABLISHED')
    expect(entry()).toBe('CLOSE 10 assured')
  })

  test('a challenge ACK in LAST_ACK does not close the connection', () => {
    open()
    client('FA', { seq: 1001, ack: 5001 })
    server('FA', { seq: 5001, ack: 1002 })
    expect(entry()).toBe('LAST_ACK 30 assured')
    client('S', { seq: 90_000 })
    expect(ctState(server('A', { seq: 5002, ack: 1002 }))).toBe('ESTABLISHED')
    expect(entry()).toBe('LAST_ACK 30 assured')
    // The next one is an acknowledgement like any other.
    server('A', { seq: 5002, ack: 1002 })
    expect(entry()).toBe('TIME_WAIT 120 assured')
  })

  test('a SYN answered by an ACK is a half-open connection; the reset that follows is believed', () => {
    client('S', { seq: 1000 })
    expect(ctState(server('A', { seq: 500_000, ack: 700_000 }))).toBe('ESTABLISHED')
    expect(entry()).toBe('SYN_SENT 120')
    client('R', { seq: 700_000 })
    expect(entry()).toBe('CLOSE 10')
  })
})

describe('resets', () => {
  test('with exactly the expected number close the connection', () => {
    open()
    expect(ctState(server('R', { seq: 5001 }))).toBe('ESTABLISHED')
    expect(entry()).toBe('CLOSE 10 assured')
  })

  test('below what was acknowledged are INVALID, unless that is allowed', () => {
    open()
    expect(ctState(server('R', { seq: 4000 }))).toBe('INVALID')
    expect(entry()).toBe('ESTABLISHED 432000 assured')
    router.host.setSysctl('netfilter.nf_conntrack_tcp_ignore_invalid_rst', 1)
    expect(ctState(server('R', { seq: 5000 }))).toBe('ESTABLISHED')
  })

  test('within the window, but not exact, shorten the connection and leave it open', () => {
    open()
    expect(ctState(server('R', { seq: 5500 }))).toBe('ESTABLISHED')
    expect(entry()).toBe('ESTABLISHED 10 assured')
  })

  test('right behind data of the same end close it', () => {
    open()
    server('A', { seq: 5001, ack: 1001, length: 100 })
    server('R', { seq: 5101 })
    expect(entry()).toBe('CLOSE 10 assured')
  })

  test('are trusted in a connection that closes', () => {
    open()
    client('FA', { seq: 1001, ack: 5001 })
    expect(ctState(server('R', { seq: 1 }))).toBe('ESTABLISHED')
    expect(entry()).toBe('CLOSE 10 assured')
  })

  test('with number 0 answer a SYN; in SYN_RECV their window is looked at', () => {
    client('S', { seq: 1000 })
    server('SA', { seq: 5000, ack: 1001 })
    expect(ctState(client('R', { seq: 1001 }))).toBe('ESTABLISHED')
    expect(entry()).toBe('CLOSE 10')
  })

  test('with number 0 of the server in SYN_RECV are out of its window', () => {
    client('S', { seq: 1000 })
    server('SA', { seq: 1_000_000_000, ack: 1001 })
    client('PA', { seq: 1001, ack: 1_000_000_001, length: 5 })
    server('A', { seq: 1_000_000_001, ack: 1006 })
    expect(ctState(server('R', { seq: 3_500_000_000 }))).toBe('INVALID')
  })
})

describe('windows', () => {
  test('data far over the window is INVALID', () => {
    open()
    expect(ctState(client('A', { seq: 900_000, ack: 5001, length: 10 }))).toBe('INVALID')
  })

  test('a little more than the window passes, and its acknowledgement, too', () => {
    open()
    expect(ctState(client('A', { seq: 66_600, ack: 5001, length: 100 }))).toBe('ESTABLISHED')
    expect(ctState(server('A', { seq: 5001, ack: 66_700 }))).toBe('ESTABLISHED')
  })

  test('an acknowledgement of data that nobody sent is INVALID', () => {
    open()
    expect(ctState(server('A', { seq: 5001, ack: 1002 }))).toBe('INVALID')
  })

  test('old data and old acknowledgements pass without a change', () => {
    open()
    router.sleep(1)
    expect(ctState(client('A', { seq: 1001 - 100_000, ack: 5001, length: 10 }))).toBe('ESTABLISHED')
    expect(entry()).toBe('ESTABLISHED 431999 assured')
    expect(ctState(client('A', { seq: 1001, ack: 5001 - 70_000 }))).toBe('ESTABLISHED')
    expect(entry()).toBe('ESTABLISHED 431999 assured')
  })

  test('scale counts when both ends ask for it', () => {
    open(7)
    client('A', { seq: 1001, ack: 5001, window: 1000 })
    expect(ctState(server('A', { seq: 5001 + 120_000, ack: 1001, length: 1000 }))).toBe('ESTABLISHED')

    router = new Router()
    client('S', { seq: 1000, scale: 7 })
    server('SA', { seq: 5000, ack: 1001, window: 1000 })
    client('A', { seq: 1001, ack: 5001, window: 1000 })
    expect(ctState(server('A', { seq: 5001 + 120_000, ack: 1001, length: 1000 }))).toBe('INVALID')
  })

  test('liberal: out of the window is good enough', () => {
    router.host.setSysctl('netfilter.nf_conntrack_tcp_be_liberal', 1)
    open()
    expect(ctState(client('A', { seq: 900_000, ack: 5001, length: 10 }))).toBe('ESTABLISHED')
  })

  test('sequence numbers wrap around', () => {
    client('S', { seq: 0xffffffff })
    server('SA', { seq: 0x7fffffff, ack: 0 })
    client('A', { seq: 0, ack: 0x80000000 })
    client('PA', { seq: 0, ack: 0x80000000, length: 100 })
    expect(ctState(server('A', { seq: 0x80000000, ack: 100 }))).toBe('ESTABLISHED')
    expect(entry()).toBe('ESTABLISHED 432000 assured')
  })

  test('a SYN with higher numbers begins anew before the connection is open', () => {
    client('S', { seq: 1000 })
    client('S', { seq: 2000 })
    server('SA', { seq: 5000, ack: 2001 })
    expect(entry()).toBe('SYN_RECV 60')
  })

  test('from the other end, too', () => {
    client('S', { seq: 1000 })
    server('S', { seq: 5000 })
    server('S', { seq: 6000 })
    expect(entry()).toBe('SYN_SENT2 120')
    expect(ctState(client('SA', { seq: 1000, ack: 6001 }))).toBe('ESTABLISHED')
  })

  test('a reset that acknowledges nothing is judged by its number alone', () => {
    open()
    expect(ctState(server('RA', { seq: 5001, ack: 0 }))).toBe('ESTABLISHED')
    expect(entry()).toBe('CLOSE 10 assured')
  })

  test('a closed window, and acknowledgements that repeat themselves, shorten the time', () => {
    open()
    server('A', { seq: 5001, ack: 1001, window: 0 })
    expect(entry()).toBe('ESTABLISHED 300 assured')
    server('A', { seq: 5001, ack: 1001 })
    expect(entry()).toBe('ESTABLISHED 432000 assured')
    for (let i = 0; i < 2; i++) server('A', { seq: 5001, ack: 1001 })
    expect(entry()).toBe('ESTABLISHED 432000 assured')
    server('A', { seq: 5001, ack: 1001 })
    expect(entry()).toBe('ESTABLISHED 300 assured')
  })

  test('a FIN out of the window, answered by another one, shortens the time: the watcher is out of step', () => {
    open()
    expect(ctState(client('FA', { seq: 900_000, ack: 5001 }))).toBe('INVALID')
    expect(entry()).toBe('ESTABLISHED 432000 assured')
    expect(ctState(server('FA', { seq: 900_000, ack: 1001 }))).toBe('INVALID')
    expect(entry()).toBe('ESTABLISHED 300 assured')
    router.sleep(200)
    server('FA', { seq: 900_000, ack: 1001 })
    client('FA', { seq: 900_000, ack: 5001 })
    expect(entry()).toBe('ESTABLISHED 100 assured')
  })
})

describe('malformed segments are INVALID', () => {
  test.each([
    ['no flags', tcp(CLIENT, SERVER, '')],
    ['SYN and FIN', tcp(CLIENT, SERVER, 'SF')],
    ['SYN and RST', tcp(CLIENT, SERVER, 'SR')],
    ['FIN alone', tcp(CLIENT, SERVER, 'F')],
  ])('%s', (_, packet) => {
    router.forward(packet)
    expect(ctState(packet)).toBe('INVALID')
  })

  test('a header that is too short, or longer than the packet', () => {
    const short = tcp(CLIENT, SERVER, 'S')
    const long = tcp(CLIENT, SERVER, 'S')
    if (short.l4?.kind === 'tcp') short.l4.headerLength = 16
    if (long.l4?.kind === 'tcp') long.l4.headerLength = 60
    for (const packet of [short, long]) {
      router.forward(packet)
      expect(ctState(packet)).toBe('INVALID')
    }
  })
})
