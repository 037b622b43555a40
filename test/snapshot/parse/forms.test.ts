import { describe, expect, test } from 'vitest'
import { formatIpv4, formatMac } from '../../../src/packet/index.ts'
import { realPrints } from './real-prints.ts'
import { evidenceOfPrints, withoutSources } from './support.ts'

const prints = realPrints()
const evidence = (...commands: string[]) => evidenceOfPrints(prints, commands)

describe('words and JSON of a real namespace', () => {
  test.each([
    ['ip -d addr', 'ip -d -j addr'],
    ['ip route show table all', 'ip -j route show table all'],
    ['ip rule', 'ip -j rule'],
    ['ip neigh', 'ip -s -j neigh'],
    ['ip neigh show proxy', 'ip -j neigh show proxy'],
    ['bridge fdb', 'bridge -j fdb'],
    ['bridge -d link', 'bridge -d -j link'],
  ])('%s', (words, json) => {
    expect(withoutSources(evidence(json, 'ip -j netns list-id'))).toEqual(
      withoutSources(evidence(words, 'ip netns list-id')),
    )
    expect(evidence(words).notes).toEqual([])
  })
})

test('devices', () => {
  const { links, partial } = evidence('ip -d addr', 'ip netns list-id')
  expect([...partial.keys()]).toEqual([])
  const shown = links!.map(({ ifindex, name, kind, peer, lower, master }) => [ifindex, name, kind, peer, lower, master])
  expect(shown).toEqual([
    [1, 'lo', 'loopback', null, null, null],
    [2, 'eth0', 'veth', { ifindex: 2, nsid: 0 }, null, null],
    [3, 'vb', 'veth', { ifindex: 4, nsid: null }, 'va', null],
    [4, 'va', 'veth', { ifindex: 3, nsid: null }, 'vb', 'br0'],
    [5, 'vc', 'veth', { ifindex: 2, nsid: 1 }, null, 'br0'],
    [6, 'br0', 'bridge', null, null, null],
    [7, 'br1', 'bridge', null, null, null],
    [8, 'vx1', 'vxlan', null, null, 'br1'],
    [9, 'vx2', 'vxlan', null, null, null],
    [10, 'vx3', 'vxlan', null, null, null],
    [11, 'vx4', 'vxlan', null, null, null],
    [12, 'vx5', 'vxlan', null, null, null],
    [13, 'vx6', 'vxlan', null, null, null],
    [14, 'mv0', 'macvlan', null, 'eth0', null],
    [15, 'tun0', 'tun', null, null, null],
    [16, 'ifb0', 'ifb', null, null, null],
  ])
  const eth0 = links![1]!
  expect(formatMac(eth0.mac)).toBe('0a:00:00:00:00:01')
  expect(eth0).toMatchObject({
    mtu: 1450,
    up: true,
    carrier: true,
    promiscuous: false,
    noArp: false,
    txQueueLength: 77,
  })
  expect(
    eth0.addresses.map(({ address, peer, broadcast, ...rest }) => ({
      address: formatIpv4(address),
      ...(peer !== undefined && { peer: formatIpv4(peer) }),
      ...(broadcast !== undefined && { broadcast: formatIpv4(broadcast) }),
      ...rest,
    })),
  ).toEqual([
    {
      address: '10.8.0.1',
      length: 24,
      scope: 'link',
      secondary: false,
      label: 'eth0',
      metric: 77,
      noprefixroute: true,
    },
    { address: '10.0.0.1', length: 24, scope: 'global', secondary: false, label: 'eth0', broadcast: '10.0.0.255' },
    { address: '10.9.0.1', peer: '10.9.0.2', length: 32, scope: 'global', secondary: false, label: 'eth0:1' },
    { address: '10.0.0.2', length: 24, scope: 'global', secondary: true, label: 'eth0' },
  ])
  // without a carrier, down, without an Ethernet address
  expect(links![3]).toMatchObject({ up: true, carrier: false })
  expect(links![2]).toMatchObject({ up: false, carrier: false })
  expect(links![14]).toMatchObject({ mac: 0, noArp: true })
})

