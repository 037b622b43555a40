import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ipv4, networkOf } from '../../src/packet/address.ts'
import { UnsupportedError } from '../../src/packet/errors.ts'
import {
  dsfieldName,
  dsfieldNumber,
  errnoName,
  errnoText,
  FlowKey,
  fillRouteSpec,
  hiddenBy,
  METRIC_NAMES,
  metricsOf,
  NetlinkError,
  NO_METRICS,
  PROTOCOL_NAMES,
  parseRoute,
  parseRouteFilter,
  parseRule,
  passesFilter,
  printRoute,
  printRouteGet,
  printRoutes,
  printRule,
  type Route,
  RouteDecision,
  type RouteSpec,
  type Rule,
  SCOPE_NAMES,
  sameMetrics,
  TABLE_NAMES,
  UsageError,
} from '../../src/route/index.ts'
import { address, FakeHost } from './fake-host.ts'
import { namespaceWith, TWO_DEVICES } from './namespace.ts'

const host = new FakeHost('va', 'vc')
for (const device of host.all) device.up = true
const words = (text: string) => text.split(' ').filter((word) => word !== '')

/** What `ip route …` prints for words that it refuses. */
function refusal(read: () => unknown): string {
  try {
    read()
  } catch (error) {
    if (error instanceof UsageError) return `${error.exitCode} ${error.message}`
    if (error instanceof UnsupportedError) return `unsupported: ${error.what}`
    throw error
  }
  return 'accepted'
}

