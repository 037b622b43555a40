import fc from 'fast-check'
import { updateLengths } from '../../src/packet/lengths.ts'
import { parseMac } from '../../src/packet/mac.ts'
import type { Packet } from '../../src/packet/packet.ts'
import { ping, pong, sctp, tcp, udp } from '../netfilter/conntrack/packets.ts'

/*
 * Tables and packets made of few values, so that packets hit rules: for runs in which the kernel and kubehop count the same
 * packets. Packets come in by eth0 from 10.0.0.0/24 and are forwarded by cni0 to 10.1.0.0/24.
 */

const pick = <T>(...values: readonly T[]) => fc.constantFrom(...values)
const bang = fc.oneof({ weight: 4, arbitrary: fc.constant('') }, { weight: 1, arbitrary: fc.constant('! ') })
const maybe = (part: fc.Arbitrary<string>, weight = 1) =>
  fc.oneof({ weight: 2, arbitrary: fc.constant('') }, { weight, arbitrary: part })
const not = (option: string, value: fc.Arbitrary<string>) =>
  fc.tuple(bang, value).map(([deny, v]) => `${deny}${option} ${v}`)

export const CLIENT_MAC = '02:00:00:00:00:05'
const source = pick('10.0.0.1', '10.0.0.2', '10.0.0.3')
const destination = pick('10.1.0.1', '10.1.0.2', '10.1.0.3')
const ports = pick(53, 80, 443)

const transport = fc.oneof(
  fc.constant(''),
  pick('-p tcp', '-p udp', '-p icmp', '-p sctp', '! -p tcp'),
  not('--dport', pick('53', '80', '50:100', '443:')).chain((test) =>
    pick('tcp', 'udp', 'sctp').map((p) => `-p ${p} -m ${p} ${test}`),
  ),
  not('--tcp-flags', pick('SYN,ACK SYN', 'ALL ACK', 'RST RST', 'FIN,SYN,RST,ACK SYN')).map(
    (test) => `-p tcp -m tcp ${test}`,
  ),
  not('--dports', pick('53', '80,443', '1:79,443')).chain((test) =>
    pick('tcp', 'udp').map((p) => `-p ${p} -m multiport ${test}`),
  ),
  not('--icmp-type', pick('8', '0', 'any')).map((test) => `-p icmp -m icmp ${test}`),
  not('--chunk-types', pick('any INIT', 'all DATA', 'only INIT,DATA')).map((test) => `-p sctp -m sctp ${test}`),
  not('--mss', pick('1000:1500', '536')).map((test) => `-p tcp -m tcpmss ${test}`),
)

const stateful = fc.oneof(
  not(
    '--ctstate',
    pick('NEW', 'ESTABLISHED', 'RELATED,ESTABLISHED', 'INVALID', 'UNTRACKED', 'SNAT', 'DNAT', 'NEW,UNTRACKED'),
  ).map((test) => `-m conntrack ${test}`),
  not('--state', pick('NEW', 'ESTABLISHED', 'INVALID')).map((test) => `-m state ${test}`),
  not('--ctorigdst', destination).map((test) => `-m conntrack ${test}`),
  not('--ctreplsrcport', pick('53', '1:100')).map((test) => `-m conntrack ${test}`),
  not('--ctstatus', pick('SEEN_REPLY', 'ASSURED', 'CONFIRMED', 'NONE')).map((test) => `-m conntrack ${test}`),
  pick('-m conntrack --ctdir ORIGINAL', '-m conntrack --ctdir REPLY', '-m conntrack --ctproto 17'),
  not('--mark', pick('0', '1', '1/1', '3')).map((test) => `-m connmark ${test}`),
)

