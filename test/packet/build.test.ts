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
  formatMac,
  IcmpType,
  ipPayloadLength,
  KubehopError,
  type Packet,
  parseIpv4,
  parseMac,
  payloadOf,
  quotedLength,
  TcpFlag,
  tcpHeaderLength,
  transportHeaderLength,
  UnreachCode,
  updateLengths,
  vxlanPayload,
} from '../../src/packet/index.ts'

const SRC = '10.0.0.1'
const DST = '10.0.0.2'
const ends = { src: SRC, dst: DST, sport: 40000, dport: 80 }

function lengths(packet: Packet): [ip: number, l4: number, payload: number] {
  return [
    packet.ip?.totalLength ?? 0,
    packet.l4 === null ? 0 : transportHeaderLength(packet.l4),
    ipPayloadLength(packet.l4, packet.payload),
  ]
}

describe('builders', () => {
  it('set the lengths', () => {
    expect(lengths(buildUdp({ ...ends, payload: 10 }))).toEqual([38, 8, 18])
    expect(lengths(buildTcp({ ...ends, flags: TcpFlag.ACK, payload: 10 }))).toEqual([50, 20, 30])
    expect(lengths(buildEcho({ src: SRC, dst: DST, payload: 10 }))).toEqual([38, 8, 18])
    expect(lengths(buildIp({ src: SRC, dst: DST, protocol: 4, payload: 10 }))).toEqual([30, 0, 10])
    expect(lengths(buildSctp({ ...ends, chunks: [{ type: 0 }], payload: 10 }))).toEqual([60, 40, 40])
    expect(lengths(buildSctp({ ...ends, chunks: [{ type: 1, initTag: 7 }] }))).toEqual([52, 32, 32])
    expect(lengths(buildSctp({ ...ends, chunks: [{ type: 11 }, { type: 10, body: new Uint8Array(5) }] }))).toEqual([
      48, 28, 28,
    ])
    expect(lengths(buildSctp({ ...ends, chunks: [], payload: 10 }))).toEqual([42, 12, 22])
  })

  it('send as Linux sends by default', () => {
    expect(buildUdp(ends).ip).toMatchObject({
      ttl: 64,
      tos: 0,
      id: 0,
      df: true,
      mf: false,
      fragmentOffset: 0,
      protocol: 17,
    })
    expect(buildTcp({ ...ends, flags: TcpFlag.SYN }).l4).toMatchObject({
      window: 64240,
      mss: 0,
      windowScale: -1,
      timestamp: null,
    })
    expect(buildEcho({ src: SRC, dst: DST, reply: true }).l4).toMatchObject({
      type: IcmpType.ECHO_REPLY,
      id: 1,
      sequence: 1,
    })
  })

  it('take numbers as well as text', () => {
    const packet = buildUdp({
      ...ends,
      src: parseIpv4(SRC),
      smac: parseMac('2:0:0:0:0:1'),
      dmac: '2:0:0:0:0:2',
      ttl: 3,
      tos: 4,
      id: 5,
      df: false,
      payload: payloadOf(3),
    })
    expect(packet.ip).toMatchObject({ src: parseIpv4(SRC), ttl: 3, tos: 4, id: 5, df: false, totalLength: 31 })
    expect([packet.smac, packet.dmac].map(formatMac)).toEqual(['02:00:00:00:00:01', '02:00:00:00:00:02'])
    expect(() => buildUdp({ ...ends, src: '10.0.0' })).toThrow(KubehopError)
  })

  it('lay TCP options out as Linux does', () => {
    expect(tcpHeaderLength({})).toBe(20)
    expect(tcpHeaderLength({ timestamp: {} })).toBe(32)
    expect(tcpHeaderLength({ sackPermitted: true })).toBe(24)
    expect(tcpHeaderLength({ mss: 1460, sackPermitted: true, timestamp: {}, windowScale: 0 })).toBe(40)
    const options = { mss: 1460, sackPermitted: true, windowScale: 7, timestamp: { value: 1, echo: 2 } }
    const packet = buildTcp({ ...ends, flags: TcpFlag.SYN, ...options })
    expect(packet.l4).toMatchObject({ ...options, headerLength: 40 })
    expect(packet.l4?.kind === 'tcp' && packet.l4.timestamp).not.toBe(options.timestamp)
  })

  it('quote what an ICMP error may quote', () => {
    const small = buildUdp({ ...ends, payload: 4 })
    const large = buildUdp({ ...ends, payload: 1400 })
    expect([quotedLength(small), quotedLength(large)]).toEqual([32, 548])
    const about = { src: DST, dst: SRC, type: IcmpType.DEST_UNREACH, code: UnreachCode.FRAG_NEEDED, mtu: 1000 }
    const error = buildIcmpError({ ...about, quoted: large })
    expect(error.ip).toMatchObject({ totalLength: 576, tos: 0xc0, df: false })
    expect(error.l4).toMatchObject({ kind: 'icmp', mtu: 1000 })
    large.ip!.ttl = 1
    expect(error.l4?.kind === 'icmp' && error.l4.quoted!.ip!.ttl).toBe(64)
    const redirect = buildIcmpError({ ...about, type: IcmpType.REDIRECT, gateway: '10.0.0.9', quoted: small })
    expect(redirect.l4).toMatchObject({ gateway: parseIpv4('10.0.0.9') })
  })

  it('ask and answer by ARP', () => {
    const request = buildArpRequest({ senderMac: '2:0:0:0:0:1', senderIp: SRC, targetIp: DST })
    expect(request).toMatchObject({ etherType: 0x806, dmac: 0xffffffffffff, smac: 0x020000000001 })
    expect(request.arp).toMatchObject({ operation: 1, targetMac: 0 })
    const reply = buildArpReply({ senderMac: '2:0:0:0:0:2', senderIp: DST, targetMac: '2:0:0:0:0:1', targetIp: SRC })
    expect(reply).toMatchObject({ dmac: 0x020000000001 })
    expect(buildArpReply({ senderMac: 0x1 as never, senderIp: DST, targetIp: SRC, dmac: '2:0:0:0:0:3' }).dmac).toBe(
      0x020000000003,
    )
  })

  it('wrap frames for VXLAN', () => {
    const inner = buildUdp({ ...ends, payload: 10 })
    const outer = buildUdp({ ...ends, dport: 8472, payload: vxlanPayload(1, inner) })
    expect(outer.ip?.totalLength).toBe(20 + 8 + 8 + inner.frameLength)
  })
})

describe('updateLengths', () => {
  it('follows a change of payload', () => {
    const packet = buildUdp({ ...ends, payload: 10 })
    packet.payload = payloadOf(20)
    updateLengths(packet)
    expect([packet.ip?.totalLength, packet.l4?.kind === 'udp' && packet.l4.length]).toEqual([48, 28])
  })

  it('leaves frames without IP alone', () => {
    const arp = buildArpRequest({ senderMac: 0 as never, senderIp: SRC, targetIp: DST })
    updateLengths(arp)
    expect(quotedLength(arp)).toBe(0)
    expect(arp.frameLength).toBe(42)
  })
})
