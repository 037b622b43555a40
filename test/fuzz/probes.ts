import fc from 'fast-check'
import { atLeast } from './at-least.ts'
import type { Probe, Server } from './model.ts'
import { anyAddress, device, endAddress, gateway, network } from './references.ts'
import { either, glue, pick, words } from './words.ts'

const nodes = fc.nat(7)
const target = either(
  [9, endAddress],
  [4, anyAddress],
  [4, pick('@v0', '@v0', '@v1')],
  [1, pick('127.0.0.1', '10.77.0.1', '@o', '10.0.1.77')],
)
const port = pick(80, 8080, 53, 80, 8080, 5000)

const ping: fc.Arbitrary<Probe> = fc.record({
  kind: fc.constant('ping'),
  from: nodes,
  to: either([30, target], [1, pick('-b 10.0.1.255', '-b 10.244.1.255', '-b 10.244.0.255')]),
  options: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    {
      weight: 2,
      arbitrary: fc.subarray(
        ['-s 1400', '-s 1472', '-s 3000', '-s 8', '-M do', '-M dont', '-t 1', '-t 2', '-Q 0x10', '-m 1', '-I @o'],
        { minLength: 1, maxLength: 2 },
      ),
    },
  ),
})

const tcp: fc.Arbitrary<Probe> = fc.record({
  kind: fc.constant('tcp'),
  from: nodes,
  to: target,
  port,
  sourcePort: fc.nat(2),
  options: fc.oneof({ weight: 8, arbitrary: fc.constant([]) }, fc.constantFrom(['-s @o'], ['-T 0x10'])),
})
const udp: fc.Arbitrary<Probe> = fc.record({
  kind: fc.constant('udp'),
  from: nodes,
  to: target,
  port,
  sourcePort: fc.nat(1),
  options: fc.oneof({ weight: 8, arbitrary: fc.constant([]) }, fc.constantFrom(['-s @o'], ['-T 0x10'])),
})
const traceroute: fc.Arbitrary<Probe> = fc.record({
  kind: fc.constant('traceroute'),
  from: nodes,
  to: target,
  options: fc.constantFrom([], [], ['-F'], ['-p 53']),
})

const change: fc.Arbitrary<Probe> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('delete', 'insert'), rule: fc.nat(30) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('command'),
      node: nodes,
      text: either(
        [
          2,
          pick('iptables -t nat -F', 'iptables -F', 'iptables -P FORWARD DROP', 'iptables -t mangle -F', 'iptables -Z'),
        ],
        [
          3,
          pick(
            'conntrack -F >/dev/null',
            'conntrack -D -p udp >/dev/null',
            'conntrack -D -p tcp >/dev/null',
            'conntrack -D -p icmp >/dev/null',
          ),
        ],
        [1, words('conntrack -D', pick('-s', '-d', '-q', '-r'), anyAddress, '>/dev/null')],
        [
          1,
          words(
            'ip route',
            pick('add', 'replace'),
            pick('blackhole', 'unreachable'),
            either([1, endAddress], [1, pick('@v0')], [1, network]),
          ),
        ],
        [1, words('ip route replace', endAddress, 'via', gateway)],
        [2, words('ip route get', anyAddress, pick('', 'mark 1', 'from @o'))],
        [1, words('ip route get', anyAddress, 'from', anyAddress, 'iif', device)],
        [1, glue('ip neigh flush dev ', device)],
        [1, words('ip link set', device, pick('down', 'mtu 1000'))],
        [1, words('ipset add S0', endAddress)],
        [1, pick('ipset flush S1', 'ipset flush', 'ipset test S0 @e0', 'ipset test S0 @e1')],
        [
          1,
          pick(
            'sysctl -qw net.ipv4.ip_forward=0',
            'sysctl -qw net.ipv4.conf.all.rp_filter=1',
            'sysctl -qw net.bridge.bridge-nf-call-iptables=0',
          ),
        ],
      ),
    }),
  },
)

const probe = fc.oneof(
  { weight: 6, arbitrary: ping },
  { weight: 7, arbitrary: tcp },
  { weight: 7, arbitrary: udp },
  { weight: 1, arbitrary: traceroute },
  { weight: 2, arbitrary: change },
)

export const probes: fc.Arbitrary<Probe[]> = atLeast(probe, 7, 10)

/** Who listens. */
export const servers: fc.Arbitrary<Server[]> = atLeast(
  fc.record({ node: nodes, kind: pick<Server['kind']>('tcp', 'tcp', 'udp', 'udp', 'udp-all'), port }),
  2,
  8,
)