const match = fc.oneof(
  { weight: 3, arbitrary: stateful },
  { weight: 2, arbitrary: not('--mark', pick('0', '1', '1/1', '2/2', '3')).map((test) => `-m mark ${test}`) },
  pick(
    '-m statistic --mode nth --every 2 --packet 0',
    '-m statistic --mode nth --every 3 --packet 2',
    '-m statistic --mode nth ! --every 2 --packet 1',
  ),
  pick(
    '-m recent --set --name L',
    '-m recent --rcheck --name L',
    '-m recent --update --hitcount 2 --name L',
    '-m recent ! --rcheck --name L',
    '-m recent --remove --name L',
    '-m recent --rcheck --rttl --name L',
  ),
  pick('-m recent --set --name M --rdest', '-m recent --rcheck --name M --rdest --mask 255.255.255.0'),
  pick('-m limit --limit 1/hour --limit-burst 3', '-m limit --limit 2/day'),
  not('--length', pick('0:40', '41:100', '30')).map((test) => `-m length ${test}`),
  fc.oneof(
    not('--ttl-eq', pick('64', '63', '5')).map((test) => `-m ttl ${test}`),
    pick('-m ttl --ttl-lt 10', '-m ttl --ttl-gt 63'),
  ),
  not('--tos', pick('0', '0x10/0x3f', '4')).map((test) => `-m tos ${test}`),
  not('--dscp', pick('0', '10')).map((test) => `-m dscp ${test}`),
  not('--src-range', pick('10.0.0.1-10.0.0.2')).map((test) => `-m iprange ${test}`),
  not('--dst-type', pick('UNICAST', 'LOCAL', 'BROADCAST')).map((test) => `-m addrtype ${test}`),
  not('--pkt-type', pick('unicast', 'broadcast')).map((test) => `-m pkttype ${test}`),
  pick('-m comment --comment x'),
)
/** Only where the frame's header is still there. */
const macMatch = not('--mac-source', pick(CLIENT_MAC, '02:00:00:00:00:06')).map((test) => `-m mac ${test}`)

const common = fc.oneof(
  { weight: 3, arbitrary: pick('', '-j MARK --set-mark 1', '-j MARK --or-mark 2', '-j MARK --xor-mark 3') },
  { weight: 1, arbitrary: pick('-j CONNMARK --set-mark 1', '-j CONNMARK --save-mark', '-j CONNMARK --restore-mark') },
  { weight: 2, arbitrary: pick('-j RETURN', '-j ACCEPT') },
)

function target(table: string, chain: string, below: readonly string[]): fc.Arbitrary<string> {
  const choices: fc.WeightedArbitrary<string>[] = [{ weight: 3, arbitrary: common }]
  if (below.length > 0)
    choices.push({
      weight: 3,
      arbitrary: fc.tuple(pick('-j', '-j', '-g'), pick(...below)).map((words) => words.join(' ')),
    })
  if (table === 'filter' || table === 'mangle') choices.push({ weight: 1, arbitrary: pick('-j DROP') })
  if (table === 'raw') choices.push({ weight: 1, arbitrary: pick('-j NOTRACK', '-j CT --notrack') })
  if (table === 'mangle')
    choices.push({
      weight: 1,
      arbitrary: pick('-j TOS --set-tos 4', '-j DSCP --set-dscp 10', '-j TTL --ttl-set 5', '-j TTL --ttl-inc 1'),
    })
  if (table === 'nat' && chain === 'PREROUTING') {
    choices.push({
      weight: 3,
      arbitrary: pick(
        '-j DNAT --to-destination 10.1.0.9',
        '-p tcp -j DNAT --to-destination 10.1.0.8:8080',
        '-j NETMAP --to 10.1.0.0/25',
      ),
    })
  }
  if (table === 'nat' && chain === 'POSTROUTING') {
    choices.push({
      weight: 3,
      arbitrary: pick('-j MASQUERADE', '-j SNAT --to-source 10.3.0.1', '-j NETMAP --to 10.3.0.0/24'),
    })
  }
  return fc.oneof(...choices)
}

