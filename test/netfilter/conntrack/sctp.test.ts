import { beforeEach, describe, expect, test } from 'vitest'
import { ctState, IPS, SCTP_STATE_NAMES, SctpState, stateName } from '../../../src/netfilter/conntrack/index.ts'
import { nextSctpState, SctpChunkType } from '../../../src/netfilter/conntrack/protocol/sctp-states.ts'
import type { SctpChunk } from '../../../src/packet/headers.ts'
import { sctp, sctpInit } from './packets.ts'
import { Router } from './router.ts'

const {
  DATA,
  INIT,
  INIT_ACK,
  HEARTBEAT,
  HEARTBEAT_ACK,
  ABORT,
  SHUTDOWN,
  SHUTDOWN_ACK,
  ERROR,
  COOKIE_ECHO,
  COOKIE_ACK,
} = SctpChunkType
const { SHUTDOWN_COMPLETE } = SctpChunkType
const CLIENT = '10.0.0.1:4000'
const SERVER = '10.0.1.1:5000'

let router: Router
beforeEach(() => {
  router = new Router()
})

function client(tag: number, ...chunks: (number | SctpChunk)[]): string {
  const packet = sctp(CLIENT, SERVER, tag, ...chunks)
  router.forward(packet)
  return ctState(packet)
}

function server(tag: number, ...chunks: (number | SctpChunk)[]): string {
  const packet = sctp(SERVER, CLIENT, tag, ...chunks)
  router.forward(packet)
  return ctState(packet)
}

function entry(): string {
  const found = [...router.conntrack.entries()][0]
  if (found === undefined) return 'none'
  const left = (found.expiresAt - router.host.sim.now) / 1e9
  return `${stateName(found)} ${left}${(found.status & IPS.ASSURED) !== 0 ? ' assured' : ''}`
}

/** The client's packets carry tag 200, the server's 100. */
function open(): void {
  client(0, sctpInit(INIT, 100))
  server(100, sctpInit(INIT_ACK, 200))
  client(200, COOKIE_ECHO)
  server(100, COOKIE_ACK)
}

/** Columns in the order of the states from NONE to HEARTBEAT_SENT: the state that a chunk leads to, `-` when it is invalid. */
const TABLE: [chunk: keyof typeof SctpChunkType, original: string, reply: string][] = [
  ['INIT', 'CL CL CW CE ES CL CL SA CW', '- CL CW CE ES SS SR SA -'],
  ['INIT_ACK', 'CL CL CW CE ES SS SR SA CL', '- CW CW CE ES SS SR SA -'],
  ['ABORT', 'CL CL CL CL CL CL CL CL CL', '- CL CL CL CL CL CL CL -'],
  ['SHUTDOWN', 'CL CL CW CE SS SS SR SA CL', '- CL CW CE SR SS SR SA -'],
  ['SHUTDOWN_ACK', 'SA CL CW CE ES SA SA SA SA', '- CL CW CE ES SA SA SA -'],
  ['ERROR', 'CL CL CW CE ES SS SR SA CL', '- CL CW CL ES SS SR SA -'],
  ['COOKIE_ECHO', 'CL CL CE CE ES SS SR SA CL', '- CL CE CE ES SS SR SA -'],
  ['COOKIE_ACK', 'CL CL CW ES ES SS SR SA CL', '- CL CW ES ES SS SR SA -'],
  ['SHUTDOWN_COMPLETE', 'CL CL CW CE ES SS SR CL CL', '- CL CW CE ES SS SR CL -'],
  ['HEARTBEAT', 'HS CL CW CE ES SS SR SA HS', '- CL CW CE ES SS SR SA HS'],
  ['HEARTBEAT_ACK', 'CL CL CW CE ES SS SR SA HS', '- CL CW CE ES SS SR SA ES'],
]
const SHORT = ['NO', 'CL', 'CW', 'CE', 'ES', 'SS', 'SR', 'SA', 'HS']

test.each(TABLE)('%s', (chunk, original, reply) => {
  const row = (direction: number) =>
    SCTP_STATE_NAMES.map((_, state) => {
      const next = nextSctpState(direction, SctpChunkType[chunk], state)
      return next === SctpState.MAX ? '-' : SHORT[next]
    }).join(' ')
  expect(row(0)).toBe(original)
  expect(row(1)).toBe(reply)
})

