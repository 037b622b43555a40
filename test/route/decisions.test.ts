import { describe, expect, it } from 'vitest'
import { Errno, FlowKey, RouteDecision, routeInput, routeOutput, validateSource } from '../../src/route/index.ts'
import type { FakeDevice } from './fake-host.ts'
import { address } from './fake-host.ts'
import type { FakeNamespace } from './ip-commands.ts'
import { namespaceWith, TWO_DEVICES } from './namespace.ts'

/* The answers here were read from `ip route get` on Linux 6.18; `golden/kernel.json` has many more. */

const WAYS = [...TWO_DEVICES, 'route add default via 10.0.0.254', 'route add blackhole 20.0.0.0/8']

function all(
  namespace: FakeNamespace,
  change: Partial<Pick<FakeDevice, 'forwarding' | 'rpFilter' | 'acceptLocal' | 'routeLocalnet'>>,
) {
  for (const device of namespace.host.all) Object.assign(device, change)
  return namespace
}

describe('output', () => {
  it.each([
    ['10.0.0.1', 'local 10.0.0.1 dev lo src 10.0.0.1 uid 0 \n    cache <local> \n'],
    ['10.0.0.9', '10.0.0.9 dev va src 10.0.0.1 uid 0 \n    cache \n'],
    ['127.0.0.5', 'local 127.0.0.5 dev lo src 127.0.0.1 uid 0 \n    cache <local> \n'],
    ['10.0.0.255', 'broadcast 10.0.0.255 dev va src 10.0.0.1 uid 0 \n    cache <local,brd> \n'],
    ['255.255.255.255 oif va', 'broadcast 255.255.255.255 dev va src 10.0.0.1 uid 0 \n    cache <local,brd> \n'],
    [
      '255.255.255.255 from 10.0.1.1',
      'broadcast 255.255.255.255 from 10.0.1.1 dev vc uid 0 \n    cache <local,brd> \n',
    ],
    ['255.255.255.255 from 10.0.1.9', 'RTNETLINK answers: Network is unreachable\n'],
    ['239.1.1.1 oif va', 'multicast 239.1.1.1 dev va src 10.0.0.1 rt_offload_failed uid 0 \n    cache <mc> \n'],
    ['224.0.0.1 oif va', 'multicast 224.0.0.1 dev va src 10.0.0.1 rt_offload_failed uid 0 \n    cache <local,mc> \n'],
    ['239.1.1.1', 'multicast 239.1.1.1 dev va src 10.0.0.1 rt_offload_failed uid 0 \n    cache <mc> \n'],
    ['0.0.0.0', 'local 0.0.0.0 dev lo src 127.0.0.1 uid 0 \n    cache <local> \n'],
    ['0.0.0.0 from 10.0.0.1', 'local 0.0.0.0 from 10.0.0.1 dev lo uid 0 \n    cache <local> \n'],
    ['0.0.0.0 oif vc', 'local 0.0.0.0 dev lo src 10.0.1.1 uid 0 \n    cache <local> \n'],
    ['0.1.2.3', '0.1.2.3 via 10.0.0.254 dev va src 10.0.0.1 uid 0 \n    cache \n'],
    ['8.8.8.8', '8.8.8.8 via 10.0.0.254 dev va src 10.0.0.1 uid 0 \n    cache \n'],
    ['8.8.8.8 oif vc', '8.8.8.8 dev vc src 10.0.1.1 uid 0 \n    cache \n'],
    ['8.8.8.8 oif vc from 10.0.0.1', '8.8.8.8 from 10.0.0.1 dev vc uid 0 \n    cache \n'],
    ['8.8.8.8 oif ve', 'RTNETLINK answers: Network is unreachable\n'],
    ['8.8.8.8 from 10.0.1.1', '8.8.8.8 from 10.0.1.1 via 10.0.0.254 dev va uid 0 \n    cache \n'],
    ['8.8.8.8 from 10.0.1.9', 'RTNETLINK answers: Network is unreachable\n'],
    ['8.8.8.8 from 127.0.0.1', 'RTNETLINK answers: Invalid argument\n'],
    ['8.8.8.8 from 224.0.0.1', 'RTNETLINK answers: Invalid argument\n'],
    ['20.0.0.1', 'RTNETLINK answers: Invalid argument\n'],
    ['10.0.0.1 oif vc', '10.0.0.1 dev vc src 10.0.1.1 uid 0 \n    cache \n'],
    ['8.8.8.8 mark 5', '8.8.8.8 via 10.0.0.254 dev va src 10.0.0.1 mark 5 uid 0 \n    cache \n'],
    ['8.8.8.8 mark 32', '8.8.8.8 via 10.0.0.254 dev va src 10.0.0.1 mark 0x20 uid 0 \n    cache \n'],
  ])('%s', (question, answer) => {
    expect(namespaceWith(...WAYS).get(question)).toBe(answer)
  })

  it('a socket that may have any source gets a route for one that is not of this host', () => {
    const { fib } = namespaceWith(...WAYS)
    const key = Object.assign(new FlowKey(), {
      destination: address('8.8.8.8'),
      source: address('1.2.3.4'),
      anySource: true,
    })
    const decision = new RouteDecision()
    expect(routeOutput(fib, key, decision)).toBe(0)
    expect(decision.source).toBe(address('1.2.3.4'))
    expect(key.source).toBe(address('1.2.3.4'))
    key.anySource = false
    expect(routeOutput(fib, key, decision)).toBe(Errno.ENETUNREACH)
  })

  it('a device that is not there is no way', () => {
    const { fib } = namespaceWith(...WAYS)
    const key = Object.assign(new FlowKey(), { destination: address('8.8.8.8'), oif: 99 })
    expect(routeOutput(fib, key, new RouteDecision())).toBe(Errno.ENODEV)
  })

  it('a gateway that is an address of this host is not asked', () => {
    const namespace = namespaceWith(...TWO_DEVICES, 'route add 9.0.0.0/8 via 10.0.0.1')
    expect(namespace.get('9.9.9.9')).toBe('9.9.9.9 dev va src 10.0.0.1 uid 0 \n    cache \n')
  })

  it('127.0.0.1 may leave where localnet is routed', () => {
    const namespace = all(namespaceWith(...WAYS), { routeLocalnet: true })
    expect(namespace.get('8.8.8.8 from 127.0.0.1')).toBe(
      '8.8.8.8 from 127.0.0.1 via 10.0.0.254 dev va uid 0 \n    cache \n',
    )
  })

  it('names the table when the rules have been touched, and the metrics of the route', () => {
    const namespace = namespaceWith(
      ...WAYS,
      'route add default via 10.0.1.3 table 100 mtu lock 1400 advmss 1000',
      'rule add fwmark 5 lookup 100',
    )
    expect(namespace.get('8.8.8.8 mark 5')).toBe(
      '8.8.8.8 via 10.0.1.3 dev vc table 100 src 10.0.1.1 mark 5 uid 0 \n    cache mtu lock 1400 advmss 1000 \n',
    )
    expect(namespace.get('127.0.0.5')).toBe(
      'local 127.0.0.5 dev lo table local src 127.0.0.1 uid 0 \n    cache <local> \n',
    )
  })
})

