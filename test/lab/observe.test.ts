import { describe, expect, it } from 'vitest'
import { parseLab } from '../../src/commands/record/index.ts'
import { bashProgram, looksOf } from '../../src/lab/bash-program.ts'
import { LabError } from '../../src/lab/errors.ts'
import { readRecorderMessages } from '../../src/lab/messages.ts'
import { observe } from '../../src/lab/observe.ts'
import { ethernet, hex, ipHeader, message, u8, u32 } from './octets.ts'

const script = parseLab('# A story\nip netns add a\n# --- traffic ---\nsleep 1 &\nping x\n')

/** What the recorder writes: kind and fields, then the octets. */
function written(head: string, octets: Buffer | string = ''): Buffer {
  const body = Buffer.from(octets as string)
  return Buffer.concat([Buffer.from(`${head} ${body.length}\n`), body, Buffer.from('\n')])
}

const LINKS = JSON.stringify([{ ifindex: 2, ifname: 'eth0', address: '02:00:00:00:00:0a' }])
const UDP = hex(`${ethernet('0800')} ${ipHeader(28, 17)} 9c41 0035 0008 0000`)
const START = [written('netns 0', 'root'), written('netns 1', 'a'), written('links 1', LINKS)]

function observed(...messages: Buffer[]) {
  return observe(script, readRecorderMessages(Buffer.concat(messages)), 'x.sh', 2)
}

describe('readRecorderMessages', () => {
  it('reads octets of any kind, and leaves out what is cut off', () => {
    const whole = Buffer.concat([written('a 1 2', Buffer.from([10, 0, 255])), written('b')])
    expect([...readRecorderMessages(whole)]).toEqual([
      { kind: 'a', fields: ['1', '2'], octets: Buffer.from([10, 0, 255]) },
      { kind: 'b', fields: [], octets: Buffer.alloc(0) },
    ])
    for (const cut of [1, 2, 3]) expect([...readRecorderMessages(whole.subarray(0, -cut))]).toHaveLength(1)
  })
})

describe('observe', () => {
  it('gives frames their device, direction and step', () => {
    const { frames, links, netns } = observed(
      ...START,
      written('frame 1 2 0 100 5', UDP),
      written('step 1 100 900'),
      written('frame 1 2 4 100 1000', UDP),
      written('step 2 101 0'),
      written('links 1', LINKS.replace('eth0', 'renamed')),
      written('frame 1 2 0 101 7', UDP),
      written('frame 1 9 0 101 8', UDP),
      written('done'),
    )
    expect(netns).toEqual(['root', 'a'])
    expect(links).toEqual([{ netns: 'a', name: 'eth0', mac: '02:00:00:00:00:0a' }])
    expect(frames.map(({ time, step, ns, dev, dir }) => [time, step, ns, dev, dir])).toEqual([
      [5, 0, 'a', 'eth0', 'in'],
      [1000, 1, 'a', 'eth0', 'out'],
      [1_000_000_007, 2, 'a', 'renamed', 'in'],
      [1_000_000_008, 2, 'a', 'if9', 'in'],
    ])
    expect(frames[0]!.frame).toMatchObject({ l3: 'udp', sport: 40001 })
  })

  it('collects events, tables, counters and outputs', () => {
    const event = message(0x100, [[1, [[2, [[1, u8(17)]]]]]], { flags: 0x400 })
    const strange = message(0x100, [], { family: 10 })
    const trace = message(0x0a11, [
      [1, Buffer.from('filter')],
      [2, Buffer.from('OUTPUT')],
      [4, u32(1)],
      [6, u32(1)],
      [16, u32(1)],
    ])
    const seen = observed(
      ...START,
      written('save 1', '*filter\n'),
      written('rules 1', '{"nftables": []}'),
      written('conntrack 1 2', Buffer.concat([event, strange])),
      written('trace 1 2', trace),
      written('snmp-start 1', 'Ip: InDiscards FragOKs\nIp: 1 2\n'),
      written('snmp-end 1', 'Ip: InDiscards FragOKs New\nIp: 1 5 3\n'),
      written('counters 1', '# x\n*filter\n'),
      written('final 1', 'ipv4 2 udp 17 29 src=10.0.0.1 src=10.0.0.2\n'),
      written('neigh 1', '[{"dst": "10.0.0.2", "dev": "eth0"}]'),
      written('policy 1', '100:\tlookup 7\n'),
      written('out 2', 'pong'),
      written('err 2', 'oops'),
      written('rc 2', '1\n'),
      written('done'),
    )
    expect(seen.events.a).toMatchObject([{ ev: 'NEW', proto: 'udp', step: 2 }])
    expect(seen.rules).toMatchObject([{ ns: 'a', step: 2, chains: [{ hits: [{ pos: 'policy', empty: true }] }] }])
    expect(seen.snmp.a).toEqual({ IpInDiscards: 0, IpFragOKs: 3, IpNew: 3 })
    expect(seen.counters.a).toEqual(['*filter'])
    expect(seen.final.a).toHaveLength(1)
    expect(seen.neigh.a).toHaveLength(1)
    expect(seen.fdb.a).toEqual([])
    expect(seen.route).toMatchObject({ a: { routes: [], cache: [], policy: ['100: lookup 7'] }, root: { policy: [] } })
    expect(seen.commands).toEqual([
      { n: 1, line: 'sleep 1 &', rc: null, out: '', err: '', bg: true },
      { n: 2, line: 'ping x', rc: 1, out: 'pong', err: 'oops' },
    ])
  })

  it('refuses a record that is not whole', () => {
    expect(() => observed(...START)).toThrow(/the recorder ended before the lab did/)
    expect(() => observed(written('failed', 'the set-up failed\n'))).toThrow(
      new LabError('LAB_FAILED', 'the set-up failed'),
    )
    expect(() => observed(...START, written('lost frames 1'))).toThrow(
      expect.objectContaining({ code: 'LAB_LOSSY', message: expect.stringContaining('lost frames of a') }),
    )
  })
})

describe('the program that bash runs', () => {
  it('tells what it begins and ends, and keeps outputs apart', () => {
    const program = bashProgram(script)
    expect(program).toContain('ip netns add a\n')
    expect(program).toContain(
      'echo BEGIN 1 >&7; read -r _ <&8\n{ sleep 1\necho $? >rc.1\n} >out.1 2>err.1 </dev/null 7>&- 8<&- &\n',
    )
    expect(program).toContain('{ ping x\n} >out.2 2>err.2 </dev/null 7>&- 8<&-\necho $? >rc.2\necho END 2 >&7')
  })

  it('looks again at links and rules behind the commands that change them', () => {
    const lab = parseLab(
      '# --- traffic ---\nping x\nip link set a up\niptables -F\nip netns exec a iptables -F; ip link\nnft x\n',
    )
    expect(looksOf(lab)).toBe('.lrbr')
  })
})