test('vxlans, bridges and their ports', () => {
  const links = new Map(evidence('ip -d addr').links!.map((link) => [link.name, link]))
  const plain = {
    local: null,
    remote: null,
    group: null,
    dev: null,
    learning: true,
    ttl: 0,
    tos: 0,
    df: 'unset',
    udpCsum: true,
    ageing: 300,
  }
  expect(links.get('vx1')!.vxlan).toEqual({
    ...plain,
    id: 1,
    local: 0x0a000001,
    dev: 'eth0',
    dstport: 8472,
    learning: false,
    others: [],
  })
  expect(links.get('vx2')!.vxlan).toEqual({
    ...plain,
    id: 2,
    remote: 0x0a000009,
    dev: 'eth0',
    dstport: 4789,
    ttl: 5,
    tos: 8,
    ageing: 77,
    others: [],
  })
  expect(links.get('vx3')!.vxlan).toEqual({
    ...plain,
    id: 3,
    group: 0xef010101 | 0,
    dev: 'eth0',
    dstport: 4790,
    udpCsum: false,
    df: 'set',
    others: ['maxaddr 55', 'srcport 1000 2000'],
  })
  expect(links.get('vx4')!.vxlan).toEqual({
    ...plain,
    id: 4,
    dstport: 4791,
    ttl: 'inherit',
    tos: 1,
    df: 'inherit',
    udpCsum: false,
    others: ['gbp', 'l2miss', 'l3miss', 'proxy', 'remcsumrx', 'remcsumtx', 'rsc'],
  })
  expect(links.get('vx5')!.vxlan).toMatchObject({ id: 0, learning: false, others: ['external', 'vnifilter'] })
  expect(links.get('vx6')!.vxlan).toMatchObject({
    local: null,
    remote: null,
    others: ['local fc00::1', 'remote fc00::9'],
  })
  expect(links.get('br0')!.bridge).toEqual({
    stp: false,
    vlanFiltering: false,
    ageing: 123,
    nfCallIptables: false,
    groupForwardMask: 8,
    priority: 0x8000,
  })
  expect(links.get('br1')!.bridge).toMatchObject({ stp: true, priority: 4096 })
  const on = { learning: true, flood: true, multicastFlood: true, broadcastFlood: true }
  const off = { hairpin: false, isolated: false, neighbourSuppression: false, locked: false }
  expect(links.get('va')!.port).toEqual({
    ...off,
    ...{ number: 1, state: 'disabled', hairpin: true, isolated: true, priority: 32, cost: 7, others: ['guard'] },
    ...{ learning: false, flood: false, multicastFlood: false, broadcastFlood: true },
  })
  expect(links.get('vc')!.port).toEqual({
    ...on,
    ...off,
    ...{
      number: 2,
      state: 'forwarding',
      broadcastFlood: false,
      neighbourSuppression: true,
      priority: 5,
      cost: 2,
      others: [],
    },
  })
})

test('what bridge link says stands beside what ip link said', () => {
  const { links } = evidence('ip link', 'bridge -d link')
  expect(links!.find(({ name }) => name === 'va')).toMatchObject({
    mtu: 1500,
    kind: null,
    master: 'br0',
    port: { hairpin: true },
  })
})

test('routes', () => {
  const { routes, routeTables } = evidence('ip route show table all')
  expect(routeTables).toBe('all')
  const texts = routes!.map(({ text }) => text)
  expect(texts.filter((text) => text.includes(':'))).toEqual(['10.84.0.0/16 via inet6 fc00::3 dev eth0'])
  expect(texts).toEqual(
    expect.arrayContaining([
      'default via 10.0.0.254 dev eth0',
      'default via 10.0.0.253 dev eth0 proto dhcp src 10.0.0.2 metric 100',
      '10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.1',
      '10.1.0.0/16 via 10.0.0.254 dev eth0 mtu 1400 advmss 1000',
      '10.3.0.0/16 via 10.244.7.0 dev vx1 onlink',
      'unreachable 10.4.0.0/16',
      'blackhole 10.5.0.0/16 metric 5',
      'prohibit 10.6.0.0/16 table 100',
      'throw 10.7.0.0/16 table 100',
      'local 10.77.0.0/16 dev lo table 100 scope host',
      'multicast 239.0.0.0/8 dev eth0 scope link',
      '10.81.0.0/16 nexthop via 10.0.0.3 dev eth0 weight 2 nexthop via 10.0.0.4 dev eth0 weight 3 onlink',
      '10.82.0.0/16 tos 0x10 via 10.0.0.3 dev eth0',
      '10.83.0.0/16 via 10.0.0.3 dev eth0 realms 1/2',
      '10.86.0.0/16 nhid 5 via 10.0.0.3 dev eth0',
      '10.87.0.0/16 nhid 7 nexthop via 10.0.0.3 dev eth0 weight 1 nexthop via 10.0.0.4 dev eth0 weight 1',
      '10.88.0.0/16 dev eth0 proto bird scope link',
      '10.89.0.0/16 dev eth0 table 12345 proto 123 scope 77',
      '10.90.0.0/16 dev va scope link linkdown',
      'local 10.0.0.1 dev eth0 table local proto kernel scope host src 10.0.0.1',
    ]),
  )
  // said, because ip route add would assume scope link
  expect(texts).toContain('10.91.0.0/16 dev eth0 scope global')
})