describe('input', () => {
  const NO_WAY = 'RTNETLINK answers: No route to host\n'
  const MARTIAN = 'RTNETLINK answers: Invalid argument\n'

  it.each([
    ['8.8.8.8 from 10.0.1.9 iif vc', NO_WAY],
    ['10.0.0.1 from 10.0.1.9 iif vc', 'local 10.0.0.1 from 10.0.1.9 dev lo \n    cache <local> iif vc \n'],
    ['10.0.0.255 from 10.0.1.9 iif vc', 'broadcast 10.0.0.255 from 10.0.1.9 dev lo \n    cache <local,brd> iif vc \n'],
    [
      '255.255.255.255 from 10.0.1.9 iif vc',
      'broadcast 255.255.255.255 from 10.0.1.9 dev lo \n    cache <local,brd> iif vc \n',
    ],
    ['255.255.255.255 from 0.0.0.0 iif vc', 'broadcast 255.255.255.255 dev lo \n    cache <local,brd> iif vc \n'],
    ['255.255.255.255 from 10.0.0.1 iif vc', MARTIAN],
    [
      '224.0.0.1 from 10.0.1.9 iif vc',
      'multicast 224.0.0.1 from 10.0.1.9 dev lo rt_offload_failed \n    cache <local,mc> iif vc \n',
    ],
    ['224.0.0.1 from 0.0.0.0 iif vc', 'multicast 224.0.0.1 dev lo rt_offload_failed \n    cache <local,mc> iif vc \n'],
    ['224.0.0.1 from 224.0.0.1 iif vc', MARTIAN],
    ['224.0.0.1 from 127.0.0.1 iif vc', MARTIAN],
    ['224.0.0.1 from 10.0.0.1 iif vc', MARTIAN],
    ['224.0.0.9 from 10.0.1.9 iif vc', MARTIAN],
    ['10.0.0.1 from 10.0.1.1 iif vc', MARTIAN],
    ['10.0.0.1 from 224.0.0.1 iif vc', MARTIAN],
    ['10.0.0.1 from 255.255.255.255 iif vc', MARTIAN],
    ['10.0.0.1 from 0.0.0.0 iif vc', MARTIAN],
    ['0.0.0.0 from 10.0.1.9 iif vc', MARTIAN],
    ['127.0.0.1 from 10.0.1.9 iif vc', MARTIAN],
    ['10.0.0.1 from 127.0.0.1 iif vc', MARTIAN],
  ])('%s', (question, answer) => {
    expect(namespaceWith(...WAYS).get(question)).toBe(answer)
  })

  it.each([
    ['8.8.8.8 from 10.0.1.9 iif vc', '8.8.8.8 from 10.0.1.9 via 10.0.0.254 dev va \n    cache iif vc \n'],
    ['8.8.8.8 from 10.0.0.9 iif va', '8.8.8.8 from 10.0.0.9 via 10.0.0.254 dev va \n    cache <redirect> iif va \n'],
    ['20.0.0.1 from 10.0.1.9 iif vc', MARTIAN],
    ['8.8.8.8 from 10.0.1.1 iif vc', MARTIAN],
    ['10.6.7.7 from 10.0.1.9 iif vc', MARTIAN],
  ])('forwarding: %s', (question, answer) => {
    const namespace = all(namespaceWith(...WAYS, 'route add anycast 10.6.7.7 dev va'), { forwarding: true })
    expect(namespace.get(question)).toBe(answer)
  })

  it('a broadcast of another network is forwarded where that is wished', () => {
    const namespace = all(namespaceWith(...WAYS), { forwarding: true })
    const vc = namespace.host.deviceByName('vc')!
    vc.bcForwarding = true
    expect(namespace.get('10.0.0.255 from 10.0.1.9 iif vc')).toBe(
      'broadcast 10.0.0.255 from 10.0.1.9 dev va \n    cache iif vc \n',
    )
  })

  it('tells whom to redirect only where the sender can reach the gateway', () => {
    const namespace = all(namespaceWith(...WAYS, 'route add 9.0.0.0/8 dev va'), { forwarding: true })
    const va = namespace.host.deviceByName('va')!
    va.sharedMedia = false
    expect(namespace.get('8.8.8.8 from 10.0.0.9 iif va')).toContain('<redirect>')
    expect(namespace.get('9.9.9.9 from 10.0.0.9 iif va')).toContain('<redirect>')
    expect(namespace.get('9.9.9.9 from 9.0.0.9 iif va')).not.toContain('<redirect>')
    va.sendRedirects = false
    expect(namespace.get('8.8.8.8 from 10.0.0.9 iif va')).not.toContain('<redirect>')
  })
})

