import { describe, expect, it } from 'vitest'
import { conntrackTemplate } from '../../../src/netfilter/conntrack/classify.ts'
import { ConntrackEntry } from '../../../src/netfilter/conntrack/entry.ts'
import { IPS } from '../../../src/netfilter/conntrack/status.ts'
import type { Tuple } from '../../../src/netfilter/conntrack/tuple.ts'
import { RuleCode } from '../../../src/netfilter/evaluate/rule-code.ts'
import { Hook } from '../../../src/netfilter/hook.ts'
import { parseIpv4 } from '../../../src/packet/address.ts'
import { parseMac } from '../../../src/packet/mac.ts'
import type { Packet } from '../../../src/packet/packet.ts'
import { CtInfo, PacketType } from '../../../src/packet/packet.ts'
import { icmp, ip, ping, sctp, tcp, udp } from '../conntrack/packets.ts'
import { CNI0, ETH0, hookState, matches, namespace, rule, table } from '../support.ts'

const SYN = () => tcp('10.0.0.1:40000', '10.0.0.2:80', 'S')
const QUERY = () => udp('10.0.0.1:40000', '10.0.0.2:53')
const fragment = () => {
  const packet = QUERY()
  packet.ip!.fragmentOffset = 1480
  packet.l4 = null
  return packet
}

/** Each line: a rule, a packet, whether it matches. */
type Case = readonly [text: string, packet: () => Packet, expected: boolean]
const with_ =
  (change: (packet: Packet) => void, make = SYN) =>
  () => {
    const packet = make()
    change(packet)
    return packet
  }

