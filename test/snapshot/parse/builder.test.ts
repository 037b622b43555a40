import { describe, expect, test } from 'vitest'
import { formatIpv4, KubehopError } from '../../../src/packet/index.ts'
import { EvidenceBuilder, evidenceOf } from '../../../src/snapshot/index.ts'
import { evidenceOfPrint, evidenceOfPrints } from './support.ts'

function builder(): EvidenceBuilder {
  return new EvidenceBuilder({ name: 'node-1', host: 'node-1', id: 1, isHost: true, owners: [] })
}

describe('commands', () => {
  test.each([
    'ip a',
    'ip addr',
    'ip -4 addr',
    'ip address ls dev eth0',
    'ip -d -j addr',
    'ip -br a',
    'ip l',
    'ip -d link show',
    'sudo /sbin/ip -d l',
    'sudo -u root -n ip r',
    'LC_ALL=C ip r',
    'ip r s t all',
    'ip route list table local',
    'ip ru',
    'ip rule ls',
    'ip n',
    'ip -s neigh show',
    'ip neighbor',
    'ip netns list-id',
    'ip xfrm policy',
    'bridge fdb',
    'bridge fdb show br cni0',
    'bridge -d link',
    'sysctl -a',
    'sysctl net.ipv4.ip_forward',
    'sysctl -n net.ipv4.ip_forward',
    'cat /proc/sys/net/ipv4/ip_forward',
    'ipset save',
    'ipset list',
    'ipset -L pods',
    'conntrack -L',
    'conntrack -L -o extended',
    'cat /proc/net/nf_conntrack',
    'ss -lntup',
    'netstat -lnut',
    'nft list tables',
    'tc qdisc show',
    'cat /proc/net/ip_vs',
    'iptables-save -c',
    'route -n',
    'arp -an',
    // nothing of IPv6 counts
    'ip -6 route',
    'ip6tables-save',
  ])('%s', (command) => {
    expect(builder().add(command, '')).toBe(true)
  })

  test.each([
    '',
    'ip',
    'ip route add default via 10.0.0.1',
    'ip route get 10.0.0.1',
    'ip route show cache',
    'ip maddress',
    'ip monitor',
    // of another namespace
    'ip -n web addr',
    'ip --netns web addr',
    'ip netns exec web ip addr',
    'nsenter -t 1 -n ip addr',
    'ip -all netns exec ip a',
    'bridge vlan',
    'cat /etc/hosts',
    // names in place of addresses
    'route',
    'arp -a',
    'conntrack -D',
    'ss -tn',
    'nft flush ruleset',
    'kubectl get pods',
  ])('not %s', (command) => {
    expect(builder().add(command, '')).toBe(false)
  })
})

const LINK = `2: eth0@if7: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue state UP mode DEFAULT group default qlen 1000
    link/ether 0a:58:0a:f4:00:02 brd ff:ff:ff:ff:ff:ff link-netnsid 0
`
const LO = `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
       valid_lft forever preferred_lft forever
`
const ADDRESS = `2: eth0@if7: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue state UP group default qlen 1000
    link/ether 0a:58:0a:f4:00:02 brd ff:ff:ff:ff:ff:ff link-netnsid 0
    inet 10.244.0.2/24 brd 10.244.0.255 scope global eth0
       valid_lft forever preferred_lft forever
`