function ruleText(table: string, chain: string, below: readonly string[]): fc.Arbitrary<string> {
  const devices = chain === 'FORWARD' ? 'io' : chain === 'PREROUTING' ? 'i' : chain === 'POSTROUTING' ? 'o' : ''
  const word = target(table, chain, below)
  return fc
    .tuple(
      maybe(
        not(
          '-s',
          fc.tuple(source, pick('', '/31', '/24')).map((parts) => parts.join('')),
        ),
      ),
      maybe(
        not(
          '-d',
          fc.tuple(destination, pick('', '/31', '/24')).map((parts) => parts.join('')),
        ),
      ),
      devices.includes('i') ? maybe(not('-i', pick('eth0', 'cni0', 'eth+'))) : fc.constant(''),
      devices.includes('o') ? maybe(not('-o', pick('eth0', 'cni0'))) : fc.constant(''),
      transport,
      fc.array(
        chain === 'PREROUTING' || chain === 'FORWARD' ? fc.oneof({ weight: 12, arbitrary: match }, macMatch) : match,
        { maxLength: 2 },
      ),
      word,
    )
    .map(([src, dst, from, to, proto, matches, goal]) => {
      // a target that brings its own protocol replaces the test of one
      const own = goal.startsWith('-p')
      return [src, dst, from, to, own ? '' : proto, ...matches, goal].filter((part) => part !== '').join(' ')
    })
}

const FORWARDING: { readonly [table: string]: readonly string[] } = {
  raw: ['PREROUTING'],
  mangle: ['PREROUTING', 'FORWARD', 'POSTROUTING'],
  nat: ['PREROUTING', 'POSTROUTING'],
  filter: ['FORWARD'],
}

function tableText(table: string): fc.Arbitrary<string> {
  const users = ['U1', 'U2']
  const places = [
    ...FORWARDING[table]!.map((chain) => ({ chain, below: users })),
    { chain: 'U1', below: ['U2'] },
    { chain: 'U2', below: [] },
  ]
  const chains = places.map(({ chain, below }) =>
    fc
      .array(ruleText(table, chain, below), { minLength: 1, maxLength: table === 'filter' ? 16 : 5 })
      .map((rules) => rules.map((rule) => `-A ${chain} ${rule}`)),
  )
  return fc.tuple(...chains).map((rules) => `*${table}\n:U1 - [0:0]\n:U2 - [0:0]\n${rules.flat().join('\n')}\nCOMMIT\n`)
}

/** Tables for forwarded packets. */
export const forwardingTables: fc.Arbitrary<string> = fc
  .subarray(Object.keys(FORWARDING), { minLength: 1 })
  .chain((names) => fc.tuple(...names.map(tableText)))
  .map((texts) => texts.join(''))

/** A packet that eth0 receives. */
export const forwardedPacket: fc.Arbitrary<Packet> = fc
  .tuple(
    pick('tcp', 'tcp', 'udp', 'udp', 'icmp', 'sctp'),
    source,
    destination,
    ports,
    pick(40000, 40001),
    pick('S', 'S', 'A', 'SA', 'R', 'FA'),
    pick(64, 64, 10),
    pick(0, 0, 0x10, 0x28),
    fc.nat(60),
  )
  .map(([kind, src, dst, dport, sport, flags, ttl, tos, length]) => {
    const packet =
      kind === 'tcp'
        ? tcp(`${src}:${sport}`, `${dst}:${dport}`, flags, {
            seq: 1000,
            ack: flags === 'S' ? 0 : 1,
            length: flags === 'A' ? length : 0,
          })
        : kind === 'udp'
          ? udp(`${src}:${sport}`, `${dst}:${dport}`, length)
          : kind === 'sctp'
            ? sctp(`${src}:${sport}`, `${dst}:${dport}`, 7, { type: 0, flags: 3, length: 16 })
            : (length & 1 ? ping : pong)(src, dst, sport)
    packet.ip!.ttl = ttl
    packet.ip!.tos = tos
    packet.smac = parseMac(CLIENT_MAC)
    updateLengths(packet)
    return packet
  })