const CASES: { readonly [what: string]: readonly Case[] } = {
  'the IP header': [
    ['-s 10.0.0.0/8', SYN, true],
    ['! -s 10.0.0.0/8', SYN, false],
    ['-d 10.0.0.2', SYN, true],
    ['-d 10.0.0.3', SYN, false],
    ['-d 0.0.0.2/0.0.0.255', SYN, true],
    ['-i eth0 -o cni0', SYN, true],
    ['-i eth+', SYN, true],
    ['! -i eth+', SYN, false],
    ['! -i +', SYN, false],
    ['-o eth0', SYN, false],
    ['-p tcp', SYN, true],
    ['! -p tcp', SYN, false],
    ['-p udp', SYN, false],
    ['-f', SYN, false],
    ['-f', fragment, true],
    ['! -f', fragment, false],
  ],
  tcp: [
    ['-p tcp --dport 80', SYN, true],
    ['-p tcp ! --dport 80', SYN, false],
    ['-p tcp --dport 80:90 --sport 40000', SYN, true],
    ['-p tcp --sport 1:39999', SYN, false],
    ['-p tcp --syn', SYN, true],
    ['-p tcp ! --syn', SYN, false],
    ['-p tcp --syn', () => tcp('10.0.0.1:1', '10.0.0.2:2', 'SA'), false],
    ['-p tcp --tcp-flags ALL ACK,PSH', () => tcp('10.0.0.1:1', '10.0.0.2:2', 'PA'), true],
    ['-p tcp --tcp-flags SYN,RST NONE', SYN, false],
    ['-p tcp --tcp-option 3', () => tcp('10.0.0.1:1', '10.0.0.2:2', 'S', { scale: 7 }), true],
    ['-p tcp --tcp-option 4', () => tcp('10.0.0.1:1', '10.0.0.2:2', 'S', { sack: true }), true],
    ['-p tcp --tcp-option 8', SYN, false],
    ['-p tcp ! --tcp-option 2 ! --dport 0:65535', SYN, false],
    ['-p tcp ! --tcp-option 99', SYN, true],
    ['-p tcp ! --sport 40000 ! --dport 81', SYN, true],
    ['-p tcp ! --sport 40000 ! --dport 81 ! --tcp-option 99', SYN, false],
  ],
  udp: [
    ['-p udp --dport 53', QUERY, true],
    ['-p udp --sport 53', QUERY, false],
    ['-p udp --sport 40000 --dport 50:60', QUERY, true],
    // one comparison of both ports: it fails where both are the denied ones
    ['-p udp ! --sport 40000 ! --dport 53', QUERY, false],
    ['-p udp ! --sport 40000 ! --dport 54', QUERY, true],
    ['-p udp ! --sport 40000:40001 ! --dport 54', QUERY, false],
    ['-p udp ! --sport 0 ! --dport 53', QUERY, false],
    ['-p udp --dport 53', fragment, false],
    ['-p udp -m udp', fragment, false],
  ],
  sctp: [
    ['-p sctp --dport 9', () => sctp('10.0.0.1:1', '10.0.0.2:9', 0, 1), true],
    ['-p sctp --sport 9', () => sctp('10.0.0.1:1', '10.0.0.2:9', 0, 1), false],
    ['-p sctp --dport 8', () => sctp('10.0.0.1:1', '10.0.0.2:9', 0, 1), false],
    ['-p sctp --chunk-types any INIT,DATA', () => sctp('10.0.0.1:1', '10.0.0.2:9', 0, 3, 0), true],
    ['-p sctp --chunk-types any INIT', () => sctp('10.0.0.1:1', '10.0.0.2:9', 0, 3, 0), false],
    ['-p sctp --chunk-types all SACK,DATA', () => sctp('10.0.0.1:1', '10.0.0.2:9', 0, 3, 0, 1), true],
    ['-p sctp --chunk-types only SACK,DATA', () => sctp('10.0.0.1:1', '10.0.0.2:9', 0, 3, 0, 1), false],
    ['-p sctp ! --chunk-types only SACK', () => sctp('10.0.0.1:1', '10.0.0.2:9', 0, 3), false],
    [
      '-p sctp --chunk-types any ABORT:T',
      () => sctp('10.0.0.1:1', '10.0.0.2:9', 0, { type: 6, flags: 1, length: 4 }),
      true,
    ],
    [
      '-p sctp --chunk-types any ABORT:t',
      () => sctp('10.0.0.1:1', '10.0.0.2:9', 0, { type: 6, flags: 1, length: 4 }),
      false,
    ],
    ['-p sctp -m sctp', QUERY, false],
  ],
  icmp: [
    ['-p icmp --icmp-type echo-request', () => ping('10.0.0.1', '10.0.0.2'), true],
    ['-p icmp --icmp-type 3', () => icmp('10.0.0.1', '10.0.0.2', { type: 3, code: 4 }), true],
    ['-p icmp --icmp-type 3/4', () => icmp('10.0.0.1', '10.0.0.2', { type: 3, code: 4 }), true],
    ['-p icmp --icmp-type 3/1', () => icmp('10.0.0.1', '10.0.0.2', { type: 3, code: 4 }), false],
    ['-p icmp ! --icmp-type 8', () => ping('10.0.0.1', '10.0.0.2'), false],
    ['-p icmp --icmp-type any', () => ping('10.0.0.1', '10.0.0.2'), true],
    ['-p icmp ! --icmp-type any', () => ping('10.0.0.1', '10.0.0.2'), false],
    ['-p icmp --icmp-type any', () => ip('10.0.0.1', '10.0.0.2', 1, null, 8), false],
  ],
  multiport: [
    ['-p tcp -m multiport --dports 22,80', SYN, true],
    ['-p tcp -m multiport --dports 22,70:90', SYN, true],
    ['-p tcp -m multiport ! --dports 22,80', SYN, false],
    ['-p tcp -m multiport --sports 80', SYN, false],
    ['-p tcp -m multiport --ports 80', SYN, true],
    ['-p tcp -m multiport --ports 40000', SYN, true],
    ['-p udp -m multiport ! --dports 1', fragment, false],
  ],
  mark: [
    ['-m mark --mark 0x4000/0x4000', with_((packet) => (packet.mark = 0xc000)), true],
    ['-m mark ! --mark 0x4000/0x4000', with_((packet) => (packet.mark = 0xc000)), false],
    ['-m mark --mark 0xc000', with_((packet) => (packet.mark = 0xc000)), true],
    ['-m mark --mark 0x80000000/0x80000000', with_((packet) => (packet.mark = 0x80000001)), true],
    ['-m mark --mark 1', SYN, false],
  ],
  'the small ones': [
    ['-m comment --comment anything', SYN, true],
    ['-m length --length 40', SYN, true],
    ['-m length ! --length 0:100', SYN, false],
    ['-m ttl --ttl-eq 64', SYN, true],
    ['-m ttl ! --ttl-eq 64', SYN, false],
    ['-m ttl --ttl-lt 64', SYN, false],
    ['-m ttl --ttl-gt 63', SYN, true],
    ['-m tos --tos 0x10/0x3f', with_((packet) => (packet.ip!.tos = 0x51)), false],
    ['-m tos --tos 0x10/0x1e', with_((packet) => (packet.ip!.tos = 0x51)), true],
    ['-m dscp --dscp-class EF', with_((packet) => (packet.ip!.tos = 0xb9)), true],
    ['-m dscp ! --dscp 46', with_((packet) => (packet.ip!.tos = 0xb9)), false],
    ['-m mac --mac-source 00:00:00:00:00:05', with_((packet) => (packet.smac = parseMac('00:00:00:00:00:05'))), true],
    ['-m mac ! --mac-source 00:00:00:00:00:05', SYN, true],
    ['-m mac ! --mac-source 00:00:00:00:00:05', with_((packet) => (packet.packetType = PacketType.LOOPBACK)), false],
    ['-m pkttype --pkt-type unicast', SYN, true],
    ['-m pkttype --pkt-type broadcast', with_((packet) => (packet.packetType = PacketType.BROADCAST)), true],
    ['-m pkttype --pkt-type broadcast', with_((packet) => (packet.packetType = PacketType.LOOPBACK)), true],
    [
      '-m pkttype --pkt-type mcast',
      with_((packet) => {
        packet.packetType = PacketType.LOOPBACK
        packet.ip!.dst = parseIpv4('224.0.0.1')
      }),
      true,
    ],
    ['-m iprange --src-range 10.0.0.1-10.0.0.9', SYN, true],
    ['-m iprange ! --dst-range 10.0.0.1-10.0.0.9', SYN, false],
    ['-m iprange --dst-range 10.0.0.9-10.0.0.1', SYN, false],
    ['-m iprange --src-range 200.0.0.1-210.0.0.1', with_((packet) => (packet.ip!.src = parseIpv4('201.0.0.1'))), true],
    ['-p tcp -m tcpmss --mss 1000:1500', with_((packet) => ((packet.l4 as { mss: number }).mss = 1460)), true],
    ['-p tcp -m tcpmss ! --mss 1000:1500', with_((packet) => ((packet.l4 as { mss: number }).mss = 1460)), false],
    ['-p tcp -m tcpmss --mss 0:1500', SYN, false],
    ['-p tcp -m tcpmss ! --mss 1000', SYN, true],
  ],
}

