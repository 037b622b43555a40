import { describe, expect, it } from 'vitest'
import type { NetworkNamespace } from '../../src/netns/index.ts'
import { formatIpv4 } from '../../src/packet/index.ts'
import { EvidenceBuilder, type NamespaceEvidence } from '../../src/snapshot/index.ts'
import { rebuild } from '../../src/snapshot/rebuild/index.ts'

/** What somebody pasted of a namespace. */
function told(name: string, prints: Readonly<Record<string, string>>, isHost = true): NamespaceEvidence {
  const host = name.split('/')[0]!
  const builder = new EvidenceBuilder({ name, host, id: 0, isHost, owners: [], ids: new Map() })
  for (const [command, print] of Object.entries(prints)) expect(builder.add(command, print, {})).toBe(true)
  return builder.finish()
}

function netnsOf(world: ReturnType<typeof rebuild>, name: string): NetworkNamespace {
  return world.namespaces.find(({ evidence }) => evidence.name === name)!.netns
}

const lo =
  '1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000\n    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n    inet 127.0.0.1/8 scope host lo\n'
const up = '<BROADCAST,MULTICAST,UP,LOWER_UP>'

function veth(at: string, index: number, mac: string, rest = '', nsid = 0): string {
  return `${index}: ${at}: ${up} mtu 1500 qdisc noqueue ${rest}state UP group default qlen 1000\n    link/ether ${mac} brd ff:ff:ff:ff:ff:ff link-netnsid ${nsid}\n    veth \n`
}

describe('pairs', () => {
  const pod = (name: string, index: number, at: number, mac: string): NamespaceEvidence =>
    told(`h/${name}`, { 'ip -d addr': lo + veth(`eth0@if${at}`, index, mac) }, false)

  it('are those that name each other, where no number tells', () => {
    const host = told('h', {
      'ip -d addr': lo + veth('va@if2', 7, '02:00:00:00:00:07') + veth('vb@if3', 8, '02:00:00:00:00:08', '', 1),
    })
    const world = rebuild([host, pod('a', 2, 7, '02:00:00:00:01:07'), pod('b', 3, 8, '02:00:00:00:01:08')])
    expect(netnsOf(world, 'h').link('va').peer?.netns.name).toBe('h/a')
    expect(netnsOf(world, 'h').link('vb').peer?.netns.name).toBe('h/b')
    expect(netnsOf(world, 'h').link('va')).toMatchObject({ ifindex: 7, up: true, carrier: true })
  })

  it('with the same numbers are told apart by whom a neighbour entry knows', () => {
    const end = (name: string, mac: string, knows: string): NamespaceEvidence =>
      told(
        `h/${name}`,
        { 'ip -d addr': lo + veth('eth0@if2', 2, mac), 'ip neigh': `10.0.0.9 dev eth0 lladdr ${knows} REACHABLE\n` },
        false,
      )
    const [a, b, c, d] = ['0a', '0b', '0c', '0d'].map((last) => `02:00:00:00:00:${last}`) as [
      string,
      string,
      string,
      string,
    ]
    const world = rebuild([end('a', a, c), end('b', b, d), end('c', c, a), end('d', d, b)])
    const peerOf = (name: string) => netnsOf(world, `h/${name}`).link('eth0').peer?.netns.name
    expect(['a', 'b', 'c', 'd'].map(peerOf)).toEqual(['h/c', 'h/d', 'h/a', 'h/b'])
  })

  it('whose other end nobody recorded lead to a stand-in with the addresses that are known', () => {
    const bridge = `3: br0: ${up} mtu 1500 qdisc noqueue state UP group default qlen 1000\n    link/ether 02:00:00:00:00:07 brd ff:ff:ff:ff:ff:ff\n    bridge forward_delay 1500 ageing_time 30000 stp_state 0 vlan_filtering 0 \n    inet 10.0.0.1/24 scope global br0\n`
    const host = told('h', {
      'ip -d addr': lo + bridge + veth('va@if2', 7, '02:00:00:00:00:07', 'master br0 '),
      'bridge fdb': '02:00:00:00:01:07 dev va master br0 \n',
      'ip neigh': '10.0.0.9 dev br0 lladdr 02:00:00:00:01:07 STALE\n',
    })
    const { outside, assumptions } = rebuild([host])
    const [standIn] = outside.standIns
    expect(standIn!.name).toBe('h/behind-va')
    expect([...standIn!.link('eth0').addresses].map(({ local }) => formatIpv4(local))).toEqual(['10.0.0.9'])
    expect(assumptions).toContain('h: nobody recorded what is behind va; it has 10.0.0.9, and answers')
  })
})