describe('several prints complete each other', () => {
  test('nothing told is null', () => {
    const { notes, partial, owners, foreignTables, otherDeciders, routeTables, name, host, id, isHost, ...rest } =
      builder().finish()
    expect(new Set(Object.values(rest))).toEqual(new Set([null]))
    expect([...partial.keys(), ...notes, ...owners, ...foreignTables, ...otherDeciders]).toEqual([])
    expect(routeTables).toEqual(new Set())
    expect([name, host, id, isHost]).toEqual(['node-1', 'node-1', 1, true])
  })

  test('ip link tells devices, ip addr their addresses', () => {
    const made = builder()
    made.add('ip link', LINK)
    expect(made.finish().partial.get('addresses')).toBe('no address was told of eth0')
    expect(made.finish().links).toMatchObject([{ name: 'eth0', peer: { ifindex: 7, nsid: 0 }, addresses: [] }])
    made.add(
      'ip -4 -o addr',
      '2: eth0    inet 10.244.0.2/24 brd 10.244.0.255 scope global eth0\\       valid_lft forever preferred_lft forever\n',
    )
    const { links, partial } = made.finish()
    expect(links).toMatchObject([{ name: 'eth0', mtu: 1450, addresses: [{ length: 24, scope: 'global' }] }])
    expect([...partial.keys()]).toEqual(['details'])
  })

  test('a device that was asked for alone does not make the others go', () => {
    const made = builder()
    made.add('ip addr show dev eth0', ADDRESS)
    expect(made.finish().links).toHaveLength(1)
    expect(made.finish().partial.get('links')).toBe('ip address show dev eth0 tells of some devices')
    expect(made.finish().partial.has('addresses')).toBe(false)
    made.add('ip addr', LO + ADDRESS)
    expect(made.finish().links!.map(({ name }) => name)).toEqual(['lo', 'eth0'])
    expect(made.finish().partial.has('links')).toBe(false)
    made.add('ip addr show dev eth0', ADDRESS)
    expect(made.finish().links).toHaveLength(2)
    expect(made.finish().partial.has('links')).toBe(false)
  })

  test('what was told as a whole later counts', () => {
    const made = builder()
    made.add('ip addr', LO + ADDRESS)
    made.add('ip addr', LO)
    expect(made.finish().links!.map(({ name }) => name)).toEqual(['lo'])
  })

  test('tables of routes', () => {
    const made = builder()
    made.add('ip route', 'default via 10.244.0.1 dev eth0\n')
    expect(made.finish().routeTables).toEqual(new Set(['main']))
    expect(made.finish().partial.get('routes')).toBe('only table main was told as a whole')
    made.add('ip route show table local', 'local 10.244.0.2 dev eth0 proto kernel scope host src 10.244.0.2\n')
    made.add('ip route show table 100 dev eth0', '10.0.0.0/8 via 10.244.0.9\n')
    const { routes, routeTables } = made.finish()
    expect(routeTables).toEqual(new Set(['main', 'local']))
    expect(routes!.map(({ text }) => text)).toEqual([
      'default via 10.244.0.1 dev eth0',
      'local 10.244.0.2 dev eth0 table local proto kernel scope host src 10.244.0.2',
      '10.0.0.0/8 via 10.244.0.9 dev eth0 table 100',
    ])
    made.add('ip route show table all', 'default via 10.244.0.1 dev eth0\n')
    expect(made.finish().routeTables).toBe('all')
    expect(made.finish().routes).toHaveLength(1)
    expect(made.finish().partial.has('routes')).toBe(false)
  })

  test('neighbours, forwarding entries, sets, sockets and settings', () => {
    const made = builder()
    made.add('ip neigh show dev eth0', '10.0.0.1 lladdr 0a:00:00:00:00:01 REACHABLE\n10.0.0.2 FAILED\n')
    made.add('bridge fdb show dev flannel.1', '0a:00:00:00:00:01 dst 10.0.0.1 self permanent\n')
    made.add('ipset list a', 'Name: a\nType: hash:ip\nHeader: family inet\nMembers:\n10.0.0.1\n')
    made.add('ss -lnt', 'LISTEN 0 128 0.0.0.0:22 0.0.0.0:*\n')
    made.add('sysctl net.ipv4.ip_forward', 'net.ipv4.ip_forward = 1\n')
    made.add('conntrack -L -p tcp', '')
    const some = made.finish()
    expect(some.neighbours).toMatchObject([
      { dev: 'eth0', state: 'REACHABLE' },
      { dev: 'eth0', mac: null, state: 'FAILED' },
    ])
    expect(some.fdb).toMatchObject([{ dev: 'flannel.1', self: true, state: 'permanent' }])
    expect([...some.partial.keys()].sort()).toEqual([
      'connections',
      'fdb',
      'listeners',
      'neighbours',
      'sets',
      'sysctls',
    ])
    made.add('ip neigh', '')
    made.add('bridge fdb', '')
    made.add('ipset save', 'create b hash:net family inet\n')
    made.add('ss -lntu', 'tcp LISTEN 0 128 0.0.0.0:80 0.0.0.0:*\n')
    made.add('sysctl -a', 'net.ipv4.ip_forward = 0\n')
    made.add('conntrack -L', '')
    const all = made.finish()
    expect(all).toMatchObject({
      neighbours: [],
      fdb: [],
      connections: [],
      sets: { text: 'create b hash:net family inet\n' },
    })
    expect(all.listeners!.map(({ port }) => port)).toEqual([80])
    expect(all.sysctls).toEqual(new Map([['net.ipv4.ip_forward', '0']]))
    expect(all.partial.size).toBe(0)
  })

  test('an error in place of a print tells nothing', () => {
    for (const command of ['ip addr', 'ip route', 'ip rule', 'ip neigh', 'bridge fdb', 'sysctl -a', 'ip -br link']) {
      const { notes, ...rest } = evidenceOfPrint(command, 'sh: 1: not found\n')
      expect(notes).toMatchObject([{ message: 'not understood: "sh: 1: not found"', source: { line: 1, command } }])
      expect([rest.links, rest.routes, rest.rules, rest.neighbours, rest.fdb, rest.sysctls], command).toEqual(
        Array(6).fill(null),
      )
    }
  })
})