for (const [what, cases] of Object.entries(CASES)) {
  describe(what, () => {
    it.each(cases)('%s', (text, make, expected) => {
      expect(matches(text, make())).toBe(expected)
    })
  })
}

const tuple = (src: string, dst: string, sport: number, dport: number): Tuple => ({
  src: parseIpv4(src),
  dst: parseIpv4(dst),
  protocol: 6,
  sport,
  dport,
})

/** A packet of a connection to a Service: 10.0.0.1:40000 → 10.96.0.1:80, really to 10.244.0.9:8080. */
function tracked(ctInfo: number = CtInfo.NEW, status = 0): Packet {
  const packet = SYN()
  const entry = new ConntrackEntry(
    1,
    0,
    tuple('10.0.0.1', '10.96.0.1', 40000, 80),
    tuple('10.244.0.9', '10.0.0.1', 8080, 40000),
  )
  entry.status = status
  entry.mark = 0x12
  entry.expiresAt = 20e9
  packet.ct = entry
  packet.ctInfo = ctInfo
  return packet
}
const untracked = with_((packet) => (packet.ctInfo = CtInfo.UNTRACKED))

describe('conntrack and state', () => {
  const cases: readonly Case[] = [
    ['-m conntrack --ctstate NEW', () => tracked(), true],
    ['-m conntrack --ctstate ESTABLISHED', () => tracked(CtInfo.ESTABLISHED_REPLY), true],
    ['-m conntrack --ctstate RELATED', () => tracked(CtInfo.RELATED_REPLY), true],
    ['-m conntrack ! --ctstate RELATED,ESTABLISHED', () => tracked(CtInfo.RELATED), false],
    ['-m conntrack --ctstate INVALID', SYN, true],
    ['-m conntrack --ctstate UNTRACKED', untracked, true],
    ['-m conntrack --ctstate INVALID', untracked, false],
    ['-m conntrack --ctstate DNAT', () => tracked(CtInfo.ESTABLISHED, IPS.DST_NAT), true],
    ['-m conntrack --ctstate SNAT', () => tracked(CtInfo.ESTABLISHED, IPS.DST_NAT), false],
    ['-m conntrack --ctstate SNAT', () => tracked(CtInfo.ESTABLISHED, IPS.SRC_NAT), true],
    ['-m conntrack --ctstate DNAT', SYN, false],
    ['-m state --state NEW', () => tracked(), true],
    ['-m state ! --state NEW', () => tracked(), false],
    ['-m state --state INVALID', SYN, true],
    ['-m conntrack --ctproto tcp', () => tracked(), true],
    ['-m conntrack ! --ctproto tcp', () => tracked(), false],
    // the state is looked at first; without a connection nothing else can be
    ['-m conntrack --ctproto tcp', SYN, false],
    ['-m conntrack --ctstate INVALID --ctproto udp', SYN, true],
    ['-m conntrack --ctstate NEW --ctproto udp', () => tracked(), false],
    ['-m conntrack --ctstate ESTABLISHED --ctproto tcp', () => tracked(), false],
    ['-m conntrack --ctorigsrc 10.0.0.0/8 --ctorigdst 10.96.0.1', () => tracked(), true],
    ['-m conntrack --ctorigdst 10.0.0.2', () => tracked(), false],
    ['-m conntrack ! --ctorigsrc 10.0.0.1', () => tracked(), false],
    ['-m conntrack --ctreplsrc 10.244.0.9 --ctrepldst 10.0.0.1', () => tracked(), true],
    ['-m conntrack ! --ctreplsrc 10.244.0.0/16', () => tracked(), false],
    ['-m conntrack --ctorigsrcport 40000 --ctorigdstport 80:90', () => tracked(), true],
    ['-m conntrack --ctreplsrcport 8080 ! --ctrepldstport 40000', () => tracked(), false],
    ['-m conntrack --ctstatus ASSURED,SEEN_REPLY', () => tracked(CtInfo.ESTABLISHED, IPS.SEEN_REPLY), true],
    ['-m conntrack ! --ctstatus SEEN_REPLY', () => tracked(CtInfo.ESTABLISHED, IPS.SEEN_REPLY), false],
    ['-m conntrack --ctstatus NONE', () => tracked(), false],
    ['-m conntrack --ctexpire 20', () => tracked(CtInfo.ESTABLISHED, IPS.CONFIRMED), true],
    ['-m conntrack --ctexpire 5:19', () => tracked(CtInfo.ESTABLISHED, IPS.CONFIRMED), false],
    ['-m conntrack --ctexpire 0', () => tracked(), true],
    ['-m conntrack --ctdir ORIGINAL', () => tracked(CtInfo.ESTABLISHED), true],
    ['-m conntrack --ctdir REPLY', () => tracked(CtInfo.ESTABLISHED_REPLY), true],
    ['-m conntrack --ctdir ORIGINAL', () => tracked(CtInfo.ESTABLISHED_REPLY), false],
    ['-m connmark --mark 0x2/0x3', () => tracked(), true],
    ['-m connmark ! --mark 0x12', () => tracked(), false],
    ['-m connmark ! --mark 0x1', SYN, false],
  ]
  it.each(cases)('%s', (text, make, expected) => {
    expect(matches(text, make())).toBe(expected)
  })

  it('takes a template for a new connection, as the kernel does in the raw table', () => {
    const packet = SYN()
    packet.ct = conntrackTemplate(5)
    packet.ctInfo = CtInfo.NEW
    expect(matches('-m conntrack --ctstate NEW', packet)).toBe(true)
  })
})