describe('the life of an association', () => {
  test('four-way handshake, data, shutdown', () => {
    expect(client(0, sctpInit(INIT, 100))).toBe('NEW')
    expect(entry()).toBe('CLOSED 10')
    expect(server(100, sctpInit(INIT_ACK, 200))).toBe('ESTABLISHED')
    expect(entry()).toBe('COOKIE_WAIT 3')
    client(200, COOKIE_ECHO)
    expect(entry()).toBe('COOKIE_ECHOED 3')
    server(100, COOKIE_ACK)
    expect(entry()).toBe('ESTABLISHED 210 assured')
    expect(client(200, DATA)).toBe('ESTABLISHED')
    expect(entry()).toBe('ESTABLISHED 210 assured')
    client(200, SHUTDOWN)
    expect(entry()).toBe('SHUTDOWN_SENT 3 assured')
    server(100, SHUTDOWN_ACK)
    expect(entry()).toBe('SHUTDOWN_ACK_SENT 3 assured')
    client(200, SHUTDOWN_COMPLETE)
    expect(entry()).toBe('CLOSED 10 assured')
  })

  test('an INIT that is sent again does not prolong', () => {
    client(0, sctpInit(INIT, 100))
    router.sleep(4)
    expect(client(0, sctpInit(INIT, 100))).toBe('NEW')
    expect(entry()).toBe('CLOSED 6')
  })

  test('ABORT closes, with the own tag, or with the tag of the peer and flag T', () => {
    open()
    expect(server(77, ABORT)).toBe('INVALID')
    expect(server(100, ABORT)).toBe('ESTABLISHED')
    expect(entry()).toBe('CLOSED 10 assured')

    router = new Router()
    open()
    const abort = { type: ABORT, flags: 1, length: 4 }
    expect(server(100, abort)).toBe('INVALID')
    expect(server(200, abort)).toBe('ESTABLISHED')
    expect(entry()).toBe('CLOSED 10 assured')
  })

  test('both ends begin at once', () => {
    client(0, sctpInit(INIT, 100))
    expect(server(0, sctpInit(INIT, 200))).toBe('ESTABLISHED')
    expect(client(200, sctpInit(INIT_ACK, 101))).toBe('INVALID')
    expect(client(200, sctpInit(INIT_ACK, 100))).toBe('ESTABLISHED')
    expect(client(0, sctpInit(INIT, 100))).toBe('ESTABLISHED')
    expect(client(0, { type: INIT, flags: 0, length: 20 })).toBe('ESTABLISHED')
  })

  test('after the handshake an INIT ACK must carry the tag that is known', () => {
    open()
    expect(server(100, sctpInit(INIT_ACK, 999))).toBe('INVALID')
    expect(server(100, { type: INIT_ACK, flags: 0, length: 20 })).toBe('INVALID')
    expect(server(100, sctpInit(INIT_ACK, 200))).toBe('ESTABLISHED')
  })
})

describe('verification tags', () => {
  test('data with a wrong one is INVALID', () => {
    open()
    expect(client(1, DATA)).toBe('INVALID')
    expect(client(1, COOKIE_ECHO)).toBe('INVALID')
    expect(client(1, sctpInit(INIT, 5))).toBe('INVALID')
    expect(client(1, SHUTDOWN_COMPLETE)).toBe('INVALID')
    expect(client(200, ERROR)).toBe('ESTABLISHED')
  })

  test('a heartbeat with a wrong one passes without a change, and its answer teaches the new tags', () => {
    open()
    router.sleep(1)
    expect(client(201, HEARTBEAT)).toBe('ESTABLISHED')
    expect(entry()).toBe('ESTABLISHED 209 assured')
    expect(client(101, HEARTBEAT_ACK)).toBe('INVALID')
    expect(server(101, HEARTBEAT_ACK)).toBe('ESTABLISHED')
    expect(client(201, HEARTBEAT)).toBe('ESTABLISHED')
    expect(client(201, DATA)).toBe('ESTABLISHED')
    expect(server(101, DATA)).toBe('ESTABLISHED')
  })

  test('the old tag again ends the doubt', () => {
    open()
    client(201, HEARTBEAT)
    client(200, HEARTBEAT)
    expect(server(101, HEARTBEAT_ACK)).toBe('INVALID')
    expect(server(100, HEARTBEAT_ACK)).toBe('ESTABLISHED')
  })

  test('not together with data, and not twice in a packet', () => {
    open()
    expect(client(201, HEARTBEAT, DATA)).toBe('INVALID')
    expect(client(201, HEARTBEAT, HEARTBEAT)).toBe('INVALID')
  })
})

describe('the first packet', () => {
  test('a heartbeat opens a further path of an association', () => {
    expect(client(200, HEARTBEAT)).toBe('NEW')
    expect(entry()).toBe('HEARTBEAT_SENT 30')
    expect(server(100, HEARTBEAT_ACK)).toBe('ESTABLISHED')
    expect(entry()).toBe('ESTABLISHED 210 assured')
  })

  test('SHUTDOWN ACK out of the blue waits for SHUTDOWN COMPLETE', () => {
    expect(client(7, SHUTDOWN_ACK)).toBe('NEW')
    expect(entry()).toBe('SHUTDOWN_ACK_SENT 3')
    expect(server(7, SHUTDOWN_COMPLETE)).toBe('ESTABLISHED')
    expect(entry()).toBe('CLOSED 10')
  })

  test.each([
    ['data', [DATA]],
    ['ABORT', [ABORT]],
    ['COOKIE ACK', [COOKIE_ACK]],
    ['SHUTDOWN COMPLETE', [SHUTDOWN_COMPLETE]],
    ['nothing', []],
    ['INIT with company', [INIT, DATA]],
    ['COOKIE ECHO behind something', [DATA, COOKIE_ECHO]],
    ['an unknown chunk', [200]],
  ])('%s is INVALID', (_, chunks) => {
    expect(client(0, ...chunks)).toBe('INVALID')
  })

  test('an INIT has tag 0', () => {
    expect(client(3, sctpInit(INIT, 100))).toBe('INVALID')
    expect(client(0, { type: INIT, flags: 0, length: 20 })).toBe('NEW')
  })
})