describe('the words of ip route add', () => {
  it.each([
    ['', '255 Usage: ip route { add | del | change | append | replace } ROUTE'],
    ['foo', '1 Error: any valid prefix is expected rather than "foo".'],
    ['10.300.0.0/16 dev va', '1 Error: any valid prefix is expected rather than "10.300.0.0/16".'],
    ['10.3.0.0/33 dev va', '1 Error: any valid prefix is expected rather than "10.3.0.0/33".'],
    ['10.3.0.0/255.0.255.0 dev va', '1 Error: any valid prefix is expected rather than "10.3.0.0/255.0.255.0".'],
    ['10.3.0.0.0 dev va', '1 Error: any valid prefix is expected rather than "10.3.0.0.0".'],
    ['10.3.0.0/16 via', '255 Command line is not complete. Try option "help"'],
    ['10.3.0.0/16 via x', '1 Error: inet address is expected rather than "x".'],
    ['10.3.0.0/16 via 10.0.0.5 metric x', '255 Error: argument "x" is wrong: "metric" value is invalid\n'],
    ['10.3.0.0/16 via 10.0.0.5 proto x', '255 Error: argument "x" is wrong: "protocol" value is invalid\n'],
    ['10.3.0.0/16 via 10.0.0.5 scope x', '255 Error: argument "x" is wrong: invalid "scope" value\n'],
    ['10.3.0.0/16 via 10.0.0.5 table x', '255 Error: argument "x" is wrong: "table" value is invalid\n'],
    ['10.3.0.0/16 via 10.0.0.5 tos x', '255 Error: argument "x" is wrong: "tos" value is invalid\n'],
    ['10.3.0.0/16 via 10.0.0.5 mtu x', '255 Error: argument "x" is wrong: "mtu" value is invalid\n'],
    ['default via 10.0.0.5 hoplimit 300', '255 Error: argument "300" is wrong: "hoplimit" value is invalid\n'],
    ['10.3.0.0/16 10.4.0.0/16', '255 Error: either "to" is duplicate, or "10.4.0.0/16" is a garbage.'],
    ['10.3.0.0/16 dev nope', '1 Cannot find device "nope"'],
    ['any via 10.0.0.4', '1 Error: any valid prefix is expected rather than "via".'],
    ['default nexthop via 10.0.0.5', 'unsupported: multipath route (nexthop)'],
    ['default via inet6 fe80::1', 'unsupported: IPv6 gateway (via inet6)'],
    ['default via fe80::1', 'unsupported: IPv6 (fe80::1)'],
    ['2001:db8::/32 dev va', 'unsupported: IPv6 (2001:db8::/32)'],
    ['default via 10.0.0.5 realms 5', 'unsupported: ip route option realms'],
  ])('%s: %s', (text, answer) => {
    expect(refusal(() => parseRoute(words(text), host))).toBe(answer)
  })

  it.each([
    [
      '10.3/16 via 10.0.0.5 met 5 prot kernel',
      { destination: '10.3.0.0/16', gateway: '10.0.0.5', metric: 5, protocol: 2 },
    ],
    ['to 10.0.0.0/255.0.0.0 oif va', { destination: '10.0.0.0/8', ifindex: 2 }],
    [
      'default via inet 10.0.0.5 onlink dev va',
      { destination: '0.0.0.0/0', gateway: '10.0.0.5', onlink: true, ifindex: 2 },
    ],
    ['bl 0x0a.012.0.0/16 preference 010', { destination: '10.10.0.0/16', type: 'blackhole', metric: 8 }],
    ['brd 10.0.0.255 dev va', { destination: '10.0.0.255/32', type: 'broadcast', ifindex: 2 }],
    ['10.0.0.1 dsfield CS1 table 4294967295 prio 7', { tos: 32, table: 4294967295, metric: 7 }],
    ['10.0.0.1 src 10.0.0.2 scope site', { prefsrc: '10.0.0.2', scope: 200 }],
    ['10.0.0.1 tos 14', { tos: 0x14 }],
  ])('%s', (text, expected) => {
    const spec = parseRoute(words(text), host)
    for (const [name, value] of Object.entries(expected)) {
      const actual = spec[name as keyof RouteSpec]
      if (name === 'destination') {
        const [at, length] = String(value).split('/')
        expect(actual).toEqual({ address: at === '0.0.0.0' ? ipv4(0) : address(at!), length: Number(length) })
      } else expect(actual).toBe(typeof value === 'string' && /^\d/.test(value) ? address(value) : value)
    }
  })

  it('cuts metrics to what the kernel allows', () => {
    const { metrics } = parseRoute(
      words('default dev va mtu 99999 hoplimit 30 advmss lock 99999 init 3 quick 1 win lock 7'),
      host,
    )
    expect(metrics).toMatchObject({ mtu: 65520, advmss: 65495, hoplimit: 30, initcwnd: 3, quickack: 1, window: 7 })
    expect(metrics?.locked).toEqual(['window', 'advmss'])
  })

  it('fills in what ip fills in', () => {
    const destination = { address: address('10.0.0.0'), length: 8 }
    expect(fillRouteSpec({ destination })).toMatchObject({ table: 254, type: 'unicast', scope: 253, protocol: 3 })
    expect(fillRouteSpec({ destination, gateway: ipv4(0) }).scope).toBe(0)
    expect(fillRouteSpec({ destination, type: 'local' })).toMatchObject({ table: 255, scope: 254 })
    expect(fillRouteSpec({ destination, type: 'nat' })).toMatchObject({ table: 255, scope: 254 })
    expect(fillRouteSpec({ destination, type: 'multicast' })).toMatchObject({ table: 254, scope: 253 })
    expect(fillRouteSpec({ destination, type: 'anycast' })).toMatchObject({ table: 255, scope: 253 })
    expect(fillRouteSpec({ destination, type: 'blackhole' }).scope).toBe(0)
    expect(fillRouteSpec({ destination, type: 'unspec' }).scope).toBe(253)
  })
})

const anyAddress = fc.integer({ min: 1, max: 0xdfffffff }).map(ipv4)
const anyPrefix = fc
  .tuple(anyAddress, fc.integer({ min: 0, max: 32 }))
  .map(([at, length]) => ({ address: networkOf(at, length), length }))
const anyMetrics = fc
  .tuple(
    fc.record(Object.fromEntries(METRIC_NAMES.map((name) => [name, fc.constantFrom(0, 0, 1, 200)])), {
      requiredKeys: [],
    }),
    fc.subarray(METRIC_NAMES.filter((name) => name !== 'quickack')),
  )
  .map(([values, locked]) => ({ ...metricsOf({ ...values, quickack: (values.quickack ?? 0) === 0 ? 0 : 1 }, locked) }))
