import { describe, expect, it } from 'vitest'
import {
  buildArpRequest,
  buildEcho,
  buildIcmpError,
  buildIp,
  buildTcp,
  formatTuple,
  invertTuple,
  parseIpv4,
  protocolName,
  TcpFlag,
  tupleOf,
  tuplesEqual,
} from '../../src/packet/index.ts'

const ends = { src: '10.0.0.1', dst: '10.0.0.2', sport: 40000, dport: 80 }
const syn = buildTcp({ ...ends, flags: TcpFlag.SYN })

describe('tuples', () => {
  it.each([
    [syn, 'tcp 10.0.0.1:40000 > 10.0.0.2:80'],
    [buildEcho({ ...ends, id: 7 }), 'icmp 10.0.0.1 > 10.0.0.2 id 7'],
    [buildIcmpError({ ...ends, type: 3, code: 1, quoted: syn }), 'icmp 10.0.0.1 > 10.0.0.2'],
    [buildIp({ ...ends, protocol: 47 }), '47 10.0.0.1 > 10.0.0.2'],
  ])('%#', (packet, text) => {
    expect(formatTuple(tupleOf(packet)!)).toBe(text)
  })

  it('are absent without an IP header', () => {
    expect(
      tupleOf(buildArpRequest({ senderMac: '2:0:0:0:0:1', senderIp: '10.0.0.1', targetIp: '10.0.0.2' })),
    ).toBeNull()
  })

  it('turn round', () => {
    const tuple = tupleOf(syn)!
    expect(formatTuple(invertTuple(tuple))).toBe('tcp 10.0.0.2:80 > 10.0.0.1:40000')
    expect(invertTuple(invertTuple(tuple))).toEqual(tuple)
  })

  it('are equal when every part is', () => {
    const tuple = tupleOf(syn)!
    expect(tuplesEqual(tuple, { ...tuple })).toBe(true)
    for (const other of [
      { protocol: 17 },
      { src: parseIpv4('9.9.9.9') },
      { sport: 1 },
      { dst: parseIpv4('9.9.9.9') },
      { dport: 1 },
    ]) {
      expect(tuplesEqual(tuple, { ...tuple, ...other })).toBe(false)
    }
  })

  it('name protocols', () => {
    expect([1, 6, 17, 132, 47].map(protocolName)).toEqual(['icmp', 'tcp', 'udp', 'sctp', '47'])
  })
})