describe('source validation', () => {
  const check = (
    namespace: FakeNamespace,
    source: string,
    device: string,
    change: Partial<FakeDevice> = {},
    mark = 0,
  ) => {
    const found = namespace.host.deviceByName(device)!
    Object.assign(found, change)
    return validateSource(namespace.fib, found, address(source), address('10.0.0.1'), 0, 0, mark)
  }

  it.each([
    ['10.0.1.9', 0, 'ok'],
    ['10.0.0.9', 0, 'ok'],
    ['10.0.0.1', 0, 'IP_LOCAL_SOURCE'],
    ['10.0.1.9', 1, 'on-link'],
    ['10.0.0.9', 1, 'IP_RPFILTER'],
    ['10.0.0.9', 2, 'ok'],
    ['8.8.8.8', 1, 'IP_RPFILTER'],
    ['8.8.8.8', 2, 'ok'],
    ['10.0.0.1', 1, 'IP_LOCAL_SOURCE'],
    ['10.0.0.255', 1, 'IP_INVALID_SOURCE'],
    ['20.0.0.1', 1, 'IP_RPFILTER'],
    ['20.0.0.1', 2, 'IP_RPFILTER'],
  ])('%s by vc with rp_filter %i: %s', (source, rpFilter, answer) => {
    expect(check(namespaceWith(...WAYS), source, 'vc', { rpFilter })).toBe(answer)
  })

  it('a device without addresses has no way back', () => {
    const namespace = namespaceWith(...WAYS, 'link set ve up')
    expect(check(namespace, '10.0.0.9', 've', { rpFilter: 2 })).toBe('IP_RPFILTER')
    namespace.run('rule add pref 5 nop')
    expect(check(namespace, '10.0.0.9', 've', { rpFilter: 0 })).toBe('ok')
    expect(check(namespace, '20.0.0.9', 've', { rpFilter: 0 })).toBe('ok')
  })

  it('loosely, a source that the device could reach is on its link', () => {
    const namespace = namespaceWith(...WAYS, 'route add 10.0.0.0/16 dev vc')
    expect(check(namespace, '10.0.0.9', 'vc', { rpFilter: 2 })).toBe('on-link')
  })

  it('own addresses are good where that is wished', () => {
    expect(check(namespaceWith(...WAYS), '10.0.0.1', 'vc', { acceptLocal: true })).toBe('ok')
    expect(check(namespaceWith(...WAYS), '10.0.1.1', 'vc', { acceptLocal: true, rpFilter: 1 })).toBe('on-link')
    expect(check(namespaceWith(...WAYS), '10.0.0.1', 'vc', { acceptLocal: true, rpFilter: 1 })).toBe('IP_RPFILTER')
    expect(check(namespaceWith(...WAYS), '10.0.0.1', 'lo', { acceptLocal: true, rpFilter: 1 })).toBe('on-link')
  })

  it('the tables are asked when someone has local routes of his own', () => {
    const namespace = namespaceWith(...WAYS, 'route add local 10.7.0.0/24 dev lo')
    expect(check(namespace, '10.7.0.9', 'vc')).toBe('IP_LOCAL_SOURCE')
  })

  it('the mark counts only where that is wished', () => {
    const namespace = namespaceWith(...WAYS, 'route add 10.0.0.0/24 dev vc table 100', 'rule add fwmark 5 lookup 100')
    expect(check(namespace, '10.0.0.9', 'vc', { rpFilter: 1 }, 5)).toBe('IP_RPFILTER')
    expect(check(namespace, '10.0.0.9', 'vc', { srcValidMark: true }, 5)).toBe('on-link')
  })

  it('says why what came in is dropped', () => {
    const { fib, host } = namespaceWith(...WAYS)
    const decision = new RouteDecision()
    const key = Object.assign(new FlowKey(), { destination: address('10.0.0.1'), source: address('127.0.0.1'), iif: 5 })
    expect(routeInput(fib, key, host.deviceByName('vc')!, decision)).toBe(false)
    expect(decision.martian).toBe('IP_LOCALNET')
    key.source = address('10.0.1.9')
    key.destination = address('8.8.8.8')
    expect(routeInput(fib, key, host.deviceByName('vc')!, decision)).toBe(false)
    expect(decision).toMatchObject({ martian: null, error: Errno.EHOSTUNREACH, type: 'unreachable' })
  })
})