test('what is malformed is an error that says where', () => {
  const bad = (command: string, print: unknown) => {
    try {
      builder().add(command, print, { file: 'dump.txt', line: 10 })
    } catch (error) {
      expect(error).toBeInstanceOf(KubehopError)
      return (error as KubehopError).message
    }
    return ''
  }
  expect(bad('ip addr', `${LO}    inet 10.0.0.300/24 scope global lo\n`)).toBe(
    'dump.txt:14 node-1: ip addr: an IPv4 address is expected, not "10.0.0.300" (it is not what the program prints; was it cut or edited?)',
  )
  expect(bad('ip link', '2: eth0: <BROAD')).toContain('dump.txt:10 node-1: ip link: flags are expected')
  expect(bad('ip -j route', [{ dev: 'eth0' }])).toContain('[0].dst is missing')
  expect(bad('ip -j addr', [{ ifname: 'eth0', ifindex: -1 }])).toContain('[0].ifindex is -1')
  expect(bad('ip -j addr', '[{"ifname"')).toContain('this is not JSON')
  expect(bad('ip -j addr', '['.repeat(100_000))).toContain('values nest more than 32 levels deep')
  expect(bad('ip -j neigh', { dst: '10.0.0.1' })).toContain('a list is expected')
  expect(bad('sysctl -a', 5)).toContain('a text is expected')
})