test('rules', () => {
  expect(evidence('ip rule').rules!.map(({ text }) => text)).toEqual([
    '0:\tfrom all lookup local',
    expect.stringMatching(/^\d+:\tfrom 1\.2\.3\.9 lookup main masquerade$/),
    expect.stringMatching(/^\d+:\tfrom 1\.2\.3\.8 nop$/),
    expect.stringMatching(/^\d+:\tfrom 1\.2\.3\.7 lookup 5 realms 3\/4$/),
    expect.stringMatching(/^\d+:\tfrom 1\.2\.3\.6 unreachable$/),
    expect.stringMatching(/^\d+:\tfrom 1\.2\.3\.5 blackhole proto static$/),
    expect.stringMatching(/^\d+:\tfrom 1\.2\.3\.4 prohibit$/),
    expect.stringMatching(/^\d+:\tfrom all to 10\.1\.1\.2 goto 99999 \[unresolved\]$/),
    expect.stringMatching(/^\d+:\tfrom all to 10\.1\.1\.1 goto 32766$/),
    expect.stringMatching(/^\d+:\tfrom all fwmark 0\/0xff lookup 5$/),
    expect.stringMatching(
      /^\d+:\tfrom all tos 0x10 fwmark 0x7 iif eth0 oif nope \[detached\] uidrange 5-9 ipproto tcp sport 5 dport 6-7 lookup main suppress_prefixlength 0 suppress_ifgroup 3$/,
    ),
    '50:\tnot from all to 10.0.0.1 fwmark 0x10/0xff00 lookup 200',
    '1000:\tfrom all lookup [l3mdev-table]',
    '32765:\tfrom 10.0.0.0/8 lookup 100',
    '32766:\tfrom all lookup main',
    '32767:\tfrom all lookup default',
  ])
})

test('neighbours', () => {
  const { neighbours } = evidence('ip neigh')
  const shown = neighbours!.map(({ address, mac, state, dev }) =>
    [formatIpv4(address), dev, mac === null ? null : formatMac(mac), state].join(' '),
  )
  expect(shown.sort()).toEqual([
    '10.0.0.10 eth0  FAILED',
    '10.0.0.13 eth0 02:00:00:00:00:0b PERMANENT',
    '10.0.0.14 eth0 02:00:00:00:00:0b PERMANENT',
    '10.0.0.16 eth0 02:00:00:00:00:0b PERMANENT',
    '10.0.0.5 eth0 02:00:00:00:00:05 PERMANENT',
    '10.0.0.6 eth0 02:00:00:00:00:06 REACHABLE',
    '10.0.0.7 eth0 02:00:00:00:00:07 STALE',
  ])
  expect(evidence('ip neigh show proxy').proxies!.toSorted((a, b) => a.address - b.address)).toEqual([
    { address: 0x0a00004d, dev: 'eth0' },
    { address: 0x0a00004e, dev: 'br0' },
  ])
})

test('forwarding entries', () => {
  const { fdb } = evidence('bridge fdb')
  const shown = fdb!.map(({ mac, source: _, dst, ...rest }) => ({
    mac: formatMac(mac),
    dst: dst === null ? null : formatIpv4(dst),
    ...rest,
  }))
  const tunnel = { dev: 'vx1', master: null, self: true, state: 'permanent' }
  expect(shown).toEqual(
    expect.arrayContaining([
      { mac: '02:aa:00:00:00:01', dst: '10.0.0.50', ...tunnel },
      { mac: '00:00:00:00:00:00', dst: '10.0.0.51', port: 1234, vni: 9, via: 'eth0', ...tunnel },
      { mac: '02:aa:00:00:00:02', dst: '10.0.0.52', ...tunnel, dev: 'vx2', state: '', others: ['router'] },
      { mac: '02:aa:00:00:00:03', dst: null, ...tunnel, dev: 'vx6', others: ['dst fc00::7'] },
      { mac: '02:bb:00:00:00:01', dst: null, dev: 'va', master: 'br0', self: false, state: 'static' },
      {
        mac: '02:bb:00:00:00:04',
        dst: null,
        dev: 'va',
        master: 'br0',
        self: false,
        state: '',
        others: ['extern_learn'],
      },
      {
        mac: '02:bb:00:00:00:07',
        dst: null,
        dev: 'va',
        master: 'br0',
        self: false,
        state: 'static',
        others: ['sticky'],
      },
      { mac: '02:bb:00:00:00:05', dst: null, dev: 'br0', master: 'br0', self: false, state: 'permanent' },
      { mac: '33:33:00:00:00:01', dst: null, dev: 'eth0', master: null, self: true, state: 'permanent' },
    ]),
  )
})

test('numbers of namespaces', () => {
  expect(evidence('ip netns list-id').nsids).toEqual(
    new Map([
      [0, 5],
      [1, 6],
    ]),
  )
})

test('each line of evidence knows where it was read', () => {
  const { routes, links } = evidence('ip route show table all', 'ip -d addr')
  const lines = prints.get('ip route show table all')!.split('\n')
  for (const { text, source } of routes!) expect(lines[source.line! - 1]).toContain(text.split(' ')[0])
  const devices = prints.get('ip -d addr')!.split('\n')
  for (const { name, source } of links!) expect(devices[source.line! - 1]).toContain(`: ${name}`)
})