describe('addrtype', () => {
  const { host, context } = namespace()
  host.types.set(parseIpv4('10.255.255.255'), 'broadcast')
  const to = (dst: string) => udp('10.0.0.1:1', `${dst}:2`)
  const cases: readonly Case[] = [
    ['-m addrtype --dst-type LOCAL', () => to('192.168.0.1'), true],
    ['-m addrtype --dst-type LOCAL', () => to('10.0.0.9'), false],
    ['-m addrtype ! --dst-type LOCAL', () => to('10.0.0.9'), true],
    ['-m addrtype --dst-type LOCAL,BROADCAST', () => to('10.255.255.255'), true],
    ['-m addrtype --src-type UNICAST --dst-type LOCAL', () => to('192.168.0.1'), true],
    ['-m addrtype ! --src-type UNICAST --dst-type LOCAL', () => to('192.168.0.1'), false],
    ['-m addrtype --dst-type LOCAL --limit-iface-in', () => to('192.168.0.1'), true],
    ['-m addrtype --dst-type LOCAL --limit-iface-in', () => to('10.244.0.1'), false],
    ['-m addrtype --dst-type LOCAL --limit-iface-out', () => to('10.244.0.1'), true],
  ]
  it.each(cases)('%s', (text, make, expected) => {
    expect(matches(text, make(), context)).toBe(expected)
  })

  it('without a device all addresses of the host count', () => {
    expect(
      matches('-m addrtype --dst-type LOCAL --limit-iface-in', to('10.244.0.1'), context, hookState(Hook.OUTPUT, null)),
    ).toBe(true)
  })
})