describe('older and other forms', () => {
  test('ip of 2018, without a line of limits: ttl inherit is that of the system', () => {
    const { links, notes } = evidenceOfPrint(
      'ip -d link',
      `5: flannel.1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue state UNKNOWN mode DEFAULT group default 
    link/ether 8a:5f:52:84:58:e5 brd ff:ff:ff:ff:ff:ff promiscuity 0 
    vxlan id 1 local 192.168.1.10 dev eth0 srcport 0 0 dstport 8472 nolearning ttl inherit ageing 300 udpcsum noudp6zerocsumtx noudp6zerocsumrx addrgenmode eui64 numtxqueues 1 numrxqueues 1 gso_max_size 65536 gso_max_segs 65535 
6: vethwepl1a2b@if3: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1376 qdisc noqueue master weave state UP mode DEFAULT group default 
    link/ether 6e:1f:aa:bb:cc:dd brd ff:ff:ff:ff:ff:ff link-netnsid 3 promiscuity 1 
    veth 
    bridge_slave state forwarding priority 32 cost 2 hairpin on guard off root_block off fastleave off learning on flood on port_id 0x8001 port_no 0x1 designated_port 32769 neigh_suppress off addrgenmode eui64 numtxqueues 1 
7: ens3: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP mode DEFAULT group default qlen 1000
    link/ether 52:54:00:12:34:56 brd ff:ff:ff:ff:ff:ff promiscuity 0 addrgenmode none numtxqueues 4 numrxqueues 4 
    vf 0 MAC 00:00:00:00:00:00, spoof checking on, link-state auto
8: tunl0@NONE: <NOARP> mtu 1480 qdisc noop state DOWN mode DEFAULT group default qlen 1000
    link/ipip 0.0.0.0 brd 0.0.0.0 promiscuity 0 
    ipip remote any local any ttl inherit nopmtudisc numtxqueues 1 
`,
    )
    expect(notes).toEqual([])
    expect(links).toMatchObject([
      {
        name: 'flannel.1',
        kind: 'vxlan',
        txQueueLength: 0,
        vxlan: { ttl: 0, dstport: 8472, learning: false, others: [] },
      },
      { name: 'vethwepl1a2b', kind: 'veth', peer: { ifindex: 3, nsid: 3 }, port: { hairpin: true, number: 1 } },
      { name: 'ens3', kind: 'physical', peer: null, lower: null, txQueueLength: 1000 },
      { name: 'tunl0', kind: 'ipip', mac: 0, noArp: true, peer: null, lower: null },
    ])
  })

  test('a number behind @ without a namespace is in another one that nobody told', () => {
    const text = '2: eth0@if7: <UP> mtu 1500\n    link/ether 0a:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff\n'
    expect(evidenceOfPrint('ip link', text).links).toMatchObject([{ peer: { ifindex: 7, nsid: -1 } }])
    const named = text.replace('ff\n', 'ff link-netns web\n')
    expect(evidenceOfPrint('ip link', named).links).toMatchObject([{ peer: { ifindex: 7, nsid: -1, netns: 'web' } }])
  })

  test('bridge link of 2017', () => {
    const text =
      '3: va state UP @vb: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 master br0 state forwarding priority 32 cost 2 \n'
    const { links } = evidenceOfPrint('bridge link', text)
    expect(links).toMatchObject([{ name: 'va', master: 'br0' }])
  })

  test('routes of IPv6 do not count, whatever they look like', () => {
    const { routes, notes } = evidenceOfPrint(
      'ip route show table all',
      `default via fe80::1 dev eth0 proto ra metric 1024 expires 1797sec hoplimit 64 pref medium
default dev wg0 metric 1024 pref medium
unreachable default dev lo table unspec proto kernel metric 4294967295 error -101
fe80::/64 dev eth0 proto kernel metric 256
anycast fe80:: dev eth0 table local proto kernel metric 0
default dev ppp0 scope link
`,
    )
    expect(routes!.map(({ text }) => text)).toEqual(['default dev ppp0 scope link'])
    expect(notes).toEqual([])
  })

  test('a tunnel of JSON whose destination is hidden is told, and the table is not whole', () => {
    const { routes, routeTables, notes } = evidenceOfPrint('ip -j route', [
      { dst: '10.0.0.9', encap: 'ip', dev: 'eth0', flags: [] },
      { dst: 'default', gateway: '10.0.0.1', dev: 'eth0', flags: [] },
    ])
    expect(routes).toHaveLength(1)
    expect(routeTables).toEqual(new Set())
    expect(notes[0]!.message).toContain('a route with encap ip')
  })

  test('words that no version of today has are kept, for whoever rebuilds', () => {
    const { routes } = evidenceOfPrint('ip -j route', [
      { dst: '10.0.0.0/8', dev: 'eth0', scope: 'link', flags: [], shiny: 5, __x: null },
    ])
    expect(routes!.map(({ text }) => text)).toEqual(['10.0.0.0/8 dev eth0 scope link shiny 5 __x'])
    const { rules } = evidenceOfPrint('ip -j rule', [{ priority: 5, src: 'all', shiny: 7, table: 'main' }])
    expect(rules!.map(({ text }) => text)).toEqual(['5:\tfrom all lookup main shiny 7'])
  })

  test('brief prints', () => {
    const { links, partial } = evidenceOfPrints(
      new Map([
        [
          'ip -br addr',
          'lo               UNKNOWN        127.0.0.1/8 ::1/128 \neth0@if7         UP             10.0.0.1/24 10.9.0.1 peer 10.9.0.2/32 fe80::1/64 \n',
        ],
        ['ip -br link', 'eth0@if7         UP             0a:00:00:00:00:01 <BROADCAST,MULTICAST,UP,LOWER_UP> \n'],
      ]),
      ['ip -br addr', 'ip -br link'],
    )
    expect(links!.find(({ name }) => name === 'eth0')).toMatchObject({
      mac: 0x0a0000000001,
      carrier: true,
      addresses: [
        { length: 24, scope: 'global' },
        { length: 32, peer: 0x0a090002 },
      ],
    })
    expect([...partial.keys()]).toEqual(['details'])
  })

  test('carriage returns', () => {
    const { links, notes } = evidenceOfPrint('ip addr', (LO + ADDRESS).replaceAll('\n', '\r\n'))
    expect(links!.map(({ name, addresses }) => [name, addresses.length])).toEqual([
      ['lo', 1],
      ['eth0', 1],
    ])
    expect(notes).toEqual([])
  })
})

