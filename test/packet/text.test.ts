import { describe, expect, it } from 'vitest'
import {
  buildArpReply,
  buildArpRequest,
  buildEcho,
  buildIcmpError,
  buildIp,
  buildSctp,
  buildTcp,
  buildUdp,
  formatPacket,
  IcmpType,
  Packet,
  payloadOf,
  TcpFlag,
  vxlanPayload,
} from '../../src/packet/index.ts'

const ends = { src: '10.0.0.1', dst: '10.0.0.2', sport: 40000, dport: 80 }
const back = { src: '10.0.0.2', dst: '10.0.0.1' }
const udp = buildUdp({ ...ends, dport: 53, payload: 12 })
const error = (type: number, code: number, more: { mtu?: number; gateway?: string; quoted?: Packet } = {}) =>
  buildIcmpError({ ...back, type, code, quoted: udp, ...more })

describe('formatPacket', () => {
  it.each([
    [buildTcp({ ...ends, flags: TcpFlag.SYN }), '10.0.0.1.40000 > 10.0.0.2.80: Flags [S], length 0'],
    [buildTcp({ ...ends, flags: TcpFlag.SYN | TcpFlag.ACK }), '10.0.0.1.40000 > 10.0.0.2.80: Flags [S.], length 0'],
    [
      buildTcp({ ...ends, flags: TcpFlag.PSH | TcpFlag.ACK, payload: 3 }),
      '10.0.0.1.40000 > 10.0.0.2.80: Flags [P.], length 3',
    ],
    [buildTcp({ ...ends, flags: 0xff }), '10.0.0.1.40000 > 10.0.0.2.80: Flags [FSRP.UEW], length 0'],
    [buildTcp({ ...ends, flags: 0 }), '10.0.0.1.40000 > 10.0.0.2.80: Flags [none], length 0'],
    [udp, '10.0.0.1.40000 > 10.0.0.2.53: UDP, length 12'],
    [
      buildSctp({ ...ends, chunks: [{ type: 1, initTag: 1 }, { type: 99 }] }),
      '10.0.0.1.40000 > 10.0.0.2.80: sctp (1) [INIT] (2) [chunk 99]',
    ],
    [buildEcho(ends), '10.0.0.1 > 10.0.0.2: ICMP echo request, id 1, seq 1, length 64'],
    [buildEcho({ ...ends, reply: true }), '10.0.0.1 > 10.0.0.2: ICMP echo reply, id 1, seq 1, length 64'],
    [buildIp({ ...ends, protocol: 4, payload: 20 }), '10.0.0.1 > 10.0.0.2: ip-proto-4, length 20'],
    [
      buildUdp({ ...ends, dport: 8472, payload: vxlanPayload(1, udp) }),
      '10.0.0.1.40000 > 10.0.0.2.8472: VXLAN, vni 1: 10.0.0.1.40000 > 10.0.0.2.53: UDP, length 12',
    ],
    [
      buildArpRequest({ senderMac: '2:0:0:0:0:1', senderIp: '10.0.0.1', targetIp: '10.0.0.2' }),
      'ARP, Request who-has 10.0.0.2 tell 10.0.0.1, length 28',
    ],
    [
      buildArpReply({ senderMac: '2:0:0:0:0:1', senderIp: '10.0.0.1', targetIp: '10.0.0.2' }),
      'ARP, Reply 10.0.0.1 is-at 02:00:00:00:00:01, length 28',
    ],
  ])('%#', (packet, text) => {
    expect(formatPacket(packet)).toBe(text)
  })

  it.each([
    [3, 0, 'net 10.0.0.2 unreachable'],
    [3, 1, 'host 10.0.0.2 unreachable'],
    [3, 2, '10.0.0.2 protocol 17 unreachable'],
    [3, 3, '10.0.0.2 udp port 53 unreachable'],
    [3, 4, '10.0.0.2 unreachable - need to frag (mtu 1450)'],
    [3, 9, 'net 10.0.0.2 unreachable - admin prohibited'],
    [3, 10, 'host 10.0.0.2 unreachable - admin prohibited'],
    [3, 13, 'host 10.0.0.2 unreachable - admin prohibited filter'],
    [3, 7, '10.0.0.2 unreachable - code 7'],
    [5, 1, 'redirect 10.0.0.2 to host 10.0.0.9'],
    [11, 0, 'time exceeded in-transit'],
    [11, 1, 'ip reassembly time exceeded'],
    [12, 0, 'parameter problem'],
    [4, 0, 'source quench'],
  ])('ICMP type %i code %i', (type, code, text) => {
    const packet = error(type, code, { mtu: 1450, gateway: '10.0.0.9' })
    expect(formatPacket(packet)).toBe(`10.0.0.2 > 10.0.0.1: ICMP ${text}, length 48`)
  })

  it('says what it cannot know', () => {
    const packet = error(IcmpType.DEST_UNREACH, 3, { quoted: buildEcho(ends) })
    expect(formatPacket(packet)).toContain('10.0.0.2 icmp port ? unreachable')
    if (packet.l4?.kind === 'icmp') packet.l4.quoted = null
    expect(formatPacket(packet)).toContain('ICMP ? udp port ? unreachable')
    if (packet.l4?.kind === 'icmp') packet.l4.code = 2
    expect(formatPacket(packet)).toContain('ICMP ? protocol ? unreachable')
    if (packet.l4?.kind === 'icmp') packet.l4.type = 9
    expect(formatPacket(packet)).toContain('ICMP type 9 code 2')
    const arp = buildArpRequest({ senderMac: '2:0:0:0:0:1', senderIp: '10.0.0.1', targetIp: '10.0.0.2' })
    arp.arp!.operation = 3
    expect(formatPacket(arp)).toBe('ARP, operation 3, length 28')
    const raw = new Packet()
    raw.etherType = 0x86
    raw.payload = payloadOf(9)
    expect(formatPacket(raw)).toBe('ethertype 0x0086, length 9')
  })

  it('marks fragments as tcpdump does', () => {
    const first = buildUdp({ ...ends, id: 7, payload: 1472 })
    first.ip!.mf = true
    expect(formatPacket(first)).toBe('10.0.0.1.40000 > 10.0.0.2.80: UDP, length 1472 (frag 7:1480@0+)')
    const last = buildIp({ ...ends, id: 7, protocol: 17, payload: 8 })
    last.ip!.fragmentOffset = 1480
    expect(formatPacket(last)).toBe('10.0.0.1 > 10.0.0.2: udp, length 8 (frag 7:8@1480)')
  })
})
