import { describe, expect, it } from 'vitest'
import { readFrame, readTracedPacket } from '../../src/lab/frame-octets.ts'
import { ethernet, hex, ipHeader } from './octets.ts'

const VXLAN = new Set([8472])
const read = (octets: string) => readFrame(hex(octets), VXLAN)
const macs = { smac: '02:00:00:00:00:0a', dmac: '02:00:00:00:00:0b' }
const addresses = { src: '10.0.0.1', dst: '10.0.0.2' }

describe('readFrame', () => {
  it('reads ARP', () => {
    const arp = '0001 0800 06 04 0001 02000000000a 0a000001 000000000000 0a000002'
    expect(read(`${ethernet('0806')} ${arp}`)).toEqual({
      l3: 'arp',
      op: 1,
      sha: macs.smac,
      tha: '00:00:00:00:00:00',
      ...addresses,
      ...macs,
    })
    expect(read(`${ethernet('0806')} 0001`).l3).toBe('0x0806')
  })

  it('names what it does not read', () => {
    expect(read('02000000').l3).toBe('short')
    expect(read(`${ethernet('86dd')} 6000`)).toEqual({ l3: '0x86dd', ...macs })
    expect(read(`${ethernet('0026')} 4242`).l3).toBe('0x0026')
    expect(read(`${ethernet('0800')} 4500`).l3).toBe('ip-short')
    expect(read(`${ethernet('0800')} ${ipHeader(24, 132)} 00010002`)).toMatchObject({ l3: 'ip', proto: 132 })
  })

  it('reads UDP, TOS and DF; padding is no payload', () => {
    const udp = '9c41 0035 000b 0000 616263'
    expect(read(`${ethernet('0800')} ${ipHeader(31, 17, { tos: 0x10 })} ${udp} 00000000`)).toEqual({
      l3: 'udp',
      ...addresses,
      ttl: 64,
      len: 31,
      tos: 16,
      df: true,
      sport: 40001,
      dport: 53,
      dlen: 3,
      ...macs,
    })
    expect(read(`${ethernet('0800')} ${ipHeader(24, 17)} 9c410035`)).not.toHaveProperty('sport')
  })

  it('reads TCP with flags, data and the MSS of a SYN', () => {
    const tcp = (flags: string, options: string, offset = '50') =>
      read(
        `${ethernet('0800')} ${ipHeader(20 + 20 + hex(options).length, 6)} 9c41 0050 00000007 00000000 ${offset}${flags} ffff 0000 0000 ${options}`,
      )
    expect(tcp('02', '01 01 0204 05b4 0000', '70')).toMatchObject({ flags: 'S', mss: 1460, dlen: 0, tcpSeq: 7 })
    expect(tcp('02', '0303 07 00', '60')).not.toHaveProperty('mss')
    expect(tcp('02', '00 00 0204 05b4 0000', '70')).not.toHaveProperty('mss')
    expect(tcp('02', '0100 0204', '60')).not.toHaveProperty('mss')
    expect(tcp('18', '616263')).toMatchObject({ flags: 'PA', dlen: 3 })
    expect(tcp('ff', '')).toMatchObject({ flags: 'FSRPAUEC' })
    expect(read(`${ethernet('0800')} ${ipHeader(28, 6)} 9c410050 00000007`)).not.toHaveProperty('flags')
    expect(read(`${ethernet('0800')} ${ipHeader(22, 6)} 9c41`)).not.toHaveProperty('sport')
  })

  it('reads ICMP: echo, and errors with what they quote', () => {
    const icmp = (octets: string) => read(`${ethernet('0800')} ${ipHeader(20 + hex(octets).length, 1)} ${octets}`)
    expect(icmp('0800 0000 1234 0001')).toMatchObject({ l3: 'icmp', type: 8, code: 0, id: 0x1234, seq: 1 })
    expect(icmp(`0304 0000 0000 03e8 ${ipHeader(1428, 17)} 9c41 0035 0580 0000`)).toMatchObject({
      mtu: 1000,
      quoted: { l3: 'udp', ...addresses, len: 1428, sport: 40001, dport: 53 },
    })
    expect(icmp(`0501 0000 0a000009 ${ipHeader(60, 6)} 9c41 0050 00000007`)).toMatchObject({
      gw: '10.0.0.9',
      quoted: { l3: 'tcp', sport: 40001, dport: 80 },
    })
    const inError = icmp(`0b00 0000 00000000 ${ipHeader(84, 1)} 0304 0000 0000 03e8 ${ipHeader(20, 17)}`)
    expect(inError.quoted).toMatchObject({ type: 3, code: 4, mtu: 1000 })
    expect(inError.quoted).not.toHaveProperty('quoted')
    expect(icmp('0303 0000 00000000')).not.toHaveProperty('quoted')
    expect(icmp('0d00 0000 00000000')).toMatchObject({ type: 13 })
    expect(icmp('0800')).not.toHaveProperty('type')
  })

  it('reads fragments: ports in the first alone', () => {
    const udp = '9c41 0035 03f0 0000'
    expect(read(`${ethernet('0800')} ${ipHeader(28, 17, { fragment: 0x2000 })} ${udp}`)).toMatchObject({
      l3: 'udp',
      mf: true,
      frag: true,
      df: false,
      sport: 40001,
      dlen: 1000,
    })
    const last = read(`${ethernet('0800')} ${ipHeader(28, 17, { fragment: 0x0002 })} ${udp}`)
    expect(last).toMatchObject({ l3: 'udp', frag: true, off: 16 })
    expect(last).not.toHaveProperty('sport')
    expect(last).not.toHaveProperty('mf')
  })

  it('reads the frame in a tunnel', () => {
    const inner = `${ethernet('0800')} ${ipHeader(28, 1)} 0800 0000 0001 0001`
    const vxlan = (port: string, flags = '08') =>
      read(`${ethernet('0800')} ${ipHeader(78, 17)} c001 ${port} 003a 0000 ${flags}000000 00002a00 ${inner}`)
    expect(vxlan('2118')).toMatchObject({ vni: 42, inner: { l3: 'icmp', type: 8, ...macs } })
    expect(vxlan('2119')).not.toHaveProperty('vni')
    expect(vxlan('2118', '00')).not.toHaveProperty('inner')
  })
})

describe('readTracedPacket', () => {
  const trace = (header: string, transport: string) => readTracedPacket(hex(header), hex(transport))

  it('reads what the first octets tell', () => {
    expect(trace(ipHeader(60, 6), '9c41 0050 00000007 00000000 5012')).toEqual({
      l3: 'tcp',
      ...addresses,
      ttl: 64,
      len: 60,
      sport: 40001,
      dport: 80,
      flags: 'SA',
    })
    expect(trace(ipHeader(31, 17), '9c41 0035')).toMatchObject({ l3: 'udp', sport: 40001, dport: 53 })
    expect(trace(ipHeader(84, 1), '0800')).toMatchObject({ l3: 'icmp', type: 8, code: 0 })
    expect(trace(ipHeader(84, 1), '')).not.toHaveProperty('type')
    expect(trace(ipHeader(84, 6), '9c41 0050')).not.toHaveProperty('flags')
    expect(trace(ipHeader(84, 132), '9c41 0050')).toMatchObject({ l3: '132' })
    expect(trace(ipHeader(84, 17, { fragment: 0x00b9 }), '9c41 0050')).toEqual({
      l3: 'udp',
      ...addresses,
      ttl: 64,
      len: 84,
      frag: true,
    })
  })
})
