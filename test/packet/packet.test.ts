import { describe, expect, it } from 'vitest'
import {
  buildArpRequest,
  buildEcho,
  buildIcmpError,
  buildIp,
  buildTcp,
  buildUdp,
  EMPTY_PAYLOAD,
  IcmpType,
  Packet,
  parseIpv4,
  payloadOf,
  TcpFlag,
  UnreachCode,
} from '../../src/packet/index.ts'

const SRC = '10.0.0.1'
const DST = '10.0.0.2'

describe('Packet', () => {
  it('knows how long its frame is', () => {
    expect(buildUdp({ src: SRC, dst: DST, sport: 1, dport: 2, payload: 100 }).frameLength).toBe(14 + 20 + 8 + 100)
    expect(buildArpRequest({ senderMac: '2:0:0:0:0:1', senderIp: SRC, targetIp: DST }).frameLength).toBe(42)
    const raw = new Packet()
    raw.etherType = 0x86dd
    raw.payload = payloadOf(40)
    expect(raw.frameLength).toBe(54)
  })

  it('is copied whole: headers of its own, payload shared', () => {
    const tcp = buildTcp({ src: SRC, dst: DST, sport: 1, dport: 2, flags: TcpFlag.SYN, payload: 'hi' })
    tcp.mark = 5
    tcp.journey = 3
    tcp.bridge = { physInIfindex: 1, physOutIfindex: 0 }
    const copy = tcp.clone()
    expect(copy).toEqual(tcp)
    expect(copy).not.toBe(tcp)
    expect(copy.payload).toBe(tcp.payload)
    copy.ip!.ttl = 1
    copy.bridge = null
    if (copy.l4?.kind === 'tcp') copy.l4.sport = 9
    expect([tcp.ip!.ttl, tcp.l4?.kind === 'tcp' && tcp.l4.sport]).toEqual([64, 1])
  })

  it('is copied with what an error quotes', () => {
    const error = buildIcmpError({
      src: DST,
      dst: SRC,
      type: IcmpType.DEST_UNREACH,
      code: UnreachCode.PORT,
      quoted: buildUdp({ src: SRC, dst: DST, sport: 1, dport: 2 }),
    })
    const copy = error.clone()
    expect(copy).toEqual(error)
    if (copy.l4?.kind === 'icmp') copy.l4.quoted!.ip!.src = parseIpv4('9.9.9.9')
    expect(error.l4?.kind === 'icmp' && error.l4.quoted!.ip!.src).toBe(parseIpv4(SRC))
    const arp = buildArpRequest({ senderMac: '2:0:0:0:0:1', senderIp: SRC, targetIp: DST })
    expect(arp.clone()).toEqual(arp)
    expect(arp.clone().arp).not.toBe(arp.arp)
  })

  it('shares the empty payload', () => {
    expect(payloadOf(0)).toBe(EMPTY_PAYLOAD)
    expect(buildIp({ src: SRC, dst: DST, protocol: 4 }).payload).toBe(EMPTY_PAYLOAD)
    expect(buildEcho({ src: SRC, dst: DST }).payload.length).toBe(56)
  })
})
