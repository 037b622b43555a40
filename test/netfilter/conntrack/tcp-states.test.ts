import { describe, expect, test } from 'vitest'
import {
  nextTcpState,
  segmentKind,
  TCP_STATE_NAMES,
  TcpSegment,
  TcpState,
  validTcpFlags,
} from '../../../src/netfilter/conntrack/protocol/tcp-states.ts'

const { FIN, SYN, RST, PSH, ACK, URG, ECE, CWR } = {
  FIN: 1,
  SYN: 2,
  RST: 4,
  PSH: 8,
  ACK: 16,
  URG: 32,
  ECE: 64,
  CWR: 128,
}

/** What each segment does to each state, written by state and not by column. `-`: invalid, `.`: let through, no change. */
const ORIGINAL: Record<string, Record<string, string>> = {
  NONE: { SYN: 'SYN_SENT', SYNACK: '-', FIN: '-', ACK: 'ESTABLISHED', RST: '-' },
  SYN_SENT: { SYN: 'SYN_SENT', SYNACK: '-', FIN: '-', ACK: '-', RST: 'CLOSE' },
  SYN_RECV: { SYN: '.', SYNACK: 'SYN_RECV', FIN: 'FIN_WAIT', ACK: 'ESTABLISHED', RST: 'CLOSE' },
  ESTABLISHED: { SYN: '.', SYNACK: '-', FIN: 'FIN_WAIT', ACK: 'ESTABLISHED', RST: 'CLOSE' },
  FIN_WAIT: { SYN: '.', SYNACK: '-', FIN: 'LAST_ACK', ACK: 'CLOSE_WAIT', RST: 'CLOSE' },
  CLOSE_WAIT: { SYN: '.', SYNACK: '-', FIN: 'LAST_ACK', ACK: 'CLOSE_WAIT', RST: 'CLOSE' },
  LAST_ACK: { SYN: '.', SYNACK: '-', FIN: 'LAST_ACK', ACK: 'TIME_WAIT', RST: 'CLOSE' },
  TIME_WAIT: { SYN: 'SYN_SENT', SYNACK: '-', FIN: 'TIME_WAIT', ACK: 'TIME_WAIT', RST: 'CLOSE' },
  CLOSE: { SYN: 'SYN_SENT', SYNACK: '-', FIN: 'CLOSE', ACK: 'CLOSE', RST: 'CLOSE' },
  SYN_SENT2: { SYN: 'SYN_SENT2', SYNACK: 'SYN_RECV', FIN: '-', ACK: '-', RST: 'CLOSE' },
}
const REPLY: Record<string, Record<string, string>> = {
  NONE: { SYN: '-', SYNACK: '-', FIN: '-', ACK: '-', RST: '-' },
  SYN_SENT: { SYN: 'SYN_SENT2', SYNACK: 'SYN_RECV', FIN: '-', ACK: '.', RST: 'CLOSE' },
  SYN_RECV: { SYN: '-', SYNACK: '.', FIN: 'FIN_WAIT', ACK: 'SYN_RECV', RST: 'CLOSE' },
  ESTABLISHED: { SYN: '-', SYNACK: '.', FIN: 'FIN_WAIT', ACK: 'ESTABLISHED', RST: 'CLOSE' },
  FIN_WAIT: { SYN: '-', SYNACK: '.', FIN: 'LAST_ACK', ACK: 'CLOSE_WAIT', RST: 'CLOSE' },
  CLOSE_WAIT: { SYN: '-', SYNACK: '.', FIN: 'LAST_ACK', ACK: 'CLOSE_WAIT', RST: 'CLOSE' },
  LAST_ACK: { SYN: '-', SYNACK: '.', FIN: 'LAST_ACK', ACK: 'TIME_WAIT', RST: 'CLOSE' },
  TIME_WAIT: { SYN: 'SYN_SENT', SYNACK: '.', FIN: 'TIME_WAIT', ACK: 'TIME_WAIT', RST: 'CLOSE' },
  CLOSE: { SYN: '-', SYNACK: '.', FIN: 'CLOSE', ACK: 'CLOSE', RST: 'CLOSE' },
  SYN_SENT2: { SYN: 'SYN_SENT2', SYNACK: 'SYN_RECV', FIN: '-', ACK: '.', RST: 'CLOSE' },
}

describe.each([
  ['original', 0, ORIGINAL],
  ['reply', 1, REPLY],
] as const)('%s direction', (_, direction, table) => {
  test.each(TCP_STATE_NAMES)('%s', (name) => {
    const state = TcpState[name]
    const result: Record<string, string> = {}
    for (const segment of ['SYN', 'SYNACK', 'FIN', 'ACK', 'RST'] as const) {
      const next = nextTcpState(direction, TcpSegment[segment], state)
      result[segment] = next === TcpState.MAX ? '-' : next === TcpState.IGNORE ? '.' : TCP_STATE_NAMES[next]!
    }
    expect(result).toEqual(table[name])
    expect(nextTcpState(direction, TcpSegment.NONE, state)).toBe(TcpState.MAX)
  })
})

test('a segment is what the first of RST, SYN, FIN, ACK says', () => {
  expect(segmentKind(RST | SYN | ACK)).toBe(TcpSegment.RST)
  expect(segmentKind(SYN | FIN)).toBe(TcpSegment.SYN)
  expect(segmentKind(SYN | ACK)).toBe(TcpSegment.SYNACK)
  expect(segmentKind(FIN | ACK)).toBe(TcpSegment.FIN)
  expect(segmentKind(ACK | PSH)).toBe(TcpSegment.ACK)
  expect(segmentKind(PSH)).toBe(TcpSegment.NONE)
})

test('of 256 combinations of flags these make sense', () => {
  const valid = [SYN, SYN | URG, SYN | ACK, RST, RST | ACK, FIN | ACK, FIN | ACK | URG, ACK, ACK | URG]
  for (let flags = 0; flags < 256; flags++) {
    expect(validTcpFlags(flags)).toBe(valid.includes(flags & ~(PSH | ECE | CWR)))
  }
})
