import { describe, expect, it } from 'vitest'
import { formatIpv4 } from '../../src/packet/address.ts'
import { deleteAddress, findAddress, removeDevice } from '../../src/route/index.ts'
import { address } from './fake-host.ts'
import { namespaceWith } from './namespace.ts'

const LOOPBACK = `local 127.0.0.0/8 dev lo table local proto kernel scope host src 127.0.0.1 
local 127.0.0.1 dev lo table local proto kernel scope host src 127.0.0.1 
broadcast 127.255.255.255 dev lo table local proto kernel scope link src 127.0.0.1 
`

describe('routes that come with addresses', () => {
  it.each([
    [
      'addr add 10.0.0.1/24 dev va',
      `10.0.0.0/24 dev va proto kernel scope link src 10.0.0.1 
local 10.0.0.1 dev va table local proto kernel scope host src 10.0.0.1 
broadcast 10.0.0.255 dev va table local proto kernel scope link src 10.0.0.1 
`,
    ],
    [
      'addr add 10.0.0.1/31 dev va',
      `10.0.0.0/31 dev va proto kernel scope link src 10.0.0.1 
local 10.0.0.1 dev va table local proto kernel scope host src 10.0.0.1 
`,
    ],
    ['addr add 10.0.0.1/32 dev va', 'local 10.0.0.1 dev va table local proto kernel scope host src 10.0.0.1 \n'],
    [
      'addr add 10.0.0.1 peer 10.9.0.1/32 dev va',
      `10.9.0.1 dev va proto kernel scope link src 10.0.0.1 
local 10.0.0.1 dev va table local proto kernel scope host src 10.0.0.1 
`,
    ],
    [
      'addr add 10.0.0.1/24 brd 10.0.0.77 dev va noprefixroute',
      `local 10.0.0.1 dev va table local proto kernel scope host src 10.0.0.1 
broadcast 10.0.0.77 dev va table local proto kernel scope link src 10.0.0.1 
broadcast 10.0.0.255 dev va table local proto kernel scope link src 10.0.0.1 
`,
    ],
    [
      'addr add 10.0.0.1/24 brd 255.255.255.255 dev va metric 7',
      `10.0.0.0/24 dev va proto kernel scope link src 10.0.0.1 metric 7 
local 10.0.0.1 dev va table local proto kernel scope host src 10.0.0.1 
broadcast 10.0.0.255 dev va table local proto kernel scope link src 10.0.0.1 
`,
    ],
  ])('%s', (command, routes) => {
    const namespace = namespaceWith('link set va up', command)
    expect(namespace.routes()).toBe(routes + LOOPBACK)
    const va = namespace.host.deviceByName('va')!
    deleteAddress(namespace.fib, va, va.addresses[0]!)
    expect(namespace.routes()).toBe(LOOPBACK)
  })

  it('a device that is down has only its own address', () => {
    const namespace = namespaceWith('addr add 10.0.0.1/24 dev va')
    expect(namespace.routes()).toBe(
      `local 10.0.0.1 dev va table local proto kernel scope host src 10.0.0.1 \n${LOOPBACK}`,
    )
    namespace.run('link set va up')
    expect(namespace.routes()).toContain('10.0.0.0/24 dev va')
    namespace.run('link set va down')
    expect(namespace.routes()).not.toContain('10.0.0.0/24 dev va')
    expect(namespace.routes()).toContain('local 10.0.0.1')
  })

  it('an address of a network that is there already is secondary, and goes with the first one', () => {
    const namespace = namespaceWith('link set va up', 'addr add 10.0.0.1/24 dev va', 'addr add 10.0.0.2/24 dev va')
    const va = namespace.host.deviceByName('va')!
    expect(va.addresses.map((each) => each.secondary)).toEqual([false, true])
    expect(namespace.routes()).toContain('local 10.0.0.2 dev va table local proto kernel scope host src 10.0.0.1 ')
    const { deleted, promoted } = deleteAddress(namespace.fib, va, va.addresses[0]!)
    expect(deleted.map((each) => formatIpv4(each.local))).toEqual(['10.0.0.2', '10.0.0.1'])
    expect(promoted).toBeNull()
    expect(namespace.routes()).toBe(LOOPBACK)
  })

  it('or becomes primary, where that is wished', () => {
    const namespace = namespaceWith(
      'link set va up',
      'addr add 10.0.0.1/24 dev va',
      'addr add 10.0.0.2/24 dev va',
      'addr add 10.0.0.3/24 dev va',
      'addr add 10.5.0.1/24 dev va',
    )
    const va = namespace.host.deviceByName('va')!
    va.promoteSecondaries = true
    const { promoted } = deleteAddress(namespace.fib, va, va.addresses[0]!)
    expect(formatIpv4(promoted!.local)).toBe('10.0.0.2')
    expect(va.addresses.map((each) => `${formatIpv4(each.local)} ${each.secondary}`)).toEqual([
      '10.5.0.1 false',
      '10.0.0.2 false',
      '10.0.0.3 true',
    ])
    expect(namespace.routes()).toContain('local 10.0.0.3 dev va table local proto kernel scope host src 10.0.0.2 ')
    expect(namespace.routes()).not.toContain('10.0.0.1')
  })

  it('routes of the main table with this source go with it', () => {
    const namespace = namespaceWith(
      'link set va up',
      'link set ve up',
      'addr add 10.0.0.1/24 dev va',
      'route add 9.0.0.0/8 dev ve src 10.0.0.1',
      'route add 9.0.0.0/8 dev ve src 10.0.0.1 table 100',
      'addr del 10.0.0.1/24 dev va',
    )
    expect(namespace.routes()).toBe(`9.0.0.0/8 dev ve table 100 scope link src 10.0.0.1 \n${LOOPBACK}`)
  })

  it('the same address on two devices stays local until both are gone', () => {
    const namespace = namespaceWith(
      'link set va up',
      'link set ve up',
      'addr add 10.0.0.1/32 dev va',
      'addr add 10.0.0.1/32 dev ve',
      'addr del 10.0.0.1/32 dev va',
    )
    expect(namespace.fib.addressType(address('10.0.0.1'))).toBe('local')
    expect(namespace.fib.deviceOf(address('10.0.0.1'))).toBe(namespace.host.deviceByName('ve')!.ifindex)
    namespace.run('addr del 10.0.0.1/32 dev ve')
    expect(namespace.fib.isAssigned(address('10.0.0.1'))).toBe(false)
  })

  it.each([
    ['addr add 10.0.0.1/24 dev va', 'Error: ipv4: Address already assigned.'],
    ['addr add 10.0.0.2/24 dev va scope link', 'Error: ipv4: Invalid scope value.'],
    ['addr del 10.0.0.2/24 dev va', 'Error: ipv4: Address not found.'],
  ])('%s: %s', (command, error) => {
    expect(namespaceWith('addr add 10.0.0.1/24 dev va').run(command)).toBe(error)
  })

  it('primary addresses stand in the order of their scopes', () => {
    const namespace = namespaceWith(
      'addr add 10.0.0.1/24 dev va',
      'addr add 10.0.1.1/24 dev va scope host',
      'addr add 10.0.2.1/24 dev va',
    )
    const list = namespace.host.deviceByName('va')!.addresses
    expect(list.map((each) => formatIpv4(each.local))).toEqual(['10.0.1.1', '10.0.0.1', '10.0.2.1'])
  })

  it('finds what a deletion means by address, length and peer', () => {
    const namespace = namespaceWith('addr add 10.0.0.1 peer 10.9.0.1/24 dev va')
    const va = namespace.host.deviceByName('va')!
    expect(findAddress(va, address('10.0.0.1'), 24)).toBeUndefined()
    expect(findAddress(va, address('10.0.0.1'), 24, address('10.9.0.7'))).toBe(va.addresses[0])
    expect(() => deleteAddress(namespace.fib, va, { ...va.addresses[0]! })).toThrow('Address not found')
  })

  it('a device that leaves takes everything along', () => {
    const namespace = namespaceWith(
      'link set va up',
      'addr add 10.0.0.1/24 dev va',
      'addr add 10.0.0.2/24 dev va',
      'addr add 10.0.5.1/24 brd 10.0.5.7 dev va',
      'route add 9.0.0.0/8 via 10.0.0.9',
    )
    removeDevice(namespace.fib, namespace.host.deviceByName('va')!)
    expect(namespace.routes()).toBe(LOOPBACK)
  })
})
