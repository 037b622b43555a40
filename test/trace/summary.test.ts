import { describe, expect, it } from 'vitest'
import { parseIpv4 } from '../../src/packet/address.ts'
import { buildArpRequest, buildEcho, buildSctp, buildTcp, buildUdp } from '../../src/packet/build.ts'
import { MAC_BROADCAST } from '../../src/packet/mac.ts'
import { Packet } from '../../src/packet/packet.ts'
import { formatEnd, Summaries } from '../../src/trace/summary.ts'

const ENDS = { src: '10.0.0.1', dst: '10.0.0.2' }

describe('a packet in words', () => {
  it('has the fields that it has', () => {
    const words = new Summaries()
    expect(words.of(buildUdp({ ...ENDS, sport: 1, dport: 2, payload: 3 }))).toEqual({
      text: '10.0.0.1.1 > 10.0.0.2.2: UDP, length 3',
      protocol: 'udp',
      src: '10.0.0.1',
      dst: '10.0.0.2',
      sport: 1,
      dport: 2,
      ttl: 64,
      smac: '00:00:00:00:00:00',
      dmac: '00:00:00:00:00:00',
      length: 45,
    })
    const arp = buildArpRequest({ senderMac: 1 as never, senderIp: '10.0.0.1', targetIp: '10.0.0.2' })
    expect(words.of(arp)).toMatchObject({
      protocol: 'arp',
      src: '10.0.0.1',
      dst: '10.0.0.2',
      dmac: 'ff:ff:ff:ff:ff:ff',
    })
    const other = new Packet()
    other.etherType = 0x88cc
    other.dmac = MAC_BROADCAST
    expect(words.of(other)).toMatchObject({ text: 'ethertype 0x88cc, length 0', protocol: 'other', src: '', dst: '' })
    expect(words.of(other)).not.toHaveProperty('ttl')
  })

  it('is said once for packets that look alike, and anew for those that do not', () => {
    const packet = buildTcp({ ...ENDS, sport: 1, dport: 2, flags: 2 })
    const words = new Summaries()
    const first = words.of(packet)
    expect(words.of(packet.clone())).toBe(first)
    const changes: ((copy: Packet) => void)[] = [
      (copy) => (copy.mark = 5),
      (copy) => (copy.ip!.ttl = 3),
      (copy) => (copy.dmac = MAC_BROADCAST),
      (copy) => (copy.ip!.dst = parseIpv4('10.0.0.9')),
      (copy) => (copy.l4 = { ...copy.l4, flags: 16 } as never),
      (copy) => (copy.l4 = null),
      (copy) => (copy.l4 = { ...copy.l4, dport: 9 } as never),
    ]
    for (const change of changes) {
      const each = new Summaries()
      const before = each.of(packet)
      const copy = packet.clone()
      change(copy)
      expect(each.of(copy)).not.toEqual(before)
    }
  })

  it('of other protocols as well', () => {
    for (const packet of [
      buildUdp({ ...ENDS, sport: 1, dport: 2, payload: 3 }),
      buildEcho({ ...ENDS, id: 1, sequence: 1 }),
      buildSctp({ ...ENDS, sport: 1, dport: 2, chunks: [{ type: 1, flags: 0, length: 20 }] }),
    ]) {
      const words = new Summaries()
      expect(words.of(packet.clone())).toBe(words.of(packet))
      expect(words.of(buildTcp({ ...ENDS, sport: 1, dport: 2, flags: 2 }))).not.toBe(words.of(packet))
    }
    const words = new Summaries()
    const fragment = buildUdp({ ...ENDS, sport: 1, dport: 2, payload: 3 })
    fragment.l4 = null
    expect(words.of(fragment.clone())).toBe(words.of(fragment))
  })
})

describe('an end', () => {
  it('has a port when there is one', () => {
    expect(formatEnd(parseIpv4('10.0.0.1'), 80)).toBe('10.0.0.1:80')
    expect(formatEnd(parseIpv4('10.0.0.1'), -1)).toBe('10.0.0.1')
  })
})
