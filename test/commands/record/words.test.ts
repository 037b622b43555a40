import { describe, expect, it } from 'vitest'
import { wordsOf } from '../../../src/commands/record/words.ts'

describe('a line of a comparison in words', () => {
  it.each([
    ['commands', { n: 2, line: 'true', rc: 0, out: '' }, 'command 2 (true): exit code 0, nothing printed'],
    [
      'frames',
      {
        step: 1,
        ns: 'a',
        dev: 'eth0',
        dir: 'out',
        l3: 'tcp',
        smac: 'm1',
        dmac: 'm2',
        src: '10.0.0.1',
        sport: 5,
        dst: '10.0.0.2',
        dport: 80,
        flags: 'S',
        ttl: 64,
        len: 60,
        mss: 1460,
      },
      'command 1: out eth0, m1 > m2, 10.0.0.1.5 > 10.0.0.2.80: Flags [S], TTL 64, 60 octets {"mss": 1460}',
    ],
    [
      'frames',
      {
        step: 1,
        ns: 'a',
        dev: 'eth0',
        dir: 'in',
        l3: 'arp',
        smac: 'm1',
        dmac: 'm2',
        op: 1,
        src: '10.0.0.1',
        dst: '10.0.0.2',
      },
      'command 1: in eth0, m1 > m2, ARP who-has 10.0.0.2 tell 10.0.0.1',
    ],
    [
      'rules',
      {
        ns: 'a',
        start: 'PREROUTING',
        step: 3,
        chains: [
          {
            table: 'nat',
            chain: 'PREROUTING',
            in: 'e0',
            ct: 'new',
            pkt: { l3: 'udp', src: '1.1.1.1', sport: 1, dst: '2.2.2.2', dport: 2, ttl: 5, len: 29 },
            hits: [
              { chain: 'PREROUTING', pos: 1, target: 'A', verdict: 'JUMP', mark: 4 },
              { chain: 'A', pos: 2, target: '', verdict: 'CONTINUE' },
              { chain: 'PREROUTING', pos: 'policy', verdict: 'ACCEPT' },
            ],
          },
        ],
      },
      'command 3: nat PREROUTING, in e0, ct new 1.1.1.1.1 > 2.2.2.2.2: UDP, TTL 5, 29 octets: ' +
        'PREROUTING #1 -j A (JUMP) {"mark": 4}; A #2 (CONTINUE); PREROUTING policy ACCEPT',
    ],
    [
      'conntrack',
      {
        ev: 'NEW',
        proto: 'udp',
        orig: { src: '1.1.1.1', dst: '2.2.2.2', sport: 1, dport: 2 },
        reply: { src: '2.2.2.2', dst: '1.1.1.1', sport: 2, dport: 1 },
        status: ['CONFIRMED'],
      },
      'new udp 1.1.1.1:1 > 2.2.2.2:2, answers 2.2.2.2:2 > 1.1.1.1:1 {"status": ["CONFIRMED"]}',
    ],
  ] as const)('%s', (section, fields, words) => {
    expect(wordsOf(section, JSON.stringify(fields))).toBe(words)
  })

  it('leaves alone what has no words, and names the table', () => {
    expect(wordsOf('counters', ':INPUT ACCEPT [0:0]')).toBe(':INPUT ACCEPT [0:0]')
    expect(wordsOf('neigh', '{"dst": "10.0.0.1"}')).toBe('{"dst": "10.0.0.1"}')
    expect(wordsOf('conntrack', 'final {"proto": "udp", "orig": {"src": "1.1.1.1", "dst": "2.2.2.2"}}')).toBe(
      'final entry udp 1.1.1.1 > 2.2.2.2',
    )
  })
})