const anyRoute: fc.Arbitrary<Route> = fc
  .record({
    prefix: anyPrefix,
    tos: fc.constantFrom(0, 0x10, 0x20, 0x04),
    table: fc.constantFrom(254, 255, 253, 100, 70000),
    type: fc.constantFrom(
      'unicast',
      'local',
      'broadcast',
      'anycast',
      'multicast',
      'blackhole',
      'unreachable',
      'prohibit',
      'throw',
    ),
    scope: fc.constantFrom(0, 253, 254, 200, 77),
    gateway: fc.oneof(fc.constant(ipv4(0)), anyAddress),
    ifindex: fc.constantFrom(0, 1, 2, 3),
    prefsrc: fc.oneof(fc.constant(ipv4(0)), anyAddress),
    metric: fc.constantFrom(0, 1, 4294967295),
    protocol: fc.constantFrom(0, 2, 3, 4, 77, 255),
    onlink: fc.boolean(),
    metrics: anyMetrics,
  })
  .map(
    ({ prefix, ...rest }) =>
      ({ ...rest, destination: prefix.address, length: prefix.length, nexthopScope: 253, error: 0 }) as Route,
  )

describe('a route that is printed and read again', () => {
  it('is the same route', () => {
    fc.assert(
      fc.property(anyRoute, (route) => {
        const text = printRoute(route, host, { tables: true, details: true })
        const { type, ...spec } = fillRouteSpec(parseRoute(words(text), host))
        expect(type).toBe(route.type)
        expect(sameMetrics(spec.metrics, route.metrics)).toBe(true)
        expect({ ...spec, metrics: 0 }).toEqual({
          destination: { address: route.destination, length: route.length },
          tos: route.tos,
          table: route.table,
          scope: route.scope,
          gateway: route.gateway,
          ifindex: route.ifindex,
          prefsrc: route.prefsrc,
          metric: route.metric,
          protocol: route.protocol,
          onlink: route.onlink,
          metrics: 0,
        })
      }),
    )
  })

  it('a device that nobody knows any more has a number', () => {
    const route = { ...fc.sample(anyRoute, { numRuns: 1, seed: 1 })[0]!, ifindex: 99 }
    expect(printRoute(route, host)).toContain(' dev if99 ')
  })
})

describe('ip route show with words', () => {
  const namespace = namespaceWith(
    ...TWO_DEVICES,
    'route add default via 10.0.0.5',
    'route add blackhole 1.2.3.0/24 metric 1',
    'route add 10.5.0.0/16 dev va proto 255',
    'route add 10.5.1.0/24 dev va tos 0x10',
    'route add 10.5.2.0/24 via 10.0.0.7 src 10.0.0.1',
    'route add 10.5.3.0/24 dev va table 100',
  )
  const show = (text: string) => {
    const filter = parseRouteFilter(words(text), namespace.host)
    const routes = namespace.fib
      .routes(filter.table === 0 ? undefined : filter.table)
      .filter((route) => passesFilter(route, filter))
    return printRoutes(routes, namespace.host, { tables: filter.table === 0, hide: hiddenBy(filter) })
  }

  it.each([
    ['dev vc', '10.0.1.0/24 proto kernel scope link src 10.0.1.1 linkdown \n'],
    ['10.5.0.0/16', '10.5.0.0/16 dev va proto 255 scope link \n'],
    ['exact 10.5.0.0/16', '10.5.0.0/16 dev va proto 255 scope link \n'],
    [
      'root 10.5.0.0/16 proto 3',
      '10.5.1.0/24 tos 0x10 dev va scope link \n10.5.2.0/24 via 10.0.0.7 dev va src 10.0.0.1 \n',
    ],
    [
      'match 10.5.1.1',
      'default via 10.0.0.5 dev va \n10.5.0.0/16 dev va proto 255 scope link \n10.5.1.0/24 tos 0x10 dev va scope link \n',
    ],
    ['to match 1.2.3.4 type blackhole', 'blackhole 1.2.3.0/24 metric 1 \n'],
    ['via 10.0.0.5', 'default dev va \n'],
    ['via 10.0.0.0/24 scope 0', 'default via 10.0.0.5 dev va \n10.5.2.0/24 via 10.0.0.7 dev va src 10.0.0.1 \n'],
    ['src 10.0.0.1 scope global', '10.5.2.0/24 via 10.0.0.7 dev va \n'],
    ['tos 0x10', '10.5.1.0/24 dev va scope link \n'],
    ['table 100', '10.5.3.0/24 dev va scope link \n'],
    ['table all proto 3 root 10.5.3.0/24', '10.5.3.0/24 dev va table 100 scope link \n'],
  ])('%s', (text, expected) => {
    expect(show(text)).toBe(expected)
  })

  it.each([
    ['table nope', '255 Error: argument "nope" is wrong: table id value is invalid\n'],
    ['type nope', '255 Error: argument "nope" is wrong: node type value is invalid\n'],
    ['dev nope', '1 Cannot find device "nope"'],
  ])('%s: %s', (text, answer) => {
    expect(refusal(() => parseRouteFilter(words(text), host))).toBe(answer)
  })

  it.each(['cached', 'cloned', 'table cache'])('%s asks for what was learned', (text) => {
    expect(parseRouteFilter(words(text), host).cache).toBe(true)
  })
})

