import { describe, expect, it } from 'vitest'
import { fragment } from '../../src/netns/fragment.ts'
import { buildEcho } from '../../src/packet/build.ts'
import type { Packet } from '../../src/packet/packet.ts'
import { TestNetwork } from '../support/network.ts'

/** a sends pieces of one echo request of 3,000 octets to b, in any order. */
function pieces(options: { df?: boolean } = {}) {
  const net = new TestNetwork()
  const a = net.netns('a')
  const b = net.netns('b')
  const [left, right] = net.pair(a, 'eth0', '10.0.0.1/24', b, 'eth0', '10.0.0.2/24')
  a.neighbours.addPermanent(left, 0x0a000002 as never, right.mac)
  b.neighbours.addPermanent(right, 0x0a000001 as never, left.mac)
  const whole = buildEcho({ src: '10.0.0.1', dst: '10.0.0.2', payload: 3000, df: options.df ?? false, ipId: 4711 })
  const parts = fragment(a, whole, 1300)
  net.clear()
  const send = (...list: Packet[]) => {
    for (const part of list) {
      const copy = part.clone()
      copy.smac = left.mac
      copy.dmac = right.mac
      a.transmit(copy, left)
    }
    net.sim.run({ until: net.sim.now })
  }
  return { net, a, b, parts, send }
}

describe('fragments', () => {
  it.each([
    [0, 1, 2],
    [2, 1, 0],
    [1, 0, 2],
    [0, 2, 1],
  ])('come in the order %i %i %i and make one packet', (...order) => {
    const { b, parts, send } = pieces()
    expect(parts).toHaveLength(3)
    send(...order.map((index) => parts[index]!))
    expect(b.snmp.get('IpReasmOKs')).toBe(1)
    expect(b.snmp.get('IcmpInEchos')).toBe(1)
  })

  it('that come twice are ignored the second time', () => {
    const { net, b, parts, send } = pieces()
    const [first, second, third] = parts as [Packet, Packet, Packet]
    send(second, second, first, first, third)
    expect(net.drops).toEqual(['b DUP_FRAG', 'b DUP_FRAG'])
    expect(b.snmp.get('IpReasmOKs')).toBe(1)
  })

  it.each(['in front', 'behind'])('that overlap %s condemn the whole datagram', (where) => {
    const { net, b, parts, send } = pieces()
    const [first, second, third] = parts as [Packet, Packet, Packet]
    const longer = first.clone()
    longer.ip = { ...first.ip!, totalLength: first.ip!.totalLength + 8 }
    if (where === 'in front') send(second, longer)
    else send(longer, second)
    expect(net.drops).toHaveLength(2)
    expect(b.snmp.get('IpReasmFails')).toBe(1)
    send(third)
    expect(b.snmp.get('IcmpInEchos')).toBe(0)
  })

  it('of different packets are kept apart', () => {
    const { b, parts, send } = pieces()
    const [first, ...rest] = parts as [Packet, Packet, Packet]
    const foreign = rest.map((part) => {
      const copy = part.clone()
      copy.ip = { ...part.ip!, id: 4712 }
      return copy
    })
    send(first, ...foreign)
    expect(b.snmp.get('IpReasmOKs')).toBe(0)
    send(...rest)
    expect(b.snmp.get('IpReasmOKs')).toBe(1)
  })

  it('that may not be cut make a packet that may not be cut', () => {
    const { net, b, parts, send } = pieces({ df: true })
    send(...parts)
    const joined = net.events.find((event) => event.kind === 'defragment') as unknown as { packet: Packet }
    expect(joined.packet.ip).toMatchObject({ df: true, mf: false, fragmentOffset: 0, totalLength: 3028 })
    expect(b.snmp.get('IpReasmOKs')).toBe(1)
  })

  it('of which the first is missing end in silence', () => {
    const { net, b, parts, send } = pieces()
    send(parts[1]!, parts[2]!)
    net.sim.run()
    expect(net.drops).toEqual(['b FRAG_REASM_TIMEOUT', 'b FRAG_REASM_TIMEOUT'])
    expect(b.snmp.get('IcmpOutMsgs')).toBe(0)
  })

  it('are put together unseen', () => {
    const { net, b, parts, send } = pieces()
    net.sim.probe = null
    send(...parts)
    expect(b.snmp.get('IcmpInEchos')).toBe(1)
    expect(net.events).toEqual([])
  })

  it('that came in a transaction are gone behind it; those from before wait on', () => {
    const { net, b, parts, send } = pieces()
    const [first, second, third] = parts as [Packet, Packet, Packet]
    send(first)
    net.sim.transaction(() => {
      send(second, third)
      expect(b.snmp.get('IpReasmOKs')).toBe(1)
    })
    expect(b.snmp.get('IpReasmOKs')).toBe(0)
    send(second, third)
    expect(b.snmp.get('IpReasmOKs')).toBe(1)
  })
})