describe('physdev', () => {
  const bridged = (physInIfindex: number, physOutIfindex: number) =>
    with_((packet) => (packet.bridge = { physInIfindex, physOutIfindex }))
  const cases: readonly Case[] = [
    ['-m physdev --physdev-in eth0', bridged(2, 3), true],
    ['-m physdev --physdev-in cni0', bridged(2, 3), false],
    ['-m physdev ! --physdev-in cni0', bridged(2, 3), true],
    ['-m physdev --physdev-in cni0', bridged(0, 3), true],
    ['-m physdev --physdev-out cni+', bridged(2, 3), true],
    ['-m physdev --physdev-out cni0', bridged(2, 0), false],
    ['-m physdev ! --physdev-out eth0', bridged(2, 3), true],
    ['-m physdev --physdev-is-bridged', bridged(2, 3), true],
    ['-m physdev --physdev-is-bridged', bridged(2, 0), false],
    ['-m physdev ! --physdev-is-bridged', bridged(2, 3), false],
    ['-m physdev --physdev-is-in ! --physdev-is-out', bridged(2, 0), true],
    ['-m physdev --physdev-is-in', bridged(0, 3), false],
    ['-m physdev ! --physdev-is-out', bridged(2, 3), false],
    ['-m physdev --physdev-is-in', SYN, false],
    ['-m physdev ! --physdev-is-in ! --physdev-in eth0', SYN, true],
  ]
  it.each(cases)('%s', (text, make, expected) => {
    expect(matches(text, make())).toBe(expected)
  })
})

