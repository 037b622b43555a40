import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ipv4, networkOf, prefixContains } from '../../src/packet/address.ts'
import { Errno, Fib, FibResult, FlowKey, type Route, TableId } from '../../src/route/index.ts'
import { address, FakeHost } from './fake-host.ts'
import { namespaceWith, TWO_DEVICES } from './namespace.ts'

const key = new FlowKey()
const result = new FibResult()

function lookup(fib: Fib, destination: string, change: Partial<FlowKey> = {}): number {
  Object.assign(key.reset(), change)
  key.destination = address(destination)
  return fib.lookup(key, result)
}

describe('adding routes', () => {
  it.each([
    ['route add 10.9.0.0/16 via 10.0.0.9', 'RTNETLINK answers: File exists'],
    ['route add 10.9.0.1/16 via 10.0.0.9', 'Error: Invalid prefix for given prefix length.'],
    ['route add 10.8.0.0/16 via 99.0.0.9', 'Error: Nexthop has invalid gateway.'],
    ['route add 10.8.0.0/16 via 10.0.0.255', 'Error: Nexthop has invalid gateway.'],
    ['route add 10.8.0.0/16 via 10.0.0.9 scope link', 'Error: Nexthop has invalid gateway.'],
    ['route add 10.8.0.0/16 via 10.0.0.1 dev va onlink', 'Error: Nexthop has invalid gateway.'],
    ['route add 10.8.0.0/16 via 99.0.0.9 dev ve onlink', 'Error: Nexthop device is not up.'],
    ['route add 10.8.0.0/16 via 99.0.0.9 onlink', 'Error: Nexthop device required for onlink.'],
    ['route add 10.8.0.0/16 via 99.0.0.9 dev va onlink scope link', 'Error: Nexthop has invalid scope.'],
    ['route add 10.8.0.0/16 dev va onlink', 'Error: Invalid flags for nexthop - PERVASIVE and ONLINK can not be set.'],
    ['route add 10.8.0.0/16 dev ve', 'Error: Device for nexthop is not up.'],
    ['route add 10.8.0.0/16', 'RTNETLINK answers: No such device'],
    ['route add local 10.8.0.0/16', 'RTNETLINK answers: No such device'],
    ['route add 10.8.0.0/16 dev va src 1.2.3.4', 'Error: Invalid prefsrc address.'],
    ['route add 10.8.0.0/16 via 10.0.0.9 scope host', 'Error: Route with host scope can not have a gateway.'],
    ['route add 10.8.0.0/16 dev va scope nowhere', 'Error: Invalid scope.'],
    ['route add local 10.8.0.0/16 dev va scope link', 'Error: Invalid scope.'],
    ['route add 10.8.0.0/16 via 10.0.0.9 tos 0x11', 'Error: Invalid dsfield (tos): ECN bits must be 0.'],
    [
      'route add blackhole 10.8.0.0/16 dev va',
      'Error: Gateway, device and multipath can not be specified for this route type.',
    ],
    ['route change 10.8.0.0/16 via 10.0.0.9', 'RTNETLINK answers: No such file or directory'],
    ['route append 10.9.0.0/16 via 10.0.0.9', 'RTNETLINK answers: File exists'],
    ['route del 10.8.0.0/16', 'RTNETLINK answers: No such process'],
    ['route del 10.9.0.0/16 via 10.0.0.8', 'RTNETLINK answers: No such process'],
    ['route del 10.9.0.0/16 table 77', 'Error: FIB table does not exist.'],
  ])('%s: %s', (command, error) => {
    const namespace = namespaceWith(...TWO_DEVICES, 'route add 10.9.0.0/16 via 10.0.0.9')
    const before = namespace.routes()
    expect(namespace.run(command)).toBe(error)
    expect(namespace.routes()).toBe(before)
  })

  it('refuses what the command line cannot say', () => {
    const fib = new Fib(new FakeHost('va'))
    const destination = { address: address('10.0.0.0'), length: 33 }
    expect(() => fib.add({ destination })).toThrow('Invalid prefix length')
    expect(() => fib.add({ destination: { ...destination, length: 8 }, type: 'unspec', scope: 255 })).toThrow(
      'Invalid route type',
    )
  })

  it('a gateway that is an address of a device that is down is no gateway', () => {
    const namespace = namespaceWith('addr add 10.0.0.1/24 dev va')
    expect(namespace.run('route add 10.8.0.0/16 via 10.0.0.1')).toBe('RTNETLINK answers: Network is down')
  })

  it('a source that the route itself makes local is good', () => {
    const namespace = namespaceWith('route add local 10.8.0.1 dev lo src 10.8.0.1')
    expect(namespace.routes()).toContain('local 10.8.0.1 dev lo table local scope host src 10.8.0.1')
  })

  it('a source that only another table makes local is good in that table', () => {
    const namespace = namespaceWith(
      ...TWO_DEVICES,
      'route add local 10.8.0.1 dev lo table 100',
      'route add 10.7.0.0/16 dev va table 100 src 10.8.0.1',
    )
    expect(namespace.run('route add 10.7.0.0/16 dev va src 10.8.0.1')).toBe('Error: Invalid prefsrc address.')
  })

  it('asks the table of the new route for its gateway first', () => {
    const namespace = namespaceWith(
      ...TWO_DEVICES,
      'route add 10.8.0.0/16 dev vc table 100',
      'route add 10.7.0.0/16 via 10.8.0.1 table 100',
    )
    expect(namespace.run('route add 10.7.0.0/16 via 10.8.0.1')).toBe('Error: Nexthop has invalid gateway.')
  })

  it('puts routes to one prefix in the order in which they are preferred', () => {
    const namespace = namespaceWith(
      ...TWO_DEVICES,
      'route add 10.9.0.0/16 via 10.0.0.2 metric 5',
      'route add 10.9.0.0/16 via 10.0.0.3',
      'route append 10.9.0.0/16 via 10.0.0.4',
      'route prepend 10.9.0.0/16 via 10.0.0.5',
      'route add 10.9.0.0/16 via 10.0.0.6 tos 0x10',
      'route replace 10.9.0.0/16 via 10.0.0.7',
      'route replace 10.9.0.0/16 via 10.0.0.7',
      'route change 10.9.0.0/16 via 10.0.0.8 metric 5',
    )
    expect(namespace.routes().split('\n').slice(1, 6)).toEqual([
      '10.0.1.0/24 dev vc proto kernel scope link src 10.0.1.1 linkdown ',
      '10.9.0.0/16 tos 0x10 via 10.0.0.6 dev va ',
      '10.9.0.0/16 via 10.0.0.7 dev va ',
      '10.9.0.0/16 via 10.0.0.3 dev va ',
      '10.9.0.0/16 via 10.0.0.4 dev va ',
    ])
    expect(namespace.run('route replace 10.9.0.0/16 via 10.0.0.4')).toBe('RTNETLINK answers: File exists')
  })

  it('deletes the first route that agrees with what is said', () => {
    const namespace = namespaceWith(
      ...TWO_DEVICES,
      'route add 10.9.0.0/16 via 10.0.0.3 mtu 1400',
      'route append 10.9.0.0/16 via 10.0.0.4 proto static',
      'route append 10.9.0.0/16 via 10.0.0.5 src 10.0.0.1',
      'route del 10.9.0.0/16 proto static',
      'route del 10.9.0.0/16 src 10.0.0.1',
    )
    expect(namespace.run('route del 10.9.0.0/16 mtu 1300')).toBe('RTNETLINK answers: No such process')
    expect(namespace.run('route del 10.9.0.0/16 scope link')).toBe('RTNETLINK answers: No such process')
    expect(namespace.run('route del 10.9.0.0/16 mtu 1400')).toBe('')
    expect(namespace.run('route del local 10.0.0.1')).toBe('')
  })

  it('table 0 is the main table', () => {
    const namespace = namespaceWith(...TWO_DEVICES, 'route add 10.9.0.0/16 via 10.0.0.3 table 0')
    expect(namespace.fib.routes(TableId.MAIN).map((route) => route.table)).toEqual([254, 254, 254])
    expect(namespace.run('route del 10.9.0.0/16 table 0')).toBe('')
  })

  it('tells which tables there are, and reads out routes as they were configured', () => {
    const { fib } = namespaceWith(...TWO_DEVICES, 'route add prohibit 10.6.3.0/24 table 100')
    expect(fib.hasTable(100)).toBe(true)
    expect(fib.hasTable(101)).toBe(false)
    expect(fib.routes(101)).toEqual([])
    expect(fib.tableIds()).toEqual([100, 254, 255])
    expect(Object.isFrozen(fib.routes(100)[0])).toBe(true)
  })
})

