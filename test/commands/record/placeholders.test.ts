import { describe, expect, it } from 'vitest'
import { Placeholders } from '../../../src/commands/record/placeholders.ts'
import { MAC_A, MAC_B, script } from './labs.ts'

const link = (netns: string, name: string, mac: string, kind?: string) => ({
  netns,
  name,
  mac,
  ...(kind !== undefined && { kind }),
})

describe('MACs', () => {
  it('are named after the device that has them, and stay when the lab names them', () => {
    const names = new Placeholders(script('ip -n a link set eth0 address 0E:00:00:00:00:01'), [
      link('a', 'eth0', MAC_A),
      link('b', 'eth0', MAC_B),
      link('b', 'vx', '0e:00:00:00:00:01'),
      link('b', 'lo', '00:00:00:00:00:00'),
      link('b', 'tunl0', '0.0.0.0'),
    ])
    expect(names.mac(MAC_A.toUpperCase())).toBe('<a/eth0>')
    expect(names.mac('0e:00:00:00:00:01')).toBe('0e:00:00:00:00:01')
    expect(names.mac('ff:ff:ff:ff:ff:ff')).toBe('bcast')
    expect(names.mac('00:00:00:00:00:00')).toBe('zero')
    expect(names.mac('02:00:00:00:00:ff')).toBe('<mac?>')
  })

  it('of a bridge and of the port that it took it from are the name of the bridge', () => {
    const bridgeLast = [
      link('a', 'veth0', MAC_A, 'veth'),
      link('a', 'br0', MAC_A, 'bridge'),
      link('a', 'br1', MAC_A, 'bridge'),
    ]
    expect(new Placeholders(script(), bridgeLast).mac(MAC_A)).toBe('<a/br0>')
    expect(new Placeholders(script(), [...bridgeLast].reverse()).mac(MAC_A)).toBe('<a/br1>')
    expect(new Placeholders(script(), [link('a', 'e0', MAC_A), link('a', 'e1', MAC_A)]).mac(MAC_A)).toBe('<a/e0>')
  })
})

describe('ports', () => {
  it('stay when they are low, in the text, of traceroute or of VXLAN; others are numbered', () => {
    const names = new Placeholders(script('nc -p 40001 a 8080 9000000'), [])
    for (const port of [1023, 40001, 8080, 33434, 33534, 4789, 8472]) expect(names.port(port)).toBe(port)
    expect(names.port(33535)).toBe('eph#1')
    expect(names.port(1024)).toBe('eph#2')
    expect(names.port(33535)).toBe('eph#1')
    expect(names.port('flowhash')).toBe('flowhash')
  })

  it('of a DNAT range with a base port are computed, not drawn', () => {
    const names = new Placeholders(script('iptables … -j DNAT --to-destination 10.0.0.1:7000-7002/5000'), [])
    expect([7000, 7001, 7002].map((port) => names.port(port))).toEqual([7000, 7001, 7002])
    expect(names.port(7003)).toBe('eph#1')
  })
})

it('replaces ports and ids of a tuple', () => {
  const names = new Placeholders(script(), [])
  const tuple = { sport: 50000, dport: 80, id: 777 as number | string }
  names.tuple(tuple)
  expect(tuple).toEqual({ sport: 'eph#1', dport: 80, id: 'id#1' })
  names.tuple(tuple)
  expect(tuple.id).toBe('id#1')
  expect(names.id(777)).toBe('id#1')
  expect(names.isVxlan(8472)).toBe(true)
  expect(names.isVxlan('eph#1')).toBe(false)
  expect(names.isVxlan(undefined)).toBe(false)
})

describe('what commands print', () => {
  const names = new Placeholders(script(), [{ netns: 'a', name: 'eth0', mac: MAC_A }])

  it.each([
    ['64 bytes: icmp_seq=1 ttl=64 time=0.043 ms\n', '64 bytes: icmp_seq=1 ttl=64 time=T ms\n'],
    ['1 received, 0% packet loss, time 0ms\nrtt min/avg = 1/2 ms\nend', '1 received, 0% packet loss, time Tms\nend'],
    [' 1  10.1.0.1  0.031 ms', ' 1  10.1.0.1  T ms'],
    ['pipe 3\nx', 'x'],
    [`link/ether ${MAC_A} brd ff:ff:ff:ff:ff:ff`, 'link/ether <a/eth0> brd bcast'],
    ['udp      17 29 src=10.0.0.1', 'udp      17 T src=10.0.0.1'],
    ['icmp type=8 code=0 id=4242 src', 'icmp type=8 code=0 id=N src'],
    ['Header: hashsize 64 initval 0x1a2b3c4d', 'Header: hashsize 64 initval X'],
    ['Size in memory: 216', 'Size in memory: N'],
    ['cache expires 598sec mtu 1000', 'cache expires Tsec mtu 1000'],
  ])('%j', (text, normal) => {
    expect(names.output(text)).toBe(normal)
  })
})
