import { describe, expect, it } from 'vitest'
import {
  observedLink,
  readCache,
  readConntrackList,
  readCounters,
  readFdb,
  readLinks,
  readNeighbours,
  readPolicy,
  readRoutes,
  readSnmp,
} from '../../src/lab/end-state.ts'

describe('iproute2', () => {
  it('links', () => {
    const links = readLinks(
      JSON.stringify([
        { ifindex: 1, ifname: 'lo', address: '00:00:00:00:00:00' },
        { ifindex: 2, ifname: 'br0', address: '02:00:00:00:00:01', linkinfo: { info_kind: 'bridge' } },
        { ifindex: 3, ifname: 'tun0' },
        {},
      ]),
    )
    expect(links.map((link) => observedLink('a', link))).toEqual([
      { netns: 'a', name: 'lo', mac: '00:00:00:00:00:00' },
      { netns: 'a', name: 'br0', mac: '02:00:00:00:00:01', kind: 'bridge' },
      { netns: 'a', name: 'tun0', mac: '' },
    ])
    expect(readLinks('')).toEqual([])
  })

  it('neighbours, whatever a timer has made of their state', () => {
    const states = ['REACHABLE', 'STALE', 'DELAY', 'PROBE', 'PERMANENT', 'FAILED', 'INCOMPLETE', 'NOARP']
    const text = states.map((state) => ({ dst: '10.0.0.2', dev: 'eth0', lladdr: '02:00:00:00:00:0b', state: [state] }))
    expect(readNeighbours(JSON.stringify(text)).map(({ state }) => state)).toEqual([
      ...Array(4).fill('resolved'),
      'PERMANENT',
      'failed',
      'failed',
    ])
    expect(readNeighbours('[{"dst": "10.0.0.2", "dev": "eth0"}]')).toEqual([
      { dst: '10.0.0.2', dev: 'eth0', state: 'failed' },
    ])
  })

  it('forwarding entries', () => {
    const entries = [
      {
        mac: '02:00:00:00:00:0b',
        ifname: 'vx',
        dst: '192.0.2.2',
        flags: ['self', 'extern_learn'],
        state: '',
        vlan: 1,
        age: 3,
      },
      { mac: '02:00:00:00:00:0a', ifname: 'v', flags: [], master: 'br0', state: 'permanent' },
      { mac: '02:00:00:00:00:0a', ifname: 'w' },
    ]
    expect(readFdb(JSON.stringify(entries))).toEqual([
      { mac: '02:00:00:00:00:0b', dev: 'vx', dst: '192.0.2.2', vlan: 1, flags: ['extern_learn', 'self'] },
      { mac: '02:00:00:00:00:0a', dev: 'v', master: 'br0', state: 'permanent' },
      { mac: '02:00:00:00:00:0a', dev: 'w' },
    ])
  })

  it('routes without those that the kernel writes for itself', () => {
    const routes = [
      { type: 'unicast', dst: 'default', gateway: '10.0.0.1', dev: 'eth0', table: 'main', flags: [], protocol: 'boot' },
      { type: 'local', dst: '10.0.0.2', table: 'local' },
      { type: 'multicast', dst: '224.0.0.0/4', table: '7' },
      { type: 'anycast', dst: '10.0.0.0', table: '7' },
      { type: 'unicast', dst: '10.1.0.0/16', dev: 'eth0', metric: 0, flags: ['onlink'], nexthops: null },
    ]
    expect(readRoutes(JSON.stringify(routes))).toEqual([
      { type: 'unicast', dst: 'default', gateway: '10.0.0.1', dev: 'eth0', table: 'main' },
      { type: 'unicast', dst: '10.1.0.0/16', dev: 'eth0', metric: 0, flags: ['onlink'] },
    ])
  })

  it('what path MTU discovery taught', () => {
    const cache = [{ dst: '10.0.0.9', dev: 'eth0', gateway: '', metrics: [{ mtu: 1000 }], flags: [], 'cache-info': {} }]
    expect(readCache(JSON.stringify(cache))).toEqual([{ dst: '10.0.0.9', dev: 'eth0', metrics: [{ mtu: 1000 }] }])
  })

  it('ip rules beyond the default three', () => {
    const text =
      '0:\tfrom all lookup local\n100:\tfrom all fwmark 0x1 lookup 7\n32766:\tfrom all lookup main\n32767:\tfrom all lookup default\n'
    expect(readPolicy(text)).toEqual(['100: from all fwmark 0x1 lookup 7'])
    expect(readPolicy('')).toEqual([])
  })
})

it('iptables-save -c without comments', () => {
  expect(readCounters('# Generated\n*filter\n[1:2] -A INPUT\nCOMMIT\n\n')).toEqual([
    '*filter',
    '[1:2] -A INPUT',
    'COMMIT',
  ])
})

it('/proc/net/snmp', () => {
  const counters = readSnmp('Ip: Forwarding InReceives\nIp: 1 22\nIpExt: InNoRoutes\nIpExt: 3\n')
  expect([...counters]).toEqual([
    ['IpForwarding', 1],
    ['IpInReceives', 22],
    ['IpExtInNoRoutes', 3],
  ])
  expect(readSnmp('').size).toBe(0)
})

describe('conntrack -L -o extended', () => {
  it('reads TCP with state, flags, mark and zone', () => {
    const line =
      'ipv4     2 tcp      6 119 TIME_WAIT src=10.0.0.1 dst=10.96.0.1 sport=40001 dport=80 src=10.0.0.9 dst=10.0.0.1 sport=8080 dport=40001 [ASSURED] mark=4 zone=2 use=1'
    expect(readConntrackList(`${line}\nipv6 10 tcp 6 x\n`)).toEqual([
      {
        proto: 'tcp',
        state: 'TIME_WAIT',
        orig: { src: '10.0.0.1', dst: '10.96.0.1', sport: 40001, dport: 80 },
        reply: { src: '10.0.0.9', dst: '10.0.0.1', sport: 8080, dport: 40001 },
        flags: ['ASSURED'],
        mark: 4,
        zone: 2,
      },
    ])
  })

  it('reads ICMP that was not answered; counts and a mark of 0 are not kept', () => {
    const line =
      'ipv4 2 icmp 1 29 src=10.0.0.1 dst=10.0.0.2 type=8 code=0 id=77 packets=1 bytes=84 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 type=0 code=0 id=77 [OFFLOAD] mark=0 secctx=null zone=0 use=1 ='
    expect(readConntrackList(line)).toEqual([
      {
        proto: 'icmp',
        orig: { src: '10.0.0.1', dst: '10.0.0.2', type: 8, code: 0, id: 77 },
        reply: { src: '10.0.0.2', dst: '10.0.0.1', type: 0, code: 0, id: 77 },
        flags: ['UNREPLIED', 'OFFLOAD'],
        zone: 0,
      },
    ])
  })
})