describe('lookup', () => {
  it.each([
    ['blackhole', Errno.EINVAL],
    ['unreachable', Errno.EHOSTUNREACH],
    ['prohibit', Errno.EACCES],
    ['throw', Errno.ENETUNREACH],
  ])('%s answers its own errno', (type, errno) => {
    const { fib } = namespaceWith(`route add ${type} 10.8.0.0/16`)
    expect(lookup(fib, '10.8.0.1')).toBe(errno)
    expect(result.route?.type).toBe(type)
  })

  it('there is no route before there is a table', () => {
    expect(lookup(new Fib(new FakeHost()), '10.0.0.1')).toBe(Errno.ENETUNREACH)
    expect(result.route).toBeNull()
  })

  it('takes the longest prefix, from whichever of local and main has it, until somebody touches the rules', () => {
    const namespace = namespaceWith(...TWO_DEVICES, 'route add 127.0.0.5 via 10.0.0.7')
    expect(lookup(namespace.fib, '127.0.0.5')).toBe(0)
    expect(result.route?.type).toBe('unicast')
    expect(result.rule?.table).toBe(TableId.MAIN)
    expect(result.table).toBe(TableId.MAIN)
    namespace.run('rule add pref 100 fwmark 5 lookup 100')
    expect(lookup(namespace.fib, '127.0.0.5')).toBe(0)
    expect(result.route?.type).toBe('local')
    expect(result.table).toBe(TableId.LOCAL)
  })

  it('asks the table default last', () => {
    const { fib } = namespaceWith(
      ...TWO_DEVICES,
      'route add default via 10.0.0.9 table default',
      'route add throw 9.0.0.0/8',
    )
    expect(lookup(fib, '9.9.9.9')).toBe(0)
    expect(result.rule?.table).toBe(TableId.DEFAULT)
    expect(lookup(fib, '10.0.0.9')).toBe(0)
    expect(result.rule?.table).toBe(TableId.MAIN)
  })

  it('only a route by the device that is asked for will do', () => {
    const { fib } = namespaceWith(...TWO_DEVICES, 'route add 10.0.0.0/16 dev vc')
    expect(lookup(fib, '10.0.0.9', { oif: 5 })).toBe(0)
    expect(result.route?.length).toBe(16)
    expect(lookup(fib, '10.0.0.9')).toBe(0)
    expect(result.route?.length).toBe(24)
  })

  it('looks at the old type-of-service bits of the DS field only', () => {
    const { fib } = namespaceWith(
      ...TWO_DEVICES,
      'route add 10.9.0.0/16 via 10.0.0.3 tos 0x10',
      'route add 10.9.0.0/16 via 10.0.0.4 tos 0x20',
    )
    expect(lookup(fib, '10.9.0.1', { tos: 0x30 })).toBe(0)
    expect(result.route?.tos).toBe(0x10)
    expect(lookup(fib, '10.9.0.1', { tos: 0x20 })).toBe(Errno.ENETUNREACH)
  })

  it('passes over devices without carrier where that is wished', () => {
    const namespace = namespaceWith(...TWO_DEVICES, 'route add 10.0.0.0/16 via 10.0.0.2')
    namespace.host.deviceByName('vc')!.ignoreRoutesWithLinkdown = true
    expect(lookup(namespace.fib, '10.0.1.9')).toBe(0)
    expect(result.route?.gateway).toBe(address('10.0.0.2'))
    expect(lookup(namespace.fib, '10.0.1.1')).toBe(0)
    expect(result.route?.type).toBe('local')
    expect(namespace.routes()).toContain('10.0.1.0/24 dev vc proto kernel scope link src 10.0.1.1 dead linkdown \n')
  })

  it('remembers answers only as long as nothing changes', () => {
    const namespace = namespaceWith(...TWO_DEVICES)
    expect(lookup(namespace.fib, '10.9.0.1')).toBe(Errno.ENETUNREACH)
    expect(lookup(namespace.fib, '10.9.0.1')).toBe(Errno.ENETUNREACH)
    namespace.run('route add 10.9.0.0/16 via 10.0.0.3')
    expect(lookup(namespace.fib, '10.9.0.1')).toBe(0)
    expect(lookup(namespace.fib, '10.9.0.1')).toBe(0)
    namespace.run('route del 10.9.0.0/16')
    expect(lookup(namespace.fib, '10.9.0.1')).toBe(Errno.ENETUNREACH)
  })

  it('remembers no more destinations than it has room for', () => {
    const { fib } = namespaceWith(...TWO_DEVICES, 'route add 10.9.0.0/16 via 10.0.0.3')
    for (let i = 0; i < 5000; i++) {
      key.reset().destination = ipv4(address('10.9.0.0') + i)
      expect(fib.lookup(key, result)).toBe(0)
    }
  })

  it('finds what a plain scan for the longest prefix finds', () => {
    const anyAddress = fc.integer({ min: 0, max: 63 }).map((low) => ipv4(0x0a000000 | (low << 20)))
    const anyPrefix = fc
      .tuple(anyAddress, fc.constantFrom(0, 7, 8, 10, 11, 12, 32))
      .map(([at, length]) => ({ address: networkOf(at, length), length }))
    fc.assert(
      fc.property(
        fc.array(anyPrefix, { maxLength: 20 }),
        fc.array(anyAddress, { minLength: 1 }),
        (prefixes, questions) => {
          const fib = new Fib(new FakeHost('va'))
          fib.host.device(2)
          ;(fib.host.device(2) as { up: boolean }).up = true
          for (const destination of prefixes) fib.add({ destination, ifindex: 2 }, 'replace')
          for (const question of questions) {
            let best: Route | null = null
            for (const route of fib.routes()) {
              if (prefixContains({ address: route.destination, length: route.length }, question)) {
                if (best === null || route.length > best.length) best = route
              }
            }
            key.reset().destination = question
            fib.lookup(key, result)
            expect(result.route).toBe(best)
            expect(fib.lookupTable(TableId.MAIN, key, result)).toBe(best === null ? Errno.EAGAIN : 0)
          }
        },
      ),
      { numRuns: 100 },
    )
  })
})

