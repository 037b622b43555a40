import { describe, expect, it } from 'vitest'
import { readConntrackEvent } from '../../src/lab/conntrack-event.ts'
import { nested, number32, readMessages, text as textOf } from '../../src/lab/netlink.ts'
import { type Attribute, message, text, u8, u16, u32 } from './octets.ts'

const only = (octets: Buffer) => [...readMessages(octets)][0]!

describe('readMessages', () => {
  it('reads one message behind the other, padded', () => {
    const messages = [...readMessages(Buffer.concat([message(1, [[1, text('ab')]]), message(2, [[3, u32(7)]])]))]
    expect(messages.map(({ type }) => type)).toEqual([1, 2])
    expect(textOf(messages[0]!.attributes, 1)).toBe('ab')
    expect(textOf(messages[0]!.attributes, 2)).toBe('')
    expect(number32(messages[1]!.attributes, 3)).toBe(7)
    expect(number32(messages[1]!.attributes, 4)).toBeUndefined()
    expect(nested(messages[1]!.attributes, 4).size).toBe(0)
  })

  it('stops at what is no message', () => {
    expect([...readMessages(Buffer.alloc(40))]).toEqual([])
    const bare = Buffer.alloc(16)
    bare.writeUInt32LE(16)
    expect([...readMessages(bare)]).toEqual([])
    const broken = message(1, [[1, u32(1)]])
    broken.writeUInt16LE(2, 20)
    expect(only(broken).attributes.size).toBe(0)
  })
})

describe('readConntrackEvent', () => {
  const NEW = 0x100
  const CREATE = { flags: 0x400 }
  const ip: Attribute = [
    1,
    [
      [1, u32(0x0a000001)],
      [2, u32(0x0a000002)],
    ],
  ]
  const udp: Attribute = [
    2,
    [
      [1, u8(17)],
      [2, u16(40001)],
      [3, u16(53)],
    ],
  ]
  const icmp: Attribute = [
    2,
    [
      [1, u8(1)],
      [4, u16(77)],
      [5, u8(8)],
      [6, u8(0)],
    ],
  ]
  const tcp: Attribute = [
    2,
    [
      [1, u8(6)],
      [2, u16(40001)],
      [3, u16(80)],
    ],
  ]

  it('reads tuples and status', () => {
    const octets = message(
      NEW,
      [
        [1, [ip, udp]],
        [2, [ip, udp]],
        [3, u32(0x1be)],
        [8, u32(0)],
      ],
      CREATE,
    )
    expect(readConntrackEvent(only(octets), 3)).toEqual({
      ev: 'NEW',
      proto: 'udp',
      orig: { src: '10.0.0.1', dst: '10.0.0.2', sport: 40001, dport: 53 },
      reply: { src: '10.0.0.1', dst: '10.0.0.2', sport: 40001, dport: 53 },
      status: ['SEEN_REPLY', 'ASSURED', 'SRC_NAT', 'DST_NAT'],
      step: 3,
    })
  })

  it('reads ICMP, TCP states, mark and zone', () => {
    expect(readConntrackEvent(only(message(NEW, [[1, [ip, icmp]]])), 1)).toMatchObject({
      ev: 'UPDATE',
      proto: 'icmp',
      orig: { type: 8, code: 0, id: 77 },
      reply: {},
    })
    const state = (value: number): Attribute => [4, [[1, [[1, u8(value)]]]]]
    expect(
      readConntrackEvent(only(message(0x102, [[1, [ip, tcp]], state(7), [8, u32(5)], [18, u16(2)]])), 1),
    ).toMatchObject({
      ev: 'DESTROY',
      state: 'TIME_WAIT',
      mark: 5,
      zone: 2,
    })
    expect(readConntrackEvent(only(message(NEW, [[1, [tcp]], state(99)])), 1)).toMatchObject({ state: '99' })
  })

  it('knows other protocols by number, and leaves other messages alone', () => {
    expect(readConntrackEvent(only(message(NEW, [[1, [ip, [2, [[1, u8(132)]]]]]])), 1)).toMatchObject({ proto: '132' })
    expect(readConntrackEvent(only(message(NEW, [])), 1)).toMatchObject({ proto: '?', orig: {} })
    expect(readConntrackEvent(only(message(NEW, [], { family: 10 })), 1)).toBeNull()
    expect(readConntrackEvent(only(message(0x200, [])), 1)).toBeNull()
  })
})