describe('other tools', () => {
  test('sysctl', () => {
    const values = (command: string, print: string) => Object.fromEntries(evidenceOfPrint(command, print).sysctls ?? [])
    expect(
      values(
        'sysctl -a',
        'kernel.pid_max = 5\nnet.ipv4.ip_forward = 1\nnet.ipv4.conf.eth0/1.rp_filter = 2\nnet.ipv4.tcp_mem = 1\t2\t3\n',
      ),
    ).toEqual({
      'net.ipv4.ip_forward': '1',
      'net.ipv4.conf.eth0/1.rp_filter': '2',
      'net.ipv4.tcp_mem': '1\t2\t3',
    })
    expect(values('sysctl -n net.ipv4.ip_forward net/ipv4/conf/eth0.1/rp_filter', '1\n2\n')).toEqual({
      'net.ipv4.ip_forward': '1',
      'net.ipv4.conf.eth0/1.rp_filter': '2',
    })
    expect(values('cat /proc/sys/net/ipv4/ip_forward', '1\n')).toEqual({ 'net.ipv4.ip_forward': '1' })
    expect(
      values(
        'grep . /proc/sys/net/ipv4/conf/all/rp_filter /proc/sys/net/ipv4/conf/eth0.1/rp_filter',
        '/proc/sys/net/ipv4/conf/all/rp_filter:0\n/proc/sys/net/ipv4/conf/eth0.1/rp_filter:2\n',
      ),
    ).toEqual({
      'net.ipv4.conf.all.rp_filter': '0',
      'net.ipv4.conf.eth0/1.rp_filter': '2',
    })
    expect(
      values(
        'head /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv4/ip_default_ttl',
        '==> /proc/sys/net/ipv4/ip_forward <==\n1\n\n==> /proc/sys/net/ipv4/ip_default_ttl <==\n64\n',
      ),
    ).toEqual({
      'net.ipv4.ip_forward': '1',
      'net.ipv4.ip_default_ttl': '64',
    })
    expect(evidenceOfPrint('cat /proc/sys/net/ipv4/ip_forward', '1\n2\n').notes[0]!.message).toContain(
      '1 values are expected, not 2',
    )
    expect(evidenceOfPrint('sysctl -a -r forward', 'net.ipv4.ip_forward = 1\n').partial.has('sysctls')).toBe(true)
  })

  test('ipset list in the words of save', () => {
    const print = `Name: pods
Type: hash:ip,port
Revision: 6
Header: family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x5c4d3e2f
Size in memory: 500
References: 1
Number of entries: 2
Members:
10.0.0.1,tcp:80
10.0.0.2,udp:53 timeout 5 comment "a b"

Name: none
Type: list:set
Revision: 3
Header: size 8
Members:
`
    expect(evidenceOfPrint('ipset list', print).sets!.text).toBe(
      'create pods hash:ip,port family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x5c4d3e2f\n' +
        'add pods 10.0.0.1,tcp:80\nadd pods 10.0.0.2,udp:53 timeout 5 comment "a b"\ncreate none list:set size 8\n',
    )
    const terse = evidenceOfPrint('ipset list -t', 'Name: a\nType: hash:ip\nHeader: family inet\nReferences: 0\n')
    expect(terse.sets).toBeNull()
    expect(terse.notes).toHaveLength(1)
  })

  test('conntrack', () => {
    const entry =
      'tcp      6 86399 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1 [ASSURED] mark=0 use=1'
    const print = `conntrack v1.4.7 (conntrack-tools): 3 flow entries have been shown.\n${entry}\nipv4     2 ${entry}\nipv6     10 tcp      6 9 ESTABLISHED src=::1 dst=::1 sport=1 dport=2 use=1\n`
    const { connections, notes } = evidenceOfPrint('conntrack -L', print)
    expect(connections!.map(({ text, source }) => [text, source.line])).toEqual([
      [entry, 2],
      [entry, 3],
    ])
    expect(notes).toEqual([])
  })

  test('route -n and arp -n', () => {
    const table = evidenceOfPrint(
      'route -n',
      `Kernel IP routing table
Destination     Gateway         Genmask         Flags Metric Ref    Use Iface
0.0.0.0         10.0.0.254      0.0.0.0         UG    0      0        0 eth0
10.0.0.0        0.0.0.0         255.255.255.0   U     0      0        0 eth0
10.5.0.0        -               255.255.0.0     !     0      -        0 -
10.7.0.0        0.0.0.0         255.255.0.0     U     5      0        0 eth0
10.9.0.2        0.0.0.0         255.255.255.255 UH    0      0        0 tun0
`,
    )
    expect(table.routes!.map(({ text, source }) => [source.line, text])).toEqual([
      [3, 'default via 10.0.0.254 dev eth0'],
      [4, '10.0.0.0/24 dev eth0 scope link'],
      [6, '10.7.0.0/16 dev eth0 scope link metric 5'],
      [7, '10.9.0.2 dev tun0 scope link'],
    ])
    // a route that rejects does not say how
    expect(table.routeTables).toEqual(new Set())
    expect(table.notes.map(({ source }) => source.line)).toEqual([5, undefined])
    const neighbours = (command: string, print: string) =>
      evidenceOfPrint(command, print).neighbours!.map(({ address, dev, mac, state }) => [
        formatIpv4(address),
        dev,
        mac,
        state,
      ])
    const expected = [
      ['10.0.0.5', 'eth0', 0x020000000005, 'PERMANENT'],
      ['10.0.0.6', 'eth0', null, 'INCOMPLETE'],
      ['10.0.0.7', 'eth0', 0x020000000007, 'STALE'],
    ]
    expect(
      neighbours(
        'arp -n',
        `Address                  HWtype  HWaddress           Flags Mask            Iface
10.0.0.5                 ether   02:00:00:00:00:05   CM                    eth0
10.0.0.6                         (incomplete)                              eth0
10.0.0.7                 ether   02:00:00:00:00:07   C                     eth0
`,
      ),
    ).toEqual(expected)
    expect(
      neighbours(
        'arp -an',
        `? (10.0.0.5) at 02:00:00:00:00:05 [ether] PERM on eth0
? (10.0.0.6) at <incomplete> on eth0
? (10.0.0.7) at 02:00:00:00:00:07 [ether] on eth0
`,
      ),
    ).toEqual(expected)
  })

  test('sockets', () => {
    const shown = (command: string, print: string) =>
      evidenceOfPrint(command, print).listeners!.map(({ protocol, address, port, dev, dual }) =>
        [protocol, `${formatIpv4(address)}:${port}`, dev, dual && 'dual'].filter(Boolean).join(' '),
      )
    expect(
      shown(
        'ss -lntup',
        `Netid State  Recv-Q Send-Q Local Address:Port  Peer Address:PortProcess
udp   UNCONN 0      0      127.0.0.53%lo:53         0.0.0.0:*    users:(("systemd-resolve",pid=1,fd=2))
udp   UNCONN 0      0               [::]:5353          [::]:*
udp   ESTAB  0      0           10.0.0.1:68        10.0.0.2:67
tcp   LISTEN 0      128          0.0.0.0:22         0.0.0.0:*
tcp   LISTEN 0      128                *:10256            *:*
tcp   LISTEN 0      128            [::1]:631           [::]:*
tcp   LISTEN 0      128 [::ffff:10.0.0.1]:443             *:*
`,
      ),
    ).toEqual(['udp 127.0.0.53:53 lo', 'tcp 0.0.0.0:22', 'tcp 0.0.0.0:10256 dual', 'tcp 10.0.0.1:443 dual'])
    expect(
      shown(
        'ss -lnt',
        'State Recv-Q Send-Q Local Address:Port Peer Address:Port\nLISTEN 0 128 *:22 *:*\nLISTEN 0 128 :::80 :::*\n',
      ),
    ).toEqual(['tcp 0.0.0.0:22', 'tcp 0.0.0.0:80 dual'])
    expect(
      shown(
        'netstat -lntu',
        `Active Internet connections (only servers)
Proto Recv-Q Send-Q Local Address           Foreign Address         State      
tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN     
tcp6       0      0 :::22                   :::*                    LISTEN     
tcp6       0      0 :::80                   :::*                    LISTEN     
tcp6       0      0 ::1:631                 :::*                    LISTEN     
udp        0      0 127.0.0.1:323           0.0.0.0:*                          
`,
      ),
    ).toEqual(['tcp 0.0.0.0:22', 'udp 127.0.0.1:323', 'tcp 0.0.0.0:80 dual'])
    expect(evidenceOfPrint('ss -ltu', 'tcp LISTEN 0 128 0.0.0.0:ssh 0.0.0.0:*\n').notes[0]!.message).toContain(
      'ask with -n',
    )
    expect(evidenceOfPrint('ss -lx', 'u_str LISTEN 0 5 /run/x 1 * 0\n').listeners).toBeNull()
  })

  test('what else decides', () => {
    const texts = (command: string, print: unknown) => {
      const { otherDeciders, foreignTables } = evidenceOfPrint(command, print)
      return [...otherDeciders, ...foreignTables].map(({ text }) => text)
    }
    expect(
      texts(
        'nft list tables',
        'table ip nat\ntable ip6 filter\ntable inet firewalld\ntable ip kube-proxy # handle 5\n',
      ),
    ).toEqual(['inet firewalld', 'ip kube-proxy'])
    expect(
      texts(
        'nft -j list tables',
        '{"nftables": [{"metainfo": {}}, {"table": {"family": "bridge", "name": "filter"}}]}',
      ),
    ).toEqual(['bridge filter'])
    expect(
      texts('tc qdisc show', 'qdisc noqueue 0: dev lo root refcnt 2 \nqdisc clsact ffff: dev eth0 parent ffff:fff1 \n'),
    ).toEqual(['qdisc clsact on eth0'])
    expect(
      texts(
        'ip xfrm policy',
        'src 10.0.0.0/8 dst 10.1.0.0/16 \n\tdir out priority 0 \nsrc 0.0.0.0/0 dst 0.0.0.0/0 \n\tsocket in priority 0 \n',
      ),
    ).toEqual(['IPsec policy src 10.0.0.0/8 dst 10.1.0.0/16'])
    expect(
      texts(
        'cat /proc/net/ip_vs',
        'IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n  -> RemoteAddress:Port Forward Weight ActiveConn InActConn\nTCP  0A600001:01BB rr \n  -> C0A8010A:192B      Masq    1      0          0         \n',
      ),
    ).toEqual(['IPVS service TCP 10.96.0.1:443'])
    expect(
      texts(
        'ip link',
        '2: eth0: <UP> mtu 1500 xdpgeneric qdisc mq state UP\n    link/ether 0a:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff\n    prog/xdp id 5 tag 3b185187f1855c4c\n',
      ),
    ).toEqual(['XDP program on eth0'])
  })
})

