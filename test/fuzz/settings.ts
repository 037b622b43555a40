import fc from 'fast-check'
import { atLeast } from './at-least.ts'
import type { IpSet, RoutingCommand, SysctlSetting } from './model.ts'
import { anyAddress, device, endAddress, gateway, network } from './references.ts'
import { either, glue, maybe, pick, words } from './words.ts'

/** Switches of a device or of all, with the values that mean something. */
const DEVICE_SYSCTLS: readonly (readonly [name: string, ...values: number[]])[] = [
  ['rp_filter', 1, 2, 1],
  ['route_localnet', 1],
  ['accept_local', 1],
  ['proxy_arp', 1],
  ['arp_ignore', 1, 2, 8],
  ['arp_announce', 1, 2],
  ['arp_filter', 1],
  ['send_redirects', 0],
  ['accept_redirects', 0],
  ['secure_redirects', 0],
  ['shared_media', 0],
  ['bc_forwarding', 1],
  ['src_valid_mark', 1],
  ['forwarding', 0, 1],
  ['log_martians', 1],
]
const PLAIN_SYSCTLS: readonly (readonly [name: string, ...values: number[]])[] = [
  ['ipv4.ip_default_ttl', 32, 2],
  ['ipv4.ip_no_pmtu_disc', 1],
  ['ipv4.ip_forward_use_pmtu', 1],
  ['ipv4.ip_nonlocal_bind', 1],
  ['ipv4.icmp_echo_ignore_all', 1],
  ['ipv4.icmp_echo_ignore_broadcasts', 0],
  ['ipv4.icmp_errors_use_inbound_ifaddr', 1],
  ['ipv4.icmp_ratelimit', 1000],
  ['ipv4.fwmark_reflect', 1],
  ['ipv4.tcp_timestamps', 0],
  ['netfilter.nf_conntrack_acct', 1],
  ['netfilter.nf_conntrack_tcp_loose', 0],
  ['netfilter.nf_conntrack_tcp_be_liberal', 1],
  ['ipv4.ip_forward', 0],
]

const setting = fc.oneof(
  ...DEVICE_SYSCTLS.map(([name, ...values]) =>
    fc.record({
      node: fc.nat(7),
      device: fc.oneof(fc.constant('all' as const), fc.nat(3)),
      name: fc.constant(name),
      value: pick(...values),
    }),
  ),
  ...PLAIN_SYSCTLS.map(([name, ...values]) =>
    fc.record({ node: fc.nat(7), device: fc.constant(null), name: fc.constant(name), value: pick(...values) }),
  ),
)

export const sysctls: fc.Arbitrary<readonly SysctlSetting[]> = fc.oneof(
  { weight: 2, arbitrary: fc.constant([]) },
  { weight: 3, arbitrary: atLeast(setting, 1, 3) },
)

const services = pick('10.96.0.0/16', '10.96.0.10')
const table = pick('table 100', 'table 100', 'table main')

/** What follows `route` or `rule`. An address in use may make the kernel refuse one: then both must. */
const route = either(
  [
    3,
    words(
      'route replace',
      pick('blackhole', 'unreachable', 'prohibit', 'throw'),
      either([2, services], [1, network], [1, anyAddress]),
    ),
  ],
  [2, words('route replace', services, 'dev', device)],
  [2, words('route replace', either([2, services], [1, anyAddress], [1, network]), 'via', gateway)],
  [1, words('route replace', endAddress, 'via', gateway, pick('mtu 1200', 'mtu 1300', 'mtu lock 1000', 'advmss 900'))],
  [1, words('route replace default via', gateway, maybe(glue('src ', pick('@o')), 1, 1))],
  [1, words('route replace', services, 'via', gateway, 'src @o')],
  [1, words('route replace local', services, 'dev lo')],
)
const tableRoute = either(
  [3, words('route replace default via', gateway, 'table 100')],
  [
    1,
    pick(
      'route replace unreachable default table 100',
      'route replace blackhole default table 100',
      'route replace throw default table 100',
    ),
  ],
  [1, words('route replace', network, 'via', gateway, 'table 100')],
  [1, words('route replace default dev', device, 'table 100')],
)
const rule = words(
  'rule add',
  either(
    [2, pick('fwmark 0x1', 'fwmark 0x1/0x1', 'fwmark 0x2')],
    [2, glue('from ', either([1, anyAddress], [1, network]))],
    [1, glue('to ', either([1, anyAddress], [1, network], [1, services]))],
    [1, glue('iif ', either([3, device], [1, pick('lo')]))],
    [1, glue('oif ', device)],
    [1, pick('tos 0x10', 'ipproto udp dport 53', 'ipproto tcp', 'ipproto icmp', 'not fwmark 0x1')],
  ),
  either(
    [6, table],
    [2, pick('unreachable', 'prohibit', 'blackhole')],
    [1, pick('table 100 suppress_prefixlength 0', 'goto 32766')],
  ),
  maybe(pick('pref 100', 'pref 40000'), 1, 3),
)

const command = (text: fc.Arbitrary<string>) => fc.record({ node: fc.nat(7), text })

export const routing: fc.Arbitrary<readonly RoutingCommand[]> = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  { weight: 2, arbitrary: atLeast(command(route), 1, 2) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.nat(7), atLeast(tableRoute, 1, 2), atLeast(rule, 1, 2), fc.array(command(route), { maxLength: 1 }))
      // A table and the rules that lead there are of one namespace.
      .map(([node, routes, rules, others]) => [...[...routes, ...rules].map((text) => ({ node, text })), ...others]),
  },
)

const address = either([3, endAddress], [1, anyAddress])
const member: Readonly<Record<string, fc.Arbitrary<string>>> = {
  'hash:ip': either([4, address], [1, pick('10.96.0.10')]),
  'hash:net': either(
    [2, network],
    [1, address],
    [1, glue(address, '/31')],
    [1, glue(address, ' nomatch')],
    [1, pick('10.0.0.0/8')],
  ),
  'hash:ip,port': glue(address, ',', pick('tcp:80', 'tcp:8080', 'udp:53', 'udp:8080', 'icmp:echo-request', '80')),
  'hash:ip,port,ip': glue(address, ',', pick('tcp:80', 'udp:8080', 'udp:53', 'tcp:8080'), ',', address),
  'hash:ip,port,net': glue(address, ',', pick('tcp:80', 'udp:8080', 'tcp:8080'), ',', network),
  'hash:net,iface': glue(network, ',', device),
  'bitmap:port': pick('80', '8080', '53', '0-100'),
}
const options: Readonly<Record<string, readonly string[]>> = {
  'hash:ip': ['', '', ' timeout 300', ' counters', ' netmask 24'],
  'bitmap:port': [' range 0-65535', ' range 0-65535 counters'],
}

export const sets: fc.Arbitrary<IpSet[]> = fc.array(
  fc.oneof(
    ...Object.entries(member).map(([type, element]) =>
      fc.record({
        type: pick(...(options[type] ?? ['', '', ' counters', ' timeout 300'])).map((more) => `${type}${more}`),
        elements: fc.array(element, { maxLength: 4, size: 'max' }),
      }),
    ),
  ),
  { minLength: 3, maxLength: 3, size: 'max' },
)