describe('addresses as routing sees them', () => {
  const { fib } = namespaceWith(...TWO_DEVICES, 'route add local 10.7.0.0/24 dev va', 'route add blackhole 10.6.0.0/16')

  it.each([
    ['10.0.0.1', 0, 'local'],
    ['10.0.0.1', 3, 'local'],
    ['10.0.0.1', 5, 'unicast'],
    ['10.0.0.255', 0, 'broadcast'],
    ['10.0.0.0', 0, 'unicast'],
    ['10.0.0.2', 0, 'unicast'],
    ['10.7.0.9', 0, 'local'],
    ['10.6.0.9', 0, 'unicast'],
    ['8.8.8.8', 0, 'unicast'],
    ['127.0.0.9', 0, 'local'],
    ['0.0.0.0', 0, 'broadcast'],
    ['255.255.255.255', 0, 'broadcast'],
    ['224.0.0.1', 0, 'multicast'],
  ])('%s on %i is %s', (text, ifindex, type) => {
    expect(fib.addressType(address(text), ifindex)).toBe(type)
  })

  it('before there is a table, everything is a broadcast', () => {
    expect(new Fib(new FakeHost()).addressType(address('10.0.0.1'))).toBe('broadcast')
  })

  it('knows the device of an address', () => {
    expect(fib.deviceOf(address('10.0.0.1'))).toBe(3)
    expect(fib.deviceOf(address('10.7.0.9'))).toBe(3)
    expect(fib.deviceOf(address('10.0.0.2'))).toBe(0)
    expect(fib.deviceOf(address('8.8.8.8'))).toBe(0)
    expect(fib.isAssigned(address('10.0.0.1'))).toBe(true)
    expect(fib.isAssigned(address('10.7.0.9'))).toBe(false)
  })

  it('chooses a source by route and device', () => {
    const namespace = namespaceWith(
      ...TWO_DEVICES,
      'addr add 10.0.5.1/24 dev va',
      'route add 9.0.0.0/8 via 10.0.5.9',
      'route add 8.0.0.0/8 via 10.0.0.9 src 10.0.1.1',
      'route add blackhole 7.0.0.0/8',
    )
    const source = (destination: string) => {
      lookup(namespace.fib, destination)
      return namespace.fib.sourceFor(result.route!)
    }
    expect(source('9.9.9.9')).toBe(address('10.0.5.1'))
    expect(source('8.8.8.8')).toBe(address('10.0.1.1'))
    expect(source('7.7.7.7')).toBe(0)
    const va = namespace.host.deviceByName('va')!
    expect(namespace.fib.selectAddress(va, address('10.0.5.7'))).toBe(address('10.0.5.1'))
    expect(namespace.fib.selectAddress(va, address('1.1.1.1'))).toBe(address('10.0.0.1'))
    expect(namespace.fib.selectAddress(namespace.host.deviceByName('ve')!, address('1.1.1.1'))).toBe(
      address('10.0.0.1'),
    )
  })

  it('has no source where no device has an address', () => {
    const fibAlone = new Fib(new FakeHost('va'))
    expect(fibAlone.selectAddress(fibAlone.host.device(2)!, address('1.1.1.1'))).toBe(0)
  })

  it('an address for the link alone may leave where localnet is routed', () => {
    const namespace = namespaceWith('link set va up', 'addr add 10.0.0.1/24 dev va scope link')
    const va = namespace.host.deviceByName('va')!
    expect(namespace.fib.selectAddress(va, address('10.0.0.9'), 253)).toBe(address('10.0.0.1'))
    expect(namespace.fib.selectAddress(va, address('10.0.0.9'), 0)).toBe(0)
  })
})