describe('ip route get', () => {
  it('tells what routers have told', () => {
    const key = Object.assign(new FlowKey(), { destination: address('8.8.8.8') })
    const { fib } = namespaceWith(...TWO_DEVICES, 'route add default via 10.0.0.9')
    const decision = Object.assign(new RouteDecision(), {
      type: 'unicast',
      ifindex: 2,
      source: address('10.0.0.1'),
      table: 254,
    })
    decision.route = fib.routes(254)[0]!
    decision.gateway = address('10.0.0.9')
    const options = { input: false, pmtu: 1400, pmtuLocked: true, expires: 599, redirected: address('10.0.0.8') }
    expect(printRouteGet(decision, key, host, options)).toBe(
      '8.8.8.8 via 10.0.0.8 dev va src 10.0.0.1 uid 0 \n    cache <redirected> expires 599sec mtu lock 1400 \n',
    )
  })
})

describe('the words of ip rule', () => {
  it.each([
    ['', '1 "ip rule add" requires arguments.'],
    ['from', '255 Command line is not complete. Try option "help"'],
    ['from x', '1 Error: any valid prefix is expected rather than "x".'],
    ['foo', '255 Error: argument "foo" is wrong: Failed to parse rule type'],
    ['table nope', '255 Error: argument "nope" is wrong: invalid table ID\n'],
    ['lookup 4294967296', '255 Error: argument "4294967296" is wrong: invalid table ID\n'],
    ['pref x', '255 Error: argument "x" is wrong: preference value is invalid\n'],
    ['fwmark x', '255 Error: argument "x" is wrong: fwmark value is invalid\n'],
    ['fwmark x/3', '255 Error: argument "x" is wrong: fwmark value is invalid\n'],
    ['fwmark 0x5/x', '255 Error: argument "x" is wrong: fwmask value is invalid\n'],
    [
      'iif averyveryverylongname lookup 5',
      '255 Error: argument "averyveryverylongname" is wrong: "iif"/"dev" not a valid ifname',
    ],
    ['oif a/b', '255 Error: argument "a/b" is wrong: "oif" not a valid ifname'],
    ['uidrange x', '255 Error: argument "x" is wrong: invalid UID range\n'],
    ['sport 70000', '255 Error: argument "70000" is wrong: invalid port range\n'],
    ['realms 5 lookup 5', 'unsupported: ip rule option realms'],
    ['l3mdev', 'unsupported: ip rule option l3mdev'],
    ['throw', 'unsupported: ip rule action throw'],
  ])('%s: %s', (text, answer) => {
    expect(refusal(() => parseRule(words(text), 'add'))).toBe(answer)
  })

  it.each([
    'from all lookup main',
    'not from 10.1.0.1 to 1.2.3.0/24 tos 0x10 fwmark 0x4d iif va oif vc lookup 300 proto static',
    'from 1.2.3.4/8 fwmark 0x10/0x10 lookup main suppress_prefixlength 0',
    'from all to 10.0.0.0/8 fwmark 0/0xff lookup main',
    'from all fwmark 0x5/0 lookup main',
    'from all uidrange 0-5 lookup 5',
    'from all ipproto ipproto-99 lookup 5',
    'from all ipproto tcp sport 5 dport 10-20 lookup 5',
    'from all goto 32766',
    'from all nop',
    'from all iif nope [detached] oif zip [detached] unreachable',
    'from all lookup 9 blackhole',
    'from all tos AF11 prohibit',
  ])('%s reads as it prints', (text) => {
    const plain = words(text.replaceAll('[detached]', '').replace('ipproto-99', '99'))
    const rule: Rule = {
      priority: 7,
      invert: false,
      from: null,
      to: null,
      tos: 0,
      mark: 0,
      iif: '',
      oif: '',
      ipProtocol: 0,
      sourcePorts: null,
      destinationPorts: null,
      uids: null,
      action: 'table',
      table: 0,
      target: 0,
      suppressPrefixLength: -1,
      protocol: 0,
      markMask: text.includes('0x4d') ? 0xffffffff : 0,
      ...parseRule(plain, 'add'),
    }
    expect(printRule(rule, host)).toBe(`7:\t${text}`)
  })

  it('abbreviates and shows details', () => {
    expect(parseRule(words('prio 7 tab 9 sup_pl 3 type blackhole'), 'add')).toEqual({
      priority: 7,
      table: 9,
      suppressPrefixLength: 3,
      action: 'blackhole',
    })
    const { fib } = namespaceWith()
    expect(printRule(fib.rules[1]!, host, { details: true })).toBe('32766:\tfrom all lookup main proto kernel')
  })
})

