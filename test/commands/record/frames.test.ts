import { describe, expect, it } from 'vitest'
import { normaliseFrames } from '../../../src/commands/record/frames.ts'
import type { ObservedFields, ObservedFrame } from '../../../src/commands/record/index.ts'
import { Placeholders } from '../../../src/commands/record/placeholders.ts'
import { frame, MAC_A, MAC_B, script } from './labs.ts'

const links = [
  { netns: 'a', name: 'eth0', mac: MAC_A },
  { netns: 'b', name: 'eth0', mac: MAC_B },
]

function normalise(frames: ObservedFrame[]) {
  return normaliseFrames(frames, new Placeholders(script('nc -p 40001 10.0.0.2 80'), links))
}

function segment(flags: string, tcpSeq: number, dlen = 0): Partial<ObservedFields> {
  return { l3: 'tcp', sport: 40001, dport: 80, flags, tcpSeq, dlen }
}

describe('order', () => {
  it('is that of time, but never against what one namespace saw', () => {
    const seen = [
      frame({ ttl: 1 }, 3),
      frame({ ttl: 2 }, 1),
      frame({ ttl: 3 }, 2, { ns: 'b' }),
      frame({ ttl: 4 }, 4, { ns: 'b' }),
    ]
    expect(normalise(seen).map(({ ttl }) => ttl)).toEqual([3, 1, 2, 4])
  })
})

describe('fields', () => {
  it('get placeholders and lose the sequence number', () => {
    expect(normalise([frame({ ...segment('S', 7), mss: 1460 })])).toEqual([
      {
        step: 1,
        ns: 'a',
        dev: 'eth0',
        dir: 'out',
        l3: 'tcp',
        src: '10.0.0.1',
        dst: '10.0.0.2',
        sport: 40001,
        dport: 80,
        flags: 'S',
        dlen: 0,
        mss: 1460,
        smac: '<a/eth0>',
        dmac: '<b/eth0>',
      },
    ])
  })

  it('of ARP, of ICMP with what it quotes, of a tunnel', () => {
    const [arp, error, hidden, tunnel] = normalise([
      frame({ l3: 'arp', op: 1, sha: MAC_A, tha: '00:00:00:00:00:00', dmac: 'ff:ff:ff:ff:ff:ff' }),
      frame({ l3: 'icmp', type: 3, code: 3, quoted: { l3: 'udp', sport: 50000, dport: 53 } }),
      frame({ l3: 'icmp', type: 3, code: 3, quoted: { l3: 'udp', sport: 50001, dport: 8472 } }),
      frame({
        sport: 50002,
        dport: 8472,
        vni: 1,
        inner: { l3: 'icmp', type: 8, code: 0, id: 99, seq: 1, smac: MAC_B, dmac: MAC_A },
      }),
    ])
    expect(arp).toMatchObject({ sha: '<a/eth0>', tha: 'zero', dmac: 'bcast' })
    expect(error).toMatchObject({ quoted: { sport: 'eph#1', dport: 53 } })
    expect(hidden).toMatchObject({ quoted: { sport: 'flowhash', dport: 8472 } })
    expect(tunnel).toMatchObject({ sport: 'flowhash', inner: { id: 'id#1', smac: '<b/eth0>', dmac: '<a/eth0>' } })
  })

  it('of noise are not looked at', () => {
    const noise: Partial<ObservedFields>[] = [
      { l3: '0x86dd' },
      { dst: '224.0.0.22' },
      { dport: 8472, inner: { l3: '0x86dd', smac: MAC_A, dmac: MAC_B } },
    ]
    expect(normalise(noise.map((fields) => frame(fields)))).toEqual([])
    expect(normalise([frame({ l3: 'short' }), frame({ dst: '255.255.255.255' })])).toHaveLength(2)
  })
})

describe('frames whose number nobody can tell', () => {
  it('are ACKs alone, but for the third segment of the handshake', () => {
    const seen = [
      segment('S', 1),
      segment('A', 2),
      segment('A', 2),
      segment('PA', 2, 3),
      segment('A', 5),
      segment('FA', 5),
      segment('A', 6),
    ]
    expect(normalise(seen.map((fields) => frame(fields))).map(({ loose }) => loose)).toEqual([
      undefined,
      undefined,
      'pure-ack',
      undefined,
      'pure-ack',
      undefined,
      'pure-ack',
    ])
    expect(normalise([frame(segment('A', 1))])[0]!.loose).toBe('pure-ack')
  })

  it('are segments sent again', () => {
    const seen = [frame(segment('S', 1)), frame(segment('S', 1), 1), frame(segment('S', 1), 1, { dev: 'eth1' })]
    expect(normalise(seen).map(({ loose }) => loose)).toEqual([undefined, 'retransmit', undefined])
  })

  it('are unicast ARP requests and their answers, until someone asks aloud again', () => {
    const request = { l3: 'arp', op: 1 }
    const answer = { l3: 'arp', op: 2, src: '10.0.0.2', dst: '10.0.0.1' }
    const seen = [
      frame(request),
      frame(answer),
      frame({ ...request, dmac: 'ff:ff:ff:ff:ff:ff' }, 5),
      frame(answer, 5),
      frame({ l3: 'arp', op: 3 }, 6),
    ]
    expect(normalise(seen).map(({ loose }) => loose)).toEqual([
      'neigh-probe',
      'neigh-probe',
      undefined,
      undefined,
      undefined,
    ])
  })

  it('are ARP requests repeated after a second: counted', () => {
    const request = { l3: 'arp', op: 1, dmac: 'ff:ff:ff:ff:ff:ff' }
    const seen = [0, 1, 2, 2.1, 5].map((seconds) => frame(request, seconds))
    expect(normalise(seen).map(({ retry }) => retry)).toEqual([undefined, 1, 2, undefined, undefined])
  })
})