/** Runs the same rule for packets, one after the other. */
function sequence(text: string, steps: readonly { at?: number; packet?: Packet }[]): boolean[] {
  const { host, context } = namespace()
  const code = new RuleCode(rule(text))
  return steps.map(({ at, packet }) => {
    if (at !== undefined) host.sim.run({ until: at * 1e9 })
    return code.matches(packet ?? SYN(), hookState(), context)
  })
}

describe('statistic', () => {
  it('nth takes one of so many, beginning where it is told', () => {
    const six = Array.from({ length: 6 }, () => ({}))
    expect(sequence('-m statistic --mode nth --every 3 --packet 0', six)).toEqual([
      true,
      false,
      false,
      true,
      false,
      false,
    ])
    expect(sequence('-m statistic --mode nth --every 3 --packet 2', six)).toEqual([
      false,
      false,
      true,
      false,
      false,
      true,
    ])
    expect(sequence('-m statistic --mode nth ! --every 2 --packet 0', six)).toEqual([
      false,
      true,
      false,
      true,
      false,
      true,
    ])
    expect(sequence('-m statistic --mode nth --every 1 --packet 0', six)).toEqual([true, true, true, true, true, true])
  })

  it('random draws with the probability that the kernel keeps', () => {
    const { host, context } = namespace()
    const asked: number[] = []
    host.sim.decider = {
      decide: (probability) => {
        asked.push(probability)
        return true
      },
    }
    expect(matches('-m statistic --mode random --probability 0.33333333349', SYN(), context)).toBe(true)
    expect(matches('-m statistic --mode random ! --probability 0.5', SYN(), context)).toBe(false)
    expect(asked).toEqual([715827883 / 2 ** 31, 0.5])
    expect(matches('-m statistic --mode random --probability 1', SYN(), context)).toBe(true)
    expect(matches('-m statistic --mode random --probability 0', SYN(), context)).toBe(false)
    expect(asked).toHaveLength(2)
  })
})

describe('limit', () => {
  it('lets a burst through and then what the rate gives', () => {
    const steps = [0, 0, 0, 0.4, 0.5, 0.9, 1, 10, 10, 10].map((at) => ({ at }))
    expect(sequence('-m limit --limit 2/sec --limit-burst 2', steps)).toEqual([
      true,
      true,
      false,
      false,
      true,
      false,
      true,
      true,
      true,
      false,
    ])
  })
})

