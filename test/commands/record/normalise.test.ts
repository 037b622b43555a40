import { describe, expect, it } from 'vitest'
import { normaliseObservation } from '../../../src/commands/record/index.ts'
import { frame, MAC_A, MAC_B, observation, script } from './labs.ts'

const links = [
  { netns: 'a', name: 'eth0', mac: MAC_A },
  { netns: 'a', name: 'br0', mac: MAC_B, kind: 'bridge' },
]

function normalise(seen: Parameters<typeof observation>[0]) {
  return normaliseObservation(script('nc -p 40001 10.0.0.2 80'), observation({ links, ...seen }))
}

it('says nothing where nothing happened', () => {
  expect(normalise({ counters: { a: [] }, route: { a: { routes: [], cache: [], policy: [] } } })).toEqual({
    lab: 'lab.sh',
    story: ['A story'],
    seconds: 1.3,
    commands: [],
    frames: [],
    rules: [],
    conntrack: {},
    counters: {},
    neigh: {},
    fdb: {},
    route: {},
    snmp: {},
  })
})

it('numbers placeholders by frames, rules, conntrack; commands come with their output', () => {
  const record = normalise({
    commands: [{ n: 1, line: 'ping', rc: 0, out: 'time=1.5 ms', err: MAC_A }],
    frames: [frame({ sport: 50003, dport: 80 })],
    rules: [
      { ns: 'b', step: 1, start: 'OUTPUT', chains: [chain({ l3: 'udp', sport: 50002 })] },
      { ns: 'a', step: 1, start: 'OUTPUT', chains: [chain({ l3: 'udp', sport: 50001 })] },
    ],
    events: {
      a: [{ ev: 'NEW', proto: 'udp', orig: { sport: 50000, dport: 80 }, reply: { sport: 80, dport: 50000 }, step: 1 }],
    },
  })
  expect(record.commands).toEqual([{ n: 1, line: 'ping', rc: 0, out: 'time=T ms', err: '<a/eth0>' }])
  expect(record.frames[0]!.sport).toBe('eph#1')
  expect(record.rules.map(({ ns, chains }) => [ns, chains[0]!.pkt!.sport])).toEqual([
    ['a', 'eph#2'],
    ['b', 'eph#3'],
  ])
  expect(record.conntrack.a!.events![0]).toMatchObject({ orig: { sport: 'eph#4' }, reply: { dport: 'eph#4' } })
})

function chain(pkt?: { l3: string; [field: string]: unknown }) {
  const hits = [{ chain: 'OUTPUT', pos: 1, target: 'ACCEPT', verdict: 'ACCEPT' }]
  return { table: 'filter', chain: 'OUTPUT', ...(pkt !== undefined && { pkt }), hits }
}

describe('rules', () => {
  it('of multicast and of packets without a chain are left out; tunnel packets hide their hash', () => {
    const { rules } = normalise({
      rules: [
        { ns: 'a', step: 1, start: 'OUTPUT', chains: [chain({ l3: 'udp', dst: '224.0.0.251' })] },
        { ns: 'a', step: 1, start: 'OUTPUT', chains: [] },
        { ns: 'a', step: 2, start: 'OUTPUT', chains: [chain()] },
        {
          ns: 'a',
          step: 3,
          start: 'OUTPUT',
          chains: [chain({ l3: 'udp', dst: '10.0.0.2', sport: 50000, dport: 8472 })],
        },
      ],
    })
    expect(rules.map(({ step, chains }) => [step, chains[0]!.pkt?.sport])).toEqual([
      [2, undefined],
      [3, 'flowhash'],
    ])
  })
})

describe('conntrack', () => {
  it('lists final entries in the order of their text; of tunnel flows that look alike one', () => {
    const tunnel = (sport: number) => ({
      proto: 'udp',
      orig: { src: '192.0.2.1', sport, dport: 8472 },
      reply: { src: '192.0.2.2', sport: 8472, dport: sport },
    })
    const plain = { proto: 'udp', orig: { src: '10.0.0.1', sport: 40001 }, reply: { dport: 40001 } }
    const { conntrack } = normalise({ final: { b: [tunnel(50000), tunnel(50001), plain, plain] } })
    expect(conntrack).toEqual({
      b: {
        final: [
          {
            proto: 'udp',
            orig: { src: '192.0.2.1', sport: 'flowhash', dport: 8472 },
            reply: { src: '192.0.2.2', sport: 8472, dport: 'flowhash' },
          },
          plain,
          plain,
        ],
      },
    })
  })

  it('keeps events beside final entries', () => {
    const entry = { proto: 'icmp', orig: { id: 1 }, reply: { id: 1 } }
    const { conntrack } = normalise({ events: { a: [{ ev: 'NEW', step: 1, ...entry }] }, final: { a: [entry] } })
    expect(Object.keys(conntrack.a!)).toEqual(['events', 'final'])
  })
})

describe('tables', () => {
  it('are sorted, with placeholders, without what says nothing', () => {
    const record = normalise({
      counters: { a: ['*filter', 'COMMIT'] },
      neigh: {
        a: [
          { dst: '10.0.0.3', dev: 'eth0', state: 'failed' },
          { dst: '10.0.0.2', dev: 'eth0', state: 'resolved', lladdr: MAC_A },
          { dst: '10.0.0.9', dev: 'br0', state: 'PERMANENT', lladdr: MAC_B },
        ],
      },
      fdb: {
        a: [
          { mac: '33:33:00:00:00:01', dev: 'eth0' },
          { mac: '01:00:5e:00:00:01', dev: 'eth0' },
          { mac: MAC_B, dev: 'br0', state: 'permanent' },
          { mac: '00:00:00:00:00:00', dev: 'vx', dst: '10.0.0.9', state: 'permanent' },
          { mac: MAC_A, dev: 'v', master: 'br0', state: 'stale' },
          { mac: MAC_A, dev: 'u', master: 'br0', state: 'static' },
        ],
      },
      route: { a: { routes: [{ dst: 'default' }, { dst: '10.0.0.0/8' }], policy: ['100: from all lookup 7'] } },
      snmp: { a: { IpFragOKs: 2, IpForwDatagrams: 0, TcpInSegs: 7 }, b: { IpFragOKs: 0 } },
    })
    expect(record.counters).toEqual({ a: ['*filter', 'COMMIT'] })
    expect(record.neigh.a!.map(({ dst, lladdr }) => [dst, lladdr])).toEqual([
      ['10.0.0.9', '<a/br0>'],
      ['10.0.0.2', '<a/eth0>'],
      ['10.0.0.3', undefined],
    ])
    expect(record.fdb.a).toEqual([
      { mac: '<a/eth0>', dev: 'u', master: 'br0', state: 'static' },
      { mac: '<a/eth0>', dev: 'v', master: 'br0' },
      { mac: 'zero', dev: 'vx', dst: '10.0.0.9', state: 'permanent' },
    ])
    expect(record.route.a).toEqual({
      routes: [{ dst: '10.0.0.0/8' }, { dst: 'default' }],
      policy: ['100: from all lookup 7'],
    })
    expect(record.snmp).toEqual({ a: { IpFragOKs: 2 } })
  })

  it('have a cache of routes', () => {
    expect(normalise({ route: { a: { cache: [{ dst: '10.0.0.1' }] } } }).route.a).toEqual({
      cache: [{ dst: '10.0.0.1' }],
    })
  })
})