test('a host of a snapshot', () => {
  const all = evidenceOf(
    {
      name: 'node-1',
      namespaces: [
        {
          id: 22,
          names: ['cni-1'],
          owners: [{ kind: 'pod', name: 'web' }],
          prints: { 'ip addr': ADDRESS, 'ip frobnicate': '' },
        },
        { id: 33, prints: {} },
        {
          id: 11,
          host: true,
          prints: {
            'ip netns list-id': 'nsid 0 (iproute2 netns name: cni-1)\nnsid 1 (iproute2 netns name: 33)\nnsid 2 \n',
            'iptables-nft-save -c': '',
          },
        },
      ],
    },
    'cluster.json',
  )
  expect(all.map(({ name, host, id, isHost }) => [name, host, id, isHost])).toEqual([
    ['node-1', 'node-1', 11, true],
    ['node-1/cni-1', 'node-1', 22, false],
    ['node-1/33', 'node-1', 33, false],
  ])
  expect(all[0]!.nsids).toEqual(
    new Map([
      [0, 22],
      [1, 33],
    ]),
  )
  expect(all[0]!.iptables).not.toBeNull()
  expect(all[1]).toMatchObject({
    owners: [{ name: 'web' }],
    links: [{ source: { file: 'cluster.json', command: 'ip addr' } }],
    notes: [{ message: 'kubehop does not read ip frobnicate' }],
  })
})

// not among the real prints: Linux counts such rules for the whole machine, and forgets to when their namespace ends (`fib4_rule_configure`)
test('a policy rule for packets of a tunnel', () => {
  const json = [{ priority: 43, src: '1.2.3.6', tun_id: 7, action: 'unreachable' }]
  const text = '43:\tfrom 1.2.3.6 tun_id 7 unreachable'
  for (const [command, print] of [
    ['ip rule', `${text}\n`],
    ['ip -j rule', json],
  ] as const)
    expect(evidenceOfPrint(command, print).rules?.map((rule) => rule.text)).toEqual([text])
})