describe('recent', () => {
  const from = (src: string, ttl = 64) => {
    const packet = udp(`${src}:1`, '10.0.0.2:2')
    packet.ip!.ttl = ttl
    return packet
  }

  /** Packets through rules that share a list, each line `rule, source, second`. */
  function play(...lines: (readonly [text: string, src: string, at: number, ttl?: number])[]): boolean[] {
    const { host, context } = namespace()
    return lines.map(([text, src, at, ttl]) => {
      host.sim.run({ until: at * 1e9 })
      return matches(`-m recent ${text}`, from(src, ttl), context)
    })
  }

  it('remembers who was set, and forgets who was removed', () => {
    expect(
      play(
        ['--rcheck', '10.0.0.1', 0],
        ['--set', '10.0.0.1', 0],
        ['--rcheck', '10.0.0.1', 1],
        ['! --rcheck', '10.0.0.1', 1],
        ['--rcheck', '10.0.0.3', 1],
        ['--rcheck --name other', '10.0.0.1', 1],
        ['--rcheck --rdest', '10.0.0.1', 1],
        ['--remove', '10.0.0.1', 1],
        ['--remove', '10.0.0.1', 1],
        ['--rcheck', '10.0.0.1', 1],
      ),
    ).toEqual([false, true, true, false, false, false, false, true, false, false])
  })

  it('looks back as far as it is told; update prolongs, rcheck does not', () => {
    expect(
      play(
        ['--set', '10.0.0.1', 0],
        ['--rcheck --seconds 10', '10.0.0.1', 9],
        ['--rcheck --seconds 10', '10.0.0.1', 11],
        ['--set', '10.0.0.2', 20],
        ['--update --seconds 10', '10.0.0.2', 29],
        ['--rcheck --seconds 10', '10.0.0.2', 38],
        ['--rcheck --seconds 10', '10.0.0.2', 40],
      ),
    ).toEqual([true, true, false, true, true, true, false])
  })

  it('counts, and knows the TTL of then', () => {
    expect(
      play(
        ['--set', '10.0.0.1', 0],
        ['--set', '10.0.0.1', 1],
        ['--rcheck --hitcount 3', '10.0.0.1', 2],
        ['--set', '10.0.0.1', 2],
        ['--rcheck --hitcount 3', '10.0.0.1', 2],
        ['--rcheck --seconds 1 --hitcount 3', '10.0.0.1', 2],
        ['--rcheck --rttl', '10.0.0.1', 3, 64],
        ['--rcheck --rttl', '10.0.0.1', 3, 10],
      ),
    ).toEqual([true, true, false, true, true, false, true, false])
  })

  it('reaps the oldest, masks addresses, and holds a hundred', () => {
    expect(
      play(
        ['--set --mask 255.255.255.0', '10.0.0.1', 0],
        ['--rcheck --mask 255.255.255.0', '10.0.0.77', 1],
        ['--set --mask 255.255.255.0', '10.0.1.1', 50],
        ['--rcheck --seconds 5 --reap --mask 255.255.255.0', '10.0.1.1', 51],
        ['--rcheck --mask 255.255.255.0', '10.0.0.1', 51],
      ),
    ).toEqual([true, true, true, true, false])
    const many = Array.from({ length: 101 }, (_, i) => ['--set', `10.1.${i}.1`, i] as const)
    const seen = play(...many, ['--rcheck', '10.1.0.1', 200], ['--rcheck', '10.1.1.1', 200])
    expect(seen.slice(-2)).toEqual([false, true])
  })

  it('overwrites the oldest time when the ring is full', () => {
    const often = Array.from({ length: 40 }, (_, i) => ['--set', '10.0.0.1', i] as const)
    const seen = play(
      ...often,
      ['--rcheck --hitcount 32', '10.0.0.1', 50],
      ['--rcheck --seconds 41 --hitcount 32', '10.0.0.1', 50],
    )
    expect(seen.slice(-2)).toEqual([true, false])
  })
})

describe('nfacct', () => {
  it('counts on a name that rules share', () => {
    const { netfilter, context } = namespace()
    expect(matches('-m nfacct --nfacct-name x', SYN(), context)).toBe(true)
    expect(matches('-p tcp -m nfacct --nfacct-name x', SYN(), context)).toBe(true)
    expect(netfilter.sharedState('nfacct x')).toEqual({ packets: 2, bytes: 80 })
    expect(netfilter.sharedState('nfacct y')).toBeUndefined()
  })
})

describe('run-time state', () => {
  it('is put back after a transaction', () => {
    const { host, netfilter } = namespace()
    netfilter.setTable(
      table(
        'filter',
        '-A FORWARD -m statistic --mode nth --every 2 --packet 0 -j ACCEPT',
        '-A FORWARD -m recent --set',
        '-A FORWARD -m nfacct --nfacct-name x',
        '-A FORWARD -m limit --limit 1/sec --limit-burst 1',
      ),
    )
    const send = () => netfilter.run(Hook.FORWARD, SYN(), ETH0, CNI0)
    send()
    const saved = () => [netfilter.save({ counters: true }), JSON.stringify(netfilter.sharedState('nfacct x') ?? null)]
    const before = saved()
    const inside = () => {
      for (let i = 0; i < 5; i++) send()
      return saved()
    }
    const first = host.sim.transaction(inside)
    expect(saved()).toEqual(before)
    expect(host.sim.transaction(inside)).toEqual(first)
    expect(first).not.toEqual(before)
    host.sim.transaction(() => {
      send()
      host.sim.transaction(inside)
    })
    expect(saved()).toEqual(before)
  })
})