describe('a host of which little was told', () => {
  it('is rebuilt of `ip addr` alone, and what was supposed is said', () => {
    const text = `${lo}2: eth0: ${up} mtu 1500 qdisc fq state UP group default qlen 1000\n    link/ether 02:00:00:00:00:02 brd ff:ff:ff:ff:ff:ff\n    inet 192.0.2.2/24 brd 192.0.2.255 scope global eth0\n`
    const world = rebuild([told('h', { 'ip addr': text })])
    const netns = netnsOf(world, 'h')
    expect(netns.link('eth0')).toMatchObject({ up: true, carrier: true, mtu: 1500 })
    expect(netns.sysctl.get('ipv4.ip_forward')).toBe(1)
    expect(world.assumptions).toEqual(
      expect.arrayContaining([
        'h: no routes are known but those that follow from the addresses',
        'h: there are no iptables rules',
        'h: somebody listens on every port',
      ]),
    )
  })

  it('whose br_netfilter is not loaded has none', () => {
    const sysctls = 'net.ipv4.ip_forward = 1\nnet.ipv4.conf.all.rp_filter = 2\nnet.ipv4.conf.lo.rp_filter = 1\n'
    const { sysctl, loopback } = netnsOf(rebuild([told('h', { 'sysctl -a': sysctls, 'ip addr': lo })]), 'h')
    expect(sysctl.bridgeNfCallIptables).toBe(0)
    expect([sysctl.all.rp_filter, loopback.conf.rp_filter, loopback.conf.forwarding]).toEqual([2, 1, 1])
  })

  it('takes the one next hop of a next-hop object for the route’s own', () => {
    const text = `${lo}2: eth0: ${up} mtu 1500 qdisc fq state UP group default qlen 1000\n    link/ether 02:00:00:00:00:02 brd ff:ff:ff:ff:ff:ff\n    inet 192.0.2.2/24 scope global eth0\n`
    const routes =
      '192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.2 \n10.9.0.0/16 nhid 7 via 192.0.2.1 dev eth0 proto bgp metric 20 \n'
    const world = rebuild([told('h', { 'ip addr': text, 'ip route': routes })])
    const route = netnsOf(world, 'h')
      .fib.routes(254)
      .find(({ length }) => length === 16)!
    expect([formatIpv4(route.gateway), route.unmodelled]).toEqual(['192.0.2.1', undefined])
    expect(world.warnings).toEqual([])
  })

  it('keeps the order of routes that stand behind each other, and the way to a gateway that is listed later', () => {
    const text = `${lo}2: eth0: ${up} mtu 1500 qdisc fq state UP group default qlen 1000\n    link/ether 02:00:00:00:00:02 brd ff:ff:ff:ff:ff:ff\n    inet 192.0.2.2/24 scope global eth0\n`
    const routes =
      'default via 198.51.100.1 dev eth0 \ndefault via 192.0.2.1 dev eth0 metric 5 \n192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.2 \n198.51.100.1 via 192.0.2.9 dev eth0 onlink \n'
    const { fib } = netnsOf(rebuild([told('h', { 'ip addr': text, 'ip route': routes })]), 'h')
    const main = fib.routes(254).map(({ length, gateway, metric }) => [length, formatIpv4(gateway), metric])
    expect(main.slice(0, 2)).toEqual([
      [0, '198.51.100.1', 0],
      [0, '192.0.2.1', 5],
    ])
    // of the table local nothing was told: it follows from the addresses
    expect(fib.addressType(0x7f000001 as never)).toBe('local')
  })
})