describe('names and numbers', () => {
  it('tables, scopes and protocols have names', () => {
    expect([TABLE_NAMES.name(254), TABLE_NAMES.name(7), TABLE_NAMES.number('local')]).toEqual(['main', '7', 255])
    expect([SCOPE_NAMES.number('link'), SCOPE_NAMES.number('256'), SCOPE_NAMES.number('0xfd')]).toEqual([
      253,
      undefined,
      253,
    ])
    expect([PROTOCOL_NAMES.name(99), PROTOCOL_NAMES.number('nope')]).toEqual(['openr', undefined])
  })

  it('the DS field has names, and hexadecimal numbers otherwise', () => {
    expect([dsfieldName(0x20), dsfieldName(4), dsfieldNumber('EF'), dsfieldNumber('10'), dsfieldNumber('x')]).toEqual([
      'CS1',
      '0x04',
      184,
      16,
      undefined,
    ])
  })

  it('errors have the names and texts of the C library', () => {
    expect([errnoName(101), errnoName(7), errnoText(113), errnoText(7)]).toEqual([
      'ENETUNREACH',
      undefined,
      'No route to host',
      'Unknown error 7',
    ])
    expect(new NetlinkError('EINVAL', 'Ends with a stop.').iproute2Text).toBe('Error: Ends with a stop.')
    expect(new NetlinkError('EEXIST')).toMatchObject({ errno: 17, reason: null, code: 'EEXIST' })
  })

  it('metrics without values are one object', () => {
    expect(metricsOf({})).toBe(NO_METRICS)
    expect(metricsOf({ mtu: 0 }, ['mtu'])).not.toBe(NO_METRICS)
    expect(sameMetrics(metricsOf({ mtu: 7 }), metricsOf({ mtu: 7 }, ['mtu']))).toBe(false)
    expect(sameMetrics(metricsOf({ mtu: 7 }), metricsOf({ mtu: 8 }))).toBe(false)
  })
})
